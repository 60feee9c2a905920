"""All recognisers of a process, each opened when somebody first asks for it."""

from contextlib import closing
from threading import Lock

from ..classification import settings as classification
from ..classification.training.views import Backbone
from ..datasets.collection import create_dataset, dataset_names
from ..errors import InputError, ModelError
from ..networks import find_network
from ..networks.card import CLASSIFICATION
from .settings import TeachPlaces
from .taught_recogniser import Recogniser
from .workshop import Workshop


class Recognisers:
    """Recognisers by the names of their datasets; any thread may ask."""

    def __init__(self, places: TeachPlaces) -> None:
        """Take where they lie; nothing is opened yet."""
        self._places = places
        self._open: dict[str, Recogniser] = {}
        self._workshops: dict[str, Workshop] = {}
        self._backbone: Backbone | None = None
        self._lock = Lock()

    def names(self) -> list[str]:
        """Of all datasets that are there."""
        return dataset_names(self._places.datasets_dir)

    def create(self, name: str, who: str) -> Recogniser:
        """Make a new one, of an empty dataset.

        Raises:
            DatasetError: There is one already, or it cannot be called so.
        """
        with closing(create_dataset(self._places.datasets_dir, name, who)) as made:
            name = made.name
        return self.get(name)

    def get(self, name: str) -> Recogniser:
        """One that is there.

        Raises:
            InputError: There is none.
            SvodError: Its dataset or the network that is learned on cannot be used.
        """
        with self._lock:
            if name not in self._open:
                if name not in self.names():
                    raise InputError(f"there is no recogniser {name!r}; make it first")
                self._open[name] = Recogniser(name, self._places, self._on())
            return self._open[name]

    def workshop(self, name: str) -> Workshop:
        """The collection of one that is there.

        Raises:
            SvodError: As `get`.
        """
        recogniser = self.get(name)
        with self._lock:
            return self._workshops.setdefault(name, Workshop(recogniser))

    def close(self) -> None:
        """Close all that are open."""
        with self._lock:
            self._workshops = {}
            for each in self._open.values():
                each.close()
            self._open = {}

    def _on(self) -> Backbone:
        if self._backbone is None:
            places, fetch = self._places, classification.FETCH
            try:
                folder = find_network(places.backbone, places.models_dir, CLASSIFICATION, fetch)
            except InputError as error:  # whoever asks has named no network
                raise ModelError(str(error)) from error
            self._backbone = Backbone(folder, places.device)
        return self._backbone
