import numpy as np
import pytest

from svod_rcgn.media.drawing import KNOWN, UNKNOWN, annotated, captioned
from svod_rcgn.records import Box, Image, Observation
from tests.fakes import GREY, picture, sighting


def _changed(before: Image, after: Image) -> np.ndarray:
    return (before != after).any(axis=2)


def _count(image: Image, colour: tuple[int, int, int]) -> int:
    return int((image == np.array(colour, np.uint8)).all(axis=2).sum())


def test_the_frame_itself_is_left_as_it_is():
    frame = picture(GREY, 320, 240)
    drawn = annotated(frame, [sighting("Ann", Box(100, 100, 160, 180))])
    assert (frame == picture(GREY, 320, 240)).all()
    assert drawn.shape == frame.shape
    assert _changed(frame, drawn).any()


def test_known_and_unknown_faces_differ_in_colour():
    box = Box(100, 100, 160, 180)
    known = annotated(picture(GREY, 320, 240), [sighting("Ann", box)])
    unknown = annotated(picture(GREY, 320, 240), [sighting(None, box)])
    assert _count(known, KNOWN) > 500
    assert _count(known, UNKNOWN) == 0
    assert _count(unknown, UNKNOWN) > 500
    assert _count(unknown, KNOWN) == 0


def test_a_frame_without_faces_stays_the_same():
    assert (annotated(picture(GREY), []) == picture(GREY)).all()


@pytest.mark.parametrize(
    "name", ["Ann", "Александр Сергеевич Пушкин", "Ελένη Παπαδοπούλου", "Łukasz Škvorecký", "中村"]
)
@pytest.mark.parametrize(
    "box",
    [
        Box(140, 100, 180, 150),
        Box(0, 0, 40, 50),
        Box(280, 0, 320, 50),
        Box(0, 190, 40, 240),
        Box(280, 190, 320, 240),
        Box(-30, -30, 40, 50),
        Box(300, 220, 900, 700),
        Box(140, 0, 180, 240),
        Box(0, 90, 320, 130),
    ],
)
def test_a_label_never_covers_its_own_face(name: str, box: Box):
    frame = picture(GREY, 320, 240)
    changed = _changed(frame, annotated(frame, [sighting(name, box)]))
    left, top = max(int(box.left), 0) + 3, max(int(box.top), 0) + 3
    right, bottom = min(int(box.right), 319) - 3, min(int(box.bottom), 239) - 3
    assert not changed[top:bottom, left:right].any()
    assert changed.sum() > 600  # the label is there, inside the picture


@pytest.mark.parametrize("width", [1, 2, 9, 40, 3000])
@pytest.mark.parametrize("height", [1, 2, 9, 40])
def test_pictures_of_any_size_are_drawn_on(width: int, height: int):
    frame = picture(GREY, width, height)
    sightings = [sighting("A rather long name indeed", Box(-5, -5, 2 * width, 2 * height)), sighting(None)]
    assert annotated(frame, sightings).shape == frame.shape


def test_letters_of_other_scripts_are_not_replaced_by_question_marks():
    box = Box(100, 100, 160, 180)
    labels = [annotated(picture(GREY, 320, 240), [sighting(name, box)]) for name in ("Ж", "Щ", "?", "é", "Ω")]
    for index, one in enumerate(labels):
        assert all((one != other).any() for other in labels[index + 1 :])


def test_a_larger_picture_gets_larger_letters():
    small = annotated(picture(GREY, 320, 240), [sighting("Ann", Box(100, 100, 160, 180))])
    large = annotated(picture(GREY, 3200, 2400), [sighting("Ann", Box(100, 100, 160, 180))])
    assert _count(large, KNOWN) > 5 * _count(small, KNOWN)


def test_labels_of_neighbours_do_not_cover_each_other():
    frame = picture(GREY, 320, 240)
    ann, bob = sighting("Ann", Box(100, 100, 130, 130)), sighting(None, Box(135, 100, 165, 130))
    alone = _count(annotated(frame, [ann]), (255, 255, 255))
    assert _count(annotated(frame, [ann, bob]), (255, 255, 255)) == alone


def test_a_line_break_in_a_name_is_drawn_as_a_space():
    box = Box(100, 100, 160, 180)
    broken, spaced = (annotated(picture(GREY, 320, 240), [sighting(name, box)]) for name in ("A\nB", "A B"))
    assert (broken == spaced).all()


@pytest.mark.parametrize("width", [16, 64, 1280])
def test_a_caption_stands_at_the_foot_of_a_picture_of_any_size(width: int):
    frame = picture(GREY, width, 240)
    drawn = captioned(frame, ["look left   2 of 6", "much like a picture taken already; turn, smile"])
    assert (frame == picture(GREY, width, 240)).all()
    assert drawn.shape == frame.shape
    rows = np.flatnonzero(_changed(frame, drawn).any(axis=1))
    assert rows.max() == 239
    assert rows.min() > 120
    assert _count(drawn, KNOWN) > 10 * width


def test_a_caption_says_what_it_is_given():
    said = [captioned(picture(GREY, 640, 360), ["look left", fault]) for fault in ("", "no face")]
    changed = np.flatnonzero(_changed(*said).any(axis=1))
    assert changed.min() > 320


def test_what_several_networks_say_of_the_whole_picture_stands_below_each_other() -> None:
    empty = np.full((200, 300, 3), 255, np.uint8)
    said = [Observation(kind="picture", label=label, score=1) for label in ("open", "bright")]
    one, two = annotated(empty, said[:1]), annotated(empty, said)
    rows = [np.flatnonzero(_changed(each, empty).any(1)) for each in (one, two)]
    assert rows[0].min() == rows[1].min() == 0
    assert rows[1].max() == pytest.approx(2 * rows[0].max() + 1, abs=1)
    assert (one[: rows[0].max()] == two[: rows[0].max()])[:, :40].all()


def test_an_object_that_is_followed_has_its_number_and_a_face_has_none() -> None:
    frame, box = picture(GREY, 320, 240), Box(100, 100, 160, 180)

    def drawn(kind: str, track: int | None) -> np.ndarray:
        return annotated(frame, [Observation(kind=kind, label="Ann", score=1, box=box, track=track)])

    assert (drawn("object", 1) != drawn("object", 2)).any()
    assert (drawn("object", 1) != drawn("object", None)).any()
    assert (drawn("face", 1) == drawn("face", None)).all()


def test_labels_of_boxes_that_fill_the_picture_do_not_cover_each_other() -> None:
    frame = picture(GREY, 640, 480)
    one, two = (
        Observation(kind="object", label=label, score=1, box=Box(2, 12, 620, 465))
        for label in ("dining table", "bowl")
    )
    alone = [_count(annotated(frame, [each]), (255, 255, 255)) for each in (one, two)]
    assert _count(annotated(frame, [one, two]), (255, 255, 255)) == sum(alone)


def test_many_labels_cover_little_more_of_a_picture_than_few() -> None:
    def covered(count: int) -> int:
        boxes = [Box(100 + 150 * (n % 10), 100 + 90 * (n // 10), 120 + 150 * (n % 10), 120 + 90 * (n // 10))
                 for n in range(count)]  # fmt: skip
        return _count(annotated(picture(GREY, 1800, 1300), [sighting("Ann", box) for box in boxes]), KNOWN)

    assert covered(100) < 4 * covered(4)  # letters are never too small to be read
