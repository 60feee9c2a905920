"""The acts of a dataset as a person knows them: a hold is one, however many pictures it kept at a time."""

from collections.abc import Iterable, Sequence

from ..datasets.collection import Dataset
from ..datasets.records import Act
from ..errors import DatasetError
from ..text import counted
from .records import ActGroup

_FROM = " from "
_ADD = "add"


def grouped(acts: Iterable[Act]) -> list[ActGroup]:
    """Acts in their order; those that add pictures of one source one after another are one."""
    groups: list[list[Act]] = []
    for act in acts:
        if groups and _go_together(groups[-1][-1], act):
            groups[-1].append(act)
        else:
            groups.append([act])
    return [_told(group) for group in groups]


def undo(dataset: Dataset, numbers: Sequence[int], state: int) -> None:
    """Undo acts, all or none, unless something has happened since a state was looked at.

    Raises:
        DatasetError: Something has, or one is not there, undone already, or cannot be undone.
    """
    if not numbers:
        raise DatasetError("no act is named; name those that are to be undone")
    with dataset.unchanged_since(state):
        for number in sorted(set(numbers), reverse=True):
            dataset.undo(number)


def _go_together(one: Act, other: Act) -> bool:
    alike = (one.kind, one.who, one.undone) == (other.kind, other.who, other.undone)
    return alike and one.kind == _ADD and _source(one) == _source(other)


def _source(act: Act) -> str:
    return act.summary.partition(_FROM)[2]


def _told(group: Sequence[Act]) -> ActGroup:
    first = group[0]
    summary = first.summary
    if len(group) > 1:
        summary = f"{counted(sum(map(_count, group)), 'picture')}{_FROM}{_source(first)}"
    numbers = tuple(act.number for act in group)
    return ActGroup(
        numbers, group[-1].time, first.who, first.kind, summary, first.undone, first.undoes is not None
    )


def _count(act: Act) -> int:
    number = act.summary.partition(" ")[0].replace(",", "")
    return int(number) if number.isdigit() else 0
