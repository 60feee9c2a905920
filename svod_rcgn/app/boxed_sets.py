"""All datasets whose pictures are boxed in this process, each opened when somebody first asks for it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock

from ..datasets.collection import create_dataset, dataset_names
from ..errors import InputError
from .boxed_set import BoxedSet
from .detector_training import request_for


class BoxedSets:
    """Datasets by their names; any thread may ask."""

    def __init__(
        self, datasets_dir: Path, models_dir: Path, device: str, put_in_use: Callable[[], object]
    ) -> None:
        """Take where they lie; nothing is opened yet.

        Args:
            datasets_dir: The folder of all datasets.
            models_dir: The folder of networks, in which detectors are written.
            device: OpenVINO device.
            put_in_use: Called when a detector was learned, so that it is asked anew.
        """
        self._datasets_dir, self._models_dir, self._device = datasets_dir, models_dir, device
        self._put_in_use = put_in_use
        self._open: dict[str, BoxedSet] = {}
        self._lock = Lock()

    def names(self) -> list[str]:
        """Of all datasets that are there."""
        return dataset_names(self._datasets_dir)

    def create(self, name: str, who: str) -> BoxedSet:
        """Make a new one.

        Raises:
            DatasetError: There is one already, or it cannot be called so.
        """
        with closing(create_dataset(self._datasets_dir, name, who)) as made:
            name = made.name
        return self.get(name)

    def get(self, name: str) -> BoxedSet:
        """One that is there.

        Raises:
            InputError: There is none.
            DatasetError: It cannot be opened.
        """
        with self._lock:
            if name not in self._open:
                if name not in self.names():
                    raise InputError(f"there is no dataset {name!r}; make it first")
                request = request_for(name, self._models_dir, self._device)
                self._open[name] = BoxedSet(self._datasets_dir, name, request, self._put_in_use)
            return self._open[name]

    def close(self) -> None:
        """Close all that are open."""
        with self._lock:
            for each in self._open.values():
                each.close()
            self._open = {}
