"""The number that is written on a picture."""

from collections.abc import Iterator, Sequence
from itertools import islice

import cv2

from ...media.walk import Picture
from ...records import Image
from ..records import Answer, Classification, Digit, Identified
from ..stages.classify import Classifier
from .glyphs import normalised
from .segment import Part, find_parts

EMPTY, NO_DIGIT = "empty", "no digit"
_LEAST_PROBABILITY = 0.35  # chosen on other digits than those of docs/BENCHMARKS.md
_SMALL = 0.5  # of the tallest: what is no digit and smaller than this is a blot or a comma


class NumberReader:
    """Reads the digits of a picture from left to right."""

    def __init__(self, classifier: Classifier, version: str, top: int) -> None:
        self._classifier = classifier
        self._version = version
        self._top = top

    def look(self, pictures: Sequence[Picture]) -> list[Identified]:
        """See `Looker.look`: a number, or why there is none."""
        sheets = [find_parts(picture.image) for picture in pictures]
        found = iter(self._classifier.classify([_glyph(part) for parts in sheets for part in parts or ()]))
        return [
            self._identified(picture, parts, found) for picture, parts in zip(pictures, sheets, strict=True)
        ]

    def _identified(
        self, picture: Picture, parts: Sequence[Part] | None, found: Iterator[Classification]
    ) -> Identified:
        known = parts or ()
        read = [self._digit(part, each) for part, each in zip(known, islice(found, len(known)), strict=True)]
        digits = _without_blots(read)
        is_number = bool(digits) and all(each.known for each in digits)
        number = "".join(each.answers[0].label for each in digits) if is_number else None
        return Identified(
            picture=picture.name,
            network=self._classifier.name,
            version=self._version,
            known=is_number,
            answers=self._answers(digits),
            time=picture.time,
            number=number,
            digits=tuple(digits),
            problem=None if is_number else EMPTY if parts == [] else NO_DIGIT,
        )

    def _digit(self, part: Part, found: Classification) -> Digit:
        known = _is_digit(self._classifier, found)
        return Digit(part.box, known, self._classifier.answers(found, self._top))

    def _answers(self, digits: Sequence[Digit]) -> tuple[Answer, ...]:
        """Of one digit what it may be, and of several the likeliest of each, from left to right."""
        if len(digits) == 1:
            return digits[0].answers
        return tuple(each.answers[0] for each in digits)


def read_framed(classifier: Classifier, framed: Image) -> list[str | None]:
    """What digits in their frame, (n, 28, 28) uint8, are read as; None for one that is called none."""
    found = classifier.classify([_coloured(each) for each in framed])
    return [classifier.answers(each, 1)[0].label if _is_digit(classifier, each) else None for each in found]


def _is_digit(classifier: Classifier, found: Classification) -> bool:
    return classifier.knows(found) and bool(found.probabilities.max() >= _LEAST_PROBABILITY)


def _glyph(part: Part) -> Image:
    return _coloured(normalised(part.ink))


def _coloured(framed: Image) -> Image:
    return cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR)  # type: ignore[return-value]


def _without_blots(digits: Sequence[Digit]) -> list[Digit]:
    tallest = max((each.box.height for each in digits), default=0.0)
    return [each for each in digits if each.known or each.box.height >= _SMALL * tallest]
