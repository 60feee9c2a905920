"""Clips: from before a moment to after it, bounded, and written without holding up who shows frames."""

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from svod_rcgn.media.clips import RATE, ClipRecorder

pytestmark = pytest.mark.slow


def shown(clips: ClipRecorder, start: float, seconds: float) -> None:
    """Frames whose brightness is ten times their time."""
    for step in range(round(30 * seconds)):
        time = start + step / 30
        clips.look(np.full((90, 160, 3), min(10 * time, 255), np.uint8), time)


def levels(film: Path) -> list[float]:
    capture = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG)
    found = []
    while (read := capture.read())[0]:
        found.append(float(read[1].mean()) / 10)
    capture.release()
    return found


def test_a_clip_shows_what_was_before_and_after(tmp_path: Path):
    clips, written = ClipRecorder(before=2.0), []
    shown(clips, 0, 6)
    clips.begin(tmp_path / "a.mp4", 6.0, (2.0, 3.0), lambda: written.append("a"))
    shown(clips, 6, 6)
    clips.close()
    assert written == ["a"]
    film = levels(tmp_path / "a.mp4")
    assert len(film) / RATE == pytest.approx(5.0, abs=0.3)
    assert film[0] == pytest.approx(4.0, abs=0.4)
    assert film[-1] == pytest.approx(9.0, abs=0.4)


def test_a_clip_that_grows_when_all_ends_is_written_as_far_as_it_came(tmp_path: Path):
    clips = ClipRecorder(before=2.0)
    shown(clips, 0, 3)
    clips.begin(tmp_path / "a.mp4", 3.0, (1.0, 60.0), lambda: None)
    shown(clips, 3, 1)
    clips.close()
    assert len(levels(tmp_path / "a.mp4")) / RATE == pytest.approx(2.0, abs=0.3)


def test_other_seconds_before_leave_clips_that_grow_alone(tmp_path: Path):
    clips = ClipRecorder(before=2.0)
    shown(clips, 0, 3)
    clips.begin(tmp_path / "a.mp4", 3.0, (1.0, 2.0), lambda: None)
    shown(clips, 3, 1)
    clips.hold(0.5)
    shown(clips, 4, 2)
    clips.begin(tmp_path / "b.mp4", 6.0, (2.0, 0.0), lambda: None)
    clips.close()
    assert len(levels(tmp_path / "a.mp4")) / RATE == pytest.approx(3.0, abs=0.3)
    assert len(levels(tmp_path / "b.mp4")) / RATE == pytest.approx(0.5, abs=0.3)


def test_what_is_held_is_bounded(tmp_path: Path):
    clips = ClipRecorder(before=1000.0, most_bytes=20_000)
    noise = np.random.default_rng(0)
    for step in range(100):
        clips.look(noise.integers(0, 255, (90, 160, 3), np.uint8), step / 10)
    clips.begin(tmp_path / "a.mp4", 10.0, (1000.0, 1000.0), lambda: None)
    for step in range(100, 200):
        clips.look(noise.integers(0, 255, (90, 160, 3), np.uint8), step / 10)
    clips.close()
    assert 0 < len(levels(tmp_path / "a.mp4")) < 20


def test_a_clip_that_cannot_be_written_ends_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    clips, written = ClipRecorder(before=1.0), []
    shown(clips, 0, 1)
    clips.begin(tmp_path / "nowhere" / "a.mp4", 1.0, (1.0, 0.2), lambda: written.append("a"))
    clips.begin(tmp_path / "b.mp4", 1.0, (1.0, 0.2), lambda: written.append("b"))
    with caplog.at_level(logging.WARNING):
        shown(clips, 1, 1)
        clips.close()
    assert written == ["b"]
    assert "a clip was not written" in caplog.text
