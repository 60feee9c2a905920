"""Seven views of a picture, and what a backbone makes of them, computed once and kept with the dataset.

The views are the whole picture as a camera's frames will be asked, its mirror image, and five windows of
8/10 of its sides, of which every second is mirrored. A linear head that learns from all of them knows up to
three points more of few pictures than one that learns from whole pictures alone.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ...datasets.collection import Dataset
from ...datasets.features import FeatureKey
from ...errors import InputError, ModelError
from ...jobs.parallel import in_order
from ...networks import fingerprint, load_model
from ...networks.card import CLASSIFICATION, ModelCard, read_card
from ...networks.preprocess import preprocess
from ...networks.runtime import Network, OpenVinoNetwork, precision_of
from ...records import FloatArray, Image
from ...storage import images
from ...storage.folders import current_of
from ..stages.fit import fitted

Halves: TypeAlias = npt.NDArray[np.float16]

EMBEDDING = "embedding"
OTHERS = 6  # views beside the plain one; the mirror image is the first of them
_WINDOW = 0.8
_CORNERS = ((0.5, 0.5), (0, 0), (0, 1), (1, 0), (1, 1))  # as shares of what is left over, down and right
_TOGETHER = 64  # pictures whose features are written at once
_READERS = 2


class Backbone:
    """A network that is asked for embeddings of whole pictures, squashed to its size.

    It is compiled when it is first asked: what is learned from features at hand needs none of that. `card` is
    its card, `file` its IR, and `precision` what it counts in.
    """

    def __init__(self, directory: Path, device: str = "CPU") -> None:
        """Read the card.

        Args:
            directory: Holds the network.
            device: OpenVINO device that runs it.

        Raises:
            ModelError: It is missing or damaged, for another task, or takes pictures of any size.
        """
        card = read_card(directory)
        if card.task != CLASSIFICATION or card.size is None:
            raise ModelError(f"{directory}: {card.name} is no network to learn on; take imagenet")
        self.card = replace(card, fit="squash")
        self.file = current_of(directory) / card.file
        self.precision = precision_of(device)
        self.directory, self._device = directory, device

    @cached_property
    def _network(self) -> tuple[Network, dict[str, int]]:
        """The network, and the places of its answers by their names."""
        network = load_model(self.directory, CLASSIFICATION, self._device).network
        assert isinstance(network, OpenVinoNetwork)
        places = {name: place for place, output in enumerate(network.outputs) for name in output.names}
        if EMBEDDING not in places:
            raise ModelError(f"{self.directory}: no output {EMBEDDING} to learn from; take imagenet")
        return network, places

    def embed(self, views: Sequence[Image]) -> Halves:
        """(n, length) embeddings of views of the card's size.

        Raises:
            ModelError: The network cannot be loaded, or has no embedding.
        """
        return self.answers(views)[EMBEDDING].astype(np.float16)

    def answers(self, views: Sequence[Image]) -> dict[str, FloatArray]:
        """All that the network answers to views of the card's size, by the names of its outputs.

        Raises:
            ModelError: The network cannot be loaded, or has no embedding.
        """
        network, places = self._network
        found = network.run(preprocess(views, self.card))
        return {name: found[place] for name, place in places.items()}

    def key(self, views: str) -> FeatureKey:
        """What features of some views depend on."""
        assert self.card.size
        height, width = self.card.size
        name, how = fingerprint(self.card), f"squash; {views}"
        return FeatureKey(name, EMBEDDING, self._device, self.precision, (width, height), how)


def views_of(image: Image, card: ModelCard) -> list[Image]:
    """The plain view of a (height, width, 3) picture, its mirror image, five windows; of the card's size."""
    assert card.size
    plain = fitted(image, card)
    (height, width), spare = card.size, [round(side / _WINDOW) - side for side in card.size]
    larger = fitted(image, replace(card, size=(height + spare[0], width + spare[1])))
    found = [plain, cv2.flip(plain, 1)]
    for number, (down, right) in enumerate(_CORNERS):
        top, left = round(down * spare[0]), round(right * spare[1])
        window = larger[top : top + height, left : left + width]
        found.append(cv2.flip(window, 1) if number % 2 else window)
    return found  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Unread:
    """A picture that could not be read, and why."""

    picture: str
    problem: str


class PictureFeatures:
    """The features of a dataset's pictures by one backbone.

    Those of the plain view and of the others are kept apart, so that of very many pictures the plain one is
    enough.
    """

    def __init__(self, dataset: Dataset, backbone: Backbone) -> None:
        """Open what is there; nothing is computed yet."""
        self._backbone = backbone
        self._plain = dataset.features(backbone.key("plain"))
        self._others = dataset.features(backbone.key("mirrored, five windows"))

    def missing(self, hashes: Sequence[str], *, others: bool) -> list[str]:
        """Which of the pictures have no features yet."""
        lacking = self._plain.missing(hashes)
        return list(dict.fromkeys([*lacking, *(self._others.missing(hashes) if others else ())]))

    def bring(
        self,
        files: dict[str, Path],
        *,
        others: bool = True,
        done: Callable[[int, int], None] = lambda *_: None,
    ) -> list[Unread]:
        """Compute what is missing, and keep it some pictures at a time.

        Args:
            files: Where each picture lies, by its hash.
            others: Whether more than the plain view is wanted.
            done: Told how many of how many pictures are done.

        Returns:
            The pictures that cannot be read, which have no features.

        Raises:
            DatasetError: What is kept is damaged.
            BusyError: Another process has been writing for a minute.
        """
        lacking = self.missing(list(files), others=others)
        unread: list[Unread] = []
        with ThreadPoolExecutor(_READERS, "views") as readers:
            rows = self._rows({each: files[each] for each in lacking}, others, readers, unread)
            for finished in iter(lambda: dict(islice(rows, _TOGETHER)), {}):
                self._keep(finished, others=others)
                done(len(lacking) - len(self.missing(lacking, others=others)), len(lacking))
        return unread

    def plain(self, hashes: Sequence[str]) -> Halves:
        """(n, length) float16 embeddings of the plain view; those that are missing raise."""
        return self._plain.of(hashes, _never)

    def others(self, hashes: Sequence[str]) -> Halves:
        """(n, OTHERS, length) float16 embeddings of the other views."""
        return self._others.of(hashes, _never)

    def _rows(
        self, files: dict[str, Path], others: bool, readers: ThreadPoolExecutor, unread: list[Unread]
    ) -> Iterator[tuple[str, Halves]]:
        """Each picture that can be read, with the embeddings of its views."""
        card = self._backbone.card

        def cut(path: Path) -> list[Image]:
            image = images.read_picture(path)
            return views_of(image, card) if others else [fitted(image, card)]

        def begin(item: tuple[str, Path]) -> tuple[str, Any]:
            return item[0], readers.submit(cut, item[1])

        for digest, future in in_order(begin, lambda promise: promise, files.items(), 2 * _READERS):
            try:
                views = future.result()
            except InputError as error:
                unread.append(Unread(digest, str(error)))
            else:
                yield digest, self._backbone.embed(views)

    def _keep(self, rows: dict[str, Halves], *, others: bool) -> None:
        if others:
            self._others.of(list(rows), lambda hashes: np.stack([rows[each][1:] for each in hashes]))
        self._plain.of(list(rows), lambda hashes: np.stack([rows[each][0] for each in hashes]))


def _never(hashes: Sequence[str]) -> Halves:
    raise InputError(f"{hashes[0][:12]}: its features went away; train again")
