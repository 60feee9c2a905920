"""What the page costs, and how soon it answers: `python -m benchmarks.web --faces FOLDER`.

Viewers and events are measured over a server whose analyzers are fakes, so that the server alone is counted:
a camera of 640x480 gives 15 pictures a second, and each viewer is a process of its own. Pictures that are
posted and those of a browser's camera are answered by `svod web` in a process of its own, with the real
networks, over classifiers that were taught with FOLDER.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http import HTTPStatus
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import psutil
import requests

from benchmarks import browser_camera, processes
from benchmarks.figures import Figure, Limit, print_told
from benchmarks.material import Material, pictures_of, taught
from benchmarks.served import asking, open_socket, served
from svod_rcgn.app.face_recogniser import open_recogniser
from svod_rcgn.history.database import FILE, Database
from svod_rcgn.records import FACE, Box, Frame, Image
from svod_rcgn.storage.images import encode_jpeg, read_picture
from svod_rcgn.web.access.roles import Role
from tests.fakes import sighting
from tests.web.site import Site, serving

PART = "page"
RATE = 15  # pictures a second
WIDTH, HEIGHT = 640, 480
SECONDS = 10.0
EVENTS = 100_000
CLIENTS = 20
TIMES = 5
ROUNDS = 3  # of four viewers who come and go
VIEW = "/api/cameras/0/view"
ONE_VIEWER, FOUR_VIEWERS = Limit(0.05), Limit(0.08)
EVENTS_OPEN = Limit(0.5)

_PATIENCE = 60.0
_SEEN = (sighting("Ada", Box(100, 100, 200, 200), 0.9, track=1),)
_INSERT = (
    "INSERT INTO visits (person, camera, first, last, score, over, kind, label, event, rule) "
    "VALUES (?, ?, ?, ?, 0.9, 1, ?, ?, ?, 'presence')"
)


def measure(
    material: Material, seconds: float = SECONDS, rounds: int = ROUNDS, times: int = TIMES
) -> Iterator[Figure]:
    """All of it; `rounds` is how often four viewers come and go, `seconds` how long each scene lasts."""
    yield from measure_viewers(seconds, rounds)
    yield from measure_events()
    yield from measure_answers(material, seconds, times)


def measure_viewers(seconds: float, rounds: int) -> Iterator[Figure]:
    """What viewers take of a core above a loop without, and what those leave who have gone."""
    pictures = _pictures()
    yield Figure(PART, "floor: one JPEG a picture", "of a core", (_encoding(pictures),))
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as site:
        nobody = _share(site, pictures, 0, seconds)
        for count, limit in ((1, ONE_VIEWER), (4, FOUR_VIEWERS)):
            used = _share(site, pictures, count, seconds) - nobody
            name = f"{count} viewer{'s' if count > 1 else ''} over none"
            yield Figure(PART, name, "of a core", (used,), limit)
        before = _memory()
        for _ in range(rounds):
            _share(site, pictures, 4, seconds)
        note = f"{4 * rounds} of them, {_memory() - before:+.1f} MiB"
        yield Figure(PART, "memory after viewers came and went", "MiB", (_memory(),), note=note)


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


def _pictures() -> list[Image]:
    """Noise is the dearest to encode, an even picture the cheapest: half of each."""
    rng = np.random.default_rng(0)
    ground = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
    noise = rng.integers(0, 256, (30, HEIGHT // 2, WIDTH, 3), np.uint8)
    return [np.concatenate([ground[: HEIGHT // 2], each]) for each in noise]


def _encoding(pictures: Sequence[Image]) -> float:
    begun = time.process_time()
    for picture in pictures:
        encode_jpeg(picture)
    return RATE * (time.process_time() - begun) / len(pictures)


def _share(site: Site, pictures: Sequence[Image], viewers: int, seconds: float) -> float:
    """Of a core, by this process, while so many look."""
    with _looking(site, viewers):
        begun, used = time.monotonic(), time.process_time()
        for number in range(round(seconds * RATE)):
            site.feed.see(Frame(pictures[number % len(pictures)], number, time.time(), "hall"), _SEEN)
            time.sleep(max(0.0, begun + (number + 1) / RATE - time.monotonic()))
        return (time.process_time() - used) / (time.monotonic() - begun)


@contextmanager
def _looking(site: Site, viewers: int) -> Iterator[None]:
    """So many viewers, each a process of its own, from when all of them are there."""
    context = multiprocessing.get_context("spawn")
    done, there = context.Event(), context.Semaphore(0)
    cookie = site.cookie(Role.VIEWER)["Cookie"]
    looking = [context.Process(target=_look, args=(site.host, cookie, there, done)) for _ in range(viewers)]
    for each in looking:
        each.start()
    for _ in looking:
        there.acquire(timeout=_PATIENCE)
    try:
        yield
    finally:
        done.set()
        site.feed.see(Frame(np.zeros((HEIGHT, WIDTH, 3), np.uint8), 0, time.time(), "hall"), _SEEN)
        for each in looking:
            each.join(_PATIENCE)


def _look(host: str, cookie: str, there: Any, done: Event) -> None:
    with open_socket(f"ws://{host}{VIEW}", Origin=f"http://{host}", Cookie=cookie) as socket:
        there.release()
        while not done.is_set():
            socket.recv(timeout=_PATIENCE)
            socket.send("k")


def measure_events(count: int = EVENTS) -> Iterator[Figure]:
    """How soon a page of very many events is there."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as site:
        _remember(Path(folder), count)
        asked = {
            "the newest": "/api/events",
            "of one person": "/api/events?person=P7",
            "of a camera and a day": "/api/events?camera=cam2&since=1000500000&until=1000586400",
            "what can be chosen from": "/api/events/choices",
        }
        for name, path in asked.items():
            samples = tuple(_seconds(site, path) for _ in range(TIMES))
            yield Figure(PART, f"{count:,} events, {name}", "s", samples, EVENTS_OPEN)


