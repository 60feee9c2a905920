"""What is known of a network: model.json beside its files, read, checked and written."""

import hashlib
import json
import math
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ..errors import InputError, ModelError
from ..storage import files, folders
from ..storage.files import sha256_of, write_record
from . import templates
from .generic_face import unpacked_mean
from .templates import Template

CARD = "model.json"
EMBEDDING = "embedding"
BACKGROUND = "background"
CLASSIFICATION = "classification"
OBJECTS = "objects"
LAYOUTS = ("NHWC", "NCHW", "NWHC", "HWC")
COLOURS = {"RGB": 3, "BGR": 3, "GREY": 1}  # and how many channels they are
FULL, INT8 = "fp16", "int8"  # precisions
INT8_SUFFIX = "-int8"  # of the files of a network of 8 bits, beside those of the full one
FITS = ("centre", "corner", "squash")
FETCH = "run `python download_models.py`"
MEND = "correct the card, or fetch or add the network again"
_FINGERPRINT_LENGTH = 16
_LONGEST = 200  # letters of a value that are shown
_LEAST_MARGIN = -0.5  # it leaves nothing of the box
_UNSAID: list[object] = [None, 0]  # template and answer of cards written before there were such fields

Channels: TypeAlias = float | tuple[float, float, float]
"""A number for all channels of a picture, or one for each."""


Bell: TypeAlias = tuple[float, float]
"""Mean and deviation of a normal distribution of likeness."""


@dataclass(frozen=True, slots=True)
class UsualLikeness:
    """How alike a face and the people of a gallery are with one network, before anybody was measured.

    `stranger` is the greatest likeness of somebody who is not in the gallery, in one picture, and
    `stranger_track` its mean over many pictures; the two `of_one` are those where the gallery is one person,
    and the likeness the cosine alone. `known` is that of a new picture to the person whom it shows.
    """

    stranger: Bell
    stranger_track: Bell
    stranger_of_one: Bell
    stranger_track_of_one: Bell
    known: Bell


@dataclass(frozen=True, slots=True)
class SecondNetwork:
    """A network that embeds the same face as another, beside whose files its own lie.

    `share`, 0..1, is what its cosine counts in that of both; the other's counts the rest. Its `card` says
    how it is fed, and its files stand on the other's card.
    """

    share: float
    card: "ModelCard"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of one network; model.json beside its files.

    `files` maps each file of the directory to its sha256; `size` is (height, width) of the input,
    or None where any will do. The network is fed `(pixel - mean) / scale` in `colour` order and
    `layout`, where `mean` and `scale` are one number or one for each channel, in that order; `batch`
    is 1 where it takes one picture at a time, and None where it takes any number. `output` says what
    its answer means, and `answer` which of its outputs holds embeddings: the name, or the number from 0.

    A face is cut out by one of two: `margin` widens the square round its box, as a share of the box's
    longer side on each side; `template` is where its five landmarks come to lie (templates.landmarks).
    `mirror` says that an embedding is the mean of the crop's and its mirror image's. `source_sha256`
    names the weights before conversion. `further` are the networks that follow `file` in a cascade, in
    their order, which are fed alike.

    Of a network that names things, `labels` is the file with what it knows, in the order of its classes
    (class_labels.read_labels). `fit` says how a picture is made as large as its input: "centre" takes the
    middle square and leaves a margin out, "squash" takes all of it, "corner" too, but keeps its shape and
    fills up on the right and below. `least_nearness` is the cosine, -1..1,
    to the nearest class, below which a picture shows nothing that it knows. With `independent` any number
    of its classes may be there at once. `version` is what its maker calls it. Of one that finds objects,
    boxes of a class that overlap by more than `overlap` (IoU, 0..1) are one object; None where it gives no
    doubles. `strides` are the pixels of its cells' sides, where `output` does not say.

    Of a network that embeds faces, `generic_face` is the mean of generic faces that is taken off each
    embedding (generic_face.unpacked_mean), and `usual` what its limits lean on where a user has few pictures.
    `second` is one whose embedding goes beside this one's; name and `usual` are then those of both.
    """

    task: str
    name: str
    file: str
    files: dict[str, str]
    size: tuple[int, int] | None
    layout: str
    colour: str
    mean: Channels
    scale: Channels
    output: str
    licence: str
    source: str
    source_sha256: str
    precision: str = "fp16"
    embedding_length: int | None = None
    margin: float | None = None
    mirror: bool = False
    template: Template | None = None
    answer: str | int = 0
    batch: int | None = None
    further: tuple[str, ...] = ()
    labels: str | None = None
    fit: str | None = None
    least_nearness: float | None = None
    independent: bool = False
    version: str | None = None
    overlap: float | None = None
    strides: tuple[int, ...] = ()
    generic_face: str | None = None
    usual: UsualLikeness | None = None
    second: SecondNetwork | None = None


def read_card(directory: Path, fetch: str = FETCH) -> ModelCard:
    """Read model.json, and check each file that it names against its sha256.

    Args:
        directory: Holds it.
        fetch: What to do where there is none, as it ends the error.

    Raises:
        ModelError: The card or a file is missing, damaged, or says what cannot be.
    """
    folder = folders.current_of(directory)
    if not (folder / CARD).is_file():
        raise ModelError(f"{directory}: no network here; {fetch}")
    try:
        card = files.read_record(folder / CARD, ModelCard)
    except InputError as error:
        raise ModelError(f"{error}; {FETCH}") from error
    _check_values(folder / CARD, card)
    for name, sha256 in card.files.items():
        _check_file(folder / name, sha256)
    return card


def fingerprint(card: ModelCard) -> str:
    """A short sha256 of all that changes an embedding: weights, precision, and how a face is cut and fed.

    Embeddings, and what was trained on them, fit a network only where this is the same.
    """
    fed = [card.size, card.layout, card.colour, card.mean, card.scale, card.margin, card.mirror]
    later = [card.template, card.answer]
    fit = [each for each in (card.fit, card.generic_face) if each]
    beside = [card.second.share, fingerprint(card.second.card)] if card.second else []
    said = *fed, *(later if later != _UNSAID else []), *fit, *beside
    told = json.dumps([card.source_sha256, card.precision, *said])
    return hashlib.sha256(told.encode()).hexdigest()[:_FINGERPRINT_LENGTH]


def version_of(card: ModelCard) -> str:
    """What a network's maker calls its version, or else the fingerprint."""
    return card.version or fingerprint(card)


