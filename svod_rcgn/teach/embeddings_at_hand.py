"""What the backbone made of pictures, kept with the dataset: they are compared and not looked at again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ..classification.training.views import PictureFeatures
from ..errors import InputError
from ..geometry import unit_rows
from ..records import FloatArray

_TOGETHER = 4096  # pictures that are compared at a time, some 20 megabytes


class EmbeddingsAtHand:
    """Embeddings of the plain view of pictures, by their hashes; not for several threads at once.

    What was purged meanwhile is known by another one, that is made later.
    """

    def __init__(self, features: PictureFeatures) -> None:
        """Take the features of a dataset."""
        self._features = features

    def among(self, hashes: Sequence[str]) -> list[str]:
        """Those of some pictures that have an embedding, in their order."""
        lacking = set(self._features.missing(hashes, others=False))
        return [each for each in hashes if each not in lacking]

    def bring(self, files: dict[str, Path]) -> int:
        """Look at pictures that have none yet, and say how many cannot be read.

        Args:
            files: Where each lies, by its hash.

        Raises:
            DatasetError: What is kept is damaged.
            BusyError: Another process has been writing for a minute.
        """
        return len(self._features.bring(files, others=False))

    def of(self, hashes: Sequence[str]) -> FloatArray:
        """(n, length) of pictures that have one.

        Raises:
            InputError: One has none any more.
        """
        return np.asarray(self._features.plain(hashes), np.float32)

    def unit(self, hashes: Sequence[str]) -> FloatArray:
        """The same, of unit length; see `of`."""
        return unit_rows(self.of(hashes))

    def parts(self, hashes: Sequence[str]) -> Iterator[FloatArray]:
        """Unit embeddings of very many pictures, some at a time; see `of`."""
        for begin in range(0, len(hashes), _TOGETHER):
            yield self.unit(hashes[begin : begin + _TOGETHER])

    def of_file(self, digest: str, path: Path) -> FloatArray:
        """(length,) of one picture, unit length, which is looked at where it has none yet.

        Raises:
            InputError: It cannot be read.
        """
        if not self.among([digest]) and self.bring({digest: path}):
            raise InputError(f"{path.name[:12]}: it cannot be read, so nothing is told to be like it")
        row: FloatArray = self.unit([digest])[0]
        return row
