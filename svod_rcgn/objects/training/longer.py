"""A detector that learns for minutes: convolutions behind a backbone whose last stages learn along."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil, cos, pi
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ... import terminal
from ...errors import ModelError
from ...networks import find_network, versions
from ...networks.card import CLASSIFICATION
from ...networks.convert.trunk import trunk_behind
from ...records import FloatArray
from ...reporter import Reporter
from ...storage import images
from ..evaluation.average_precision import AveragePrecision
from ..evaluation.boxed_pictures import BoxedPictures
from ..records import Candidates
from . import input_size, left_out_boxes, lessons, saved_course
from .cell_answers import candidates
from .detector import (
    FETCH,
    NETWORK,
    DetectorRequest,
    Material,
    TrainedDetector,
    card_of,
    complete,
    directory_of,
    record_of,
    write_limits,
)
from .lessons import TOGETHER, Batch
from .picture_maps import PLAIN, Halves, MapBackbone, view_of
from .records import DetectorEpoch
from .saved_course import SavedCourse

if TYPE_CHECKING:
    from .keras_detector import KerasDetector

EpochDone: TypeAlias = Callable[[DetectorEpoch, float], None]
"""Told how an epoch fares, and how many seconds are left."""

LEFT_OUT = 0  # the turn whose pictures are left out
_COARSEST = 8  # pixels of a cell's side; finer ones where boxes are small
_WANTED_SIDE = 24.0  # pixels of a small box; convolutions see what is round it, and learn faster on less
_CUT = 16  # the stride of the map from which on the backbone learns along
_WARM = 0.1  # of the time, in which steps become as large as they get
_HEAD_ALONE = 0.4  # of the time, in which the backbone stays as it is, since a head learns thrice as fast
_FOR_WRITING = 12.0  # seconds


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The best so far: its epoch, its weights, and what it found."""

    epoch: DetectorEpoch
    weights: list[FloatArray]
    found: tuple[Candidates, ...]


def check_installed() -> None:
    """Make sure that there is something to learn with.

    Raises:
        ModelError: TensorFlow is not installed.
    """
    from importlib.util import find_spec

    if find_spec("tensorflow") is None:
        raise ModelError("learning for minutes needs TensorFlow; run `pip install 'svod-rcgn[train]'`")


def train_longer(
    first: TrainedDetector,
    request: DetectorRequest,
    seconds: float,
    reporter: Reporter,
    epoch_done: EpochDone = lambda *_: None,
) -> TrainedDetector:
    """Learn on for a time, and let that be the version in use if it finds more of the pictures left out.

    An interrupt from the keyboard ends the learning, and the best so far is kept. What was stopped or killed
    goes on where its best was, as long as the dataset stays as it is.

    Args:
        first: The version that was learned at once, with what taught it.
        request: What is wished.
        seconds: How long it may take, with all that belongs to it.
        reporter: Told what is done.
        epoch_done: Told how each epoch fares.

    Returns:
        The new version, or the first where that is better.

    Raises:
        ModelError: TensorFlow is not installed.
        InputError: A picture cannot be read any more.
        BusyError: Another run has been working here for a minute.
    """
    check_installed()
    begun = perf_counter()
    material, every = _finer(first.material, request), first.material.pictures
    rows = np.flatnonzero(every.folds == LEFT_OUT)
    taught, left_out = every.at(np.flatnonzero(every.folds != LEFT_OUT)), every.at(rows)
    if not (_boxes(taught) and _boxes(left_out)):
        reporter.say("too few shootings to leave some out; what was learned at once is kept")
        return first
    end = begun + seconds - _FOR_WRITING
    course = _Course(material, taught, left_out, end, request.seed, directory_of(request))
    if course.went_on():
        reporter.say(f"going on after epoch {len(course.epochs)}, where it was stopped")
    kept = course.run(epoch_done)
    before = left_out_boxes.precision_of([first.found[row] for row in rows], left_out)
    if kept is None or _worth(kept.epoch.precision) <= _worth(before):
        reporter.say("it did not become better than what was learned at once, which is kept")
        return first
    reporter.say("writing the network")
    return _write(course, kept, request, perf_counter() - begun, reporter)


