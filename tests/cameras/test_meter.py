import pytest

from svod_rcgn.cameras import meter as metering
from svod_rcgn.cameras.meter import Meter, Pace


class FakeClock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_before_the_first_answer_there_is_no_pace():
    assert Meter().pace() == Pace(0.0, None, None)


def test_rate_and_latencies_are_those_of_the_answers():
    clock = FakeClock()
    meter = Meter(clock)
    for number in range(1, 101):
        clock.now = number / 10
        meter.answered(captured=clock.now - number / 1000)
    pace = meter.pace()
    assert pace.frames_per_second == pytest.approx(10)
    assert pace.latency_median == pytest.approx(0.0505)
    assert pace.latency_p95 == pytest.approx(0.095, abs=0.001)


def test_a_single_answer_is_its_own_median():
    clock = FakeClock()
    meter = Meter(clock)
    clock.now = 2.0
    meter.answered(captured=1.5)
    assert meter.pace() == Pace(0.5, 0.5, 0.5)


def test_what_is_over_a_minute_old_does_not_count():
    clock = FakeClock()
    meter = Meter(clock)
    meter.answered(captured=-9)
    clock.now = 100.0
    meter.answered(captured=99)
    assert meter.pace() == Pace(pytest.approx(1 / 60), 1.0, 1.0)
    clock.now = 200.0
    assert meter.pace() == Pace(0.0, None, None)


def test_memory_is_bounded_and_the_rate_stays_right(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(metering, "MOST", 50)
    clock = FakeClock()
    meter = Meter(clock)
    for number in range(1000):
        clock.now = number / 100
        meter.answered(captured=clock.now)
    assert meter.pace().frames_per_second == pytest.approx(100, rel=0.05)
