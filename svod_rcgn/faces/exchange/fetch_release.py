"""Classifiers from elsewhere, put in place only when all of them is known to be good."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...errors import ClassifierError
from ...networks.card import UsualLikeness
from ...reporter import Reporter
from ...storage import folders, images
from ...storage.release_sets import ReleaseRequest, SetKind, brought_set
from ...storage.releases import Manifest
from ..gallery import store
from ..gallery.store import META_FILE, PREVIEWS, Person
from ..training import train

_WAY_OUT = (
    "train it again where its pictures are with what is installed here, or, if only scikit-learn differs, "
    "give --retrain to train it again from its embeddings"
)
_CLASSIFIERS = SetKind(META_FILE, "classifiers")
_OTHER_SET = "fetch another version"


@dataclass(frozen=True, slots=True)
class InstalledRelease:
    """A set that was put in place, and its manifest where it came with one."""

    persons: Sequence[Person]
    manifest: Manifest | None = None


def install(
    parcel: ReleaseRequest,
    classifiers_dir: Path,
    model: str,
    reporter: Reporter,
    *,
    retrain: bool = False,
    usual: UsualLikeness | None = None,
) -> InstalledRelease:
    """Fetch classifiers and let them take the place of those that are there.

    They are checked first: against their manifest, through the allow-list of what a classifier may hold,
    against the network and the libraries that are installed, and by having each answer once.

    Args:
        parcel: What to fetch.
        classifiers_dir: Where they go; the set that is there is kept for `roll_back`.
        model: Fingerprint of the embedding network that is installed.
        reporter: Told how far the work is.
        retrain: Train anew from the embeddings that came, and read no pickle at all.
        usual: What the network's card says of likeness, where it is trained anew.

    Raises:
        DownloadError: The archive could not be fetched, or is damaged or hostile, or not as its manifest.
        ClassifierError: The set does not fit what is installed here.
        BusyError: Another run works here.
    """
    with (
        folders.locked(classifiers_dir),
        brought_set(parcel, classifiers_dir, _CLASSIFIERS, reporter) as (came, manifest),
    ):
        put = partial(_put_retrained, usual=usual) if retrain else _put_as_it_is
        try:
            persons = put(came, classifiers_dir, model)
        except ClassifierError as error:
            raise ClassifierError(str(error).replace(str(came), str(parcel.address))) from error
    return InstalledRelease(persons, manifest)


def roll_back(classifiers_dir: Path, model: str) -> InstalledRelease:
    """Let the last set and the one in place change places.

    Args:
        classifiers_dir: Where the set lies.
        model: Fingerprint of the embedding network that is installed.

    Raises:
        ClassifierError: There is no last set, or it does not fit what is installed here.
        BusyError: Another run works here.
    """
    with folders.locked(classifiers_dir):
        last = folders.previous_of(classifiers_dir)
        if not last.exists():
            raise ClassifierError(f"{classifiers_dir}: no last set is kept here; {_OTHER_SET}")
        persons = store.load(last, model, _OTHER_SET).persons
        folders.bring_back(classifiers_dir)
    return InstalledRelease(persons)


def _put_as_it_is(came: Path, classifiers_dir: Path, model: str) -> Sequence[Person]:
    persons = store.load(came, model, _WAY_OUT).persons
    with folders.replacing_folder(classifiers_dir) as fresh:
        for path in list(came.iterdir()):
            path.rename(fresh / path.name)
    return persons


def _put_retrained(
    came: Path, classifiers_dir: Path, model: str, usual: UsualLikeness | None
) -> Sequence[Person]:
    persons, (embeddings, labels) = store.load_gallery(came, model, _OTHER_SET)
    files = {person.folder: came / PREVIEWS / store.preview_file(person.folder) for person in persons}
    previews = {folder: images.read_picture(path) for folder, path in files.items() if path.is_file()}
    trained = train.train(persons, embeddings, labels, usual=usual)
    background = store.read_meta(came, _OTHER_SET).background
    store.save(trained.classifiers, classifiers_dir, model, previews, background=background)
    return persons
