"""Digits that were read wrongly, kept in a dataset with what they really are."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Lock

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

_MARGIN = 0.25  # on each side of a digit, in its longer side


class DigitCorrections:
    """Takes a number that somebody says is on a picture; each of its digits is a picture of the dataset."""

    def __init__(self, pictures: StillPictures, datasets_dir: Path) -> None:
        """Take who finds the digits, and the folder of all datasets."""
        self._pictures = pictures
        self._datasets_dir = datasets_dir
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
            return len(dataset.add(_pictures(image, found.digits, number), "drawn on the page").added)

    def _dataset(self, who: str) -> Dataset:
        if DIGITS in dataset_names(self._datasets_dir):
            return open_dataset(self._datasets_dir, DIGITS, who)
        return create_dataset(self._datasets_dir, DIGITS, who)


def _pictures(image: Image, digits: tuple[Digit, ...], number: str) -> Iterator[NewPicture]:
    for place, (digit, label) in enumerate(zip(digits, number, strict=True), 1):
        file = PictureFile(f"digit-{place}.png", encode_png(geometry.cut(image, digit.box, _MARGIN)))
        yield NewPicture.of(file, yes=(label,))
