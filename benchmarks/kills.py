"""Kills prepare.py with SIGKILL at random moments while a camera runs, and looks at what is left.

Each run learns the same people afresh. After each kill the classifiers must load, and the camera, told
to read them again, must answer.

    python -m benchmarks.kills --faces FOLDER --clip film.mp4 --kills 20
"""

import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from benchmarks.soak import Film, camera_handler, serving
from svod_rcgn import networks
from svod_rcgn.control.client import SVODClient
from svod_rcgn.errors import ControlError
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.settings import Paths
from svod_rcgn.storage import folders

ROOT = Path(__file__).parents[1]
READY = 60.0
MODELS = Paths().embedding_dir


def prepare(faces: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """Begin to learn."""
    words = ["--input_dir", faces, "--aligned_dir", folder / "aligned", "--classifiers_dir", folder / "known"]
    command = [sys.executable, ROOT / "prepare.py", *words, "--listener_port", "0"]
    return subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=subprocess.DEVNULL)


@contextmanager
def watching(source: str, folder: Path) -> Iterator[SVODClient]:
    """A camera that goes on until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--video_source", source, "--classifiers_dir", folder / "known", "--listener_port", port]
    command = [sys.executable, ROOT / "video.py", "--no_window", "--no_history", "--video_async", *words]
    camera = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        with SVODClient(port=port, timeout=10) as client:
            deadline = time.monotonic() + READY
            while time.monotonic() < deadline:
                with suppress(ControlError):
                    client.call("status")
                    break
            yield client
    finally:
        camera.terminate()
        camera.wait(30)


def one_kill(faces: Path, folder: Path, moment: float, model: str) -> bool:
    """Kill a run at a moment; whether it still ran then, and what is left loads."""
    run = prepare(faces, folder)
    with suppress(subprocess.TimeoutExpired):
        run.wait(moment)
    ran = run.poll() is None
    run.kill()
    run.wait()
    store.load(folder / "known", model)
    return ran


@click.command()
@click.option("--faces", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--clip", type=click.Path(path_type=Path, exists=True), required=True, help="What is watched.")
@click.option("--kills", default=20, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(*, faces: Path, clip: Path, kills: int, seed: int) -> None:
    """Kill prepare.py at random moments."""
    dice, model = random.Random(seed), networks.fingerprint(networks.read_card(ROOT / MODELS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.monotonic()
        if prepare(faces, folder).wait():
            sys.exit("prepare.py fails undisturbed")
        whole = time.monotonic() - begun
        with (
            serving(camera_handler(Film(clip))) as port,
            watching(f"http://127.0.0.1:{port}/", folder) as client,
        ):
            during = 0
            for _ in range(kills):
                folders.discard(folder / "aligned")
                during += one_kill(faces, folder, dice.uniform(0, whole), model)
                client.call("reload_classifiers")
            left = sorted(path.name for path in folder.iterdir())
        print(f"a whole run takes {whole:.1f} s; {during} of {kills} kills came while it ran")
        print(
            f"the classifiers loaded after each, and the camera read them each time; left: {', '.join(left)}"
        )


if __name__ == "__main__":
    main()
