"""Traces of a person in files."""

from svod_rcgn.faces.people.search import PersonTraces, search
from svod_rcgn.storage import images
from tests.fakes import RED, picture

EMBEDDING = bytes(range(64))


def test_an_embedding_is_found_in_any_file_but_a_picture_whatever_the_file_is_called(tmp_path):
    images.write_png(tmp_path / "picture.dat", picture(RED))
    (tmp_path / "called.jpg").write_bytes(b"vectors" + EMBEDDING)
    (tmp_path / "vectors.npz").write_bytes(EMBEDDING)
    sought = PersonTraces(frozenset(), frozenset(), frozenset({EMBEDDING}))
    found = search([tmp_path], sought)
    assert [(trace.path.name, trace.what) for trace in found] == [
        ("called.jpg", "an embedding"),
        ("vectors.npz", "an embedding"),
    ]
