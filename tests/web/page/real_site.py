"""The real command in a process of its own, with the real networks, over the demo film."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.fakes import write_film
from tests.patience import PATIENCE, wait_for

ROOT = Path(__file__).parents[3]
CAMERA = "hall"
_RATE = 25  # pictures a second of the demo's film
_REST = 8  # seconds
_TIMES = 4


@contextmanager
def started(folder: Path, demo_dir: Path, models_dir: Path, port: int = 0) -> Iterator[str]:
    """The link that it prints. People are copied, so that they can be changed; what is there stays."""
    for name in ("faces", "aligned", "classifiers"):
        if not (folder / name).exists():
            shutil.copytree(demo_dir / name, folder / name)
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models_dir.resolve())
    folders = {
        "--input_dir": folder / "faces",
        "--aligned_dir": folder / "aligned",
        "--classifiers_dir": folder / "classifiers",
        "--history_dir": folder / "history",
        "--clarify_dir": folder / "clarify",
        "--web_dir": folder / "web",
    }
    words = [str(word) for pair in folders.items() for word in pair]
    film = folder / "hall.mp4"
    if not film.exists():
        write_film(film, _and_nobody(demo_dir / "demo.mp4"), rate=_RATE)
    words += ["--video_source", f"{CAMERA}={film}", "--notify_absence", "2"]
    words += ["--no_browser", "--port", str(port), "--listener_port", "0"]
    with _running(folder, [sys.executable, "-m", "svod_rcgn", "web", *words]) as link:
        yield link


@contextmanager
def _running(folder: Path, line: list[str]) -> Iterator[str]:
    """In that folder, so that whatever has no option of its own is kept there, too."""
    told = folder / "told.txt"
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "DISPLAY": "", "PYTHONPATH": paths}
    with told.open("w") as out:
        process = subprocess.Popen(line, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "token=" in told.read_text() or process.poll() is not None)
        found = re.search(r"http://[\d.:]+/\?token=[\w-]+", told.read_text())
        assert found, told.read_text()
        yield found[0]
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _and_nobody(film: Path) -> Iterator[Any]:
    """The film, and then nobody for long enough that all visits are over; some times, for who comes late."""
    images = list(_read(film))
    once = [*images, *[np.zeros_like(images[0])] * (_RATE * _REST)]
    return iter(once * _TIMES)


def frames(film: Path, every: int = 1, most: int = 60) -> list[Any]:
    """Pictures of a film as a camera of 640x480 gives them."""
    return [cv2.resize(image, (640, 480)) for image in islice(_read(film), 0, every * most, every)]


def _read(film: Path) -> Iterator[Any]:
    capture = cv2.VideoCapture(str(film))
    found, image = capture.read()
    while found:
        yield image
        found, image = capture.read()
