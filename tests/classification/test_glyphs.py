import cv2
import numpy as np
import pytest

from svod_rcgn.classification.digits.glyphs import SIDE, normalised, stroke_of
from svod_rcgn.classification.digits.negatives import negatives
from svod_rcgn.classification.digits.segment import find_parts


def _bar(width: int, height: int = 90, lean: float = 0.0) -> np.ndarray:
    ink = np.zeros((120, 120), np.float32)
    ends = (
        (60 + round(lean * height / 2), 60 - height // 2),
        (60 - round(lean * height / 2), 60 + height // 2),
    )
    cv2.line(ink, *ends, 1.0, width)
    return ink


def test_a_digit_fills_its_frame_with_its_weight_in_the_middle() -> None:
    ring = np.zeros((300, 200), np.float32)
    cv2.ellipse(ring, (60, 200), (40, 70), 0, 0, 360, 1.0, 12)
    framed = normalised(ring)
    assert framed.shape == (SIDE, SIDE)
    rows = np.flatnonzero(framed.max(1) > 60)
    assert rows.max() - rows.min() == pytest.approx(19, abs=1)
    moments = cv2.moments(framed)
    assert moments["m10"] / moments["m00"] == pytest.approx(13.5, abs=0.3)
    assert moments["m01"] / moments["m00"] == pytest.approx(13.5, abs=0.3)


def test_strokes_become_alike() -> None:
    widths = [stroke_of(normalised(_bar(width)).astype(np.float32) / 255) for width in (2, 8, 30)]
    assert stroke_of(_bar(30)) == pytest.approx(30, rel=0.25)
    assert max(widths) - min(widths) < 3


def test_a_slant_is_taken_out() -> None:
    columns = np.flatnonzero(normalised(_bar(8, lean=0.5)).max(0) > 60)
    assert columns.max() - columns.min() <= 6


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 2)])
def test_ink_of_any_shape_has_a_frame(shape: tuple[int, int]) -> None:
    assert normalised(np.ones(shape, np.float32)).max() > 0


def _sheet(*digits: tuple[int, int], paper: int = 230, ink: int = 20) -> np.ndarray:
    sheet = np.full((200, 400, 3), paper, np.uint8)
    for left, top in digits:
        cv2.ellipse(sheet, (left, top), (20, 35), 0, 0, 360, (ink,) * 3, 6)
    return sheet


@pytest.mark.parametrize(("paper", "ink"), [(230, 20), (10, 200), (200, 140)])
def test_digits_are_found_from_left_to_right_whatever_is_lighter(paper: int, ink: int) -> None:
    parts = find_parts(_sheet((300, 90), (60, 110), (180, 100), paper=paper, ink=ink))
    assert parts
    assert [round(part.box.centre[0], -1) for part in parts] == [60, 180, 300]
    assert parts[0].box.height == pytest.approx(76, abs=4)


def test_ruled_lines_and_specks_are_no_digits() -> None:
    sheet = _sheet((100, 100), (250, 100))
    for row in range(20, 200, 40):
        sheet[row : row + 2] = 150
    sheet[30:33, 370:373] = 0
    assert [round(part.box.centre[0], -1) for part in find_parts(sheet) or ()] == [100, 250]


def test_pieces_above_each_other_are_one_digit() -> None:
    sheet = _sheet()
    cv2.line(sheet, (80, 50), (120, 50), (0, 0, 0), 6)
    cv2.ellipse(sheet, (100, 110), (22, 30), 0, 0, 360, (0, 0, 0), 6)
    assert len(find_parts(sheet) or ()) == 1


def test_what_is_made_to_be_no_digit_is_the_same_for_the_same_seed() -> None:
    pictures = np.stack([normalised(_bar(width)) for width in (4, 8, 12, 16)])
    labels = np.arange(4)
    one, again = (negatives(pictures, labels, 6, 3) for _ in range(2))
    assert one.shape == (6, SIDE, SIDE)
    np.testing.assert_array_equal(one, again)
    assert (one.reshape(6, -1).max(1) > 60).all()


def test_what_is_rough_all_over_is_no_sheet() -> None:
    generator = np.random.default_rng(1)
    rough = cv2.resize(generator.integers(0, 256, (40, 50, 3)).astype(np.uint8), (500, 400))
    assert find_parts(rough) is None


def test_what_is_strewn_with_pieces_is_no_writing() -> None:
    sheet = _sheet()
    sheet[2::10, 2::10] = sheet[3::10, 2::10] = sheet[4::10, 2::10] = 20
    assert find_parts(sheet) is None
