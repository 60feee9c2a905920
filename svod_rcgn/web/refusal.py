"""What a request is refused with: a status, and one sentence that says what is wrong and what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from ..errors import BusyError, ChangedError, InputError, SvodError

UNAUTHORISED, FORBIDDEN, MISSING, TOO_SLOW, CONFLICT, TOO_LARGE = 401, 403, 404, 408, 409, 413
WRONG_TYPE, UNUSABLE, TOO_MANY = 415, 422, 429
UNAVAILABLE = 424  # a network or what was learned is missing or damaged: asking again brings nothing


class Refusal(Exception):  # noqa: N818 - it is an answer, not a defect
    """Ends a request with a status and one sentence."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers


def told(error: SvodError) -> Refusal:
    """A failure of the program as the answer to a request."""
    status = UNUSABLE if isinstance(error, InputError) else UNAVAILABLE
    if isinstance(error, BusyError | ChangedError):
        status = CONFLICT
    return Refusal(status, " ".join(str(error).split()))
