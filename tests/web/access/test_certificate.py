"""Other machines are let in by TLS and a password alone; the certificate is made here."""

import gc
import stat
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from svod_rcgn.errors import InputError
from svod_rcgn.web.access import certificate
from svod_rcgn.web.access.certificate import TlsFiles
from svod_rcgn.web.access.roles import Role
from svod_rcgn.web.build import addresses_of, names_of
from svod_rcgn.web.http_server import bind
from svod_rcgn.web.settings import WebSettings
from tests.patience import PATIENCE
from tests.web.documented import UNSAID
from tests.web.site import serving

NAMES = ["localhost", "127.0.0.1", "::1", "door.example"]


def test_a_certificate_is_made_for_all_names_kept_and_made_anew_for_another_name(tmp_path: Path):
    made = certificate.self_signed(tmp_path, NAMES)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    first = certificate.fingerprint(made.certificate)
    assert len(first) == 95
    assert certificate.fingerprint(certificate.self_signed(tmp_path, NAMES).certificate) == first
    certificate.self_signed(tmp_path, [*NAMES, "other.example"])
    assert certificate.fingerprint(made.certificate) != first


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN CERTIFICATE-----\n!", b"\xff"])
def test_what_is_no_certificate_is_told_in_one_line_and_made_anew(tmp_path: Path, damage: bytes):
    made = certificate.self_signed(tmp_path, NAMES)
    made.certificate.write_bytes(damage)
    with pytest.raises(InputError):
        certificate.checked(made)
    with pytest.raises(InputError):
        certificate.fingerprint(made.certificate)
    certificate.checked(certificate.self_signed(tmp_path, NAMES))


def test_files_that_are_not_there_are_told():
    with pytest.raises(InputError, match=r"nowhere\.pem"):
        certificate.checked(TlsFiles(Path("nowhere.pem"), Path("nowhere.key")))


@pytest.mark.slow
def test_the_page_is_served_by_tls_with_a_cookie_that_goes_nowhere_else(tmp_path: Path):
    made = certificate.self_signed(tmp_path, NAMES)
    with serving(tmp_path, tls=made) as site:
        assert site.url.startswith("https://")
        link = f"{site.url}/?token={site.access.entrance.token}"
        answer = requests.get(link, verify=made.certificate, timeout=PATIENCE, allow_redirects=False)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-svod-")
        assert "Secure" in cookie
        site.document = UNSAID
        state = site.ask("GET", "/api/session", Role.VIEWER, verify=made.certificate).json()
        assert state["fingerprint"] == certificate.fingerprint(made.certificate)


@pytest.fixture(autouse=True)
def _half_closed() -> Iterator[None]:
    """Python leaves the transport of TLS half closed whose other end says no goodbye, as requests does."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_another_address_needs_a_password_and_tls():
    plain = WebSettings(host="0.0.0.0", port=0)
    secure = replace(plain, certificate=Path("c.pem"), key=Path("k.pem"))
    for settings, has_password, missing in (
        (plain, False, "--set_password"),
        (plain, True, "--self_signed"),
        (secure, False, "--set_password"),
    ):
        with pytest.raises(InputError, match=missing):
            bind(settings, has_password=has_password)
    for settings in (secure, replace(plain, behind_proxy=True)):
        with closing(bind(settings, has_password=True)) as listener:
            assert listener.getsockname()[1]


def test_it_may_be_asked_for_by_the_addresses_of_this_machine_where_others_reach_it():
    assert names_of(WebSettings(host_names=("door.example",))) == ("door.example",)
    assert addresses_of(WebSettings(), 8050) == ()
    everywhere = WebSettings(host="0.0.0.0", host_names=("door.example",))
    assert {"door.example", "localhost"} <= set(names_of(everywhere))
    assert "https://door.example:8050/" in addresses_of(everywhere, 8050)
    assert names_of(WebSettings(host="192.168.7.1")) == ("192.168.7.1",)