def full_card(card: ModelCard) -> ModelCard:
    """The card of the full network, which lies beside that of 8 bits, whichever is in use."""
    if card.precision != INT8:
        return card
    second = card.second and replace(card.second, card=full_card(card.second.card))
    file = f"{Path(card.file).stem.removesuffix(INT8_SUFFIX)}.xml"
    return replace(card, file=file, precision=FULL, second=second)


def embedders_of(card: ModelCard) -> tuple[ModelCard, ...]:
    """The cards of a network, or of two together; the first also says what both are."""
    return (card, card.second.card) if card.second else (card,)


def _check_values(path: Path, card: ModelCard) -> None:
    wrong = {
        "file": card.file not in card.files,
        "further": not set(card.further) <= set(card.files),
        "files": any(name in (".", "..") or Path(name).name != name for name in card.files),
        "size": card.size is not None and min(card.size) < 1,
        "layout": card.layout not in LAYOUTS or (card.task == EMBEDDING and "N" not in card.layout),
        "colour": card.colour not in COLOURS,
        "mean": not all(math.isfinite(each) for each in _each(card.mean)),
        "scale": not all(each and math.isfinite(each) for each in _each(card.scale)),
        "margin": card.margin is not None and not _LEAST_MARGIN < card.margin < math.inf,
        "template": card.template is not None and not templates.fits(card.template),
        "batch": card.batch not in (None, 1),
        "labels": card.labels not in card.files and (card.labels or card.task in (CLASSIFICATION, OBJECTS)),
        "fit": card.fit not in (None, *FITS),
        "overlap": card.overlap is not None and not 0 < card.overlap <= 1,
        "strides": any(each < 1 for each in card.strides),
        "least_nearness": card.least_nearness is not None and not -1 <= card.least_nearness <= 1,
        "generic_face": card.generic_face is not None
        and not _is_mean(card.generic_face, card.embedding_length),
        "usual": card.usual is not None and not all(_is_bell(each) for each in astuple(card.usual)),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            told = repr(getattr(card, field))
            raise ModelError(f"{path}: {field} cannot be {told[:_LONGEST]}; {FETCH}")
    if card.margin is not None and card.template is not None:
        raise ModelError(f"{path}: a face is cut by a margin or by a template, not by both; {MEND}")
    if card.second is not None:
        _check_second(path, card, card.second)


def _check_second(path: Path, card: ModelCard, second: SecondNetwork) -> None:
    """See that two networks can embed one strip (faces.strip), and that each is what can be."""
    if not 0 < second.share < 1:
        raise ModelError(f"{path}: the second network's share cannot be {second.share}; {FETCH}")
    both = card, second.card
    if any(each.task != EMBEDDING for each in both) or second.card.second or card.file == second.card.file:
        raise ModelError(f"{path}: {second.card.name} cannot be the second network; {FETCH}")
    if not (card.size and second.card.size) or max(second.card.size) >= min(card.size):
        raise ModelError(f"{path}: the second network takes smaller pictures than the first; {MEND}")
    _check_values(path, replace(second.card, files=card.files))


def _each(value: Channels) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _is_mean(text: str, length: int | None) -> bool:
    try:
        mean = unpacked_mean(text)
    except ValueError:
        return False
    return len(mean) == length and bool(np.isfinite(mean).all())


def _is_bell(bell: Bell) -> bool:
    mean, deviation = bell
    return math.isfinite(mean) and 0 < deviation < math.inf


def _check_file(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ModelError(f"{path}: no such file; {FETCH}")
    found = files.sha256_of(path)
    if found != expected:
        raise ModelError(f"{path}: expected sha256 {expected}, found {found}; {FETCH}")


def write_card(folder: Path, card: ModelCard) -> None:
    """Write the card of the network in a folder, with the sha256 of every file there."""
    files = {path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.name != CARD}
    write_record(folder / CARD, replace(card, files=files))
