"""Classifiers put where others can fetch them."""

from pathlib import Path

from ...errors import ClassifierError
from ...reporter import Reporter
from ...storage import folders
from ...storage.release_sets import SetDescription, publish_set
from ...storage.release_store import Publisher
from ...storage.releases import Release
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

    def described(folder: Path) -> SetDescription:
        try:
            meta = store.read_meta(folder)
        except ClassifierError as error:
            raise ClassifierError(str(error).replace(str(folder), str(classifiers_dir))) from error
        return SetDescription(meta.created, meta.model, meta.libraries)

    def current() -> Path:
        return folders.current_of(classifiers_dir)

    return publish_set(release, classifiers_dir, current, described, publisher, reporter, force=force)
