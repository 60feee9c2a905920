r"""The bank of odd and hostile inputs: one row says what it is, how it is made, and what becomes of it.

A row is fed to a command by `test_bank.py`, as whoever sends it would do it. `told` is what the command says:
where it fails, its one line must match that, and where it goes on, something that it prints; "" is for rows
of which nothing needs to be said. What is found in the field or by `python -m benchmarks.fuzz` becomes a row.
"""

import io
import json
import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from svod_rcgn.control.messages import CUT_OFF, MAX_REQUEST
from svod_rcgn.faces.enrolment import AlignedIndex, AlignedPicture
from svod_rcgn.faces.gallery.store import ClassifierMeta, Person
from svod_rcgn.faces.records import Decision
from svod_rcgn.networks.card import ModelCard
from svod_rcgn.storage.files import encoded

PICTURE = b"no picture, but called one " * 9
DEEP = 100_000


@dataclass(frozen=True, slots=True)
class Row:
    """One input: its name, the door it is put through, its bytes, and what becomes of it."""

    name: str
    door: str
    make: Callable[[], bytes]
    told: str = ""
    fails: bool = True


def rows() -> Iterator[Row]:
    """All of them."""
    yield from _tables()
    yield from _archives()
    yield from _messages()
    yield from _replies()
    yield from _cards()
    yield from _indexes()
    yield from _metas()
    yield from _databases()


def _row(
    door: str, name: str, content: bytes | Callable[[], bytes], told: str = "", *, fails: bool = True
) -> Row:
    return Row(name, door, content if callable(content) else lambda: content, told, fails)


def _tables() -> Iterator[Row]:
    head = b"name,position\n"
    yield _row("table", "empty", b"", "is empty")
    yield _row("table", "blanks only", b"\n , ,\n\r\n", "is empty")
    yield _row("table", "a mark of UTF-8 and nothing else", b"\xef\xbb\xbf", "is empty")
    yield _row("table", "a mark of UTF-16 and half a letter", b"\xff\xfe,", "is empty|columns are")
    yield _row(
        "table",
        "UTF-16 with a mark",
        ("\ufeff" + "name,position\nAda,Countess\n").encode("utf-16"),
        "Ada",
        fails=False,
    )
    yield _row("table", "UTF-8 with a mark", b"\xef\xbb\xbf" + head + b"Ada,Countess\n", "Ada", fails=False)
    yield _row("table", "NUL bytes", head + b"Ada,\0\0\nA\0da,x\n", "Ada", fails=False)
    yield _row(
        "table", "a workbook of Excel", lambda: _zip({"xl/workbook.xml": b"<x/>" * 99}), "is not text|as CSV"
    )
    yield _row(
        "table",
        "an old workbook of Excel",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 30,
        "as CSV|columns",
    )
    yield _row(
        "table", "a line of 10 MB", lambda: head + b"Ada," + b"x" * 10_000_000, "cannot be read as a table"
    )
    yield _row("table", "10 MB of delimiters", lambda: head + b"," * 10_000_000, "cannot be read as a table")
    yield _row("table", "a quote left open", head + b'Ada,"Countess\nBob,x\n', "Ada", fails=False)
    yield _row(
        "table",
        "a quote left open over 1 MB",
        lambda: head + b'Ada,"' + b"x,\n" * 400_000,
        "cannot be read as a table",
    )
    yield _row("table", "one column where two are asked for", b"Ada\nBob\n", "columns are 0 to 0")
    yield _row("table", "an escape sequence in a cell", head + b"Ada,\x1b[2Jgone\n", "Ada", fails=False)
    yield _row(
        "table", "a lone surrogate in a list", head + b'Ada,"[""\\ud800"", ""x""]"\n', "Ada", fails=False
    )
    yield _row(
        "table",
        "a list nested deep",
        lambda: head + b"Ada," + b"[" * 9000 + b"]" * 9000 + b"\n",
        "Ada",
        fails=False,
    )
    yield _row(
        "table",
        "a number of 5,000 digits in a list",
        head + b"Ada,[" + b"9" * 5000 + b"]\n",
        "Ada",
        fails=False,
    )
    yield _row("table", "what Python would compute for ever", head + b"Ada,[9**9**9]\n", "Ada", fails=False)
    yield _row("table", "a formula", head + b"Ada,=HYPERLINK(1)\n", "Ada", fails=False)
    yield _row(
        "table", "a name of markup", head + b"[red]Ada[/red],x\n", "rows without a person", fails=False
    )


