"""What prepare.py leaves on the disk, and what is published, fetched and measured of it."""

import json
import shutil
import tarfile
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import msgspec

from svod_rcgn.networks.card import ModelCard
from tests.golden.homes import Home, bring_faces
from tests.golden.records import masked, steady

# Of the machine and its libraries, or in words that may be put better.
_OWN = ("libraries", "reason", "crop_sha256")
_NETWORKS = ("facenet_pretrained_openvino_cpu", "face_detection", "bg_remove")


def teach(home: Home, demo_dir: Path) -> None:
    bring_faces(home, demo_dir)
    columns = ("name=0", "position=1", "company=2")
    home.must("fill_meta", "data/faces", "people.csv", "--column_data", *columns)
    home.must("prepare", "--listener_port", 0)


def recorded(home: Home) -> dict[str, Any]:
    """What lies in the folders of a taught home."""
    data = home.folder / "data"
    return {
        "data/aligned": tree(data / "aligned"),
        "data/classifiers": tree(data / "classifiers"),
        "meta.json of a person": _json(data / "faces" / "Barack_Obama" / "meta.json"),
        "index.json": _json(data / "aligned" / "index.json"),
        "meta.json": _json(data / "classifiers" / "meta.json"),
        "report.json": _json(data / "classifiers" / "report.json"),
    }


def recorded_cards(home: Home) -> dict[str, Any]:
    """The cards of the networks that download_models.py installs; what old ones leave out has its default."""
    defaults = {
        each.name: msgspec.json.decode(msgspec.json.encode(each.default))  # tuples as lists
        for each in fields(ModelCard)
        if each.default is not MISSING
    }
    return {name: defaults | _json(home.folder / "models" / name / "model.json") for name in _NETWORKS}


def recorded_exchange(home: Home) -> dict[str, Any]:
    """A set published to a catalogue and fetched from there twice, and the one before brought back."""
    home.must("export_classifiers", "office", "1.0", "--catalog", "catalogue")
    archive = home.folder / "catalogue" / "model-office-1.0.tar"
    listed = home.must("export_classifiers", "--list", "--catalog", "catalogue")
    fetched = home.folder / "fetched"
    from_catalogue = ("office", "1.0", "--catalog", "catalogue", "--classifiers_dir", "fetched/classifiers")
    home.must("download_classifiers", *from_catalogue)
    once = tree(fetched)
    home.must("download_classifiers", *from_catalogue)
    twice = tree(fetched)
    home.must("download_classifiers", "--rollback", "--classifiers_dir", "fetched/classifiers")
    return {
        "catalogue": tree(home.folder / "catalogue"),
        "listed": all(word in listed for word in ("office", "1.0")),
        **_packed(archive),
        "fetched": once,
        "fetched again": twice,
        "rolled back": tree(fetched),
    }


def recorded_evaluation(home: Home, demo_dir: Path) -> dict[str, Any]:
    for folder, name in (("probes/Barack_Obama", "obama3.jpg"), ("strangers/Somebody", "astronaut.png")):
        (home.folder / folder).mkdir(parents=True)
        shutil.copy(demo_dir / "probes" / name, home.folder / folder)
    folders = ("--gallery", "data/faces", "--probes", "probes", "--strangers", "strangers")
    home.must("evaluate", *folders, "--output", "evaluation")
    return {
        "files": tree(home.folder / "evaluation"),
        "evaluation.json": _json(home.folder / "evaluation" / "evaluation.json"),
    }


def tree(folder: Path) -> list[str]:
    """The files below a folder, locks left out."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if not path.endswith(".lock"))


def _packed(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as opened:
        manifest = opened.extractfile("manifest.json")
        assert manifest is not None
        return {
            "members": sorted(opened.getnames()),
            "manifest.json": _steady(json.load(manifest)),
        }


def _json(path: Path) -> Any:
    return _steady(json.loads(path.read_text("utf-8")))


def _steady(value: Any) -> Any:
    return steady(masked(value, *_OWN))
