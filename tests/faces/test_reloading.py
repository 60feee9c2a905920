import shutil

import pytest

from svod_rcgn.errors import SvodError
from svod_rcgn.faces.gallery import identify, store
from svod_rcgn.faces.gallery.identify import FaceIdentifier
from svod_rcgn.faces.recogniser import Reloader
from tests.faces.galleries import taught

MODEL = "a network"


def _train(folder, *counts):
    store.save(taught(*counts), folder, MODEL, {})


@pytest.fixture
def reloader(tmp_path, monkeypatch):
    def load(_embedding_dir, classifiers_dir):
        return FaceIdentifier(store.load(classifiers_dir, MODEL))

    monkeypatch.setattr(identify, "load_identifier", load)
    _train(tmp_path / "set", 2)
    in_use = []
    return Reloader(tmp_path / "model", tmp_path / "set", in_use.append), in_use


def test_what_was_trained_meanwhile_is_put_in_use(reloader, tmp_path):
    reloader, in_use = reloader
    assert reloader.status.classes == {"A a": 2}
    _train(tmp_path / "set", 2, 3)
    assert reloader.reload().classes == {"A a": 2, "A b": 3}
    assert [set(classifier.people) for classifier in in_use] == [{"A a", "A b"}]
    assert reloader.status.classes == {"A a": 2, "A b": 3}


def _cut_short(folder):
    path = folder / store.GALLERY_FILE
    path.write_bytes(path.read_bytes()[:-100])


def _half_written(folder):
    (folder / store.META_FILE).unlink()


def _gone(folder):
    shutil.rmtree(folder)


def _swapped(folder):
    (folder / store.SVM_FILE).write_bytes((folder / store.KNN_FILE).read_bytes())


@pytest.mark.parametrize("harm", [_cut_short, _half_written, _gone, _swapped])
def test_a_broken_set_is_refused_and_the_old_one_goes_on(reloader, tmp_path, harm):
    reloader, in_use = reloader
    before = reloader.status
    harm(tmp_path / "set")
    with pytest.raises(SvodError, match="set"):
        reloader.reload()
    assert in_use == []
    assert reloader.status == before
