"""What a camera sees, all wings together, handed to the record of observations."""

import logging
from collections.abc import Callable, Mapping
from threading import Event as Flag
from time import monotonic

from ..errors import HistoryError
from ..events.listeners import EventListener
from ..history.observations import ObservationRecorder, Observations, SeenFrame
from ..records import Frame, Observation, Subject

log = logging.getLogger(__name__)

_MOMENT = 1.0  # seconds
_DONE = Flag()
_DONE.set()


class CameraObservations(EventListener):
    """Listens to all wings of one camera; a frame is complete when the next one begins."""

    def __init__(self, observations: Observations, camera: str, epoch: Callable[[float], float]) -> None:
        """Begin.

        Args:
            observations: Where they are kept.
            camera: Its name.
            epoch: Turns the time of a frame into seconds since the epoch.
        """
        self._recorder = ObservationRecorder(observations, camera)
        self._camera, self._epoch = camera, epoch
        self._frame: Frame | None = None
        self._subjects: dict[Subject, Observation] = {}
        self._failed = False
        self._wished: Flag | None = None
        self._written = float("-inf")

    def write_soon(self) -> Flag:
        """Write what was seen so far, with the next frame; set once that is done. Any thread may ask.

        What was written a moment ago is not written again, so that blocks stay long.
        """
        if monotonic() - self._written < _MOMENT:
            return _DONE
        flag = self._wished = self._wished or Flag()
        return flag

    def seen(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """See `EventListener.seen`."""
        if self._frame is None or frame.index != self._frame.index:
            self._hand_over()
            self._frame, self._subjects = frame, {}
            if (wished := self._wished) is not None:
                self._wished, self._written = None, monotonic()
                self._try(self._recorder.flush)
                wished.set()
        self._subjects |= subjects

    def close(self) -> None:
        """Nothing more will be seen."""
        self._hand_over()
        self._try(self._recorder.flush)

    def _hand_over(self) -> None:
        frame = self._frame
        if frame is not None:
            height, width = frame.image.shape[:2]
            seen = SeenFrame(self._camera, self._epoch(frame.time), width, height, self._subjects)
            self._try(lambda: self._recorder.take(seen))

    def _try(self, write: Callable[[], None]) -> None:
        """A disk that is full ends no camera."""
        try:
            write()
        except HistoryError as error:
            if not self._failed:
                log.warning("what is seen could not be kept: %s", error)
            self._failed = True
        else:
            self._failed = False
