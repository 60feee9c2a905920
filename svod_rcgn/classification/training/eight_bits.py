"""A network of one's own that counts in 8 bits, and what that costs on pictures that were left out."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from ...networks import variants
from ...networks.card import INT8, ModelCard
from ...networks.preprocess import preprocess
from ...networks.quantize import quantize
from ...networks.runtime import OpenVinoNetwork
from ...records import FloatArray, Image
from ...storage import images
from ..stages.fit import fitted
from . import left_out
from .examples import Lessons
from .learned import Learned, calibrated, shown_classes, unlike_negatives
from .nearness import least_of, nearness_of
from .records import EightBitsRecord
from .views import EMBEDDING

_SAMPLES = 100  # pictures from which the ranges of the numbers are read
_TOGETHER = 16


def make_eight_bits(
    folder: Path, card: ModelCard, learned: Learned, lessons: Lessons
) -> tuple[ModelCard, EightBitsRecord]:
    """Write the network in 8 bits beside the full one, and ask it of the pictures that were left out.

    The heads that ask are those that did not learn from a picture; only the numbers that they are given come
    from 8 bits now. These lie a little aside of the full network's, so they have a limit of nearness of their
    own.

    Args:
        folder: Holds the full network.
        card: The full network's.
        learned: How it was learned.
        lessons: What is true.

    Returns:
        The card of the network in 8 bits, and how it fares.

    Raises:
        ModelError: NNCF is not installed.
    """
    known = lessons.examples[lessons.known]
    samples = known[:: max(1, len(known) // _SAMPLES)]
    fed = [preprocess([fitted(images.read_picture(each.path), card)], card) for each in samples[:_SAMPLES]]
    network = folder / variants.INT8_NETWORK
    quantize(folder / card.file, network, fed)
    made = replace(card, file=network.name, precision=INT8)
    pictures = (fitted(images.read_picture(each.path), card) for each in lessons.examples)
    least, record = judged(embeddings_of(network, made, pictures), learned, lessons)
    made = replace(made, least_nearness=least)
    variants.write(folder, *(variants.variant_of(folder, each) for each in (card, made)))
    return made, record


def judged(
    embeddings: FloatArray, learned: Learned, lessons: Lessons
) -> tuple[float | None, EightBitsRecord]:
    """The limit of nearness of another network's (n, length) embeddings, and how they fare when left out."""
    rows, classes = learned.left_out.rows, len(lessons.labels)
    logits = learned.chosen.turns.left_out_logits(learned.scale.of(embeddings), lessons.folds)
    near = nearness_of(learned.embeddings, shown_classes(lessons), lessons.shootings, embeddings).left_out
    near = unlike_negatives(near, calibrated(logits, learned.temperature, lessons), lessons)
    full = np.array([each.answers[0][0] for each in learned.left_out.answers], np.int64)
    differing = int((logits[rows, :classes].argmax(1) != full).sum())
    right = left_out.is_right(logits[rows], lessons, rows)
    return least_of(near[lessons.known]), EightBitsRecord(left_out.accuracy(right, lessons, rows), differing)


def embeddings_of(file: Path, card: ModelCard, pictures: Iterable[Image]) -> FloatArray:
    """(n, length) embeddings by the network in a file, of pictures that are as large as it takes them."""
    network = OpenVinoNetwork(file)
    place = next(place for place, output in enumerate(network.outputs) if EMBEDDING in output.names)
    waiting, found = iter(pictures), []
    while batch := list(islice(waiting, _TOGETHER)):
        found.append(network.run(preprocess(batch, card))[place])
    return np.concatenate(found)
