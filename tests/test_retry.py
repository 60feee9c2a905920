from threading import Event
from time import monotonic

from svod_rcgn.retry import Backoff, RetrySettings
from tests.patience import PATIENCE


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_pauses_double_up_to_a_minute():
    backoff = Backoff(RetrySettings(), Event(), FakeClock())
    assert [backoff.fail() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert backoff.failures == 9


def test_pauses_stay_finite_for_ever():
    backoff = Backoff(RetrySettings(), Event(), FakeClock())
    assert {backoff.fail() for _ in range(5000)} == {1, 2, 4, 8, 16, 32, 60}


def test_counting_begins_anew_after_what_was_sound():
    clock = FakeClock()
    backoff = Backoff(RetrySettings(), Event(), clock)
    for seconds, pause in ((0, 1), (9.9, 2), (10, 1), (0, 2)):
        backoff.begin()
        clock.now += seconds
        assert backoff.fail() == pause


def test_a_stop_ends_a_pause_at_once():
    stopped, begun = Event(), monotonic()
    stopped.set()
    Backoff(RetrySettings(), stopped).pause(2 * PATIENCE)
    assert monotonic() - begun < PATIENCE
