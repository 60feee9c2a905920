"""Each row of the bank, put through the real command's door."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
import zmq
from click.testing import Result

from svod_rcgn.app.actions import Actions
from svod_rcgn.commands import control, events, fill_meta, models, people, prepare
from svod_rcgn.control.server import ControlServer
from svod_rcgn.control.settings import ControlSettings
from tests.faces.runs import Studio, picture
from tests.hostile.bank import Row, names_of, rows
from tests.hostile.doors import folders, ran, stores, without_networks
from tests.patience import PATIENCE

ROWS = tuple(rows())
Door = Callable[[bytes, Path], Result]

pytestmark = pytest.mark.usefixtures("undrawn")


def through_table(data: bytes, folder: Path) -> Result:
    (folder / "faces" / "Ada").mkdir(parents=True)
    (folder / "table.csv").write_bytes(data)
    return ran(
        fill_meta.main, folder / "faces", folder / "table.csv", "--column_data", "name=0", "position=1"
    )


def through_archive(data: bytes, folder: Path) -> Result:
    (folder / "archive").write_bytes(data)
    picture(folder / "faces" / "Bob" / "own.png")
    with without_networks(Studio(folder)):
        done = ran(prepare.main, *folders(folder), "--download", folder / "archive")
    assert {path.name for path in folder.iterdir()} <= {
        "archive", "faces", "aligned", "classifiers", ".faces.lock", ".aligned.lock", ".classifiers.lock",
    }  # fmt: skip
    return done


def through_person(data: bytes, folder: Path) -> Result:
    picture(folder / "faces" / "Ada" / "1.png")
    (folder / "faces" / "Ada" / "meta.json").write_bytes(data)
    with without_networks(Studio(folder)):
        done = ran(prepare.main, *folders(folder))
    assert (folder / "faces" / "Ada" / "meta.json").read_bytes() == data
    return done


def through_card(data: bytes, folder: Path) -> Result:
    (folder / "models" / "a").mkdir(parents=True)
    (folder / "models" / "a" / "model.json").write_bytes(data)
    assert ran(models.main, "list", "--models_dir", folder / "models").exit_code == 0
    return ran(models.main, "info", folder / "models" / "a")


def through_index(data: bytes, folder: Path) -> Result:
    (folder / "aligned").mkdir()
    (folder / "aligned" / "index.json").write_bytes(data)
    picture(folder / "faces" / "Bob" / "1.png")
    done = ran(people.main, "list", *stores(folder))
    with without_networks(Studio(folder)):  # which makes it again, whatever it was
        assert ran(prepare.main, *folders(folder)).exit_code == 0
    return done


def through_classifiers(data: bytes, folder: Path) -> Result:
    (folder / "classifiers").mkdir()
    (folder / "classifiers" / "meta.json").write_bytes(data)
    return ran(people.main, "list", *stores(folder))


def through_history(data: bytes, folder: Path) -> Result:
    (folder / "events.db").write_bytes(data)
    return ran(events.main, "--history_dir", folder)


def through_message(data: bytes, folder: Path) -> Result:
    """Sent raw to a camera, which answers and goes on; the answer is then what a client would be told."""
    cameras = mock.Mock(status=lambda: ())
    actions = Actions(cameras, lambda: None, lambda: None, lambda: ())
    server = ControlServer(ControlSettings(port=0), actions.by_name())
    server.start()
    try:
        with _connected(server.port) as connection:
            connection.send(data)
            answer = connection.recv()
        assert ran(control.main, "status", "--listener_port", server.port, data=True).exit_code == 0
    finally:
        server.close()
    assert not cameras.stop.called
    return through_reply(answer, folder)


def through_reply(data: bytes, folder: Path) -> Result:
    """Answered by something that is no camera."""
    context = zmq.Context()
    socket = context.socket(zmq.REP)
    port = socket.bind_to_random_port("tcp://127.0.0.1")

    def answer() -> None:
        socket.recv()
        socket.send(data)

    thread = threading.Thread(target=answer)
    thread.start()
    done = ran(control.main, "status", "--listener_port", port, "--timeout", PATIENCE, data=True)
    thread.join()
    socket.close()
    context.term()
    return done


@contextmanager
def _connected(port: int) -> Iterator["zmq.Socket[bytes]"]:
    context = zmq.Context()
    connection = context.socket(zmq.REQ)
    connection.setsockopt(zmq.LINGER, 0)
    connection.setsockopt(zmq.RCVTIMEO, round(1000 * PATIENCE))
    connection.connect(f"tcp://127.0.0.1:{port}")
    yield connection
    connection.close()
    context.term()


DOORS: dict[str, Door] = {
    "table": through_table,
    "archive": through_archive,
    "person": through_person,
    "card": through_card,
    "index": through_index,
    "classifiers": through_classifiers,
    "history": through_history,
    "message": through_message,
    "reply": through_reply,
}


@pytest.mark.parametrize("row", ROWS, ids=names_of(ROWS))
def test_what_comes_of_it_is_what_the_bank_says(row: Row, tmp_path: Path) -> None:
    done = DOORS[row.door](row.make(), tmp_path)
    assert done.exit_code == int(row.fails), done.output
    told = done.stderr if row.fails else done.output
    assert re.search(row.told, told), told


def test_every_door_is_used_and_no_two_rows_are_called_alike() -> None:
    assert {row.door for row in ROWS} == set(DOORS)
    assert len(set(names_of(ROWS))) == len(ROWS)
