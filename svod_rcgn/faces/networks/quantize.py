"""8-bit networks: made on faces at hand, compared with the full ones on others, kept where they agree."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Generic, TypeVar

import cv2
import numpy as np

from ... import networks
from ...errors import InputError, ModelError
from ...geometry import intersection_over_union
from ...networks import Model, runtime
from ...networks.install import write_card
from ...networks.runtime import Network
from ...records import Face, FloatArray, Image, ModelCard
from ...storage import files, images
from ...text import counted
from .. import build
from ..settings import QUANTIZATION, QuantizationSettings
from ..stages.embedding import FaceEmbedder

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
    _use(directory, _full_card(networks.read_card(directory)))


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
    detection, embedding = _full(detection_dir, "detection"), _full(embedding_dir, "embedding")
    making, comparing = (_shown(part, detection, embedding, settings) for part in (faces[::2], faces[1::2]))
    say(f"making on {len(making.crops)} faces, comparing on {len(comparing.crops)} of other pictures")
    found = _Trial(
        detection, making.scenes, comparing.scenes, _find, _overlaps, settings.least_overlap, finely=True
    )
    alike = _Trial(embedding, making.crops, comparing.crops, _embed, _cosines, settings.least_cosine)
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        detector, embedder = Path(scratch, "detector"), Path(scratch, "embedder")
        agreements = [_made(found, detection_dir, detector, say), _made(alike, embedding_dir, embedder, say)]
        _use(detection_dir, networks.read_card(detector), detector)
        _use(embedding_dir, networks.read_card(embedder), embedder)
    return agreements


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """What pictures show: scenes made of them, and the faces in these as the embedding network takes them."""

    scenes: list[Image]
    crops: list[Image]


@dataclass(frozen=True, slots=True, eq=False)
class _Trial(Generic[Answer]):
    """A full network, pictures to make and to compare it on, how it answers, how alike two answers are."""

    model: Model
    making: Sequence[Image]
    comparing: Sequence[Image]
    ask: Callable[[Model, Image], Answer]
    compare: Callable[[Answer, Answer], list[float]]
    least: float
    finely: bool = False


class _Recorder:
    """A network that keeps what it is fed."""

    def __init__(self, network: Network) -> None:
        self.fed: list[FloatArray] = []
        self._network = network

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        self.fed.append(batch)
        return self._network.run(batch)


def _made(trial: _Trial[Answer], directory: Path, target: Path, say: Callable[[str], None]) -> Agreement:
    """Make the 8-bit network in a folder of its own, and see that it agrees with the full one."""
    card = trial.model.card
    say(f"making {card.name} of 8 bits")
    recorder = _Recorder(trial.model.network)
    for picture in trial.making:
        trial.ask(replace(trial.model, network=recorder), picture)
    source = files.current_of(directory) / card.file
    made = replace(card, file=f"{source.stem}{_SUFFIX}.xml", precision=INT8)
    target.mkdir()
    runtime.quantize(source, target / made.file, recorder.fed, finely=trial.finely)
    write_card(target, made)
    agreement = _agreement(trial, networks.load_model(target, card.task))
    if agreement.mean < trial.least:
        raise ModelError(
            f"{card.name}: with 8 bits its answers agree by {agreement.mean:.2f} only, less than "
            f"{trial.least}; the networks stay as they were"
        )
    return agreement


def _agreement(trial: _Trial[Answer], small: Model) -> Agreement:
    shares = [
        share
        for picture in trial.comparing
        for share in trial.compare(trial.ask(trial.model, picture), trial.ask(small, picture))
    ]
    return Agreement(trial.model.card.name, len(shares), float(np.mean(shares)), min(shares))


def _use(directory: Path, card: ModelCard, made: Path | None = None) -> None:
    """Put a card into a directory, with the files of a network that was made and those that are there."""
    with files.locked(directory), files.replacing_folder(directory) as fresh:
        for folder in (made, directory) if made else (directory,):
            for name in networks.read_card(folder).files:  # of what was made again, the new one stays
                files.copy(files.current_of(folder) / name, fresh / name)
        write_card(fresh, card)


def _full(directory: Path, task: str) -> Model:
    """The full network of a directory, whichever is in use."""
    card = _full_card(networks.read_card(directory))
    if card.further:
        raise ModelError(
            f"{card.name}: a cascade of networks stays full; give CenterFace with --detector_dir"
        )
    return networks.load_model(directory, task, card=card)


def _full_card(card: ModelCard) -> ModelCard:
    if card.precision != INT8:
        return card
    return replace(card, file=f"{Path(card.file).stem.removesuffix(_SUFFIX)}.xml", precision=FULL)


def _shown(
    faces: Sequence[Path], detection: Model, embedding: Model, settings: QuantizationSettings
) -> _Shown:
    scenes = list(islice(_scenes(faces), settings.scenes // 2))
    aligner = build.build_aligner(embedding.card)
    crops = [aligner.align(scene, face) for scene in scenes for face in _find(detection, scene)]
    if 2 * len(crops) < settings.least_faces:
        raise InputError(
            f"{counted(len(crops), 'face')} on {counted(len(faces), 'picture')}, too few for 8-bit networks"
        )
    return _Shown(scenes, crops)


def _scenes(faces: Sequence[Path]) -> Iterator[Image]:
    """Pictures of many sizes, places and kinds of light, the same each time."""
    dice = np.random.default_rng(0)
    for path, shape in zip(cycle(faces), cycle(SHAPES), strict=False):
        yield _scene(images.read_picture(path), shape, dice)


def _scene(picture: Image, shape: tuple[int, int], dice: np.random.Generator) -> Image:
    longest = np.exp(dice.uniform(np.log(60), np.log(max(shape))))
    scale = longest / max(picture.shape)
    size = [min(most, max(1, round(side * scale))) for side, most in zip(picture.shape, shape, strict=False)]
    small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA) * dice.uniform(0.3, 1.2)
    top, left = (dice.integers(0, most - side + 1) for side, most in zip(size, shape, strict=True))
    scene = np.zeros((*shape, 3), np.uint8)
    scene[top : top + size[0], left : left + size[1]] = np.clip(small, 0, 255)[:, :: dice.choice([-1, 1])]
    return scene


def _find(model: Model, scene: Image) -> tuple[Face, ...]:
    return build.detector_of(model).detect(scene)


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