def _finer(material: Material, request: DetectorRequest) -> Material:
    """The same pictures with cells that are fine enough to tell sides well."""
    size = input_size.choose(material.pictures, _WANTED_SIDE)
    size = replace(size, stride=min(size.stride, _COARSEST))
    directory = find_network(request.backbone, request.models_dir, CLASSIFICATION, FETCH)
    chosen = tuple(
        number
        for number, each in enumerate(material.backbone.maps)
        if size.stride <= each.stride <= max(_CUT, size.stride)
    )
    return replace(material, size=size, backbone=MapBackbone(directory, size, request.device, chosen))


def _boxes(pictures: BoxedPictures) -> int:
    return sum(len(each.truth.boxes) for each in pictures.pictures)


def _worth(found: AveragePrecision | None) -> float:
    """By what the better of two is told: boxes that are there, and that are tight."""
    return found.half + found.mean if found else 0.0


class _Course:
    """Learning until the time is over, and how it fares with the pictures left out."""

    def __init__(
        self,
        material: Material,
        taught: BoxedPictures,
        left_out: BoxedPictures,
        end: float,
        seed: int,
        directory: Path,
    ) -> None:
        self.material, self.left_out, self.end = material, left_out, end
        self._directory = directory
        self.epochs: list[DetectorEpoch] = []
        self._before: tuple[DetectorEpoch, list[FloatArray]] | None = None
        self.taught, self._begun, self._seed = taught, perf_counter(), seed
        self.head = self._head()

    def _head(self) -> "KerasDetector":
        with terminal.muted_errors():  # it tells of graphics cards that are not there
            from .keras_detector import KerasDetector

        backbone, size = self.material.backbone, self.material.size
        shapes = [
            (rows, columns, channels) for channels, rows, columns in map(backbone.shape, backbone.chosen)
        ]
        trunk = trunk_behind(backbone.file, size.size, backbone.chosen[-1])
        return KerasDetector(shapes, trunk, len(self.taught.labels), self._reach(), self._seed)

    def went_on(self) -> bool:
        """Take up a training of the same pictures that was stopped, and say whether there was one."""
        found = saved_course.read(self._directory, self._key)
        if found is None:
            return False
        course, weights = found
        self.epochs = list(course.epochs)
        self.head.restore(weights)
        self._before = course.epochs[course.best - 1], weights
        return True

    @property
    def _key(self) -> tuple[str, ...]:
        """What must be the same, so that no picture that is left out was learned from before."""
        backbone, size = self.material.backbone, self.material.size
        state = self.material.pictures.state
        numbers = state, size.height, size.width, size.stride, self._seed, *backbone.chosen
        return (self.material.dataset, backbone.fingerprint, *map(str, numbers), *self.left_out.labels)

    def _reach(self) -> float:
        """How far objects reach from their middles, in cells, about."""
        spans = [
            boxes[:, 2:] - boxes[:, :2] for each in self.taught.pictures if len(boxes := each.truth.boxes)
        ]
        fit = min(self.material.size.height, self.material.size.width) / float(
            np.median([min(each.size) for each in self.taught.pictures])
        )
        return max(0.5, float(np.median(np.concatenate(spans))) * fit / 2 / self.material.size.stride)

    def run(self, epoch_done: EpochDone) -> _Kept | None:
        """Learn until the end, and give the best."""
        pictures, labels = self.taught.pictures, self.taught.labels
        views = [*self._views()]
        best = _Kept(*self._before, self._look(views)) if self._before else None
        steps = ceil(len(pictures) / TOGETHER)
        with lessons.batches(pictures, len(labels), self.material.backbone, self._seed) as stream:
            try:
                while perf_counter() < self.end:
                    loss = self._round(islice(stream, steps))
                    found = self._look(views)
                    best = self._better(best, loss, found)
                    epoch_done(self.epochs[-1], max(0.0, self.end - perf_counter()))
            except KeyboardInterrupt:
                pass  # what was best so far is kept
        return best

    def _round(self, stream: Iterator[Batch]) -> float:
        losses = []
        for batch in stream:
            whole = self._share() >= _HEAD_ALONE
            losses.append(self.head.learn(batch.maps, batch.targets, self._rate(), whole=whole))
            if perf_counter() > self.end:
                break
        return float(np.mean(losses))

    def _share(self) -> float:
        """Of the time, how much is over."""
        return min(1.0, (perf_counter() - self._begun) / max(self.end - self._begun, 1.0))

    def _rate(self) -> float:
        """Growing at first, then falling along a cosine to nothing."""
        share = self._share()
        if share < _WARM:
            return max(0.02, share / _WARM)
        return max(0.002, (1 + cos(pi * (share - _WARM) / (1 - _WARM))) / 2)

    def _better(self, best: _Kept | None, loss: float, found: tuple[Candidates, ...]) -> _Kept | None:
        precision = left_out_boxes.precision_of(found, self.left_out)
        epoch = DetectorEpoch(
            len(self.epochs) + 1, round(perf_counter() - self._begun, 1), round(loss, 4), precision
        )
        self.epochs.append(epoch)
        if best and _worth(precision) <= _worth(best.epoch.precision):
            return best
        better = _Kept(epoch, self.head.average.get_weights(), found)
        course = SavedCourse(self._key, tuple(self.epochs), epoch.number)
        saved_course.write(self._directory, course, better.weights)
        return better

    def _views(self) -> Iterator[tuple[Halves, ...]]:
        """The maps of the pictures left out, some pictures at a time."""
        pictures, backbone = self.left_out.pictures, self.material.backbone
        for start in range(0, len(pictures), TOGETHER):
            some = [images.read_picture(each.path) for each in pictures[start : start + TOGETHER]]
            fed = [view_of(each, backbone.card, PLAIN).image for each in some]
            yield tuple(each.astype(np.float16) for each in lessons.maps_of(fed, backbone))

    def _look(self, views: Sequence[tuple[Halves, ...]]) -> tuple[Candidates, ...]:
        size, classes = self.material.size, len(self.taught.labels)
        answers = [
            each for some in views for each in self.head.answers([one.astype(np.float32) for one in some])
        ]
        return tuple(
            left_out_boxes.in_picture(candidates(told, classes, size), picture, size)
            for told, picture in zip(answers, self.left_out.pictures, strict=True)
        )


