"""The flow from a frame to a channel knows no faces: it tells of whatever an analyzer sees."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from svod_rcgn.history import export, visits
from svod_rcgn.history.visits import VisitQuery
from svod_rcgn.records import Subject
from tests.notify.servers import Server, serving
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of a film with car 12: lines, the webhook's request, the folder of the record."""
    folder = tmp_path_factory.mktemp("road")
    with serving(Server()) as server:
        done = subprocess.run(
            [sys.executable, "-m", "tests.app.car_watch", str(folder), server.url],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE,
        )  # fmt: skip
        (request,) = server.requests
    return {"lines": done.stdout.splitlines(), "body": json.loads(request.body), "folder": folder}


def test_it_is_told_on_standard_output(told: dict[str, Any]) -> None:
    assert told["lines"][0] == (
        "0:00:05.000  car 12  in 100 % of the frames of the last 5 s  score 0.75  (colour: red)"
    )


def test_it_is_told_as_json(told: dict[str, Any]) -> None:
    assert json.loads(told["lines"][1]) == {
        "name": "car 12",
        "kind": "object",
        "label": "car",
        "number": 12,
        "camera": "road",
        "time": "0:00:05.000",
        "share": 1.0,
        "score": 0.75,
        "fields": {"colour": "red"},
    }


def test_it_reaches_the_webhook_with_its_picture(told: dict[str, Any]) -> None:
    body = told["body"]
    assert (body["type"], body["name"], body["kind"], body["number"]) == (
        "visit.begun", "car 12", "object", 12,
    )  # fmt: skip
    assert body["picture_type"] == "image/jpeg"


def test_it_is_recorded_and_told_by_the_record(told: dict[str, Any]) -> None:
    (entry,) = visits.visits(told["folder"], VisitQuery())
    assert (entry.subject, entry.over) == (Subject("object", "car", 12), True)
    assert [outcome.state for outcome in entry.announcements] == ["sent"]
    (row,) = json.loads(export.json_of([entry]))
    assert (row["person"], row["kind"], row["label"], row["number"]) == (None, "object", "car", 12)
    assert "car 12" in export.csv_of([entry])


def test_no_module_of_the_faces_is_needed(told: dict[str, Any]) -> None:
    assert told["lines"][-1] == "[]"
