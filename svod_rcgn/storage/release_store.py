"""Releases put where others can fetch them: a folder, a bucket, or a catalogue of another program."""

import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..errors import PublishError
from .releases import Release, files_of, release_of
from .remote.addresses import Address
from .remote.object_store import ObjectEntry, ObjectStore


class Publisher(Protocol):
    """Somewhere that releases are put."""

    def check(self, release: Release, *, force: bool) -> None:
        """Raise PublishError where the release may not be put, before any work is done for it."""
        ...

    def publish(self, release: Release, folder: Path, *, force: bool) -> str:
        """Put a folder there, with its manifest, and say where it is now.

        Raises:
            PublishError: It could not be put there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One release of a catalogue, and its archive."""

    release: Release
    entry: ObjectEntry


class Catalog:
    """A folder of archives, in any place that fsspec opens.

    Raises:
        InputError: No library opens such an address, or nothing can be put there.
    """

    def __init__(self, address: Address) -> None:
        self._place = ObjectStore(address)

    def releases(self) -> list[Listed]:
        """What it holds, by name and version; other files are passed over."""
        named = [(release_of(entry.name), entry) for entry in self._place.entries()]
        return [Listed(release, entry) for release, entry in named if release]

    def check(self, release: Release, *, force: bool) -> None:
        """See `Publisher.check`."""
        if not force and self._place.has(release.file):
            raise PublishError(
                f"{self._place.address.file(release.file)}: is there already; "
                "choose another version, or overwrite it with --force"
            )

    def publish(self, release: Release, folder: Path, *, force: bool) -> str:
        """See `Publisher.publish`; what was written is read back before it bears its name."""
        self.check(release, force=force)
        with tempfile.TemporaryDirectory(prefix="svod-") as scratch:
            archive = Path(scratch) / release.file
            _pack(folder, archive)
            self._place.put(archive, release.file)
        return str(self._place.address.file(release.file))


@dataclass(frozen=True, slots=True)
class Kdataset:
    """The catalogue of a Kibernetika workspace, by way of its own command.

    `program` is the path of `kdataset`, which keeps its credentials itself.
    """

    program: str
    workspace: str

    def check(self, release: Release, *, force: bool) -> None:
        """See `Publisher.check`; only the command itself knows."""

    def publish(self, release: Release, folder: Path, *, force: bool) -> str:
        """See `Publisher.publish`."""
        name = f"{release.name}:{release.version}"
        command = [self.program, "push", self.workspace, name, "--type", "model", "--create"]
        done = subprocess.run(  # noqa: S603 - the parts were checked, and no shell reads them
            [*command, "--force"] if force else command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["it gave no reason"]
            raise PublishError(f"kdataset could not push {name} to {self.workspace}: {lines[-1]}")
        return f"{self.workspace}, {name}"


def _pack(folder: Path, archive: Path) -> None:
    with tarfile.open(archive, "w") as tar:
        for name, path in files_of(folder).items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = path.stat().st_size, int(path.stat().st_mtime)
            with path.open("rb") as file:
                tar.addfile(entry, file)
