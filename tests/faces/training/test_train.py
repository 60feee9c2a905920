import numpy as np
import pytest
from sklearn.svm import LinearSVC

from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.gallery.identify import FaceIdentifier, scorer_of
from svod_rcgn.faces.records import Evidence
from svod_rcgn.faces.training import train as training
from svod_rcgn.faces.training.train import train
from tests.faces.galleries import LENGTH, directions, taught


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
    verdicts = scorer_of(classifiers).judge(classifiers.embeddings)
    assert np.array_equal(verdicts.likeness, verdicts.cosine)
    assert verdicts.nearest.tolist() == classifiers.labels.tolist()


@pytest.fixture
def _all_are_many(monkeypatch):
    monkeypatch.setattr(training, "MOST_KNN_PERSONS", 1)


@pytest.mark.usefixtures("_all_are_many")
@pytest.mark.parametrize("counts", [(3, 2, 4), (1, 1, 1, 1), (5, 1)])
def test_a_very_large_gallery_is_kept_small_and_still_names_its_people(counts, caplog, tmp_path):
    with caplog.at_level("INFO"):
        classifiers = taught(*counts)
    assert "SVM and kNN are left out" in caplog.text
    store.save(classifiers, tmp_path / "set", "model", {})
    loaded = store.load(tmp_path / "set", "model")
    assert loaded.embeddings.dtype == np.float16
    matches = FaceIdentifier(loaded).identify([Evidence(row) for row in classifiers.embeddings])
    assert [match.name for match in matches] == [loaded.persons[label].name for label in loaded.labels]
    stranger = directions(LENGTH)[-1]
    assert FaceIdentifier(loaded).identify([Evidence(stranger)])[0].name is None


@pytest.mark.usefixtures("_all_are_many")
def test_what_a_very_large_gallery_was_trained_from_can_be_trained_again(tmp_path):
    before = taught(3, 2, 4)
    store.save(before, tmp_path / "set", "model", {})
    persons, (embeddings, labels) = store.load_gallery(tmp_path / "set", "model")
    again = train(persons, embeddings, labels).classifiers
    assert np.array_equal(again.embeddings, before.embeddings)
    assert again.decision == before.decision


def test_limits_of_a_sample_without_training_anew_are_those_of_training_anew(monkeypatch):
    counts = [4] * 30
    few = taught(*counts).decision
    monkeypatch.setattr(training, "MOST_SVM_PERSONS", 0)
    without_svm = taught(*counts).decision
    monkeypatch.setattr(training, "MOST_KNN_PERSONS", 1)
    many = taught(*counts).decision
    assert many.limit == pytest.approx(without_svm.limit, abs=0.01)
    assert many.track_limit == pytest.approx(without_svm.track_limit, abs=0.01)
    assert many.midpoint == pytest.approx(without_svm.midpoint, abs=0.02)
    assert few.measured
    assert many.measured


def test_the_svm_is_the_same_as_if_trained_on_the_embeddings_themselves():
    classifiers = taught(4, 2, 3)
    plain = LinearSVC(class_weight="balanced", random_state=0).fit(classifiers.embeddings, classifiers.labels)
    asked = directions(LENGTH)
    np.testing.assert_allclose(
        classifiers.svm.decision_function(asked), plain.decision_function(asked), atol=1e-3
    )
