"""What a backbone's maps say of a dataset's pictures, plain and mirrored, computed once and kept with it."""

import tempfile
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
from ...networks import fingerprint
from ...networks.card import CLASSIFICATION, ModelCard, read_card
from ...networks.convert.cell_maps import CellMap, Taps, blocks_for
from ...networks.preprocess import preprocess
from ...networks.runtime import OpenVinoNetwork, precision_of
from ...records import FloatArray, Image
from ...storage import images
from ...storage.folders import current_of
from ..evaluation.boxed_pictures import BoxedPicture
from ..stages.placed import Placed, placed
from .input_size import InputSize

Halves: TypeAlias = npt.NDArray[np.float16]

PLAIN, MIRRORED = "plain", "mirrored"
VIEWS = (PLAIN, MIRRORED)
_TOGETHER = 32  # pictures whose maps are written at once
_READERS = 2
_FIT = "corner"


class MapBackbone:
    """A network that is asked for the maps by which cells of a stride are judged.

    `card` is its card with the size that is fed, `file` its IR, `maps` are all maps that it has and `chosen`
    the numbers of those that are asked for.
    """

    def __init__(
        self, directory: Path, size: InputSize, device: str = "CPU", chosen: tuple[int, ...] = ()
    ) -> None:
        """Read the card and find the maps.

        Args:
            directory: Holds the network.
            size: What is fed, and the stride of the cells.
            device: OpenVINO device that runs it.
            chosen: The maps that are asked for; where none are named, those that cells are judged by.

        Raises:
            ModelError: It is missing or damaged, for another task, or built in another way.
        """
        card = read_card(directory)
        if card.task != CLASSIFICATION:
            raise ModelError(f"{directory}: {card.name} is no network to learn on; take imagenet")
        self.name, self.fingerprint = card.name, fingerprint(card)
        self.card = replace(card, size=size.size, fit=_FIT)
        self.file = current_of(directory) / card.file
        self.size = size
        self.precision = precision_of(device)
        self._taps = Taps(self.file, size.size)
        self._device = device
        self.maps = self._taps.maps
        self.blocks = blocks_for(self.maps, size.stride)
        self.chosen = chosen or tuple(sorted({each.map for each in self.blocks}))

    @cached_property
    def _network(self) -> OpenVinoNetwork:
        with tempfile.TemporaryDirectory(prefix="svod-") as folder:
            path = Path(folder) / "maps.xml"
            self._taps.write(self.chosen, path)
            return OpenVinoNetwork(path, self._device)

    def look(self, view: Image) -> Halves:
        """All chosen maps of a picture of the size, one after another, in one row."""
        answers = self._network.run(preprocess([view], self.card))
        return np.concatenate([each.ravel() for each in answers]).astype(np.float16)

    def shape(self, number: int) -> tuple[int, int, int]:
        """Channels, rows and columns of a map."""
        each: CellMap = self.maps[number]
        return each.channels, self.size.height // each.stride, self.size.width // each.stride

    def apart(self, row: Halves) -> dict[int, FloatArray]:
        """The maps of a row as `look` gives it, by their numbers, (channels, rows, columns) each."""
        ends = np.cumsum([np.prod(self.shape(number)) for number in self.chosen])
        parts = np.split(row, ends[:-1])
        return {
            number: part.reshape(self.shape(number)).astype(np.float32)
            for number, part in zip(self.chosen, parts, strict=True)
        }

    def key(self, view: str) -> FeatureKey:
        """What the maps of a view depend on."""
        output = f"maps {','.join(map(str, self.chosen))}"
        size = self.size.width, self.size.height
        return FeatureKey(self.fingerprint, output, self._device, self.precision, size, f"{_FIT}; {view}")


def view_of(image: Image, card: ModelCard, view: str) -> Placed:
    """A (height, width, 3) picture as it is fed, or its mirror image."""
    return placed(cv2.flip(image, 1) if view == MIRRORED else image, card)  # type: ignore[arg-type]


def boxes_of(picture: BoxedPicture, size: InputSize, view: str) -> FloatArray:
    """The boxes of a picture in pixels of a view."""
    boxes = picture.truth.boxes
    if view == MIRRORED:
        boxes = np.stack(
            [picture.width - boxes[:, 2], boxes[:, 1], picture.width - boxes[:, 0], boxes[:, 3]], 1
        )
    scaled: FloatArray = boxes * np.array(scale_of(picture, size) * 2, np.float32)
    return scaled


def scale_of(picture: BoxedPicture, size: InputSize) -> tuple[float, float]:
    """How many pixels that are fed one of the picture is, (x, y); as `placed` does it."""
    factor = min(size.width / picture.width, size.height / picture.height)
    inner = (max(1, round(side * factor)) for side in (picture.width, picture.height))
    across, down = inner
    return across / picture.width, down / picture.height


@dataclass(frozen=True, slots=True)
class Unread:
    """A picture that could not be read, and why."""

    picture: str
    problem: str


class PictureMaps:
    """The maps of a dataset's pictures by one backbone."""

    def __init__(self, dataset: Dataset, backbone: MapBackbone) -> None:
        """Open what is there; nothing is computed yet."""
        self._backbone = backbone
        self._views = {view: dataset.features(backbone.key(view)) for view in VIEWS}

    def missing(self, hashes: Sequence[str]) -> list[str]:
        """Which of the pictures have none yet."""
        lacking = [each for kept in self._views.values() for each in kept.missing(hashes)]
        return list(dict.fromkeys(lacking))

    def bring(
        self, files: dict[str, Path], done: Callable[[int, int], None] = lambda *_: None
    ) -> list[Unread]:
        """Compute what is missing, and keep it some pictures at a time; the pictures that cannot be read.

        Raises:
            DatasetError: What is kept is damaged.
            BusyError: Another process has been writing for a minute.
        """
        lacking = self.missing(list(files))
        unread: list[Unread] = []
        with ThreadPoolExecutor(_READERS, "views") as readers:
            rows = self._rows({each: files[each] for each in lacking}, readers, unread)
            ready = 0
            for finished in iter(lambda: dict(islice(rows, _TOGETHER)), {}):
                for place, view in enumerate(VIEWS):
                    self._keep(view, {digest: each[place] for digest, each in finished.items()})
                ready += len(finished)
                done(ready, len(lacking))
        return unread

    def of(self, digest: str, view: str) -> dict[int, FloatArray]:
        """The maps of a picture by their numbers, (channels, rows, columns) each."""
        return self._backbone.apart(self._views[view].of([digest], _never)[0])

    def _rows(
        self, files: dict[str, Path], readers: ThreadPoolExecutor, unread: list[Unread]
    ) -> Iterator[tuple[str, list[Halves]]]:
        def begin(item: tuple[str, Path]) -> tuple[str, Any]:
            return item[0], readers.submit(images.read_picture, item[1])

        for digest, future in in_order(begin, lambda promise: promise, files.items(), 2 * _READERS):
            try:
                image = future.result()
            except InputError as error:
                unread.append(Unread(digest, str(error)))
            else:
                card = self._backbone.card
                yield digest, [self._backbone.look(view_of(image, card, view).image) for view in VIEWS]

    def _keep(self, view: str, rows: dict[str, Halves]) -> None:
        self._views[view].of(list(rows), lambda hashes: np.stack([rows[each] for each in hashes]))


def _never(hashes: Sequence[str]) -> Halves:
    raise InputError(f"{hashes[0][:12]}: its maps went away; train again")
