import json
from pathlib import Path

import numpy as np
import pytest

from svod_rcgn import enrolment, pictures
from svod_rcgn.enrolment import FaceCutter
from svod_rcgn.entities import Box, Face
from svod_rcgn.errors import InputError
from svod_rcgn.geometry import unit_rows
from svod_rcgn.settings import EnrolmentSettings
from svod_rcgn.stages.alignment import FaceAligner


class CountingDetector:
    """Sees as many faces as the blue of the first pixel says, and counts how often it looked."""

    def __init__(self, widths=(20, 20, 20)):
        self.looked = 0
        self._widths = widths

    def detect(self, image):
        self.looked += 1
        boxes = [Box(10 + n, 10, 10 + n + self._widths[n], 34) for n in range(image[0, 0, 0])]
        return tuple(Face(box, np.zeros((5, 2), np.float32), 0.9) for box in boxes)


class CountingEmbedder:
    """Embeds a crop as its mean colour, and counts the crops."""

    def __init__(self):
        self.embedded = 0

    def embed(self, crops):
        self.embedded += len(crops)
        return unit_rows(np.stack([crop.mean(axis=(0, 1)) + 1 for crop in crops]).astype(np.float32))


def silently(items, title):
    return items


def picture(path: Path, faces=1, shade=0):
    image = np.full((48, 48, 3), shade, np.uint8)
    image[0, 0, 0] = faces
    pictures.write_png(path, image)


class Studio:
    """One data folder and the runs over it."""

    def __init__(self, folder: Path, recipe="recipe", widths=(20, 20, 20)):
        self.faces, self.aligned = folder / "faces", folder / "aligned"
        self.detector, self.embedder = CountingDetector(widths), CountingEmbedder()
        self.cutter = FaceCutter(self.detector, FaceAligner(16, 0.1), EnrolmentSettings(), recipe)

    def align(self, **options):
        return enrolment.align(self.faces, self.aligned, self.cutter, silently, **options)

    def embed(self, index, model="model"):
        return enrolment.embed(index, self.faces, self.aligned, self.embedder, model, silently)


@pytest.fixture
def studio(tmp_path):
    studio = Studio(tmp_path)
    picture(studio.faces / "Ann_Lee" / "1.png", shade=10)
    picture(studio.faces / "Ann_Lee" / "2.png", shade=60)
    picture(studio.faces / "Bob" / "1.png", shade=110)
    return studio


def test_every_picture_gives_a_crop_of_the_size_and_an_entry(studio):
    index = studio.align()
    assert [entry.source for entry in index.used] == ["Ann_Lee/1.png", "Ann_Lee/2.png", "Bob/1.png"]
    for entry in index.used:
        assert pictures.read_picture(studio.aligned / entry.crop).shape == (16, 16, 3)
        assert entry.box == (10, 10, 30, 34)
    assert json.loads((studio.aligned / "index.json").read_text())["recipe"] == "recipe"


def test_pictures_that_cannot_be_used_are_listed_with_their_reason_and_stop_nothing(studio):
    picture(studio.faces / "Bob" / "nobody.png", faces=0)
    picture(studio.faces / "Bob" / "two.png", faces=2)
    (studio.faces / "Bob" / "empty.jpg").write_bytes(b"")
    (studio.faces / "Bob" / "phone.heic").write_bytes(b"x")
    index = studio.align()
    reasons = {entry.source: entry.reason for entry in index.pictures if entry.reason}
    assert reasons == {
        "Bob/nobody.png": "no face",
        "Bob/two.png": "2 faces",
        "Bob/empty.jpg": "cannot be read as a picture; is it damaged or empty?",
        "Bob/phone.heic": "not a jpg, png, webp or bmp",
    }
    assert len(index.used) == 3


def test_a_small_face_in_the_background_does_not_count(tmp_path):
    studio = Studio(tmp_path, widths=(20, 4))
    picture(studio.faces / "Ann" / "1.png", faces=2)
    assert len(studio.align().used) == 1


