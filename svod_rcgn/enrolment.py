"""From photographs to aligned faces and their embeddings, with the stages that the camera uses.

Pictures are known by their content: one that was looked at before, by the same detector and with the
same crop, is not looked at again, and a crop that was embedded before by the same network is not
embedded again.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from . import pictures, storage
from .classifier_set import Person
from .entities import Face, FloatArray, Image
from .errors import InputError
from .settings import EnrolmentSettings

INDEX_FILE = "index.json"
EMBEDDINGS_FILE = "embeddings.npz"
META_FILE = "meta.json"

_FOREIGN_SUFFIXES = frozenset({".heic", ".heif", ".avif", ".gif", ".tif", ".tiff"})
_WIDEST_META = 1_000_000

Item = TypeVar("Item")
Track = Callable[[Sequence[Item], str], Iterable[Item]]
"""Walks through a sequence under a title, showing how far it is."""


class Detector(Protocol):
    """What enrolment needs of the detection stage."""

    def detect(self, image: Image) -> tuple[Face, ...]:
        """Find the faces of a picture."""
        ...


class Aligner(Protocol):
    """What enrolment needs of the alignment stage."""

    def align(self, image: Image, face: Face) -> Image:
        """Cut one face out of its picture."""
        ...


class Embedder(Protocol):
    """What enrolment needs of the embedding stage."""

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        """Compute one embedding a crop."""
        ...


@dataclass(frozen=True, slots=True)
class AlignedPicture:
    """What became of one picture: either the crop it gave, or the reason why it gave none.

    `source` is relative to the input folder and `crop` to the aligned one, with forward slashes;
    `box` is (left, top, right, bottom) in pixels of the picture as a person sees it.
    """

    person: str
    source: str
    sha256: str
    reason: str | None = None
    crop: str | None = None
    box: tuple[float, float, float, float] | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class AlignedIndex:
    """index.json of the aligned folder. `recipe` names the detector and the crop that made it."""

    recipe: str
    pictures: list[AlignedPicture]

    @property
    def used(self) -> list[AlignedPicture]:
        """The pictures that gave a crop."""
        return [picture for picture in self.pictures if picture.crop]


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Embeddings with their persons; the order of the rows is that of `crops`."""

    persons: list[Person]
    embeddings: FloatArray
    labels: np.ndarray[Any, np.dtype[np.int64]]
    crops: list[Path]


class FaceCutter:
    """Takes the one face out of a photograph of a person, or says why there is none to take."""

    def __init__(
        self, detector: Detector, aligner: Aligner, settings: EnrolmentSettings, recipe: str
    ) -> None:
        self._detector = detector
        self._aligner = aligner
        self._settings = settings
        self.recipe = recipe

    def cut(self, path: Path) -> tuple[Face, Image]:
        """Read a picture and cut its face.

        Raises:
            InputError: It cannot be read, or shows no face, or shows several.
        """
        if path.suffix.lower() in _FOREIGN_SUFFIXES:
            raise InputError("not a jpg, png, webp or bmp")
        image = pictures.read_picture(path)
        faces = self._prominent(self._detector.detect(image))
        if len(faces) != 1:
            raise InputError(f"{len(faces)} faces" if faces else "no face")
        return faces[0], self._aligner.align(image, faces[0])

    def _prominent(self, faces: Sequence[Face]) -> list[Face]:
        widest = max((face.box.width for face in faces), default=0.0)
        return [face for face in faces if face.box.width >= widest * self._settings.bystander]


def align(
    input_dir: Path, aligned_dir: Path, cutter: FaceCutter, track: Track[Path], *, complementary: bool = False
) -> AlignedIndex:
    """Cut the face out of every picture of every person.

    Args:
        input_dir: PERSON/pictures; nothing in it is changed.
        aligned_dir: Replaced as a whole when all is done.
        cutter: Does the work on one picture.
        track: Shows the progress.
        complementary: Keep what was aligned before and is no longer in the input folder.

    Raises:
        InputError: The input folder has no pictures of persons.
    """
    sources = _sources(input_dir)
    before = _previous_index(aligned_dir, cutter.recipe)
    known = {(picture.person, picture.sha256): picture for picture in before.pictures}
    with storage.replacing_folder(aligned_dir) as fresh:
        bench = _Bench(input_dir, storage.current_of(aligned_dir), fresh, cutter, known)
        done = [bench.process(path) for path in track(sources, "Aligning")]
        if complementary:
            done += [bench.reuse(picture) for picture in _absent(before.pictures, done)]
        index = AlignedIndex(cutter.recipe, done)
        storage.write_record(fresh / INDEX_FILE, index)
        storage.copy(storage.current_of(aligned_dir) / EMBEDDINGS_FILE, fresh / EMBEDDINGS_FILE)
    return index


