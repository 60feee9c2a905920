"""What other programs write, as they write it."""

import gzip
import json
import struct

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from svod_rcgn.datasets import transfer
from svod_rcgn.datasets.formats.registry import format_of
from svod_rcgn.errors import SvodError
from svod_rcgn.records import Box
from svod_rcgn.storage import images
from tests.datasets.makers import new, noise, png, said


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    return folder


def _put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _take_in(dataset, *paths, layout=None, **options):
    with transfer.imported(paths, layout) as found:
        parts = [*transfer.import_into(dataset, found, "theirs", **options)]
        return parts, found


def test_folders_are_classes_and_pictures_beside_them_have_none(dataset, folder):
    for name in ("Zoë cats/a.png", "Zoë cats/deep/b.png", "dogs/c.png", "d.png", ".trash/e.png"):
        _put(folder / name, png(noise(sum(name.encode()))))
    (folder / "empty").mkdir()
    _take_in(dataset, folder)
    assert {name: yes for name, (yes, _, _) in said(dataset).items()} == {
        "a.png": ("Zoë cats",),
        "b.png": ("Zoë cats",),
        "c.png": ("dogs",),
        "d.png": (),
    }
    assert [each.label for each in dataset.classes()] == ["Zoë cats", "dogs", "empty"]


def test_train_and_test_are_sides_and_not_classes(dataset, folder):
    for name in ("train/cats/a.png", "test/cats/b.png", "test/dogs/c.png"):
        _put(folder / name, png(noise(sum(name.encode()))))
    _, found = _take_in(dataset, folder)
    assert [(each.label, each.yes) for each in dataset.classes()] == [("cats", 2), ("dogs", 1)]
    assert found.notes == ("train, test and the like taken for sides and not for classes",)


def test_the_recognizers_tags_are_read(dataset, folder):
    for name in ("20260101_1.jpg", "20260101_2.jpg"):
        _put(folder / "images" / name, cv2.imencode(".jpg", noise(len(name) + int(name[-5])))[1].tobytes())
    _put(folder / "tags.json", '{"20260101_1.jpg": ["door", "open"], "lost.jpg": ["door"]}')
    _, found = _take_in(dataset, folder)
    assert {name: yes for name, (yes, _, _) in said(dataset).items()} == {
        "20260101_1.jpg": ("door", "open"),
        "20260101_2.jpg": (),
    }
    assert found.notes == ("1 picture not there: lost.jpg",)


def test_voc_counts_from_one_and_its_last_pixels_belong_to_the_box(dataset, folder):
    _put(folder / "JPEGImages" / "a.png", png(noise(1)))
    _put(folder / "JPEGImages" / "bare.png", png(noise(2)))
    inner = "<xmin>1</xmin><ymin>1</ymin><xmax>96</xmax><ymax>80</ymax>"
    inner = f"<object><name>cat</name><bndbox>{inner}</bndbox></object>"
    _put(folder / "Annotations" / "a.xml", f"<annotation><filename>wrong.png</filename>{inner}</annotation>")
    _, found = _take_in(dataset, folder)
    assert said(dataset) == {
        "a.png": ((), (), (("cat", Box(0, 0, 96, 80)),)),
        "bare.png": ((), (), None),
    }
    assert found.notes == (
        "1 picture without an XML file, which may have forgotten objects or none: bare.png",
    )


@pytest.mark.parametrize(
    "layout",
    [
        "{side}/images/{name}.png {side}/labels/{name}.txt",
        "images/{side}/{name}.png labels/{side}/{name}.txt",
        "{name}.png {name}.txt",
    ],
)
def test_yolo_is_read_in_the_layouts_that_are_about(dataset, folder, layout):
    for number, side in enumerate(("train", "valid")):
        picture, labels = (part.format(side=side, name=f"{side}-1") for part in layout.split())
        _put(folder / picture, png(noise(number)))
        _put(folder / labels, "1 0.5 0.5 0.25 0.5\n0 0 0 1 0 1 1 0 1\n")
    _put(folder / "data.yaml", "train: ../train/images\nnc: 2\nnames:\n  0: cat\n  1: dog\n")
    _take_in(dataset, folder)
    boxes = (("dog", Box(36, 20, 60, 60)), ("cat", Box(0, 0, 96, 80)))
    assert said(dataset) == {f"{side}-1.png": ((), (), boxes) for side in ("train", "valid")}


