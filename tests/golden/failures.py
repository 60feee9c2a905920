"""What each command answers to bad input: its exit code and the form of what it says, whatever the words."""

import json
from hashlib import sha256
from subprocess import CompletedProcess
from typing import Any

import cv2
import numpy as np

from tests.golden.homes import Home
from tests.golden.options import NAMES

NONE = "there/is/none"
_NETWORK = b"a network"
_CARD = {
    "task": "embedding", "name": "Tiny", "file": "network.xml",
    "files": {"network.xml": sha256(_NETWORK).hexdigest()},
    "size": [4, 4], "layout": "NHWC", "colour": "RGB", "mean": 0.0, "scale": 1.0, "output": "embeddings",
    "licence": "MIT", "source": "a test", "source_sha256": "0" * 64,
}  # fmt: skip
CASES: dict[str, tuple[str, ...]] = {
    **{f"{name}: no such option": (name, "--no_such_option") for name in NAMES},
    "control: no action": ("control",),
    "control: no such action": ("control", "format_disk"),
    "control: no JSON": ("control", "debug", "yes"),
    "control: nobody listens": ("control", "status", "--listener_port", "1", "--timeout", "0.2"),
    "control: no keys": ("control", "status", "--keys", NONE),
    "control: keys into a folder in use": ("control", "--make_keys", "full"),
    "control: keys below a file": ("control", "--make_keys", "full/file/keys"),
    "control: too far without keys": ("control", "status", "--host", "192.0.2.1"),
    "download_classifiers: nothing asked for": ("download_classifiers",),
    "download_classifiers: three words": ("download_classifiers", "a", "b", "c"),
    "download_classifiers: no catalogue": ("download_classifiers", "office", "1.0"),
    "download_classifiers: no network": ("download_classifiers", "full/file", "--model", NONE),
    "download_classifiers: no such file": ("download_classifiers", NONE, "--model", "network"),
    "download_classifiers: no archive": ("download_classifiers", "full/file", "--model", "network"),
    "download_classifiers: nothing kept": ("download_classifiers", "--rollback", "--model", "network"),
    "download_classifiers: no sha256": ("download_classifiers", "full/file", "--sha256", "abc"),
    "download_models: offline by force": ("download_models", "--offline", "--force"),
    "download_models: offline, and missing": ("download_models", "--offline", "--model", NONE),
    "download_models: no such detector": ("download_models", "--detector", "eyes"),
    "evaluate: nothing to do": ("evaluate",),
    "evaluate: half of it": ("evaluate", "--gallery", "full"),
    "evaluate: no such pairs": ("evaluate", "--pairs", NONE, "--images", "full"),
    "evaluate: no such gallery": ("evaluate", "--gallery", NONE, "--probes", "full"),
    "events: nothing recorded": ("events", "--history_dir", NONE),
    "events: no database": ("events", "--history_dir", "broken"),
    "events: no such time": ("events", "--since", "soon"),
    "events: no such format": ("events", "--format", "xml"),
    "events: no number": ("events", "--limit", "0"),
    "export_classifiers: no name": ("export_classifiers",),
    "export_classifiers: no catalogue": ("export_classifiers", "office", "1.0"),
    "export_classifiers: no classifiers": ("export_classifiers", "office", "1.0", "--catalog", "catalogue"),
    "export_classifiers: a name that is a path": ("export_classifiers", "a/b", "1", "--catalog", "catalogue"),
    "export_classifiers: no catalogue to list": ("export_classifiers", "--list"),
    "fill_meta: no columns": ("fill_meta", "full", "people.csv"),
    "fill_meta: no name": ("fill_meta", "full", "people.csv", "--column_data", "position=1"),
    "fill_meta: no pair": ("fill_meta", "full", "people.csv", "--column_data", "name"),
    "fill_meta: no such folder": ("fill_meta", NONE, "people.csv", "--column_data", "name=0"),
    "fill_meta: no such table": ("fill_meta", "full", NONE, "--column_data", "name=0"),
    "fill_meta: no such column": ("fill_meta", "full", "people.csv", "--column_data", "name=9"),
    "models: no command": ("models",),
    "models: no such command": ("models", "burn"),
    "models add: nothing to try it on": ("models", "add", "full/file"),
    "models add: no colour": ("models", "add", "full/file", "--colour", "HSV"),
    "models add: no mean": ("models", "add", "full/file", "--mean", "1,2"),
    "models info: no card": ("models", "info", "full"),
    "models list: no such folder": ("models", "list", "--models_dir", NONE),
    "people: no command": ("people",),
    "people rename: one name": ("people", "rename", "Nobody"),
    "people rename: unknown": ("people", "rename", "Nobody", "Somebody"),
    "people merge: one name": ("people", "merge", "Nobody"),
    "people remove: unknown": ("people", "remove", "Nobody"),
    "prepare: nothing to do": ("prepare", "--skip_alignment", "--skip_training"),
    "prepare: nothing to clear": ("prepare", "--clear_input_dir"),
    "prepare: a name without a version": ("prepare", "--model_name", "office"),
    "prepare: publishes nothing": (
        "prepare", "--skip_training", "--model_name", "a", "--model_version", "1", "--catalog", "catalogue",
    ),
    "prepare: a share of nothing": ("prepare", "--false_accept_rate", "0"),
    "prepare: no pictures": ("prepare", "--input_dir", NONE),
    "prepare: no network": ("prepare", "--input_dir", "full", "--model", NONE),
    "prepare: nothing to download": ("prepare", "--download", f"{NONE}.tar"),
    "video: no such source": ("video", "--no_window", "--video_source", NONE),
    "video: no film": ("video", "--no_window", "--video_source", "full/film.mp4"),
    "video: no such camera": ("video", "--no_window", "--video_source", "77"),
    "video: no network": ("video", "--no_window", "--video_source", "black.png", "--model", NONE),
    "video: no film to write": ("video", "--no_window", "--video_source", "black.png", "--output", "a.avi"),
    "video: a share of one": ("video", "--notify_face_detection_prob", "1"),
    "video: no number": ("video", "--read_timeout", "nan"),
    "video: Slack without a token": ("video", "--notify_slack_channel", "faces"),
    "video: no format": ("video", "--notify_format", "xml"),
    "video: a port too high": ("video", "--listener_port", "65536"),
    "video: enrols nobody": ("video", "--enrol", "", "--no_window", "--video_source", "black.png"),
}  # fmt: skip


