"""The command lines that people and their scripts have written stay right."""

import pytest

from tests.golden import options
from tests.golden.records import read


@pytest.mark.parametrize("name", options.NAMES)
def test_a_command_takes_every_option_that_it_took(name: str) -> None:
    old, new = read("options")[name], options.recorded()[name]
    assert options.changes(old, new) == []


def test_an_option_that_is_gone_or_another_is_told() -> None:
    old = options.recorded()["control"]
    new = options.recorded()["control"]
    del new["options"]["--host"]
    new["options"]["--timeout"]["default"] = 11.0
    new["options"]["--novel"] = {}
    assert options.changes(old, new) == [
        " --host: is gone",
        " --timeout/default: was 10.0, is 11.0",
    ]
