"""The best faces of strangers, kept for the user to name."""

import logging
from collections import OrderedDict
from collections.abc import Mapping

from ...events.listeners import EventListener, Snapshot
from ...records import Frame, Observation, Subject, Visit
from ..protocols import Aligner
from ..records import FaceObservation
from ..settings import StrangerSettings
from .folder import Selection, StrangerFolder, StrangerPicture

log = logging.getLogger(__name__)

AT_ONCE = 50


class StrangerCollector(EventListener):
    """Chooses faces while a stranger is there, and stores them when the visit is over.

    Nothing is stored of a stranger who turns out to have a name, and nothing of one who passed by too
    quickly for a visit.
    """

    def __init__(self, folder: StrangerFolder, aligner: Aligner, settings: StrangerSettings) -> None:
        self._folder = folder
        self._aligner = aligner
        self._settings = settings
        self._selections: OrderedDict[Subject, Selection] = OrderedDict()

    def seen(self, frame: Frame, subjects: Mapping[Subject, Observation]) -> None:
        """See `EventListener.seen`."""
        for subject, observation in subjects.items():
            if subject.label is None and isinstance(observation, FaceObservation):
                self._consider(self._selection(subject), frame, observation)

    def ended(self, visit: Visit, snapshot: Snapshot | None) -> None:
        """See `EventListener.ended`."""
        selection = self._selections.pop(visit.subject, None)
        if selection is None:
            return
        try:
            folder = self._folder.store(selection.chosen)
        except OSError as error:
            log.warning("a stranger's faces could not be stored: %s", error)
        else:
            log.debug("a stranger's faces are in %s", folder)

    def withdrawn(self, visit: Visit) -> None:
        """See `EventListener.withdrawn`."""
        self._selections.pop(visit.subject, None)

    def _selection(self, subject: Subject) -> Selection:
        selection = self._selections.setdefault(subject, Selection(self._settings))
        self._selections.move_to_end(subject)
        if len(self._selections) > AT_ONCE:  # passers-by, of whom no visit comes
            self._selections.popitem(last=False)
        return selection

    def _consider(self, selection: Selection, frame: Frame, observation: FaceObservation) -> None:
        embedding = observation.embedding
        if embedding is not None and selection.wants(embedding, observation.worth):
            crop = self._aligner.align(frame.image, observation.face)
            selection.add(StrangerPicture(crop, embedding, observation.worth))