def _archives() -> Iterator[Row]:
    yield _row("archive", "empty", b"", "holds no pictures")
    yield _row("archive", "no entries in a tar", lambda: _tar({}), "holds no pictures|damaged")
    yield _row("archive", "no entries in a zip", lambda: _zip({}), "holds no pictures")
    yield _row(
        "archive",
        "a zip entry without a name",
        lambda: _zip({"": b"x", "Ada/1.jpg": PICTURE}),
        "",
        fails=False,
    )
    yield _row(
        "archive",
        "a tar in a tar",
        lambda: _tar({"Ada.tar": _tar({"Ada/1.jpg": PICTURE})}),
        "holds no pictures",
    )
    for name in (
        "../1.jpg",
        "/etc/1.jpg",
        "Ada/../../1.jpg",
        "C:/1.jpg",
        "..\\1.jpg",
        "Ada/\x1b[2J.jpg",
        "Ada/a\nb.jpg",
        "Ada/a\u202e.jpg",
    ):
        for pack in (_tar, _zip):
            yield _row(
                "archive",
                f"{name!a} in a {pack.__name__[1:]}",
                lambda p=pack, n=name: p({n: PICTURE}),
                "nothing was unpacked",
            )
    yield _row("archive", "a link to elsewhere", lambda: _tar({"Ada/1.jpg": tarfile.SYMTYPE}), "is a link")
    yield _row("archive", "a hard link", lambda: _tar({"Ada/1.jpg": tarfile.LNKTYPE}), "is a link")
    yield _row("archive", "a pipe", lambda: _tar({"Ada/1.jpg": tarfile.FIFOTYPE}), "is a device")
    yield _row(
        "archive",
        "a link in a zip",
        lambda: _zip({"Ada/1.jpg": b"/etc/passwd"}, mode=stat.S_IFLNK),
        "is a link",
    )
    yield _row(
        "archive", "locked with a password", lambda: _flagged(_zip({"Ada/1.jpg": PICTURE}), 6, 1), "password"
    )
    yield _row(
        "archive",
        "packed in an unknown way",
        lambda: _flagged(_zip({"Ada/1.jpg": PICTURE}), 8, 99),
        "packed in a way",
    )
    yield _row(
        "archive", "a bomb", lambda: _zip({"Ada/1.jpg": bytes(300_000_000)}), "times the archive's size"
    )
    yield _row(
        "archive", "a zip cut short", lambda: _zip({"Ada/1.jpg": PICTURE})[:-30], "damaged|holds no pictures"
    )
    yield _row("archive", "a tar cut short", lambda: _tar({"Ada/1.jpg": PICTURE})[:600], "damaged")
    yield _row("archive", "a gzip of nothing", b"\x1f\x8b\x08\0\0\0\0\0\0\0", "damaged")
    yield _row("archive", "no archive", os.urandom(2000), "holds no pictures")
    yield _row(
        "archive",
        "a name of 300 letters",
        lambda: _zip({"x" * 300 + "/1.jpg": PICTURE}),
        "File name too long",
    )
    yield _row(
        "archive",
        "the same name twice",
        lambda: _tar({"Ada/1.jpg": PICTURE, "./Ada/1.jpg": PICTURE}),
        "",
        fails=False,
    )
    yield _row(
        "archive",
        "a folder called as a picture",
        lambda: _tar({"Ada/1.jpg": PICTURE, "Ada/1.jpg/2.jpg": PICTURE}),
        "",
        fails=False,
    )
    yield _row(
        "archive",
        "a name that is no UTF-8",
        lambda: _tar({os.fsdecode(b"M\xfcller/\xfc.jpg"): PICTURE}),
        "",
        fails=False,
    )


def _messages() -> Iterator[Row]:
    told = "no request"
    for name, content in {
        "nothing": b"",
        "no JSON": b"x",
        "no UTF-8": b"\xff\xfe",
        "a pickle": b"\x80\x04\x95",
        "a list": b"[]",
        "null": b"null",
        "no action": b"{}",
        "an action that is a number": b'{"action": 1}',
        "an unknown field": b'{"action": "status", "x": 1}',
        "an escape sequence for a field": b'{"action": "status", "\\u001b[2J\\n": 1}',
        "a lone surrogate": b'{"action": "\\ud800"}',
        "half a document": b'{"action": "sta',
        "two documents": b'{"action": "status"}{}',
        "NaN": b'{"action": "status", "data": NaN}',
        "no number": b'{"action": "status", "data": 1e}',
        "a byte order mark": b'\xef\xbb\xbf{"action": "status"}',
    }.items():
        yield _row("message", name, content, told)
    yield _row(
        "message",
        "nested deep",
        b'{"action": "status", "data": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        told,
    )
    yield _row("message", "one byte too long", b" " * (MAX_REQUEST + 1), "bytes are too many")
    yield _row("message", "almost long enough to be cut off", b"x" * (CUT_OFF - 100), "bytes are too many")
    yield _row(
        "message", "an unknown action with escape sequences", b'{"action": "\\u001b[2J\\n"}', "no such action"
    )
    for name, data in {
        "a huge number": b"9" * 400,
        "a huge exponent": b"1e999",
        "a negative": b"-1",
        "a text": b'"true"',
        "a list": b"[true]",
    }.items():
        yield _row(
            "message",
            f"debug with {name}",
            b'{"action": "debug", "data": ' + data + b"}",
            "takes true or false|no request",
        )
    yield _row("message", "the same field twice", b'{"action": "x", "action": "status"}', "", fails=False)


