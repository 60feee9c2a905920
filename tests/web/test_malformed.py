"""A thousand malformed uploads and as many messages of sockets: the next good one is answered."""

import base64
import json
import random
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from svod_rcgn.storage.images import encode_jpeg, encode_png
from svod_rcgn.web.access.roles import Role
from tests.fakes import RED, RED_PERSON, picture
from tests.patience import PATIENCE
from tests.web.live.test_webcam import message
from tests.web.site import Site

pytestmark = pytest.mark.slow
COUNT = 1000
GOOD = {"image/png": encode_png(picture(RED, 64, 48)), "image/jpeg": encode_jpeg(picture(RED, 64, 48))}
PATHS = ("/api/faces", "/api/digit", "/image", "/api/corrections", "/api/films", "/api/session")
FORM = "multipart/form-data; boundary=x"
PIECES = (b'--x\r\nContent-Disposition: form-data; name="picture"; filename="../a"\r\n\r\n', b"\r\n--x--\r\n")


def spoilt(chance: random.Random, data: bytes) -> bytes:
    """The same cut off, with bytes changed, doubled, or other bytes altogether."""
    way = chance.randrange(4)
    if way == 0:
        return data[: chance.randrange(len(data))]
    if way == 1:
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 9)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    return chance.randbytes(chance.randrange(300)) if way == 2 else data + data[: chance.randrange(len(data))]


def uploads(chance: random.Random) -> Iterator[tuple[str, str, bytes]]:
    """Where it goes, what it says it is, and its bytes."""
    for _ in range(COUNT):
        kind, good = chance.choice(list(GOOD.items()))
        way = chance.randrange(3)
        if way == 0:
            body = spoilt(chance, good)
        elif way == 1:
            kind, body = FORM, spoilt(chance, PIECES[0] + good + PIECES[1])
        else:
            told = {"picture": base64.b64encode(good).decode(), "name": "a", "size": 1}
            kind, body = "application/json", spoilt(chance, json.dumps(told).encode())
        yield chance.choice(PATHS), kind, body


# Starlette leaves the file of a part that never ends to the garbage collector.
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning")
def test_malformed_uploads_are_refused_and_a_picture_is_answered_after_them(site: Site):
    for path, kind, body in uploads(random.Random(18)):
        answer = site.ask("POST", path, data=body, headers={"Content-Type": kind})
        assert answer.status_code < 500, (path, kind, body)
        assert answer.status_code < 300 or "\n" not in answer.json()["error"]
    answer = site.ask("POST", "/api/faces", data=GOOD["image/png"], headers={"Content-Type": "image/png"})
    assert answer.json()["faces"][0]["label"] == RED_PERSON


@pytest.mark.parametrize("path", ["/api/webcam", "/api/cameras/0/view", "/api/rules/trial"])
def test_malformed_messages_harm_nothing_and_the_next_is_answered(site: Site, path: str):
    chance = random.Random(18)
    good = message(7, GOOD["image/jpeg"])
    for start in range(0, COUNT, 100):
        with site.socket(path, Role.EDITOR) as socket:
            for _ in range(start, start + 100):
                sent = spoilt(chance, good)
                try:
                    socket.send(sent.decode("latin-1") if chance.random() < 0.2 else sent)
                except ConnectionClosed:
                    break
    with site.socket("/api/webcam", Role.EDITOR) as socket:
        socket.send(good)
        told = json.loads(socket.recv(timeout=PATIENCE))
    assert (told["type"], told["number"]) == ("answer", 7)
    assert told["seen"][0]["label"] == RED_PERSON
