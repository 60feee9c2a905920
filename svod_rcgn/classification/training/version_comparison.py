"""Whether a version is better or worse than the one before, picture by picture.

Both are judged by the pictures that both had left out, known by their content, and by what is said of them
now: so a tag that was mended in between counts for both alike.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import InputError, WorseError
from ...networks import versions
from ...reports.paired import chance_of_less
from ...reports.proportions import Proportion, proportion_by_cluster
from ...text import counted
from . import records
from .records import LeftOutAnswer, TrainingRecord

BEYOND_CHANCE = 0.05
MOST_TOLD = 3
BETTER, WORSE, OTHER = "better", "worse", "other"


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A picture of which another class is the likeliest now; `kind` is better, worse or other.

    `shows` is what is said of it now. Answers are labels with their calibrated probability, 0..1.
    """

    picture: str
    name: str
    kind: str
    shows: tuple[str, ...]
    before: str
    before_probability: float
    now: str
    now_probability: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions on `pictures` that both left out; `passed_over` more are of classes that one lacks.

    `before` and `now` are the shares of right answers. `chance` is how often a version that is as good as the
    one before would fare so badly (`reports.paired`, whole shootings going one way). `fallen` are the classes
    with fewer right than before: label, right before, right now, pictures; the greatest fall first.
    """

    version: str
    pictures: int
    passed_over: int
    before: Proportion | None
    now: Proportion | None
    chance: float
    changes: tuple[ChangedAnswer, ...]
    fallen: tuple[tuple[str, int, int, int], ...]

    @property
    def worse(self) -> bool:
        """Whether the newer one is worse beyond chance."""
        return self.chance < BEYOND_CHANCE


def compare_with_used(
    directory: Path, now: TrainingRecord, *, refuse_worse: bool = False
) -> Comparison | None:
    """Compare what is about to be a version with the one in use.

    Returns:
        None where there is none, or none that has a record which can be read.

    Raises:
        WorseError: It is worse beyond chance, and `refuse_worse` keeps such a one out.
    """
    used = versions.in_use(directory)
    try:
        before = records.read(directory / str(used))
    except InputError:
        return None
    found = compare(before, now) if before.format_version == records.FORMAT_VERSION else None
    if refuse_worse and found and found.worse:
        raise WorseError(_refusal(directory, found))
    return found


def _refusal(directory: Path, comparison: Comparison) -> str:
    assert comparison.before is not None
    assert comparison.now is not None
    one, other = comparison.before, comparison.now
    told = f"worse: {other.count:,} of {other.trials:,} left-out pictures right, {one.count:,} before"
    return (
        f"{directory}: kept as it was; {'; '.join((told, *fallen_lines(comparison)))}; "
        "look at the pictures that are new, or run without --refuse_worse"
    )


def compare(before: TrainingRecord, now: TrainingRecord) -> Comparison:
    """Compare a version with the one before it."""
    earlier = {each.picture: each for each in before.left_out}
    both = [(earlier[each.picture], each) for each in now.left_out if each.picture in earlier]
    pairs = [_Pair(one, other, before.labels, now.labels) for one, other in both]
    fair = [each for each in pairs if each.fair]
    shootings = [each.now.shooting for each in fair]
    gains = Counter[int]()
    for each in fair:
        gains[each.now.shooting] += each.now.right - each.was_right
    return Comparison(
        version=before.version,
        pictures=len(fair),
        passed_over=len(pairs) - len(fair),
        before=proportion_by_cluster([each.was_right for each in fair], shootings),
        now=proportion_by_cluster([each.now.right for each in fair], shootings),
        chance=chance_of_less(list(gains.values())),
        changes=tuple(each.change for each in pairs if each.answered != each.was_answered),
        fallen=tuple(_fallen(fair)),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two versions answered to a picture."""

    before: LeftOutAnswer
    now: LeftOutAnswer
    old_labels: Sequence[str]
    new_labels: Sequence[str]

    @property
    def shows(self) -> tuple[str, ...]:
        return tuple(self.new_labels[place] for place in self.now.truth)

    @property
    def was_answered(self) -> str:
        return self.old_labels[self.before.answers[0][0]]

    @property
    def answered(self) -> str:
        return self.new_labels[self.now.answers[0][0]]

    @property
    def was_right(self) -> bool:
        return self.was_answered in self.shows

    @property
    def fair(self) -> bool:
        """Whether the older version could have been right, and its answer is one that there still is."""
        return any(each in self.old_labels for each in self.shows) and self.was_answered in self.new_labels

    @property
    def change(self) -> ChangedAnswer:
        kind = OTHER
        if self.fair and self.was_right != self.now.right:
            kind = BETTER if self.now.right else WORSE
        return ChangedAnswer(
            self.now.picture,
            self.now.name,
            kind,
            self.shows,
            self.was_answered,
            self.before.answers[0][1],
            self.answered,
            self.now.answers[0][1],
        )


def _fallen(pairs: Sequence[_Pair]) -> Iterator[tuple[str, int, int, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in pairs:
        for label in each.shows:
            counts[label].update(before=each.was_right, now=each.now.right, pictures=1)
    fallen = [(label, own) for label, own in counts.items() if own["now"] < own["before"]]
    for label, own in sorted(fallen, key=lambda item: (item[1]["now"] - item[1]["before"], item[0])):
        yield label, own["before"], own["now"], own["pictures"]


def comparison_lines(comparison: Comparison | None) -> tuple[str, ...]:
    """The comparison in plain lines; none where there is nothing to compare."""
    if comparison is None or not (comparison.pictures or comparison.changes):
        return ()
    lines = [_differing(comparison)]
    if comparison.before and comparison.now:
        one, other = comparison.before, comparison.now
        lines.append(
            f"Right now {other.count:,} of {counted(other.trials, 'picture')} that both left out, "
            f"{one.count:,} before{_verdict(comparison)}."
        )
    return (*lines, *(f"{line}." for line in fallen_lines(comparison)))


def _differing(comparison: Comparison) -> str:
    if not comparison.changes:
        return f"No answer differs from version {comparison.version}."
    kinds = Counter(each.kind for each in comparison.changes)
    told = ", ".join(f"{kinds[kind]:,} {kind}" for kind in (BETTER, WORSE, OTHER) if kinds[kind])
    verb = "answer differs" if len(comparison.changes) == 1 else "answers differ"
    return f"{len(comparison.changes):,} {verb} from version {comparison.version}: {told}."


def _verdict(comparison: Comparison) -> str:
    """What chance has to do with it, where fewer are right than before."""
    if comparison.worse:
        return f": worse beyond chance (p = {comparison.chance:.2g})"
    fallen = comparison.before and comparison.now and comparison.now.count < comparison.before.count
    return f", which may be chance (p = {comparison.chance:.2g})" if fallen else ""


def fallen_lines(comparison: Comparison) -> tuple[str, ...]:
    """The classes that fell most, a line each."""
    lines = [
        f"{label}: worse: {now} of {pictures} left-out pictures right, {before} before"
        for label, before, now, pictures in comparison.fallen
    ]
    more = [f"and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
    return (*lines[:MOST_TOLD], *more)
