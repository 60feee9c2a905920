import hashlib
from pathlib import Path

import fsspec
import pytest

from svod_rcgn.errors import DownloadError, SvodError
from svod_rcgn.storage.remote import fetch as fetching
from svod_rcgn.storage.remote import http
from svod_rcgn.storage.remote.addresses import Address
from svod_rcgn.storage.remote.fetch import fetch
from tests.servers import RecordingReporter, Server

BODY = bytes(range(256)) * 4000


@pytest.fixture(autouse=True)
def _body(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.body = BODY
    monkeypatch.setattr(fetching, "_PAUSES", (0, 0))


def test_a_file_comes_whole_and_its_progress_is_told(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    assert fetch(Address(server.url("whole")), tmp_path, reporter).read_bytes() == BODY
    assert reporter.bytes[-1] == (len(BODY), len(BODY))
    assert len(reporter.bytes) > 1


def test_a_server_that_is_busy_for_a_moment_is_asked_again(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    assert fetch(Address(server.url("busy")), tmp_path, reporter).read_bytes() == BODY
    assert server.asked == ["/busy", "/busy"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing", "the server answered 404"),
        ("truncated", "the connection broke before the end"),
        ("elsewhere", "redirected to an address that is not followed"),
        ("inside", "redirected to an address that is not followed"),
    ],
)
def test_trouble_ends_with_its_reason(
    server: Server, tmp_path: Path, reporter: RecordingReporter, path: str, reason: str
) -> None:
    with pytest.raises(DownloadError) as trouble:
        fetch(Address(server.url(path)), tmp_path, reporter)
    assert str(trouble.value) == f"{server.url(path)}: {reason}"


def test_a_file_beyond_the_limit_is_given_up_and_leaves_nothing(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    with pytest.raises(DownloadError, match="larger than 1,023,999 bytes"):
        fetch(Address(server.url("whole")), tmp_path, reporter, max_bytes=len(BODY) - 1)
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_breaks_is_taken_up_where_it_broke(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    server.breaks = 2
    path = fetch(Address(server.url("ranged")), tmp_path, reporter)
    assert path.read_bytes() == BODY
    assert server.begins == [0, 511_999, 767_998]


def test_a_later_run_goes_on_where_the_last_one_ended(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    server.breaks = 3
    with pytest.raises(DownloadError, match="the connection broke before the end"):
        fetch(Address(server.url("ranged?signature=1")), tmp_path, reporter)
    server.begins.clear()
    assert fetch(Address(server.url("ranged?signature=2")), tmp_path, reporter).read_bytes() == BODY
    assert server.begins == [895_998]


def test_a_file_that_changed_meanwhile_comes_from_its_beginning(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    server.breaks = 3
    with pytest.raises(DownloadError):
        fetch(Address(server.url("ranged")), tmp_path, reporter)
    server.begins.clear()
    server.etag, server.body = '"2"', BODY[::-1]
    assert fetch(Address(server.url("ranged")), tmp_path, reporter).read_bytes() == BODY[::-1]
    assert server.begins == [0]


def test_a_file_that_is_here_whole_costs_one_byte(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    for _ in range(2):
        assert fetch(Address(server.url("ranged")), tmp_path, reporter).read_bytes() == BODY
    assert server.begins == [0, len(BODY) - 1]


def test_a_wrong_sha256_is_told_and_the_file_forgotten(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    right = hashlib.sha256(BODY).hexdigest()
    address = Address(server.url("ranged"))
    with pytest.raises(DownloadError, match=f"expected sha256 {'0' * 64}, came {right}"):
        fetch(address, tmp_path, reporter, sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []
    assert fetch(address, tmp_path, reporter, sha256=right.upper()).read_bytes() == BODY


def test_what_a_library_opens_is_gone_on_with_too(tmp_path: Path, reporter: RecordingReporter) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/archive", BODY)
    try:
        first = fetch(Address("memory://archive"), tmp_path, reporter)
        first.write_bytes(BODY[:1000])
        assert fetch(Address("memory://archive"), tmp_path, reporter).read_bytes() == BODY
        assert reporter.bytes[-1] == (len(BODY), len(BODY))
    finally:
        files.rm("/archive")


def test_trouble_that_has_no_words_is_told_by_its_kind(
    tmp_path: Path, reporter: RecordingReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wordless(*_: object) -> None:
        raise ConnectionAbortedError

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "info", wordless)
    with pytest.raises(DownloadError, match=r"^memory://archive: ConnectionAbortedError$"):
        fetch(Address("memory://archive"), tmp_path, reporter)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("memory://nowhere/x", "no such file"),
        ("quux://x/y", "nothing here opens quux: addresses"),
        ("/nowhere/x.tar", "no such file"),
    ],
)
def test_what_cannot_be_opened_is_one_clear_line(
    tmp_path: Path, reporter: RecordingReporter, address: str, told: str
) -> None:
    with pytest.raises(SvodError, match=told):
        fetch(Address(address), tmp_path, reporter)


@pytest.mark.parametrize("path", ["missing?token=hidden", "busy?token=hidden"])
def test_secrets_in_an_address_are_sent_but_neither_shown_nor_logged(
    server: Server,
    tmp_path: Path,
    reporter: RecordingReporter,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setattr(Server, "patience", 9)
    monkeypatch.setattr(http, "_RETRY", http._RETRY.new(backoff_factor=0))
    address = server.url(path).replace("http://", "http://user:hidden@")
    with pytest.raises(DownloadError) as trouble:
        fetch(Address(address), tmp_path, reporter)
    assert set(server.asked) == {f"/{path}"}
    assert "hidden" not in str(trouble.value) + caplog.text


def test_a_file_address_names_the_file_itself(tmp_path: Path, reporter: RecordingReporter) -> None:
    path = tmp_path / "with space.bin"
    path.write_bytes(b"x")
    assert fetch(Address(path.as_uri()), tmp_path, reporter) == path


def test_a_file_address_of_nothing_is_refused(tmp_path: Path, reporter: RecordingReporter) -> None:
    with pytest.raises(DownloadError, match="absent: no such file"):
        fetch(Address((tmp_path / "absent").as_uri()), tmp_path, reporter)
