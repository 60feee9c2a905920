"""Pictures of which nothing is said yet: looked at while nothing else is to do, and answered."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..classification.training.views import Backbone, PictureFeatures
from ..datasets.collection import Dataset
from ..datasets.records import Picture
from ..datasets.standing import Standing
from .embeddings_at_hand import EmbeddingsAtHand
from .live_head import Guess, LiveHead

_TOGETHER = 64  # pictures that are looked at before it is seen whether there is anything else to do
_ANSWERED = 8192


class UntaggedLooking:
    """Looks at them some at a time; of one thread."""

    def __init__(self, dataset: Dataset, backbone: Backbone) -> None:
        """Take what they lie in, and what looks at them."""
        self._dataset, self._backbone = dataset, backbone
        self._standing: Standing | None = None
        self._waiting: dict[str, Path] = {}
        self._unread: set[str] = set()

    def waiting(self) -> int:
        """How many were not looked at yet."""
        standing = self._dataset.standing()
        if standing is not self._standing:
            self._standing = standing
            untagged = {each.hash: each.path for each in standing.pictures if each.is_untagged}
            lacking = self._features().missing(list(untagged), others=False) if untagged else []
            self._waiting = {each: untagged[each] for each in lacking if each not in self._unread}
        return len(self._waiting)

    def look(self) -> None:
        """Look at some.

        Raises:
            ModelError: The network cannot be loaded.
            DatasetError: What is kept is damaged.
            BusyError: Another process has been writing for a minute.
        """
        some = dict(list(self._waiting.items())[:_TOGETHER])
        unread = self._features().bring(some, others=False)
        self._unread.update(each.picture for each in unread)
        for each in some:
            del self._waiting[each]

    def give_up(self) -> None:
        """Look at none of them before something changes."""
        self._waiting = {}

    def _features(self) -> PictureFeatures:
        return PictureFeatures(self._dataset, self._backbone)


def guesses(
    pictures: Sequence[Picture], head: LiveHead | None, embeddings: EmbeddingsAtHand
) -> Mapping[str, Guess]:
    """What untagged pictures that were looked at are taken for, by their hashes.

    They are asked by their plain view alone, also where the head asks the mirror image of live ones, too.

    Args:
        pictures: Any pictures.
        head: What answers; None where nothing was learned.
        embeddings: Of them.
    """
    untagged = [each.hash for each in pictures if each.is_untagged]
    if head is None or not untagged:
        return {}
    found: dict[str, Guess] = {}
    there = embeddings.among(untagged)
    for begin in range(0, len(there), _ANSWERED):
        some = there[begin : begin + _ANSWERED]
        found.update(zip(some, head.guesses(embeddings.of(some)), strict=True))
    return found
