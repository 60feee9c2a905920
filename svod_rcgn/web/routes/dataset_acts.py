"""What routes over a dataset share: who acts, what was done and is undone, and what came of pictures."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import msgspec
from starlette.responses import Response

from ...datasets.records import Act, Added
from ...errors import ChangedError, DatasetError
from ...teach.acts import grouped
from ...teach.records import ActGroup
from ..access.roles import Caller
from ..refusal import CONFLICT, UNUSABLE, Refusal

MOST = 50  # pictures in one form
_LAST = 300  # acts that are told


@dataclass(frozen=True, slots=True)
class Acts:
    """What was done, the last first; `state` is the number of the last act."""

    state: int
    acts: tuple[ActGroup, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """The acts to undo, unless something has happened since `state` was looked at."""

    acts: tuple[Annotated[int, msgspec.Meta(ge=1, le=2**53)], ...]
    state: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of pictures that were sent: how many are new or known; those refused, with why."""

    added: int
    known: int
    refused: tuple[str, ...]


def who(caller: Caller) -> str:
    """How the journal calls somebody."""
    return f"{caller.role.value} {caller.session}"


def shown(done: Added) -> Shown:
    """What came of adding."""
    return Shown(len(done.added), len(done.known), done.refused)


def last_acts(log: Callable[[int], tuple[int, Sequence[Act]]]) -> Acts:
    """What was done last, of a log that gives the state and so many acts in their order."""
    state, acts = log(_LAST)
    return Acts(state, tuple(reversed(grouped(acts))))


def small_picture(data: bytes) -> Response:
    """A JPEG whose picture never changes."""
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


@contextmanager
def as_asked() -> Iterator[None]:
    """What a dataset cannot do is the fault of what was asked, unless somebody was quicker.

    Raises:
        Refusal: The block could not do it.
    """
    try:
        yield
    except ChangedError as error:
        raise Refusal(CONFLICT, str(error)) from error
    except DatasetError as error:
        raise Refusal(UNUSABLE, str(error)) from error
