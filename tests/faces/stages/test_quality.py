import cv2
import numpy as np
import pytest

from svod_rcgn.faces import build
from svod_rcgn.faces.pose import head_angles
from svod_rcgn.faces.pose import turned as way
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import PHOTOGRAPH, QualitySettings
from svod_rcgn.faces.stages.quality import FaceInspector
from svod_rcgn.records import Box
from svod_rcgn.storage import images

SIDE = 120


def landmarks(roll=0.0, yaw=0.0, nose=0.54):
    """Five points of a face of width 100 round (0, 0), turned by degrees."""
    eye = 23.5 * np.cos(np.radians(yaw))
    level = np.array([[-eye, -20], [eye, -20], [0, -20 + 40 * nose], [-15, 20], [15, 20]], np.float32)
    c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    return level @ np.array([[c, s], [-s, c]], np.float32)


@pytest.mark.parametrize("angle", [-40, 0, 25])
def test_roll_is_read_from_the_line_between_eyes_and_mouth(angle):
    roll, yaw, pitch = head_angles(landmarks(roll=angle), 100)
    assert roll == pytest.approx(angle, abs=0.5)
    assert (yaw, pitch) == pytest.approx((0, 0), abs=1)


def test_yaw_is_read_from_how_near_the_eyes_come_and_pitch_from_the_nose():
    assert head_angles(landmarks(yaw=60), 100)[1] == pytest.approx(60, abs=1)
    assert head_angles(landmarks(nose=0.9), 100)[2] > 40
    assert head_angles(landmarks(nose=0.2), 100)[2] < -40


@pytest.mark.parametrize("roll", [-30, 0, 20])
@pytest.mark.parametrize("angle", [-50, -20, 0, 10, 45])
def test_which_way_a_face_looks_is_read_from_its_nose_however_it_is_tilted(angle, roll):
    points = landmarks(yaw=angle)
    points[2, 0] += 23.5 * np.sin(np.radians(angle))  # the nose stands out by half of the eyes' distance
    c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    assert way(points @ np.array([[c, s], [-s, c]], np.float32)) == pytest.approx(angle, abs=0.5)


@pytest.mark.weights
def test_a_portrait_looks_to_one_side_and_its_mirror_image_to_the_other(demo_dir, detection_dir):
    detector = build.build_detector(detection_dir, "CPU")
    image = images.read_picture(demo_dir / "faces" / "Barack_Obama" / "obama2.jpg")
    mirrored = np.ascontiguousarray(image[:, ::-1])
    ways = [way(detector.detect(shown)[0].landmarks) for shown in (image, mirrored)]
    assert ways == pytest.approx([-20, 20], abs=4)


def face_at(left, top, size=60, score=0.9, **turned):
    points = landmarks(**turned) * size / 100 + np.array([left + size / 2, top + size / 2])
    return Face(Box(left, top, left + size, top + size), points.astype(np.float32), score)


def noise(low=60, high=190):
    return np.random.default_rng(0).integers(low, high, (SIDE, SIDE, 3), np.uint8)


def ramp():
    """All structure is coarse, as in a picture out of focus."""
    return np.repeat(np.linspace(60, 190, SIDE).astype(np.uint8)[None, :, None], 3, 2).repeat(SIDE, 0)


def reasons(image, face):
    return FaceInspector(QualitySettings()).inspect(image, face).reasons


def test_a_good_face_has_no_reasons_and_counts_in_full():
    quality = FaceInspector(QualitySettings()).inspect(noise(), face_at(30, 30))
    assert quality.reasons == ()
    assert quality.weight == 1


@pytest.mark.parametrize(
    ("image", "face", "reason"),
    [
        (noise(), face_at(30, 30, size=12), "too small: 12 pixels wide"),
        (ramp(), face_at(30, 30), "blurred"),
        (noise(0, 30), face_at(30, 30), "too dark"),
        (noise(225, 255), face_at(30, 30), "too bright"),
        (noise(100, 104), face_at(30, 30), "without contrast"),
        (noise(), face_at(30, 30, roll=50), "tilted by 50 degrees"),
        (noise(), face_at(30, 30, yaw=75), "turned away"),
        (noise(), face_at(30, 30, nose=0.95), "turned away"),
        (noise(), face_at(-20, 30), "cut by the border"),
        (noise(), face_at(30, 90), "cut by the border"),
        (noise(), face_at(30, 30, score=0.55), "covered"),
    ],
)
def test_each_reason_is_named_and_the_frame_counts_less(image, face, reason):
    quality = FaceInspector(QualitySettings()).inspect(image, face)
    assert reason in quality.reasons
    assert quality.weight < 1


@pytest.mark.parametrize("face", [face_at(-300, 10), face_at(10, 500), face_at(30, 30, size=0.2)])
def test_a_face_outside_the_picture_is_judged_without_a_crash(face):
    assert reasons(noise(), face)


@pytest.fixture(scope="module")
def portrait(demo_dir):
    return images.read_picture(demo_dir / "faces" / "Barack_Obama" / "obama.jpg")


@pytest.fixture(scope="module")
def examined(detection_dir):
    """The reasons against the surest face that the real detector finds in a photograph."""
    detector = build.build_detector(detection_dir, "CPU")

    def examine(image):
        image = np.ascontiguousarray(image)
        return FaceInspector(PHOTOGRAPH).inspect(image, detector.detect(image)[0]).reasons

    return examine


def turned(image, angle):
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def with_covered_mouth(image):
    covered = image.copy()
    covered[260:450, 360:630] = 120
    return covered


@pytest.mark.weights
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda image: cv2.GaussianBlur(image, (0, 0), 14), "blurred"),
        (lambda image: (image * 0.1).astype(np.uint8), "too dark"),
        (lambda image: cv2.add(image, np.full_like(image, 170)), "too bright"),
        (lambda image: image[:, :500], "cut by the border"),
        (lambda image: cv2.resize(image, None, fx=0.12, fy=0.12, interpolation=cv2.INTER_AREA), "too small"),
        (lambda image: turned(image, 45), "tilted"),
        (with_covered_mouth, "covered"),
    ],
)
def test_a_portrait_that_was_harmed_is_told_from_the_original(examined, portrait, harm, reason):
    assert examined(portrait) == ()
    assert any(each.startswith(reason) for each in examined(harm(portrait)))
