"""Who comes in, stays in, and is put out."""

import json
import stat
from pathlib import Path

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.web.access.audit import FILE as AUDIT
from svod_rcgn.web.access.audit import Audit
from svod_rcgn.web.access.entrance import MOST_WRONG, WITHIN, Entrance
from svod_rcgn.web.access.passwords import FILE, SHORTEST, Passwords
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.access.sessions import Sessions
from svod_rcgn.web.refusal import Refusal
from tests.web.site import Site, serving

SECRET = "correct horse battery"


def audited(site: Site) -> list[dict[str, str]]:
    path = site.paths.history_dir / "web" / AUDIT
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_link_lets_in_and_leaves_a_clean_address(site: Site):
    answer = site.ask("GET", f"/?token={site.access.entrance.token}", role=None)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == f"svod-{site.url.rpartition(':')[2]}"
    assert "HttpOnly; SameSite=Strict" in rest
    assert "Path=/;" in rest
    cookie = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
    assert site.ask("GET", "/api/session", role=None, headers=cookie).json()["role"] == "admin"
    assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 200


def test_without_it_the_page_is_shown_and_tells_nothing(site: Site):
    assert site.ask("GET", "/?token=wrong", role=None).headers.get("Set-Cookie") is None
    assert site.ask("GET", "/", role=None).status_code == 200
    state = site.ask("GET", "/api/session", role=None).json()
    state.pop("passwords")  # another test may have set one
    nothing = {"retention_days": None, "notices": [], "addresses": [], "fingerprint": None}
    assert state == {"role": None, "version": "1.2.3", **nothing}
    answer = site.ask("GET", "/api/cameras", role=None)
    assert (answer.status_code, list(answer.json())) == (401, ["error"])


def test_who_goes_out_is_out_and_no_cookie_brings_him_back(site: Site):
    cookie = site.cookie(Role.EDITOR)
    answer = site.ask("POST", "/api/logout", role=None, headers=cookie)
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 401


@pytest.mark.slow
def test_a_password_lets_in_with_its_role_until_it_is_another_one(site: Site):
    site.access.passwords.set(Role.VIEWER, SECRET)
    answer = site.ask("POST", "/api/login", role=None, json={"secret": SECRET})
    assert answer.json()["role"] == "viewer"
    cookie = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
    assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 200
    Passwords(site.paths.history_dir / "web").set(Role.VIEWER, SECRET + "2")  # as another process does
    assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 401
    assert site.ask("POST", "/api/login", role=None, json={"secret": SECRET}).status_code == 401


def test_logins_are_noted_and_secrets_never(site: Site):
    site.ask("POST", "/api/login", role=None, json={"secret": "wrong one"})
    site.ask("GET", f"/?token={site.access.entrance.token}", role=None)
    wrong, right = audited(site)[-2:]
    assert (wrong["act"], wrong["outcome"]) == ("login", "wrong token or password")
    assert (right["role"], right["outcome"]) == ("admin", "done")
    path = site.paths.history_dir / "web" / AUDIT
    assert "wrong one" not in path.read_text()
    assert site.access.entrance.token not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_audit_is_kept_beside_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("svod_rcgn.web.access.audit.LARGEST", 400)
    audit = Audit(tmp_path)
    for number in range(5):
        audit.note("s", "admin", "remove", f"person {number}", "done")
    kept = [json.loads(line)["about"] for line in (tmp_path / "audit.1.jsonl").read_text().splitlines()]
    new = [json.loads(line)["about"] for line in (tmp_path / AUDIT).read_text().splitlines()]
    assert new[-1] == "person 4"
    assert kept + new == [f"person {number}" for number in range(5)][-len(kept + new) :]


def test_sessions_outlive_the_server_and_their_file_holds_no_secret(tmp_path: Path):
    secret = Sessions(tmp_path / "sessions.json").begin(Role.EDITOR)
    again = Sessions(tmp_path / "sessions.json")
    found = again.find(secret)
    assert found is not None
    assert found.role is Role.EDITOR
    assert secret not in (tmp_path / "sessions.json").read_text()
    assert stat.S_IMODE((tmp_path / "sessions.json").stat().st_mode) == 0o600


def test_a_session_ends_in_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sessions = Sessions(tmp_path / "sessions.json")
    monkeypatch.setattr("svod_rcgn.web.access.sessions.LIFE", -1.0)
    assert sessions.find(sessions.begin(Role.ADMIN)) is None


def test_a_damaged_file_of_sessions_puts_everybody_out(tmp_path: Path):
    (tmp_path / "sessions.json").write_text('{"a": 3}')
    sessions = Sessions(tmp_path / "sessions.json")
    assert sessions.find(sessions.begin(Role.VIEWER)) is not None


def test_who_guesses_is_slowed_down_and_then_let_try_again(tmp_path: Path):
    now = [0.0]
    sessions = Sessions(tmp_path / "sessions.json")
    entrance = Entrance(Passwords(tmp_path), sessions, Audit(tmp_path), 1, clock=lambda: now[0])
    for _ in range(MOST_WRONG):
        with pytest.raises(Refusal) as wrong:
            entrance.come_in("guess")
        assert wrong.value.status == 401
    with pytest.raises(Refusal) as slowed:
        entrance.come_in(entrance.token)
    assert slowed.value.status == 429
    assert 0 < int(slowed.value.headers["Retry-After"]) <= WITHIN + 1
    now[0] += WITHIN
    assert entrance.come_in(entrance.token)[1] is Role.ADMIN


@pytest.mark.parametrize("password", ["short", "", "x" * 2000])
def test_a_password_has_a_sensible_length(tmp_path: Path, password: str):
    with pytest.raises(InputError, match=f"{SHORTEST} to"):
        Passwords(tmp_path).set(Role.VIEWER, password)


@pytest.mark.slow
def test_two_roles_cannot_share_a_password_since_it_says_which_role(tmp_path: Path):
    Passwords(tmp_path).set(Role.VIEWER, SECRET)
    with pytest.raises(InputError, match="another role"):
        Passwords(tmp_path).set(Role.ADMIN, SECRET)
    Passwords(tmp_path).set(Role.VIEWER, SECRET)
    assert Passwords(tmp_path).role_of(SECRET) is Role.VIEWER
    assert SECRET not in (tmp_path / FILE).read_text()


def test_each_role_may_do_what_lesser_ones_may():
    assert Role.ADMIN.includes(Role.VIEWER)
    assert Role.EDITOR.includes(Role.EDITOR)
    assert not Role.VIEWER.includes(Role.EDITOR)
    assert not Role.EDITOR.includes(Role.ADMIN)


@pytest.mark.slow
def test_two_servers_on_two_ports_do_not_end_each_others_sessions(tmp_path: Path):
    with serving(tmp_path / "one") as one, serving(tmp_path / "two") as two:
        both = {"Cookie": "; ".join(site.cookie(Role.ADMIN)["Cookie"] for site in (one, two))}
        for site in (one, two):
            assert site.ask("GET", "/api/cameras", role=None, headers=both).status_code == 200
