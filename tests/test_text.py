import pytest

from svod_rcgn.text import counted


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 faces were"), (1, "1 face was"), (2, "2 faces were"), (12_000, "12,000 faces were")],
)
def test_a_number_of_things_is_told_as_a_person_would(number, told):
    assert counted(number, "face", ("was", "were")) == told
    assert counted(number, "face") == told.rpartition(" ")[0]


def test_several_of_what_ends_in_s_take_es():
    assert counted(1, "class") == "1 class"
    assert counted(2, "class") == "2 classes"
