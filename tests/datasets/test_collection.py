import hashlib
import shutil
import threading
from contextlib import closing
from functools import partial

import pytest

from svod_rcgn.datasets.collection import create_dataset, dataset_names, open_dataset
from svod_rcgn.errors import ChangedError, DatasetError, InputError
from svod_rcgn.records import Box
from svod_rcgn.storage import images
from tests.datasets.makers import ANY_NAMES, CAT, DOG, box, new, noise, png, said


def _hash(number):
    return hashlib.sha256(png(noise(number))).hexdigest()


def _raises():
    raise InputError("broken.png: cannot be read as a picture; is it damaged or empty?")


def test_pictures_are_copies_under_the_hash_of_their_content(dataset, tmp_path):
    source = tmp_path / "mine.png"
    source.write_bytes(png(noise(1)))
    added = dataset.add([new(1).__class__("mine.png", partial(images.read_file, source))], "mine")
    (picture,) = dataset.pictures()
    assert added.added == (_hash(1),) == (picture.hash,)
    assert picture.path.read_bytes() == source.read_bytes() == png(noise(1))
    assert not picture.path.samefile(source)
    assert (picture.name, picture.width, picture.height, picture.yes, picture.boxes) == (
        "mine.png",
        96,
        80,
        (),
        None,
    )


def test_a_picture_that_is_there_gets_what_is_said_besides(dataset):
    dataset.add([new(1, yes=[CAT], boxes=(box(CAT, 1, 2, 3, 4),))], "a")
    again = dataset.add([new(1, yes=[DOG], boxes=(box(CAT, 1, 2, 3, 4), box(DOG, 5, 6, 7, 8)))], "b")
    assert (again.added, again.known) == ((), (_hash(1),))
    assert said(dataset) == {
        "picture-1.png": ((CAT, DOG), (), ((CAT, Box(1, 2, 3, 4)), (DOG, Box(5, 6, 7, 8))))
    }


def test_the_same_picture_twice_in_one_act_is_one(dataset):
    added = dataset.add([new(1, yes=[CAT]), new(1, no=[DOG], name="other.png")], "a")
    assert len(added.added) == 1
    assert said(dataset) == {"other.png": ((CAT,), (DOG,), None)}


def test_a_damaged_picture_is_told_and_the_others_are_added(dataset):
    damaged = new(0).__class__("broken.png", _raises)
    added = dataset.add([new(1), damaged, new(2)], "a")
    assert len(added.added) == 2
    assert added.refused == ("broken.png: cannot be read as a picture; is it damaged or empty?",)


def test_a_tag_is_yes_or_no_or_not_said(dataset):
    dataset.add([new(1), new(2)], "a")
    one, two = _hash(1), _hash(2)
    dataset.tag([one, two], [CAT, DOG])
    dataset.tag([one], [DOG], said=False)
    dataset.tag([two], [CAT], said=None)
    assert said(dataset) == {"picture-1.png": ((CAT,), (DOG,), None), "picture-2.png": ((DOG,), (), None)}
    assert dataset.tags() == {one: (CAT,), two: (DOG,)}
    assert [(each.label, each.yes, each.no) for each in dataset.classes()] == [(CAT, 1, 0), (DOG, 1, 1)]


@pytest.mark.parametrize("name", ANY_NAMES)
def test_classes_and_datasets_have_names_of_any_kind(tmp_path, name):
    dataset = create_dataset(tmp_path, name, "Ada")
    dataset.add([new(1, yes=[name])], name)
    dataset.close()
    assert dataset_names(tmp_path) == [name]
    again = open_dataset(tmp_path, name, "Ben")
    assert again.name == name
    assert [each.label for each in again.classes()] == [name]
    again.close()
    assert all(path.parent == tmp_path for path in tmp_path.glob("*"))


def test_a_class_may_be_without_pictures(dataset):
    dataset.create_classes([CAT, DOG])
    dataset.add([new(1, yes=[DOG])], "a")
    assert [(each.label, each.yes) for each in dataset.classes()] == [(CAT, 0), (DOG, 1)]


