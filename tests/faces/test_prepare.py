import json
import threading
from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.errors import BusyError, InputError
from svod_rcgn.faces import prepare
from svod_rcgn.faces.enrolment.index import write_index
from svod_rcgn.faces.gallery import store
from svod_rcgn.networks.card import UsualLikeness
from svod_rcgn.storage import files, folders, images
from tests.faces.runs import SIZE, Studio, picture
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("undrawn")


@pytest.fixture
def studio(tmp_path):
    studio = Studio(tmp_path)
    picture(studio.faces / "Ann_Lee" / "1.png", shade=10)
    picture(studio.faces / "Ann_Lee" / "2.png", shade=60)
    picture(studio.faces / "Bob" / "1.png", shade=110)
    return studio


def work(studio):
    """How many pictures were looked at for faces, and how many crops embedded."""
    return studio.detector.looked, studio.embedder.embedded


def learned(studio, model="model"):
    """The number of pictures of each person that the classifiers know."""
    return {person.folder: person.pictures for person in store.load(studio.classifiers, model).persons}


def sources(result):
    return [picture.source for picture in result.index.used]


def test_every_picture_gives_a_crop_of_the_size_and_an_entry(studio):
    result = studio.run()
    assert sources(result) == ["Ann_Lee/1.png", "Ann_Lee/2.png", "Bob/1.png"]
    for entry in result.index.used:
        assert images.read_picture(studio.aligned / entry.crop).shape == (SIZE, SIZE, 3)
        assert entry.crop_sha256 == files.sha256_of(studio.aligned / entry.crop)
        assert (entry.box, entry.input, entry.recipe) == ((10, 10, 30, 34), "faces", "recipe")


def test_the_persons_learned_have_names_with_spaces_and_their_previews(studio):
    result = studio.run()
    assert [(person.name, person.pictures) for person in result.persons] == [("Ann Lee", 2), ("Bob", 1)]
    assert {path.name for path in (studio.classifiers / "previews").iterdir()} == {"Ann_Lee.png", "Bob.png"}


def test_pictures_that_cannot_be_used_are_listed_with_their_reason_and_stop_nothing(studio):
    picture(studio.faces / "Bob" / "nobody.png", faces=0)
    picture(studio.faces / "Bob" / "two.png", faces=2)
    (studio.faces / "Bob" / "empty.jpg").write_bytes(b"")
    (studio.faces / "Bob" / "phone.heic").write_bytes(b"x")
    (studio.faces / "Bob" / "folder.jpg").mkdir()
    index = studio.run().index
    assert {entry.source: entry.reason for entry in index.pictures if entry.reason} == {
        "Bob/nobody.png": "no face",
        "Bob/two.png": "2 faces",
        "Bob/empty.jpg": "cannot be read as a picture: it is empty",
        "Bob/folder.jpg": "cannot be read: not a file",
        "Bob/phone.heic": "cannot be read as a picture: it is a text",
    }
    assert len(index.used) == 3


def test_pictures_of_any_ending_teach_and_what_programs_put_beside_them_is_not_listed(studio):
    bob = studio.faces / "Bob"
    (bob / "1.png").rename(bob / "1")
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "1.xmp", "1.json", "._1.png"):
        (bob / name).write_bytes(b"beside")
    (bob / "live.mov").write_bytes(b"\0\0\0\x14ftypqt  ")
    (bob / "page.jpg").write_bytes(b"<!doctype html>")
    found = {each.source: each.reason for each in studio.run().index.pictures if "Bob" in each.source}
    assert found == {"Bob/1": None, "Bob/page.jpg": "cannot be read as a picture: it is a web page"}


def test_a_picture_that_is_too_large_is_refused_unread(studio, monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 1_000)
    (studio.faces / "Bob" / "film.bmp").write_bytes(bytes(1_001))
    reasons = [entry.reason for entry in studio.run().index.pictures if entry.reason]
    assert reasons == ["over 0 megabytes; make it smaller"]


