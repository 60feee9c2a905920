"""Whatever is wrong with a file ends in one line, and the dataset stays as it was."""

import json
import tarfile
import zipfile

import pytest

from svod_rcgn.datasets import transfer
from svod_rcgn.errors import SvodError
from tests.datasets.makers import noise, png

IMAGE = {"id": 1, "file_name": "a.png", "width": 96, "height": 80}
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = (
    f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{_LAUGHS}]>'
    "<annotation><filename>&l9;</filename></annotation>"
)
FILES = (
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>'
)


def _coco(**changes):
    return json.dumps(
        {"images": [IMAGE], "annotations": [], "categories": [{"id": 1, "name": "cat"}], **changes}
    )


def _annotation(**changes):
    return _coco(annotations=[{"id": 7, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], **changes}])


def _voc(inner="", size="<size><width>96</width><height>80</height></size>"):
    return f"<annotation><filename>a.png</filename>{size}{inner}</annotation>"


def _object(corners):
    names = ("xmin", "ymin", "xmax", "ymax")
    inner = "".join(f"<{name}>{corner}</{name}>" for name, corner in zip(names, corners, strict=True))
    return f"<object><name>cat</name><bndbox>{inner}</bndbox></object>"


def _tasks(**changes):
    value = {"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["cat"], **changes}
    result = [{"type": "rectanglelabels", "value": value}]
    return json.dumps([{"data": {"image": "a.png"}, "annotations": [{"result": result}]}])


HOSTILE = {
    "broken JSON": ({"instances.json": "{"}, "coco", "truncated|malformed"),
    "JSON nested without end": ({"instances.json": "[" * 100_000}, "coco", "no file in it is COCO's JSON"),
    "JSON of another kind": ({"instances.json": "[1, 2]"}, "coco", "no file in it is COCO's JSON"),
    "no text": ({"instances.json": b"\xff\xfe\x00"}, "coco", "no text in UTF-8"),
    "a box that is no number": (
        {"instances.json": _annotation(bbox=[1, 2, "x", 4])},
        "coco",
        "Expected `float`",
    ),
    "a box with three sides": ({"instances.json": _annotation(bbox=[1, 2, 3])}, "coco", "length"),
    "an endless box": ({"instances.json": _annotation(bbox=[1, 2, 1e300, 4])}, "coco", "absurd"),
    "an unknown category": (
        {"instances.json": _annotation(category_id=9)},
        "coco",
        "category 9, which is not listed",
    ),
    "an unknown picture": (
        {"instances.json": _annotation(image_id=9)},
        "coco",
        "image 9, which is not listed",
    ),
    "two categories of one name": (
        {"instances.json": _coco(categories=[{"id": 1, "name": "cat"}, {"id": 2, "name": "cat"}])},
        "coco",
        "2 categories are called 'cat'",
    ),
    "a category without a name": (
        {"instances.json": _coco(categories=[{"id": 1, "name": " "}])},
        "coco",
        "is empty",
    ),
    "pictures that lie elsewhere": (
        {"instances.json": _coco(images=[{**IMAGE, "file_name": "../../etc/passwd"}])},
        "coco",
        "none of its pictures",
    ),
    "tags that are no lists": ({"tags.json": '{"a.png": "cat"}'}, "tags_json", "Expected `array`"),
    "tags of pictures that are lost": (
        {"tags.json": '{"b.png": ["cat"]}'},
        "tags_json",
        "none of its pictures",
    ),
    "a class called nothing": ({"tags.json": '{"a.png": [""]}'}, "tags_json", "is empty"),
    "billion laughs": ({"a.xml": BOMB}, "voc", "declares the document type lolz"),
    "a file drawn in": ({"a.xml": FILES}, "voc", "declares the document type a"),
    "broken XML": ({"a.xml": "<annotation>"}, "voc", "cannot be read as XML"),
    "XML of another kind": ({"a.xml": "<html/>"}, "voc", "expected <annotation>"),
    "XML nested without end": ({"a.xml": "<annotation>" + "<a>" * 200_000}, "voc", "cannot be read as XML"),
    "a corner that is no number": (
        {"a.xml": _voc(_object((1, 2, "x", 4)))},
        "voc",
        "xmax is 'x' and no number",
    ),
    "a corner that is missing": ({"a.xml": _voc("<object><name>cat</name></object>")}, "voc", "xmin is None"),
    "a corner without end": ({"a.xml": _voc(_object((1, 2, "inf", 4)))}, "voc", "absurd"),
    "laughs in CVAT's file": ({"annotations.xml": BOMB}, "cvat", "declares the document type lolz"),
    "a CVAT box without a side": (
        {"annotations.xml": '<annotations><image name="a.png"><box label="cat"/></image></annotations>'},
        "cvat",
        "xtl is None and no number",
    ),
    "broken tasks": (
        {"label_studio.json": '[{"data": {"image": "a.png"}, "annotations": [{"result": 3}]}]'},
        "label_studio",
        "Expected `array`",
    ),
    "a task without a picture": (
        {"label_studio.json": '[{"data": {"image": 7}, "annotations": []}]'},
        "label_studio",
        "task 1: names no picture",
    ),
    "a task's box without a class": (
        {"label_studio.json": _tasks(rectanglelabels=[])},
        "label_studio",
        "no class",
    ),
    "a task's box without a place": ({"label_studio.json": _tasks(width=None)}, "label_studio", "no place"),
    "a task's box without end": ({"label_studio.json": _tasks(x=1e300)}, "label_studio", "absurd"),
    "a task's box turned in a picture of no size": (
        {"label_studio.json": _tasks(rotation=30)},
        "label_studio",
        "the picture's size is not said",
    ),
    "tasks of pictures that are lost": (
        {"label_studio.json": '[{"data": {"image": "/b.png"}, "annotations": []}]'},
        "label_studio",
        "none of its pictures",
    ),
    "two names of a list alike": (
        {"classes.txt": "cat\ncat\n", "a.txt": ""},
        "yolo",
        "2 classes are called 'cat'",
    ),
    "YAML that is none": ({"data.yaml": "names: [a", "a.txt": ""}, "yolo", "cannot be read as YAML"),
    "YAML that makes objects": (
        {"data.yaml": "names: !!python/object/apply:os.system ['true']"},
        "yolo",
        "cannot be read as YAML",
    ),
    "YAML that grows": (
        {"data.yaml": "a: &a [x, x]\nb: &b [*a, *a]\nnames: [*b, *b]"},
        "yolo",
        "has aliases",
    ),
    "YAML without names": ({"data.yaml": "nc: 3"}, "yolo", "names is neither a list nor numbers"),
    "YAML nested without end": ({"data.yaml": "names: " + "[" * 20_000}, "yolo", "nested over 20 levels"),
    "two classes of one name": ({"data.yaml": "names: [cat, cat]"}, "yolo", "2 classes are called 'cat'"),
    "a class without a name": (
        {"data.yaml": "names: [cat]", "a.txt": "1 0 0 1 1"},
        "yolo",
        "class 1 has no name",
    ),
    "a negative class": (
        {"data.yaml": "names: [cat]", "a.txt": "-1 0 0 1 1"},
        "yolo",
        "class -1 has no name",
    ),
    "labels that are no numbers": (
        {"data.yaml": "names: [cat]", "a.txt": "0 a b c d"},
        "yolo",
        "not made of numbers",
    ),
    "a label too short": (
        {"data.yaml": "names: [cat]", "a.txt": "0 1 2"},
        "yolo",
        "expected a class and a box",
    ),
    "a label without end": ({"data.yaml": "names: [cat]", "a.txt": "0 nan 0 1 1"}, "yolo", "absurd"),
    "a table without columns": ({"annotations.csv": "x,y\n1,2"}, "csv", "names no picture and class"),
    "a table with a wrong word": (
        {"annotations.csv": "picture,class,said\na.png,cat,maybe"},
        "csv",
        "'maybe' is said",
    ),
    "a table with a wrong corner": (
        {"annotations.csv": "picture,class,xmin,ymin,xmax,ymax\na.png,cat,1,2,3,"},
        "csv",
        "row 2: a corner is no number",
    ),
    "an empty table": ({"annotations.csv": ""}, "csv", "is empty"),
    "no pictures at all": ({"a.png": None, "readme.md": "hello"}, "class_folders", "no pictures"),
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("what", HOSTILE)
def test_it_ends_in_one_line(dataset, folder, what):
    files, layout, told = HOSTILE[what]
    for name, content in {"a.png": png(noise(1)), **files}.items():
        if content is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SvodError, match=told) as error:
        _take_in(dataset, folder, layout)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600
    assert dataset.pictures() == []


def _take_in(dataset, path, layout=None):
    with transfer.imported([path], layout) as found:
        return [*transfer.import_into(dataset, found, "theirs")]


def test_a_name_that_several_pictures_have_is_told(dataset, folder):
    for name in ("x", "y"):
        (folder / name).mkdir()
        (folder / name / "a.png").write_bytes(png(noise(1)))
    (folder / "tags.json").write_text('{"a.png": ["cat"]}')
    with pytest.raises(SvodError, match=r"2 pictures are called a\.png; name them apart"):
        _take_in(dataset, folder)


def test_a_huge_file_of_annotations_is_not_read(dataset, folder):
    with (folder / "data.yaml").open("wb") as file:
        file.truncate(10_000_000)
    with pytest.raises(SvodError, match="over 1 megabytes"):
        _take_in(dataset, folder)


def test_boxes_for_another_size_are_refused_with_their_picture(dataset, folder):
    (folder / "a.png").write_bytes(png(noise(1)))
    size = "<size><width>48</width><height>40</height></size>"
    (folder / "a.xml").write_text(_voc(_object((1, 2, 3, 4)), size))
    ((part),) = _take_in(dataset, folder)
    assert part.refused == ("a.png: is 96x80, and its boxes are for 48x40; mend the size there",)
    assert dataset.pictures() == []


def _zip(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in names:
            archive.writestr(name, content)
    return path


def test_an_archive_of_a_dataset_is_taken_in(dataset, tmp_path):
    names = [
        ("set/tags.json", '{"a.png": ["cat"]}'),
        ("set/images/a.png", png(noise(1))),
        ("__MACOSX/x", b""),
    ]
    _take_in(dataset, _zip(tmp_path / "set.zip", names))
    assert [(each.name, each.yes) for each in dataset.pictures()] == [("a.png", ("cat",))]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../a.png", "leads out"),
        ("/a.png", "an absolute path"),
        ("C:\\a.png", "an absolute path"),
        ("a\nb.png", "control"),
    ],
)
def test_an_archive_that_leads_out_is_refused(dataset, tmp_path, name, told):
    with pytest.raises(SvodError, match=told) as error:
        _take_in(dataset, _zip(tmp_path / "set.zip", [(name, png(noise(1)))]))
    assert "\n" not in str(error.value)


