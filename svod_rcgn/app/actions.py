"""What a running camera can be asked for and told."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import msgspec
import psutil

from ..cameras.supervisor import CameraStatus, CameraSupervisor
from ..control.server import Action
from ..errors import ControlError
from ..faces.recogniser import ClassifierStatus
from ..notify.delivery import ChannelStatus

_ROOT = __package__.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Status:
    """How the whole process fares: `uptime` in seconds, `memory` resident, in bytes.

    `classifiers` are those of faces, None where no faces are looked for.
    """

    uptime: float
    memory: int
    threads: int
    debug: bool
    cameras: tuple[CameraStatus, ...]
    classifiers: ClassifierStatus | None
    channels: tuple[ChannelStatus, ...]


def _no_rules() -> int:
    return 0


class Actions:
    """Carries out requests on what runs."""

    def __init__(
        self,
        cameras: CameraSupervisor,
        reload: Callable[[], ClassifierStatus | None],
        classifiers: Callable[[], ClassifierStatus | None],
        channels: Callable[[], tuple[ChannelStatus, ...]],
        reload_rules: Callable[[], int] = _no_rules,
    ) -> None:
        """Take what runs.

        Args:
            cameras: The cameras.
            reload: Loads the classifiers, checks them and puts them in use, or raises and changes nothing.
            classifiers: The classifiers of faces in use; None where no faces are looked for.
            channels: How the channels fare.
            reload_rules: Reads the rules again and says how many they are, or raises and changes nothing.
        """
        self._reload_rules = reload_rules
        self._cameras = cameras
        self._reload = reload
        self._classifiers = classifiers
        self._channels = channels
        self._begun = monotonic()

    def by_name(self) -> Mapping[str, Action]:
        """Every action by the name that it is asked for with."""
        return {
            "reload_classifiers": self.reload_classifiers,
            "reload_rules": self.reload_rules,
            "debug": self.debug,
            "status": self.status,
            "stop": self.stop,
        }

    def reload_classifiers(self, data: Any) -> Any:
        """Use the classifiers that lie in the folder now; answers which.

        Raises:
            SvodError: They cannot be used; those in use stay.
        """
        _take_nothing("reload_classifiers", data)
        return msgspec.to_builtins(self._reload())

    def reload_rules(self, data: Any) -> int:
        """Use the rules as their files have them now; answers how many they are.

        Raises:
            SvodError: A file cannot be used; the rules in use stay.
        """
        _take_nothing("reload_rules", data)
        return self._reload_rules()

    def debug(self, data: Any) -> bool:
        """Show internal details on stderr, or no more.

        Raises:
            ControlError: The data is neither true nor false.
        """
        if not isinstance(data, bool):
            raise ControlError("debug: takes true or false")
        logging.getLogger(_ROOT).setLevel(logging.DEBUG if data else logging.NOTSET)
        return data

    def status(self, data: Any) -> Any:
        """How everything fares."""
        _take_nothing("status", data)
        return msgspec.to_builtins(
            Status(
                uptime=monotonic() - self._begun,
                memory=psutil.Process().memory_info().rss,
                threads=psutil.Process().num_threads(),
                debug=logging.getLogger(_ROOT).isEnabledFor(logging.DEBUG),
                cameras=self._cameras.status(),
                classifiers=self._classifiers(),
                channels=self._channels(),
            )
        )

    def stop(self, data: Any) -> bool:
        """End all in good order; the answer comes before the end."""
        _take_nothing("stop", data)
        self._cameras.stop()
        return True


def _take_nothing(action: str, data: Any) -> None:
    if data is not None:
        raise ControlError(f"{action}: takes no data")
