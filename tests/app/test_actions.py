import logging

import pytest

from svod_rcgn.app.actions import Actions
from svod_rcgn.cameras.supervisor import CameraSupervisor
from svod_rcgn.errors import ClassifierError, ControlError
from svod_rcgn.faces.recogniser import ClassifierStatus
from svod_rcgn.notify.delivery import ChannelStatus
from svod_rcgn.retry import RetrySettings

OLD, NEW = ClassifierStatus("monday", {"Ann": 2}), ClassifierStatus("tuesday", {"Ann": 2, "Ben": 1})


@pytest.fixture
def cameras():
    return CameraSupervisor([], RetrySettings())


def _actions(cameras, reload=lambda: NEW):
    return Actions(cameras, reload, lambda: OLD, lambda: (ChannelStatus("slack", 3, "down"),)).by_name()


def test_reloading_tells_what_is_in_use_now(cameras):
    assert _actions(cameras)["reload_classifiers"](None) == {
        "version": "tuesday",
        "classes": {"Ann": 2, "Ben": 1},
    }


def test_what_keeps_classifiers_out_reaches_the_caller(cameras):
    def refuse():
        raise ClassifierError("meta.json: damaged")

    with pytest.raises(ClassifierError, match="damaged"):
        _actions(cameras, refuse)["reload_classifiers"](None)


def test_the_status_tells_how_all_fares(cameras):
    status = _actions(cameras)["status"](None)
    assert status["uptime"] >= 0
    assert 1 << 20 < status["memory"] < 1 << 36
    assert status["threads"] >= 1
    assert list(status["cameras"]) == []
    assert status["classifiers"] == {"version": "monday", "classes": {"Ann": 2}}
    assert list(status["channels"]) == [{"channel": "slack", "waiting": 3, "problem": "down"}]


def test_details_can_be_shown_and_hidden(cameras):
    log = logging.getLogger("svod_rcgn")
    before = log.level
    try:
        for shown in (True, False):
            assert _actions(cameras)["debug"](shown) is shown
            assert log.isEnabledFor(logging.DEBUG) is shown
            assert _actions(cameras)["status"](None)["debug"] is shown
        assert not logging.getLogger("urllib3").isEnabledFor(logging.DEBUG)
    finally:
        log.setLevel(before)


def test_stop_stops(cameras):
    assert _actions(cameras)["stop"](None) is True
    assert cameras.is_stopped


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("debug", None),
        ("debug", "yes"),
        ("debug", 1),
        ("stop", {}),
        ("status", 0),
        ("reload_classifiers", "/etc"),
    ],
)
def test_wrong_data_is_refused_and_changes_nothing(cameras, action, data):
    with pytest.raises(ControlError, match=f"^{action}: takes "):
        _actions(cameras)[action](data)
    assert not cameras.is_stopped
