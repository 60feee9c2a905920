"""Requests that cannot be carried out are refused with a status and one sentence, and harm nothing."""

import json
import logging
from contextlib import closing
from http.client import HTTPConnection

import pytest
import requests

from svod_rcgn.web.access.roles import Role
from tests.patience import PATIENCE
from tests.web.documented import UNSAID
from tests.web.site import Site

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "status", "more"),
    [
        ("GET", "/api/nothing", 404, {}),
        ("GET", "/api/../../etc/passwd", 404, {}),
        ("GET", "/assets/../records.py", 404, {}),
        ("GET", "/assets/..%2f..%2frecords.py", 404, {}),
        ("DELETE", "/api/session", 405, {}),
        ("POST", "/api/login", 415, {"data": "secret=x"}),
        ("POST", "/api/login", 422, {"data": "{", "headers": JSON}),
        ("POST", "/api/login", 422, {"data": "[" * 100_000, "headers": JSON}),
        ("POST", "/api/login", 422, {"json": {}}),
        ("POST", "/api/login", 422, {"json": {"secret": 3}}),
        ("POST", "/api/login", 422, {"data": b'{"secret": "\xff"}', "headers": JSON}),
        (
            "POST",
            "/api/login",
            401,
            {"json": {"secret": "\udcff".encode("utf-8", "surrogatepass").decode("latin1")}},
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    site: Site, method: str, path: str, status: int, more: dict
):
    answer = site.ask(method, path, **more)
    assert answer.status_code == status
    sentence = answer.json()["error"]
    assert sentence
    assert "\n" not in sentence
    assert site.ask("GET", "/api/session").status_code == 200


def test_a_body_without_end_is_cut_off(site: Site):
    def endless():
        for _ in range(200):
            yield b" " * 2**20

    try:
        answer = site.ask("POST", "/api/login", data=endless(), headers=JSON)
    except requests.ConnectionError:
        pass  # cut off before the answer was read
    else:
        assert answer.status_code == 413
    assert site.ask("GET", "/api/session").status_code == 200


def test_a_body_that_says_that_it_is_too_large_is_not_read(site: Site):
    for length in (2**40, 10**19):
        with closing(HTTPConnection(site.host, timeout=PATIENCE)) as line:
            line.request("POST", "/api/login", headers={**JSON, "Content-Length": str(length)})
            answer = line.getresponse()
            assert answer.status == 413
            assert json.loads(answer.read())["error"]


@pytest.mark.parametrize("role", list(Role))
def test_each_operation_is_for_its_role(site: Site, role: Role):
    document = site.ask("GET", "/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            needed = told.get("description", "").removeprefix("Needs the role ").removesuffix(".")
            if not needed:
                continue
            asked = path.replace("{", "").replace("}", "")
            if role.includes(Role(needed)):
                continue
            assert site.ask(method.upper(), asked, role).status_code == 403, (method, path)
            assert site.ask(method.upper(), asked, None).status_code == 401, (method, path)


def test_head_is_answered_as_get_without_a_body(site: Site):
    answer = requests.head(f"{site.url}/api/session", timeout=PATIENCE)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_defect_is_told_in_the_log_and_not_to_who_asks(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def break_down(_: object) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(type(site.access.entrance), "go_out", lambda *_: break_down(0))
    site.document = UNSAID
    with caplog.at_level(logging.ERROR):
        answer = site.ask("POST", "/api/logout")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret of the house" in caplog.text