def test_renaming_keeps_tags_and_boxes(dataset):
    dataset.add([new(1, yes=[CAT], boxes=(box(CAT, 1, 2, 3, 4),))], "a")
    dataset.rename(CAT, "Кошка")
    dataset.add([new(2, yes=["Кошка"])], "b")
    assert [(each.label, each.yes, each.boxes) for each in dataset.classes()] == [("Кошка", 2, 1)]
    with pytest.raises(DatasetError, match="there is no class 'cat'; there are Кошка"):
        dataset.rename(CAT, DOG)


def test_renaming_to_a_class_that_is_there_is_refused(dataset):
    dataset.create_classes([CAT, DOG])
    with pytest.raises(DatasetError, match="`merge` makes one of the two"):
        dataset.rename(CAT, DOG)


def test_of_merged_classes_what_was_said_last_holds(dataset):
    dataset.add([new(1, yes=[CAT]), new(2, yes=[CAT])], "a")
    dataset.tag([_hash(1)], [DOG], said=False)
    dataset.merge(CAT, DOG)
    assert said(dataset) == {"picture-1.png": ((), (DOG,), None), "picture-2.png": ((DOG,), (), None)}
    dataset.tag([_hash(2)], [DOG], said=None)
    assert said(dataset)["picture-2.png"] == ((), (), None)
    dataset.undo()
    dataset.undo()
    assert said(dataset) == {"picture-1.png": ((CAT,), (DOG,), None), "picture-2.png": ((CAT,), (), None)}


def test_a_class_that_took_the_place_of_another_stays_when_it_is_merged_back(dataset):
    dataset.add([new(1, yes=[CAT])], "a")
    dataset.relabel([_hash(1)], CAT, DOG)
    dataset.merge(DOG, CAT)
    assert said(dataset) == {"picture-1.png": ((CAT,), (), None)}


def test_a_merged_name_is_free_again(dataset):
    dataset.add([new(1, yes=[CAT]), new(2, yes=[DOG])], "a")
    dataset.merge(CAT, DOG)
    dataset.add([new(3, yes=[CAT])], "b")
    assert [(each.label, each.yes) for each in dataset.classes()] == [(CAT, 1), (DOG, 2)]


def test_classes_merged_into_each_other_by_undoing_stay_readable(dataset):
    dataset.add([new(1, yes=[CAT]), new(2, yes=[DOG])], "a")
    dataset.merge(CAT, DOG)
    merged = dataset.state
    dataset.undo()
    undoing = dataset.state
    dataset.merge(DOG, CAT)
    dataset.undo(undoing)
    assert merged < undoing
    assert [(each.label, each.yes) for each in dataset.classes()] == [(CAT, 2)]


def test_a_class_cannot_be_merged_with_itself(dataset):
    dataset.create_classes([CAT])
    with pytest.raises(DatasetError, match="is one class; name two"):
        dataset.merge(CAT, CAT)


def test_boxes_are_added_moved_and_removed(dataset):
    dataset.add([new(1)], "a")
    first, second = dataset.add_boxes(_hash(1), [box(CAT, 1, 2, 30, 40), box(DOG, 5.5, 6.25, 7, 8)])
    dataset.move_box(_hash(1), first, box(DOG, 0, 0, 10, 10))
    dataset.move_box(_hash(1), second, None)
    (picture,) = dataset.pictures()
    assert [(each.number, each.label, each.box) for each in picture.boxes] == [
        (first, DOG, Box(0, 0, 10, 10))
    ]
    with pytest.raises(DatasetError, match=f"has no box {second}"):
        dataset.move_box(_hash(1), second, None)


def test_a_picture_without_objects_is_told_from_one_nobody_looked_at(dataset):
    dataset.add([new(1), new(2)], "a")
    dataset.add_boxes(_hash(1), [])
    assert [each.boxes for each in dataset.pictures()] == [(), None]


