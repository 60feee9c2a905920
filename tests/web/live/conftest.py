from collections.abc import Iterator
from pathlib import Path

import pytest

from svod_rcgn.web.live import browser_video
from tests.patience import PATIENCE
from tests.web.site import Site, serving


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One whose camera has shown nothing yet."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def patient_videos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost on a slow machine."""
    for name in ("_AGREEING", "_QUIET"):
        monkeypatch.setattr(browser_video, name, PATIENCE)
