import hashlib
import io
import json
import os
import pickle
import tarfile
from pathlib import Path

import pytest

from svod_rcgn.errors import ClassifierError, DownloadError
from svod_rcgn.faces.exchange.fetch_release import install, roll_back
from svod_rcgn.faces.exchange.publish import export
from svod_rcgn.faces.gallery import store
from svod_rcgn.faces.gallery.identify import scorer_of
from svod_rcgn.storage.files import sha256_of
from svod_rcgn.storage.folders import previous_of
from svod_rcgn.storage.release_sets import ReleaseRequest
from svod_rcgn.storage.release_store import Catalog
from svod_rcgn.storage.releases import Release
from svod_rcgn.storage.remote.addresses import Address
from tests.faces.exchange.releases import REMOVER, files, write_set


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def archive(classifiers, catalog, reporter):
    return Path(export(Release("office", "1.0"), classifiers, Catalog(Address(str(catalog))), reporter))


@pytest.fixture
def here(tmp_path, model):
    """The classifiers of another machine, of one person."""
    write_set(tmp_path / "here" / "classifiers", model, 4)
    return tmp_path / "here" / "classifiers"


def without(held, absent):
    return {name: content for name, content in held.items() if name != absent}


def parcel(path):
    return ReleaseRequest(Address(str(path)))


def left(folder):
    return {path.name for path in folder.parent.iterdir()} - {f".{folder.name}.lock"}


def test_a_release_takes_the_place_of_what_is_there_and_the_last_one_comes_back(
    archive, classifiers, here, model, reporter
):
    before = files(here)
    installed = install(parcel(archive), here, model, reporter)
    assert [person.name for person in installed.persons] == ["A a", "A b"]
    assert installed.manifest.version == "1.0"
    after = files(here)
    assert without(after, "manifest.json") == files(classifiers)
    assert [person.name for person in roll_back(here, model).persons] == ["A a"]
    assert files(here) == before
    roll_back(here, model)
    assert files(here) == after
    assert left(here) == {"classifiers", ".classifiers.previous"}


def test_a_release_is_installed_where_nothing_was(archive, tmp_path, model, reporter):
    install(parcel(archive), tmp_path / "new" / "classifiers", model, reporter)
    assert len(store.load(tmp_path / "new" / "classifiers", model).persons) == 2
    assert left(tmp_path / "new" / "classifiers") == {"classifiers"}


def test_what_was_installed_is_published_under_another_name_with_a_manifest_of_its_own(
    archive, here, model, reporter, catalog
):
    install(parcel(archive), here, model, reporter)
    again = export(Release("copy", "2"), here, Catalog(Address(str(catalog))), reporter)
    assert install(parcel(again), here, model, reporter).manifest.name == "copy"


def repacked(archive, path, change):
    """The archive again, its files changed as a function says; None leaves one out."""
    with tarfile.open(archive) as source:
        held = {name: source.extractfile(name).read() for name in source.getnames()}
    with tarfile.open(path, "w:gz") as target:
        for name, content in change(held).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            target.addfile(entry, io.BytesIO(content))
    return path


def test_an_archive_without_a_manifest_and_with_a_root_folder_is_taken_too(
    archive, tmp_path, here, model, reporter
):
    def change(held):
        return {f"classifiers/{name}": content for name, content in without(held, "manifest.json").items()}

    installed = install(parcel(repacked(archive, tmp_path / "a.tgz", change)), here, model, reporter)
    assert installed.manifest is None
    assert len(store.load(here, model).persons) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda held: held | {"report.html": b"other"},
            r"report\.html: manifest\.json says sha256 \w+, came \w+$",
        ),
        (lambda held: held | {"extra.txt": b"x"}, r"extra\.txt: manifest\.json says sha256 nothing, came"),
        (
            lambda held: {n: c for n, c in held.items() if n != "report.html"},
            r"report\.html: .* came nothing",
        ),
        (lambda held: held | {"manifest.json": b"{}"}, r"manifest\.json: .*missing"),
        (lambda held: {"notes.txt": b"x"}, "holds no classifiers"),
        (lambda held: held | {"../evil": b"x"}, "leads out"),
    ],
)
def test_an_archive_that_is_not_as_its_manifest_says_changes_nothing(
    archive, here, model, reporter, change, told
):
    before = files(here)
    with pytest.raises(DownloadError, match=told):
        install(parcel(repacked(archive, archive.with_suffix(".tgz"), change)), here, model, reporter)
    assert files(here) == before
    assert left(here) == {"classifiers"}


