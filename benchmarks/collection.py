"""What the collection of a recogniser costs with very many pictures, and learning from them meanwhile.

`python -m benchmarks.collection` makes up 100,000 pictures in a temporary folder: rows in the dataset,
features that lie about their class's middle, and a few tiny JPEGs that all of them are links to. It is opened
for the first time and again, filtered and changed, and learned from while live pictures are answered.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np

from benchmarks.datasets import CLASSES, digest_of, fill, photograph
from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
from svod_rcgn.app.process import expect_many_records
from svod_rcgn.classification.settings import IMAGENET, MODELS_DIR
from svod_rcgn.classification.training.classifier import MANY
from svod_rcgn.classification.training.views import OTHERS, Backbone
from svod_rcgn.datasets.collection import PICTURES as FOLDER
from svod_rcgn.datasets.collection import Dataset, create_dataset
from svod_rcgn.datasets.records import path_of_hash
from svod_rcgn.records import FloatArray, Image
from svod_rcgn.teach.collection_records import CollectionQuery
from svod_rcgn.teach.recognisers import Recognisers
from svod_rcgn.teach.settings import TeachPlaces, TeachSettings
from svod_rcgn.teach.taught_recogniser import Recogniser
from svod_rcgn.teach.workshop import Workshop

PART = "collection"
PICTURES, TIMES, SECONDS = 100_000, 5, 5.0
NAME, WHO = "made up", "the benchmark"
_FILES, _WINDOW, _LENGTH = 64, 100, 1280
_NOISE = 0.7
_OPENED, _ANSWERED, _LEARNED, _RATE = Limit(1000), Limit(1000), Limit(60), Limit(0.5, at_least=True)
_LONGEST = 1800.0


def measure(pictures: int = PICTURES, times: int = TIMES, seconds: float = SECONDS) -> Iterator[Told]:
    """Every figure.

    Args:
        pictures: How many there are.
        times: How often what is quick is done.
        seconds: How long live pictures are answered while nothing else is done.
    """
    if not (MODELS_DIR / IMAGENET).is_dir():
        yield Skipped(PART, "all", f"{IMAGENET} is not installed")
        return
    usual = gc.get_threshold()
    expect_many_records()
    with tempfile.TemporaryDirectory() as folder:
        places = TeachPlaces(Path(folder, "datasets"), Path(folder, "models"), IMAGENET)
        places.models_dir.mkdir()
        (places.models_dir / IMAGENET).symlink_to((MODELS_DIR / IMAGENET).resolve())
        make_up(places, pictures)
        with closing(Recognisers(places)) as every:
            yield from _learning(every.get(NAME), every.workshop(NAME), pictures, seconds)
        yield _opened(places, f"open {pictures:,} pictures first", times, _OPENED)
        gc.set_threshold(*usual)
        yield _opened(places, "the same, garbage looked for as Python does by itself", times, None)
        expect_many_records()
        with closing(Recognisers(places)) as every:
            yield from _looking(every.get(NAME), every.workshop(NAME), pictures, times)


def make_up(places: TeachPlaces, pictures: int) -> None:
    """Write a dataset of so many pictures with features."""
    with closing(create_dataset(places.datasets_dir, NAME, WHO)) as dataset:
        fill(dataset, pictures)
        _link_files(dataset.folder / FOLDER, pictures)
        _keep_features(dataset, Backbone(places.models_dir / IMAGENET), pictures)


def _link_files(folder: Path, pictures: int) -> None:
    folder.mkdir(exist_ok=True)
    patches = np.random.default_rng(0).integers(0, 256, (_FILES, 6, 8, 3), np.uint8)
    for number in range(pictures):
        path = path_of_hash(folder, digest_of(number), ".jpg")
        path.parent.mkdir(exist_ok=True)
        if number < _FILES:
            path.write_bytes(cv2.imencode(".jpg", cv2.resize(patches[number], (128, 96)))[1].tobytes())
        else:
            os.link(path_of_hash(folder, digest_of(number % _FILES), ".jpg"), path)


def _keep_features(dataset: Dataset, backbone: Backbone, pictures: int) -> None:
    hashes = [digest_of(number) for number in range(pictures)]
    labels = {each: number % CLASSES for number, each in enumerate(hashes)}
    chance = np.random.default_rng(0)
    middles = chance.random((CLASSES, _LENGTH), np.float32)

    def made(some: Sequence[str], *views: int) -> FloatArray:
        place = middles[[labels[each] for each in some]].reshape(len(some), *(1 for _ in views), _LENGTH)
        noise = chance.standard_normal((len(some), *views, _LENGTH), np.float32)
        return np.abs(place + _NOISE * noise).astype(np.float16)  # type: ignore[return-value]

    dataset.features(backbone.key("plain")).of(hashes, made)
    if pictures <= MANY:
        key = backbone.key("mirrored, five windows")
        dataset.features(key).of(hashes, lambda some: made(some, OTHERS))


def _learning(recogniser: Recogniser, workshop: Workshop, pictures: int, seconds: float) -> Iterator[Told]:
    """Seconds until a tag is learned, and how many live pictures are answered meanwhile."""
    recogniser.wish(TeachSettings(smoothing=0.0))
    frames = [cv2.imdecode(np.frombuffer(photograph(each), np.uint8), 1) for each in range(8)]
    _until(lambda: _knows_all(recogniser))
    _until(lambda: recogniser.learning.state.version is not None)
    alone = _rate(recogniser, frames, _for(seconds))
    workshop.relabel([digest_of(0)], "class 0", "class 1", recogniser.standing.state, WHO)
    begun = time.perf_counter()
    meanwhile = _rate(recogniser, frames, lambda: _knows_all(recogniser))
    learned = time.perf_counter() - begun
    note = f"{meanwhile:.1f} live pictures a second meanwhile, {alone:.1f} else"
    yield Figure(PART, f"learn from {pictures:,} pictures", "s", (learned,), _LEARNED, note)
    yield Figure(PART, "live pictures while it learns", "of the rate else", (meanwhile / alone,), _RATE)


def _knows_all(recogniser: Recogniser) -> bool:
    state = recogniser.learning.state
    if state.error:
        raise RuntimeError(state.error)
    return state.state == recogniser.standing.state and not state.running


def _rate(recogniser: Recogniser, frames: Sequence[Image], is_over: Callable[[], bool]) -> float:
    """Live pictures that are answered a second."""
    stream = recogniser.stream()
    stream.answer(frames[0])
    begun, answered = time.perf_counter(), 0
    while not is_over() or not answered:
        stream.answer(frames[answered % len(frames)])
        answered += 1
    return answered / (time.perf_counter() - begun)


def _for(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def _until(done: Callable[[], bool]) -> None:
    end = time.perf_counter() + _LONGEST
    while not done():
        if time.perf_counter() > end:
            raise RuntimeError("this took too long to be measured")
        time.sleep(0.05)


def _opened(places: TeachPlaces, name: str, times: int, limit: Limit | None) -> Figure:
    """From nothing to the pictures of the first window."""
    samples = []
    for _ in range(times):
        begun = time.perf_counter()
        with closing(Recognisers(places)) as every:
            _open(every.workshop(NAME))
            samples.append(_since(begun))
    return Figure(PART, name, "ms", tuple(samples), limit)


def _open(workshop: Workshop) -> None:
    window = workshop.view(CollectionQuery()).pictures[:_WINDOW]
    assert len(workshop.details(window).pictures) == len(window)
    for each in window:
        assert workshop.small.of(each, 160)


def _looking(recogniser: Recogniser, workshop: Workshop, pictures: int, times: int) -> Iterator[Told]:
    recogniser.wish(TeachSettings(training=False))
    begun = time.perf_counter()
    workshop.overview()
    yield Figure(PART, "overview first", "ms", (_since(begun),))
    digests = [digest_of(number) for number in range(times)]
    yield _timed("open again", times, lambda _: _open(workshop))
    yield _timed("overview again", times, lambda _: workshop.overview())
    for name, query in {
        "one class": CollectionQuery(label="class 7"),
        "uncertain ones": CollectionQuery(kind="uncertain"),
        "suspects": CollectionQuery(kind="suspect"),
        "a mistake": CollectionQuery(told="class 7"),
        "least sure first": CollectionQuery(order="uncertain"),
    }.items():
        yield _timed(name, times, lambda _, query=query: workshop.view(query))
    yield _timed("alike ones first", 1, lambda _: workshop.view(CollectionQuery(order="alike")), None)
    yield _timed("alike ones again", times, lambda _: workshop.view(CollectionQuery(order="alike")))
    yield _timed("pictures like one", times, lambda each: workshop.similar(digests[each], 50))
    yield _timed("tag one, and list", times, lambda each: _tag(recogniser, workshop, digests[each]))
    state = recogniser.standing.state
    many = [digest_of(number) for number in range(min(1000, pictures))]
    yield _timed("tag 1,000", 1, lambda _: workshop.tag(many, ["some"], True, state, WHO))
    yield _timed("ask the queue", times, lambda _: workshop.queue.view(20, workshop.look))


def _tag(recogniser: Recogniser, workshop: Workshop, digest: str) -> None:
    workshop.tag([digest], ["seen"], True, recogniser.standing.state, WHO)
    workshop.view(CollectionQuery(label="seen"))


def _timed(name: str, times: int, act: Callable[[int], Any], limit: Limit | None = _ANSWERED) -> Figure:
    samples = []
    for each in range(times):
        begun = time.perf_counter()
        act(each)
        samples.append(_since(begun))
    return Figure(PART, name, "ms", tuple(samples), limit)


def _since(begun: float) -> float:
    return 1000 * (time.perf_counter() - begun)


@click.command()
@click.option("--pictures", type=click.IntRange(min=200), default=PICTURES, show_default=True)
@click.option("--times", type=click.IntRange(min=1), default=TIMES, show_default=True)
def main(pictures: int, times: int) -> None:
    """Measure what a collection costs."""
    print_told(measure(pictures, times))


if __name__ == "__main__":
    main()
