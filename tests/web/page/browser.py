"""A real browser with a film as its camera, in which no error and no foreign request goes unseen."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import pytest

from svod_rcgn.records import Image

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[3] / "page" / "node_modules" / "axe-core" / "axe.min.js"
WAIT = 60_000.0  # milliseconds
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def write_camera_film(path: Path, images: Iterable[Image]) -> Path:
    """As Chromium takes it for a camera's: I420, 15 a second, over and over."""
    with path.open("wb") as file:
        for number, image in enumerate(images):
            if not number:
                height, width = image.shape[:2]
                file.write(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420mpeg2\n".encode())
            file.write(b"FRAME\n" + cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420).tobytes())
    return path


def found_by_axe(page: Any, *, serious: bool = False) -> list[tuple[str, str]]:
    """What stands in anybody's way on a page: the rule and the element; of some tests what is serious alone.

    The page is opened with `bypass_csp`. Skips where axe-core is not there.
    """
    if not AXE.exists():
        pytest.skip("axe-core is not there; `python -m page.build --check` fetches it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        (each["id"], node["html"][:200])
        for each in told["violations"]
        if not serious or each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@contextmanager
def browsing(camera: Path, *more: str) -> Iterator[Any]:
    """A browser whose camera plays a film, with more arguments; skips where there is none."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright drives the browser; install [test]"
    )
    if not CHROMIUM.exists():
        pytest.skip("no chromium on this machine; apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        arguments = [*_ARGUMENTS, *more, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield browser
        browser.close()


class Watched:
    """A page whose errors and foreign requests are kept."""

    def __init__(self, browser: Any, origin: str, **more: Any) -> None:
        self.origin = origin
        self.problems: list[str] = []
        self._forgiven: list[str] = []
        more.setdefault("viewport", DESKTOP)
        self._context = browser.new_context(**more)
        self._context.set_default_timeout(WAIT)
        # Not a route: it would hold what the page asks for back while a test waits for something else.
        self._context.on("request", self._asked)
        self.page = self._context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.origin, f"blob:{self.origin}")):
            self.problems.append(f"asked elsewhere: {request.url}")

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def go(self, place: str) -> None:
        """To a page of ours by its link in the bar."""
        self.page.evaluate("place => { location.hash = `#/${place}` }", place)

    def forgive(self, words: str) -> None:
        """Take what the browser says of an answer that a test asks for, as of a 404, for no problem.

        It says so when it likes, which may be after the page has gone on.
        """
        self._forgiven.append(words)

    def close(self) -> None:
        """Fail where anything went wrong."""
        self._context.close()
        problems = [each for each in self.problems if not any(words in each for words in self._forgiven)]
        assert not problems, problems