def _replies() -> Iterator[Row]:
    for name, content in {
        "nothing": b"",
        "no JSON": b"HTTP/1.1 200 OK\r\n\r\n",
        "no UTF-8": b"\xff",
        "a list": b"[]",
        "no verdict": b"{}",
        "nested deep": b'{"ok": true, "result": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        "a huge number for a verdict": b'{"ok": 1e999}',
    }.items():
        yield _row("reply", name, content, "no reply")
    yield _row(
        "reply", "a refusal of escape sequences", b'{"ok": false, "error": "\\u001b[2J\\nno\\u202e"}', "no"
    )
    yield _row(
        "reply", "a result of escape sequences", b'{"ok": true, "result": "\\u001b[2J"}', "", fails=False
    )


_CARD = ModelCard(
    "embedding", "FaceNet", "a.xml", {"a.xml": "0" * 64}, (160, 160), "NHWC", "RGB", 127.5, 128.0, "unit",
    "MIT", "here", "0" * 64, embedding_length=512, margin=0.1,
)  # fmt: skip


def _cards() -> Iterator[Row]:
    yield from _documents("card", _CARD, "model.json")
    for field, value in {
        "size": [0, 0],
        "mean": "127",
        "scale": 0,
        "margin": -1,
        "template": [1, 2],
        "further": ["../x"],
        "colour": "red",
        "files": {"../../etc/passwd": "0"},
        "batch": -1,
        "layout": "",
        "file": "",
        "answer": [],
    }.items():
        yield _row(
            "card",
            f"{field} that cannot be",
            _changed(_CARD, **{field: value}),
            f"model.json: .*{field}|model.json",
        )
    yield _row("card", "escape sequences for a name", _changed(_CARD, name="\x1b[2J", files={}), "model.json")
    yield _row(
        "card",
        "a file that is a folder of others",
        _changed(_CARD, files={"/etc": "0"}, file="/etc"),
        "files cannot be",
    )
    yield _row("card", "files that are not there", encoded(_CARD), "no such file")


_INDEX = AlignedIndex(
    16,
    [AlignedPicture("Ada", "faces", "Ada/1.png", "0" * 64, "r", crop="Ada/1.png")],
    {"Ada": {"position": "Countess"}},
)


def _indexes() -> Iterator[Row]:
    yield from _documents("index", _INDEX, "index.json")
    picture = _INDEX.pictures[0]
    for name, odd in {
        "a person above": replace(picture, person=".."),
        "a person elsewhere": replace(picture, person="/etc"),
        "a crop elsewhere": replace(picture, crop="../../etc/passwd"),
        "a source elsewhere": replace(picture, source="../x.png"),
        "an absolute source": replace(picture, source="/etc/passwd"),
        "no person": replace(picture, person=""),
        "NUL in an input folder": replace(picture, input="\0"),
        "NUL in a person": replace(picture, person="A\0da"),
        "an escaped slash": replace(picture, person="a\\x2fb"),
        "an escaped NUL": replace(picture, source="Ada/\\x00.png"),
    }.items():
        yield _row("index", name, encoded(replace(_INDEX, pictures=[odd])), "names what can be no picture")
    long = replace(_INDEX, pictures=[replace(picture, input="x" * 300)])
    yield _row("index", "an input folder of 300 letters", encoded(long), "", fails=False)
    root = replace(_INDEX, pictures=[replace(picture, input="/", crop=None, reason="no face")])
    yield _row("index", "the root for an input folder", encoded(root), "is the root of all folders")
    fields = replace(_INDEX, fields={"\\ud800": {}, "../..": {"a": [[]]}})
    yield _row("index", "fields of nobody", encoded(fields), "", fails=False)
    yield _row(
        "index", "a picture that scored beyond all bounds", _changed(_INDEX, crop_size=-1), "", fails=False
    )
    yield _row("index", "of an older version", b'{"crop_size": 16, "pictures": []}', "", fails=False)
    yield _row("index", "of a newer version", _changed(_INDEX, colour="red"), "", fails=False)


_META = ClassifierMeta(
    1, "2026-01-01T00:00:00+00:00", "0" * 16, {"numpy": "2.0"}, [Person("Ada", "Ada", 3)],
    Decision(0.5, 0.4, 0.1, 0.4, 25, 0.001, measured=False), {},
)  # fmt: skip


