import logging

import pytest

from svod_rcgn.commands.watch import run
from svod_rcgn.errors import ClassifierError


class Broken:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self):
        raise self.error


@pytest.mark.parametrize("error", [ClassifierError("meta.json: damaged"), OSError("disk is gone")])
def test_classifiers_that_cannot_be_read_leave_those_in_use(
    error: Exception, caplog: pytest.LogCaptureFixture
):
    run.reload({"classifiers": Broken(error)})
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert f"the classifiers in use are kept: {error}" in caplog.text


def test_new_classifiers_take_the_place_of_those_in_use():
    replaced: list[object] = []
    run.reload({"classifiers": lambda: replaced.append("new")})
    assert replaced == ["new"]
