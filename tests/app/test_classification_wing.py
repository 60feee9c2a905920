import pytest

from svod_rcgn.app.classification_wing import ClassificationWing
from svod_rcgn.app.event_service import EventServiceSettings
from svod_rcgn.app.process import CameraSetup, build_cameras, open_service
from svod_rcgn.classification.stages.classify import Classifier
from svod_rcgn.errors import ModelError
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.media.sources import Health
from svod_rcgn.networks.class_labels import ClassLabel
from svod_rcgn.notify.console import StdoutNotifier
from svod_rcgn.notify.wording import Wording
from svod_rcgn.records import PICTURE, Frame
from svod_rcgn.retry import RetrySettings
from tests.classification.fakes import ByBrightness, flat, make_classifier
from tests.patience import PATIENCE

DOOR = ClassLabel("the door is shut"), ClassLabel("the door is open")


def _load(name: str) -> Classifier:
    return make_classifier(name=name, labels=DOOR)


class Door:
    """A film of ten frames a second, as bright as the levels say."""

    name, live, still = "door", False, False
    frames_per_second = 10.0
    health = Health()

    def __init__(self, levels: list[int]) -> None:
        self._levels = levels
        self.frame_count = len(levels)

    def frames(self):
        for index, level in enumerate(self._levels):
            yield Frame(flat(level), index, index / 10, self.name)

    def stop(self) -> None:
        """It ends by itself."""


def _watched(door: Door, wing: ClassificationWing) -> list[str]:
    setup = CameraSetup(door, [], [StdoutNotifier(Wording(live=False, period=5.0))])
    with open_service(EventServiceSettings(history_dir=None), [], [wing]) as service:
        cameras = build_cameras([setup], [wing], service, VideoSettings(), RetrySettings())
        cameras.start()
        while cameras.poll():
            cameras.wait(PATIENCE)
        cameras.raise_error()
        return [str(visit.subject) for visit in cameras.summaries["door"].visits]


def test_a_door_that_stands_open_for_most_of_five_seconds_is_announced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    flickering = [255 if index % 10 else 0 for index in range(80)]
    assert _watched(Door(flickering), ClassificationWing(["door"], _load)) == ["the door is open"]
    assert "the door is open" in capsys.readouterr().out


def test_a_door_that_opens_for_a_moment_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    levels = [0] * 60 + [255] * 10 + [0] * 30
    assert _watched(Door(levels), ClassificationWing(["door"], _load)) == ["the door is shut"]
    assert "open" not in capsys.readouterr().out


def test_what_is_not_known_is_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    strange = make_classifier(ByBrightness(lambda _: 0.1), labels=DOOR, least_nearness=0.5)
    assert _watched(Door([255] * 80), ClassificationWing(["door"], lambda _: strange)) == []
    assert capsys.readouterr().out == ""


def test_networks_are_read_again_all_or_none() -> None:
    names = {"door": ["door"], "light": ["light"]}

    def load(name: str) -> Classifier:
        if not names[name]:
            raise ModelError(f"{name}: damaged")
        return make_classifier(name=name, labels=(ClassLabel(names[name].pop()), ClassLabel("b")))

    wing = ClassificationWing(["door", "light"], load)
    analyzer = wing.analyzer(still=True)
    dark = Frame(flat(0), 0, 0.0, "camera")
    assert [seen.label for seen in analyzer.analyze(dark)] == ["door", "light"]
    names["door"] = ["gate"]
    with pytest.raises(ModelError, match="light: damaged"):
        wing.read_again()
    assert [seen.label for seen in analyzer.analyze(dark)] == ["door", "light"]
    names["door"], names["light"] = ["gate"], ["lamp"]
    wing.read_again()()
    assert [seen.label for seen in analyzer.analyze(dark)] == ["gate", "lamp"]
    assert wing.kind == PICTURE