@pytest.mark.parametrize("arrange", ["missing", "empty", "loose", "hidden"])
def test_a_folder_without_pictures_of_persons_is_a_clear_error(tmp_path, arrange):
    studio = Studio(tmp_path)
    if arrange != "missing":
        studio.faces.mkdir()
    if arrange == "loose":
        picture(studio.faces / "1.png")
    if arrange == "hidden":
        picture(studio.faces / ".trash" / "1.png")
    with pytest.raises(InputError, match="PERSON"):
        studio.run()
    assert not studio.aligned.exists()


def test_when_no_picture_can_be_used_the_error_says_so(tmp_path):
    studio = Studio(tmp_path)
    picture(studio.faces / "Ann" / "1.png", faces=0)
    with pytest.raises(InputError, match="faces: no picture shows exactly one face"):
        studio.run()


def test_a_small_face_in_the_background_does_not_count(tmp_path):
    studio = Studio(tmp_path, widths=(20, 4))
    picture(studio.faces / "Ann" / "1.png", faces=2)
    assert len(studio.run().index.used) == 1


class TestWhatIsKnown:
    def test_an_unchanged_picture_costs_neither_detection_nor_embedding(self, studio):
        studio.run()
        assert work(studio) == (3, 3)
        picture(studio.faces / "Bob" / "2.png", shade=200)
        studio.run()
        assert work(studio) == (4, 4)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 2}

    def test_a_changed_picture_is_done_again_and_its_old_crop_is_gone(self, studio):
        studio.run()
        picture(studio.faces / "Bob" / "1.png", shade=210)
        studio.run()
        assert work(studio) == (4, 4)
        assert len(list((studio.aligned / "Bob").iterdir())) == 1

    @pytest.mark.parametrize("how", [{}, {"complementary_align": True}])
    def test_a_picture_that_was_renamed_or_given_to_another_person_is_only_moved(self, studio, how):
        studio.run()
        (studio.faces / "Bob").rename(studio.faces / "Rob")
        (studio.faces / "Ann_Lee" / "1.png").rename(studio.faces / "Ann_Lee" / "first.png")
        studio.run(**how)
        assert work(studio) == (3, 3)
        assert learned(studio) == {"Ann_Lee": 2, "Rob": 1}
        assert not (studio.aligned / "Bob").exists()

    def test_the_same_picture_twice_teaches_once(self, studio):
        (studio.faces / "Bob" / "copy.png").write_bytes((studio.faces / "Bob" / "1.png").read_bytes())
        studio.run()
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}
        (studio.faces / "Bob" / "1.png").unlink()
        studio.run()
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}

    def test_another_detector_or_crop_looks_at_everything_again(self, studio, tmp_path):
        studio.run()
        other = Studio(tmp_path, recipe="another")
        other.run()
        assert other.detector.looked == 3

    def test_embeddings_of_another_network_are_not_mixed_in(self, studio):
        studio.run()
        assert studio.run(model="another").again == 3
        assert work(studio) == (3, 6)
        assert studio.run(model="another").again == 0
        assert learned(studio, "another") == {"Ann_Lee": 2, "Bob": 1}

    def test_the_limits_lean_on_what_the_card_says_then_and_when_it_is_trained_again_without_it(self, studio):
        studio.run()
        before = store.read_meta(studio.classifiers).decision
        studio.usual = UsualLikeness((0.3, 0.2), (0.3, 0.1), (0.3, 0.2), (0.3, 0.1), (0.9, 0.1))
        studio.run()
        leaning = store.read_meta(studio.classifiers).decision
        assert leaning.limit > before.limit + 0.1
        assert work(studio) == (3, 3)
        prepare.relearn(studio.paths(), lambda index: index)
        assert store.read_meta(studio.classifiers).decision == leaning

    def test_a_crop_or_cache_that_someone_harmed_is_made_again(self, studio):
        studio.run()
        next((studio.aligned / "Bob").iterdir()).unlink()
        (studio.aligned / "embeddings.npz").write_bytes(b"garbage")
        studio.run()
        assert work(studio) == (4, 6)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}

    @pytest.mark.parametrize("before", ["cannot be read: it is a HEIC", "not a jpg, png, webp or bmp"])
    def test_what_could_not_be_read_is_read_when_it_can_be_and_takes_nobodys_turn(self, studio, before):
        picture(studio.faces / "Bob" / "2.png", faces=0)
        (studio.faces / "Ann_Lee" / "0.heic").write_bytes(b"damaged")
        index = studio.run().index
        told = {
            each.source: before for each in index.pictures if each.source in ("Bob/1.png", "Ann_Lee/0.heic")
        }
        changed = [
            replace(each, reason=told[each.source], crop=None) if each.source in told else each
            for each in index.pictures
        ]
        write_index(studio.aligned, replace(index, pictures=changed))
        picture(studio.faces / "Bob" / "3.png", shade=190)
        picture(studio.faces / "Bob" / "4.png", shade=200)
        looked = studio.detector.looked
        result = studio.run(limit=1)
        assert studio.detector.looked == looked + 2  # the one that can be read now, and one new
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 2}
        assert result.remaining == 1
        reasons = {each.source: each.reason for each in result.index.pictures if each.reason}
        assert reasons == {
            "Bob/2.png": "no face",
            "Ann_Lee/0.heic": "cannot be read as a picture: it is a text",
        }

    @pytest.mark.parametrize(
        "how", [{"complementary_align": True}, {"clarified": True}, {"skip_alignment": True}]
    )
    def test_a_damaged_index_is_an_error_rather_than_people_forgotten(self, studio, how):
        studio.run()
        (studio.aligned / "index.json").write_text("[")
        with pytest.raises(InputError, match=r"index\.json.*`python prepare\.py` aligns all"):
            studio.run(**how)

    @pytest.mark.parametrize(
        "content", ["[", "", "{}", '{"crop_size": 160, "pictures": [{"person": "Bob"}]}', "\x00" * 100]
    )
    def test_a_damaged_or_older_index_is_made_again_and_the_crops_are_kept_aside(
        self, studio, content, caplog
    ):
        first = studio.run().index
        crop = next((studio.aligned / "Bob").iterdir()).name
        for number in (1, 2):
            (studio.aligned / "index.json").write_text(content)
            assert studio.run().index == first
            aside = studio.aligned.with_name(f"aligned-aside-{number}")
            assert (aside / "Bob" / crop).is_file()
            assert (aside / "index.json").read_text() == content
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}
        (_, told) = caplog.messages
        assert f"{studio.aligned / 'index.json'}: " in told
        assert told.endswith(f"all pictures are aligned anew, and what was aligned before is kept in {aside}")


