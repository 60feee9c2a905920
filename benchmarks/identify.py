"""What it costs to say what whole pictures show, alone and beside faces.

`python -m benchmarks.identify --clip FILM --faces FOLDER` times networks on frames of FILM, and runs
video.py over it with faces, with a network for whole pictures, and with both. `--models_dir` takes the
networks for whole pictures from elsewhere, so that two of them can be compared.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import cv2
import numpy as np

from benchmarks.figures import Figure, Skipped, Told, print_told
from benchmarks.loop import rate_of
from benchmarks.material import Material, taught
from svod_rcgn.classification import build
from svod_rcgn.classification.settings import DIGITS, IMAGENET, MODELS_DIR
from svod_rcgn.media.walk import Picture
from svod_rcgn.records import Image
from svod_rcgn.storage.folders import current_of

PART = "whole pictures"
PICTURES, BATCH = 64, 16
RUNS = 3


def measure_networks(frames: Sequence[Image], models_dir: Path = MODELS_DIR) -> Iterable[Told]:
    """Milliseconds a picture of each network that is there, one picture at a time and in batches."""
    sheet = _sheet()
    for name, images in ((IMAGENET, frames), (DIGITS, [sheet] * len(frames))):
        if not current_of(models_dir / name).is_dir():
            yield Skipped(PART, name, "not installed")
            continue
        look = build.load_looker(name, models_dir, "CPU", 5).look
        pictures = [Picture("", image) for image in images]
        for size in (1, BATCH):
            batches = [pictures[start : start + size] for start in range(0, len(pictures), size)]
            yield _timed(f"{name}, {size} at a time", look, batches, size)


def _timed(name: str, look: Callable[[Sequence[Picture]], object], batches: Sequence[Sequence[Picture]],
           size: int) -> Figure:  # fmt: skip
    look(batches[0])  # a shape that is new to a network takes longer once
    wall, cpu = [], []
    for batch in batches:
        begun, busy = time.perf_counter(), time.process_time()
        look(batch)
        wall.append(1000 * (time.perf_counter() - begun) / size)
        cpu.append(1000 * (time.process_time() - busy) / size)
    return Figure(PART, name, "ms a picture", tuple(wall), note=f"{np.median(cpu):.1f} ms of processor")


def _sheet() -> Image:
    """A sheet with five digits."""
    sheet = np.full((200, 640, 3), 230, np.uint8)
    cv2.putText(sheet, "2 0 4 7 1", (30, 140), cv2.FONT_HERSHEY_SIMPLEX, 3, (30, 30, 30), 7)
    return sheet


def measure_loop(
    clip: Path, material: Material, runs: int = RUNS, models_dir: Path = MODELS_DIR
) -> Iterable[Told]:
    """Frames a second of video.py, and milliseconds of processor a frame, in three ways.

    Raises:
        FailedError: A run failed.
    """
    classify = ("--classify", IMAGENET, "--models_dir", models_dir.resolve())
    ways = {
        "faces alone": material.options,
        "whole pictures alone": ["--no_faces", *classify],
        "faces and whole pictures": [*material.options, *classify],
    }
    for name, options in ways.items():
        yield rate_of(PART, name, clip, options, runs)


def read_frames(clip: Path, count: int = PICTURES) -> list[Image]:
    """The first frames of a film."""
    film = cv2.VideoCapture(str(clip))
    frames: list[Image] = []
    while len(frames) < count and (answer := film.read())[0]:
        frames.append(answer[1])  # type: ignore[arg-type]
    film.release()
    return frames


@click.command()
@click.option("--clip", required=True, type=click.Path(exists=True, path_type=Path), help="A film.")
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path), help="PERSON/pictures.")
@click.option("--models_dir", default=MODELS_DIR, type=click.Path(path_type=Path), show_default=True)
@click.option("--runs", default=RUNS, show_default=True)
def main(clip: Path, faces: Path, models_dir: Path, runs: int) -> None:
    """Measure networks and the loop."""
    import tempfile

    print_told(measure_networks(read_frames(clip), models_dir))
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers")))
        print_told(measure_loop(clip, material, runs, models_dir))


if __name__ == "__main__":
    main()
