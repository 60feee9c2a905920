"""Whether a training knows anybody worse than the one before.

A set of classifiers cannot be asked fairly about pictures that it was trained on. Each report keeps
what was said of every picture while it was left out, at that training's own limit; so two trainings
are compared on the pictures that both have, known by their content, from those answers.
"""

from collections import defaultdict
from dataclasses import dataclass

from ....text import shown
from .measures import Report


@dataclass(frozen=True, slots=True)
class Change:
    """A person whose left-out pictures fared differently: how many of `pictures` were named rightly."""

    person: str
    pictures: int
    right_before: int
    right_now: int

    @property
    def worse(self) -> bool:
        """Whether more pictures are missed or given another's name."""
        return self.right_now < self.right_before


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed for those that both trainings know; `pictures` were compared altogether."""

    pictures: int
    changes: tuple[Change, ...]

    @property
    def worse(self) -> tuple[Change, ...]:
        """Those who are known worse than before."""
        return tuple(change for change in self.changes if change.worse)


def compare(before: Report, now: Report) -> Comparison:
    """Compare two trainings, person by person."""
    earlier, later = _answers(before), _answers(now)
    both: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for picture in earlier.keys() & later.keys():
        both[picture[0]].append((earlier[picture], later[picture]))
    names = {shown(person.folder): person.name for person in now.persons}
    changes = [_change(names[folder], answers) for folder, answers in sorted(both.items())]
    differing = tuple(change for change in changes if change.right_before != change.right_now)
    return Comparison(sum(map(len, both.values())), differing)


def comparison_lines(comparison: Comparison | None) -> tuple[str, ...]:
    """The comparison in plain lines; none where the last training has no left-out pictures in common."""
    if comparison is None or not comparison.pictures:
        return ()
    if not comparison.changes:
        return (f"As before on the {comparison.pictures} left-out pictures that both trainings have.",)
    return tuple(_line(change) for change in comparison.changes)


def _line(change: Change) -> str:
    verdict = "worse" if change.worse else "better"
    return (
        f"{change.person}: {verdict}: {change.right_now} of {change.pictures} left-out pictures named "
        f"rightly, {change.right_before} before"
    )


def _answers(report: Report) -> dict[tuple[str, str], bool]:
    """Whether each left-out picture was named rightly, by person, as report.json has it, and content."""
    return {
        (shown(each.person), each.sha256): each.known.named == each.person
        for each in report.pictures
        if each.known
    }


def _change(person: str, answers: list[tuple[bool, bool]]) -> Change:
    return Change(person, len(answers), sum(one for one, _ in answers), sum(other for _, other in answers))
