"""What pictures were taken for when they were left out, and which of their tags that makes doubtful.

Answers are of the last training, while tags are those of now: what was mended, confirmed or deleted since is
doubted no more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ..classification.training.records import LeftOutAnswer, TrainingRecord
from ..classification.training.report.answers import USUAL_LIMIT
from ..classification.training.report.suspects import Mending, Suspect, suspects
from ..datasets.records import Picture
from .collection_records import Confusion, SuspectPicture

UNSURE = 0.6  # probability of the likeliest class below which an answer is uncertain
_UNASKED = 2.0
_MOST_LABELS = 200  # of a confusion matrix


class LeftOutDoubts:
    """The answers of one training to pictures that were left out; it may have been none."""

    def __init__(self, record: TrainingRecord | None) -> None:
        self.record = record
        self.independent = record is not None and record.independent
        answers = record.left_out if record else ()
        self._answers = {each.picture: each for each in answers if each.answers}
        self._labels = record.labels if record else ()

    @property
    def is_known(self) -> bool:
        """Whether any picture was asked."""
        return bool(self._answers)

    def told(self, digest: str) -> tuple[str, float] | None:
        """The class that a picture was taken for, and how sure that was, 0..1; None if it was not asked."""
        answer = self._answers.get(digest)
        if answer is None:
            return None
        place, probability = answer.answers[0]
        return self._labels[place], probability

    def is_uncertain(self, digest: str) -> bool:
        """Whether a picture was asked, and the answer was not sure or that it shows none of the classes."""
        answer = self._answers.get(digest)
        return answer is not None and is_unsure(answer.answers[0][1], known=answer.known)

    def sureness(self, digest: str) -> float:
        """How sure the answer to a picture was, 0..1; 2 where it was not asked."""
        answer = self._answers.get(digest)
        return _UNASKED if answer is None else answer.answers[0][1]

    def suspects(self, pictures: Mapping[str, Picture]) -> list[SuspectPicture]:
        """Pictures whose tags are doubted, the most suspicious first.

        Args:
            pictures: All that are there now, by their hashes.
        """
        found = ((each, pictures.get(each.picture)) for each in self._suspects)
        return [_suspect(each, there) for each, there in found if there and self._is_doubted(each, there)]

    def _is_doubted(self, suspect: Suspect, picture: Picture) -> bool:
        """Whether what is said now is still what the answer contradicts, and nobody has found it right."""
        shows, confirmed = picture.shows, set(picture.confirmed)
        if suspect.denies:
            return suspect.label in shows and suspect.label not in confirmed
        if not shows or suspect.label in (*shows, *picture.no):
            return False
        if self.independent:
            return suspect.label not in confirmed
        return not confirmed.issuperset(shows)

    def cells(self, picture: Picture) -> Iterator[tuple[str, str]]:
        """Where a picture is counted in the confusion matrix: what it shows, and what it was taken for."""
        answer = self._answers.get(picture.hash)
        if answer is None:
            return
        told = {self._labels[place] for place in self._told(answer)}
        likeliest = self._labels[answer.answers[0][0]]
        for label in picture.shows:
            if label in self._known:
                yield label, label if label in told else likeliest

    def confusion(self, pictures: Iterable[Picture]) -> Confusion | None:
        """All cells counted; None where nothing was asked, or of too many classes."""
        if not self._answers or len(self._labels) > _MOST_LABELS:
            return None
        counts = Counter(cell for each in pictures for cell in self.cells(each))
        rows = tuple(tuple(counts[one, other] for other in self._labels) for one in self._labels)
        return Confusion(self._labels, rows)

    def _told(self, answer: LeftOutAnswer) -> Iterator[int]:
        """The classes that are there by an answer: the likeliest, and those above their limits."""
        yield answer.answers[0][0]
        if self.independent:
            yield from (place for place, likely in answer.answers if likely >= self._limits[place])

    @cached_property
    def _limits(self) -> list[float]:
        classes = self.record.classes if self.record else ()
        return [USUAL_LIMIT if each.limit is None else each.limit for each in classes]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._labels)

    @cached_property
    def _suspects(self) -> list[Suspect]:
        return suspects(self.record, Mending(self.record.dataset)) if self.record else []


def is_unsure(probability: float, *, known: bool) -> bool:
    """Whether an answer is uncertain: its likeliest class, 0..1, or whether it shows any."""
    return probability < UNSURE or not known


def _suspect(suspect: Suspect, picture: Picture) -> SuspectPicture:
    return SuspectPicture(
        picture=suspect.picture,
        name=picture.name,
        shows=picture.shows,
        answer=suspect.answer,
        label=suspect.label,
        denies=suspect.denies,
        probability=suspect.probability,
        likely=suspect.likely,
        evidence=evidence(suspect, picture),
    )


def evidence(suspect: Suspect, picture: Picture) -> str:
    """Why a tag is doubted, in one sentence."""
    shows, sure = " and ".join(picture.shows), f"{suspect.probability:.0%}"
    taken = (
        f"Without this picture's shooting it was {sure} sure that this does not show {suspect.label}"
        if suspect.denies
        else f"Tagged {shows}. Without this picture's shooting it was taken for {suspect.label}, {sure} sure"
    )
    usual = "as sure as of pictures that are rightly told so" if suspect.likely else "less sure than usual"
    return f"{taken}: {usual}."
