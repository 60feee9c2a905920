"""The classifiers of a running camera, replaced by what was trained meanwhile."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from .faces import build
from .faces.gallery import store
from .faces.pipeline import Classifier
from .storage import files

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClassifierStatus:
    """The classifiers in use: when they were trained, and the persons with their numbers of pictures."""

    version: str
    classes: Mapping[str, int]


class Reloader:
    """Loads the classifiers of a folder beside those in use, and swaps them when they are whole."""

    def __init__(
        self, embedding_dir: Path, classifiers_dir: Path, replace: Callable[[Classifier], None]
    ) -> None:
        """Take the folder that the classifiers in use come from.

        Args:
            embedding_dir: The network that they belong to.
            classifiers_dir: Where they lie.
            replace: Puts others in use, between two frames.

        Raises:
            ClassifierError: There are none.
            InputError: They are damaged.
        """
        self._embedding_dir = embedding_dir
        self._classifiers_dir = classifiers_dir
        self._replace = replace
        self._lock = Lock()
        self._status = self._told()

    @property
    def status(self) -> ClassifierStatus:
        """The classifiers in use."""
        return self._status

    def reload(self) -> ClassifierStatus:
        """Use what lies in the folder now; any thread may ask for it.

        Raises:
            SvodError: It cannot be used, and says why; the classifiers in use stay.
        """
        with self._lock:
            classifier = build.load_classifier(self._embedding_dir, self._classifiers_dir)
            self._status = self._told()
            self._replace(classifier)
        log.debug("classifiers of %s are in use", self._status.version)
        return self._status

    def _told(self) -> ClassifierStatus:
        meta = store.read_meta(files.current_of(self._classifiers_dir))
        return ClassifierStatus(meta.created, {person.name: person.pictures for person in meta.persons})
