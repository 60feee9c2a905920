import json

import pytest
from click.testing import CliRunner

from svod_rcgn.commands.fill_meta import main

PAIRS = ["name=0", "position=1", "company=2", "linkedin=3", "positions=5", "companies=6", "links=7"]
TABLE = """Name;Position;Company;LinkedIn;Email;Positions;Companies;Links
obama barack;President;USA;https://l/obama;o@x;"Senator, President";USA|Senate;"https://a; https://b"
"""


@pytest.fixture
def faces(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/faces/Barack_Obama").mkdir(parents=True)
    (tmp_path / "data/faces/Joe_Biden").mkdir()
    (tmp_path / "people.csv").write_text(TABLE, encoding="cp1252")
    return tmp_path / "data/faces"


def run(*words):
    return CliRunner().invoke(main, list(words))


def written(faces):
    return json.loads((faces / "Barack_Obama/meta.json").read_text())


EXPECTED = {
    "name": "obama barack",
    "position": "President",
    "company": "USA",
    "linkedin": "https://l/obama",
    "positions": "Senator, President",
    "companies": ["USA", "Senate"],
    "links": ["https://a", "https://b"],
}


@pytest.mark.parametrize(
    "words",
    [
        ["data/faces", "people.csv", "--column_data", *PAIRS],
        ["data/faces", "people.csv", "--column-data", *PAIRS[::-1]],
        ["--column_data", *PAIRS, "data/faces", "people.csv"],
        ["data/faces", "--column_data=name=0", *PAIRS[1:], "people.csv"],
        ["data/faces", "people.csv", "--column_data", *PAIRS[:3], "--column_data", *PAIRS[3:]],
    ],
)
def test_any_number_of_pairs_follows_the_one_option(faces, words):
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert written(faces) == EXPECTED
    assert "the first row holds headings: Name, Position" in result.output
    assert "persons without a row: Joe_Biden" in result.output
    assert result.output.endswith("1 person changed\n")


def test_a_dry_run_shows_what_it_would_write_and_writes_nothing(faces):
    (faces / "Barack_Obama/meta.json").write_text('{"position": "Senator"}')
    result = run("data/faces", "people.csv", "--column_data", "name=0", "position=1", "mail=4", "--dry_run")
    assert (
        "Barack_Obama: position: 'Senator' becomes 'President'; name: 'obama barack'; mail: 'o@x'"
        in result.output
    )
    assert result.output.endswith("1 person would change\n")
    assert written(faces) == {"position": "Senator"}


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (["position=1"], "must be name=COLUMN"),
        (["name=0", "position=first"], "'position=first' is not FIELD=COLUMN"),
        (["name=0", "name=1"], "name is given twice"),
        (["name=0", "=1"], "'=1' is not FIELD=COLUMN"),
    ],
)
def test_pairs_that_cannot_be_meant_are_wrong_usage(faces, pairs, told):
    result = run("data/faces", "people.csv", "--column_data", *pairs)
    assert result.exit_code == 2
    assert told in result.output


def test_a_missing_table_is_one_clear_line(faces):
    result = run("data/faces", "nowhere.csv", "--column_data", "name=0")
    assert (result.exit_code, result.stderr) == (1, "error: nowhere.csv: no such file\n")
