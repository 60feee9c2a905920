"""A browser's camera, as pictures and as video: `python -m benchmarks.browser_camera --faces FOLDER`.

A face that moves from left to right is sent to `svod web` with the real networks, 15 pictures a second of
640x480: as JPEG over the WebSocket, and by WebRTC from a process that encodes VP8 with libvpx as browsers do.
Which picture of the video a label is about is told by where the face is. Processor time is that of the server
and of the process that receives the video, analysis and all; of the sender nothing is counted.
"""

import json
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE
from threading import Thread
from typing import Any, NamedTuple

import click
import cv2
import numpy as np
import psutil
from websockets.sync.client import ClientConnection

from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
from benchmarks.material import Material, pictures_of, taught
from benchmarks.processes import ROOT, FailedError
from benchmarks.served import asking, open_socket, served
from svod_rcgn.records import Image
from svod_rcgn.storage.images import read_picture
from svod_rcgn.web.live.browser_video import COMMAND, is_installed
from svod_rcgn.web.live.video_pipe import LENGTH, MORE

PART = "page"
RATE = 15  # pictures a second
WIDTH, HEIGHT = 640, 480
SHOTS, STEP = 20, 6  # pictures of a face that moves, and by how many pixels
SECONDS, TIMES = 10.0, 5
QUALITY = 80  # of the page's JPEG
WARM = 3.0  # seconds after which a video's rate is found
LABEL = Limit(20)
PICTURES, VIDEO = "browser's camera", "browser's camera as video"

_LENGTH = struct.Struct("<I")
_PATIENCE = 60.0


def measure(
    link: str, process: psutil.Process, moved: Sequence[Image], times: int = TIMES, seconds: float = SECONDS
) -> Iterator[Told]:
    """Both ways, over a server whose page is at `link`.

    Args:
        link: With its token.
        process: The server's.
        moved: Pictures of a face that moves, each a little further to the right.
        times: How often these go there and back, as fast as they are answered.
        seconds: How long either way is followed at the rate of a camera.
    """
    pictures = [_jpeg(each) for each in moved]
    with _asked(link) as socket:
        way = [*pictures, *reversed(pictures)] * (times + 1)
        labels = tuple(_labelled(socket, picture)[0] for picture in way)[2 * len(pictures) :]
        yield Figure(PART, f"{PICTURES}, picture to label", "ms", labels, LABEL, f"{WIDTH}x{HEIGHT}")
        places = np.array([_labelled(socket, picture)[1] for picture in pictures])
        yield from _figures(PICTURES, _follow_pictures(socket, process, pictures, seconds))
    if not is_installed():
        yield Skipped(PART, VIDEO, "pip install 'svod-rcgn[webrtc]'")
        return
    try:
        with _asked(link) as socket, _sending(moved) as sender:
            yield from _figures(VIDEO, _follow_video(socket, process, sender, places, seconds))
    except FailedError as error:  # as on a machine so busy that no video begins in time
        yield Skipped(PART, VIDEO, str(error))


def moved(image: Image) -> list[Image]:
    """The picture, each time a little further to the right, as a face that moves is."""
    small = cv2.resize(image, (WIDTH, HEIGHT))
    return [np.roll(small, STEP * number, axis=1) for number in range(SHOTS)]


def _jpeg(image: Image) -> bytes:
    """As the page makes it."""
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


class _Followed(NamedTuple):
    """Milliseconds from each picture to its label, of processor time a label, and KiB sent a second."""

    labels: tuple[float, ...]
    worked: float
    sent: float


def _figures(name: str, followed: _Followed) -> Iterator[Figure]:
    name = f"{name} at {RATE}/s"
    yield Figure(PART, f"{name}, picture to label", "ms", followed.labels)
    yield Figure(PART, f"{name}, processor time a label", "ms", (followed.worked,))
    yield Figure(PART, f"{name}, sent", "KiB a second", (followed.sent,))


def _asked(link: str) -> ClientConnection:
    host, headers = asking(link)
    return open_socket(f"ws://{host}/api/webcam?faces=1", Origin=f"http://{host}", **headers)


def _labelled(socket: ClientConnection, picture: bytes) -> tuple[float, float]:
    """Milliseconds from a picture that leaves to its answer, to and fro, and where the face is, 0..1."""
    head = json.dumps({"number": 1}).encode()
    begun = time.perf_counter()
    socket.send(_LENGTH.pack(len(head)) + head + picture)
    place = _place(socket)
    return 1000 * (time.perf_counter() - begun), place


def _place(socket: ClientConnection) -> float:
    answer = json.loads(socket.recv(timeout=_PATIENCE))
    if not answer.get("seen"):
        raise FailedError(f"no face was found: {answer}")
    return float(answer["seen"][0]["box"][0])


def _follow_pictures(
    socket: ClientConnection, process: psutil.Process, pictures: Sequence[bytes], seconds: float
) -> _Followed:
    begun, worked = time.monotonic(), _worked(process)
    labels = []
    for number in range(round(seconds * RATE)):
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        labels.append(_labelled(socket, pictures[number % len(pictures)])[0])
    worked = 1000 * (_worked(process) - worked) / len(labels)
    return _Followed(tuple(labels), worked, RATE * sum(map(len, pictures)) / len(pictures) / 1024)


