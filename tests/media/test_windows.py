import cv2
import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.media.windows import Screen, Window
from tests.fakes import BLUE, RED, picture


class FakeDesktop:
    """Stands in for OpenCV's windows: keys are pressed as told, one a look."""

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.gone: set[str] = set()
        self.opened: list[str] = []
        self.shown: list[tuple[str, np.ndarray]] = []
        self.destroyed: list[str] = []

    def press(self, milliseconds: int) -> int:
        return self.keys.pop(0) if self.keys else -1


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> FakeDesktop:
    fake = FakeDesktop()
    monkeypatch.setattr(cv2, "namedWindow", lambda title, _: fake.opened.append(title))
    monkeypatch.setattr(cv2, "imshow", lambda title, image: fake.shown.append((title, image)))
    monkeypatch.setattr(cv2, "waitKey", fake.press)
    monkeypatch.setattr(cv2, "getWindowProperty", lambda title, _: float(title not in fake.gone))
    monkeypatch.setattr(cv2, "destroyWindow", fake.destroyed.append)
    return fake


def test_each_window_shows_only_the_newest_picture(desktop: FakeDesktop):
    door, yard = Window("door"), Window("yard")
    screen = Screen([door, yard])
    assert desktop.opened == ["door", "yard"]
    door.write(picture(RED), 0)
    door.write(picture(BLUE), 0.1)
    screen.refresh()
    screen.refresh()
    ((title, image),) = desktop.shown
    assert (title, tuple(image[0, 0])) == ("door", BLUE)


@pytest.mark.parametrize("key", [ord("q"), ord("Q"), 27, 27 + 256])
def test_keys_close_all_windows(desktop: FakeDesktop, key: int):
    windows = [Window("door"), Window("yard")]
    screen = Screen(windows)
    screen.refresh()
    assert screen.open_windows == windows
    desktop.keys.append(key)
    screen.refresh()
    assert [window.closed for window in windows] == [True, True]
    assert desktop.destroyed == ["door", "yard"]


def test_other_keys_do_not_close_a_window(desktop: FakeDesktop):
    window = Window("door")
    screen = Screen([window])
    desktop.keys.extend([ord("x"), 0, 255])
    for _ in range(3):
        screen.refresh()
    assert not window.closed


def test_a_windows_own_button_closes_that_one(desktop: FakeDesktop):
    door, yard = Window("door"), Window("yard")
    screen = Screen([door, yard])
    for window in (door, yard):
        window.write(picture(RED), 0)
    screen.refresh()
    desktop.gone.add("door")
    screen.refresh()
    assert (door.closed, yard.closed) == (True, False)


def test_a_window_that_has_shown_nothing_yet_is_not_taken_for_closed(desktop: FakeDesktop):
    window = Window("door")
    desktop.gone.add("door")
    Screen([window]).refresh()
    assert not window.closed


def test_a_closed_window_is_not_opened_again_by_a_picture(desktop: FakeDesktop):
    window = Window("door")
    screen = Screen([window])
    screen.close()
    window.write(picture(RED), 0)
    screen.refresh()
    assert (desktop.shown, desktop.destroyed, screen.open_windows) == ([], ["door"], [])


def test_the_last_picture_is_held_until_a_key(desktop: FakeDesktop):
    window = Window("me.png")
    screen = Screen([window])
    desktop.keys.extend([-1, -1, -1, ord("q")])
    screen.hold()
    assert window.closed
    assert desktop.keys == []


def test_an_opencv_without_windows_is_told(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise cv2.error("The function is not implemented")

    monkeypatch.setattr(cv2, "namedWindow", refuse)
    with pytest.raises(InputError, match="add --no_window"):
        Screen([Window("film")])
