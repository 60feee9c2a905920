"""Whoever listens to announcements, or reads the record of visits, hears and finds what was there before."""

from pathlib import Path
from typing import Any

import pytest

from tests.golden import watching
from tests.golden.homes import Home
from tests.golden.records import differences, read

pytestmark = [pytest.mark.weights, pytest.mark.slow]


@pytest.fixture(scope="module")
def announced(taught: Home, demo_dir: Path) -> dict[str, Any]:
    return watching.recorded(taught, demo_dir)


@pytest.mark.parametrize("part", read("announced"))
def test_a_person_and_a_stranger_are_told_and_kept_as_before(part: str, announced: dict[str, Any]) -> None:
    assert differences(read("announced")[part], announced[part]) == []


@pytest.mark.usefixtures("announced")
def test_the_record_of_visits_has_every_column_that_it_had(taught: Home) -> None:
    assert differences(read("schema"), watching.recorded_schema(taught), more=True) == []