@pytest.mark.parametrize("arrange", ["missing", "empty", "loose", "hidden"])
def test_a_folder_without_pictures_of_persons_is_a_clear_error(tmp_path, arrange):
    studio = Studio(tmp_path)
    if arrange != "missing":
        studio.faces.mkdir()
    if arrange == "loose":
        picture(studio.faces / "1.png")
    if arrange == "hidden":
        picture(studio.faces / ".trash" / "1.png")
    with pytest.raises(InputError, match="PERSON"):
        studio.align()
    assert not studio.aligned.exists()


def test_when_no_picture_can_be_used_the_error_says_so(tmp_path):
    studio = Studio(tmp_path)
    picture(studio.faces / "Ann" / "1.png", faces=0)
    index = studio.align()
    with pytest.raises(InputError, match="no picture shows exactly one face"):
        studio.embed(index)


def test_the_gallery_has_a_row_a_crop_and_names_with_spaces(studio):
    gallery = studio.embed(studio.align())
    assert [(person.name, person.folder, person.pictures) for person in gallery.persons] == [
        ("Ann Lee", "Ann_Lee", 2), ("Bob", "Bob", 1),
    ]  # fmt: skip
    assert gallery.labels.tolist() == [0, 0, 1]
    assert np.allclose(np.linalg.norm(gallery.embeddings, axis=1), 1)


def test_fields_of_meta_json_reach_the_person_and_bad_ones_are_named(studio):
    meta = studio.faces / "Bob" / "meta.json"
    meta.write_text('{"position": "guard"}')
    index = studio.align()
    assert studio.embed(index).persons[1].fields == {"position": "guard"}
    meta.write_text("[1")
    with pytest.raises(InputError, match=r"Bob/meta\.json"):
        studio.embed(index)


def test_an_unchanged_picture_costs_neither_detection_nor_embedding(studio):
    studio.embed(studio.align())
    first = (studio.detector.looked, studio.embedder.embedded)
    picture(studio.faces / "Bob" / "2.png", shade=200)
    gallery = studio.embed(studio.align())
    assert first == (3, 3)
    assert (studio.detector.looked, studio.embedder.embedded) == (4, 4)
    assert gallery.labels.tolist() == [0, 0, 1, 1]


def test_a_changed_picture_is_done_again_and_its_old_crop_is_gone(studio):
    studio.align()
    picture(studio.faces / "Bob" / "1.png", shade=210)
    index = studio.align()
    assert studio.detector.looked == 4
    assert len(list((studio.aligned / "Bob").iterdir())) == 1
    assert len(index.used) == 3


def test_another_detector_or_crop_looks_at_everything_again(studio, tmp_path):
    studio.align()
    other = Studio(tmp_path, recipe="another")
    other.align()
    assert other.detector.looked == 3


def test_embeddings_of_another_network_are_not_mixed_in(studio):
    index = studio.align()
    studio.embed(index)
    studio.embed(index, model="another")
    assert studio.embedder.embedded == 6


@pytest.mark.parametrize(("complementary", "kept"), [(False, ["Ann Lee"]), (True, ["Ann Lee", "Bob"])])
def test_a_person_whose_pictures_are_gone_stays_only_in_a_complementary_run(studio, complementary, kept):
    studio.embed(studio.align())
    (studio.faces / "Bob" / "1.png").unlink()
    gallery = studio.embed(studio.align(complementary=complementary))
    assert [person.name for person in gallery.persons] == kept


def test_a_crop_or_cache_that_someone_harmed_is_made_again(studio):
    studio.embed(studio.align())
    next((studio.aligned / "Bob").iterdir()).unlink()
    (studio.aligned / "embeddings.npz").write_bytes(b"garbage")
    gallery = studio.embed(studio.align())
    assert studio.detector.looked == 4
    assert len(gallery.labels) == 3


def test_a_run_that_is_killed_leaves_the_last_one(studio):
    before = studio.align()

    def killed(items, title):
        yield items[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        enrolment.align(studio.faces, studio.aligned, studio.cutter, killed)
    assert all((studio.aligned / entry.crop).is_file() for entry in before.used)
    assert {path.name for path in studio.aligned.parent.iterdir()} == {"faces", "aligned"}


def test_a_preview_is_the_surest_crop_of_each_person(studio):
    assert set(enrolment.previews(studio.align(), studio.aligned)) == {"Ann_Lee", "Bob"}
