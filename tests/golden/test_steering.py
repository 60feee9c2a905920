"""A program that steers a running camera is answered as before."""

from typing import Any

import pytest

from tests.golden import steering
from tests.golden.homes import Home
from tests.golden.records import differences, read


@pytest.fixture(scope="module")
def steered(taught: Home) -> dict[str, Any]:
    return steering.recorded(taught)


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.parametrize("part", read("control"))
def test_a_running_camera_answers_as_before(part: str, steered: dict[str, Any]) -> None:
    assert differences(read("control")[part], steered[part]) == []


def test_the_client_asks_as_before() -> None:
    """A camera that was not updated yet understands it."""
    assert differences(read("control")["sent by the client"], steering.recorded_requests()) == []


@pytest.mark.slow
def test_keys_are_made_under_the_same_names_and_for_their_owner_alone(troubled: Home) -> None:
    assert steering.recorded_keys(troubled) == read("keys")
