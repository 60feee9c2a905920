import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from time import time

import pytest
from click.testing import CliRunner

from svod_rcgn.commands.events import main
from svod_rcgn.history.database import Database
from svod_rcgn.history.visits import Journal
from tests.events.visitors import delivery, visit

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    database, now = Database(tmp_path / "events.db"), time()
    journal = Journal(database, tmp_path / "snapshots", 10)
    number, _ = journal.begin(
        visit("Zoë Blue", now - 7200, now - 7100),
        "door",
        picture=b"jpeg",
        deliveries=[delivery(channel="slack #faces")],
    )
    journal.update(number, now - 7100, 0.9, over=True)
    journal.begin(visit("=cmd()", now - 600, now - 500), "yard")
    journal.begin(visit(None, now - 60, now, stranger=1), "door")
    database.close()
    return tmp_path


@pytest.fixture
def run(folder):
    return lambda *words: CliRunner().invoke(main, ["--history_dir", str(folder), *words])


def _persons(result):
    return [entry["person"] for entry in json.loads(result.stdout)]


def test_the_table_tells_who_was_where(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    for told in ("Zoë Blue", "door", "unknown", "still there", "0.90", "slack #faces: waiting"):
        assert told in result.stdout


def test_visits_are_filtered(run):
    assert _persons(run("--format", "json")) == ["Zoë Blue", "=cmd()", None]
    assert _persons(run("--format", "json", "--person", "Zoë Blue")) == ["Zoë Blue"]
    assert _persons(run("--format", "json", "--camera", "door", "--unknown")) == [None]
    assert _persons(run("--format", "json", "--since", "1h")) == ["=cmd()", None]
    assert _persons(run("--format", "json", "--since", "2000-01-31", "--limit", "1")) == [None]
    assert _persons(run("--format", "json", "--since", "2999-01-31T18:30")) == []


def test_json_tells_all(run, folder):
    first = json.loads(run("--format", "json").stdout)[0]
    assert (first["camera"], first["over"], first["score"]) == ("door", True, 0.9)
    assert Path(first["picture"]).parent == folder / "snapshots"
    assert first["announcements"] == [
        {"channel": "slack #faces", "state": "waiting", "attempts": 0, "reason": None}
    ]


def test_csv_is_for_spreadsheets_and_runs_nothing_there(run):
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    assert [row["person"] for row in rows] == ["Zoë Blue", "'=cmd()", ""]
    assert rows[0]["to"]
    assert rows[2]["to"] == ""


def test_no_visits_are_told(run):
    assert run("--person", "Nobody").stdout == "no visits\n"


@pytest.mark.parametrize("since", ["soon", "5y", "2026-13-01", "99999999d"])
def test_a_wrong_time_is_wrong_usage(run, since):
    result = run("--since", since)
    assert result.exit_code == 2
    assert "neither a date" in result.stderr


def test_nothing_recorded_is_told(tmp_path):
    command = [sys.executable, "-m", "svod_rcgn.events", "--history_dir", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "nothing has been recorded yet" in done.stderr
