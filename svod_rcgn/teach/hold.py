"""What is kept while somebody holds the button: news alone, with the tags of the moment it was taken."""

from dataclasses import dataclass

from ..datasets.collection import Dataset
from ..datasets.news import News
from ..datasets.records import NewPicture
from ..records import Image
from ..storage.images import PictureFile

_TOGETHER = 0.5  # seconds of pictures that one act adds


@dataclass(frozen=True, slots=True)
class HoldCount:
    """So many pictures were seen, and so many of them kept as news."""

    seen: int
    kept: int


class Hold:
    """From pressing the button to letting go; not for several threads at once.

    Pictures are added some at a time, so that they are learned while the button is held and a hold is a
    handful of acts at most.
    """

    def __init__(self, dataset: Dataset, name: str) -> None:
        """Begin.

        Args:
            dataset: What the pictures are added to.
            name: The hold's own; its pictures are one shooting, of which no part judges another.
        """
        self._dataset = dataset
        self._name = name
        self._news: dict[tuple[str, ...], News] = {}
        self._waiting: list[NewPicture] = []
        self._since: float | None = None

    @property
    def count(self) -> HoldCount:
        """How much so far."""
        every = self._news.values()
        return HoldCount(sum(each.seen for each in every), sum(each.kept for each in every))

    def take(self, image: Image, file: PictureFile, tags: tuple[str, ...], time: float) -> bool:
        """Take in a picture, and say whether anything was added to the dataset.

        Args:
            image: (height, width, 3) uint8 BGR.
            file: The same as a file, which is kept.
            tags: What it shows, as the page says at this moment.
            time: Now, in seconds.

        Raises:
            DatasetError: A class cannot be called so, or nothing can be written.
        """
        if self._news.setdefault(tags, News()).is_news(image):
            self._waiting.append(NewPicture.of(file, yes=tags, shooting=self._name))
        if self._since is None:
            self._since = time
        if self._waiting and time - self._since >= _TOGETHER:
            self._since = time
            return self.flush()
        return False

    def flush(self) -> bool:
        """Add what waits, as at the end; whether there was anything.

        Raises:
            DatasetError: As `take`.
        """
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._dataset.add(waiting, self._name)
        return bool(waiting)
