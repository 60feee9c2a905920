"""How smoothly a collection scrolls in Chromium: `python -m benchmarks.scrolling [--pictures 100000]`.

The pictures are made up as those of `benchmarks.datasets`, and here their files are there, too. The server is
the real one, and learning is off. A frame is the time between two that the browser draws; the longest counts.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

from benchmarks import datasets
from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
from svod_rcgn.app.process import expect_many_records
from svod_rcgn.datasets.collection import create_dataset, open_dataset
from svod_rcgn.teach.learning import BackgroundLearning
from svod_rcgn.web.access.roles import Role
from tests.classification.training.makers import write_backbone
from tests.web.page.browser import CHROMIUM, DESKTOP
from tests.web.site import Site, serving

PART = "collection"
PICTURES = 100_000
DISTINCT = 200  # files that the pictures share
TIMES = 3
TURNS = 100  # of the wheel
OPENS, FRAME = Limit(1.0), Limit(50)  # seconds, milliseconds
WAYS = {"the wheel": 120, "a wheel that is turned fast": 500, "leaps": 3000}  # pixels a turn

_PLACE = f"collection?of={datasets.NAME.replace(' ', '+')}"
_WATCH = """() => {
  window.gaps = []
  let last = performance.now()
  const tick = (now) => { gaps.push(now - last); last = now; requestAnimationFrame(tick) }
  requestAnimationFrame(tick)
}"""
_OPEN = """async (place) => {
  const begun = performance.now()
  location.hash = `#/${place}`
  for (;;) {
    await new Promise(requestAnimationFrame)
    const shown = [...document.querySelectorAll('[role=option] img')]
    if (shown.length && shown[0].complete && shown[0].naturalWidth) return (performance.now() - begun) / 1000
  }
}"""


def measure(pictures: int = PICTURES, times: int = TIMES) -> Iterator[Told]:
    """How soon a collection is there, and how long the longest frame is while it is scrolled."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield Skipped(PART, "all", "playwright is not installed; it comes with [test]")
        return
    if not CHROMIUM.exists():
        yield Skipped(PART, "all", "chromium is not installed")
        return
    expect_many_records()
    with tempfile.TemporaryDirectory() as folder:
        write_backbone(Path(folder) / "networks")
        make(Path(folder) / "datasets", pictures)
        with _unlearned(Path(folder)) as site, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            yield from _figures(_page(browser, site), times)
            browser.close()


def make(root: Path, pictures: int) -> None:
    """A dataset of so many pictures, whose files are few and have many names."""
    with closing(create_dataset(root, datasets.NAME, "nobody")) as dataset:
        datasets.fill(dataset, pictures)
    with closing(open_dataset(root, datasets.NAME, "nobody")) as dataset:
        for number in range(pictures):
            path = dataset.file(datasets.digest_of(number))
            if path is None:
                raise AssertionError("what was made up is there")
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, number, root / f"{number % DISTINCT}.jpg")


def _put(path: Path, number: int, of: Path) -> None:
    if not of.exists():
        of.write_bytes(datasets.photograph(number))
    os.link(of, path)


@contextmanager
def _unlearned(folder: Path) -> Iterator[Site]:
    """Where nothing is learned, or the processor would be busy with that."""
    never = patch.object(BackgroundLearning, "start")
    with never, serving(folder, backbones=folder / "networks") as site:
        yield site


def _page(browser: Any, site: Site) -> Any:
    page = browser.new_context(viewport=DESKTOP).new_page()
    name, value = site.cookie(Role.EDITOR)["Cookie"].split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
    page.goto(f"{site.url}/#/about")
    page.get_by_role("heading", name="About and settings").wait_for()
    page.evaluate(_WATCH)
    return page


def _figures(page: Any, times: int) -> Iterator[Figure]:
    still = tuple(_longest(page, 0) for _ in range(times))
    yield Figure(PART, "floor: longest frame of a page at rest", "ms", still)
    yield Figure(PART, "open", "s", tuple(_opened(page) for _ in range(times)), OPENS)
    for name, step in WAYS.items():
        samples = tuple(_longest(page, step) for _ in range(times))
        yield Figure(PART, f"longest frame by {name}", "ms", samples, FRAME)
    count = float(page.locator("[role=option]").count())
    yield Figure(PART, "pictures that are in the page", "", (count,))


def _opened(page: Any) -> float:
    page.evaluate("location.hash = '#/about'")
    page.get_by_role("heading", name="About and settings").wait_for()
    return float(page.evaluate(_OPEN, _PLACE))


def _longest(page: Any, step: int) -> float:
    """While the wheel is turned over the page, by so many pixels a turn."""
    page.wait_for_load_state("networkidle")
    box = page.locator("main").bounding_box() if not step else page.locator("[role=listbox]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.evaluate("gaps.length = 0")
    for _ in range(TURNS):
        page.mouse.wheel(0, step)
        page.evaluate("new Promise(requestAnimationFrame)")
    return float(page.evaluate("Math.max(...gaps)"))


@click.command()
@click.option("--pictures", type=click.IntRange(min=200), default=PICTURES, show_default=True)
@click.option("--times", type=click.IntRange(min=1), default=TIMES, show_default=True)
def main(pictures: int, times: int) -> None:
    """Measure how soon a collection is there, and how smoothly it scrolls."""
    print_told(measure(pictures, times))


if __name__ == "__main__":
    main()
