"""Somebody sits before a camera of the server: led, photographed, compared, and nothing is kept of it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from svod_rcgn.app import camera_sitting
from svod_rcgn.faces.gallery import identify
from svod_rcgn.faces.records import Evidence, Match
from svod_rcgn.records import Frame, Image
from svod_rcgn.storage.images import PictureFile, decode
from svod_rcgn.web.access.roles import Role
from tests.faces.enrolment.sitters import WHOLE_SITTING, frame
from tests.patience import PATIENCE, wait_for
from tests.web.site import Site, raise_when_closed, serving

SITTING = "/api/cameras/0/sitting"


@contextmanager
def begun(site: Site) -> Iterator[ClientConnection]:
    with site.socket(SITTING) as sitting:
        assert told(sitting)["prompt"] == "look ahead"
        yield sitting


def told(sitting: ClientConnection) -> dict[str, Any]:
    heard = json.loads(sitting.recv(timeout=PATIENCE))
    assert isinstance(heard, dict)
    return heard


def show(site: Site, image: Image, second: float) -> None:
    site.tap.see(Frame(image, int(second), second, "hall"), ())


def test_each_picture_comes_as_it_was_taken_and_the_end_says_that_all_are_there(site: Site):
    with begun(site) as sitting:
        show(site, frame(faces=2), 0)
        assert told(sitting)["fault"] == "2 faces"
        for number, turn in enumerate(WHOLE_SITTING):
            show(site, frame(turn, number), number + 1)
            picture = decode(PictureFile("taken", sitting.recv(timeout=PATIENCE)))
            assert np.array_equal(picture, frame(turn, number))
            assert told(sitting)["taken"] == number + 1
        end = told(sitting)
    assert (end["over"], end["missing"], end["prompt"], end["like"]) == (True, "", "thank you", None)
    assert not any(site.paths.input_dir.glob("**/*.png"))


def test_one_sits_at_a_time_and_the_next_when_the_page_is_gone(site: Site):
    with begun(site):
        with site.socket(SITTING) as other, pytest.raises(ConnectionClosed) as closed:
            raise_when_closed(other)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason[:17]) == (4409, "somebody sits bef")

    def again() -> bool:
        with suppress(ConnectionClosed), begun(site):
            return True
        return False

    wait_for(again)


@pytest.mark.parametrize(
    ("path", "role", "status"), [(SITTING, Role.EDITOR, 4403), ("/api/cameras/7/sitting", Role.ADMIN, 4404)]
)
def test_who_may_not_learn_people_leads_no_sitting_and_there_is_none_without_a_camera(
    site: Site, path: str, role: Role, status: int
):
    with site.socket(path, role) as sitting, pytest.raises(ConnectionClosed) as closed:
        raise_when_closed(sitting)
    assert closed.value.rcvd.code == status


class Ada:
    """Knows one person, and nobody else."""

    def identify(self, evidence: Sequence[Evidence]) -> tuple[Match, ...]:
        assert [(each.frames, each.embedding.shape) for each in evidence] == [(6.0, (300,))]
        return (Match("Ada", 0.9, 0.8, "Ada", 0.8),)


def test_who_is_known_already_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(camera_sitting, "current_of", lambda _: tmp_path)
    monkeypatch.setattr(identify, "load_identifier", lambda *_: Ada())
    with serving(tmp_path) as site, begun(site) as sitting:
        for number, turn in enumerate(WHOLE_SITTING):
            show(site, frame(turn, number), number + 1)
            sitting.recv(timeout=PATIENCE)
            told(sitting)
        assert told(sitting)["like"] == "Ada"
