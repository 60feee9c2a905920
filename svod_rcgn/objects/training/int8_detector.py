"""A detector of one's own that counts in 8 bits, and how far it finds what the full one does."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from ...geometry import intersection_over_union
from ...networks import variants
from ...networks.card import ModelCard
from ...networks.class_labels import read_labels
from ...networks.preprocess import preprocess
from ...networks.quantize import INT8, quantize
from ...networks.runtime import OpenVinoNetwork
from ...records import Image
from ...storage import images
from ..evaluation.boxed_pictures import BoxedPictures
from ..records import Detection
from ..settings import ObjectSettings
from ..stages import centernet
from ..stages.detect import ObjectDetector
from ..stages.placed import placed
from .records import EightBits

_MOST = 100  # pictures that make it, and as many that compare
_SAME = 0.5  # overlap


def make_eight_bits(folder: Path, card: ModelCard, pictures: BoxedPictures) -> tuple[ModelCard, EightBits]:
    """Write the network in 8 bits beside the full one, and ask both of pictures that did not make it.

    Args:
        folder: Holds the full network and its labels.
        card: The full network's.
        pictures: What it was taught from; every second makes the network, the others compare.

    Returns:
        The card of the network in 8 bits, and how it agrees.

    Raises:
        ModelError: NNCF is not installed.
        InputError: A picture cannot be read.
    """
    making = [each.path for each in pictures.pictures[::2]][:_MOST]
    fed = [preprocess([placed(images.read_picture(each), card).image], card) for each in making]
    made = replace(card, file=variants.INT8_NETWORK, precision=INT8)
    quantize(folder / card.file, folder / made.file, fed, keep_last_full=True)
    variants.write(folder, *(variants.variant_of(folder, each) for each in (card, made)))
    compared = [each.path for each in pictures.pictures[1::2]][:_MOST] or making
    full, small = (_detector(folder, each) for each in (card, made))
    counts = [_alike(full, small, images.read_picture(each)) for each in compared]
    return made, EightBits(len(compared), *map(sum, zip(*counts, strict=True)))


def _detector(folder: Path, card: ModelCard) -> ObjectDetector:
    decode = partial(centernet.decode, stride=card.strides[0])
    network = OpenVinoNetwork(folder / card.file)
    return ObjectDetector(card.name, card, read_labels(folder, card), network, decode, ObjectSettings())


def _alike(full: ObjectDetector, small: ObjectDetector, image: Image) -> tuple[int, int]:
    """How many objects the full network finds, and how many of them the other finds, too."""
    found, others = full.detect(image), list(small.detect(image))
    return len(found), sum(1 for each in found if any(_is_same(each, one) for one in others))


def _is_same(one: Detection, other: Detection) -> bool:
    return one.index == other.index and intersection_over_union(one.box, other.box) >= _SAME
