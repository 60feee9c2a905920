"""What is news in a film or camera, as new pictures of a dataset."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

from ..datasets.news import News
from ..datasets.records import NewPicture
from ..media.sources.source import Source
from ..storage import images
from ..storage.images import PictureFile


def news_of(
    source: Source,
    news: News,
    seconds: float | None = None,
    shooting: str = "",
    yes: tuple[str, ...] = (),
) -> Iterator[NewPicture]:
    """The frames of a source that are news, one after another.

    Args:
        source: Is read until its end.
        news: Decides, and counts.
        seconds: So much of it is read; None reads all of it.
        shooting: What the pictures came with.
        yes: The classes that they show.
    """
    begin = monotonic()
    name = Path(source.name).stem or "camera"
    with closing(source.frames()) as frames:
        for frame in frames:
            past = monotonic() - begin if source.live else frame.time
            if seconds is not None and past > seconds:
                return
            if news.is_news(frame.image):
                file = PictureFile(f"{name}-{frame.index:06}.jpg", images.encode_jpeg(frame.image))
                yield NewPicture.of(file, yes=yes, shooting=shooting)
