"""Observations as the page draws them."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...faces.records import FaceObservation
from ...notify.wording import known_fields
from ...records import Box, Observation
from ...text import shown
from ..records import Corners, FaceDetails, Sighting

_DIGITS = 4


def sightings(
    observations: Sequence[Observation], width: float = 1, height: float = 1
) -> tuple[Sighting, ...]:
    """What was seen on a picture.

    Args:
        observations: Their boxes are in pixels.
        width: By which boxes are divided: the picture's, for shares of its sides.
        height: Likewise.
    """
    return tuple(_sighting(each, width, height) for each in observations)


def _sighting(seen: Observation, width: float, height: float) -> Sighting:
    return Sighting(
        kind=seen.kind,
        label=None if seen.label is None else shown(seen.label),
        score=round(float(seen.score), _DIGITS),
        box=None if seen.box is None else corners(seen.box, width, height),
        track=seen.track,
        face=_details(seen) if isinstance(seen, FaceObservation) else None,
        attributes=_attributes(seen.attributes),
    )


def corners(box: Box, width: float = 1, height: float = 1) -> Corners:
    """The sides of a box, in shares of a picture's sides where these are given."""
    sides = box.left / width, box.top / height, box.right / width, box.bottom / height
    left, top, right, bottom = (round(float(side), _DIGITS) for side in sides)
    return left, top, right, bottom


def _details(seen: FaceObservation) -> FaceDetails:
    quality = seen.quality
    return FaceDetails(
        nearest=shown(seen.match.nearest),
        cosine=round(float(seen.match.cosine), _DIGITS),
        quality=None if quality is None else quality.weight,
        reasons=() if quality is None else quality.reasons,
    )


def _attributes(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    return {shown(name): _text(value) for name, value in known_fields(attributes).items()}


def _text(value: Any) -> Any:
    return shown(", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
