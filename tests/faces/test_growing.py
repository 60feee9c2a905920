"""Random histories of a small data folder: whatever happens, what is learned fits what is aligned."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svod_rcgn.errors import ClassifierError, InputError
from svod_rcgn.faces import enrolment
from svod_rcgn.faces.gallery import store
from svod_rcgn.storage import folders
from tests.faces.runs import Studio, picture

PERSONS = ("Ann", "Bob", "Cid")
FILES = ("1.png", "2.png")
RUNS = (
    {},
    {"complementary_align": True},
    {"complementary_train": True},
    {"complementary_align": True, "complementary_train": True},
)


class Killed(BaseException):
    """The process is no more."""


class Reaper:
    """Kills a run before its n-th change of a file; the dead neither clean up nor write any more."""

    CHANGES = frozenset({"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir"})

    def __init__(self):
        self.left = None
        sys.addaudithook(self._watch)

    def _watch(self, name, arguments):
        if self.left is None:
            return
        writing = name == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if name in self.CHANGES or writing:
            self.left -= 1
            if self.left < 0:
                raise Killed


REAPER = Reaper()

place = st.tuples(st.sampled_from(PERSONS), st.sampled_from(FILES))
step = st.one_of(
    st.tuples(st.just("put"), place, st.integers(1, 20)),
    st.tuples(st.just("delete"), place),
    st.tuples(st.just("run"), st.sampled_from(RUNS), st.none() | st.integers(1, 2)),
    st.tuples(st.just("kill"), st.sampled_from(RUNS), st.integers(0, 60)),
)


class History:
    """A studio, and what must be true of it after each step."""

    def __init__(self, folder: Path):
        self.studio = Studio(folder)
        self.studio.faces.mkdir()

    def put(self, where, shade):
        picture(self.studio.faces.joinpath(*where), shade=shade * 12)

    def delete(self, where):
        self.studio.faces.joinpath(*where).unlink(missing_ok=True)

    def run(self, how, limit):
        before = self.photographs()
        if not before:
            with pytest.raises(InputError):
                self.studio.run(**how, limit=limit)
            return
        remaining = self.studio.run(**how, limit=limit).remaining
        assert self.photographs() == before
        assert self.learned() == self.aligned()
        if not remaining:
            here = {path.parent.name for path in before}
            assert self.learned() >= here if how.get("complementary_align") else self.learned() == here

    def kill(self, how, changes):
        before, learned, aligned = self.photographs(), self.learned(), self.aligned()
        REAPER.left = changes
        try:
            self.studio.run(**how)
        except (Killed, InputError):
            pass
        finally:
            killed = REAPER.left is not None and REAPER.left < 0
            REAPER.left = None
        assert self.photographs() == before
        # Two folders are swapped by two renames: a run killed just between them has trained already.
        possible = aligned | {path.parent.name for path in before}
        assert self.aligned() in (aligned, self.learned())
        assert self.learned() == learned or self.learned() <= possible
        return killed

    def photographs(self):
        return {path: path.read_bytes() for path in self.studio.faces.rglob("*.png")}

    def aligned(self):
        return {entry.person for entry in enrolment.read_index(self.studio.aligned).used}

    def learned(self):
        """Who the classifiers know; they must load if there are any at all."""
        if not folders.current_of(self.studio.classifiers).exists():
            return set()
        return {person.folder for person in store.load(self.studio.classifiers, "model").persons}


@pytest.mark.slow
@settings(max_examples=40, deadline=None, database=None)
@given(st.lists(step, min_size=3, max_size=9))
def test_any_history_leaves_classifiers_that_fit_the_aligned_faces_and_pictures_untouched(steps):
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        history.put(("Ann", "1.png"), 1)
        for name, *arguments in steps:
            getattr(history, name)(*arguments)


@pytest.mark.slow
def test_a_run_killed_at_each_of_its_changes_leaves_one_whole_state_and_the_next_run_mends_it(tmp_path):
    changes = 0
    while True:
        folder = tmp_path / str(changes)
        folder.mkdir()
        history = History(folder)
        history.put(("Ann", "1.png"), 1)
        history.run({}, None)
        history.put(("Bob", "1.png"), 2)
        killed = history.kill({}, changes)
        history.run({}, None)
        assert not folders.leftovers_of(history.studio.aligned)
        assert not folders.leftovers_of(history.studio.classifiers)
        if not killed:
            break
        changes += 1
    assert changes > 20


def test_no_classifiers_and_broken_classifiers_are_not_the_same(tmp_path):
    history = History(tmp_path)
    assert history.learned() == set()
    history.put(("Ann", "1.png"), 1)
    history.run({}, None)
    (history.studio.classifiers / "gallery.npz").unlink()
    with pytest.raises(ClassifierError):
        history.learned()
