"""What one format brings in, every other takes out again, to a thousandth of a pixel."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svod_rcgn.datasets import transfer
from svod_rcgn.datasets.collection import create_dataset
from svod_rcgn.datasets.records import NewBox
from svod_rcgn.records import Box
from tests.datasets.makers import ANY_NAMES, new, said

TOLERANCE = 1e-3
BOXES, TAGS, DENIALS, UNBOXED = "boxes", "tags", "denials", "pictures without boxes said"
CARRIES = {
    "coco": {BOXES, TAGS, DENIALS, UNBOXED},
    "csv": {BOXES, TAGS, DENIALS, UNBOXED},
    "yolo": {BOXES, UNBOXED},
    "voc": {BOXES, UNBOXED},
    "cvat": {BOXES, TAGS},
    "label_studio": {BOXES, TAGS},
    "class_folders": {TAGS, UNBOXED},
    "tags_json": {TAGS, UNBOXED},
}
sides = st.floats(-3, 130, width=64)
labels = st.sampled_from(ANY_NAMES)
boxes = st.lists(
    st.builds(lambda label, *four: NewBox(label, Box(*four)), labels, sides, sides, sides, sides), max_size=3
)
pictures = st.lists(
    st.tuples(
        st.lists(labels, max_size=3, unique=True),
        st.lists(labels, max_size=2, unique=True),
        st.none() | boxes.map(tuple),
        st.sampled_from(
            ["a.png", "b.jpg", "A.PNG", "про фото", "../../x.png", "50% CON:.png", "con.png", "x" * 250]
        ),
    ),
    min_size=1,
    max_size=6,
)
numbers = count(1)


def _content(drawn):
    for number, (yes, no, found, name) in enumerate(drawn):
        yield new(number, yes=yes, no=[each for each in no if each not in yes], boxes=found, name=name)


def _by_hash(dataset, carried):
    found = {}
    for each in dataset.pictures():
        placed = (
            None if each.boxes is None else sorted(((one.label, one.box) for one in each.boxes), key=_order)
        )
        found[each.hash] = (
            each.yes if TAGS in carried else (),
            each.no if DENIALS in carried else (),
            placed if BOXES in carried else None,
        )
    return found


def _order(placed):
    label, box = placed
    return label, round(box.left), round(box.top), round(box.right), round(box.bottom), box.left


def _same(one, other, *, exact):
    assert one.keys() == other.keys()
    for digest, (yes, no, placed) in one.items():
        assert (yes, no) == other[digest][:2]
        again = other[digest][2]
        if exact:
            assert (placed is None) == (again is None)
        for (label, box), (other_label, other_box) in zip(placed or (), again or (), strict=True):
            assert label == other_label
            for side in ("left", "top", "right", "bottom"):
                assert getattr(box, side) == pytest.approx(getattr(other_box, side), abs=TOLERANCE)


def _taken_in(root, name, folder):
    dataset = create_dataset(root, name, "Ada")
    with transfer.imported([folder]) as found:
        for part in transfer.import_into(dataset, found, "there"):
            assert part.refused == ()
    return dataset


@pytest.mark.slow
@pytest.mark.parametrize("first", CARRIES)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=pictures)
def test_each_import_goes_to_each_export_and_back(tmp_path_factory, first, drawn):
    root = tmp_path_factory.mktemp(f"round-{next(numbers)}")
    begun = create_dataset(root, "begun", "Ada")
    begun.add(_content(drawn), "here")
    transfer.export(begun, root / "begun-out", first, 0.3)
    once = _taken_in(root, "once", root / "begun-out")
    _same(_by_hash(begun, CARRIES[first]), _by_hash(once, CARRIES[first]), exact=UNBOXED in CARRIES[first])
    for second, carries in CARRIES.items():
        transfer.export(once, root / f"{second}-out", second, 0.3)
        twice = _taken_in(root, second, root / f"{second}-out")
        carried = CARRIES[first] & carries
        _same(_by_hash(begun, carried), _by_hash(twice, carried), exact=UNBOXED in carried)
        twice.close()
    once.close()
    begun.close()


@pytest.mark.parametrize("layout", ["coco", "yolo"])
def test_a_class_without_pictures_is_brought_along(tmp_path, layout):
    dataset = create_dataset(tmp_path, "begun", "Ada")
    dataset.create_classes(["zero", "one"])
    dataset.add([new(1, boxes=(NewBox("one", Box(1, 2, 3, 4)),))], "here")
    transfer.export(dataset, tmp_path / "out", layout)
    again = _taken_in(tmp_path, "again", tmp_path / "out")
    assert [each.label for each in again.classes()] == ["one", "zero"]
    again.close()
    dataset.close()


@pytest.mark.parametrize("layout", ["yolo", "voc"])
def test_no_shooting_is_on_both_sides_of_an_export(dataset, tmp_path, layout):
    for hold in range(10):
        dataset.add(
            [
                new(4 * hold + each, boxes=(NewBox("cat", Box(1, 2, 3, 4)),), shooting=f"hold {hold}")
                for each in range(4)
            ],
            "a",
        )
    transfer.export(dataset, tmp_path / "out", layout, 0.3)
    lists = {
        path.stem: path.read_text().split()
        for path in (tmp_path / "out").rglob("*.txt")
        if path.stem in ("train", "val")
    }
    holds = {
        side: {int(name.rpartition("-")[2].removesuffix(".png")) // 4 for name in names}
        for side, names in lists.items()
    }
    assert sum(map(len, lists.values())) == 40
    assert len(lists["val"]) == 12
    assert not holds["train"] & holds["val"]


def test_what_a_format_has_no_place_for_is_told(dataset, tmp_path):
    dataset.create_classes(["empty"])
    dataset.add([new(1, yes=["cat"], no=["dog"], boxes=(NewBox("cat", Box(1, 2, 3, 4)),))], "a")
    told = {layout: transfer.export(dataset, tmp_path / layout, layout) for layout in CARRIES}
    assert told["coco"] == []
    assert told["yolo"] == ["2 tags left out: this format has boxes only"]
    assert told["class_folders"] == [
        "1 box left out: this format has tags only",
        "1 tag of no left out: this format says yes only",
    ]
    assert told["csv"] == ["classes of which there is nothing to write left out: empty"]


def test_an_export_is_a_copy_that_may_be_changed(dataset, tmp_path):
    dataset.add([new(1, yes=["cat"])], "a")
    transfer.export(dataset, tmp_path / "out", "class_folders")
    (copy,) = (tmp_path / "out").rglob("*.png")
    copy.write_bytes(b"changed")
    assert dataset.pictures()[0].path.read_bytes() != b"changed"


def test_a_past_state_can_be_exported(dataset, tmp_path):
    dataset.add([new(1, yes=["cat"])], "a")
    dataset.rename("cat", "dog")
    transfer.export(dataset, tmp_path / "out", "class_folders", at=1)
    assert [path.parent.name for path in (tmp_path / "out").rglob("*.png")] == ["cat"]
    assert said(dataset) == {"picture-1.png": (("dog",), (), None)}


def test_pictures_of_which_no_boxes_were_said_come_back_from_voc_without_tags(dataset, tmp_path):
    dataset.add([new(number, yes=["cat"]) for number in (1, 2)], "a")
    transfer.export(dataset, tmp_path / "out", "voc")
    again = _taken_in(tmp_path, "again", tmp_path / "out")
    assert [(each.yes, each.boxes) for each in again.pictures()] == [((), None)] * 2
    again.close()
