"""The report of an evaluation as one page; see `reports.html_page`."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import cv2

from ....errors import InputError
from ....media import drawing
from ....records import Box, Image, Observation
from ....reports import html_page
from ....storage import images
from ....text import counted
from ...analyzer import observation_of
from ...records import Detection
from ..detector_report import DetectorReport
from ..evaluate import DetectorEvaluation
from .curve_plots import precision_recall

_SIDE = 360  # pixels of a picture's longer side on the page
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with what is there beside what was found, as a data address."""

    name: str
    mistakes: int
    there: str
    found: str


def render(report: DetectorReport, evaluated: DetectorEvaluation) -> str:
    """Write the page.

    Args:
        report: The numbers.
        evaluated: What they were made from, for the pictures.
    """
    labels = [*(each.label for each in report.classes), None]
    counts = {(each.label, each.said): each.count for each in report.confusion}
    template = html_page.environment(__package__).get_template("detector_page.html.jinja")
    return template.render(
        report=report,
        counted=counted,
        shown=list(_shown(report, evaluated)),
        matrix=[(label, [counts.get((label, said), 0) for said in labels]) for label in labels],
        labels=labels,
        curves=html_page.plot(precision_recall(report)),
    )


def _shown(report: DetectorReport, evaluated: DetectorEvaluation) -> Iterator[ShownPicture]:
    labels = [each.label for each in evaluated.classes]
    limits = [each.limit for each in evaluated.classes]
    places = {each.picture: place for place, each in enumerate(evaluated.pictures.pictures)}
    for worst in report.worst:
        place = places[worst.picture]
        picture = evaluated.pictures.pictures[place]
        try:
            image = images.read_picture(picture.path)
        except InputError:
            continue
        there = [
            Detection(Box(*map(float, box)), int(index), labels[index], 1.0)
            for box, index in zip(picture.truth.boxes, picture.truth.classes, strict=True)
        ]
        found = [
            Detection(Box(*map(float, box)), int(index), labels[index], float(score))
            for box, score, index in zip(*evaluated.found[place], strict=True)
            if score >= limits[index]
        ]
        yield ShownPicture(worst.name, worst.mistakes, *(_drawn(image, each) for each in (there, found)))


def _drawn(image: Image, found: list[Detection]) -> str:
    seen: list[Observation] = [observation_of(each, each.label, None, "") for each in found]
    picture = drawing.annotated(image, seen)
    share = min(1.0, _SIDE / max(picture.shape[:2]))
    sides = [max(1, round(side * share)) for side in picture.shape[1::-1]]
    small = cv2.resize(picture, sides, interpolation=cv2.INTER_AREA)
    data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}"
