"""What it costs to teach a network of one's own, and how good it is, beside two other ways.

`python -m benchmarks.training --clip FILM --sets FOLDER` times teaching on 1,000 pictures whose features are
at hand, up to the moment when a camera has the new network, and the looking at a new picture. FOLDER holds
SET/train/CLASS and SET/test/CLASS: each set is taught at several sizes, and asked what was left aside.
"""

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import cv2
import numpy as np

from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
from benchmarks.finetuning import Shown, fine_tune
from benchmarks.identify import read_frames
from svod_rcgn.classification.build import load_classifier
from svod_rcgn.classification.records import Classification
from svod_rcgn.classification.settings import IMAGENET, MODELS_DIR
from svod_rcgn.classification.stages.classify import Classifier
from svod_rcgn.classification.stages.fit import fitted
from svod_rcgn.classification.training.classifier import Trained, TrainingRequest, train_classifier
from svod_rcgn.classification.training.views import OTHERS, Backbone, PictureFeatures
from svod_rcgn.datasets.collection import Dataset, create_dataset
from svod_rcgn.datasets.records import NewPicture
from svod_rcgn.networks.shared import Shared
from svod_rcgn.records import FloatArray, Image
from svod_rcgn.storage import images
from svod_rcgn.storage.images import PictureFile

PART = "teaching"
PICTURES, CLASSES, TIMES, NEW = 1000, 5, 5, 40
SIZES = 10, 20, 50
KEPT = 0.95
_NEIGHBOURS = 5
_SOON, _CHEAP = Limit(1.0), Limit(60.0)
_LENGTH = 1280


class _Quiet:
    def say(self, line: str) -> None:
        """Nobody listens."""

    def progress(self, done: int, total: int | None) -> None:
        """Nobody looks."""


