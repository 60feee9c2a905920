"""Pictures and films that somebody sent, as new pictures of a dataset."""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time as wall_clock
from typing import TypeAlias

from ..datasets.incoming import upload_name
from ..datasets.news import News
from ..datasets.records import Added, NewPicture
from ..errors import InputError
from ..media.sources import open_source
from ..storage import signatures
from ..storage.images import PictureFile
from .film_frames import news_of

MOST_FRAMES = 1000  # of one film

Add: TypeAlias = Callable[[Sequence[NewPicture], str], Added]
"""Adds pictures, and says in the journal where they come from."""


def put_in(sent: Sequence[PictureFile], add: Add, yes: tuple[str, ...] = ()) -> Added:
    """Add what was sent together: the pictures as one shooting, and what is news in each film as one.

    Args:
        sent: Pictures and films.
        add: Adds them.
        yes: The classes that all of them show.

    Raises:
        DatasetError: A class cannot be called so, or nothing can be written.
    """
    upload = upload_name()
    films = [each for each in sent if not signatures.kind_of(each.data).is_picture]
    pictures = [NewPicture.of(each, yes=yes, shooting=upload) for each in sent if each not in films]
    done = add(pictures, upload) if pictures else Added()
    for each in films:
        done += _film_put_in(each, add, yes)
    return done


def _film_put_in(film: PictureFile, add: Add, yes: tuple[str, ...]) -> Added:
    """Add what is news in a film that was sent; its name becomes no path."""
    refused = Added(refused=(f"{film.name}: cannot be read as a picture or a film; is it damaged?",))
    if signatures.kind_of(film.data) != signatures.FILM:  # a playlist may name files of this machine
        return refused
    shooting = f"{film.name} {wall_clock():.3f}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        path.write_bytes(film.data)
        try:
            source = open_source(str(path), name=film.name)
        except InputError:
            return refused
        frames = islice(news_of(source, News(), shooting=shooting, yes=yes), MOST_FRAMES)
        return add([*frames], f"film {film.name}")
