"""The version in use of a network of one's own in 8 bits, made after it was taught.

Pictures that taught it make the network of 8 bits, and others of them, of other shootings, compare it with
the full one. Of those it was taught itself, both would nearly always say the same; so heads are asked that
did not learn from a picture nor from its shooting, and only the numbers that they are given differ.
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ...datasets.collection import Dataset, open_dataset
from ...errors import DatasetError, InputError, WorseError
from ...networks import read_card, variants
from ...networks.card import INT8, ModelCard
from ...networks.preprocess import preprocess
from ...networks.quantize import quantize
from ...records import FloatArray, Image
from ...storage import images
from ...text import counted
from ..stages.fit import fitted
from . import examples, records
from .eight_bits import embeddings_of
from .examples import Lessons, Tagged
from .learned import learn_head, shown_classes
from .nearness import least_of, nearness_of

LEAST_AGREEING = 0.9
"""Of the likeliest classes of left-out pictures; of three sets of photos it was 0.92 to 0.99."""
LEAST_PICTURES = 20
_MOST_MAKING, _MOST_COMPARED = 100, 400
_WHO = "svod download_models"


@dataclass(frozen=True, slots=True)
class Int8Agreement:
    """Of `pictures` that were left out, `alike` have the same likeliest class in 8 bits as in full."""

    pictures: int
    alike: int


def make_int8(folder: Path, datasets_dir: Path) -> Int8Agreement:
    """Make a version of 8 bits, and let it count so from now on.

    Args:
        folder: Of the version.
        datasets_dir: Where the dataset lies that it was taught from.

    Returns:
        How it agrees with the full one.

    Raises:
        DatasetError: The dataset is gone, or holds too few of the pictures that taught the network.
        WorseError: The likeliest classes differ too often; the full network stays in use.
        InputError: It is not known what taught the network.
        ModelError: The network is damaged, or NNCF is not installed.
        BusyError: Another run has been working here for a minute.
    """
    material = _gather(folder, datasets_dir)
    variants.use_full(folder)
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        card = _make(folder, Path(scratch), material.making)
        agreement, moved = _compare(folder, Path(scratch) / card.file, material)
        if agreement.alike < LEAST_AGREEING * agreement.pictures:
            raise WorseError(
                f"with 8 bits only {agreement.alike:,} of {counted(agreement.pictures, 'picture')} have the "
                f"likeliest class that they have in full"
            )
        least = None if card.least_nearness is None else float(np.clip(card.least_nearness + moved, -1, 1))
        made = variants.variant_of(Path(scratch), replace(card, least_nearness=least))
        variants.add_int8(folder, Path(scratch), made)
    return agreement


@dataclass(frozen=True, slots=True, eq=False)
class _Material:
    """Pictures that taught a version, as large as it takes them, and what is true of them.

    `compared` (n,) says which compare; the others make the network of 8 bits.
    """

    pictures: list[Image]
    lessons: Lessons
    compared: npt.NDArray[np.bool_]

    @property
    def making(self) -> list[Image]:
        """Those that make it."""
        return [each for each, held in zip(self.pictures, self.compared, strict=True) if not held]


def _gather(folder: Path, datasets_dir: Path) -> _Material:
    """Read some of the pictures that taught a version; no shooting is on both sides."""
    record, card = records.read(folder), read_card(folder)
    taught = {*(each.picture for each in record.left_out), *record.unasked}
    with closing(open_dataset(datasets_dir, record.dataset, _WHO)) as dataset:
        tagged, compared = _some(dataset, taught)
    read = {each: picture for each in tagged.examples if (picture := _read(each.path, card)) is not None}
    held = np.array([each.picture in compared for each in read], bool)
    for count, use in ((int((~held).sum()), "make the network of 8 bits"), (int(held.sum()), "compare it")):
        if count < LEAST_PICTURES:
            told = f"{counted(count, 'picture')} that taught it can {use}"
            raise DatasetError(f"dataset {record.dataset}: {told}, and it takes {LEAST_PICTURES}")
    lessons = examples.make_lessons(list(read), [], tagged.groups)
    places = {each.picture: place for place, each in enumerate(read)}
    order = [places[each.picture] for each in lessons.examples]
    pictures = list(read.values())
    return _Material([pictures[place] for place in order], lessons, held[order])


def _some(dataset: Dataset, taught: set[str]) -> tuple[Tagged, set[str]]:
    """So many examples as are looked at, of those that taught, and the hashes of those that compare."""
    tagged, split = examples.read(dataset), dataset.split(0.5)
    known = {each.picture for each in tagged.examples if each.shows} & taught
    making, compared = ([each for each in side if each in known] for side in (split.train, split.left_out))
    held = set(_spread(compared, _MOST_COMPARED))
    wanted = held | set(_spread(making, _MOST_MAKING))
    return replace(tagged, examples=tuple(each for each in tagged.examples if each.picture in wanted)), held


def _spread(hashes: Sequence[str], most: int) -> Sequence[str]:
    """So many at most, from all over them."""
    return hashes[:: max(1, -(-len(hashes) // most))]


def _read(path: Path, card: ModelCard) -> Image | None:
    try:
        return fitted(images.read_picture(path), card)
    except InputError:  # training tells of it
        return None


def _make(folder: Path, scratch: Path, making: Sequence[Image]) -> ModelCard:
    """Write the network of 8 bits, and give its card."""
    card = read_card(folder)
    made = replace(card, file=variants.INT8_NETWORK, precision=INT8)
    quantize(folder / card.file, scratch / made.file, [preprocess([each], card) for each in making])
    return made


def _compare(folder: Path, int8: Path, material: _Material) -> tuple[Int8Agreement, float]:
    """How left-out answers agree, and how far the limit moves that as many left-out pictures are below."""
    card, lessons = read_card(folder), material.lessons
    full, small = (embeddings_of(each, card, material.pictures) for each in (folder / card.file, int8))
    with threadpool_limits(1):  # for matrices so small threads wait longer than they work
        learned = learn_head(full[:, None].astype(np.float16), lessons, lambda _: None)
    best, other = (
        learned.chosen.turns.left_out_logits(learned.scale.of(each), lessons.folds)[
            :, : len(lessons.labels)
        ].argmax(1)
        for each in (full, small)
    )
    rows = [row for row in learned.left_out.rows.tolist() if material.compared[row]]
    if len(rows) < LEAST_PICTURES:
        raise DatasetError(
            f"{counted(len(rows), 'picture')} of classes with other shootings can compare the network of 8 "
            f"bits, and it takes {LEAST_PICTURES}"
        )
    return Int8Agreement(len(rows), int((best == other)[rows].sum())), _moved(full, small, lessons)


def _moved(full: FloatArray, small: FloatArray, lessons: Lessons) -> float:
    """How far the limit of nearness is from that of the full network."""
    shows = shown_classes(lessons)
    near, other = (nearness_of(full, shows, lessons.shootings, asked).left_out for asked in (full, small))
    known, least = np.isfinite(near), least_of(near)
    return 0.0 if least is None else limit_like(least, near[known], other[known]) - least


def limit_like(least: float, near: FloatArray, other: FloatArray) -> float:
    """The limit by which as many pictures are unknown to another network as are to this one.

    Where any limit between two pictures would do, it is as far from this one's as the pictures are.

    Args:
        least: This one's limit.
        near: (n,) how near pictures are by this one.
        other: (n,) how near they are by the other.
    """
    unknown, ordered = int((near < least).sum()), np.sort(other.astype(np.float64))
    lowest = np.nextafter(ordered[unknown - 1], 2) if unknown else -1.0
    return float(np.clip(least + np.median(other - near), lowest, ordered[unknown]))
