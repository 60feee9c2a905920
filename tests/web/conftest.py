from collections.abc import Iterator

import pytest

from tests.web.site import Site, serving


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests of a module, since a server takes longer to start and end than to answer."""
    with serving(tmp_path_factory.mktemp("site")) as running:
        yield running
