"""What the loop is measured with: networks, and classifiers taught with a folder of people."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from svod_rcgn.faces import prepare
from svod_rcgn.faces.networks import int8
from svod_rcgn.faces.settings import Paths
from svod_rcgn.storage import folders
from svod_rcgn.storage.images import is_picture


@dataclass(frozen=True, slots=True)
class Material:
    """Where everything lies; `classifiers_dir` was taught with the pictures of `faces`."""

    faces: Path
    classifiers_dir: Path
    embedding_dir: Path = Paths().embedding_dir
    detection_dir: Path = Paths().detection_dir

    @property
    def options(self) -> list[str]:
        """The same for a command of the project."""
        named = {
            "--classifiers_dir": self.classifiers_dir,
            "--model": self.embedding_dir,
            "--detector_dir": self.detection_dir,
        }
        return [str(word) for name, path in named.items() for word in (name, path.resolve())]


def taught(material: Material) -> Material:
    """Teach the classifiers in the folder named."""
    paths = Paths(
        input_dir=material.faces,
        aligned_dir=material.classifiers_dir.with_name(f"{material.classifiers_dir.name}-aligned"),
        classifiers_dir=material.classifiers_dir,
        embedding_dir=material.embedding_dir,
        detection_dir=material.detection_dir,
    )
    prepare.prepare(paths, "CPU", lambda items, _: items)
    return material


def pictures_of(faces: Path) -> list[Path]:
    """The pictures of PERSON/pictures."""
    return [path for path in sorted(faces.glob("*/*")) if is_picture(path)]


def in_eight_bits(material: Material, folder: Path) -> Material:
    """The same with 8-bit networks, made in a folder.

    Raises:
        ModelError: NNCF is not installed, or 8 bits change a network's answers too much.
    """
    made = replace(
        material,
        classifiers_dir=folder / "classifiers",
        embedding_dir=folder / "embedding",
        detection_dir=folder / "detection",
    )
    shutil.copytree(folders.current_of(material.embedding_dir), made.embedding_dir)
    shutil.copytree(folders.current_of(material.detection_dir), made.detection_dir)
    int8.use_int8(made.detection_dir, made.embedding_dir, pictures_of(material.faces), lambda _: None)
    return taught(made)
