"""8-bit networks: made on faces at hand, compared with the full ones on others, kept where they agree."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Generic, TypeVar

import cv2
import numpy as np

from . import assembly, inference, pictures, storage, weights
from .entities import Face, FloatArray, Image, ModelCard
from .errors import InputError, ModelError
from .geometry import intersection_over_union
from .inference import Network, OpenVinoNetwork
from .settings import QUANTIZATION, QuantizationSettings
from .stages.embedding import FaceEmbedder
from .weights import Model
from .weights.installing import write_card

Answer = TypeVar("Answer")

FULL, INT8 = "fp16", "int8"
SHAPES = ((384, 640), (512, 640), (640, 640))
_SUFFIX = "-int8"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an 8-bit network agrees with the full one on `samples` faces that it was not made on.

    `mean` and `least` are cosines of the embeddings, or overlaps (IoU) of the boxes where a face that
    only one of the two finds counts as 0.
    """

    network: str
    samples: int
    mean: float
    least: float


def use_full(directory: Path) -> None:
    """Go back to the full network, which is kept beside the 8-bit one.

    Raises:
        ModelError: There is no network, or it is damaged.
        BusyError: Another run works here.
    """
    card = weights.read_card(directory)
    full = Path(card.file).stem.removesuffix(_SUFFIX)
    _use(directory, replace(card, file=f"{full}.xml", precision=FULL))


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
        faces: Pictures with faces. Of what they show, half makes the networks and half compares them.
        say: Told what is done, for it takes about a minute.
        settings: How much is looked at, and what agreement is wanted.

    Returns:
        How far each network agrees with the full one.

    Raises:
        ModelError: A network is missing or damaged, NNCF is not installed, or 8 bits change a network's
            answers too much; that network stays what it was.
        InputError: No face is found in the pictures.
        BusyError: Another run works here.
    """
    detection = _full(detection_dir, "detection")
    embedding = _full(embedding_dir, "embedding")
    scenes = list(islice(_scenes(faces), settings.scenes))
    crops = _crops(scenes, detection, embedding.card)
    if len(crops) < settings.least_faces:
        raise InputError(f"{len(faces)} pictures show {len(crops)} faces, too few to make 8-bit networks on")
    say(f"comparing on {len(crops) - len(crops[::2])} faces, making on {len(crops[::2])}")
    found = _Trial(detection, scenes, _find, _overlaps, settings.least_overlap)
    alike = _Trial(embedding, crops, _embed, _cosines, settings.least_cosine)
    return [_quantized(detection_dir, found, say), _quantized(embedding_dir, alike, say)]


@dataclass(frozen=True, slots=True, eq=False)
class _Trial(Generic[Answer]):
    """A network, the pictures that it is tried on, how it answers one, how alike two answers are."""

    model: Model
    pictures: Sequence[Image]
    ask: Callable[[Model, Image], Answer]
    compare: Callable[[Answer, Answer], list[float]]
    least: float


class _Recorder:
    """A network that keeps what it is fed."""

    def __init__(self, network: Network) -> None:
        self.fed: list[FloatArray] = []
        self._network = network

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        self.fed.append(batch)
        return self._network.run(batch)


def _quantized(directory: Path, trial: _Trial[Answer], say: Callable[[str], None]) -> Agreement:
    """Make the 8-bit network, and use it where it agrees with the full one."""
    card = trial.model.card
    say(f"making {card.name} of 8 bits")
    recorder = _Recorder(trial.model.network)
    for picture in trial.pictures[::2]:
        trial.ask(replace(trial.model, network=recorder), picture)
    source = storage.current_of(directory) / card.file
    made = replace(card, file=f"{source.stem}{_SUFFIX}.xml", precision=INT8)
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        inference.quantize(source, Path(scratch, made.file), recorder.fed)
        agreement = _agreement(trial, OpenVinoNetwork(Path(scratch, made.file)))
        if agreement.mean < trial.least:
            raise ModelError(
                f"{card.name}: with 8 bits its answers agree by {agreement.mean:.2f} only, less than "
                f"{trial.least}; {directory} stays as it was"
            )
        _use(directory, made, sorted(Path(scratch).iterdir()))
    return agreement


def _agreement(trial: _Trial[Answer], network: Network) -> Agreement:
    small = replace(trial.model, network=network)
    shares = [
        share
        for picture in trial.pictures[1::2]
        for share in trial.compare(trial.ask(trial.model, picture), trial.ask(small, picture))
    ]
    return Agreement(trial.model.card.name, len(shares), float(np.mean(shares)), min(shares))


def _use(directory: Path, card: ModelCard, further: Sequence[Path] = ()) -> None:
    """Put a card into a directory with the files that are there and further ones."""
    with storage.locked(directory), storage.replacing_folder(directory) as fresh:
        for name in card.files:
            storage.copy(storage.current_of(directory) / name, fresh / name)
        for path in further:
            storage.copy(path, fresh / path.name)
        write_card(fresh, card)


def _full(directory: Path, task: str) -> Model:
    card = weights.read_card(directory)
    if card.further:
        raise ModelError(
            f"{card.name}: a cascade of networks stays full; give CenterFace with --detector_dir"
        )
    if card.precision == INT8:
        use_full(directory)
    return weights.load_model(directory, task)


def _scenes(faces: Sequence[Path]) -> Iterator[Image]:
    """Pictures of many sizes, places and kinds of light, the same each time."""
    dice = np.random.default_rng(0)
    for path, shape in zip(cycle(faces), cycle(SHAPES), strict=False):
        yield _scene(pictures.read_picture(path), shape, dice)


def _scene(picture: Image, shape: tuple[int, int], dice: np.random.Generator) -> Image:
    longest = np.exp(dice.uniform(np.log(60), np.log(max(shape))))
    scale = longest / max(picture.shape)
    size = [min(most, max(1, round(side * scale))) for side, most in zip(picture.shape, shape, strict=False)]
    small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA) * dice.uniform(0.3, 1.2)
    top, left = (dice.integers(0, most - side + 1) for side, most in zip(size, shape, strict=True))
    scene = np.zeros((*shape, 3), np.uint8)
    scene[top : top + size[0], left : left + size[1]] = np.clip(small, 0, 255)[:, :: dice.choice([-1, 1])]
    return scene


def _crops(scenes: Sequence[Image], detection: Model, card: ModelCard) -> list[Image]:
    aligner = assembly.build_aligner(card)
    return [aligner.align(scene, face) for scene in scenes for face in _find(detection, scene)]


def _find(model: Model, scene: Image) -> tuple[Face, ...]:
    return assembly.detector_of(model).detect(scene)


def _overlaps(full: tuple[Face, ...], small: tuple[Face, ...]) -> list[float]:
    pairs = ((full, small), (small, full))
    return [
        max((intersection_over_union(face.box, other.box) for other in others), default=0.0)
        for faces, others in pairs
        for face in faces
    ]


def _embed(model: Model, crop: Image) -> FloatArray:
    embedding: FloatArray = FaceEmbedder(model.network, model.card).embed([crop])[0]
    return embedding


def _cosines(full: FloatArray, small: FloatArray) -> list[float]:
    return [float(full @ small)]
