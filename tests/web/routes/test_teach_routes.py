"""Recognisers over HTTP, where something is missing."""

from pathlib import Path

import pytest

from tests.web.site import Site, serving


def test_a_network_that_is_not_here_is_told_by_a_status_that_is_documented(tmp_path: Path):
    with serving(tmp_path) as site:
        assert site.ask("POST", "/api/teach", json={"name": "lamps"}).status_code == 424
        assert site.ask("GET", "/api/teach/lamps").status_code == 424
        told = site.ask("GET", "/api/openapi.json").json()["paths"]
        assert "424" in told["/api/teach/{name}"]["get"]["responses"]
        assert site.ask("GET", "/api/teach/others").status_code == 404


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "x" * 3000])
def test_what_cannot_be_a_name_is_refused_as_what_was_sent(site: Site, name: str):
    assert site.ask("POST", "/api/teach", json={"name": name}).status_code == 422
    assert site.ask("GET", "/api/teach").json() == {"names": []}
