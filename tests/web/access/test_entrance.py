"""Who comes in, stays in, and is put out."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
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
    assert state == {"role": None, "version": "1.2.3", "who": None, "video": False, **nothing}
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


@pytest.fixture
def entrance(tmp_path: Path) -> Entrance:
    """One whose clock is `entrance.now[0]`."""
    now = [0.0]
    sessions = Sessions(tmp_path / "sessions.json")
    made = Entrance(Passwords(tmp_path), sessions, Audit(tmp_path), 1, clock=lambda: now[0])
    made.now = now  # type: ignore[attr-defined]
    return made


def status_of(entrance: Entrance, secret: str, address: str = "10.0.0.1") -> int:
    with pytest.raises(Refusal) as refusal:
        entrance.come_in(secret, address)
    if refusal.value.status == 429:
        assert 0 < int(refusal.value.headers["Retry-After"]) <= WITHIN + 1
    return refusal.value.status


def test_who_guesses_is_slowed_down_others_are_not_and_the_token_always_lets_in(entrance: Entrance):
    assert [status_of(entrance, "guess") for _ in range(MOST_WRONG + 1)] == [401] * MOST_WRONG + [429]
    assert status_of(entrance, "guess", "10.0.0.2") == 401
    assert entrance.come_in(entrance.token, "10.0.0.1")[1] is Role.ADMIN
    entrance.now[0] += WITHIN  # type: ignore[attr-defined]
    assert status_of(entrance, "guess") == 401


@pytest.mark.slow
def test_guesses_at_once_are_counted_before_they_are_judged_and_right_ones_are_not(
    entrance: Entrance, tmp_path: Path
):
    Passwords(tmp_path).set(Role.VIEWER, SECRET)
    for _ in range(MOST_WRONG + 1):
        assert entrance.come_in(SECRET, "10.0.0.1")[1] is Role.VIEWER
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(lambda _: status_of(entrance, "guess"), range(20)))
    assert sorted(told) == [401] * MOST_WRONG + [429] * (20 - MOST_WRONG)


def test_wrong_links_that_another_page_opens_lock_nobody_out_and_fill_no_audit(site: Site):
    before = len(audited(site)) if (site.paths.history_dir / "web" / AUDIT).exists() else 0
    for _ in range(MOST_WRONG + 1):
        assert site.ask("GET", "/?token=wrong", role=None).headers.get("Set-Cookie") is None
    answer = site.ask("POST", "/api/login", role=None, json={"secret": site.access.entrance.token})
    assert answer.status_code == 200
    assert len(audited(site)) == before + 1


def test_a_password_in_a_link_lets_nobody_in(entrance: Entrance):
    assert entrance.come_in_by_link(SECRET) is None
    assert entrance.come_in_by_link(entrance.token) is not None


@pytest.mark.slow
def test_a_new_password_ends_sessions_of_its_role_that_began_with_the_link(tmp_path: Path):
    with serving(tmp_path) as site:
        answer = site.ask("GET", f"/?token={site.access.entrance.token}", role=None)
        cookie = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
        assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 200
        site.access.passwords.set(Role.VIEWER, SECRET)
        assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 200
        site.access.passwords.set(Role.ADMIN, SECRET + "2")
        assert site.ask("GET", "/api/cameras", role=None, headers=cookie).status_code == 401


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
