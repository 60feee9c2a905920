"""The folder of the classifiers: what is in it, how it is written, and how it is read with suspicion.

A classifier file is a pickle, and a pickle that someone else made can run code when it is loaded; so
the files are read through an allow-list of exact names, and of their objects only the attributes are
taken.
"""

import io
import pickle
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ...errors import ClassifierError, InputError
from ...records import FloatArray, Image
from ...storage import images
from ...storage.arrays import read_arrays
from ...storage.files import read_record, sha256_of, write_bytes, write_record
from ...storage.folders import current_of, replacing_folder
from ...storage.pickles import Remains, read_pickle
from ...text import escaped, unescaped
from ..names import leads_within, portable_file
from ..records import Decision

Labels: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Gallery: TypeAlias = tuple[FloatArray, Labels]

FORMAT_VERSION = 1
SVM_FILE = "classifier-svm.pkl"
KNN_FILE = "classifier-knn.pkl"
GALLERY_FILE = "gallery.npz"
META_FILE = "meta.json"
PREVIEWS = "previews"

_ROWS = 2  # dimensions of a gallery
_MAX_BYTES = 2_000_000_000
RETRAIN = "run `python prepare.py` to train again"
_NONE = "sklearn.dummy.DummyClassifier"  # where a judge was left out
_SVM = "sklearn.svm._classes.LinearSVC"
_KNN = "sklearn.neighbors._classification.KNeighborsClassifier"


@dataclass(frozen=True, slots=True)
class Person:
    """One class: the folder that teaches it, the name shown, and what meta.json says of the person."""

    folder: str
    name: str
    pictures: int
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClassifierMeta:
    """meta.json of the classifiers.

    `model` is the fingerprint of the embedding network, `libraries` maps each library whose version
    matters to it, `files` maps each file to its sha256; `persons` are in the order of the labels;
    `background` is the fingerprint of the network that removed the photographs' background, empty where it
    stayed.
    """

    format_version: int
    created: str
    model: str
    libraries: dict[str, str]
    persons: list[Person]
    decision: Decision
    files: dict[str, str]
    background: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ClassifierSet:
    """Trained classifiers and the gallery behind them.

    `embeddings` is (n, length) float32, or float16 in a large set, with rows of unit length; `labels`
    is (n,), each an index into `persons`; `svm` and `knn` are scikit-learn classifiers of those labels,
    or a DummyClassifier where there is nothing to separate or too much. In a set that was read they are
    what remains of them: they have the same attributes, and predict nothing.
    """

    persons: Sequence[Person]
    embeddings: FloatArray
    labels: Labels
    svm: Any
    knn: Any
    decision: Decision


def save(
    classifiers: ClassifierSet,
    folder: Path,
    model: str,
    previews: Mapping[str, Image],
    extra: Mapping[str, bytes] | None = None,
    background: str = "",
) -> None:
    """Write a set so that it takes the place of the last one whole, or not at all.

    Args:
        classifiers: The set.
        folder: Where it goes; the set that it replaces is kept for a rollback.
        model: Fingerprint of the embedding network.
        previews: One small picture for each person's folder name, (height, width, 3) uint8 BGR.
        extra: Further files by name, which are no part of what is checked when the set is read.
        background: As in ClassifierMeta.
    """
    with replacing_folder(folder) as fresh:
        _write_estimator(fresh / SVM_FILE, classifiers.svm)
        _write_estimator(fresh / KNN_FILE, classifiers.knn)
        _write_gallery(fresh / GALLERY_FILE, classifiers)
        for name, picture in previews.items():
            images.write_png(fresh / PREVIEWS / preview_file(name), picture)
        for name, content in (extra or {}).items():
            write_bytes(fresh / name, content)
        write_record(fresh / META_FILE, _meta(classifiers, fresh, model, background))


def load(folder: Path, model: str, way_out: str = RETRAIN) -> ClassifierSet:
    """Read a set and check that it belongs to this network and these libraries.

    Args:
        folder: Where it lies.
        model: Fingerprint of the embedding network that is installed.
        way_out: What to do about a set that does not fit; it ends the error.

    Raises:
        ClassifierError: It is missing, damaged, holds something that a classifier never holds, or was
            trained with another network or another scikit-learn.
    """
    folder = current_of(folder)
    meta = read_meta(folder, way_out)
    with _way_out(way_out):
        _check_network(meta, folder, model)
        _check_library(meta, folder)
        embeddings, labels = _read_gallery(folder / GALLERY_FILE, len(meta.persons))
        svm = _read_judge(folder / SVM_FILE, _SVM, len(meta.persons))
        knn = _read_judge(folder / KNN_FILE, _KNN, len(meta.persons))
        _check_planes(folder / SVM_FILE, svm, len(meta.persons), embeddings.shape[1])
    return ClassifierSet(meta.persons, embeddings, labels, svm, knn, meta.decision)


def load_gallery(folder: Path, model: str, way_out: str = RETRAIN) -> tuple[Sequence[Person], Gallery]:
    """Read what a set was trained from, whatever scikit-learn trained it; no pickle is read.

    Args:
        folder: Where the set lies.
        model: Fingerprint of the embedding network that is installed.
        way_out: What to do about a set that does not fit; it ends the error.

    Raises:
        ClassifierError: It is missing, damaged, or another network's.
    """
    folder = current_of(folder)
    meta = read_meta(folder, way_out)
    with _way_out(way_out):
        _check_network(meta, folder, model)
        return meta.persons, _read_gallery(folder / GALLERY_FILE, len(meta.persons))


