"""How a network wants to be fed, where its file does not say: tried on faces of known persons.

A network that is fed as it was trained tells persons apart best; so every usual convention is tried,
and the one with the widest gap wins: from the least cosine of two pictures of one person to the
greatest of two persons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ...errors import InputError
from ...networks.card import Channels, ModelCard
from ...networks.runtime import Network
from ...networks.templates import Template
from ...records import Image
from ...storage import images
from ...tracking.motion import Detector
from .. import build
from ..records import Face
from ..stages.embedding import FaceEmbedder
from .catalogue import DEMO_FACES

COLOURS = ("RGB", "BGR")
STANDARDISATIONS: tuple[tuple[Channels, Channels], ...] = (
    (127.5, 128.0),  # -1..1, as FaceNet and ArcFace
    (0.0, 255.0),  # 0..1
    (0.0, 1.0),  # 0..255: the network does the rest itself
    ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),  # mean and deviation of ImageNet, RGB
)
MARGINS = (0.075, 0.25)
TEMPLATE = "arcface"

Alignment: TypeAlias = tuple[float | None, Template | None]
"""Margin and template, of which one is None."""


@dataclass(frozen=True, slots=True)
class InputHints:
    """What the user says; None leaves it to the trial."""

    colour: str | None = None
    mean: Channels | None = None
    scale: Channels | None = None
    alignment: Alignment | None = None


@dataclass(frozen=True, slots=True, eq=False)
class KnownFace:
    """A picture of a known person."""

    person: str
    image: Image
    face: Face


@dataclass(frozen=True, slots=True)
class ConventionResult:
    """How a network told persons apart when it was fed as this card says.

    `same` is the least cosine of two pictures of one person, and `other` the greatest of two persons.
    """

    card: ModelCard
    same: float
    other: float

    @property
    def gap(self) -> float:
        """How far the two lie apart; above 0 where every pair is told rightly."""
        return self.same - self.other

    def __str__(self) -> str:
        """What was tried, in words."""
        card = self.card
        cut = f"margin {card.margin:g}" if card.template is None else f"template {card.template}"
        return f"{card.colour}, mean {_told(card.mean)}, scale {_told(card.scale)}, {cut}"


def portraits(demo_dir: Path, detector: Detector[Face]) -> list[KnownFace]:
    """The demo's pictures, and the face on each.

    Raises:
        InputError: One is not there, or shows no face.
    """
    return [_portrait(demo_dir / name, person, detector) for name, person in DEMO_FACES.items()]


def candidates(card: ModelCard, wishes: InputHints) -> Iterator[ModelCard]:
    """The card with every usual convention that the wishes leave open."""
    colours = [wishes.colour] if wishes.colour else COLOURS
    usual: list[Alignment] = [(None, TEMPLATE), *((margin, None) for margin in MARGINS)]
    alignments = [wishes.alignment] if wishes.alignment else usual
    for colour, (mean, scale), (margin, template) in product(colours, _standardisations(wishes), alignments):
        yield replace(
            card,
            colour=colour,
            mean=_in_order(mean if wishes.mean is None else wishes.mean, colour),
            scale=_in_order(scale if wishes.scale is None else wishes.scale, colour),
            margin=margin,
            template=template,
        )


def _in_order(value: Channels, colour: str) -> Channels:
    """What is known for RGB, in a card's order of colours."""
    if isinstance(value, tuple) and colour == "BGR":
        return value[2], value[1], value[0]
    return value


def evaluate_convention(card: ModelCard, network: Network, faces: Sequence[KnownFace]) -> ConventionResult:
    """Feed faces to a network as a card says, and see how it tells them apart."""
    aligner = build.build_aligner(card)
    embeddings = FaceEmbedder(network, card).embed([aligner.align(each.image, each.face) for each in faces])
    cosines = np.nan_to_num(embeddings @ embeddings.T, nan=-1.0)
    pairs = list(combinations(range(len(faces)), 2))
    same = [float(cosines[one, two]) for one, two in pairs if faces[one].person == faces[two].person]
    other = [float(cosines[one, two]) for one, two in pairs if faces[one].person != faces[two].person]
    return ConventionResult(card, min(same), max(other))


def _standardisations(wishes: InputHints) -> list[tuple[Channels, Channels]]:
    """The usual pairs that agree with what was wished; a wish that none has stands by itself."""
    agreeing = [
        (mean, scale)
        for mean, scale in STANDARDISATIONS
        if wishes.mean in (None, mean) and wishes.scale in (None, scale)
    ]
    if agreeing:
        return agreeing
    return [(0.0 if wishes.mean is None else wishes.mean, 1.0 if wishes.scale is None else wishes.scale)]


def _portrait(path: Path, person: str, detector: Detector[Face]) -> KnownFace:
    if not path.is_file():
        raise InputError(f"{path}: no such file; run `python download_models.py --demo`")
    image = images.read_picture(path)
    faces = detector.detect(image)
    if not faces:
        raise InputError(f"{path}: no face; run `python download_models.py --demo --force`")
    return KnownFace(person, image, max(faces, key=lambda face: face.box.width))


def _told(value: Channels) -> str:
    return " ".join(f"{each:g}" for each in (value if isinstance(value, tuple) else (value,)))
