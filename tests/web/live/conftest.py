from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.site import Site, serving


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One whose camera has shown nothing yet."""
    with serving(tmp_path) as running:
        yield running