def with_meta(held, **changes):
    meta = json.loads(held["meta.json"]) | changes
    return without(held, "manifest.json") | {"meta.json": json.dumps(meta).encode()}


def hostile(held):
    class Hostile:
        def __reduce__(self):
            return os.system, ("touch harmed",)

    content = pickle.dumps(Hostile(), 4)
    sums = json.loads(held["meta.json"])["files"]
    sums["classifier-svm.pkl"] = hashlib.sha256(content).hexdigest()
    return with_meta(held, files=sums) | {"classifier-svm.pkl": content}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda held: with_meta(held, model="f" * 16), "trained with another network .*; train it again"),
        (lambda held: with_meta(held, libraries={"scikit-learn": "0.1"}), r"scikit-learn 0\.1, .*--retrain"),
        (hostile, "system, which a classifier never holds"),
        (lambda held: with_meta(held, persons=[]), "not those of the persons"),
    ],
)
def test_a_set_that_does_not_fit_changes_nothing_and_nothing_runs(
    archive, here, model, reporter, change, told
):
    before = files(here)
    source = repacked(archive, archive.with_suffix(".tgz"), change)
    with pytest.raises(ClassifierError, match=told) as caught:
        install(parcel(source), here, model, reporter)
    assert str(caught.value).startswith(f"{source}")
    assert files(here) == before
    assert left(here) == {"classifiers"}
    assert not Path("harmed").exists()


def test_a_set_of_another_scikit_learn_is_trained_again_from_its_embeddings(
    archive, tmp_path, here, model, reporter
):
    def change(held):
        return with_meta(held, libraries={"scikit-learn": "0.1"}) | {
            "classifier-svm.pkl": held["classifier-svm.pkl"]
        }

    source = repacked(archive, tmp_path / "a.tgz", change)
    install(parcel(source), here, model, reporter, retrain=True)
    came = store.load(here, model)
    assert [person.name for person in came.persons] == ["A a", "A b"]
    assert scorer_of(came).judge(came.embeddings).neighbour.tolist() == came.labels.tolist()
    assert (here / "previews" / "A_b.png").exists()
    assert store.read_meta(here).background == REMOVER


def test_a_set_of_another_network_cannot_be_trained_again(archive, here, reporter):
    before = files(here)
    with pytest.raises(ClassifierError, match=r"another network .*; fetch another version"):
        install(parcel(archive), here, "f" * 16, reporter, retrain=True)
    assert files(here) == before


def test_a_wrong_sha256_changes_nothing(archive, here, model, reporter):
    before = files(here)
    with pytest.raises(DownloadError, match="expected sha256 0000"):
        install(ReleaseRequest(Address(str(archive)), "0" * 64), here, model, reporter)
    install(ReleaseRequest(Address(str(archive)), sha256_of(archive)), here, model, reporter)
    assert files(here) != before


def test_without_a_last_set_or_with_one_that_does_not_fit_nothing_is_brought_back(
    here, archive, model, reporter
):
    before = files(here)
    with pytest.raises(ClassifierError, match="no last set is kept here"):
        roll_back(here, model)
    install(parcel(archive), here, model, reporter)
    (previous_of(here) / "gallery.npz").write_bytes(b"damaged")
    with pytest.raises(ClassifierError, match="damaged"):
        roll_back(here, model)
    assert files(here) != before


def test_a_link_to_the_classifiers_stays_a_link(archive, here, tmp_path, model, reporter):
    (tmp_path / "link").symlink_to(here)
    install(parcel(archive), tmp_path / "link", model, reporter)
    assert (tmp_path / "link").is_symlink()
    assert len(store.load(here, model).persons) == 2