def test_an_empty_label_file_says_nothing_is_there_and_none_says_nothing(dataset, folder):
    for name in ("looked.png", "forgotten.png"):
        _put(folder / "images" / name, png(noise(len(name))))
    _put(folder / "labels" / "looked.txt", "")
    _put(folder / "data.yaml", "names: [cat]")
    _, found = _take_in(dataset, folder)
    assert said(dataset) == {"looked.png": ((), (), ()), "forgotten.png": ((), (), None)}
    assert found.notes == (
        "1 picture without a label file, which may have forgotten objects or none: forgotten.png",
    )


def test_tables_of_other_programs_are_read_by_their_columns(dataset, folder):
    _put(folder / "pictures" / "a.png", png(noise(1)))
    _put(
        folder / "labels.csv",
        "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,96,80,cat,1.5,2,30,40\n",
    )
    _take_in(dataset, folder / "labels.csv")
    assert said(dataset) == {"a.png": ((), (), (("cat", Box(1.5, 2, 30, 40)),))}


def test_crowds_of_coco_are_left_out_and_told(dataset, folder):
    _put(folder / "val" / "a.png", png(noise(1)))
    box = {"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}
    crowd = str({**box, "iscrowd": 1}).replace("'", '"')
    text = (
        '{"info": {}, "images": [{"id": 1, "file_name": "a.png", "license": 3}],'
        ' "categories": [{"id": 1, "name": "cat"}],'
        f' "annotations": [{str(box).replace(chr(39), chr(34))}, {crowd}]}}'
    )
    _put(folder / "annotations" / "instances_val.json", text)
    with pytest.raises(SvodError, match="none of its pictures is there"):
        _take_in(dataset, folder / "annotations" / "instances_val.json")
    (folder / "annotations" / "instances_val.json").rename(folder / "instances_val.json")
    _, found = _take_in(dataset, folder)
    assert said(dataset) == {"a.png": ((), (), (("cat", Box(1, 2, 4, 6)),))}
    assert found.notes == ("1 boxes of crowds left out: each stands for many things",)


def test_cvats_own_file_is_read_with_tags_boxes_and_what_it_names_besides(dataset, folder):
    _put(folder / "images" / "a.png", png(noise(1)))
    _put(folder / "images" / "b.png", png(noise(2)))
    text = (
        "<annotations><meta><task><labels><label><name>cat</name></label>"
        "<label><name>dog</name></label></labels></task></meta>"
        '<image id="0" name="set/a.png" width="96" height="80"><tag label="indoors"/>'
        '<box label="cat" occluded="0" xtl="1.5" ytl="2" xbr="30.25" ybr="40"/>'
        '<polygon label="cat" points="1,2;3,4"/>'
        '</image><image id="1" name="lost.png" width="1" height="1"/></annotations>'
    )
    _put(folder / "annotations.xml", text)
    _, found = _take_in(dataset, folder)
    assert said(dataset) == {
        "a.png": (("indoors",), (), (("cat", Box(1.5, 2, 30.25, 40)),)),
        "b.png": ((), (), None),
    }
    assert [each.label for each in dataset.classes()] == ["cat", "dog", "indoors"]
    assert found.notes == ("1 picture not there: lost.png", "1 shape left out, of which only boxes are read")


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_boxes_of_a_picture_as_it_lies_in_its_file_are_turned_with_it(dataset, folder, orientation):
    image = np.full((60, 100, 3), 255, np.uint8)
    image[10:20, 30:70] = (0, 0, 255)
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    (folder / "JPEGImages").mkdir()
    Pillow.fromarray(image[..., ::-1]).save(folder / "JPEGImages" / "a.png", exif=exif)
    corners = "<xmin>31</xmin><ymin>11</ymin><xmax>70</xmax><ymax>20</ymax>"
    size = "<size><width>100</width><height>60</height></size>"
    _put(
        folder / "a.xml",
        f"<annotation>{size}<object><name>red</name><bndbox>{corners}</bndbox></object></annotation>",
    )
    _take_in(dataset, folder)
    (picture,) = dataset.pictures()
    assert (picture.width, picture.height) == (60, 100)
    seen = images.read_picture(picture.path)
    ys, xs = np.nonzero(seen[..., 1] < 128)
    expected = Box(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    assert picture.boxes[0].box == expected


def test_pictures_of_an_import_stand_alone_or_together(dataset, folder):
    for number in range(4):
        _put(folder / "cat" / f"{number}.png", png(noise(number)))
    _take_in(dataset, folder)
    assert len(dataset.shootings()) == 4
    _take_in(dataset, folder, shooting="one afternoon")
    assert len(dataset.shootings()) == 1


def _idx(*shape, data):
    return struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape) + bytes(data)


DIGITS = np.random.default_rng(1).integers(0, 256, (5, 28, 28), np.uint8)


@pytest.mark.parametrize("packed", [False, True])
def test_mnist_comes_in_and_goes_out_with_the_same_bytes(dataset, folder, packed):
    pictures, labels = _idx(5, 28, 28, data=DIGITS.tobytes()), _idx(5, data=[3, 1, 4, 1, 5])
    names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"]
    for name, content in zip(names, (pictures, labels), strict=True):
        _put(folder / (f"{name}.gz" if packed else name), gzip.compress(content) if packed else content)
    paths = sorted(folder.iterdir())
    _take_in(dataset, *paths)
    assert [each.yes for each in dataset.pictures()] == [("3",), ("1",), ("4",), ("1",), ("5",)]
    assert transfer.export(dataset, folder.parent / "out", "idx") == []
    out = folder.parent / "out"
    assert (out / "images-idx3-ubyte").read_bytes() == pictures
    assert (out / "labels-idx1-ubyte").read_bytes() == labels
    assert format_of(folder).name == format_of(out).name == "idx"


def test_classes_that_are_no_numbers_are_numbered_in_idx_and_named_beside(dataset, tmp_path):
    dataset.add([new(number, yes=[label]) for number, label in enumerate(("犬", "cat", "cat"))], "a")
    transfer.export(dataset, tmp_path / "out", "idx")
    assert (tmp_path / "out" / "labels.txt").read_text("utf-8") == "cat\n犬\n"
    dataset.delete([each.hash for each in dataset.pictures()])
    _take_in(dataset, tmp_path / "out")
    assert [each.yes for each in dataset.pictures()] == [("犬",), ("cat",), ("cat",)]


@pytest.mark.parametrize(
    ("pictures", "labels", "told"),
    [
        (_idx(5, 28, 28, data=bytes(99)), None, "says 5x28x28 and holds 99 bytes; is it cut short"),
        (_idx(2**32 - 1, 2**32 - 1, 2**32 - 1, data=b""), None, "is it cut short"),
        (b"\0\0\x0d\x03 floats", None, "is no IDX file of images"),
        (_idx(0, 28, 28, data=b""), None, "holds no pictures"),
        (_idx(1, 0, 28, data=b""), None, "is it cut short"),
        (gzip.compress(_idx(5, 28, 28, data=DIGITS.tobytes()))[:200], None, "damaged or cut short"),
        (_idx(5, 28, 28, data=DIGITS.tobytes()), _idx(4, data=[1, 2, 3, 4]), "4 labels for 5 pictures"),
        (_idx(5, data=[1, 2, 3, 4, 5]), _idx(5, 28, 28, data=DIGITS.tobytes()), "name pictures first"),
    ],
)
def test_idx_that_is_damaged_or_does_not_fit_is_told(dataset, folder, pictures, labels, told):
    _put(folder / "images", pictures)
    if labels:
        _put(folder / "labels", labels)
    with pytest.raises(SvodError, match=told) as error:
        _take_in(dataset, *sorted(folder.iterdir()), layout="idx")
    assert "\n" not in str(error.value)


def test_pictures_of_two_sizes_or_without_one_tag_do_not_go_to_idx(dataset, tmp_path):
    dataset.add([new(1, yes=["a"]), new(2, yes=["b"], width=50)], "a")
    with pytest.raises(SvodError, match="these have 50x80, 96x80"):
        transfer.export(dataset, tmp_path / "out", "idx")
    dataset.undo()
    dataset.add([new(1)], "b")
    with pytest.raises(SvodError, match=r"picture-1\.png: 0 tags; IDX needs exactly one"):
        transfer.export(dataset, tmp_path / "out", "idx")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "layout", "pictures", "boxes"),
    [
        ("raccoon", "voc", 196, 217),
        ("bccd", "voc", 364, 4888),
        ("coco", "coco", 128, 929),
    ],
)
def test_public_collections_come_in_whole(dataset, shared_dir, name, layout, pictures, boxes):
    folder = shared_dir / "objects" / name
    assert format_of(folder).name == layout
    parts, _ = _take_in(dataset, folder)
    there = dataset.pictures()
    assert sum(len(part.refused) for part in parts) == 0
    assert (len(there), sum(len(each.boxes or ()) for each in there)) == (pictures, boxes)


