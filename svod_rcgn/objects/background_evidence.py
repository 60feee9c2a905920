"""How far what a detector finds in a dataset rests on what lies outside of the boxes, a class at a time.

A class that is found by its surroundings (boats by water) is missed elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..datasets.collection import Dataset
from ..geometry import overlaps
from ..records import Box, Image
from ..reporter import Reporter
from ..reports.estimates import Estimate, estimate
from ..storage import images
from .evaluation import boxed_pictures
from .evaluation.boxed_pictures import BoxedPicture
from .object_evidence import EvidenceShare, share_of
from .records import Candidates, Detection
from .stages.detect import ObjectDetector

MOST = 50
"""Objects of a class that are looked at; more would hardly narrow the interval."""

_SAME = 0.5  # overlap


@dataclass(frozen=True, slots=True)
class FoundObject:
    """An object that is drawn in a picture and was found there.

    `area` is how much of the picture lies outside of its box, 0..1.
    """

    picture: str
    name: str
    found: Detection
    share: EvidenceShare
    area: float


@dataclass(frozen=True, slots=True)
class ClassBackground:
    """A class: what was looked at, where `missed` more are drawn that were not found.

    `outside` is the mean share of the evidence outside of the boxes, with its interval by whole pictures, and
    `area` the mean share of the area there. They are None where nothing was found.
    """

    label: str
    objects: tuple[FoundObject, ...]
    missed: int
    outside: Estimate | None
    area: float | None


def background(
    dataset: Dataset, detector: ObjectDetector, reporter: Reporter, most: int = MOST, seed: int = 0
) -> tuple[ClassBackground, ...]:
    """Look at objects of each class of a network that a dataset shows.

    Args:
        dataset: Says where they are.
        detector: Is asked, at the limits that it has.
        reporter: Told how many pictures were looked at.
        most: Objects of a class; pictures come in an order by chance.
        seed: Another one gives another order.

    Raises:
        DatasetError: The dataset has no boxes of the network's classes.
        InputError: A picture cannot be read.
    """
    labels = [each.label for each in detector.labels]
    pictures = boxed_pictures.read(dataset, labels=labels).pictures
    looked: list[list[FoundObject]] = [[] for _ in labels]
    missed = [0] * len(labels)
    order = np.random.default_rng(seed).permutation(len(pictures))
    for number, place in enumerate(order, 1):
        _look(pictures[place], detector, looked, missed, most)
        reporter.progress(number, len(pictures))
    there = {int(each) for picture in pictures for each in picture.truth.classes}
    return tuple(_told(labels[index], looked[index], missed[index]) for index in sorted(there))


def _look(
    picture: BoxedPicture,
    detector: ObjectDetector,
    looked: Sequence[list[FoundObject]],
    missed: list[int],
    most: int,
) -> None:
    wanted = [place for place, index in enumerate(picture.truth.classes) if len(looked[index]) < most]
    if not wanted:
        return
    image = images.read_picture(picture.path)
    told = detector.chosen(detector.candidates(image))
    for place in wanted:
        index = int(picture.truth.classes[place])
        found = _found(told, picture.truth.boxes[place], index, detector)
        if found is None:
            missed[index] += 1
        elif len(looked[index]) < most:
            looked[index].append(_evidence(picture, image, found, detector))


def _found(told: Candidates, box: np.ndarray, index: int, detector: ObjectDetector) -> Detection | None:
    """What was told of a class where an object is; None where nothing was."""
    own = told.at(told.classes == index)
    shares = overlaps(own.boxes, box)
    if not shares.max(initial=0.0) >= _SAME:
        return None
    (found,) = detector.told(own.at([int(shares.argmax())]))
    return found


def _evidence(picture: BoxedPicture, image: Image, found: Detection, detector: ObjectDetector) -> FoundObject:
    box: Box = found.box
    area = 1 - box.width * box.height / (picture.width * picture.height)
    return FoundObject(picture.picture, picture.name, found, share_of(detector, found, image), area)


def _told(label: str, objects: Sequence[FoundObject], missed: int) -> ClassBackground:
    """Those that rest most on their surroundings first."""
    sound = [each for each in objects if each.share.outside is not None]
    if not sound:
        return ClassBackground(label, (), missed, None, None)
    outside = np.array([each.share.outside for each in sound])
    areas = np.array([each.area for each in sound])
    names = np.unique([each.picture for each in sound], return_inverse=True)[1]
    mean = estimate(lambda weights: float(np.average(outside, weights=weights)), names.astype(np.int64))
    ordered = tuple(sound[place] for place in np.argsort(-outside, kind="stable"))
    return ClassBackground(label, ordered, missed, mean, float(areas.mean()))
