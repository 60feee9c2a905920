"""From pictures that are asked about to embeddings: one face a picture, or the reason why none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...records import FloatArray, Image
from ...reporter import Progress
from ...storage import images
from ...tracking.motion import Detector
from ..protocols import Aligner, Background, Embedder
from ..records import Face
from ..stages.background import KEPT

BATCH = 16

"""Walks through a sequence under a title, showing how far it is."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A picture that showed no face, or could not be read, and which of the two it was."""

    picture: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """The faces of a list of pictures.

    `embeddings` is (n, length) float32 with rows of unit length, and `rows` maps each picture that
    showed a face to its row; `misses` are the others.
    """

    embeddings: FloatArray
    rows: dict[Path, int]
    misses: tuple[Miss, ...]


class FaceReader:
    """Takes the face nearest the middle of a picture; a bystander stands at the side."""

    def __init__(
        self, detector: Detector[Face], aligner: Aligner, embedder: Embedder, background: Background = KEPT
    ) -> None:
        self._detector = detector
        self._aligner = aligner
        self._embedder = embedder
        self._background = background

    def crop(self, path: Path) -> Image:
        """Cut the face out of a picture.

        Raises:
            InputError: It cannot be read, or shows no face.
        """
        image = self._background.remove(images.read_picture(path))
        faces = self._detector.detect(image)
        if not faces:
            raise InputError(f"{path}: no face")
        return self._aligner.align(image, min(faces, key=lambda face: _off_middle(image, face)))

    def read(self, paths: Sequence[Path], track: Progress[Any], title: str = "Looking") -> Faces:
        """Embed the faces of pictures, a few at a time, so that thousands fit into memory."""
        misses: list[Miss] = []
        crops = self._crops(track(paths, title), misses)
        rows: dict[Path, int] = {}
        embeddings = [self._embedder.embed([])]
        while batch := list(islice(crops, BATCH)):
            embeddings.append(self._embedder.embed([crop for _, crop in batch]))
            rows |= {path: len(rows) + place for place, (path, _) in enumerate(batch)}
        return Faces(np.concatenate(embeddings), rows, tuple(misses))

    def _crops(self, paths: Iterable[Path], misses: list[Miss]) -> Iterator[tuple[Path, Image]]:
        for path in paths:
            try:
                yield path, self.crop(path)
            except InputError as error:
                misses.append(Miss(str(path), str(error).removeprefix(f"{path}: ")))


def persons_in(folder: Path) -> dict[str, list[Path]]:
    """The pictures of each person, by the name of the person's folder.

    Raises:
        InputError: There are none.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*/*")):
        if images.is_picture(path) and not path.parent.name.startswith("."):
            found.setdefault(path.parent.name, []).append(path)
    if not found:
        raise InputError(f"{folder}: no pictures of persons; put them into {folder}/PERSON/")
    return found


def _off_middle(image: Image, face: Face) -> float:
    """The distance of a face's centre from the picture's, in pixels."""
    x, y = face.box.centre
    return float(np.hypot(x - image.shape[1] / 2, y - image.shape[0] / 2))
