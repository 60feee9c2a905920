"""Makes the pictures of README.md again: `make docs`, or `python -m docs.make_pictures` after `make demo`.

They show public domain faces only: those of the demo.
"""

import shutil
from pathlib import Path

import click
import cv2
import numpy as np

from benchmarks import page, plot
from docs import page_pictures
from svod_rcgn.errors import InputError
from svod_rcgn.faces.settings import Paths
from svod_rcgn.faces.training.report import plots
from svod_rcgn.faces.training.report.measures import Report
from svod_rcgn.storage import files

PICTURES = Path("docs/pictures")
SECONDS = (4.0, 11.0)  # of the demo's film: somebody who was taught, and a stranger
QUALITY = 85


def side_by_side(film: Path, target: Path) -> None:
    """Put the frames of a film at `SECONDS` beside each other."""
    capture = cv2.VideoCapture(str(film))
    frames = [_frame_at(capture, film, second) for second in SECONDS]
    capture.release()
    picture = cv2.imencode(".jpg", np.hstack(frames), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    files.write_bytes(target, picture.tobytes())


def _frame_at(capture: cv2.VideoCapture, film: Path, second: float) -> np.ndarray:
    capture.set(cv2.CAP_PROP_POS_MSEC, 1000 * second)
    found, frame = capture.read()
    if not found:
        raise InputError(f"{film}: no frame at {second:g} s; run `make demo`")
    return frame


def draw_report(classifiers_dir: Path, folder: Path) -> None:
    """Copy the report of a training, and draw the plot of its scores for itself, on white."""
    shutil.copyfile(classifiers_dir / "report.html", folder / "report.html")
    drawn = plots.scores(files.read_record(classifiers_dir / "report.json", Report))
    if drawn is not None:
        alone = drawn.replace("<svg ", '<svg style="background: #fff; color: #000" ', 1)
        files.write_bytes(folder / "report-scores.svg", alone.encode())


def main() -> None:
    """Make them all."""
    demo = Paths().demo_dir
    PICTURES.mkdir(parents=True, exist_ok=True)
    side_by_side(demo / "annotated.mp4", PICTURES / "annotated.jpg")
    draw_report(demo / "classifiers", PICTURES)
    page_pictures.draw(PICTURES)
    if page.RESULTS.exists():
        plot.draw(page.read_figures(page.RESULTS), plot.FILE)
    for path in sorted(PICTURES.iterdir()):
        click.echo(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
