"""The server's side of a browser's video; fakes stand for the process that receives it."""

import asyncio
from collections.abc import Sequence

import numpy as np
import psutil
import pytest

from svod_rcgn.web.live.browser_video import BrowserVideos, VideoLostError, VideoPicture
from svod_rcgn.web.live.video_pipe import LONGEST_PICTURE, LONGEST_WORDS
from tests.web.live.fake_receiver import ANSWERS, fake

READS_NO_MORE = "sys.stdin.buffer.read()"
TOO_LONG = f"out.write(struct.pack('<I', {LONGEST_PICTURE + 1}))"
GREY = "bytes([128]) * (64 * 48 * 3 // 2)"


async def first_picture(videos: BrowserVideos) -> VideoPicture:
    async with videos.opened("v=0", "127.0.0.1") as (answer, video):
        assert answer == "v=0"
        return await video.newest()


def take(*lines: str) -> VideoPicture:
    return asyncio.run(first_picture(BrowserVideos((), command=fake(*lines))))


def test_a_picture_comes_when_it_is_asked_for_and_has_its_sides_and_colour():
    picture = take(
        ANSWERS, "assert read(1) == b'+'", f"say(struct.pack('<HH', 64, 48) + {GREY})", READS_NO_MORE
    )
    image = picture.decoded()
    assert (image.shape, image.dtype) == ((48, 64, 3), np.uint8)
    assert abs(int(image.mean()) - 130) < 5  # 128 of 16..235, as video has it


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("os.kill(os.getpid(), signal.SIGSEGV)",), "Segmentation fault"),
        ((ANSWERS, "read(1)", "os.kill(os.getpid(), signal.SIGKILL)"), "Killed"),
        (("sys.exit(3)",), "code 3"),
        ((ANSWERS, "read(1)"), "sends none any more"),
        (("say(b'no answer')", READS_NO_MORE), "no answer"),
        (("say(b'{\"error\": \"no video is offered\"}')", READS_NO_MORE), "no video is offered"),
        ((f"say(b'x' * {LONGEST_WORDS + 1})",), f"{LONGEST_WORDS + 1} bytes"),
        ((ANSWERS, TOO_LONG, "out.flush()", READS_NO_MORE), "the most"),
        ((ANSWERS, "say(b'xy')", READS_NO_MORE), "no picture"),
        ((ANSWERS, f"say(struct.pack('<HH', 64, 50) + {GREY})", READS_NO_MORE), "64x50"),
        ((ANSWERS, "say(struct.pack('<HH', 3, 2) + bytes(9))", READS_NO_MORE), "3x2"),
        ((ANSWERS, "say(struct.pack('<HH', 0, 0))", READS_NO_MORE), "0x0"),
        ((ANSWERS, "say(struct.pack('<HH', 65534, 65534))", READS_NO_MORE), "65534x65534"),
    ],
)  # fmt: skip
def test_a_process_that_dies_or_says_what_it_must_not_ends_the_video_in_one_sentence(
    lines: Sequence[str], told: str
):
    with pytest.raises(VideoLostError, match=told):
        take(*lines)


def test_a_process_that_hangs_is_waited_for_so_long(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("svod_rcgn.web.live.browser_video._AGREEING", 0.1)
    with pytest.raises(VideoLostError, match=r"nothing came for 0\.1 seconds"):
        take(READS_NO_MORE)


def test_a_program_that_is_not_there_is_told():
    with pytest.raises(VideoLostError, match="cannot be started"):
        asyncio.run(first_picture(BrowserVideos((), command=("/nowhere/python",))))


def test_so_many_are_taken_at_once_and_each_process_ends_with_its_video():
    async def open_several() -> None:
        videos = BrowserVideos((), most=1, command=fake(ANSWERS, READS_NO_MORE))
        before = set(psutil.Process().children())
        for _ in range(2):
            async with videos.opened("v=0", "127.0.0.1"):
                (process,) = set(psutil.Process().children()) - before
                with pytest.raises(VideoLostError, match="1 browser"):
                    async with videos.opened("v=0", "127.0.0.1"):
                        pass
            assert not process.is_running()

    asyncio.run(open_several())
