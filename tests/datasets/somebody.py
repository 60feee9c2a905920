"""Somebody who changes a dataset at random."""

import contextlib

from svod_rcgn.errors import DatasetError
from tests.datasets.makers import ANY_NAMES, box, new


class Somebody:
    """Does one act after another at random; what cannot be done is left."""

    def __init__(self, dataset, chance):
        self.dataset, self.chance = dataset, chance
        self.count = 0
        self._next = 100

    def act(self):
        before = self.dataset.state
        doing = self.chance.choice(
            [self._add, self._tag, self._tag, self._box, self._box, self._rename, self._merge, self._delete,
             self._delete_class, self._undo, self._create, self._relabel, self._confirm]
        )  # fmt: skip
        with contextlib.suppress(DatasetError):
            doing()
        self.count += self.dataset.state - before

    def _names(self):
        return self.chance.sample(ANY_NAMES, self.chance.randint(1, 2))

    def _hashes(self):
        hashes = [each.hash for each in self.dataset.pictures()]
        return self.chance.sample(hashes, min(len(hashes), self.chance.randint(1, 3)))

    def _corners(self):
        left, top = self.chance.uniform(-5, 90), self.chance.uniform(-5, 70)
        return left, top, left + self.chance.uniform(0, 20), top + self.chance.uniform(0, 20)

    def _add(self):
        self._next += 1
        number = self.chance.choice([1, 2, 3, self._next])
        boxes = self.chance.choice([None, (), (box(self._names()[0], *self._corners()),)])
        shooting = self.chance.choice(["", "", "one hold", "another hold"])
        width, height = self.chance.choice([(96, 80), (96, 80), (144, 120)])  # one looks as the other
        picture = new(number, yes=self._names(), boxes=boxes, shooting=shooting, width=width, height=height)
        self.dataset.add([picture], "somewhere")

    def _tag(self):
        self.dataset.tag(self._hashes(), self._names(), self.chance.choice([True, False, None]))

    def _box(self):
        (digest, *_) = self._hashes() or ["0" * 64]
        (picture,) = self.dataset.pictures([digest]) or [None]
        if picture and picture.boxes and self.chance.random() < 0.6:
            to = self.chance.choice([None, box(self._names()[0], *self._corners())])
            self.dataset.move_box(digest, self.chance.choice(picture.boxes).number, to)
        else:
            self.dataset.add_boxes(digest, [box(name, *self._corners()) for name in self._names()])

    def _rename(self):
        self.dataset.rename(*self.chance.sample(ANY_NAMES, 2))

    def _merge(self):
        self.dataset.merge(*self.chance.sample(ANY_NAMES, 2))

    def _delete(self):
        self.dataset.delete(self._hashes())

    def _relabel(self):
        self.dataset.relabel(self._hashes(), *self.chance.sample(ANY_NAMES, 2))

    def _confirm(self):
        (digest, *_) = self._hashes() or ["0" * 64]
        self.dataset.confirm(digest, self._names())

    def _delete_class(self):
        if self.chance.random() < 0.3:
            self.dataset.delete_class(self._names()[0])

    def _create(self):
        self.dataset.create_classes(self._names())

    def _undo(self):
        self.dataset.undo(self.chance.choice([None, self.chance.randint(4, max(4, self.dataset.state))]))