class TestGrowing:
    @pytest.mark.parametrize(
        ("how", "kept"),
        [
            ({}, {"Ann_Lee": 2}),
            ({"complementary_train": True}, {"Ann_Lee": 2}),
            ({"complementary_align": True}, {"Ann_Lee": 2, "Bob": 1}),
            ({"complementary_align": True, "complementary_train": True}, {"Ann_Lee": 2, "Bob": 1}),
        ],
    )
    def test_a_person_whose_pictures_are_gone_stays_where_the_alignment_is_complementary(
        self, studio, how, kept
    ):
        studio.run()
        (studio.faces / "Bob" / "1.png").unlink()
        studio.run(**how)
        assert learned(studio) == kept

    def test_a_complementary_run_learns_the_new_and_the_changed(self, studio):
        studio.run()
        picture(studio.faces / "Bob" / "1.png", shade=210)
        picture(studio.faces / "Cid" / "1.png", shade=220)
        studio.run(complementary_align=True)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1, "Cid": 1}

    @pytest.mark.parametrize(("trusting", "embedded"), [(True, 3), (False, 4)])
    def test_a_crop_changed_by_hand_is_embedded_anew_unless_stored_embeddings_are_asked_for(
        self, studio, trusting, embedded
    ):
        studio.run()
        images.write_png(next((studio.aligned / "Bob").iterdir()), np.full((SIZE, SIZE, 3), 9, np.uint8))
        studio.run(complementary_train=trusting)
        assert work(studio) == (3, embedded)

    def test_clarified_crops_are_taken_as_they_are_and_add_to_what_is_known(self, studio):
        studio.run()
        crop = np.random.default_rng(0).integers(0, 255, (SIZE, SIZE, 3), np.uint8)
        images.write_png(studio.clarify / "Cid" / "visit.png", crop)
        result = studio.run(clarified=True)
        assert work(studio) == (3, 4)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1, "Cid": 1}
        (entry,) = [entry for entry in result.index.used if entry.person == "Cid"]
        assert np.array_equal(images.read_picture(studio.aligned / entry.crop), crop)
        assert (entry.input, entry.box, entry.score) == ("clarify", None, None)

    def test_clarified_crops_of_another_shape_are_scaled_and_not_squeezed(self, studio):
        crop = np.zeros((SIZE * 2, SIZE * 4, 3), np.uint8)
        crop[:, SIZE : SIZE * 3] = 255
        images.write_png(studio.clarify / "Cid" / "wide.png", crop)
        (entry,) = studio.run(clarified=True).index.used
        scaled = images.read_picture(studio.aligned / entry.crop)
        assert scaled.shape == (SIZE, SIZE, 3)
        assert (scaled[:, SIZE // 2] == 255).all()
        assert (scaled[:, 0] == 0).all()

    def test_a_full_run_forgets_what_is_gone_from_its_own_input_folder_only(self, studio):
        picture(studio.clarify / "Cid" / "visit.png", shade=200)
        picture(studio.clarify / "Bob" / "visit.png", shade=210)
        studio.run()
        studio.run(clarified=True)
        (studio.faces / "Bob" / "1.png").unlink()
        (studio.clarify / "Cid" / "visit.png").unlink()
        studio.run()
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1, "Cid": 1}
        assert work(studio) == (3, 5)

    def test_the_folders_may_be_moved_together(self, studio, tmp_path):
        studio.run()
        (tmp_path / "moved").mkdir()
        studio.faces.rename(tmp_path / "moved" / "faces")
        studio.aligned.rename(tmp_path / "moved" / "aligned")
        moved = Studio(tmp_path / "moved")
        (moved.faces / "Bob" / "1.png").unlink()
        moved.run()
        assert learned(moved) == {"Ann_Lee": 2}
        assert work(moved) == (0, 0)


class TestAnotherNetwork:
    """Two folders of people, and then a network that wants its faces cut in another way."""

    @pytest.fixture
    def studio(self, studio):
        studio.alignment = "(160, 160) 0.075"
        studio.run()
        picture(studio.clarify / "Cid" / "1.png", shade=77)
        studio.run(clarified=True)
        return studio

    def switch(self, studio):
        studio.recipe, studio.alignment = "other", "(160, 160) arcface"

    def crops(self, result):
        return {picture.crop for picture in result.index.used}

    def test_that_wants_the_same_crops_gets_the_same(self, studio):
        before = self.crops(studio.run(complementary_align=True))
        detected, embedded = studio.detector.looked, studio.embedder.embedded
        result = studio.run(complementary_align=True, model="another")
        assert self.crops(result) == before
        assert studio.detector.looked == detected
        assert studio.embedder.embedded == embedded + len(before)
        assert learned(studio, "another")

    def test_that_wants_others_has_all_folders_cut_again_from_their_pictures(self, studio):
        before = studio.run(complementary_align=True)
        self.switch(studio)
        result = studio.run(complementary_align=True, model="another")
        assert sources(result) == sources(before)
        assert self.crops(result).isdisjoint(self.crops(before))
        assert {picture.recipe for picture in result.index.used} == {"other"}
        assert set(learned(studio, "another")) == {person.folder for person in before.persons}

    def test_says_of_a_picture_that_is_gone_why_its_person_is_no_longer_known(self, studio):
        (studio.clarify / "Cid" / "1.png").unlink()
        self.switch(studio)
        result = studio.run(model="another")
        (gone,) = [picture for picture in result.index.pictures if picture.person == "Cid"]
        assert (gone.crop, gone.reason) == (None, "the picture is gone, and its crop was for another network")
        assert "Cid" not in learned(studio, "another")

    def test_cuts_no_more_than_the_limit_and_the_rest_in_the_next_runs(self, studio):
        total = len(studio.run().index.used)
        self.switch(studio)
        result = studio.run(model="another", limit=1)
        assert (len(result.index.used), result.remaining) == (1, total - 1)
        result = studio.run(model="another")
        assert (len(result.index.used), result.remaining) == (total, 0)

    def test_does_not_begin_with_faces_that_are_taken_as_they_are(self, studio):
        self.switch(studio)
        with pytest.raises(InputError, match="cut for another network; run without --clarified first"):
            studio.run(clarified=True, model="another")

    def test_and_another_background_are_cut_for_at_once(self, studio):
        self.switch(studio)
        studio.recipe, studio.background = "other without background", "remover"
        result = studio.run(model="another")
        assert {picture.recipe for picture in result.index.used} == {"other without background"}
        assert store.read_meta(studio.classifiers).background == "remover"

    def test_is_no_other_where_an_old_index_does_not_say_how_faces_were_cut(self, studio):
        path = studio.aligned / "index.json"
        index = json.loads(path.read_text())
        path.write_text(json.dumps({key: value for key, value in index.items() if key != "alignment"}))
        detected = studio.detector.looked
        studio.run()
        assert studio.detector.looked == detected


class TestAnotherBackground:
    def test_has_the_photographs_cut_again_and_keeps_what_was_cut_for_the_same_network(self, studio):
        studio.alignment = "(160, 160) 0.075"
        picture(studio.clarify / "Cid" / "1.png", shade=77)
        clarified = studio.run(clarified=True).index.used
        studio.run()
        (studio.clarify / "Cid" / "1.png").unlink()
        studio.recipe, studio.background = "recipe without background", "remover"
        result = studio.run()
        assert {picture.recipe for picture in result.index.used if picture.person != "Cid"} == {studio.recipe}
        assert [picture for picture in result.index.used if picture.person == "Cid"] == clarified


class TestLimit:
    def test_each_run_aligns_so_many_more_until_all_are_done(self, studio):
        remaining = [studio.run(limit=1).remaining for _ in range(4)]
        assert remaining == [2, 1, 0, 0]
        assert work(studio) == (3, 3)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}

    def test_a_changed_picture_keeps_its_old_crop_until_its_turn_comes(self, studio):
        before = studio.run().index
        picture(studio.faces / "Ann_Lee" / "1.png", shade=200)
        picture(studio.faces / "Bob" / "1.png", shade=210)
        result = studio.run(limit=1)
        assert result.remaining == 1
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}
        assert before.used[2] in result.index.used
        assert studio.run(limit=1).remaining == 0

    def test_known_pictures_do_not_count(self, studio):
        studio.run()
        picture(studio.faces / "Zoe" / "1.png", shade=200)
        assert studio.run(limit=1).remaining == 0


