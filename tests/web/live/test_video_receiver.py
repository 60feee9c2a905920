"""The process that receives a browser's video, and what it is given; a sender in a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svod_rcgn.web.live.browser_video import (
    COMMAND,
    BrowserVideo,
    BrowserVideos,
    VideoLostError,
    is_installed,
)
from svod_rcgn.web.live.video_pipe import LENGTH, LONGEST_WORDS, MOST_PIXELS
from svod_rcgn.web.live.video_receiver import _addresses, _fitted, _without_others
from tests.fakes import RED, picture
from tests.patience import PATIENCE

HERE = "127.0.0.1"
with_webrtc = pytest.mark.skipif(not is_installed(), reason="WebRTC comes with [webrtc]")


@contextmanager
def sending(folder: Path, *images: Any) -> Iterator["subprocess.Popen[str]"]:
    """Something that sends a film as a browser does."""
    np.save(folder / "film.npy", np.stack(images))
    command = [sys.executable, "-m", "tests.web.live.video_sender", str(folder / "film.npy"), "15"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]", word: str) -> Any:
    assert process.stdout
    return json.loads(process.stdout.readline())[word]


async def follow(video: BrowserVideo) -> None:
    while True:
        await video.newest()


@with_webrtc
def test_a_video_is_received_at_the_address_that_was_given_until_the_browser_ends_it(tmp_path: Path):
    async def receive() -> None:
        offer = said(sender, "offer")
        async with BrowserVideos((HERE,)).opened(offer, HERE) as (answer, video):
            candidates = [line.split()[4] for line in answer.splitlines() if line.startswith("a=candidate")]
            assert set(candidates) == {HERE}
            assert sender.stdin
            sender.stdin.write(json.dumps({"answer": answer}) + "\n")
            sender.stdin.flush()
            image = (await video.newest()).decoded()
            assert image.shape == (48, 64, 3)
            assert np.abs(image.mean((0, 1)) - picture(RED).mean((0, 1))).max() < 20
            sender.stdin.close()
            with pytest.raises(VideoLostError, match="sends none any more"):
                await follow(video)

    with sending(tmp_path, picture(RED)) as sender:
        asyncio.run(receive())


@with_webrtc
@pytest.mark.parametrize("offer", ["no sdp", "v=0\r\nm=video x y z\r\n", "v=0\r\n" * 5000])
def test_an_offer_that_cannot_be_met_is_told(offer: str):
    async def offered() -> None:
        async with BrowserVideos((HERE,)).opened(offer, HERE):
            pass

    with pytest.raises(VideoLostError, match="cannot be met"):
        asyncio.run(offered())


def test_it_ends_with_its_standard_input_before_and_after_a_request():
    request = json.dumps({"offer": "v=0", "own": [HERE], "page": HERE}).encode()
    for words in (b"", LENGTH.pack(len(request)) + request[:5], LENGTH.pack(len(request)) + request):
        with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            assert process.stdin
            process.stdin.write(words)
            process.stdin.close()
            process.wait(PATIENCE)


@with_webrtc
def test_it_ends_with_its_standard_input_while_it_receives(tmp_path: Path):
    with sending(tmp_path, picture(RED)) as sender:
        request = json.dumps({"offer": said(sender, "offer"), "own": [HERE], "page": HERE}).encode()
        with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(LENGTH.pack(len(request)) + request)
            process.stdin.flush()
            (length,) = LENGTH.unpack(process.stdout.read(LENGTH.size))
            assert "answer" in json.loads(process.stdout.read(length))
            assert process.poll() is None
            process.stdin.close()
            assert process.wait(PATIENCE) == 0


def test_a_request_that_is_too_long_is_not_read():
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        process.stdin.write(LENGTH.pack(LONGEST_WORDS + 1))
        process.stdin.flush()
        assert process.wait(PATIENCE) == 1


@with_webrtc
def test_it_loads_none_of_the_libraries_beside_which_others_crash():
    code = (
        "import asyncio, sys; from svod_rcgn.web.live import video_receiver as receiver\n"
        "try: asyncio.run(receiver._answer(receiver._Newest(), 'no sdp', [], '127.0.0.1'))\n"
        "except ValueError: pass\n"
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "aiortc" in loaded.split()
    assert not {"cv2", "openvino", "sklearn", "scipy", "starlette", "uvicorn"} & set(loaded.split())


def test_other_addresses_than_the_pages_are_left_out_of_its_offer_and_so_are_names():
    def candidate(address: str) -> str:
        return f"a=candidate:1 1 udp 2113937151 {address} 50000 typ host\r\n"

    addresses = ("192.0.2.7", "192.0.2.8", "127.0.0.1", "0a1b.local", "camera.example.org")
    offer = "v=0\r\n" + "".join(map(candidate, addresses)) + "a=candidate:1\r\na=end-of-candidates\r\n"

    def left(page: str) -> str:
        return _without_others(offer, _addresses(page, ["192.0.2.8"]))

    begin, end = "v=0\r\n", "a=end-of-candidates\r\n"
    assert left("192.0.2.7") == begin + candidate("192.0.2.7") + end
    assert left("127.0.0.1") == begin + candidate("192.0.2.8") + candidate("127.0.0.1") + end


@pytest.mark.parametrize(
    ("sides", "fitted"),
    [((640, 480), (640, 480)), ((641, 479), (640, 478)), ((1, 1), (2, 2)), ((3840, 2160), (1926, 1082))],
)
def test_sides_are_even_and_pictures_not_too_large(sides: tuple[int, int], fitted: tuple[int, int]):
    assert _fitted(*sides) == fitted
    assert fitted[0] * fitted[1] <= MOST_PIXELS
