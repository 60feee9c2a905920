"""The folder of the classifiers: what is in it, how it is written, and how it is read with suspicion.

A classifier file is a pickle, and a pickle that someone else made can run code when it is loaded; so
the files are read through an allow-list of exact names, and nothing else is ever made from them.
"""

import io
import pickle
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from . import pictures, storage
from .entities import Decision, FloatArray, Image
from .errors import ClassifierError, InputError

FORMAT_VERSION = 1
SVM_FILE = "classifier-svm.pkl"
KNN_FILE = "classifier-knn.pkl"
GALLERY_FILE = "gallery.npz"
META_FILE = "meta.json"
PREVIEWS = "previews"

_MAX_BYTES = 2_000_000_000
_RETRAIN = "run `python prepare.py` to train again"
_ALLOWED = frozenset(
    {
        "sklearn.dummy.DummyClassifier",
        "sklearn.neighbors._classification.KNeighborsClassifier",
        "sklearn.svm._classes.LinearSVC",
        "numpy.dtype",
        "numpy.ndarray",
        *(
            f"numpy.{core}.multiarray.{name}"
            for core in ("core", "_core")
            for name in ("_reconstruct", "scalar")
        ),
    }
)


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
    matters to it, `files` maps each file to its sha256; `persons` are in the order of the labels.
    """

    format_version: int
    created: str
    model: str
    libraries: dict[str, str]
    persons: list[Person]
    decision: Decision
    files: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class ClassifierSet:
    """Trained classifiers and the gallery behind them.

    `embeddings` is (n, length) float32 with rows of unit length; `labels` is (n,), each an index into
    `persons`; `svm` and `knn` are scikit-learn classifiers of those labels.
    """

    persons: Sequence[Person]
    embeddings: FloatArray
    labels: np.ndarray[Any, np.dtype[np.int64]]
    svm: Any
    knn: Any
    decision: Decision


def save(classifiers: ClassifierSet, folder: Path, model: str, previews: Mapping[str, Image]) -> None:
    """Write a set so that it takes the place of the last one whole, or not at all.

    Args:
        classifiers: The set.
        folder: Where it goes; the set that it replaces is kept for a rollback.
        model: Fingerprint of the embedding network.
        previews: One small picture for each person's folder name, (height, width, 3) uint8 BGR.
    """
    with storage.replacing_folder(folder) as fresh:
        _write_estimator(fresh / SVM_FILE, classifiers.svm)
        _write_estimator(fresh / KNN_FILE, classifiers.knn)
        _write_gallery(fresh / GALLERY_FILE, classifiers)
        for name, picture in previews.items():
            pictures.write_png(fresh / PREVIEWS / f"{name}.png", picture)
        storage.write_record(fresh / META_FILE, _meta(classifiers, fresh, model))


def load(folder: Path, model: str) -> ClassifierSet:
    """Read a set and check that it belongs to this network and these libraries.

    Args:
        folder: Where it lies.
        model: Fingerprint of the embedding network that is installed.

    Raises:
        ClassifierError: It is missing, damaged, holds something that a classifier never holds, or was
            trained with another network or another scikit-learn.
    """
    folder = storage.current_of(folder)
    try:
        meta = read_meta(folder)
        _check_origin(meta, folder, model)
        _check_files(meta, folder)
        svm, knn = (storage.read_pickle(folder / name, _ALLOWED, _MAX_BYTES) for name in (SVM_FILE, KNN_FILE))
        embeddings, labels = _read_gallery(folder / GALLERY_FILE)
    except InputError as error:
        raise ClassifierError(f"{error}; {_RETRAIN}") from error
    return ClassifierSet(meta.persons, embeddings, labels, svm, knn, meta.decision)


def _write_estimator(path: Path, estimator: Any) -> None:
    storage.write_bytes(path, pickle.dumps(estimator, protocol=4))


def _write_gallery(path: Path, classifiers: ClassifierSet) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, embeddings=classifiers.embeddings, labels=classifiers.labels)
    storage.write_bytes(path, buffer.getvalue())


def _read_gallery(path: Path) -> tuple[FloatArray, np.ndarray[Any, np.dtype[np.int64]]]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["embeddings"].astype(np.float32), arrays["labels"].astype(np.int64)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise InputError(f"{path}: damaged") from error


def _meta(classifiers: ClassifierSet, folder: Path, model: str) -> ClassifierMeta:
    return ClassifierMeta(
        format_version=FORMAT_VERSION,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        model=model,
        libraries=_libraries(),
        persons=list(classifiers.persons),
        decision=classifiers.decision,
        files={name: storage.sha256_of(folder / name) for name in (SVM_FILE, KNN_FILE, GALLERY_FILE)},
    )


def _libraries() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scikit-learn")},
    }


def read_meta(folder: Path) -> ClassifierMeta:
    """Read what is told of a set, without the set.

    Raises:
        ClassifierError: There is none.
        InputError: It is damaged.
    """
    if not (folder / META_FILE).exists():
        raise ClassifierError(f"{folder}: no classifiers here; run `python prepare.py` to train them")
    return storage.read_record(folder / META_FILE, ClassifierMeta)


def _check_origin(meta: ClassifierMeta, folder: Path, model: str) -> None:
    here = version("scikit-learn")
    trained = meta.libraries.get("scikit-learn", "unknown")
    if meta.format_version != FORMAT_VERSION:
        problem = f"format {meta.format_version}, and this program reads format {FORMAT_VERSION}"
    elif meta.model != model:
        problem = f"trained with another network ({meta.model}; installed is {model})"
    elif trained.split(".")[:2] != here.split(".")[:2]:
        problem = f"trained with scikit-learn {trained}, and {here} is installed"
    else:
        return
    raise ClassifierError(f"{folder}: {problem}; {_RETRAIN}")


def _check_files(meta: ClassifierMeta, folder: Path) -> None:
    for name in (SVM_FILE, KNN_FILE, GALLERY_FILE):
        path = folder / name
        if not path.exists():
            raise InputError(f"{path}: no such file")
        found = storage.sha256_of(path)
        if found != meta.files.get(name):
            raise InputError(f"{path}: damaged: sha256 is {found}, {META_FILE} says {meta.files.get(name)}")
