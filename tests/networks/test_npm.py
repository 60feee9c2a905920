"""npm as it is called, by a stand-in that does what npm does."""

import stat
import sys
from pathlib import Path

import pytest

from svod_rcgn.errors import DownloadError
from svod_rcgn.networks import npm
from svod_rcgn.networks.entries import NpmPackage

PACKAGE = NpmPackage("@scope/name", "1.2.3", "a" * 64)
STAND_IN = """#!{python}
import json, sys
open({words!r}, "w").write(json.dumps(sys.argv[1:]))
if {content!r}:
    open("scope-name-1.2.3.tgz", "wb").write({content!r})
sys.stdout.write({told!r})
sys.stderr.write({noted!r})
sys.exit({code})
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script of POSIX")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def _stand_in(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes = b"",
    told: str = "",
    noted: str = "",
    code: int = 0,
) -> Path:
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    values = {"content": content, "told": told, "noted": noted, "code": code}
    program.write_text(STAND_IN.format(python=sys.executable, words=str(tmp_path / "words"), **values))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent))
    return tmp_path / "words"


def test_an_archive_is_fetched_unopened_and_nothing_in_it_is_run(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = _stand_in(tmp_path, monkeypatch, b"archive")
    sha256 = "a0c00ef61b2a79a4f29b4a7a1f04b8c0f0d2d12a3ef4b1f2ca2ec5d61df4dd6f"
    with pytest.raises(DownloadError, match="expected an archive with sha256 a0c0"):
        npm.download(NpmPackage("@scope/name", "1.2.3", sha256), scratch)
    assert '"@scope/name@1.2.3"' in words.read_text()
    assert "--ignore-scripts" in words.read_text()
    from svod_rcgn.storage.files import sha256_of

    right = sha256_of(scratch / "scope-name-1.2.3.tgz")
    assert npm.download(NpmPackage("@scope/name", "1.2.3", right), scratch).read_bytes() == b"archive"


def test_where_there_is_no_npm_it_is_told(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(scratch))
    with pytest.raises(DownloadError, match=r"@scope/name@1.2.3 could not be fetched: npm is not installed"):
        npm.download(PACKAGE, scratch)


@pytest.mark.parametrize(
    ("told", "noted", "reason"),
    [
        (
            '{"error": {"code": "E404", "summary": "No matching\\nversion"}}',
            "npm error",
            "No matching version",
        ),
        ("", "npm error http://me:secret@host/x: no", "npm error http://host/x: no"),
        ("[]", "", "npm gave no reason"),
    ],
)
def test_why_npm_failed_is_told_in_a_line_without_passwords(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, told: str, noted: str, reason: str
) -> None:
    _stand_in(tmp_path, monkeypatch, told=told, noted=noted, code=1)
    with pytest.raises(DownloadError) as failure:
        npm.download(PACKAGE, scratch)
    assert str(failure.value) == f"@scope/name@1.2.3 could not be fetched: {reason}"
