import numpy as np
import pytest

from svod_rcgn.classification.stages.fit import fitted
from svod_rcgn.networks.class_labels import ClassLabel
from tests.classification.fakes import ByBrightness, flat, make_card, make_classifier


def test_the_likeliest_classes_come_first() -> None:
    classifier = make_classifier()
    (found,) = classifier.classify([flat(204)])
    answers = classifier.answers(found, 5)
    assert [(each.index, each.label) for each in answers] == [(1, "bright"), (0, "dark")]
    assert answers[0].probability == pytest.approx(0.8, abs=0.01)
    assert len(classifier.answers(found, 1)) == 1


def test_pictures_of_any_size_go_in_one_batch() -> None:
    network = ByBrightness()
    classifier = make_classifier(network)
    found = classifier.classify([flat(0), flat(255, 3, 40), flat(255, 300, 2)])
    assert network.batches == [3]
    assert [each.best(1) for each in found] == [[0], [1], [1]]
    assert classifier.classify([]) == []


def test_what_is_far_from_all_classes_is_not_known() -> None:
    classifier = make_classifier(
        ByBrightness(lambda bright: 0.9 if bright > 0.5 else 0.1), least_nearness=0.5
    )
    bright, dark = classifier.classify([flat(250), flat(5)])
    assert classifier.knows(bright)
    assert not classifier.knows(dark)
    assert dark.nearness == pytest.approx(0.1)


def test_of_independent_classes_all_count_that_reach_their_limits() -> None:
    labels = ClassLabel("dark", limit=0.3), ClassLabel("bright", limit=0.4)
    classifier = make_classifier(labels=labels, independent=True)
    both, one = classifier.classify([flat(140), flat(240)])
    assert classifier.counting(both) == [1, 0]
    assert classifier.counting(one) == [1]
    strict = make_classifier(labels=(ClassLabel("dark", limit=0.9), ClassLabel("bright")), independent=True)
    (neither,) = strict.classify([flat(100)])
    assert strict.counting(neither) == []
    assert not strict.knows(neither)


def _halves() -> np.ndarray:
    """A picture whose border of 1/10 is white, and whose middle is black."""
    picture = flat(255, 320, 320)
    picture[32:-32, 32:-32] = 0
    return picture


def test_a_central_crop_leaves_the_border_out_and_a_squashed_picture_keeps_it() -> None:
    centre = fitted(_halves(), make_card(fit="centre", size=(224, 224)))
    squashed = fitted(_halves(), make_card(fit="squash", size=(224, 224)))
    assert centre.shape == squashed.shape == (224, 224, 3)
    assert centre[112, 2].tolist() == [255, 255, 255]  # 280 of 320 pixels are kept
    assert centre[112, 14].tolist() == [0, 0, 0]
    assert squashed[112, 14].tolist() == [255, 255, 255]
    assert np.mean(squashed > 128) > np.mean(centre > 128)


@pytest.mark.parametrize("fit", ["centre", "squash"])
@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3000, 7)])
def test_a_picture_of_any_shape_fits(fit: str, size: tuple[int, int]) -> None:
    assert fitted(flat(7, *size), make_card(fit=fit, size=(8, 8))).shape == (8, 8, 3)