def measure_costs(clip: Path, pictures: int = PICTURES, times: int = TIMES) -> Iterable[Told]:
    """Seconds from the press to the swap, and milliseconds of processor of a new picture."""
    if not (MODELS_DIR / IMAGENET).is_dir():
        yield Skipped(PART, "all", f"{IMAGENET} is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _press_to_swapped(Path(folder), pictures, times)
        yield _new_picture(Path(folder), read_frames(clip, NEW))


def _models(folder: Path) -> Path:
    """A folder of networks with the backbone in it."""
    (folder / "models").mkdir(exist_ok=True)
    link = folder / "models" / IMAGENET
    if not link.exists():
        link.symlink_to((MODELS_DIR / IMAGENET).resolve())
    return folder / "models"


def _press_to_swapped(folder: Path, pictures: int, times: int) -> Iterator[Figure]:
    models_dir, dataset = _models(folder), create_dataset(folder / "datasets", "made up", "the benchmark")
    dataset.add((_made_up(number) for number in range(pictures)), "the benchmark")
    _keep_made_up(dataset, Backbone(models_dir / IMAGENET))
    request = TrainingRequest("made up", models_dir)
    train_classifier(dataset, request, _Quiet())
    shared = Shared(load_classifier("made up", models_dir))
    walls, processors = [], []
    for _ in range(times):
        begun, worked = time.perf_counter(), time.process_time()
        train_classifier(dataset, request, _Quiet())
        shared.replace(load_classifier("made up", models_dir))
        walls.append(time.perf_counter() - begun)
        processors.append(time.process_time() - worked)
    dataset.close()
    note = f"{np.median(processors):.2f} s of processor"
    yield Figure(PART, f"press to swapped, {pictures:,} pictures", "s", tuple(walls), _SOON, note)


def _made_up(number: int) -> NewPicture:
    """A small picture that no other number gives; what counts is its class."""
    patches = np.random.default_rng(number).integers(0, 256, (10, 12, 3), np.uint8)
    name = f"{number}.png"
    data = cv2.imencode(name, cv2.resize(patches, (40, 40)))[1].tobytes()
    return NewPicture(name, partial(PictureFile, name, data), (f"class {number % CLASSES}",))


def _keep_made_up(dataset: Dataset, backbone: Backbone) -> None:
    """Features at hand, as if the pictures had been looked at: they lie about their class's middle."""
    chance = np.random.default_rng(0)
    middles = chance.random((CLASSES, _LENGTH))
    label = {each.hash: int(each.yes[0].rpartition(" ")[2]) for each in dataset.pictures()}

    def made(hashes: Sequence[str], *views: int) -> FloatArray:
        place = middles[[label[each] for each in hashes]]
        place = place.reshape(len(hashes), *(1 for _ in views), _LENGTH)
        noise = chance.normal(0, 1.5, (len(hashes), *views, _LENGTH))
        return np.abs(place + noise).astype(np.float16)  # type: ignore[return-value]

    dataset.features(backbone.key("plain")).of(list(label), made)
    dataset.features(backbone.key("mirrored, five windows")).of(list(label), lambda each: made(each, OTHERS))


def _new_picture(folder: Path, frames: Sequence[Image]) -> Figure:
    """Processor of looking at a picture that was added: reading it, its seven views, and keeping them."""
    models_dir, dataset = _models(folder), create_dataset(folder / "datasets", "new", "the benchmark")
    read = [
        partial(PictureFile, f"{number}.jpg", images.encode_jpeg(each)) for number, each in enumerate(frames)
    ]
    dataset.add((NewPicture(f"{number}.jpg", each) for number, each in enumerate(read)), "the benchmark")
    features = PictureFeatures(dataset, Backbone(models_dir / IMAGENET))
    paths = [(each.hash, each.path) for each in dataset.pictures()]
    features.bring(dict(paths[:1]))
    begun = time.process_time()
    features.bring(dict(paths[1:]))
    each = 1000 * (time.process_time() - begun) / max(1, len(paths) - 1)
    dataset.close()
    return Figure(PART, "a new picture", "ms of processor", (each,), _CHEAP, f"{1 + OTHERS} views")


def _same(file: PictureFile) -> PictureFile:
    return file


@dataclass(frozen=True, slots=True, eq=False)
class PictureSet:
    """Pictures of a set, to teach and to ask, and the numbers of their classes."""

    name: str
    folder: Path

    @property
    def classes(self) -> list[str]:
        """The names of its classes."""
        return sorted(path.name for path in (self.folder / "train").iterdir())

    def taught(self, each: int) -> list[tuple[Path, str]]:
        """The first so many of each class."""
        return [
            (path, label)
            for label in self.classes
            for path in sorted((self.folder / "train" / label).iterdir())[:each]
        ]

    def asked(self) -> list[tuple[Path, str]]:
        """What nothing is taught with."""
        return [(path, path.parent.name) for path in sorted((self.folder / "test").glob("*/*"))]


def measure_sets(folder: Path, sizes: Sequence[int] = SIZES, *, others: bool = True) -> Iterable[Told]:
    """How many new pictures are right by each way, and how many strangers are let in.

    Args:
        folder: Holds SET/train/CLASS and SET/test/CLASS.
        sizes: How many pictures of each class are taught.
        others: Whether to try the other ways, too.
    """
    sets = [PictureSet(path.name, path) for path in sorted(folder.iterdir()) if (path / "train").is_dir()]
    pictures = {each.name: [images.read_picture(path) for path, _ in each.asked()] for each in sets}
    for each in sets:
        truth = [label for _, label in each.asked()]
        for size in sizes:
            with tempfile.TemporaryDirectory() as scratch:
                trained, classifier = _taught(Path(scratch), each, size)
                name, asked = f"{each.name}, {size} a class", pictures[each.name]
                yield _accuracy(name, trained, classifier, asked, truth)
                yield from _strangers(
                    name, classifier, asked, {k: v for k, v in pictures.items() if k != each.name}
                )
                if others:
                    yield from _other_ways(name, each, size, (asked, truth))


def _taught(folder: Path, pictures: PictureSet, size: int) -> tuple[Trained, Classifier]:
    models_dir, dataset = _models(folder), create_dataset(folder / "datasets", "set", "the benchmark")
    dataset.add(
        (
            NewPicture(path.name, partial(images.read_file, path), (label,))
            for path, label in pictures.taught(size)
        ),
        "the benchmark",
    )
    trained = train_classifier(dataset, TrainingRequest("set", models_dir), _Quiet())
    dataset.close()
    return trained, load_classifier("set", models_dir)


def _accuracy(
    name: str, trained: Trained, classifier: Classifier, asked: Sequence[Image], truth: Sequence[str]
) -> Figure:
    told = [classifier.labels[found.best(1)[0]].label for found in _answers(classifier, asked)]
    share = 100 * float(np.mean([one == other for one, other in zip(told, truth, strict=True)]))
    left_out, record = trained.record.accuracy, trained.record
    note = f"{record.seconds - record.features_seconds:.2f} s"
    if left_out:
        note += f"; of those left out {100 * left_out.low:.0f} to {100 * left_out.high:.0f} %"
    return Figure(PART, name, "% right", (share,), note=note)


def _answers(classifier: Classifier, asked: Sequence[Image]) -> list[Classification]:
    parts = [asked[begin : begin + 16] for begin in range(0, len(asked), 16)]
    return [found for part in parts for found in classifier.classify(part)]


def _strangers(
    name: str, classifier: Classifier, own: Sequence[Image], others: dict[str, Sequence[Image]]
) -> Iterator[Figure]:
    near = [found.nearness for found in _answers(classifier, own)]
    limit, learned = np.quantile(near, 1 - KEPT), classifier.card.least_nearness
    kept = 100 * np.mean(np.array(near) >= learned)
    for other, asked in others.items():
        strange = np.array([found.nearness for found in _answers(classifier, asked)])
        share, by_own = (100 * float(np.mean(strange >= each)) for each in (limit, learned))
        note = f"by the limit that it learned {by_own:.1f} %, and {kept:.1f} % of its own kept"
        yield Figure(PART, f"{name}, {other} let in at 95 % kept", "%", (share,), note=note)


def _other_ways(
    name: str, pictures: PictureSet, size: int, asked: tuple[Sequence[Image], Sequence[str]]
) -> Iterator[Told]:
    backbone, places = Backbone(MODELS_DIR / IMAGENET), {label: n for n, label in enumerate(pictures.classes)}
    taught = [(images.read_picture(path), places[label]) for path, label in pictures.taught(size)]
    seen, classes = [image for image, _ in taught], [place for _, place in taught]
    truth = [places[label] for label in asked[1]]
    yield _nearest(name, backbone, (seen, classes), (asked[0], truth))
    try:
        tuned = fine_tune(backbone, (seen, classes), (asked[0], truth))
    except ImportError:
        yield Skipped(PART, f"{name}, fine-tuned", "PyTorch is not installed; `make bench` brings it")
        return
    note = f"{tuned.seconds:.1f} s of processor"
    yield Figure(PART, f"{name}, fine-tuned", "% right", (100 * tuned.accuracy,), note=note)


def _nearest(
    name: str,
    backbone: Backbone,
    taught: Shown,
    asked: Shown,
) -> Figure:
    from sklearn.neighbors import KNeighborsClassifier

    rows, others = (
        np.concatenate([backbone.embed([fitted(each, backbone.card)]) for each in images_of[0]]).astype(
            np.float32
        )
        for images_of in (taught, asked)
    )
    begun = time.process_time()
    nearest = KNeighborsClassifier(_NEIGHBOURS, metric="cosine").fit(rows, taught[1])
    right = 100 * float((nearest.predict(others) == np.array(asked[1])).mean())
    note = f"{time.process_time() - begun:.2f} s of processor, asking included"
    return Figure(PART, f"{name}, {_NEIGHBOURS} nearest pictures", "% right", (right,), note=note)


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option(
    "--sets", type=click.Path(exists=True, path_type=Path), help="SET/train and test/CLASS/pictures."
)
@click.option("--times", default=TIMES, show_default=True)
def main(clip: Path, sets: Path | None, times: int) -> None:
    """Measure what teaching costs and gives."""
    print_told(measure_costs(clip, times=times))
    if sets:
        print_told(measure_sets(sets))


if __name__ == "__main__":
    main()
