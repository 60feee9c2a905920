"""Digits that were read wrongly, kept in a dataset with what they really are."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Lock
from time import time as wall_clock

from .. import geometry
from ..classification.records import Digit, Identified
from ..classification.settings import DIGITS
from ..datasets.collection import Dataset, create_dataset, dataset_names, open_dataset
from ..datasets.records import NewPicture
from ..errors import InputError
from ..media.walk import Picture
from ..records import Image
from ..storage.images import PictureFile, encode_png
from ..text import counted
from .still_pictures import StillPictures

_PAUSE = 600.0  # seconds without a correction, after which another sitting begins
_NOBODY = "the page"
_MARGIN = 0.25  # on each side of a digit, in its longer side


class DigitCorrections:
    """Takes a number that somebody says is on a picture; each of its digits is a picture of the dataset.

    What is corrected without a long pause is of one sitting, whoever did it: what was drawn in one go must
    not be judged by what was learned of the rest of it.
    """

    def __init__(
        self, pictures: StillPictures, datasets_dir: Path, clock: Callable[[], float] = wall_clock
    ) -> None:
        """Take who finds the digits, the folder of all datasets, and what tells the time in seconds."""
        self._pictures = pictures
        self._datasets_dir = datasets_dir
        self._clock = clock
        self._lock = Lock()

    def add(self, image: Image, number: str, who: str) -> int:
        """Keep the digits of a picture under the digits of a number, read from the left.

        Returns:
            How many are new.

        Raises:
            InputError: So many digits were not found.
            SvodError: The network or the dataset cannot be used.
        """
        found: Identified = self._pictures.identify(DIGITS, Picture("the drawing", image))
        if len(found.digits) != len(number):
            told = counted(len(found.digits), "digit", ("was", "were"))
            raise InputError(f"{told} found, and {number} has {len(number)}; draw them further apart")
        with self._lock, closing(self._dataset(who)) as dataset:
            drawn = _pictures(image, found.digits, number, self._sitting(dataset))
            return len(dataset.add(drawn, "drawn on the page").added)

    def picture(self, digest: str) -> Path | None:
        """Where a drawing lies that was kept; None where there is none."""
        if not self._is_there:
            return None
        with self._lock, closing(self._dataset(_NOBODY)) as dataset:
            return dataset.file(digest)

    def take_back(self, digest: str, who: str) -> bool:
        """Say that a drawing is not to be learned from, which can be undone; whether there was one."""
        if not self._is_there:
            return False
        with self._lock, closing(self._dataset(who)) as dataset:
            there = digest in dataset.hashes()
            if there:
                dataset.delete([digest])
            return there

    @property
    def _is_there(self) -> bool:
        return DIGITS in dataset_names(self._datasets_dir)

    def _sitting(self, dataset: Dataset) -> str:
        now = self._clock()
        last = dataset.pictures(dataset.hashes()[-1:])
        if last and last[0].shooting and now - last[0].added < _PAUSE:
            return last[0].shooting
        return f"drawn {now:.0f}"

    def _dataset(self, who: str) -> Dataset:
        if self._is_there:
            return open_dataset(self._datasets_dir, DIGITS, who)
        return create_dataset(self._datasets_dir, DIGITS, who)


def _pictures(image: Image, digits: tuple[Digit, ...], number: str, sitting: str) -> Iterator[NewPicture]:
    for place, (digit, label) in enumerate(zip(digits, number, strict=True), 1):
        file = PictureFile(f"digit-{place}.png", encode_png(geometry.cut(image, digit.box, _MARGIN)))
        yield NewPicture.of(file, yes=(label,), shooting=sitting)
