import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.storage.spreadsheets import read_cell, read_rows


@pytest.mark.parametrize(
    ("encoding", "row"),
    [
        ("utf-8", "Zoë Müller,Präsidentin"),
        ("utf-8-sig", "Анна,Директор"),
        ("utf-16", "Zoë,Präsidentin"),
        ("cp1252", "José Peña,Dirección"),
        ("cp1251", "Анна Красная,Директор"),
        ("koi8-r", "Анна Красная,Директор"),
        ("mac-roman", "Zoë Müller,Präsidentin"),
        ("gb18030", "王小明,总经理"),
    ],
)
def test_the_encoding_is_found_out(tmp_path, encoding, row):
    (tmp_path / "a.csv").write_bytes(f"{row}\r\n".encode(encoding))
    assert read_rows(tmp_path / "a.csv") == [row.split(",")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out_though_others_stand_in_the_cells(tmp_path, delimiter):
    rows = [["Anna Lee", "Head, of; all | that", "x"], ["Bo", 'the "best"', "a\nb"], ["Cy", "", ""]]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    (tmp_path / "a.csv").write_text("\n".join(quoted) + "\n\n", newline="")
    assert read_rows(tmp_path / "a.csv") == rows


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("CEO", "CEO"),
        ("Foo, Inc.", "Foo, Inc."),
        ("", ""),
        ('["CEO", "Founder"]', ["CEO", "Founder"]),
        ("['CEO', 'Founder, Owner']", ["CEO", "Founder, Owner"]),
        ("[2019, 2020]", ["2019", "2020"]),
        ("[]", []),
        ("[draft] note", "[draft] note"),
        ("[__import__('os').system('x')]", "[__import__('os').system('x')]"),
        ("CEO; Founder ;", ["CEO", "Founder"]),
        ("CEO|Founder", ["CEO", "Founder"]),
        ("CEO\nFounder; Owner", ["CEO", "Founder; Owner"]),
        ("https://a/1; https://b/2", ["https://a/1", "https://b/2"]),
        ("https://a/1;jsessionid=2", "https://a/1;jsessionid=2"),
    ],
)
def test_cells_that_are_lists_become_lists_and_the_others_stay(cell, value):
    assert read_cell(cell) == value


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "no such file"), (b"", "is empty"), (b"\n , ,\n", "is empty"), (bytes(range(256)) * 40, "")],
)
def test_what_is_no_table_is_one_clear_line(tmp_path, content, told):
    if content is not None:
        (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=rf"a\.csv: .*{told}"):
        read_rows(tmp_path / "a.csv")