def embed(
    index: AlignedIndex, input_dir: Path, aligned_dir: Path, embedder: Embedder, model: str, track: Track[Any]
) -> Gallery:
    """Compute the embeddings of all aligned faces, those apart that are known already.

    Args:
        index: What is aligned.
        input_dir: Where each person's meta.json is looked for.
        aligned_dir: Holds the crops, and the embeddings of earlier runs.
        embedder: Turns crops into embeddings.
        model: Fingerprint of the embedding network; embeddings of another one are forgotten.
        track: Shows the progress.

    Raises:
        InputError: No picture gave a face.
    """
    crops = [aligned_dir / str(picture.crop) for picture in index.used]
    if not crops:
        raise InputError(
            f"{input_dir}: no picture shows exactly one face that can be read; add better pictures"
        )
    keys = [storage.sha256_of(crop) for crop in crops]
    known = _read_embeddings(aligned_dir / EMBEDDINGS_FILE, model)
    missing = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in known}
    known |= _embedded(missing, embedder, track)
    _write_embeddings(aligned_dir / EMBEDDINGS_FILE, model, {key: known[key] for key in keys})
    folders = [picture.person for picture in index.used]
    names = sorted(set(folders))
    labels = np.array([names.index(folder) for folder in folders], np.int64)
    persons = [_person(input_dir / name, folders.count(name)) for name in names]
    return Gallery(persons, np.stack([known[key] for key in keys]), labels, crops)


def previews(index: AlignedIndex, aligned_dir: Path) -> dict[str, Image]:
    """The crop of each person's surest detection, by the person's folder."""
    surest: dict[str, AlignedPicture] = {}
    for picture in sorted(index.used, key=lambda picture: picture.score or 0.0):
        surest[picture.person] = picture
    return {
        person: pictures.read_picture(aligned_dir / str(picture.crop)) for person, picture in surest.items()
    }


class _Bench:
    """Works through one run: what is known, where the old crops lie, where the new ones go."""

    def __init__(
        self, input_dir: Path, old: Path, fresh: Path, cutter: FaceCutter, known: dict[Any, AlignedPicture]
    ) -> None:
        self._input_dir = input_dir
        self._old = old
        self._fresh = fresh
        self._cutter = cutter
        self._known = known

    def process(self, path: Path) -> AlignedPicture:
        entry = AlignedPicture(
            person=path.parent.name,
            source=path.relative_to(self._input_dir).as_posix(),
            sha256=storage.sha256_of(path),
        )
        before = self._known.get((entry.person, entry.sha256))
        if before is not None:
            return self.reuse(replace(before, source=entry.source))
        try:
            face, crop = self._cutter.cut(path)
        except InputError as error:
            return replace(entry, reason=str(error).removeprefix(f"{path}: "))
        return self._keep(entry, face, crop)

    def reuse(self, picture: AlignedPicture) -> AlignedPicture:
        if picture.crop:
            storage.copy(self._old / picture.crop, self._fresh / picture.crop)
        return picture

    def _keep(self, entry: AlignedPicture, face: Face, crop: Image) -> AlignedPicture:
        name = f"{entry.person}/{Path(entry.source).stem}-{entry.sha256[:12]}.png"
        pictures.write_png(self._fresh / name, crop)
        box = (face.box.left, face.box.top, face.box.right, face.box.bottom)
        return replace(entry, crop=name, box=box, score=face.score)


def _sources(input_dir: Path) -> list[Path]:
    if not input_dir.is_dir():
        raise InputError(f"{input_dir}: no such folder; put pictures into {input_dir}/PERSON/")
    wanted = pictures.SUFFIXES | _FOREIGN_SUFFIXES
    found = [
        path
        for path in sorted(input_dir.glob("*/*"))
        if path.suffix.lower() in wanted
        and not path.name.startswith(".")
        and not path.parent.name.startswith(".")
    ]
    if not found:
        raise InputError(f"{input_dir}: no pictures of persons; put them into {input_dir}/PERSON/")
    return found


def _absent(before: Sequence[AlignedPicture], now: Sequence[AlignedPicture]) -> list[AlignedPicture]:
    """What was aligned before from a picture that is neither there nor changed now."""
    sources = {picture.source for picture in now}
    return [picture for picture in before if picture.crop and picture.source not in sources]


def _previous_index(aligned_dir: Path, recipe: str) -> AlignedIndex:
    """The last run's index; an empty one where there is none of this recipe that can be read."""
    folder = storage.current_of(aligned_dir)
    try:
        index = storage.read_record(folder / INDEX_FILE, AlignedIndex)
    except InputError:
        return AlignedIndex(recipe, [])
    whole = [picture for picture in index.pictures if not picture.crop or (folder / picture.crop).is_file()]
    return AlignedIndex(recipe, whole if index.recipe == recipe else [])


def _embedded(missing: dict[str, Path], embedder: Embedder, track: Track[Any]) -> dict[str, FloatArray]:
    keys = list(missing)
    batches = [keys[start : start + 16] for start in range(0, len(keys), 16)]
    found: dict[str, FloatArray] = {}
    for batch in track(batches, "Embedding"):
        crops = [pictures.read_picture(missing[key]) for key in batch]
        found.update(zip(batch, embedder.embed(crops), strict=True))
    return found


def _read_embeddings(path: Path, model: str) -> dict[str, FloatArray]:
    """The cache by content hash of the crop; empty where it is absent, damaged or another network's."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if str(arrays["model"]) != model:
                return {}
            return dict(zip(arrays["keys"].tolist(), arrays["embeddings"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def _write_embeddings(path: Path, model: str, known: dict[str, FloatArray]) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, model=model, keys=list(known), embeddings=np.stack(list(known.values())))
    storage.write_bytes(path, buffer.getvalue())


def _person(folder: Path, count: int) -> Person:
    return Person(folder.name, folder.name.replace("_", " "), count, _fields(folder / META_FILE))


def _fields(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    if path.stat().st_size > _WIDEST_META:
        raise InputError(f"{path}: larger than {_WIDEST_META:,} bytes; what is said of a person is short")
    return storage.read_record(path, dict[str, Any])
