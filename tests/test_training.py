import numpy as np
import pytest

from tests.galleries import taught


@pytest.mark.parametrize("counts", [(1,), (5,), (1, 1), (1, 3, 2)])
def test_any_number_of_people_and_pictures_can_be_trained(counts):
    classifiers = taught(*counts)
    assert classifiers.svm.predict(classifiers.embeddings).tolist() == classifiers.labels.tolist()
    assert classifiers.knn.predict(classifiers.embeddings).tolist() == classifiers.labels.tolist()


def test_training_twice_gives_the_same_classifiers():
    one, other = taught(4, 2, 3), taught(4, 2, 3)
    assert np.array_equal(one.svm.coef_, other.svm.coef_)