@pytest.mark.parametrize("corner", [float("nan"), float("inf"), -1e9, 1e300])
def test_an_absurd_box_is_refused_and_nothing_is_added(dataset, corner):
    with pytest.raises(DatasetError, match="is absurd"):
        dataset.add([new(1, boxes=(box(CAT, corner, 0, 1, 1),))], "a")
    assert dataset.pictures() == []
    assert dataset.log() == []


def test_a_deleted_picture_is_hidden_until_it_is_purged(dataset):
    dataset.add([new(1, yes=[CAT]), new(2)], "a")
    (path,) = (each.path for each in dataset.pictures([_hash(1)]))
    dataset.delete([_hash(1)])
    assert list(said(dataset)) == ["picture-2.png"]
    assert dataset.hashes() == [_hash(2)]
    assert [each.hash for each in dataset.pictures(hidden=True)] == [_hash(1)]
    assert path.exists()
    with pytest.raises(DatasetError, match="there is no picture"):
        dataset.tag([_hash(1)], [DOG])
    assert dataset.purge() == 1
    assert not path.exists()
    assert dataset.pictures(hidden=True) == []


def test_nothing_of_a_purged_picture_is_left_in_the_file(dataset):
    dataset.add([new(1, yes=["Kasimir"], name="Kasimir-at-home.png")], "a")
    dataset.delete([_hash(1)])
    dataset.purge()
    data = b"".join(path.read_bytes() for path in dataset.folder.iterdir() if path.is_file())
    assert b"Kasimir-at-home" not in data
    assert _hash(1).encode() not in data
    dataset.rebuild()
    assert dataset.pictures() == []


def test_only_deleted_pictures_can_be_purged_by_name(dataset):
    dataset.add([new(1), new(2)], "a")
    with pytest.raises(DatasetError, match="is not deleted; `delete` it first"):
        dataset.purge([_hash(1)])
    dataset.delete([_hash(1), _hash(2)])
    assert dataset.purge([_hash(1)]) == 1
    dataset.undo()
    assert list(said(dataset)) == ["picture-2.png"]


def test_a_purge_takes_pictures_along_whose_adding_was_undone(dataset):
    dataset.add([new(1)], "a")
    (path,) = (each.path for each in dataset.pictures())
    dataset.undo()
    assert dataset.file(_hash(1)) == path
    assert path.exists()
    assert dataset.purge() == 1
    assert not path.exists()
    assert dataset.file(_hash(1)) is None


def test_a_deleted_picture_that_is_added_again_is_there(dataset):
    dataset.add([new(1, yes=[CAT])], "a")
    dataset.delete([_hash(1)])
    dataset.add([new(1)], "b")
    assert said(dataset) == {"picture-1.png": ((CAT,), (), None)}


def test_deleting_a_class_takes_back_what_was_said_of_it(dataset):
    dataset.add([new(1, yes=[CAT, DOG], boxes=(box(CAT, 1, 2, 3, 4), box(DOG, 1, 2, 3, 4)))], "a")
    dataset.delete_class(CAT)
    assert said(dataset) == {"picture-1.png": ((DOG,), (), ((DOG, Box(1, 2, 3, 4)),))}
    assert [each.label for each in dataset.classes()] == [DOG]
    dataset.add([new(2, yes=[CAT])], "b")
    assert [(each.label, each.yes) for each in dataset.classes()] == [(CAT, 1), (DOG, 1)]
    dataset.undo()
    dataset.undo()
    assert [(each.label, each.yes, each.boxes) for each in dataset.classes()] == [(CAT, 1, 1), (DOG, 1, 1)]


def test_pictures_are_found_by_name_and_by_the_beginning_of_their_hash(dataset):
    dataset.add([new(1), new(2)], "a")
    assert [each.hash for each in dataset.find(["picture-2.png", _hash(1)[:8]])] == [_hash(2), _hash(1)]
    with pytest.raises(DatasetError, match=r"there is no picture nowhere\.png"):
        dataset.find(["nowhere.png"])
    with pytest.raises(DatasetError, match="there is no picture a"):
        dataset.find(["a"])