class TestSkipping:
    def test_without_training_the_classifiers_stay_as_they_are(self, studio):
        studio.run()
        picture(studio.faces / "Bob" / "2.png", shade=200)
        result = studio.run(skip_training=True)
        assert len(result.index.used) == 4
        assert work(studio) == (4, 3)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}

    def test_without_alignment_what_is_aligned_is_learned(self, studio):
        studio.run(skip_training=True)
        picture(studio.faces / "Bob" / "2.png", shade=200)
        studio.run(skip_alignment=True)
        assert work(studio) == (3, 3)
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}

    def test_without_alignment_a_crop_that_was_deleted_is_not_learned(self, studio):
        studio.run(skip_training=True)
        next((studio.aligned / "Bob").iterdir()).unlink()
        studio.run(skip_alignment=True)
        assert learned(studio) == {"Ann_Lee": 2}

    def test_without_alignment_there_must_be_something_aligned(self, studio):
        with pytest.raises(InputError, match="nothing is aligned; run without --skip_alignment"):
            studio.run(skip_alignment=True)


class TestFields:
    def test_fields_of_meta_json_reach_the_person_and_bad_ones_are_named(self, studio):
        meta = studio.faces / "Bob" / "meta.json"
        meta.write_text('{"position": "guard"}')
        assert studio.run().persons[1].fields == {"position": "guard"}
        meta.write_text("[1")
        with pytest.raises(InputError, match=r"Bob/meta\.json"):
            studio.run()
        meta.unlink()
        assert studio.run().persons[1].fields == {}

    def test_fields_come_from_the_folder_of_the_photographs_when_crops_are_added(self, studio):
        (studio.faces / "Bob" / "meta.json").write_text('{"position": "guard"}')
        studio.run()
        picture(studio.clarify / "Bob" / "visit.png", shade=200)
        assert studio.run(clarified=True).persons[1].fields == {"position": "guard"}

    def test_fields_of_a_person_whose_folder_is_gone_stay_with_the_person(self, studio):
        (studio.faces / "Bob" / "meta.json").write_text('{"position": "guard"}')
        studio.run()
        folders.discard(studio.faces / "Bob")
        assert studio.run(complementary_align=True).persons[1].fields == {"position": "guard"}


