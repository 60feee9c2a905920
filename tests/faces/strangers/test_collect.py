"""Which faces of strangers are kept to be named."""

import uuid

from svod_rcgn.faces.settings import StrangerSettings
from svod_rcgn.faces.strangers.collect import AT_ONCE, StrangerCollector
from svod_rcgn.faces.strangers.folder import StrangerFolder
from svod_rcgn.records import Frame, Subject, Visit
from tests.faces.galleries import directions
from tests.fakes import RED, FakeAligner, person, picture, sighting, stranger

(ANN,) = directions(1)


def _visit(subject: Subject) -> Visit:
    return Visit(uuid.uuid4().hex, subject, 1.0, 6.0, 0.8)


def _collector(folder):
    settings = StrangerSettings(pictures=2)
    return StrangerCollector(StrangerFolder(folder, settings), FakeAligner(), settings)


def _see(collector, subject, embedding, worth=0.8):
    seen = sighting(subject.label, worth=worth, embedding=embedding)
    collector.seen(Frame(picture(RED), 0, 0.0, "door"), {subject: seen})


def test_a_strangers_good_faces_are_kept_when_the_visit_is_over(tmp_path):
    collector = _collector(tmp_path)
    for worth in (0.1, 0.8, 0.9):
        _see(collector, stranger(3), ANN, worth)
    assert list(tmp_path.iterdir()) == []
    collector.ended(_visit(stranger(3)), None)
    assert [path.name for path in tmp_path.rglob("*.png")] == ["001.png"]


def test_nothing_is_kept_of_persons_passers_by_and_whoever_gets_a_name(tmp_path):
    collector = _collector(tmp_path)
    _see(collector, person("Ann"), ANN)
    collector.ended(_visit(person("Ann")), None)
    _see(collector, stranger(3), ANN)
    collector.withdrawn(_visit(stranger(3)))
    collector.ended(_visit(stranger(3)), None)
    _see(collector, stranger(4), None)
    collector.ended(_visit(stranger(4)), None)
    assert list(tmp_path.iterdir()) == []


def test_passers_by_do_not_pile_up(tmp_path):
    collector = _collector(tmp_path)
    for number in range(1, AT_ONCE + 2):
        _see(collector, stranger(number), ANN)
    collector.ended(_visit(stranger(1)), None)
    assert list(tmp_path.iterdir()) == []
    collector.ended(_visit(stranger(AT_ONCE + 1)), None)
    assert [path.name for path in tmp_path.iterdir()] == ["visitor-001"]


def test_a_full_disk_does_not_end_the_camera(tmp_path, caplog):
    (tmp_path / "clarify").write_text("a file where the folder should be")
    collector = _collector(tmp_path / "clarify")
    _see(collector, stranger(3), ANN)
    collector.ended(_visit(stranger(3)), None)
    assert "could not be stored" in caplog.text
