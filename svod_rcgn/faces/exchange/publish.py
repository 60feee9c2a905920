"""Classifiers put where others can fetch them."""

import shutil
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from ...errors import ClassifierError
from ...reporter import Reporter
from ...storage import folders
from ...storage.files import write_record
from ...storage.release_store import Publisher
from ...storage.releases import FORMAT_VERSION, MANIFEST_FILE, Manifest, Release, _sums, files_of
from ...text import counted
from ..gallery import store


def export(
    release: Release, classifiers_dir: Path, publisher: Publisher, reporter: Reporter, *, force: bool = False
) -> str:
    """Publish classifiers with their previews, their report, and a manifest.

    Args:
        release: What they will be called.
        classifiers_dir: Where they lie; it is not changed.
        publisher: Where they go.
        reporter: Told what is done.
        force: Overwrite a release of this name and version.

    Returns:
        Where they are now.

    Raises:
        ClassifierError: They are missing or damaged.
        PublishError: They could not be put there.
        BusyError: Another run works here.
    """
    publisher.check(release, force=force)
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        folder = Path(scratch) / "classifiers"
        with folders.locked(classifiers_dir):
            _copy(folders.current_of(classifiers_dir), folder)
        manifest = write_manifest(release, folder, str(classifiers_dir))
        reporter.say(f"publishing {release.name} {release.version}, {counted(len(manifest.files), 'file')}")
        return publisher.publish(release, folder, force=force)


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir()
    for name, path in files_of(source).items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copyfile(path, folder / name)


def write_manifest(release: Release, folder: Path, label: str) -> Manifest:
    """Say in a folder of classifiers what it is published as.

    Args:
        release: What it is published as.
        folder: A copy of the classifiers.
        label: What to call the folder in an error.

    Raises:
        ClassifierError: The classifiers are missing or damaged.
    """
    try:
        meta = store.read_meta(folder)
    except ClassifierError as error:
        raise ClassifierError(str(error).replace(str(folder), label)) from error
    (folder / MANIFEST_FILE).unlink(missing_ok=True)  # of the release that these classifiers came with
    manifest = Manifest(
        FORMAT_VERSION,
        release.name,
        release.version,
        datetime.now(timezone.utc).isoformat(timespec="seconds"),
        meta.created,
        meta.model,
        meta.libraries,
        _sums(folder),
    )
    write_record(folder / MANIFEST_FILE, manifest)
    return manifest
