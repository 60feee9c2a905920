"""Every command that prints a table, as processes of their own, in surroundings that lack most letters."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.commands import datasets
from svod_rcgn.history.database import Database
from svod_rcgn.history.visits import Journal
from svod_rcgn.networks.class_labels import ClassLabel
from svod_rcgn.records import FACE, Subject, Visit
from svod_rcgn.storage.images import encode_png, write_png
from tests.classification.fakes import write_light_network
from tests.faces.exchange.releases import write_card
from tests.faces.runs import Studio, picture
from tests.hostile.doors import UNWANTED, folders, ran, stores
from tests.objects.fakes import LABELS, scene, write_network
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WANG, MUELLER, RED = "王小明", os.fsdecode(b"M\xfcller"), "\x1b[31mred"
TABLES = {
    "datasets",
    "detect",
    "evaluate",
    "events",
    "export_classifiers",
    "identify",
    "models",
    "people",
    "prepare",
    "rules",
}
SURROUNDINGS = {
    "LANG=C": ({"LANG": "C"}, "utf-8"),  # Python speaks UTF-8 then, and the terminal mostly as well
    "LANG=C and no UTF-8 mode": ({"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "ascii"),
    "PYTHONIOENCODING=cp1252": ({"PYTHONIOENCODING": "cp1252"}, "cp1252"),
    "PYTHONIOENCODING=ascii": ({"PYTHONIOENCODING": "ascii"}, "ascii"),
}


@pytest.fixture(params=SURROUNDINGS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """Runs a command there, and gives what it printed as a reader with that encoding sees it."""
    variables, encoding = SURROUNDINGS[request.param]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))
    }

    def begin(*words: object, data: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "svod_rcgn", *map(os.fsencode, map(str, words))],
            cwd=tmp_path, env={**kept, **variables, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = done.stdout.decode("utf-8" if data else encoding)
        assert not UNWANTED.search(told.replace("\r\n", "\n"))
        assert "??" not in told
        return told

    begin.encoding = encoding  # type: ignore[attr-defined]
    return begin


def tells_of_wang(told: str, encoding: str) -> bool:
    """Whether the name stands there as the encoding can show it.

    Where Python is kept from UTF-8, the name of a folder is no text, and is shown by its bytes.
    """
    by_bytes = "".join(f"\\x{byte:02x}" for byte in WANG.encode())
    return WANG.encode(encoding, "backslashreplace").decode(encoding) in told or (
        encoding == "ascii" and by_bytes in told
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three persons who were learned and seen, a network, and a catalogue."""
    folder = tmp_path_factory.mktemp("data")
    studio = Studio(folder)
    for number, name in enumerate((WANG, MUELLER, RED)):
        picture(studio.faces / name / f"{name}.png", shade=40 * number)
    studio.run()
    (folder / "events").mkdir()
    database = Database(folder / "events" / "events.db")
    for name in (WANG, "M\\xfcller"):
        visit = Visit("1", Subject(FACE, name), 10.0, 11.0, 0.9)
        Journal(database, None, queue=9).begin(visit, name)
    database.close()
    write_card(folder / "models" / WANG, WANG)
    known = ("--datasets_dir", folder / "datasets")
    assert ran(datasets.main, "create", "faces", *known).exit_code == 0
    added = ran(datasets.main, "add", "faces", studio.faces / WANG, "--tag", WANG, *known)
    assert added.exit_code == 0, added.output
    assert ran(datasets.main, "add", "faces", studio.faces / MUELLER, *known).exit_code == 0
    return folder


def test_every_command_with_a_table_is_run_here() -> None:
    found = {
        path.stem
        for path in (ROOT / "svod_rcgn" / "commands").rglob("*.py")
        if re.search(r"import (\w+, )*print_table", path.read_text(encoding="utf-8"))
    }
    parts = {"training_summary": "prepare", "detect_output": "detect", "evaluate_detector": "evaluate"}
    assert {parts.get(name, name) for name in found} == TABLES


def test_people_are_listed(run: Callable[..., str], data: Path) -> None:
    told = run("people", "list", *stores(data))
    assert tells_of_wang(told, run.encoding)  # type: ignore[attr-defined]
    assert "M\\xfcller" in told
    assert "\\x1b[31mred" in told


def test_visits_are_listed_and_csv_and_json_are_utf_8(run: Callable[..., str], data: Path) -> None:
    only = ("events", "--history_dir", data / "events")
    assert tells_of_wang(run(*only), run.encoding)  # type: ignore[attr-defined]
    assert WANG in run(*only, "--format", "csv", data=True)
    visits = json.loads(run(*only, "--format", "json", data=True))
    assert [visit["person"] for visit in visits] == [WANG, "M\\xfcller"]
    assert len(json.loads(run(*only, "--format", "json", "--person", MUELLER, data=True))) == 1


def test_networks_are_listed_and_told_of(run: Callable[..., str], data: Path) -> None:
    for words in (("list", "--models_dir", data / "models"), ("info", data / "models" / WANG)):
        assert tells_of_wang(run("models", *words), run.encoding)  # type: ignore[attr-defined]