def _shape(kind, **value):
    return {"type": kind, "original_width": 96, "original_height": 80, "value": value}


def test_label_studios_tasks_are_read_with_tags_boxes_polygons_and_what_was_turned(dataset, folder):
    for number, name in enumerate(("a.png", "b b.png", "c.png", "d.png")):
        _put(folder / "images" / name, png(noise(number)))
    turned = {"x": 50, "y": 50, "width": 25, "height": 30, "rotation": 90}
    shapes = [
        _shape("rectanglelabels", x=25, y=50, width=50, height=25, rotation=0, rectanglelabels=["cat"]),
        _shape("rectanglelabels", **turned, rectanglelabels=["dog"]),
        _shape("polygonlabels", points=[[10, 20], [50, 5], [30, 60]], polygonlabels=["cat"]),
        _shape("choices", choices=["indoors"]),
        _shape("brushlabels", format="rle"),
    ]
    tasks = [
        {"data": {"image": "/data/upload/1/0a1b2c3d-a.png"}, "annotations": [
            {"result": []}, {"result": shapes}, {"was_cancelled": True, "result": []}]},
        {"data": {"image": "/data/local-files/?d=images/b%20b.png"}, "annotations": [{"result": []}]},
        {"data": {"image": "https://there/c.png"}, "annotations": []},
        {"data": {"image": "lost.png"}, "annotations": []},
    ]  # fmt: skip
    _put(folder / "project-1.json", json.dumps(tasks))
    _, found = _take_in(dataset, folder)
    assert format_of(folder).name == "label_studio"
    boxes = said(dataset)["a.png"][2]
    assert boxes[0] == ("cat", Box(24, 40, 72, 60))
    assert boxes[1][1].left == pytest.approx(48 - 24)
    assert (boxes[1][1].width, boxes[1][1].height) == (pytest.approx(24), pytest.approx(24))
    assert boxes[2] == ("cat", Box(pytest.approx(9.6), 4, 48, 48))
    assert {name: (yes, placed and len(placed)) for name, (yes, _, placed) in said(dataset).items()} == {
        "a.png": (("indoors",), 3), "b b.png": ((), ()), "c.png": ((), None),
    }  # fmt: skip
    assert found.notes == (
        "1 picture not there: lost.png",
        "1 shape left out, of which only boxes and polygons are read",
    )


@pytest.mark.parametrize(
    "layout",
    [
        "classes.txt images/{name}.png labels/{name}.txt",
        "obj.names obj_train_data/{name}.png obj_train_data/{name}.txt",
    ],
)
def test_yolo_with_a_mere_list_of_names_is_read(dataset, folder, layout):
    names, picture, labels = layout.format(name="a").split()
    _put(folder / names, "cat\ndog\n")
    _put(folder / picture, png(noise(1)))
    _put(folder / labels, "1 0.5 0.5 0.25 0.5\n")
    _take_in(dataset, folder)
    assert said(dataset) == {"a.png": ((), (), (("dog", Box(36, 20, 60, 60)),))}
