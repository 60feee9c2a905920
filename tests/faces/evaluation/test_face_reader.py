import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.evaluation.face_reader import FaceReader, persons_in
from svod_rcgn.faces.records import Face
from svod_rcgn.records import Box
from svod_rcgn.storage import images
from tests.fakes import BLUE, RED, FakeAligner, FakeDetector, FakeEmbedder, face, picture


def silently(items, title):
    return items


class TwoFaces:
    """Sees a wide face at the left and a small one in the middle."""

    def detect(self, image) -> tuple[Face, ...]:
        return face(Box(0, 0, 30, 30)), face(Box(28, 20, 36, 28))


def test_pictures_are_embedded_in_order_and_those_without_a_face_are_listed(tmp_path):
    for name, colour in {"a": RED, "b": (0, 0, 0), "c": BLUE}.items():
        images.write_png(tmp_path / f"{name}.png", picture(colour))
    (tmp_path / "d.png").write_bytes(b"")
    paths = sorted(tmp_path.iterdir())
    faces = FaceReader(FakeDetector(), FakeAligner(), FakeEmbedder()).read(paths, silently)
    assert faces.rows == {paths[0]: 0, paths[2]: 1}
    assert faces.embeddings.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert [(miss.picture, miss.reason) for miss in faces.misses] == [
        (str(paths[1]), "no face"),
        (str(paths[3]), "cannot be read as a picture: it is empty"),
    ]


def test_more_pictures_than_a_batch_keep_their_rows(tmp_path):
    for n in range(40):
        images.write_png(tmp_path / f"{n:02}.png", picture((n + 60, 0, 200 - n)))
    paths = sorted(tmp_path.iterdir())
    faces = FaceReader(FakeDetector(), FakeAligner(), FakeEmbedder()).read(paths, silently)
    expected = np.array([[n + 60, 0, 200 - n] for n in range(40)], np.float32)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert [faces.rows[path] for path in paths] == list(range(40))
    assert np.allclose(faces.embeddings, expected, atol=1e-6)


def test_of_several_faces_the_one_nearest_the_middle_counts(tmp_path):
    image = picture(RED)
    image[20:28, 28:36] = BLUE
    images.write_png(tmp_path / "a.png", image)
    crop = FaceReader(TwoFaces(), FakeAligner(), FakeEmbedder()).crop(tmp_path / "a.png")
    assert crop[0, 0].tolist() == list(BLUE)


def test_a_folder_without_pictures_of_persons_is_one_clear_line(tmp_path):
    (tmp_path / ".trash").mkdir()
    images.write_png(tmp_path / ".trash" / "1.png", picture(RED))
    with pytest.raises(InputError, match="no pictures of persons"):
        persons_in(tmp_path)
