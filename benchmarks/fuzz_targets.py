"""What `benchmarks.fuzz` feeds with odd inputs: what reads from outside, used as the commands use it.

An error that a command tells in one line is an answer; anything else that is raised is a finding.
"""

import io
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svod_rcgn.control.messages import (
    Reply,
    Request,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
)
from svod_rcgn.datasets.from_archive import ArchiveRequest, gather
from svod_rcgn.errors import SvodError
from svod_rcgn.faces import enrolment
from svod_rcgn.faces.enrolment import AlignedIndex, AlignedPicture
from svod_rcgn.faces.enrolment.index import INDEX_FILE
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.gallery.store import ClassifierMeta, Person
from svod_rcgn.faces.people import all_stores, fields, known
from svod_rcgn.faces.records import Decision
from svod_rcgn.faces.settings import Paths
from svod_rcgn.faces.training.update import read_report
from svod_rcgn.networks import list_networks
from svod_rcgn.networks.card import CARD, ModelCard
from svod_rcgn.storage.files import encoded
from svod_rcgn.storage.remote.addresses import Address


class _Silence:
    def say(self, line: str) -> None:
        """Nobody listens."""

    def progress(self, done: int, total: int | None) -> None:
        """Nobody looks."""


def messages(data: bytes, _folder: Path) -> None:
    """Both directions of the control socket; what was understood must be sendable again."""
    request = decode_request(data)
    encode_request(request)
    encode_reply(Reply(ok=True, result=request.data))


def replies(data: bytes, _folder: Path) -> None:
    """What a camera, or something else on its port, answers."""
    decode_reply(data)


def archive(data: bytes, folder: Path) -> None:
    """`prepare.py --download`."""
    (folder / "archive").write_bytes(data)
    gather(ArchiveRequest(Address(str(folder / "archive"))), folder / "faces", _Silence())


def table(data: bytes, folder: Path) -> None:
    """`fill_meta.py`, and what it writes must be readable."""
    (folder / "faces" / "Ada_Lovelace").mkdir(parents=True)
    (folder / "table.csv").write_bytes(data)
    for _ in range(2):
        fields.write(fields.plan(folder / "faces", folder / "table.csv", {"name": 0, "position": 1}))


def card(data: bytes, folder: Path) -> None:
    """`models list` and `models info`."""
    (folder / "models" / "a").mkdir(parents=True)
    (folder / "models" / "a" / CARD).write_bytes(data)
    list_networks(folder / "models")


def index(data: bytes, folder: Path) -> None:
    """`people list`, and what a run takes from the last one's index."""
    paths = _paths(folder)
    paths.aligned_dir.mkdir()
    (paths.aligned_dir / INDEX_FILE).write_bytes(data)
    known(paths, all_stores(paths))
    found = enrolment.with_fields(enrolment.read_index(paths.aligned_dir), paths.aligned_dir)
    (folder / "fresh").mkdir()
    enrolment.write(folder / "fresh", found, enrolment.read_embeddings(paths.aligned_dir))
    if enrolment.read_index(folder / "fresh").fields != found.fields:
        raise AssertionError("the index does not come back as it was written")


def meta(data: bytes, folder: Path) -> None:
    """What is said of a person, of classifiers and of a training."""
    paths = _paths(folder)
    person = folder / "faces" / "Ada"
    person.mkdir(parents=True)
    paths.classifiers_dir.mkdir()
    for path in (
        person / "meta.json",
        paths.classifiers_dir / "meta.json",
        paths.classifiers_dir / "report.json",
    ):
        path.write_bytes(data)
    pictures = [AlignedPicture("Ada", "faces", "Ada/1.png", "0", "recipe")]
    read_report(paths.classifiers_dir)
    for read in (
        lambda: encoded(enrolment.with_fields(AlignedIndex(16, pictures), paths.aligned_dir)),
        lambda: known(paths, all_stores(paths)),
        lambda: store.read_meta(paths.classifiers_dir),
    ):
        _answer(read)


def _paths(folder: Path) -> Paths:
    return Paths(
        input_dir=folder / "faces",
        aligned_dir=folder / "aligned",
        classifiers_dir=folder / "classifiers",
        clarify_dir=folder / "clarify",
        history_dir=folder / "history",
    )


def _answer(work: Callable[[], Any]) -> None:
    """Do it; what a command tells in one line is as good an answer as a result."""
    with suppress(SvodError, OSError):
        work()


@dataclass(frozen=True, slots=True)
class Target:
    """What is fed, with what to begin; `json` says that values are changed as well as bytes."""

    feed: Callable[[bytes, Path], None]
    seeds: tuple[bytes, ...]
    json: bool = False


def _tar(mode: str, **entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as packed:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _zip(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return buffer.getvalue()


_FILES = {"Ada/1.jpg": b"picture" * 20, "Ada/meta.json": b"{}", "Émile/2.png": b"another"}
_CARD = ModelCard(
    "embedding", "FaceNet", "a.xml", {}, (160, 160), "NHWC", "RGB", 127.5, 128.0, "unit vector", "MIT",
    "here", "0" * 64, embedding_length=512, margin=0.1,
)  # fmt: skip
_INDEX = AlignedIndex(
    160,
    [
        AlignedPicture(
            "Ada", "faces", "Ada/1.png", "0" * 64, "r", crop="Ada/1.png", box=(0, 1, 2, 3), score=0.9
        ),
        AlignedPicture("M\\xfcller", "faces", "M\\xfcller/2.png", "1" * 64, "r", "no face"),
    ],
    {"Ada": {"position": "Countess"}},
)
_META = ClassifierMeta(
    1, "2026-01-01T00:00:00+00:00", "0" * 16, {"numpy": "2.0"}, [Person("Ada", "Ada", 3, {"position": "C"})],
    Decision(0.5, 0.4, 0.1, 0.4, 25, 0.001, measured=False), {"gallery.npz": "0" * 64},
)  # fmt: skip
_TABLE = 'name;position\r\nAda Lovelace;"Countess; ""first"" of all"\r\n'

TARGETS: Mapping[str, Target] = {
    "messages": Target(messages, (encode_request(Request("debug", {"a": [1, True]})),), json=True),
    "replies": Target(replies, (encode_reply(Reply(ok=False, error="no")),), json=True),
    "archive": Target(archive, (_tar("w", **_FILES), _tar("w:gz", **_FILES), _zip(**_FILES))),
    "table": Target(table, tuple(_TABLE.encode(name) for name in ("utf-8", "utf-16", "cp1252"))),
    "card": Target(card, (encoded(_CARD),), json=True),
    "index": Target(index, (encoded(_INDEX),), json=True),
    "meta": Target(meta, (encoded({"position": ["Countess"]}), encoded(_META)), json=True),
}


def fed(target: Target) -> Callable[[bytes], None]:
    """Feeds one input in a folder of its own."""

    def feed(data: bytes) -> None:
        folder = Path(tempfile.mkdtemp(prefix="svod-fuzz-"))
        try:
            _answer(lambda: target.feed(data, folder))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return feed
