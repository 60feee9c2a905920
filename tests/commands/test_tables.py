import pytest

from svod_rcgn.commands import training_summary
from svod_rcgn.faces.enrolment import AlignedIndex, AlignedPicture


class Pictures(list):
    """Counts how often somebody goes through it."""

    gone_through = 0

    def __iter__(self):
        self.gone_through += 1
        return super().__iter__()


def aligned(person, number, reason=None):
    return AlignedPicture(person, "faces", f"{person}/{number}.png", f"{person}{number}", "recipe", reason)


def rows(capsys):
    return [line.replace("│", " ").split() for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def crowd():
    """One more than are listed, of whom one has a picture refused."""
    names = [f"P{number:03}" for number in range(training_summary.MOST_LISTED)]
    return Pictures([aligned("Ann", 1), aligned("Ann", 2, "no face"), *(aligned(name, 1) for name in names)])


def test_few_persons_are_all_listed_with_what_was_refused(capsys):
    training_summary.print_persons(
        AlignedIndex(16, [aligned("Bob", 1), aligned("Ann", 1), aligned("Ann", 2, "no face")])
    )
    told = rows(capsys)
    assert ["Ann", "2", "1", "2.png:", "no", "face"] in told
    assert ["Bob", "1", "1"] in told
    assert not [line for line in told if "listed" in line]


def test_of_many_persons_those_with_refused_pictures_are_listed_and_the_others_counted(crowd, capsys):
    training_summary.print_persons(AlignedIndex(16, crowd))
    told = rows(capsys)
    assert ["Ann", "2", "1", "2.png:", "no", "face"] in told
    assert not [line for line in told if "P000" in line]
    assert " ".join(told[-1]) == "200 persons of whom every picture was used are not listed"


def test_where_nothing_of_many_was_refused_their_number_is_all(crowd, capsys):
    training_summary.print_persons(AlignedIndex(16, [aligned("Zoe", 1), *crowd[2:]]))
    assert capsys.readouterr().out == "201 persons of whom every picture was used are not listed\n"


def test_the_pictures_are_gone_through_once_however_many_persons_there_are(crowd):
    training_summary.print_persons(AlignedIndex(16, crowd))
    assert crowd.gone_through == 1
