"""How large batches a head of very many pictures is learned by: `python -m benchmarks.batches`.

Features are made up so that classes overlap, and each size of batch learns from the same ones. Answers of
left-out pictures tell how well, and the time is that of learning and judging, on one thread.
"""

from collections.abc import Iterator, Sequence
from time import perf_counter

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.datasets import CLASSES
from benchmarks.figures import Figure, Told, print_told
from svod_rcgn.classification.training.examples import Lessons, make_lessons
from svod_rcgn.classification.training.head import HeadSettings
from svod_rcgn.classification.training.learned import learn_head
from svod_rcgn.records import FloatArray
from tests.classification.training.makers import example

PART = "batches"
PICTURES = 100_000
SIZES = (32, 64, 128)
NEVER = 2**31  # pictures from which batches would be doubled
_LENGTH, _NOISE = 1280, 4.0


def measure(pictures: int = PICTURES, sizes: Sequence[int] = SIZES) -> Iterator[Told]:
    """Seconds, and the share of left-out pictures that were right, by the size of batches."""
    examples = [example(str(number), f"class {number % CLASSES}") for number in range(pictures)]
    lessons = make_lessons(examples, [], [(each.picture,) for each in examples])
    features = _features(lessons)
    for size in sizes:
        begun = perf_counter()
        with threadpool_limits(1):
            learned = learn_head(features, lessons, lambda _: None, HeadSettings(batch=size, large=NEVER))
        yield Figure(PART, f"of {size}: learn from {pictures:,}", "s", (perf_counter() - begun,))
        right = learned.left_out.accuracy
        yield Figure(PART, f"of {size}: right", "%", (100 * right.share if right else 0.0,))


def _features(lessons: Lessons) -> FloatArray:
    """(n, 1, length) float16, as a backbone gives them: none is negative."""
    chance = np.random.default_rng(0)
    middles = chance.random((len(lessons.labels), _LENGTH), np.float32)
    rows = middles[lessons.targets.argmax(1)]
    rows += _NOISE * chance.standard_normal(rows.shape, np.float32)
    features: FloatArray = np.maximum(rows, 0).astype(np.float16)[:, None]  # type: ignore[assignment]
    return features


@click.command()
@click.option("--pictures", type=click.IntRange(min=2 * CLASSES), default=PICTURES, show_default=True)
def main(pictures: int) -> None:
    """Compare sizes of batches."""
    print_told(measure(pictures))


if __name__ == "__main__":
    main()