def _remember(folder: Path, count: int) -> None:
    rows = [
        (f"P{n % 50}", f"cam{n % 4}", 1e9 + 10.0 * n, 1e9 + 10.0 * n + 5, FACE, f"P{n % 50}", f"e{n}")
        for n in range(count)
    ]
    with closing(Database(folder / FILE)) as database, database.transaction() as connection:
        connection.executemany(_INSERT, rows)


def _seconds(site: Site, path: str) -> float:
    begun = time.perf_counter()
    site.ask("GET", path).raise_for_status()
    return time.perf_counter() - begun


def measure_answers(material: Material, seconds: float, times: int) -> Iterator[Figure]:
    """The start, a browser's camera, and pictures that many post, by `svod web` with the real networks."""
    moved = browser_camera.moved(read_picture(pictures_of(material.faces)[0]))
    picture = encode_jpeg(moved[0])
    begun = processes.now()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), material) as (link, process):
        _post(link, picture)
        yield Figure(PART, "start to the first answer", "s", (processes.now() - begun,))
        yield from browser_camera.measure(link, process, moved, times, seconds)
        for clients in (1, CLIENTS):
            rate = _posted(link, picture, clients, seconds)
            yield Figure(PART, f"pictures posted by {clients}", "a second", (rate,))
    bare = _bare(material, picture, seconds)
    yield Figure(PART, "the same pictures without a server", "a second", (bare,))


def _post(link: str, picture: bytes, session: requests.Session | None = None) -> None:
    host, headers = asking(link)
    told = (session or requests).post(
        f"http://{host}/api/faces",
        data=picture,
        headers={**headers, "Content-Type": "image/jpeg"},
        timeout=_PATIENCE,
    )
    if told.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        time.sleep(float(told.headers["Retry-After"]))
        _post(link, picture, session)
    else:
        told.raise_for_status()


def _posted(link: str, picture: bytes, clients: int, seconds: float) -> float:
    """How many of the pictures that so many post at once are answered in a second."""
    end = time.monotonic() + seconds

    def post_on(_: int) -> int:
        count = 0
        with requests.Session() as session:
            while time.monotonic() < end:
                _post(link, picture, session)
                count += 1
        return count

    begun = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        count = sum(pool.map(post_on, range(clients)))
    return count / (time.monotonic() - begun)


def _bare(material: Material, picture: bytes, seconds: float) -> float:
    """How many are answered in a second by the recogniser itself, one after the other."""
    recogniser = open_recogniser(
        material.classifiers_dir, face_network=material.embedding_dir, detector_dir=material.detection_dir
    )
    begun, count = time.monotonic(), 0
    while time.monotonic() < begun + seconds:
        recogniser.look(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR))
        count += 1
    return count / (time.monotonic() - begun)


@click.command()
@click.option("--faces", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--seconds", default=SECONDS, show_default=True, help="How long each scene lasts.")
@click.option("--rounds", default=ROUNDS, show_default=True, help="How often four viewers come and go.")
def main(faces: Path, seconds: float, rounds: int) -> None:
    """Measure what the page costs."""
    with tempfile.TemporaryDirectory() as folder:
        material = taught(Material(faces, Path(folder, "classifiers")))
        print_told(measure(material, seconds, rounds))


if __name__ == "__main__":
    main()