def _write(
    course: _Course, kept: _Kept, request: DetectorRequest, seconds: float, reporter: Reporter
) -> TrainedDetector:
    from ...networks.convert import keras_head

    material, left_out, head = course.material, course.left_out, course.head
    head.restore(kept.weights)
    scores, precision, interval = left_out_boxes.judge(kept.found, left_out)
    directory = directory_of(request)
    with versions.new_version(directory) as (number, fresh):
        backbone = material.backbone
        keras_head.write(
            backbone.file,
            material.size.size,
            backbone.chosen,
            head.average,
            material.size.stride,
            fresh / NETWORK,
        )
        write_limits(fresh, left_out.labels, [each.limit for each in scores])
        asked = replace(material, pictures=left_out)
        record = replace(
            record_of(request.name, str(number), asked, kept.found),
            classes=scores,
            pictures=len(material.pictures.pictures),
            shootings=len(set(material.pictures.groups.tolist())),
            precision=precision,
            interval=interval,
            epochs=tuple(course.epochs),
            best=kept.epoch.number,
            taught=tuple(each.picture for each in course.taught.pictures),
            seconds=round(seconds, 3),
        )
        card = card_of(material, request.name, str(number), kept.weights)
        record = complete(fresh, card, record, material, request, reporter)
    return TrainedDetector(directory / str(number), record, material, kept.found)
