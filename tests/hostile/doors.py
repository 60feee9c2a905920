"""Commands run in this process, as they are, with stages that need no networks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import click
from click.testing import CliRunner, Result

from svod_rcgn.faces.settings import Paths
from tests.faces.runs import Studio

UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_DEFECT = "Traceback"


def ran(command: click.Command, *words: object, encoding: str = "utf-8", data: bool = False) -> Result:
    """A command's result, after what holds of every command whatever it is fed with.

    `data` says that it prints JSON or CSV, which are UTF-8 whatever the terminal's encoding.
    """
    done = CliRunner(charset=encoding).invoke(command, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code in (0, 1, 2)
    for printed, kept in ((done.stdout_bytes, "utf-8" if data else encoding), (done.stderr_bytes, encoding)):
        text = printed.decode(kept)  # fails where it is not what it should be
        assert not UNWANTED.search(text.replace("\r\n", "\n")), ascii(text)
        assert _DEFECT not in text
    if done.exit_code == 1:
        *_, last = done.stderr.splitlines()
        assert last.startswith("error: ")
    return done


@contextmanager
def without_networks(studio: Studio) -> Iterator[None]:
    """`prepare.py` works with the stages of a studio."""

    @contextmanager
    def opened(paths: Paths, device: str, settings: object) -> Iterator[object]:
        yield studio.executor()

    with (
        mock.patch("svod_rcgn.faces.executors.choose.open_executor", opened),
        mock.patch("svod_rcgn.commands.training_summary.is_listened_to", return_value=False),
    ):
        yield


def folders(data: Path) -> list[object]:
    """The options that tell commands where a studio's folders lie."""
    names = ("input_dir", "aligned_dir", "classifiers_dir")
    return [
        word for name, of in zip(names, ("faces", "aligned", "classifiers"), strict=True)
        for word in (f"--{name}", data / of)
    ]  # fmt: skip


def stores(data: Path) -> list[object]:
    """And those that hold people besides."""
    return [*folders(data), "--clarify_dir", data / "clarify", "--history_dir", data / "events"]