def test_rules_are_listed_and_what_is_wrong_with_them_is_told(
    run: Callable[..., str], tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    look = f'look = {{ person = "{WANG}" }}'
    rules.write_text(f'[[rules]]\nname = "M\\u001b[31mred"\n{look}\nwhen = {{ is = "present" }}\n', "utf-8")
    told = run("rules", "list", rules)
    assert tells_of_wang(told, run.encoding)  # type: ignore[attr-defined]
    assert "\\x1b[31mred" in told
    (rule,) = json.loads(run("rules", "list", rules, "--format", "json", data=True))
    assert rule["look"]["person"] == WANG


def test_releases_are_published_and_listed(run: Callable[..., str], data: Path, tmp_path: Path) -> None:
    catalogue = ("--catalog", tmp_path / WANG)
    done = run("export_classifiers", "faces", "1", *catalogue, "--classifiers_dir", data / "classifiers")
    assert tells_of_wang(done, run.encoding)  # type: ignore[attr-defined]
    assert "faces" in run("export_classifiers", "--list", *catalogue)


def test_datasets_are_listed_and_shown(run: Callable[..., str], data: Path) -> None:
    known = ("--datasets_dir", data / "datasets")
    assert "faces" in run("datasets", "list", *known)
    assert tells_of_wang(run("datasets", "show", "faces", *known), run.encoding)  # type: ignore[attr-defined]


def test_what_pictures_show_is_told(run: Callable[..., str], data: Path, tmp_path: Path) -> None:
    write_light_network(tmp_path / "models" / "light", bright=WANG)
    shown = tmp_path / MUELLER
    write_png(shown, np.full((9, 9, 3), 250, np.uint8))
    words = ("identify", shown, "--network", "light", "--models_dir", tmp_path / "models")
    for more in ((), ("--top", 1)):
        told = run(*words, *more)
        assert tells_of_wang(told, run.encoding)  # type: ignore[attr-defined]
        assert "M\\xfcller" in told
    (told,) = json.loads(run(*words, "--format", "json", data=True))
    assert told["answers"][0]["label"] == WANG
    assert f",{WANG}," in run(*words, "--format", "csv", data=True)


def test_what_is_where_is_told(run: Callable[..., str], tmp_path: Path) -> None:
    write_network(tmp_path / "models" / "dots", labels=(ClassLabel(WANG, limit=0.5), *LABELS[1:]))
    shown = tmp_path / MUELLER
    shown.write_bytes(encode_png(scene(("red", 22, 22))))
    words = ("detect", shown, "--network", "dots", "--models_dir", tmp_path / "models")
    told = run(*words, "--output", tmp_path / "drawn")
    assert tells_of_wang(told, run.encoding)  # type: ignore[attr-defined]
    assert "M\\xfcller" in told
    assert [path.name for path in (tmp_path / "drawn").iterdir()] == ["M\\xfcller.png"]
    for form in ("json", "jsonl", "coco"):
        assert WANG in run(*words, "--format", form, data=True)
    assert f",{WANG}," in run(*words, "--format", "csv", data=True)
    run(*words, "--format", "yolo", "--labels", tmp_path / "labels")
    assert f"0: {WANG}" in (tmp_path / "labels" / "data.yaml").read_text(encoding="utf-8")


def test_datasets_and_networks_are_found_by_their_names(run: Callable[..., str], tmp_path: Path) -> None:
    known = ("--datasets_dir", tmp_path / "datasets")
    run("datasets", "create", WANG, *known)
    run("datasets", "show", WANG, *known)
    write_light_network(tmp_path / "models" / WANG)
    write_png(tmp_path / "white.png", np.full((9, 9, 3), 250, np.uint8))
    words = ("--network", WANG, "--models_dir", tmp_path / "models", "--format", "csv")
    assert ",bright," in run("identify", tmp_path / "white.png", *words, data=True)


@pytest.mark.weights
def test_faces_are_learned_and_measured(
    run: Callable[..., str], demo_dir: Path, embedding_dir: Path, detection_dir: Path, tmp_path: Path
) -> None:
    faces = tmp_path / "faces"
    for source, name in zip(sorted((demo_dir / "faces").iterdir()), (WANG, MUELLER), strict=False):
        shutil.copytree(source, faces / name)
        (faces / name / f"{name}.jpg").write_bytes(b"no picture")
    networks = ("--model", embedding_dir, "--detector_dir", detection_dir)
    told = run("prepare", *folders(tmp_path), *networks, "--listener_port", 0)
    assert tells_of_wang(told, run.encoding)  # type: ignore[attr-defined]
    assert "M\\xfcller.jpg" in told
    told = run("evaluate", "--gallery", faces, "--probes", faces, "--output", tmp_path / WANG, *networks)
    assert "identified" in told
    assert json.dumps("M\\xfcller")[1:-1] in (tmp_path / WANG / "evaluation.json").read_text(encoding="utf-8")
