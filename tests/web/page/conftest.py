from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, picture
from tests.web.page.browser import Watched, browsing, write_camera_film
from tests.web.site import Site

Opened = Callable[..., Watched]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Its camera sees the red person of the fakes."""
    film = write_camera_film(tmp_path_factory.mktemp("camera") / "red.y4m", [picture(RED, 320, 240)] * 15)
    with browsing(film) as running:
        yield running


@pytest.fixture
def opened(browser: Any, site: Site) -> Iterator[Opened]:
    """Opens the page as somebody of a role; at the end nothing may have gone wrong on it."""
    pages: list[Watched] = []

    def opened(role: Role | None = Role.ADMIN, place: str = "", **more: Any) -> Watched:
        watched = Watched(browser, site.url, **more)
        pages.append(watched)
        if role is not None:
            name, value = site.cookie(role)["Cookie"].split("=", 1)
            watched.page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
        watched.page.goto(f"{site.url}/#/{place}")
        return watched

    yield opened
    for each in pages:
        each.close()


def saved(folder: Path, name: str, content: bytes) -> str:
    """A file that is chosen in the page."""
    path = folder / name
    path.write_bytes(content)
    return str(path)