def _metas() -> Iterator[Row]:
    yield from _documents("classifiers", _META, "meta.json")
    for folder in ("", "..", "a/b", "/etc", "A\0da"):
        wrong = replace(_META, persons=[Person(folder, "Ada", 3)])
        yield _row(
            "classifiers", f"a person's folder {folder!r}", encoded(wrong), "cannot be a person's folder"
        )
    yield _row(
        "classifiers",
        "escape sequences for a folder",
        encoded(replace(_META, persons=[Person("\x1b[2J", "", 3)])),
        r"\\x1b",
        fails=False,
    )
    for name, content in {
        "empty": b"",
        "no JSON": b"{",
        "a list": b"[]",
        "no UTF-8": b'{"a": "\xfc"}',
        "a lone surrogate": b'{"a": "\\ud800"}',
        "NaN": b'{"a": NaN}',
        "nested deep": b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}",
        "over a megabyte": b'{"a": "' + b"x" * 1_100_000 + b'"}',
    }.items():
        yield _row("person", name, content, r"meta\.json: ")
    yield _row(
        "person", "nested too deep to be told", b'{"a":' + b"[" * 30 + b"]" * 30 + b"}", "more than 20 deep"
    )
    for name, content in {
        "the same field twice": b'{"a": 1, "a": 2}',
        "a huge number": b'{"a": ' + b"9" * 300 + b"}",
        "markup": b'{"a": "[/red]<script>"}',
        "escape sequences": b'{"\\u001b[2J": "\\u001b[2J\\n"}',
        "fields in fields": b'{"a": {"b": [{"c": null}]}}',
        "a field without a name": b'{"": ""}',
    }.items():
        yield _row("person", name, content, "", fails=False)


def _databases() -> Iterator[Row]:
    yield _row("history", "empty", b"", "no visits", fails=False)
    yield _row("history", "no database", b"x" * 5000, "not a database")
    yield _row("history", "a head without a body", b"SQLite format 3\0" + bytes(84), r"events\.db: ")


def _documents(door: str, record: Any, file: str) -> Iterator[Row]:
    """What may happen to any file of JSON that the program wrote."""
    whole = encoded(record)
    (first, value), *_ = json.loads(whole).items()
    for name, content in {
        "empty": b"",
        "blank": b" \n",
        "half": whole[: len(whole) // 2],
        "null": b"null",
        "a list": b"[]",
        "a number": b"1e999",
        "NUL bytes": bytes(len(whole)),
        "no UTF-8": whole[:5] + b"\xfc" + whole[5:],
        "UTF-16": whole.decode().encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + whole,
        "two documents": whole * 2,
        "NaN": _put(whole, first, "NaN"),
        "no field at all": b"{}",
        "nested deep": b"[" * DEEP,
        "a field of another kind": _put(whole, first, "[[[]]]"),
        "a field nested deep": _put(whole, first, "[" * DEEP + "]" * DEEP),
        "a lone surrogate": _put(whole, first, '"\\ud800"'),
        "the same field twice": _put(whole, first, f'{json.dumps(value)}, "{first}": []'),
    }.items():
        yield _row(door, name, content, rf"{file.replace('.', '[.]')}: ")


def _put(document: bytes, field: str, literal: str) -> bytes:
    """The document with a literal for a field's value, though it be no JSON."""
    values = {**json.loads(document), field: "HERE"}
    return json.dumps(values).replace('"HERE"', literal).encode()


def _changed(record: Any, **fields: Any) -> bytes:
    return json.dumps({**json.loads(encoded(record)), **fields}).encode()


def _tar(entries: dict[str, bytes]) -> bytes:
    """A tar of files, or of what is another kind of thing by that kind's mark."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as packed:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            if len(content) == 1:
                entry.type, entry.linkname = content, "/etc/passwd"
                packed.addfile(entry)
            else:
                entry.size = len(content)
                packed.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _zip(entries: dict[str, bytes], mode: int = stat.S_IFREG) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = entry.orig_filename = name  # as it is, whatever zipfile thinks of it
            entry.external_attr, entry.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return buffer.getvalue()


def _flagged(archive: bytes, offset: int, value: int) -> bytes:
    """A zip whose entries say something else of themselves, at so many bytes behind their two marks."""
    data = bytearray(archive)
    for mark, further in ((b"PK\x03\x04", 0), (b"PK\x01\x02", 2)):
        struct.pack_into("<H", data, data.index(mark) + offset + further, value)
    return bytes(data)


def names_of(found: Iterable[Row]) -> list[str]:
    """What the rows are called in a report of tests."""
    return [f"{row.door}: {row.name}" for row in found]
