import numpy as np
import pytest

from svod_rcgn.faces.enrolment.session import (
    SOMEBODY_ELSE,
    TOO_MUCH_ALIKE,
    Candidate,
    EnrolmentSession,
    doubt,
)
from svod_rcgn.faces.records import Match
from svod_rcgn.faces.settings import SessionSettings
from svod_rcgn.geometry import unit_rows

AHEAD, LEFT, RIGHT = 0.0, 30.0, -30.0


def face(number: int, person: int = 0) -> np.ndarray:
    """A picture of a person; two of one person are alike by 0.8, of two persons by 0."""
    row = np.zeros((1, 40), np.float32)
    row[0, person] = 2.0
    row[0, 10 + number] = 1.0
    return unit_rows(row)[0]


def look(turn: float, number: int, person: int = 0) -> Candidate:
    return Candidate(turn, lambda: face(number, person))


def session(pictures: int = 1) -> EnrolmentSession:
    return EnrolmentSession(SessionSettings(pictures=pictures))


def test_ahead_left_and_right_are_asked_for_in_turn():
    told = session(2)
    prompts = [told.advice.prompt]
    for number, turn in enumerate((AHEAD, LEFT, RIGHT) * 2):
        advice = told.look(look(turn, number))
        assert (advice.took, advice.taken, advice.wanted, advice.fault) == (True, number + 1, 6, "")
        prompts.append(advice.prompt)
    assert prompts == [
        "look ahead", "look left", "look right", "look ahead", "look left", "look right", "thank you"
    ]  # fmt: skip
    assert told.is_complete
    assert [portrait.pose for portrait in told.taken] == ["ahead", "left", "right"] * 2


def test_poses_come_in_any_order():
    told = session()
    for number, turn in enumerate((RIGHT, AHEAD, LEFT)):
        assert told.look(look(turn, number)).took
    assert told.is_complete
    assert told.missing == ""


@pytest.mark.parametrize(
    ("before", "turn", "way"),
    [
        ((LEFT,), 17, "right"),  # asked to look ahead, and still turned
        ((AHEAD,), 16, "left"),
        ((AHEAD,), AHEAD, "left"),
        ((AHEAD,), 60, "right"),  # too far
        ((AHEAD, LEFT), LEFT, "right"),
        ((AHEAD, LEFT), -60, "left"),
    ],
)
def test_who_looks_elsewhere_is_told_which_way_to_turn(before: tuple[float, ...], turn: float, way: str):
    told = session()
    for number, earlier in enumerate(before):
        told.look(look(earlier, number))
    advice = told.look(look(turn, 20))
    assert (advice.took, advice.fault) == (False, f"turn further to the {way}")


def test_an_embedding_is_computed_for_wished_poses_only():
    told = session()
    told.look(look(AHEAD, 0))
    told.look(Candidate(AHEAD, lambda: pytest.fail("asked for in vain")))


def test_a_frame_that_repeats_one_is_not_taken():
    told = session(2)
    told.look(look(AHEAD, 0))
    assert told.look(look(LEFT, 0)).fault == TOO_MUCH_ALIKE
    assert told.look(look(AHEAD, 1)).took


def test_all_pictures_are_of_one_person():
    told = session()
    told.look(look(AHEAD, 0))
    advice = told.look(look(LEFT, 1, person=1))
    assert (advice.took, advice.fault) == (False, SOMEBODY_ELSE)
    assert told.look(look(LEFT, 2)).took


def test_what_is_wrong_with_a_frame_is_passed_on_and_the_most_frequent_trouble_is_remembered():
    told = session()
    assert told.refuse("too small: 31 pixels wide").fault == "too small: 31 pixels wide"
    told.refuse("too small: 32 pixels wide")
    told.refuse("no face")
    assert told.trouble == "too small"
    assert (told.advice.taken, told.advice.fault) == (0, "")


def test_every_pose_once_is_enough_to_learn_from():
    told = session(2)
    for number, turn in enumerate((AHEAD, LEFT, LEFT)):
        told.look(look(turn, number))
    assert not told.is_enough
    assert told.missing == "1 looking ahead, 2 looking right"
    told.look(look(RIGHT, 5))
    assert told.is_enough
    assert not told.is_complete


def test_nothing_is_taken_after_the_last():
    told = session()
    for number, turn in enumerate((AHEAD, LEFT, RIGHT)):
        told.look(look(turn, number))
    assert told.look(look(AHEAD, 9)) == told.advice
    assert len(told.taken) == 3


@pytest.mark.parametrize(
    ("match", "people", "said"),
    [
        (Match(None, 0.1, 0.2, "Joe"), ["Joe"], ""),
        (Match("Ann", 0.9, 0.8, "Ann"), ["Ann", "Joe"], ""),
        (Match("Joe", 0.9, 0.8, "Joe"), ["Joe"], "Ann looks like Joe, who is enrolled already (score 0.90)"),
        (
            Match(None, 0.1, 0.2, "Joe"), ["Ann", "Joe"],
            "Ann looks less like the Ann who is enrolled already than like Joe",
        ),
        (Match(None, 0.1, 0.2, "Ann"), ["Ann", "Joe"], ""),
    ],
)  # fmt: skip
def test_who_looks_like_another_is_told(match: Match, people: list[str], said: str):
    assert doubt(match, "Ann", people) == said
