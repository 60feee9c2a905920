import cv2
import numpy as np
import pytest

from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import vet
from svod_rcgn.faces.stages.alignment import FaceAligner
from svod_rcgn.storage.images import read_picture
from tests.faces.galleries import directions, pictures_of
from tests.networks.fakes import load_embedder


def gallery(*counts, swapped=()):
    """Embeddings and labels; `swapped` rows are pictures of the first person."""
    people = directions(len(counts))
    rows = [
        pictures_of(person, count, seed=n)
        for n, (person, count) in enumerate(zip(people, counts, strict=True))
    ]
    embeddings, labels = np.concatenate(rows), np.repeat(np.arange(len(counts)), counts)
    for row in swapped:
        embeddings[row] = pictures_of(people[0], 1, seed=50 + row)[0]
    return embeddings, labels


def test_a_clean_gallery_gives_no_findings():
    embeddings, labels = gallery(4, 3, 1)
    assert vet.find_duplicates(embeddings, labels) == []
    assert vet.find_mislabelled(embeddings, labels) == []
    assert vet.vet(embeddings, labels) == []


def test_a_copy_is_found_and_the_first_of_them_kept():
    embeddings, labels = gallery(3, 3)
    embeddings[5] = embeddings[3]
    (found,) = vet.find_duplicates(embeddings, labels)
    assert (found.row, found.original) == (5, 3)


def test_the_same_picture_under_two_names_is_no_duplicate():
    embeddings, labels = gallery(1, 1)
    embeddings[1] = embeddings[0]
    assert vet.find_duplicates(embeddings, labels) == []


def test_a_picture_under_the_wrong_name_is_found_with_whom_it_looks_like():
    (found,) = vet.find_mislabelled(*gallery(4, 4, swapped=[6]))
    assert (found.row, found.like) == (6, 0)
    assert found.other_cosine > 0.4 > found.own_cosine


def test_of_two_pictures_only_the_wrong_one_is_suspected():
    (found,) = vet.find_mislabelled(*gallery(3, 2, swapped=[4]))
    assert found.row == 4


def test_a_single_picture_is_never_suspected():
    assert vet.find_mislabelled(*gallery(3, 1, swapped=[3])) == []


def test_copies_are_set_aside_before_the_rest_is_suspected():
    embeddings, labels = gallery(3, 4, swapped=[5, 6])
    embeddings[6] = embeddings[5]
    assert [(type(each), each.row) for each in vet.vet(embeddings, labels)] == [
        (vet.Duplicate, 6),
        (vet.Mislabelled, 5),
    ]


def test_somebody_whose_pictures_are_all_doubtful_keeps_them():
    embeddings, labels = gallery(3, 2, swapped=[3, 4])
    assert set(np.delete(labels, [each.row for each in vet.vet(embeddings, labels)])) == {0, 1}


@pytest.fixture(scope="module")
def embedded(embedding_dir, detection_dir):
    detector = build.build_detector(detection_dir, "CPU")
    embedder, _ = load_embedder(embedding_dir)
    aligner = FaceAligner(160, 0.075)

    def embed(*images):
        return embedder.embed([aligner.align(image, detector.detect(image)[0]) for image in images])

    return embed


@pytest.mark.weights
def test_real_copies_are_found_and_another_portrait_is_none(embedded, demo_dir):
    portraits = [read_picture(path) for path in sorted((demo_dir / "faces" / "Barack_Obama").iterdir())]
    first = portraits[0]
    copies = [
        cv2.resize(first, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA),
        np.ascontiguousarray(first[:, ::-1]),
        cv2.convertScaleAbs(first, alpha=1.1, beta=10),
    ]
    found = vet.find_duplicates(embedded(*portraits, *copies), np.zeros(len(portraits) + 3, np.int64))
    assert [each.row for each in found] == [2, 3, 4]


@pytest.mark.weights
def test_a_real_portrait_under_the_wrong_name_is_found(embedded, demo_dir):
    obama = [read_picture(path) for path in sorted((demo_dir / "faces" / "Barack_Obama").iterdir())]
    biden = read_picture(demo_dir / "faces" / "Joe_Biden" / "biden.jpg")
    swapped = read_picture(demo_dir / "probes" / "obama3.jpg")
    embeddings = embedded(*obama, biden, swapped)
    assert vet.find_mislabelled(embeddings[:3], np.array([0, 0, 1])) == []
    (found,) = vet.find_mislabelled(embeddings, np.array([0, 0, 1, 1]))
    assert (found.row, found.like) == (3, 0)
