import json
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from fsspec.implementations.local import LocalFileSystem

from svod_rcgn.errors import ClassifierError, InputError, PublishError
from svod_rcgn.faces.exchange.publish import export
from svod_rcgn.storage.release_store import Catalog, Kdataset
from svod_rcgn.storage.releases import Release, release_of
from svod_rcgn.storage.remote.addresses import Address
from tests.faces.exchange.releases import files

RELEASE = Release("office", "1.0")


@pytest.fixture
def publisher(catalog):
    return Catalog(Address(str(catalog)))


def test_a_release_holds_the_whole_folder_and_a_manifest_that_is_right(
    classifiers, catalog, publisher, reporter, model
):
    before = files(classifiers)
    where = export(RELEASE, classifiers, publisher, reporter)
    assert where == str(catalog / "model-office-1.0.tar")
    with tarfile.open(where) as archive:
        held = {name: archive.extractfile(name).read() for name in archive.getnames()}
    manifest = json.loads(held.pop("manifest.json"))
    assert held == before
    assert {"classifier-svm.pkl", "previews/A_a.png", "report.html", "meta.json"} <= set(held)
    assert manifest["files"] == {name: sha256(content).hexdigest() for name, content in held.items()}
    assert (manifest["name"], manifest["version"], manifest["model"]) == ("office", "1.0", model)
    assert "scikit-learn" in manifest["libraries"]
    assert manifest["created"] >= manifest["trained"]
    assert files(classifiers) == before


def test_a_version_is_overwritten_only_by_force(classifiers, catalog, publisher, reporter):
    export(RELEASE, classifiers, publisher, reporter)
    (classifiers / "report.html").write_text("another")
    before = files(catalog)
    with pytest.raises(PublishError, match=r"model-office-1\.0\.tar: is there already; .* --force"):
        export(RELEASE, classifiers, publisher, reporter)
    assert files(catalog) == before
    export(RELEASE, classifiers, publisher, reporter, force=True)
    assert files(catalog) != before
    assert list(files(catalog)) == ["model-office-1.0.tar"]


def test_what_is_read_back_otherwise_is_not_published(classifiers, catalog, publisher, reporter, monkeypatch):
    def put_half(_files, source, target):
        content = Path(source).read_bytes()
        Path(target).write_bytes(content[: len(content) // 2])

    monkeypatch.setattr(LocalFileSystem, "put_file", put_half)
    with pytest.raises(PublishError, match="what was read back is not what was written"):
        export(RELEASE, classifiers, publisher, reporter)
    assert files(catalog) == {}


def test_damaged_classifiers_are_not_published(
    classifiers, catalog, publisher, reporter, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (classifiers / "gallery.npz").write_bytes(b"damaged")
    with pytest.raises(ClassifierError, match=r"gallery\.npz: damaged.*prepare\.py") as caught:
        export(RELEASE, classifiers, publisher, reporter)
    assert str(caught.value).startswith(str(classifiers))
    with pytest.raises(ClassifierError, match="nowhere: no classifiers here"):
        export(RELEASE, tmp_path / "nowhere", publisher, reporter)
    assert not catalog.exists()


def test_a_catalogue_lists_its_releases_and_passes_over_the_rest(classifiers, catalog, publisher, reporter):
    assert publisher.releases() == []
    for release in (RELEASE, Release("front-door", "2"), Release("front-door", "10")):
        export(release, classifiers, publisher, reporter)
    (catalog / "notes.txt").write_text("x")
    (catalog / "model-x.tar").write_text("x")
    listed = publisher.releases()
    assert [(each.release.name, each.release.version) for each in listed] == [
        ("front-door", "10"), ("front-door", "2"), ("office", "1.0"),
    ]  # fmt: skip
    assert all(each.entry.size > 10_000 and each.entry.changed for each in listed)


@pytest.mark.parametrize(("name", "version"), [("a-b", "1.0"), ("a", "1.0+x_2"), ("A.b_c-d-e", "v1")])
def test_a_release_is_read_back_from_its_files_name(name, version):
    assert release_of(Release(name, version).file) == Release(name, version)


@pytest.mark.parametrize(
    ("name", "version"),
    [("../a", "1"), ("a", "1-2"), ("", "1"), ("a", ""), ("a b", "1"), (".a", "1"), ("a", "1/2")],
)
def test_what_cannot_be_part_of_a_files_name_is_refused(name, version):
    with pytest.raises(InputError, match=r"is no (name|version)"):
        Release(name, version)


def test_nothing_is_published_over_http():
    with pytest.raises(InputError, match=r"http://host/models: http is for reading only"):
        Catalog(Address("http://host/models"))


@pytest.fixture
def kdataset(tmp_path):
    """A command that keeps what it is asked and what lies in its folder."""
    program = tmp_path / "kdataset"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        f"told = open({str(tmp_path / 'told.json')!r}, 'w')\n"
        "json.dump([sys.argv[1:], sorted(os.listdir())], told)\n"
        "if 'bad:1' in sys.argv: sys.exit('connecting\\nError: no such workspace')\n"
    )
    program.chmod(0o755)
    return Kdataset(str(program), "lab")


def test_kdataset_pushes_the_folder_to_the_workspace(classifiers, kdataset, reporter, tmp_path):
    assert export(RELEASE, classifiers, kdataset, reporter) == "lab, office:1.0"
    words, held = json.loads((tmp_path / "told.json").read_text())
    assert words == ["push", "lab", "office:1.0", "--type", "model", "--create"]
    assert set(held) == {"manifest.json", *(name.partition("/")[0] for name in files(classifiers))}
    export(RELEASE, classifiers, kdataset, reporter, force=True)
    assert json.loads((tmp_path / "told.json").read_text())[0][-1] == "--force"


def test_a_push_that_fails_tells_why(classifiers, kdataset, reporter):
    with pytest.raises(PublishError, match=r"could not push bad:1 to lab: Error: no such workspace$"):
        export(Release("bad", "1"), classifiers, kdataset, reporter)
