"""People are learned in the background, while cameras run and the page says how far it is."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from ..errors import BusyError, SvodError
from ..faces import enrolment, prepare
from ..faces.prepare import PrepareResult
from ..faces.settings import Paths, PrepareSettings
from ..text import counted

log = logging.getLogger(__name__)

_WAIT = 60.0  # seconds to wait for another run, as one that renames somebody


@dataclass(frozen=True, slots=True)
class TrainingState:
    """How the run fares that began last; `number` changes whenever anything does.

    `stage` says what it is at, with `done` of `total` pictures. At its end, `learned` says what came of it,
    or `error` why nothing did; `refused` are pictures that were not taken, with the reason.
    """

    number: int = 0
    running: bool = False
    stage: str = ""
    done: int = 0
    total: int | None = None
    learned: str | None = None
    error: str | None = None
    refused: tuple[str, ...] = ()


class BackgroundTraining:
    """One run at a time in a thread of its own; what was learned is put in use when it is whole."""

    def __init__(self, paths: Paths, device: str, put_in_use: Callable[[], object]) -> None:
        """Take where people lie.

        Args:
            paths: Where pictures, aligned faces, classifiers and networks lie.
            device: OpenVINO device that runs the networks.
            put_in_use: Reads the classifiers again.
        """
        self._paths = paths
        self._device = device
        self._put_in_use = put_in_use
        self._lock = Lock()
        self._state = TrainingState()

    @property
    def state(self) -> TrainingState:
        """How it fares; any thread may ask."""
        return self._state

    def start(self, input_dir: Path | None = None, *, crops: bool = False) -> TrainingState:
        """Learn from a folder, besides what is known.

        Args:
            input_dir: PERSON/pictures; None takes that of the photographs.
            crops: The pictures are faces that were cut out already.

        Raises:
            BusyError: A run is at work.
        """
        with self._lock:
            if self._state.running:
                raise BusyError("people are being learned already; wait for its end, and start again")
            self._state = TrainingState(self._state.number + 1, running=True, stage="beginning")
        paths = self._paths if input_dir is None else replace(self._paths, input_dir=input_dir)
        Thread(target=self._run, args=(paths, crops), name="training", daemon=True).start()
        return self._state

    def _run(self, paths: Paths, crops: bool) -> None:
        try:
            result = prepare.prepare(paths, self._device, self._track, _settings(paths, crops=crops))
            self._put_in_use()
        except (SvodError, OSError) as error:
            self._change(running=False, stage="", error=" ".join(str(error).split()))
        except Exception as error:
            log.exception("learning people failed")
            self._change(running=False, stage="", error=f"this failed here: {error!r}; the log says more")
        else:
            self._change(running=False, stage="", learned=_told(result), refused=tuple(_refused(result)))

    def _track(self, items: Sequence[Any], title: str) -> Iterable[Any]:
        self._change(stage=title, done=0, total=len(items))
        return self._counted(items)

    def _counted(self, items: Sequence[Any]) -> Iterator[Any]:
        for number, item in enumerate(items, 1):
            yield item
            self._change(done=number)

    def _change(self, **changes: Any) -> None:
        with self._lock:
            self._state = replace(self._state, number=self._state.number + 1, **changes)


def _settings(paths: Paths, *, crops: bool) -> PrepareSettings:
    """Nobody is forgotten whose pictures are gone, and people are trained as the last run trained them."""
    known = enrolment.read_index_or_begin_anew(paths.aligned_dir)
    return PrepareSettings(training=known.training, complementary_align=True, clarified=crops, wait=_WAIT)


def _told(result: PrepareResult) -> str:
    pictures = sum(person.pictures for person in result.persons)
    return f"{counted(len(result.persons), 'person')} of {counted(pictures, 'picture')} learned"


def _refused(result: PrepareResult) -> Iterator[str]:
    for each in result.index.pictures:
        if each.reason:
            yield f"{each.source}: {each.reason}"
