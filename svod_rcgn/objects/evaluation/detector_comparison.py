"""Two detectors on the same pictures, one picture at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...reports.paired import chance_of_less
from ...text import counted, on_one_line
from .evaluate import DetectorEvaluation

_LISTED = 5
_RARE = 0.05


@dataclass(frozen=True, slots=True)
class PictureChange:
    """A picture, and how many mistakes the first makes in it less those of the other."""

    name: str
    mistakes: int


@dataclass(frozen=True, slots=True)
class DetectorComparison:
    """What differs: pictures with more mistakes, and with fewer, of both the most first.

    `chance` is how often two equally good ones would differ so much to the first's disadvantage, whole
    shootings going one way.
    """

    network: str
    other: str
    worse: tuple[PictureChange, ...]
    better: tuple[PictureChange, ...]
    alike: int
    chance: float


def compare(found: DetectorEvaluation, other: DetectorEvaluation) -> DetectorComparison:
    """Compare two evaluations of the same dataset at one state, each at its limits in use."""
    names = [each.name for each in found.pictures.pictures]
    less = (other.confusion.mistakes - found.confusion.mistakes).tolist()
    gains: dict[int, int] = {}
    for group, gain in zip(found.pictures.groups.tolist(), less, strict=True):
        gains[group] = gains.get(group, 0) + gain
    changes = sorted((PictureChange(name, -gain) for name, gain in zip(names, less, strict=True)), key=_order)
    worse = tuple(each for each in changes if each.mistakes > 0)
    better = tuple(each for each in reversed(changes) if each.mistakes < 0)
    return DetectorComparison(
        f"{found.network} {found.version}",
        f"{other.network} {other.version}",
        worse,
        better,
        len(names) - len(worse) - len(better),
        chance_of_less(list(gains.values())),
    )


def _order(change: PictureChange) -> int:
    return -change.mistakes


def comparison_lines(told: DetectorComparison) -> Iterator[str]:
    """What changed, for people."""
    yield (
        f"{told.network} beside {told.other}: fewer mistakes in {counted(len(told.better), 'picture')}, "
        f"more in {len(told.worse):,}, as many in {told.alike:,}"
    )
    for each in told.worse[:_LISTED]:
        yield f"worse: {on_one_line(each.name)}, {counted(each.mistakes, 'mistake')} more"
    if told.chance < _RARE:
        yield f"it is worse than chance explains (p = {told.chance:.3f})"