class TestAtOnce:
    def test_the_results_are_the_same_however_many_work(self, tmp_path):
        results = []
        for threads in (1, 3):
            studio = Studio(tmp_path / str(threads))
            for n in range(20):
                picture(studio.faces / f"P{n % 3}" / f"{n}.png", shade=10 * n)
            index = studio.run(threads=threads).index
            assert work(studio) == (20, 20)
            results.append((index, (studio.aligned / "embeddings.npz").read_bytes()))
        assert results[0] == results[1]

    def test_a_second_run_is_kept_out_of_both_folders(self, studio):
        for folder in (studio.aligned, studio.classifiers):
            with folders.locked(folder), pytest.raises(BusyError, match=f"{folder.name}: process"):
                studio.run()

    def test_a_second_run_may_wait_for_the_first(self, studio):
        release = threading.Event()
        holding = threading.Event()

        def hold():
            with prepare.locked(studio.paths(), 0):
                holding.set()
                assert release.wait(PATIENCE)

        first = threading.Thread(target=hold)
        first.start()
        assert holding.wait(PATIENCE)
        threading.Timer(0.2, release.set).start()
        with prepare.locked(studio.paths(), wait=PATIENCE):
            assert release.is_set()
        first.join()


class TestKilled:
    def test_a_run_that_fails_leaves_everything_as_it_was(self, studio, tmp_path):
        studio.run()
        before = (studio.aligned / "index.json").read_bytes()
        picture(studio.faces / "Bob" / "2.png", shade=200)

        def killed(items, title):
            if title == "Embedding":
                raise KeyboardInterrupt
            return items

        with pytest.raises(KeyboardInterrupt):
            studio.run(track=killed)
        assert (studio.aligned / "index.json").read_bytes() == before
        assert learned(studio) == {"Ann_Lee": 2, "Bob": 1}
        assert not folders.leftovers_of(studio.aligned)

    def test_what_a_killed_run_left_half_made_is_swept_away(self, studio, tmp_path):
        half = tmp_path / f".aligned.{'0' * 32}"
        half.mkdir()
        (half / "crop.png").touch()
        studio.run()
        assert not half.exists()

    def test_the_index_says_nothing_of_this_machine(self, studio):
        studio.run()
        said = json.dumps(json.loads((studio.aligned / "index.json").read_text()))
        assert str(studio.aligned.parent) not in said


def test_a_set_says_what_removed_the_background_of_the_photographs(studio):
    background = lambda: store.read_meta(studio.classifiers).background  # noqa: E731
    studio.run()
    assert background() == ""
    studio.background = "remover"
    studio.run()
    assert background() == "remover"
    studio.background = ""
    picture(studio.clarify / "Cid" / "1.png", shade=160)
    studio.run(clarified=True)  # crops say nothing of it
    studio.run(skip_alignment=True)
    assert background() == "remover"
