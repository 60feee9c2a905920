import json
import pickle
import subprocess
import sys
from dataclasses import astuple, replace

import numpy as np
import pytest

from svod_rcgn.errors import ClassifierError
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.gallery.identify import scorer_of
from svod_rcgn.storage.files import sha256_of
from tests.faces.galleries import LENGTH, directions, taught

MODEL = "0123456789abcdef"


@pytest.fixture
def folder(tmp_path):
    preview = {"A_a": np.zeros((16, 16, 3), np.uint8)}
    store.save(taught(3, 2, position="guard"), tmp_path / "classifiers", MODEL, preview)
    return tmp_path / "classifiers"


@pytest.mark.parametrize("counts", [(3, 2), (1,), (1, 1), (4, 1, 2)])
def test_a_saved_set_answers_as_before(tmp_path, counts):
    before = taught(*counts)
    store.save(before, tmp_path / "set", MODEL, {})
    after = store.load(tmp_path / "set", MODEL)
    assert after.decision == before.decision
    assert list(after.persons) == list(before.persons)
    assert np.array_equal(after.embeddings, before.embeddings)
    asked = directions(LENGTH)
    said = (astuple(scorer_of(each).judge(asked)) for each in (before, after))
    for expected, answer in zip(*said, strict=True):
        np.testing.assert_allclose(answer, expected)


@pytest.mark.parametrize("counts", [(3, 2), (1,), (4, 1, 2)])
def test_its_files_are_classifiers_of_scikit_learn(tmp_path, counts):
    before = taught(*counts)
    store.save(before, tmp_path / "set", MODEL, {})
    for name in ("svm", "knn"):
        judge = pickle.loads((tmp_path / "set" / f"classifier-{name}.pkl").read_bytes())
        assert judge.predict(before.embeddings).tolist() == before.labels.tolist()


def test_a_set_is_read_and_asked_without_scikit_learn(folder):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from svod_rcgn.faces.gallery import store\n"
        "from svod_rcgn.faces.gallery.identify import FaceIdentifier\n"
        f"FaceIdentifier(store.load(Path({str(folder)!r}), {MODEL!r}))\n"
        "print([name for name in ('sklearn', 'scipy.stats') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_meta_says_what_a_person_would_want_to_know(folder):
    meta = json.loads((folder / "meta.json").read_text())
    assert meta["format_version"] == 1
    assert meta["model"] == MODEL
    assert meta["persons"][0] == {
        "folder": "A_a",
        "name": "A a",
        "pictures": 3,
        "fields": {"position": "guard"},
    }
    assert {"python", "numpy", "scikit-learn"} <= set(meta["libraries"])
    assert (folder / "previews" / "A_a.png").is_file()


def test_a_set_of_another_network_is_refused_with_the_way_out(folder):
    with pytest.raises(ClassifierError, match=r"another network.*prepare\.py"):
        store.load(folder, "f" * 16)


def change_meta(folder, **changes):
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps(meta | changes))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format_version": 99}, "format 99"),
        ({"libraries": {"scikit-learn": "0.1.0"}}, r"trained with scikit-learn 0\.1\.0"),
        ({"libraries": {}}, "trained with scikit-learn unknown"),
        ({"persons": "nobody"}, "persons"),
        ({"files": {}}, "damaged"),
    ],
)
def test_a_set_that_does_not_fit_is_refused_with_the_way_out(folder, changes, told):
    change_meta(folder, **changes)
    with pytest.raises(ClassifierError, match=rf"{told}.*prepare\.py"):
        store.load(folder, MODEL)


@pytest.mark.parametrize("name", ["classifier-svm.pkl", "classifier-knn.pkl", "gallery.npz", "meta.json"])
@pytest.mark.parametrize("harm", ["missing", "cut", "empty"])
def test_a_damaged_set_is_refused_in_one_line(folder, name, harm):
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes(content[: len(content) // 2] if harm == "cut" else b"")
    with pytest.raises(ClassifierError, match=r"prepare\.py") as caught:
        store.load(folder, MODEL)
    assert "\n" not in str(caught.value)


def test_a_pickle_from_elsewhere_never_runs_even_with_a_matching_checksum(folder, tmp_path):
    class Hostile:
        def __reduce__(self):
            return (eval, (f"open({str(tmp_path / 'harmed')!r}, 'w')",))

    (folder / "classifier-svm.pkl").write_bytes(pickle.dumps(Hostile()))
    files = json.loads((folder / "meta.json").read_text())["files"]
    change_meta(folder, files=files | {"classifier-svm.pkl": sha256_of(folder / "classifier-svm.pkl")})
    with pytest.raises(ClassifierError, match="eval, which a classifier never holds"):
        store.load(folder, MODEL)
    assert not (tmp_path / "harmed").exists()


def put(folder, name, judge):
    """Put another classifier into a set, and its sha256 into meta.json."""
    (folder / name).write_bytes(pickle.dumps(judge, 4))
    files = json.loads((folder / "meta.json").read_text())["files"]
    change_meta(folder, files=files | {name: sha256_of(folder / name)})


@pytest.mark.parametrize(
    "changes",
    [
        {"coef_": np.zeros((1, 3))},
        {"coef_": np.full((1, LENGTH), np.nan)},
        {"coef_": np.zeros((1, LENGTH), int)},
        {"coef_": "nonsense"},
        {"intercept_": np.zeros(2)},
        {"intercept_": None},
    ],
)
def test_a_svm_that_could_not_answer_is_refused(folder, changes):
    svm = taught(3, 2).svm
    vars(svm).update(changes)
    put(folder, "classifier-svm.pkl", svm)
    with pytest.raises(ClassifierError, match=r"classifier-svm\.pkl: damaged: its planes.*prepare\.py"):
        store.load(folder, MODEL)


@pytest.mark.parametrize("name", ["classifier-svm.pkl", "classifier-knn.pkl"])
@pytest.mark.parametrize("content", ["another set's", "a list"])
def test_a_classifier_of_others_is_refused(folder, name, content):
    put(folder, name, getattr(taught(3, 2, 1), name[11:14]) if content == "another set's" else [1, 2])
    with pytest.raises(ClassifierError, match=r"not a classifier of the persons in meta\.json.*prepare\.py"):
        store.load(folder, MODEL)


def test_what_remains_of_a_classifier_is_not_written_again(folder):
    with pytest.raises(TypeError, match="cannot be pickled again"):
        store.save(store.load(folder, MODEL), folder, MODEL, {})


def test_a_missing_folder_says_how_to_train(tmp_path):
    with pytest.raises(ClassifierError, match=r"no classifiers here; run `python prepare\.py`"):
        store.load(tmp_path / "nowhere", MODEL)


def test_a_save_that_fails_leaves_the_last_set(folder):
    before = store.load(folder, MODEL)
    unwritable = replace(before, svm=lambda: None)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        store.save(unwritable, folder, MODEL, {})
    assert np.array_equal(store.load(folder, MODEL).embeddings, before.embeddings)


def test_further_files_are_swapped_with_the_set_and_gone_with_the_next(folder):
    store.save(taught(2), folder, MODEL, {}, {"report.json": b"{}"})
    assert (folder / "report.json").read_bytes() == b"{}"
    assert len(store.load(folder, MODEL).persons) == 1
    store.save(taught(2), folder, MODEL, {})
    assert not (folder / "report.json").exists()


def test_a_set_of_before_there_was_removal_kept_the_background(folder):
    meta = json.loads((folder / "meta.json").read_text())
    assert meta.pop("background") == ""
    (folder / "meta.json").write_text(json.dumps(meta))
    assert store.read_meta(folder).background == ""
