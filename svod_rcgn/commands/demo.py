"""python -m svod_rcgn.commands.demo: compose the film of the demo from two pictures.

The first is a portrait of somebody enrolled, though not this portrait; the second is of a stranger.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..faces.networks.catalogue import OBAMA_PROBE, STRANGER_PROBE
from ..records import Image
from ..text import shown
from . import base, options

FILM = "demo.mp4"
FRAMES_PER_SECOND = 25
_WIDTH, _HEIGHT = 640, 360


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees of a picture: the middle and the width, in shares of the picture's width."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Shot:
    """A slow pan and zoom over one picture, in so many seconds."""

    picture: str
    seconds: float
    begin: View
    end: View


SHOTS = (
    Shot(OBAMA_PROBE, 8.0, View(0.5, 0.42, 1.0), View(0.55, 0.32, 0.6)),
    Shot(STRANGER_PROBE, 6.0, View(0.5, 0.29, 1.0), View(0.45, 0.25, 0.75)),
)


@base.command(name="demo")
@options.demo_dir
def main(demo_dir: Path) -> None:
    """Compose the demo's film, demo.mp4, unless it is there and newer than its pictures."""
    film = demo_dir / FILM
    pictures = [demo_dir / shot.picture for shot in SHOTS]
    _check_there(pictures)
    if film.exists() and film.stat().st_mtime > max(path.stat().st_mtime for path in pictures):
        base.say(f"{film}: nothing to do")
        return
    compose(film, demo_dir, SHOTS)
    base.say(f"{film}: {sum(shot.seconds for shot in SHOTS):g} seconds")


def _check_there(pictures: list[Path]) -> None:
    for path in pictures:
        if not path.is_file():
            raise InputError(f"{path}: no such file; run `python download_models.py --demo`")


def compose(film: Path, folder: Path, shots: tuple[Shot, ...]) -> None:
    """Write the shots one after another as a film of 640x360 in MPEG-4, whole or not at all.

    Args:
        film: The .mp4 to write.
        folder: Where the shots' pictures are.
        shots: At least one.

    Raises:
        InputError: A picture cannot be read, or this OpenCV writes no MPEG-4.
    """
    import cv2

    if shown(str(film.resolve())) != str(film.resolve()):  # OpenCV would crash at it
        raise InputError(f"{film}: OpenCV writes no film to such a name; choose another")
    with tempfile.TemporaryDirectory(dir=film.parent, prefix=f".{film.name}.") as scratch:
        part = Path(scratch) / film.name
        writer = cv2.VideoWriter(
            str(part), cv2.VideoWriter.fourcc(*"mp4v"), FRAMES_PER_SECOND, (_WIDTH, _HEIGHT)
        )
        if not writer.isOpened():
            raise InputError(f"{film}: this OpenCV writes no MPEG-4; install opencv-python from its wheel")
        try:
            for shot in shots:
                for frame in _frames(shot, folder):
                    writer.write(frame)
        finally:
            writer.release()
        part.replace(film)


def _frames(shot: Shot, folder: Path) -> Iterator[Image]:
    import numpy as np
    from PIL import Image as Pillow

    from ..storage.images import read_picture

    picture = Pillow.fromarray(read_picture(folder / shot.picture))
    count = round(shot.seconds * FRAMES_PER_SECOND)
    for index in range(count):
        window = _window(shot, index / max(1, count - 1), *picture.size)
        yield np.array(picture.resize((_WIDTH, _HEIGHT), Pillow.Resampling.BILINEAR, box=window))


def _window(shot: Shot, share: float, width: int, height: int) -> tuple[float, float, float, float]:
    begin, end = shot.begin, shot.end
    x, y, wide = (
        width * (start + (stop - start) * share)
        for start, stop in ((begin.x, end.x), (begin.y, end.y), (begin.width, end.width))
    )
    high = wide * _HEIGHT / _WIDTH
    left = min(max(0.0, x - wide / 2), width - wide)
    top = min(max(0.0, y - high / 2), height - high)
    return left, top, left + wide, top + high


if __name__ == "__main__":
    main()
