import gc
from collections.abc import Iterator

import pytest

from svod_rcgn.app.process import expect_many_records


@pytest.fixture
def looks() -> Iterator[list[str]]:
    """Each time that garbage is looked for, at first as often as by Python itself, whatever ran before."""
    before, found = gc.get_threshold(), list[str]()
    gc.set_threshold(700, 10, 10)

    def look(phase: str, _: dict[str, int]) -> None:
        found.append(phase)

    gc.callbacks.append(look)
    yield found
    gc.callbacks.remove(look)
    gc.set_threshold(*before)


def test_where_many_records_are_expected_garbage_is_looked_for_less_often(looks: list[str]):
    def read() -> int:
        looks.clear()
        kept = [[number] for number in range(60_000)]
        return len(looks) * bool(kept)

    usual = read()
    expect_many_records()
    assert 0 < read() < usual / 10
