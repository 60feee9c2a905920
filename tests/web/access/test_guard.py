"""Nobody gets in by another name, and no other page can ask for anything."""

from pathlib import Path

import pytest
import requests
from websockets.exceptions import InvalidStatus

from svod_rcgn.web.access.roles import Role
from tests.patience import PATIENCE
from tests.web.site import Site, serving

FOREIGN_HOSTS = [
    "evil.example",
    "127.0.0.1.evil.example",
    "evil.example:80",
    "",
    "127.0.0.1@evil.example",
    "[::1",
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused_whoever_asks(site: Site, host: str):
    answer = site.ask("GET", "/api/cameras", headers={"Host": host})
    assert (answer.status_code, list(answer.json())) == (403, ["error"])


@pytest.mark.parametrize("host", ["localhost:{port}", "LOCALHOST", "127.0.0.1", "[::1]:{port}"])
def test_the_names_of_this_machine_are_ours_whatever_the_port(site: Site, host: str):
    named = host.format(port=site.url.rpartition(":")[2])
    assert site.ask("GET", "/api/session", headers={"Host": named}).status_code == 200


def test_a_name_that_was_given_is_ours_too(tmp_path: Path):
    with serving(tmp_path, host_names=["Camera.Example"]) as site:
        assert site.ask("GET", "/api/session", headers={"Host": "camera.example:9000"}).status_code == 200
        assert site.ask("GET", "/api/session", headers={"Host": "other.example"}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", ""])
def test_another_page_can_change_nothing(site: Site, origin: str):
    answer = site.ask("POST", "/api/logout", headers={"Origin": origin})
    assert answer.status_code == 403
    assert site.ask("POST", "/api/logout").status_code == 200


@pytest.mark.parametrize("site_header", ["cross-site", "same-site"])
def test_another_page_can_ask_for_nothing_not_even_one_on_another_port(site: Site, site_header: str):
    cookie = site.cookie(Role.ADMIN)
    words = {"timeout": PATIENCE, "headers": {**cookie, "Sec-Fetch-Site": site_header}}
    assert requests.get(f"{site.url}/api/cameras", **words).status_code == 403
    assert requests.post(f"{site.url}/api/logout", **words).status_code == 403
    assert requests.get(f"{site.url}/api/session", headers=cookie, timeout=PATIENCE).json()["role"] == "admin"


def test_a_script_that_is_no_page_may_ask(site: Site):
    bearer = {"Authorization": f"Bearer {site.access.entrance.token}"}
    assert requests.get(f"{site.url}/api/cameras", headers=bearer, timeout=PATIENCE).status_code == 200
    assert requests.post(f"{site.url}/api/logout", headers=bearer, timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize("foreign", [{"Origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_foreign_page_opens_no_socket(site: Site, foreign: dict[str, str]):
    with pytest.raises(InvalidStatus) as refused, site.socket("/api/news", **foreign):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/session", "/api/nothing", "/assets/nothing.js", "/nothing"])
def test_every_answer_says_what_a_browser_may_do_with_it(site: Site, path: str):
    headers = site.ask("GET", path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert ("no-store" in headers.get("Cache-Control", "")) == path.startswith("/api/")
