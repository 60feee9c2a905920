"""Left-out answers class by class: what a picture shows, what was said, and whether that counts."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..examples import MANY_NO
from ..records import LeftOutAnswer, TrainingRecord

USUAL_LIMIT = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a class was said of a picture that shows it or not; `probability` is what it was given."""

    answer: LeftOutAnswer
    place: int
    shows: bool
    said: bool
    probability: float


def probability_of(answer: LeftOutAnswer, place: int) -> float:
    """What a class was given; 0 where it is not among those that the record keeps."""
    return next((likely for each, likely in answer.answers if each == place), 0.0)


def decisions(record: TrainingRecord) -> Iterator[Decision]:
    """The questions whether a picture shows a class of which that is known.

    Where classes exclude each other, the likeliest is said, and only what is shown or said is asked. Where
    each is a question of its own, all that reach their limit are said; of a class that many pictures are said
    not to show, only what was said counts, as in training.
    """
    asked = _explicit(record)
    for each in record.left_out:
        every = range(len(record.classes)) if record.independent else {*each.truth, each.answers[0][0]}
        for place in every:
            shows = place in each.truth
            if shows or not asked[place] or place in each.denied:
                likely = probability_of(each, place)
                yield Decision(each, place, shows, _said(record, each, place, likely), likely)


def _explicit(record: TrainingRecord) -> list[bool]:
    """Of which classes only that counts which was said."""
    denials = [0] * len(record.classes)
    for each in record.left_out:
        for place in each.denied:
            denials[place] += 1
    return [record.independent and count >= MANY_NO for count in denials]


def _said(record: TrainingRecord, answer: LeftOutAnswer, place: int, likely: float) -> bool:
    if not record.independent:
        return answer.answers[0][0] == place
    limit = record.classes[place].limit
    return likely >= (USUAL_LIMIT if limit is None else limit)
