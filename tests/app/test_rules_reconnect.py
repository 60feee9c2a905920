"""Rules on a camera on the network whose connection breaks while a rule holds."""

from pathlib import Path
from time import sleep

import pytest

from svod_rcgn.app.event_service import EventServiceSettings
from svod_rcgn.app.process import CameraSetup, build_cameras, open_service
from svod_rcgn.app.rule_service import RulesInUse
from svod_rcgn.history.visits import VisitQuery, visits
from svod_rcgn.media.settings import LiveSettings, VideoSettings
from svod_rcgn.media.sources import open_source
from svod_rcgn.records import Frame, Observation
from svod_rcgn.retry import RetrySettings
from svod_rcgn.rules.rule_file import parse_rules
from tests.app.car_watch import CarSpotter, CarWing
from tests.app.test_rule_service import RULE
from tests.fakes import BLUE, RED, FakeNotifier
from tests.media.sources.network_cameras import Connection, MjpegCamera
from tests.patience import PATIENCE, wait_for

SMALL = 320
SOON = RetrySettings(first_pause=0.01, longest_pause=0.02)


class SizedWing(CarWing):
    """Sees a car on every frame, and notes how wide each was."""

    def __init__(self) -> None:
        self.widths: list[int] = []

    def analyzer(self, *, still: bool) -> "SizedSpotter":
        return SizedSpotter(self.widths)


class SizedSpotter(CarSpotter):
    def __init__(self, widths: list[int]) -> None:
        self._widths = widths

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        self._widths.append(frame.image.shape[1])
        return super().analyze(frame)


@pytest.mark.slow
def test_a_rule_that_holds_goes_on_through_a_reconnect_and_tells_nothing_twice(tmp_path: Path) -> None:
    text = parse_rules(RULE.format(seconds=0.3) + f"patience = {PATIENCE}\n", "rules.toml")
    wing, notifier = SizedWing(), FakeNotifier()

    def first(connection: Connection) -> None:
        while not any(event.rule == "car stays" for event in notifier.events):
            connection.pictures(RED, 1, 640, 480)

    with MjpegCamera(first, lambda connection: connection.for_ever(BLUE, SMALL, 240)) as camera:
        source = open_source(camera.url, LiveSettings(PATIENCE, SOON))
        rules = RulesInUse(lambda: text)
        with open_service(EventServiceSettings(tmp_path), [], [wing], rules) as service:
            cameras = build_cameras(
                [CameraSetup(source, [], [notifier])], [wing], service, VideoSettings(), SOON
            )
            cameras.start()
            wait_for(lambda: wing.widths.count(SMALL) > 20 and cameras.poll())
            cameras.stop()
            while cameras.poll():
                sleep(0.01)
    assert source.health.reconnects == 1
    assert [event.rule for event in notifier.events].count("car stays") == 1
    (entry,) = [each for each in visits(tmp_path, VisitQuery()) if each.rule == "car stays"]
    assert entry.over
