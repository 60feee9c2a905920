"""A detector of one's own that counts in 8 bits, and how far it finds what the full one does.

Some of the pictures that taught it make the network, and others, of other shootings, compare the two.
"""

import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from ...datasets.collection import open_dataset
from ...errors import DatasetError, WorseError
from ...geometry import intersection_over_union
from ...networks import read_card, variants
from ...networks.card import INT8, ModelCard
from ...networks.class_labels import ClassLabel, read_labels
from ...networks.preprocess import preprocess
from ...networks.quantize import quantize
from ...networks.runtime import OpenVinoNetwork
from ...records import Image
from ...storage import files, images
from ...text import counted
from ..evaluation import boxed_pictures
from ..evaluation.boxed_pictures import BoxedPicture, BoxedPictures
from ..records import Detection
from ..settings import ObjectSettings
from ..stages import centernet
from ..stages.detect import ObjectDetector
from ..stages.placed import placed
from . import records
from .records import DetectorRecord, EightBits

LEAST_ALIKE = 0.9
"""Of the objects that are found in full; with fewer the full network stays."""

LEAST_PICTURES = 20
_MOST = 100  # pictures that make it, and as many that compare
_SAME = 0.5  # overlap
_WHO = "svod download_models"


def make_eight_bits(folder: Path, card: ModelCard, pictures: BoxedPictures) -> tuple[ModelCard, EightBits]:
    """Write the network in 8 bits beside the full one, and ask both of pictures that did not make it.

    Args:
        folder: Holds the full network and its labels.
        card: The full network's.
        pictures: What it was taught from.

    Returns:
        The card of the network in 8 bits, and how it agrees.

    Raises:
        ModelError: NNCF is not installed.
        InputError: A picture cannot be read.
    """
    made, agreement = _made(folder, folder, card, pictures)
    variants.write(folder, *(variants.variant_of(folder, each) for each in (card, made)))
    return made, agreement


def make_int8(folder: Path, datasets_dir: Path) -> EightBits:
    """Make a version that is there of 8 bits, and let it count so from now on.

    Args:
        folder: Of the version.
        datasets_dir: Where the dataset lies that it was taught from.

    Returns:
        How it agrees with the full one.

    Raises:
        DatasetError: The dataset is gone, or holds too few pictures with boxes.
        WorseError: Too few of the objects are found that are found in full; the full network stays in use.
        InputError: It is not known what taught the network, or a picture cannot be read.
        ModelError: The network is damaged, or NNCF is not installed.
        BusyError: Another run has been working here for a minute.
    """
    record = files.read_record(folder / records.FILE, DetectorRecord)
    with closing(open_dataset(datasets_dir, record.dataset, _WHO)) as dataset:
        pictures = boxed_pictures.read(dataset, labels=record.labels)
    if len(pictures.pictures) < LEAST_PICTURES:
        told = counted(len(pictures.pictures), "picture")
        raise DatasetError(f"dataset {record.dataset}: {told} with boxes, and it takes {LEAST_PICTURES}")
    variants.use_full(folder)
    with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
        made, agreement = _made(folder, Path(scratch), read_card(folder), pictures)
        if agreement.alike < LEAST_ALIKE * agreement.found:
            of = counted(agreement.found, "object")
            raise WorseError(f"with 8 bits only {agreement.alike:,} of {of} are found that are found in full")
        variants.add_int8(folder, Path(scratch), variants.variant_of(Path(scratch), made))
    return agreement


def _made(
    folder: Path, target: Path, card: ModelCard, pictures: BoxedPictures
) -> tuple[ModelCard, EightBits]:
    """The card of a network in 8 bits that was written to a folder, and how it agrees with the full one."""
    making, comparing = _sides(pictures)
    fed = [preprocess([placed(images.read_picture(each.path), card).image], card) for each in making]
    made = replace(card, file=variants.INT8_NETWORK, precision=INT8)
    quantize(folder / card.file, target / made.file, fed, keep_last_full=True)
    labels = read_labels(folder, card)
    full, small = _detector(folder / card.file, card, labels), _detector(target / made.file, made, labels)
    counts = [_alike(full, small, images.read_picture(each.path)) for each in comparing]
    return made, EightBits(len(comparing), *map(sum, zip(*counts, strict=True)))


def _sides(pictures: BoxedPictures) -> tuple[Sequence[BoxedPicture], Sequence[BoxedPicture]]:
    """Pictures that make the network, and that compare; the same where all are of one shooting."""
    numbers = {group: number for number, group in enumerate(dict.fromkeys(pictures.groups.tolist()))}
    sides: tuple[list[BoxedPicture], list[BoxedPicture]] = [], []
    for each, group in zip(pictures.pictures, pictures.groups.tolist(), strict=True):
        sides[numbers[group] % 2].append(each)
    making, comparing = sides
    return making[:_MOST], (comparing or making)[:_MOST]


def _detector(file: Path, card: ModelCard, labels: tuple[ClassLabel, ...]) -> ObjectDetector:
    decode = partial(centernet.decode, stride=card.strides[0])
    return ObjectDetector(card.name, card, labels, OpenVinoNetwork(file), decode, ObjectSettings())


def _alike(full: ObjectDetector, small: ObjectDetector, image: Image) -> tuple[int, int]:
    """How many objects the full network finds, and how many of them the other finds, too."""
    found, others = full.detect(image), list(small.detect(image))
    return len(found), sum(1 for each in found if any(_is_same(each, one) for one in others))


def _is_same(one: Detection, other: Detection) -> bool:
    return one.index == other.index and intersection_over_union(one.box, other.box) >= _SAME
