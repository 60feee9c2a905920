"""What a published set of classifiers is called, and what it says of itself."""

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import DownloadError, InputError
from .files import read_record, sha256_of

MANIFEST_FILE = "manifest.json"
FORMAT_VERSION = 1

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+]*")  # no dash, or a file's name could be read in two ways
_FILE = re.compile(rf"model-({_NAME.pattern})-({_VERSION.pattern})\.tar")


@dataclass(frozen=True, slots=True)
class Release:
    """A set of classifiers under its name and version.

    Raises:
        InputError: One of them holds what cannot be part of a file's name.
    """

    name: str
    version: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError(f"{self.name!r} is no name; use letters, digits and any of . _ -")
        if not _VERSION.fullmatch(self.version):
            raise InputError(f"{self.version!r} is no version; use letters, digits and any of . _ +")

    @property
    def file(self) -> str:
        """What its archive is called."""
        return f"model-{self.name}-{self.version}.tar"


def release_of(file: str) -> Release | None:
    """The release whose archive a file's name is, if it is one's."""
    told = _FILE.fullmatch(file)
    return Release(told[1], told[2]) if told else None


@dataclass(frozen=True, slots=True)
class Manifest:
    """manifest.json of a release.

    `created` is when it was published and `trained` when it was trained, both in ISO 8601; `model` is the
    fingerprint of the embedding network; `files` maps each file but the manifest to its sha256.
    """

    format_version: int
    name: str
    version: str
    created: str
    trained: str
    model: str
    libraries: dict[str, str]
    files: dict[str, str]


def check_manifest(folder: Path, label: str) -> Manifest | None:
    """Check a folder against its manifest, where there is one.

    Raises:
        DownloadError: It cannot be read, or a file is missing, changed, or not in it.
    """
    path = folder / MANIFEST_FILE
    if not path.exists():
        return None
    try:
        manifest = read_record(path, Manifest)
    except InputError as error:
        raise DownloadError(f"{label}: {str(error).replace(str(path), MANIFEST_FILE)}") from error
    if manifest.format_version != FORMAT_VERSION:
        raise DownloadError(
            f"{label}: {MANIFEST_FILE} has format {manifest.format_version}, not {FORMAT_VERSION}"
        )
    found = sums_of(folder)
    for name in sorted(found.keys() | manifest.files.keys()):
        told, came = manifest.files.get(name, "nothing"), found.get(name, "nothing")
        if told != came:
            raise DownloadError(f"{label}: {name}: {MANIFEST_FILE} says sha256 {told}, came {came}")
    return manifest


def sums_of(folder: Path) -> dict[str, str]:
    """The sha256 of each file of a set but its manifest, by name."""
    return {name: sha256_of(path) for name, path in files_of(folder).items() if name != MANIFEST_FILE}


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a set by their names in it, with forward slashes; hidden ones are no part of it."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in found.items()
        if not any(part.startswith(".") for part in name.parts)
    }
