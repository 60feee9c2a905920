import pytest
from hypothesis import given
from hypothesis import strategies as st

from svod_rcgn.datasets.class_names import checked, folder_of, folders_of, name_of, readable
from svod_rcgn.errors import DatasetError
from tests.datasets.makers import ANY_NAMES

names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(names)
def test_a_name_can_be_read_back_from_its_folder(name):
    assert name_of(folder_of(name)) == name


@pytest.mark.parametrize("name", ANY_NAMES)
def test_no_name_leads_out_of_its_folder_or_is_refused_by_some_system(name, tmp_path):
    folder = folder_of(checked(name))
    assert name_of(folder) == checked(name)
    assert not set(folder) & set('<>:"/\\|?*')
    assert folder not in (".", "..", "CON")
    assert not folder.startswith(".")
    assert not folder.endswith((".", " "))
    (tmp_path / folder).mkdir()
    assert [path.name for path in tmp_path.iterdir()] == [folder]


def test_names_that_differ_in_case_have_folders_that_do_not():
    folders = folders_of(["cat", "Cat", "CAT", "dog"])
    assert len({folder.casefold() for folder in folders.values()}) == 4
    assert {name_of(folder) for folder in folders.values()} == {"cat", "Cat", "CAT", "dog"}


def test_a_percent_sign_that_escapes_nothing_stays_one():
    assert name_of("50% off") == "50% off"
    assert name_of("a%FFb") == "a%FFb"


def test_composed_and_decomposed_names_are_one():
    assert checked("Zoe\u0308") == checked("Zo\u00eb")


def test_bytes_that_are_no_text_are_written_out():
    assert readable(b"M\xfcller".decode("utf-8", "surrogateescape")) == "M\\xfcller"


@pytest.mark.parametrize(
    ("name", "told"), [("  ", "is empty"), ("a\nb", "control"), ("x" * 201, "over 200 bytes")]
)
def test_a_name_that_cannot_be_one_is_refused_in_one_line(name, told):
    with pytest.raises(DatasetError, match=told) as error:
        checked(name)
    assert "\n" not in str(error.value)
