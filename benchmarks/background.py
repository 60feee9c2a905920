"""What removing the background costs, and what it does to the faces that are found.

`python -m benchmarks.background --faces FOLDER --truth FILE --clip FILM` looks for faces in the pictures
of FOLDER and in every frame of FILM, with and without their background. The truth is JSON that says of
each picture, under any heading, its "people" and the number of "strangers": faces beyond these are false,
and fewer are missed. Of a film that nobody has counted, the faces are told that only one of the two found.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click
import cv2
import numpy as np

from svod_rcgn.faces import build
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import BACKGROUND_DIR, DETECTOR_DIRS
from svod_rcgn.geometry import intersection_over_union
from svod_rcgn.records import Image
from svod_rcgn.storage import images as pictures

SAME = 0.3  # IoU from which two boxes are one face


@dataclass(slots=True)
class Tally:
    """What came of pictures looked at in one way; `alone` are widths of faces that only this way found."""

    pictures: int = 0
    faces: int = 0
    false: int = 0
    missed: int = 0
    seconds: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)

    def add(
        self, found: tuple[Face, ...], others: tuple[Face, ...], truth: int | None, seconds: float
    ) -> None:
        """Count one picture."""
        self.pictures += 1
        self.faces += len(found)
        self.false += max(0, len(found) - truth) if truth is not None else 0
        self.missed += max(0, truth - len(found)) if truth is not None else 0
        self.seconds.append(seconds)
        self.alone += [face.box.width for face in found if not _is_among(face, others)]


@click.command()
@click.option("--faces", type=click.Path(path_type=Path), help="Folder of pictures.")
@click.option("--truth", type=click.Path(path_type=Path), help="How many faces each of them shows.")
@click.option("--clip", type=click.Path(path_type=Path), help="A film.")
@click.option("--bg_remove_path", type=click.Path(path_type=Path), default=BACKGROUND_DIR, show_default=True)
@click.option("--detector", "names", multiple=True, default=list(DETECTOR_DIRS), show_default=True)
def main(
    faces: Path | None, truth: Path | None, clip: Path | None, bg_remove_path: Path, names: tuple[str, ...]
) -> None:
    """Compare pictures with and without their background."""
    remove = build.build_background(bg_remove_path, "CPU").remove
    counts = read_truth(truth) if truth else {}
    for name in names:
        detect = build.build_detector(DETECTOR_DIRS.get(name, Path(name)), "CPU").detect
        if faces:
            report(f"{name}, pictures", *compare(read_pictures(faces), counts, detect, remove))
        if clip:
            report(f"{name}, frames", *compare(read_frames(clip), {}, detect, remove))


def compare(
    images: Iterable[tuple[str, Image]],
    counts: Mapping[str, int],
    detect: Callable[[Image], tuple[Face, ...]],
    remove: Callable[[Image], Image],
) -> tuple[Tally, Tally]:
    """Look for faces in every picture as it is and without its background."""
    kept, removed = Tally(), Tally()
    for name, image in images:
        detect(remove(image))  # a shape that is new to a network takes longer once
        before, plain = _timed(lambda image=image: detect(image))
        after, masked = _timed(lambda image=image: detect(remove(image)))
        kept.add(before, after, counts.get(name), plain)
        removed.add(after, before, counts.get(name), masked)
    return kept, removed


def read_truth(path: Path) -> dict[str, int]:
    """How many faces each picture shows, by the name of its file."""
    headings = [
        each for each in json.loads(path.read_text(encoding="utf-8")).values() if isinstance(each, dict)
    ]
    return {name: len(told["people"]) + told["strangers"] for each in headings for name, told in each.items()}


def read_pictures(folder: Path) -> Iterator[tuple[str, Image]]:
    """The pictures of a folder, with the names of their files."""
    for path in sorted(folder.iterdir()):
        if pictures.is_picture(path):
            yield path.name, pictures.read_picture(path)


def read_frames(path: Path) -> Iterator[tuple[str, Image]]:
    """The frames of a film."""
    film = cv2.VideoCapture(str(path))
    while (answer := film.read())[0]:
        yield "", answer[1]
    film.release()


def report(title: str, kept: Tally, removed: Tally) -> None:
    """Print what came of both ways."""
    print(f"{title}: {kept.pictures}")
    for way, tally in (("as they are", kept), ("without background", removed)):
        widths = f", median {np.median(tally.alone):.0f} pixels wide" if tally.alone else ""
        print(
            f"  {way}: {np.median(tally.seconds) * 1000:.1f} ms, {tally.faces} faces, {tally.false} false, "
            f"{tally.missed} missed; found in this way alone: {len(tally.alone)}{widths}"
        )


def _timed(work: Callable[[], tuple[Face, ...]]) -> tuple[tuple[Face, ...], float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def _is_among(face: Face, others: Iterable[Face]) -> bool:
    return any(intersection_over_union(face.box, other.box) > SAME for other in others)


if __name__ == "__main__":
    main()
