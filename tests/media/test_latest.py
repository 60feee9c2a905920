from threading import Thread

import pytest

from svod_rcgn.media.latest import Closed, Latest
from tests.patience import PATIENCE


def test_only_the_newest_is_kept_and_the_others_are_counted():
    latest: Latest[int] = Latest()
    for number in range(5):
        latest.put(number)
    assert latest.take(0) == 4
    assert latest.dropped == 4
    latest.put(5)
    assert (latest.take(0), latest.dropped) == (5, 4)


def test_nothing_in_time_is_told():
    with pytest.raises(TimeoutError):
        Latest().take(0.01)


def test_what_came_before_the_end_can_still_be_taken():
    latest: Latest[str] = Latest()
    latest.put("last")
    latest.close()
    latest.put("too late")
    assert latest.take(0) == "last"
    with pytest.raises(Closed):
        latest.take(0)


@pytest.mark.parametrize("end", [lambda latest: latest.close(), lambda latest: latest.put(1)])
def test_whoever_waits_is_woken(end):
    latest: Latest[int] = Latest()
    outcomes: list[object] = []

    def wait() -> None:
        try:
            outcomes.append(latest.take(2 * PATIENCE))
        except Closed:
            outcomes.append("closed")

    thread = Thread(target=wait, daemon=True)
    thread.start()
    end(latest)
    thread.join(PATIENCE)
    assert outcomes in (["closed"], [1])
