"""8-bit networks: made on faces at hand, compared with the full ones on others, kept where they agree."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import cv2
import numpy as np

from ... import networks
from ...errors import InputError
from ...geometry import intersection_over_union
from ...networks import LoadedNetwork
from ...networks.quantize import (
    QUANTIZATION,
    Agreement,
    QuantizationSettings,
    QuantizationTrial,
    load_full,
    make_int8,
    use_network,
)
from ...records import FloatArray, Image
from ...storage import images
from ...text import counted
from .. import build
from ..records import Face

SHAPES = ((384, 640), (512, 640), (640, 640))


def use_int8(
    detection_dir: Path,
    embedding_dir: Path,
    faces: Sequence[Path],
    say: Callable[[str], None],
    settings: QuantizationSettings = QUANTIZATION,
) -> list[Agreement]:
    """Use 8-bit networks, made on these faces.

    Args:
        detection_dir: The face detector.
        embedding_dir: The embedding network.
        faces: Pictures with faces. Every second one makes the networks, and the others compare them.
        say: Told what is done, for it takes about a minute.
        settings: How much is looked at, and what agreement is wanted.

    Returns:
        How far each network agrees with the full one.

    Raises:
        ModelError: A network is missing or damaged, NNCF is not installed, or 8 bits change a network's
            answers too much; both networks stay what they were.
        InputError: Too few faces are found in the pictures.
        BusyError: Another run works here.
    """
    detection, embedding = load_full(detection_dir, "detection"), load_full(embedding_dir, "embedding")
    making, comparing = (
        _shown(part, _scenes(part, say), detection, embedding, settings) for part in (faces[::2], faces[1::2])
    )
    say(f"calibrating on {len(making.crops)} faces, comparing on {len(comparing.crops)} of other pictures")
    found = QuantizationTrial(
        detection,
        making.scenes,
        comparing.scenes,
        _find,
        _overlaps,
        settings.least_overlap,
        keep_last_full=True,
    )
    alike = QuantizationTrial(
        embedding, making.crops, comparing.crops, _embed, _cosines, settings.least_cosine
    )
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        detector, embedder = Path(scratch, "detector"), Path(scratch, "embedder")
        agreements = [
            make_int8(found, detection_dir, detector, say),
            make_int8(alike, embedding_dir, embedder, say),
        ]
        use_network(detection_dir, networks.read_card(detector), detector)
        use_network(embedding_dir, networks.read_card(embedder), embedder)
    return agreements


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """What pictures show: scenes made of them, and the faces in these as the embedding network takes them."""

    scenes: list[Image]
    crops: list[Image]


def _shown(
    faces: Sequence[Path],
    scenes_of: Iterator[Image],
    detection: LoadedNetwork,
    embedding: LoadedNetwork,
    settings: QuantizationSettings,
) -> _Shown:
    scenes = list(islice(scenes_of, settings.scenes // 2))
    aligner = build.build_aligner(embedding.card)
    crops = [aligner.align(scene, face) for scene in scenes for face in _find(detection, scene)]
    if 2 * len(crops) < settings.least_faces:
        raise InputError(
            f"{counted(len(crops), 'face')} on {counted(len(faces), 'picture')}, too few for 8-bit networks"
        )
    return _Shown(scenes, crops)


def _scenes(faces: Sequence[Path], say: Callable[[str], None]) -> Iterator[Image]:
    """Pictures of many sizes, places and kinds of light, the same each time."""
    dice = np.random.default_rng(0)
    for picture, shape in zip(_readable(faces, say), cycle(SHAPES), strict=False):
        yield _scene(picture, shape, dice)


def _readable(faces: Sequence[Path], say: Callable[[str], None]) -> Iterator[Image]:
    """The pictures again and again; one that cannot be read is told and left out."""
    left = list(faces)
    while left:
        for path in tuple(left):
            try:
                yield images.read_picture(path)
            except InputError as error:
                left.remove(path)
                say(f"left out: {error}")


def _scene(picture: Image, shape: tuple[int, int], dice: np.random.Generator) -> Image:
    longest = np.exp(dice.uniform(np.log(60), np.log(max(shape))))
    scale = longest / max(picture.shape)
    size = [min(most, max(1, round(side * scale))) for side, most in zip(picture.shape, shape, strict=False)]
    small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA) * dice.uniform(0.3, 1.2)
    top, left = (dice.integers(0, most - side + 1) for side, most in zip(size, shape, strict=True))
    scene = np.zeros((*shape, 3), np.uint8)
    scene[top : top + size[0], left : left + size[1]] = np.clip(small, 0, 255)[:, :: dice.choice([-1, 1])]
    return scene


def _find(model: LoadedNetwork, scene: Image) -> tuple[Face, ...]:
    return build.detector_of(model).detect(scene)


def _overlaps(full: tuple[Face, ...], small: tuple[Face, ...]) -> list[float]:
    pairs = ((full, small), (small, full))
    return [
        max((intersection_over_union(face.box, other.box) for other in others), default=0.0)
        for faces, others in pairs
        for face in faces
    ]


def _embed(model: LoadedNetwork, crop: Image) -> FloatArray:
    embedding: FloatArray = build.build_embedder(model).embed([crop])[0]
    return embedding


def _cosines(full: FloatArray, small: FloatArray) -> list[float]:
    return [float(full @ small)]
