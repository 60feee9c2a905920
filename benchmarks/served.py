"""`svod web` in a process of its own, and whoever asks it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import psutil
from websockets.sync.client import ClientConnection, connect

from benchmarks import processes
from benchmarks.material import Material

_LINK = re.compile(r"http://[\d.:]+/\?token=[\w-]+")


class Served(NamedTuple):
    """Where its page is, with the token, and its process."""

    link: str
    process: psutil.Process


@contextmanager
def served(folder: Path, material: Material) -> Iterator[Served]:
    """It without a camera, over the people of the material; what it keeps lies in the folder."""
    places = ("--history_dir", "--web_dir", "--clarify_dir", "--input_dir", "--aligned_dir")
    words = [str(word) for name in places for word in (name, folder / name.strip("-"))]
    words += ["--no_browser", "--port", "0", "--listener_port", "0", *material.options]
    command = [sys.executable, "-m", "svod_rcgn", "web", *words]
    with subprocess.Popen(command, cwd=processes.ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Served(_link_of(process), psutil.Process(process.pid))
        finally:
            process.terminate()


def _link_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    for line in process.stdout:
        if found := _LINK.search(line):
            return found[0]
    raise processes.FailedError("svod web ended before it said where its page is")


def asking(link: str) -> tuple[str, dict[str, str]]:
    """Where to ask, and what lets a program in."""
    address = urlsplit(link)
    return address.netloc, {"Authorization": f"Bearer {parse_qs(address.query)['token'][0]}"}


def open_socket(url: str, **headers: str) -> ClientConnection:
    """A WebSocket that takes all that comes, as it is."""
    return connect(url, additional_headers=headers, compression=None, proxy=None, max_size=None)