def bring_trouble(home: Home) -> None:
    """What the cases name."""
    for folder in ("full", "broken", "network"):
        (home.folder / folder).mkdir()
    (home.folder / "full" / "file").write_bytes(b"nothing of use")
    (home.folder / "full" / "film.mp4").write_bytes(b"no film" * 999)
    (home.folder / "broken" / "events.db").write_bytes(b"no database" * 999)
    (home.folder / "people.csv").write_text("Name,Position\nAda Lovelace,Countess\n", "utf-8")
    cv2.imwrite(str(home.folder / "black.png"), np.zeros((48, 64, 3), np.uint8))
    (home.folder / "network" / "network.xml").write_bytes(_NETWORK)
    (home.folder / "network" / "model.json").write_text(json.dumps(_CARD), "utf-8")


def recorded(home: Home) -> dict[str, Any]:
    return {case: answered(home, case) for case in CASES}


def answered(home: Home, case: str) -> dict[str, Any]:
    done = home.run(*CASES[case])
    return {"exit": done.returncode, "says": _form(done), "prints": bool(done.stdout)}


def _form(done: CompletedProcess[str]) -> str:
    lines = done.stderr.splitlines()
    if len(lines) == 1 and lines[0].startswith("error: "):
        return "one line"
    if lines and lines[0].startswith("Usage: "):
        return "usage, hint, reason" if lines[-1].startswith("Error: ") else "usage"
    return "something else"
