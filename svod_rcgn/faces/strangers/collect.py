"""The best faces of strangers, kept for the user to name."""

import logging
from collections import OrderedDict
from collections.abc import Mapping

from ...events.listeners import EventListener, Snapshot
from ...events.records import Visit, Who
from ...records import Frame
from ..protocols import Aligner
from ..records import Sighting
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
        self._selections: OrderedDict[Who, Selection] = OrderedDict()

    def seen(self, frame: Frame, seen: Mapping[Who, Sighting]) -> None:
        """See `VisitListener.seen`."""
        for who, sighting in seen.items():
            if isinstance(who, int) and sighting.embedding is not None:
                self._consider(self._selection(who), frame, sighting)

    def ended(self, visit: Visit, portrait: Snapshot | None) -> None:
        """See `VisitListener.ended`."""
        selection = self._selections.pop(visit.who, None)
        if selection is None:
            return
        try:
            folder = self._folder.store(selection.chosen)
        except OSError as error:
            log.warning("a stranger's faces could not be stored: %s", error)
        else:
            log.debug("a stranger's faces are in %s", folder)

    def withdrawn(self, visit: Visit) -> None:
        """See `VisitListener.withdrawn`."""
        self._selections.pop(visit.who, None)

    def _selection(self, who: Who) -> Selection:
        selection = self._selections.setdefault(who, Selection(self._settings))
        self._selections.move_to_end(who)
        if len(self._selections) > AT_ONCE:  # passers-by, of whom no visit comes
            self._selections.popitem(last=False)
        return selection

    def _consider(self, selection: Selection, frame: Frame, sighting: Sighting) -> None:
        embedding = sighting.embedding
        if embedding is not None and selection.wants(embedding, sighting.worth):
            crop = self._aligner.align(frame.image, sighting.face)
            selection.add(StrangerPicture(crop, embedding, sighting.worth))
