"""Many pictures at once, in order, and with the same results however many work on them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from ...errors import InputError
from ...jobs.parallel import Result, in_order
from ...networks.card import UsualLikeness
from ...records import FloatArray, Image
from ...reporter import Item
from ...storage.images import PictureFile
from ..protocols import Embedder
from .crop import Cutter


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes crops and embeddings comparable: results of the same recipe may be mixed.

    `cut` names how a crop is made, `crop_size` is its width in pixels, `model` the fingerprint of the
    embedding network, and `alignment` names how that network wants a face to lie in its crop.
    `background` is the fingerprint of the network that removes the background before a face is looked
    for, empty where it stays. `usual` is what the network's card says of likeness, and
    changes no embedding.
    """

    cut: str
    crop_size: int
    model: str
    alignment: str = ""
    background: str = ""
    usual: UsualLikeness | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cutting:
    """What one photograph gave: the crop, or the reason why it gave none.

    `box` is (left, top, right, bottom) in pixels of the picture as a person sees it.
    """

    crop: Image | None = None
    box: tuple[float, float, float, float] | None = None
    score: float | None = None
    reason: str | None = None


class Executor(Protocol):
    """Whoever does the work: threads here, or machines elsewhere."""

    recipe: Recipe

    def cut(self, files: Iterable[PictureFile]) -> Iterator[Cutting]:
        """Cut the face out of each photograph, in their order."""
        ...

    def embed(self, batches: Iterable[Sequence[Image]]) -> Iterator[FloatArray]:
        """Compute the embeddings of each batch of crops, in their order."""
        ...


class Worker:
    """Does the work on one photograph or one batch; safe to use from several threads."""

    def __init__(self, cutter: Cutter, embedder: Embedder, recipe: Recipe) -> None:
        self._cutter = cutter
        self._embedder = embedder
        self.recipe = recipe

    def cut(self, file: PictureFile) -> Cutting:
        """Cut one photograph; what is wrong with it becomes the reason."""
        try:
            face, crop = self._cutter.cut(file)
        except InputError as error:
            return Cutting(reason=str(error).removeprefix(f"{file.name}: "))
        if face is None:
            return Cutting(crop)
        return Cutting(crop, (face.box.left, face.box.top, face.box.right, face.box.bottom), face.score)

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        """Compute the embeddings of one batch."""
        return self._embedder.embed(crops)


class ThreadExecutor:
    """Threads of this process: the networks, the decoding and the scaling run outside Python's lock."""

    def __init__(self, worker: Worker, threads: int = 1) -> None:
        self.recipe = worker.recipe
        self._worker = worker
        self._threads = threads

    def cut(self, files: Iterable[PictureFile]) -> Iterator[Cutting]:
        """See `Crew.cut`."""
        return self._spread(self._worker.cut, files)

    def embed(self, batches: Iterable[Sequence[Image]]) -> Iterator[FloatArray]:
        """See `Crew.embed`."""
        return self._spread(self._worker.embed, batches)

    def _spread(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        pool = ThreadPoolExecutor(self._threads)
        try:
            yield from in_order(lambda item: pool.submit(work, item), Future.result, items, 2 * self._threads)
        finally:
            pool.shutdown(cancel_futures=True)  # what was begun ahead is of no use to a run that ends
