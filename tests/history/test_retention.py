import time

import pytest

from svod_rcgn.errors import HistoryError
from svod_rcgn.history.retention import DAY, HistorySettings, Housekeeping
from tests.patience import PATIENCE, wait_for


def test_what_is_past_its_time_is_deleted_at_the_start_and_again():
    limits = []
    keeper = Housekeeping([lambda limit: limits.append(limit) or 0], HistorySettings(2, housekeeping=0.01))
    keeper.start()
    wait_for(lambda: len(limits) >= 2)
    keeper.stop()
    assert limits[0] == pytest.approx(time.time() - 2 * DAY, abs=PATIENCE)


def test_a_failure_is_told_and_the_next_look_comes(caplog):
    calls = []

    def fail(limit):
        calls.append(limit)
        raise HistoryError("disk full")

    keeper = Housekeeping([fail], HistorySettings(2, housekeeping=0.01))
    keeper.start()
    wait_for(lambda: len(calls) >= 2)
    keeper.stop()
    assert "disk full" in caplog.text