def read_meta(folder: Path, way_out: str = RETRAIN) -> ClassifierMeta:
    """Read meta.json of a set, and check each file that it names against its sha256.

    Args:
        folder: Where the set lies.
        way_out: What to do about a set that is damaged; it ends the error.

    Raises:
        ClassifierError: It is missing or damaged.
    """
    folder = current_of(folder)
    if not (folder / META_FILE).exists():
        raise ClassifierError(f"{folder}: no classifiers here; run `python prepare.py` to train them")
    with _way_out(way_out):
        meta = _read_meta(folder)
        _check_files(meta, folder)
    return meta


def read_persons(folder: Path) -> Sequence[Person]:
    """The persons of a set, whatever became of its other files.

    Raises:
        InputError: Its meta.json is missing or damaged.
    """
    return _read_meta(current_of(folder)).persons


def preview_file(person: str) -> str:
    """What the preview of a person's folder is called."""
    return f"{portable_file(person)}.png"


def _read_meta(folder: Path) -> ClassifierMeta:
    meta = read_record(folder / META_FILE, ClassifierMeta)
    persons = [replace(person, folder=unescaped(person.folder)) for person in meta.persons]
    for person in persons:
        if "/" in person.folder or not leads_within(person.folder):
            raise InputError(f"{folder / META_FILE}: {person.folder!r} cannot be a person's folder")
    return replace(meta, persons=persons)


@contextmanager
def _way_out(told: str) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise ClassifierError(f"{error}; {told}") from error


def _write_estimator(path: Path, estimator: Any) -> None:
    write_bytes(path, pickle.dumps(estimator, protocol=4))


def _write_gallery(path: Path, classifiers: ClassifierSet) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, embeddings=classifiers.embeddings, labels=classifiers.labels)
    write_bytes(path, buffer.getvalue())


def _read_gallery(path: Path, classes: int) -> Gallery:
    arrays = read_arrays(path, {"embeddings": "f", "labels": "i"})
    embeddings, labels = arrays["embeddings"], arrays["labels"].astype(np.int64)
    if embeddings.dtype != np.float16:
        embeddings = embeddings.astype(np.float32)
    fits = embeddings.ndim == _ROWS and labels.shape == embeddings.shape[:1] and np.isfinite(embeddings).all()
    if not fits or not np.array_equal(np.unique(labels), np.arange(classes)):
        raise InputError(f"{path}: damaged: its rows are not those of the persons in {META_FILE}")
    return embeddings, labels


def _read_judge(path: Path, kind: str, classes: int) -> Any:
    """What remains of a classifier of this kind, or of one that says nothing."""
    judge = read_pickle(path, {kind, _NONE}, _MAX_BYTES)
    if not isinstance(judge, Remains) or not np.array_equal(getattr(judge, "classes_", ()), range(classes)):
        raise InputError(f"{path}: damaged: not a classifier of the persons in {META_FILE}")
    return judge


def _check_planes(path: Path, svm: Remains, classes: int, length: int) -> None:
    """Whatever the SVM's file holds, it fails here and not before a camera."""
    if not hasattr(svm, "coef_"):
        return
    planes = 1 if classes == 2 else classes  # noqa: PLR2004 - one plane lies between two
    parts = {"coef_": (planes, length), "intercept_": (planes,)}
    for name, shape in parts.items():
        values = np.asarray(getattr(svm, name, None))
        if values.dtype.kind != "f" or values.shape != shape or not np.isfinite(values).all():
            raise InputError(f"{path}: damaged: its planes are not those of {classes} classes")


def _meta(classifiers: ClassifierSet, folder: Path, model: str, background: str) -> ClassifierMeta:
    return ClassifierMeta(
        format_version=FORMAT_VERSION,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        model=model,
        libraries=_libraries(),
        persons=[replace(person, folder=escaped(person.folder)) for person in classifiers.persons],
        decision=classifiers.decision,
        files={name: sha256_of(folder / name) for name in (SVM_FILE, KNN_FILE, GALLERY_FILE)},
        background=background,
    )


def _libraries() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scikit-learn")},
    }


def _check_network(meta: ClassifierMeta, folder: Path, model: str) -> None:
    if meta.format_version != FORMAT_VERSION:
        told = f"format {meta.format_version}, and this program reads format {FORMAT_VERSION}"
        raise InputError(f"{folder}: {told}")
    if meta.model != model:
        raise InputError(f"{folder}: trained with another network ({meta.model}; installed is {model})")


def _check_library(meta: ClassifierMeta, folder: Path) -> None:
    """Estimators of another minor version may load and answer wrongly."""
    here = version("scikit-learn")
    trained = meta.libraries.get("scikit-learn", "unknown")
    if trained.split(".")[:2] != here.split(".")[:2]:
        raise InputError(f"{folder}: trained with scikit-learn {trained}, and {here} is installed")


def _check_files(meta: ClassifierMeta, folder: Path) -> None:
    for name in (SVM_FILE, KNN_FILE, GALLERY_FILE):
        path = folder / name
        if not path.exists():
            raise InputError(f"{path}: no such file")
        found = sha256_of(path)
        if found != meta.files.get(name):
            raise InputError(f"{path}: damaged: sha256 is {found}, {META_FILE} says {meta.files.get(name)}")
