import json

import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.people.fields import plan, write

COLUMNS = {"position": 1, "name": 0, "links": 2}


@pytest.fixture
def faces(tmp_path):
    for name in ("Barack_Obama", "Zoë_Müller", "Anna_Красная", ".hidden"):
        (tmp_path / "faces" / name).mkdir(parents=True)
    return tmp_path / "faces"


@pytest.fixture
def table(tmp_path):
    def make(*rows):
        (tmp_path / "people.csv").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        return tmp_path / "people.csv"

    return make


def meta(faces, person):
    return json.loads((faces / person / "meta.json").read_text(encoding="utf-8"))


def test_fields_are_written_to_the_persons_folder_and_merged_with_what_is_there(faces, table):
    (faces / "Barack_Obama" / "meta.json").write_text('{"position": "Senator", "born": 1961, "links": ["x"]}')
    write(plan(faces, table("Barack Obama,President,", "Zoë Müller,CEO,a; b"), COLUMNS))
    assert meta(faces, "Barack_Obama") == {
        "position": "President", "born": 1961, "links": ["x"], "name": "Barack Obama",
    }  # fmt: skip
    assert meta(faces, "Zoë_Müller") == {"name": "Zoë Müller", "position": "CEO", "links": ["a", "b"]}
    assert not (faces / "Anna_Красная" / "meta.json").exists()


@pytest.mark.parametrize(
    "name",
    ["Zoë Müller", "zoe muller", "MÜLLER, ZOË", "Zoe_Muller", "  zoe\u0308   mu\u0308ller ", "Muller-Zoe"],
)
def test_a_name_finds_its_folder_whatever_its_case_accents_underscores_and_order(faces, table, name):
    (found,) = plan(faces, table(f'"{name}",CEO,x'), COLUMNS).people
    assert found.folder == faces / "Zoë_Müller"


def test_planning_writes_nothing_and_names_who_is_left_over(faces, table):
    planned = plan(faces, table("Barack Obama,President,x", "Joe Biden,Vice,x"), COLUMNS)
    assert (planned.without_row, planned.without_person) == (["Anna_Красная", "Zoë_Müller"], ["Joe Biden"])
    assert not list(faces.rglob("meta.json"))


@pytest.mark.parametrize(
    "header", ["Full name,Title,Web", "Employee,Position,Web", "ФИО,Должность,Сайт", "name,position,links"]
)
def test_a_row_of_headings_is_noticed(faces, table, header):
    planned = plan(faces, table(header, "Barack Obama,President,x"), COLUMNS)
    assert planned.header == header.split(",")
    assert planned.without_person == []


@pytest.mark.parametrize("first", ["Barack Obama,Head of position,x", "Joe Biden,Vice,x"])
def test_a_row_of_a_person_is_not_taken_for_headings(faces, table, first):
    assert plan(faces, table(first, "Zoë Müller,CEO,x"), COLUMNS).header is None


def test_what_fits_several_is_told_and_not_written(faces, table):
    (faces / "Obama_Barack").mkdir()
    rows = "OBAMA BARACK,one,x", "Zoë Müller,two,x", "Müller Zoë,three,x"
    planned = plan(faces, table(*rows), COLUMNS)
    assert planned.people == []
    assert planned.ambiguous == ["OBAMA BARACK", "Zoë Müller", "Müller Zoë"]


def test_of_two_folders_that_a_name_fits_the_one_with_its_very_words_is_meant(faces, table):
    (faces / "Obama_Barack").mkdir()
    planned = plan(faces, table("Barack Obama,one,x", "Obama Barack,two,x"), COLUMNS)
    assert {each.folder.name: each.after["position"] for each in planned.people} == {
        "Barack_Obama": "one", "Obama_Barack": "two",
    }  # fmt: skip


def test_a_row_that_is_too_short_says_nothing_of_the_missing_fields(faces, table):
    write(plan(faces, table("Zoë Müller,CEO,x", "Barack Obama"), COLUMNS))
    assert meta(faces, "Barack_Obama") == {"name": "Barack Obama"}


def test_a_second_time_nothing_changes(faces, table):
    rows = table("Barack Obama,President,a;b")
    write(plan(faces, rows, COLUMNS))
    assert [each.changes for each in plan(faces, rows, COLUMNS).people] == [{}]


@pytest.mark.parametrize(
    ("columns", "told"), [({"name": 0, "links": 3}, r"people\.csv: links=3, but columns are 0 to 2")]
)
def test_a_column_that_is_not_there_is_told(faces, table, columns, told):
    with pytest.raises(InputError, match=told):
        plan(faces, table("Barack Obama,President,x"), columns)


def test_a_meta_json_that_cannot_be_read_stops_all_before_anything_is_written(faces, table):
    (faces / "Zoë_Müller" / "meta.json").write_text("{broken")
    with pytest.raises(InputError, match=r"Zoë_Müller/meta\.json"):
        write(plan(faces, table("Barack Obama,President,x", "Zoë Müller,CEO,x"), COLUMNS))
    assert not (faces / "Barack_Obama" / "meta.json").exists()


def test_an_input_folder_without_persons_is_told(tmp_path, table):
    rows = table("Barack Obama,President,x")
    with pytest.raises(InputError, match="no such folder"):
        plan(tmp_path / "nowhere", rows, COLUMNS)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no folders of persons"):
        plan(tmp_path / "empty", rows, COLUMNS)
