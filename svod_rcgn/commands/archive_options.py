"""The options of `prepare.py` that bring photographs from elsewhere, packed into one record."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..storage.archives import ArchiveLimits
from ..text import counted
from . import base, options

if TYPE_CHECKING:
    from ..datasets.from_archive import ArchiveRequest, Gathered

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_LIMITS = ArchiveLimits()
_ELSEWHERE = "Pictures from elsewhere"
_GIGABYTE = 1_000_000_000
_OPTIONS = (
    base.option(
        "--download",
        metavar="URL",
        section=_ELSEWHERE,
        help="Bring a tar, tar.gz or zip into --input_dir first.",
    ),
    options.sha256(_ELSEWHERE),
    base.option(
        "--clear_input_dir",
        is_flag=True,
        section=_ELSEWHERE,
        help="Replace what is in --input_dir; it is kept beside.",
    ),
    base.option(
        "--max_unpacked_gb",
        type=base.Range(min=0, min_open=True),
        default=_LIMITS.total_bytes / _GIGABYTE,
        metavar="GB",
        section=_ELSEWHERE,
        help="Refuse an archive that unpacks to more.",
    ),
    base.option(
        "--max_unpacked_ratio",
        type=base.Range(min=1),
        default=_LIMITS.ratio,
        section=_ELSEWHERE,
        help="Or to more times its own size.",
    ),
)


def delivery_options(function: Decorated) -> Decorated:
    """Add the options; the function gets them as `delivery: Delivery | None`."""

    @wraps(function)
    def packed(
        *,
        download: str | None,
        sha256: str | None,
        clear_input_dir: bool,
        max_unpacked_gb: float,
        max_unpacked_ratio: float,
        **others: Any,
    ) -> Any:
        if download is None and (clear_input_dir or sha256):
            raise click.UsageError(
                "--clear_input_dir and --sha256 are for what --download brings; give it too"
            )
        limits = ArchiveLimits(int(max_unpacked_gb * _GIGABYTE), max_unpacked_ratio)
        delivery = None if download is None else _delivery(download, sha256, clear_input_dir, limits)
        return function(delivery=delivery, **others)

    for each in reversed(_OPTIONS):
        packed = each(packed)
    return packed  # type: ignore[return-value]


def _delivery(download: str, sha256: str | None, clear: bool, limits: ArchiveLimits) -> "ArchiveRequest":
    from ..datasets.from_archive import ArchiveRequest
    from ..storage.remote.addresses import Address

    return ArchiveRequest(Address(download), sha256, clear, limits)


def deliver(delivery: "ArchiveRequest | None", input_dir: Path) -> None:
    """Bring what was asked for, if anything was, and say what came."""
    if delivery is None:
        return
    from ..datasets.from_archive import gather
    from .progress import reporter

    with reporter() as watcher:
        _report(gather(delivery, input_dir, watcher), input_dir)


def _report(gathered: "Gathered", input_dir: Path) -> None:
    base.say(
        f"{input_dir}: {counted(gathered.added, 'file')} of {counted(gathered.persons, 'person')} added, "
        f"{gathered.known} were there already"
    )
    for name in gathered.kept:
        base.say(f"{name}: left as it is; the archive's differs")
    if gathered.passed_over:
        named = ", ".join(gathered.passed_over[:3])
        base.say(f"{len(gathered.passed_over)} other files of the archive passed over, such as {named}")