def test_a_link_in_an_archive_is_refused(dataset, tmp_path):
    with tarfile.open(tmp_path / "set.tar", "w") as archive:
        link = tarfile.TarInfo("cat/a.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(SvodError, match="a link"):
        _take_in(dataset, tmp_path / "set.tar")


@pytest.mark.slow
def test_an_archive_of_a_hundred_thousand_files_is_refused_before_it_is_unpacked(dataset, tmp_path):
    path = _zip(tmp_path / "set.zip", ((f"cat/{number}.png", b"") for number in range(100_000)))
    with pytest.raises(SvodError, match="over 50,000 files; unpack it yourself and import the folder"):
        _take_in(dataset, path)


def test_an_archive_that_is_none_is_told(dataset, tmp_path):
    (tmp_path / "set.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(SvodError, match="a damaged archive") as error:
        _take_in(dataset, tmp_path / "set.zip")
    assert "\n" not in str(error.value)


def test_what_is_nothing_known_is_told(dataset, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(SvodError, match="in no format that is read here; these are: tags_json, yolo"):
        _take_in(dataset, tmp_path / "notes.txt")
    with pytest.raises(SvodError, match="no such file or folder"):
        _take_in(dataset, tmp_path / "nowhere")


def test_nothing_is_exported_over_what_is_there(dataset, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(SvodError, match="is not empty; name a new folder"):
        transfer.export(dataset, tmp_path / "out", "coco")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_export_that_fails_leaves_nothing(dataset, tmp_path):
    with pytest.raises(SvodError, match="there are no pictures to be written"):
        transfer.export(dataset, tmp_path / "out", "idx")
    assert not (tmp_path / "out").exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".out") and path.is_dir()] == []


def test_every_picture_that_is_lost_is_told_before_anything_is_written(dataset, tmp_path):
    folder = tmp_path / "theirs" / "cat"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(png(noise(1)))
    _take_in(dataset, folder.parent)
    dataset.pictures()[0].path.unlink()
    with pytest.raises(SvodError, match="1 picture lost; `check` shows which"):
        transfer.export(dataset, tmp_path / "out", "coco")