def _worked(process: psutil.Process) -> float:
    """Seconds of a processor, of the server and of what it has started."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


@contextmanager
def _sending(images: Sequence[Image], rate: float = RATE) -> Iterator["subprocess.Popen[str]"]:
    """A process that sends a film as a browser does; see `tests.web.live.video_sender`."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder, "film.npy")
        np.save(film, np.stack(images))
        command = [sys.executable, "-m", "tests.web.live.video_sender", str(film), str(rate)]
        with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()


def _follow_video(
    socket: ClientConnection,
    process: psutil.Process,
    sender: "subprocess.Popen[str]",
    places: Any,
    seconds: float,
) -> _Followed:
    socket.send(json.dumps(_said(sender)))
    _tell(sender, json.loads(socket.recv(timeout=_PATIENCE)))
    went: list[dict[str, Any]] = []
    follower = Thread(target=lambda: went.extend(map(json.loads, sender.stdout or ())), daemon=True)
    follower.start()
    _heard(socket, min(WARM, seconds))
    worked = _worked(process)
    heard = _heard(socket, seconds)
    worked = 1000 * (_worked(process) - worked) / len(heard)
    _leave(sender)
    follower.join(_PATIENCE)
    if follower.is_alive():
        raise FailedError("the sender of the video does not end")
    *times, sent = (each.get("at") or each["sent"] / 1024 for each in went)
    labels = tuple(1000 * (at - _went(times, places, at, place)) for at, place in heard)
    return _Followed(labels, worked, sent / (times[-1] - times[0]))


def _heard(socket: ClientConnection, seconds: float) -> list[tuple[float, float]]:
    """When answers came for so long, and where the face was; those without one are left out."""
    end = time.monotonic() + seconds
    heard = []
    while time.monotonic() < end or (not heard and time.monotonic() < end + _PATIENCE):
        if seen := json.loads(socket.recv(timeout=_PATIENCE)).get("seen"):
            heard.append((time.monotonic(), float(seen[0]["box"][0])))
    return heard


def _went(went: Sequence[float], places: Any, before: float, place: float) -> float:
    """When the last picture went that has the face there."""
    shot = int(np.abs(places - place).argmin())
    return max(at for number, at in enumerate(went) if number % len(places) == shot and at <= before)


def _said(sender: "subprocess.Popen[str]") -> Any:
    assert sender.stdout
    return json.loads(sender.stdout.readline())


def _tell(sender: "subprocess.Popen[str]", answer: Any) -> None:
    if "answer" not in answer:
        raise FailedError(f"there is no video: {answer}")
    assert sender.stdin
    sender.stdin.write(json.dumps(answer) + "\n")
    sender.stdin.flush()


def _leave(sender: "subprocess.Popen[str]") -> None:
    """Have it end; its last line is how many bytes it sent."""
    assert sender.stdin
    sender.stdin.close()


def measure_meetings(count: int) -> Iterator[Figure]:
    """How many receivers do not end as they should that were met, gave a picture and were left."""
    codes = [_met([np.zeros((HEIGHT, WIDTH, 3), np.uint8)]) for _ in range(count)]
    note = ", ".join(sorted({str(code) for code in codes}))
    yield Figure(
        PART, f"receivers of {count} that crashed", "", (sum(map(bool, codes)),), note=f"codes: {note}"
    )


def _met(images: Sequence[Image]) -> int:
    """The code with which a receiver ends whose browser goes."""
    with _sending(images) as sender, subprocess.Popen(COMMAND, cwd=ROOT, stdin=PIPE, stdout=PIPE) as process:
        request = json.dumps({**_said(sender), "own": ["127.0.0.1"], "page": "127.0.0.1"}).encode()
        _tell(sender, json.loads(_asked_for(process, LENGTH.pack(len(request)) + request)))
        _asked_for(process, MORE)
        _leave(sender)
        while _asked_for(process, MORE):
            pass
        assert process.stdin
        with suppress(BrokenPipeError):
            process.stdin.close()
        return process.wait(_PATIENCE)


def _asked_for(process: "subprocess.Popen[bytes]", words: bytes) -> bytes:
    """The message that comes after these words; empty at the end."""
    assert process.stdin
    assert process.stdout
    with suppress(BrokenPipeError):
        process.stdin.write(words)
        process.stdin.flush()
    head = process.stdout.read(LENGTH.size)
    return process.stdout.read(*LENGTH.unpack(head)) if head else b""


@click.command()
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--seconds", default=SECONDS, show_default=True, help="How long each way is followed.")
@click.option("--meetings", default=0, show_default=True, help="How many receivers are met and left.")
def main(faces: Path, seconds: float, meetings: int) -> None:
    """Measure a browser's camera as pictures and as video."""
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers")))
        images = moved(read_picture(pictures_of(faces)[0]))
        with served(Path(folder), material) as (link, process):
            print_told(measure(link, process, images, seconds=seconds))
        if meetings:
            print_told(measure_meetings(meetings))


if __name__ == "__main__":
    main()
