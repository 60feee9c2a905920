"""A folder to run commands in, as a user does, each in a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import cv2
import numpy as np

ROOT = Path(__file__).parents[2]
SCRIPTS = ("video", "prepare", "fill_meta", "export_classifiers", "download_classifiers", "download_models")
PATIENCE = 120  # seconds for one command, where a quiet machine needs three
_ALIEN = ("SVOD_", "WORKSPACE_NAME", "DISPLAY", "WAYLAND_DISPLAY", "COLUMNS", "LINES")


def environment(**more: str) -> dict[str, str]:
    """The user's environment without what changes answers; times are told in UTC."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_ALIEN)}
    own = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TZ": "UTC", "NO_PROXY": "127.0.0.1"}
    return {**kept, **own, **more}


def line(name: str, *words: object) -> list[str]:
    """A command line: of the script where there is one, else of the module."""
    program = [str(ROOT / f"{name}.py")] if name in SCRIPTS else ["-m", f"svod_rcgn.{name}"]
    return [sys.executable, *program, *map(str, words)]


class Home:
    """The folder; `models` in it are the installed ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "models").symlink_to(ROOT / "models")

    def run(self, name: str, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            line(name, *words), cwd=self.folder, env=environment(**more), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False,
        )  # fmt: skip

    def must(self, name: str, *words: object, **more: str) -> str:
        """What a command prints that does its work."""
        done = self.run(name, *words, **more)
        assert done.returncode == 0, f"{name} {words}: {done.stderr}"
        return done.stdout

    def start(self, name: str, *words: object, output: IO[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            line(name, *words), cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, text=True,
        )  # fmt: skip


def bring_faces(home: Home, demo_dir: Path) -> None:
    """The demo's people, two pictures that are refused, and a table of what is known of them."""
    faces = home.folder / "data" / "faces"
    shutil.copytree(demo_dir / "faces", faces)
    small = cv2.resize(cv2.imread(str(faces / "Barack_Obama" / "obama.jpg")), None, fx=0.5, fy=0.5)
    cv2.imwrite(str(faces / "Barack_Obama" / "small-copy.png"), small)
    (faces / "Joe_Biden" / "empty.jpg").write_bytes(b"")
    (home.folder / "people.csv").write_text(
        "Name,Position,Company\nOBAMA BARACK,President,USA;Senate\nNobody,None,None\n", "utf-8"
    )


def write_film(path: Path, images: Iterable[np.ndarray], rate: float) -> None:
    pictures = list(images)
    height, width = pictures[0].shape[:2]
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), rate, (width, height))
    for image in pictures:
        film.write(image)
    film.release()


def write_visits(path: Path, demo_dir: Path) -> None:
    """A portrait of somebody known, nobody for half a second, and a stranger."""
    known, stranger = (_square(demo_dir / "probes" / name) for name in ("obama3.jpg", "astronaut.png"))
    write_film(path, [known] * 25 + [np.zeros_like(known)] * 5 + [stranger] * 25, 10)


def write_night(path: Path) -> None:
    """Ten minutes of darkness, so that whoever watches it goes on until told to stop."""
    write_film(path, [np.zeros((48, 64, 3), np.uint8)] * 3000, 5)


def _square(path: Path, side: int = 320) -> np.ndarray:
    image = cv2.imread(str(path))
    width = min(image.shape[:2])
    left = (image.shape[1] - width) // 2
    return cv2.resize(image[:width, left : left + width], (side, side), interpolation=cv2.INTER_AREA)
