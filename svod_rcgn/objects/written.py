"""What was found, as programs read it: JSON, rows of a table, COCO's JSON, YOLO's lines."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..networks.class_labels import ClassLabel
from ..text import escaped, on_one_line
from .records import DetectedPicture, Detection

PIXELS = "pixels of the picture after its EXIF turn: left, top, right, bottom"
COLUMNS = (
    *("picture", "width", "height", "frame", "time", "network", "version"),
    *("least score", "overlap", "max"),
    *("label", "class", "score", "left", "top", "right", "bottom", "track"),
)
_DIGITS, _FRACTION = 6, 3


def document(found: DetectedPicture) -> dict[str, Any]:
    """One picture as an object of JSON; that of a film has the frame's number and time, too."""
    told: dict[str, Any] = {
        "picture": escaped(found.picture),
        "width": found.width,
        "height": found.height,
        "network": found.network,
        "version": found.version,
        "limits": limits(found),
        "boxes": PIXELS,
    }
    if found.frame is not None and found.time is not None:
        told |= {"frame": found.frame, "time": round(found.time, _FRACTION)}
    return told | {"objects": [_object(each) for each in found.objects]}


def limits(found: DetectedPicture) -> dict[str, float | int | None]:
    """What was left out."""
    told = found.limits
    followed = {} if told.followed is None else {"followed": told.followed}
    return {"score": told.score, **followed, "overlap": told.overlap, "max": told.most}


def sentence(found: DetectedPicture) -> str:
    """What the answers are, in a line for people."""
    told = found.limits
    doubles = f"; of a class, boxes that overlap by over {told.overlap:g} are one" if told.overlap else ""
    followed = f", of what is followed from {100 * told.followed:g} % on" if told.followed else ""
    return (
        f"network {on_one_line(found.network)}, version {on_one_line(found.version)}; scores from "
        f"{100 * told.score:g} % on{followed}{doubles}; at most {told.most:,} on a picture; "
        f"boxes are {PIXELS}"
    )


def rows(found: DetectedPicture) -> Iterable[tuple[object, ...]]:
    """A row an object with COLUMNS, and one with nothing where there is none."""
    told, time = found.limits, None if found.time is None else round(found.time, _FRACTION)
    start = (
        *(escaped(found.picture), found.width, found.height, found.frame, time),
        *(found.network, found.version, told.followed or told.score, told.overlap, told.most),
    )
    if not found.objects:
        yield (*start, *[""] * (len(COLUMNS) - len(start)))
    for each in found.objects:
        corners = (round(corner, _FRACTION) for corner in _corners(each))
        yield (*start, each.label, each.index, round(each.score, _DIGITS), *corners, each.track)


def coco(found: Sequence[DetectedPicture], labels: Sequence[ClassLabel]) -> dict[str, Any]:
    """Pictures as one document of COCO's, with scores (cocodataset.org/#format-data)."""
    images = [
        {"id": number, "file_name": escaped(each.picture), "width": each.width, "height": each.height}
        for number, each in enumerate(found, 1)
    ]
    boxes = [(number, each) for number, picture in enumerate(found, 1) for each in picture.objects]
    told: dict[str, Any] = {
        "description": "found by svod detect",
        "boxes": "pixels of the picture after its EXIF turn: left, top, width, height",
    }
    if found:
        told |= {"network": found[0].network, "version": found[0].version, "limits": limits(found[0])}
    return {
        "info": told,
        "images": images,
        "annotations": [_annotation(number, image, each) for number, (image, each) in enumerate(boxes, 1)],
        "categories": [{"id": number, "name": each.label} for number, each in enumerate(labels, 1)],
    }


def yolo(found: DetectedPicture) -> str:
    """A line an object: class, x and y of the middle, width, height, as shares of the picture's sides."""
    lines = []
    for each in found.objects:
        (x, y), box = each.box.centre, each.box
        shares = x / found.width, y / found.height, box.width / found.width, box.height / found.height
        lines.append(f"{each.index} {' '.join(f'{share:.8f}' for share in shares)}\n")
    return "".join(lines)


def _object(found: Detection) -> dict[str, Any]:
    return {
        "label": found.label,
        "class": found.index,
        "score": round(found.score, _DIGITS),
        "box": [round(corner, _FRACTION) for corner in _corners(found)],
        "track": found.track,
    }


def _annotation(number: int, image: int, found: Detection) -> dict[str, Any]:
    box = found.box
    sides = (round(side, _FRACTION) for side in (box.left, box.top, box.width, box.height))
    return {
        "id": number,
        "image_id": image,
        "category_id": found.index + 1,
        "bbox": list(sides),
        "area": round(box.width * box.height, _FRACTION),
        "iscrowd": 0,
        "score": round(found.score, _DIGITS),
    }


def _corners(found: Detection) -> tuple[float, float, float, float]:
    return found.box.left, found.box.top, found.box.right, found.box.bottom
