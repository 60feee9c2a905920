"""A script tells by the exit code what went wrong, and finds one line that says why."""

import pytest

from tests.golden import failures
from tests.golden.homes import Home
from tests.golden.records import read

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", failures.CASES)
def test_bad_input_is_answered_in_the_same_form_as_ever(case: str, troubled: Home) -> None:
    assert failures.answered(troubled, case) == read("failures")[case]


def test_every_case_that_was_kept_is_still_tried() -> None:
    assert set(failures.CASES) == set(read("failures"))