def test_a_dataset_that_is_there_or_not_there_is_told(tmp_path):
    create_dataset(tmp_path, "a", "Ada").close()
    with pytest.raises(DatasetError, match=r"there is a dataset 'a' in .* already"):
        create_dataset(tmp_path, "a", "Ada")
    with pytest.raises(DatasetError, match="there is no dataset 'b'"):
        open_dataset(tmp_path, "b", "Ada")


def test_a_damaged_file_is_told_in_one_line(tmp_path):
    create_dataset(tmp_path, "a", "Ada").close()
    (tmp_path / "a" / "dataset.db").write_bytes(b"no database" * 999)
    with pytest.raises(DatasetError, match=r"dataset\.db: .*move it away"):
        open_dataset(tmp_path, "a", "Ada")


def test_what_is_read_is_one_state_while_others_write(tmp_path):
    create_dataset(tmp_path, "a", "Ada").close()
    stop = threading.Event()
    failures = []

    def read():
        with closing(open_dataset(tmp_path, "a", "Ben")) as reader:
            while not stop.is_set():
                try:
                    assert all(len(each.yes) == 1 and each.no == ("no",) for each in reader.pictures())
                    assert all(each.yes for each in reader.classes() if each.label != "no")
                    past = min(2, reader.state)
                    assert len(reader.pictures(at=past)) == past
                except BaseException as error:
                    failures.append(error)
                    raise

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    with closing(open_dataset(tmp_path, "a", "Ada")) as writer:
        for number in range(40):
            writer.add([new(number, yes=[f"class {number}"], no=["no"])], "a")
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_change_made_on_old_knowledge_is_refused_with_what_happened_meanwhile(dataset):
    dataset.add([new(1)], "a")
    looked_at = dataset.state
    with dataset.unchanged_since(looked_at):
        dataset.tag([_hash(1)], [CAT])
        dataset.tag([_hash(1)], [DOG])
    with (
        pytest.raises(
            DatasetError, match=r"2 acts came first \(Ada: tag 1 picture: cat; Ada: tag 1 picture: dog\)"
        ),
        dataset.unchanged_since(looked_at),
    ):
        dataset.tag([_hash(1)], ["bird"])
    assert said(dataset) == {"picture-1.png": ((CAT, DOG), (), None)}


def test_acts_that_belong_together_are_done_all_or_not_at_all(dataset):
    def half():
        with dataset.unchanged_since(0):
            dataset.add([new(1), new(2)], "a")
            dataset.rename("nothing", "something")

    with pytest.raises(DatasetError, match="there is no class 'nothing'"):
        half()
    assert (dataset.state, dataset.pictures()) == (0, [])
    dataset.add([new(3), new(1)], "a")
    assert dataset.near_doubles() == []


def test_two_folders_that_read_alike_are_listed_as_the_one_that_the_name_opens(tmp_path):
    create_dataset(tmp_path, "cat", "Ada").close()
    shutil.copytree(tmp_path / "cat", tmp_path / "c%61t")
    assert dataset_names(tmp_path) == ["cat"]


def test_all_boxes_of_a_picture_are_one_act_and_old_knowledge_is_refused(dataset):
    dataset.add([new(1, boxes=(box(CAT, 1, 2, 30, 40), box(DOG, 5, 6, 70, 80)))], "a")
    (before,) = dataset.pictures()
    cat, dog = before.boxes
    said_now = [(cat.number, box(CAT, 2, 2, 30, 40)), (None, box(DOG, 9, 9, 20, 20))]
    dataset.set_boxes(before.hash, said_now, before.boxes)
    (now,) = dataset.pictures()
    assert [(each.label, each.box) for each in now.boxes] == [
        (CAT, Box(2, 2, 30, 40)),
        (DOG, Box(9, 9, 20, 20)),
    ]
    assert dog.number not in {each.number for each in now.boxes}
    with pytest.raises(ChangedError, match="boxes"):
        dataset.set_boxes(before.hash, [], before.boxes)
    with pytest.raises(DatasetError, match="no such boxes"):
        dataset.set_boxes(before.hash, [(dog.number, box(DOG, 1, 1, 9, 9))], now.boxes)
    dataset.undo()
    assert dataset.pictures() == [before]
