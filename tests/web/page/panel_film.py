"""A panel of two lights as a camera sees it: what each of them does is known."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

import cv2

from benchmarks.drawn_panels import Camera, DrawnLight, DrawnPanel, Phase
from svod_rcgn.lights.hue import COLOURS, LINEAR
from svod_rcgn.records import Frame, Image
from tests.web.site import CAMERA, Site

WIDTH, HEIGHT = 704, 416  # eight times what is drawn
READY, ALARM = (26 / 88, 0.5), (62 / 88, 0.5)  # the middles of its lights, in shares of the picture


def light(colour: str, *phases: Phase) -> DrawnLight:
    """One of a pure colour."""
    rgb = [int(COLOURS[colour][place : place + 2], 16) for place in (1, 3, 5)]
    red, green, blue = (float(LINEAR[level]) for level in rgb)
    return DrawnLight(phases, colour, (blue, green, red), 6.0, 5.0)


def panel_pictures(*lights: DrawnLight, seconds: float, rate: float) -> Iterator[Image]:
    """A film of lights beside each other, large enough to click on them."""
    panel = DrawnPanel(lights, Camera(rate=rate), seconds, seed=1, columns=2)
    for frame in panel.frames():
        yield cv2.resize(frame.image, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


@contextmanager
def shown(
    site: Site, pictures: list[Image], rate: float, look: Callable[[Frame], object] = lambda _: None
) -> Iterator[float]:
    """A camera that shows pictures over and over; gives the time of the first.

    Args:
        site: Whose camera it is.
        pictures: What it shows.
        rate: Pictures a second.
        look: Is shown each frame before the page is.
    """
    over, begin = threading.Event(), time.time()

    def show() -> None:
        for number, image in enumerate(cycle(pictures)):
            frame = Frame(image, number, begin + number / rate, CAMERA)
            look(frame)
            site.feed.see(frame, ())
            if over.wait(1 / rate):
                return

    thread = threading.Thread(target=show)
    thread.start()
    try:
        yield begin
    finally:
        over.set()
        thread.join()
