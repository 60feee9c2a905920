import numpy as np
import pytest

from svod_rcgn.faces.records import Face, Match, Quality
from svod_rcgn.faces.settings import TrackingSettings
from svod_rcgn.faces.stages.tracking import EveryFaceAlone, FaceTracker
from svod_rcgn.geometry import unit_rows
from svod_rcgn.records import Box
from tests.faces.galleries import directions, pictures_of

RATE = 10
GOOD = Quality(60, 0.5, 120, 40, 0, 0, 0, 0, 0.9)
POOR = Quality(60, 0.01, 120, 40, 0, 0, 0, 0, 0.9, ("blurred",))
PEOPLE = directions(3)
TEXTURES = [np.random.default_rng(n).integers(0, 256, (60, 60, 3), np.uint8) for n in range(3)]


class Stage:
    """A film of made-up people: each frame says who stands where."""

    def __init__(self, **settings):
        self.tracker = FaceTracker(TrackingSettings(**settings))
        self.frame = 0
        self.embedded = []

    def show(self, *people, at=None, quality=GOOD, score=0.99):
        """Show persons (number, x) at a time; gives each one's track number, in the order of the call."""
        image = np.full((120, 600, 3), 128, np.uint8)
        for person, x in people:
            image[30:90, x : x + 60] = TEXTURES[person]
        faces = [Face(Box(x, 30, x + 60, 90), np.zeros((5, 2), np.float32), 0.9) for _, x in people]
        time = self.frame / RATE if at is None else at
        self.frame += 1
        rows = self.tracker.associate(image, time, faces)
        looks = [pictures_of(PEOPLE[people[row][0]], 1, spread=0.05, seed=self.frame)[0] for row in rows]
        self.embedded.append([people[row][0] for row in rows])
        self.evidence = self.tracker.update(rows, np.array(looks).reshape(-1, 64), [quality] * len(rows))
        names = [f"person {int(np.argmax(PEOPLE @ each.embedding))}" for each in self.evidence]
        self.tracks = self.tracker.assign(rows, [Match(name, score, 0.8, name, 0.8) for name in names])
        return [track.number for track in self.tracks]

    @property
    def names(self):
        return [track.match.name for track in self.tracks]


def test_a_face_that_moves_keeps_its_track():
    stage = Stage()
    assert {stage.show((0, 10 + 20 * step))[0] for step in range(20)} == {1}


def test_two_faces_never_share_a_track():
    stage = Stage()
    for step in range(20):
        numbers = stage.show((0, 10 + 10 * step), (1, 400 - 10 * step))
        assert len(set(numbers)) == 2


def test_people_who_cross_keep_their_tracks_and_names():
    stage = Stage()
    before = stage.show((0, 0), (1, 400))
    for x in range(20, 401, 20):
        behind = abs(x - (400 - x)) < 40  # one hides the other, and the detector sees one face
        shown = [(0, x)] if behind else [(0, x), (1, 400 - x)]
        after = stage.show(*shown)
    assert after == before
    assert stage.names == ["person 0", "person 1"]


def test_people_who_meet_and_turn_back_keep_their_tracks():
    stage = Stage()
    before = stage.show((0, 0), (1, 400))
    for x in [*range(20, 181, 20), *range(160, -1, -20)]:
        behind = abs(x - (400 - x)) < 80
        after = stage.show(*([(0, x)] if behind else [(0, x), (1, 400 - x)]))
    assert after == before


def test_a_cut_that_puts_another_person_in_the_same_place_begins_another_track():
    stage = Stage()
    for _ in range(20):
        before = stage.show((0, 100))
    assert stage.show((1, 100)) != before
    assert stage.names == ["person 1"]


def test_a_face_that_comes_back_in_time_is_the_same_and_later_another():
    stage = Stage(max_gap=1.0)
    first = stage.show((0, 100), at=0.0)
    assert stage.show((0, 110), at=0.9) == first
    stage.show(at=1.5)
    assert stage.show((0, 110), at=2.2) != first


def test_somebody_else_who_comes_to_the_same_place_is_another():
    stage = Stage()
    first = stage.show((0, 100), at=0.0)
    assert stage.show((1, 100), at=0.5) != first


def test_a_known_face_is_embedded_now_and_then_and_an_unsure_one_always():
    for score, frames in ((0.99, [0, 1, 11]), (0.01, [0, 5, 15]), (0.5, [*range(20)])):
        stage = Stage(enough=2.0, interval=1.0, young_interval=0.45)
        for _ in range(20):
            stage.show((0, 100), score=score)
        assert [frame for frame, rows in enumerate(stage.embedded) if rows] == frames


def test_neighbours_who_stay_apart_are_no_reason_to_embed_every_frame():
    stage = Stage()
    for _ in range(30):
        stage.show((0, 100), (1, 170))
    assert sum(map(len, stage.embedded)) <= 2 * (5 + 6)


def test_good_frames_weigh_more_than_poor_ones_and_the_memory_is_bounded():
    stage = Stage(memory=8.0)
    stage.show((0, 100), quality=POOR)
    assert stage.evidence[0].frames == 0.5
    stage.show((0, 100))
    assert stage.evidence[0].frames == 1.5
    for _ in range(50):
        stage.show((0, 100), score=0.5)
    assert stage.evidence[0].frames == pytest.approx(8.0)


def test_the_evidence_is_the_mean_of_the_embeddings_and_bears_the_name():
    stage = Stage(enough=3.0)
    for _ in range(3):
        stage.show((0, 100))
    looks = [pictures_of(PEOPLE[0], 1, spread=0.05, seed=n + 1)[0] for n in range(3)]
    assert np.allclose(stage.evidence[0].embedding, np.mean(looks, axis=0), atol=1e-5)
    assert stage.evidence[0].held == "person 0"


def test_time_that_steps_back_begins_anew():
    stage = Stage()
    first = stage.show((0, 100), at=50.0)
    assert stage.show((0, 100), at=0.0) != first


def test_frames_without_faces_are_passed_over():
    assert Stage().show() == []


def test_a_crowd_leaves_no_track_behind():
    stage = Stage()
    for step in range(100):
        stage.show((step % 3, 10 * (step % 40)), at=step * 2.0)
    stage.show(at=500.0)
    assert stage.tracker._paths == []


def test_photographs_are_each_for_themselves():
    alone = EveryFaceAlone()
    faces = [Face(Box(0, 0, 9, 9), np.zeros((5, 2), np.float32), 0.9)] * 2
    embeddings = unit_rows(np.eye(2, 4, dtype=np.float32))
    rows = alone.associate(np.zeros((9, 9, 3), np.uint8), 0.0, faces)
    evidence = alone.update(rows, embeddings, [GOOD, POOR])
    assert [each.frames for each in evidence] == [1.0, 0.5]
    match = Match("x", 0.9, 0.9, "x")
    assert [track.number for track in alone.assign(rows, [match, match])] == [None, None]
