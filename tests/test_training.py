import numpy as np
import pytest

from svod_rcgn import training
from svod_rcgn.stages.classification import judges_of
from tests.galleries import taught


@pytest.mark.parametrize("counts", [(1,), (5,), (1, 1), (1, 3, 2)])
def test_any_number_of_people_and_pictures_can_be_trained(counts):
    classifiers = taught(*counts)
    assert classifiers.svm.predict(classifiers.embeddings).tolist() == classifiers.labels.tolist()
    assert classifiers.knn.predict(classifiers.embeddings).tolist() == classifiers.labels.tolist()


def test_many_people_with_one_picture_each_are_trained_without_a_warning():
    classifiers = taught(*[1] * 30)
    assert classifiers.knn.predict(classifiers.embeddings).tolist() == list(range(30))


def test_training_twice_gives_the_same_classifiers():
    one, other = taught(4, 2, 3), taught(4, 2, 3)
    assert np.array_equal(one.svm.coef_, other.svm.coef_)


def test_a_large_gallery_is_decided_by_the_cosine_and_says_so(monkeypatch, caplog):
    monkeypatch.setattr(training, "MOST_SVM_PERSONS", 3)
    with caplog.at_level("INFO"):
        classifiers = taught(2, 2, 2, 2)
    assert "4 persons, 8 pictures: the SVM is left out" in caplog.text
    verdicts = judges_of(classifiers).judge(classifiers.embeddings)
    assert np.array_equal(verdicts.likeness, verdicts.cosine)
    assert verdicts.nearest.tolist() == classifiers.labels.tolist()
