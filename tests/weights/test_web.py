from pathlib import Path

import pytest

from svod_rcgn.errors import DownloadError
from svod_rcgn.weights import web
from svod_rcgn.weights.catalogue import Url

from .conftest import RecordingReporter, Server

BODY = bytes(range(256)) * 4000


@pytest.fixture(autouse=True)
def _body(server: Server) -> None:
    server.body = BODY


def test_a_file_comes_whole_and_its_progress_is_told(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    assert web.download(Url(server.url("whole")), tmp_path, reporter).read_bytes() == BODY
    assert reporter.bytes[-1] == (len(BODY), len(BODY))
    assert len(reporter.bytes) > 1


def test_a_server_that_is_busy_for_a_moment_is_asked_again(
    server: Server, tmp_path: Path, reporter: RecordingReporter
) -> None:
    assert web.download(Url(server.url("busy")), tmp_path, reporter).read_bytes() == BODY
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
        web.download(Url(server.url(path)), tmp_path, reporter)
    assert str(trouble.value) == f"{server.url(path)}: {reason}"


def test_a_file_beyond_the_limit_is_given_up(
    server: Server, tmp_path: Path, reporter: RecordingReporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", len(BODY) - 1)
    with pytest.raises(DownloadError, match="larger than 1,023,999 bytes"):
        web.download(Url(server.url("whole")), tmp_path, reporter)


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
    monkeypatch.setattr(web, "_RETRY", web._RETRY.new(backoff_factor=0))
    address = server.url(path).replace("http://", "http://user:hidden@")
    with pytest.raises(DownloadError) as trouble:
        web.download(Url(address), tmp_path, reporter)
    assert set(server.asked) == {f"/{path}"}
    assert "hidden" not in str(trouble.value) + caplog.text


def test_a_file_address_names_the_file_itself(tmp_path: Path, reporter: RecordingReporter) -> None:
    path = tmp_path / "with space.bin"
    path.write_bytes(b"x")
    assert web.download(Url(path.as_uri()), tmp_path, reporter) == path


def test_a_file_address_of_nothing_is_refused(tmp_path: Path, reporter: RecordingReporter) -> None:
    with pytest.raises(DownloadError, match="absent: no such file"):
        web.download(Url((tmp_path / "absent").as_uri()), tmp_path, reporter)
