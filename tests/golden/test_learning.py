"""What a training leaves can be read by those who read it before, and by other machines."""

from pathlib import Path

import pytest

from tests.golden import learning
from tests.golden.homes import Home
from tests.golden.records import differences, read

pytestmark = [pytest.mark.weights, pytest.mark.slow]


def test_a_training_leaves_the_same_files_with_the_same_in_them(taught: Home) -> None:
    assert differences(read("learned"), learning.recorded(taught)) == []


def test_a_network_is_described_by_the_same_card(taught: Home) -> None:
    assert differences(read("cards"), learning.recorded_cards(taught)) == []


def test_a_published_set_is_packed_fetched_and_rolled_back_as_before(taught: Home) -> None:
    assert differences(read("exchange"), learning.recorded_exchange(taught)) == []


def test_a_measurement_is_written_as_before(taught: Home, demo_dir: Path) -> None:
    assert differences(read("evaluation"), learning.recorded_evaluation(taught, demo_dir)) == []
