"""Where on its pictures the evidence for each class lies, by the network's own maps."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ....errors import InputError
from ....explanation.whereabouts import whereabouts
from ....records import FloatArray
from ....reports.estimates import Estimate, estimate
from ....storage import images
from ...class_map import ClassMapper
from ...stages.classify import Classifier
from ...stages.fit import fitted
from ..examples import Lessons, Numbers

MOST_CLASSES = 50
EVENLY = 0.5  # in the middle half, where no place counts more than another
_ALL, _MOST, _FEWEST = 150, 12, 3  # pictures: of all classes, and of each


@dataclass(frozen=True, slots=True)
class ClassEvidence:
    """How much of what speaks for a class lies in the middle half of its pictures, as a share.

    So many `pictures` were asked. `outermost` is the hash of the one with the `least` there.
    """

    label: str
    pictures: int
    middle: Estimate
    outermost: str
    least: float


def measure_evidence(classifier: Classifier, lessons: Lessons) -> Iterator[ClassEvidence]:
    """Ask some pictures of each class, of as many shootings as there are.

    Where a network sees more in the surroundings than in the thing itself, it will miss it elsewhere.

    Args:
        classifier: Answers with class maps.
        lessons: What it was taught, MOST_CLASSES of which are asked.

    Yields:
        Those classes of which pictures of two shootings can be read.
    """
    mapper = ClassMapper(classifier, None)
    each = max(_FEWEST, min(_MOST, _ALL // len(lessons.labels)))
    for place, label in enumerate(lessons.labels[:MOST_CLASSES]):
        rows, shares = _shares(mapper, lessons, place, each)
        if len(set(lessons.shootings[rows].tolist())) > 1:
            least = int(shares.argmin())
            picture = lessons.examples[rows[least]].picture
            middle = _mean(shares, lessons.shootings[rows])
            yield ClassEvidence(label, len(rows), middle, picture, float(shares[least]))


def _shares(mapper: ClassMapper, lessons: Lessons, place: int, each: int) -> tuple[list[int], FloatArray]:
    """The rows of some pictures of a class, and what of its evidence on them lies in the middle."""
    found: dict[int, float] = {}
    for row in _spread(np.flatnonzero(lessons.targets[lessons.known, place] > 0), lessons, each):
        try:
            image = images.read_picture(lessons.examples[row].path)
        except InputError:  # it has gone since
            continue
        where = whereabouts(mapper.heat(fitted(image, mapper.card), place))
        if where:
            found[row] = where.middle
    return list(found), np.array(list(found.values()), np.float32)


def _spread(rows: Numbers, lessons: Lessons, each: int) -> list[int]:
    """So many of the rows, from shootings as different as can be."""
    ordered = rows[np.argsort(lessons.shootings[rows], kind="stable")]
    places = np.linspace(0, len(ordered) - 1, min(each, len(ordered))).round().astype(int)
    found: list[int] = ordered[places].tolist()
    return found


def _mean(shares: FloatArray, shootings: Numbers) -> Estimate:
    found = estimate(lambda weights: float(np.average(shares, weights=weights)), shootings)
    return Estimate(found.value, found.low, min(1.0, found.high))
