"""One running process: its cameras, what deals with their events, and the socket that steers it."""

import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from ..cameras.loop import CameraLoop, Watch
from ..cameras.supervisor import CameraSupervisor
from ..cameras.viewer import Viewer
from ..control.server import Action, ControlServer
from ..control.settings import ControlSettings
from ..errors import ControlError
from ..events.listeners import EventListener
from ..media.output import Output
from ..media.settings import VideoSettings
from ..media.sources import Source
from ..notify.channel import Channel, Notifier
from ..retry import RetrySettings
from .event_service import EventService, EventServiceSettings
from .frame_objects import DetectedObjects
from .rule_service import RulesInUse
from .wings import Wing

log = logging.getLogger(__name__)

_THRESHOLDS = 50_000, 20, 20  # of gc.set_threshold


def expect_many_records() -> None:
    """Look for garbage less often than Python does by itself.

    By itself it looks after each 700 new objects, and now and then at all there are, while no other thread
    answers; benchmarks/collection.py measures what that costs where very many records are read at once.
    """
    gc.set_threshold(*_THRESHOLDS)


@dataclass(frozen=True, slots=True)
class CameraSetup:
    """One camera: where its pictures come from and go to, and who is told of its events.

    Notifiers are told at once; listeners when all is recorded.
    """

    source: Source
    outputs: Sequence[Output]
    notifiers: Sequence[Notifier]
    viewers: Sequence[Viewer] = ()
    listeners: Sequence[EventListener] = ()


@contextmanager
def open_service(
    settings: EventServiceSettings,
    channels: Sequence[Channel],
    wings: Sequence[Wing],
    rules: RulesInUse | None = None,
) -> Iterator[EventService]:
    """What deals with events, open and at work while the block runs.

    Raises:
        HistoryError: The record of events cannot be opened.
    """
    service = EventService(settings, channels, [wing.forget_before for wing in wings], rules)
    try:
        service.start()
        yield service
    finally:
        service.close(0.0)


def build_cameras(
    setups: Sequence[CameraSetup],
    wings: Sequence[Wing],
    service: EventService,
    video: VideoSettings,
    retry: RetrySettings,
) -> CameraSupervisor:
    """The loops of all cameras, each looked at by every wing."""
    return CameraSupervisor([build_camera(setup, wings, service, video) for setup in setups], retry)


def build_camera(
    setup: CameraSetup, wings: Sequence[Wing], service: EventService, video: VideoSettings
) -> CameraLoop:
    """The loop of one camera."""
    source, visitors, detected = setup.source, service.visitors(), DetectedObjects()
    watches = [
        Watch(
            partial(
                visitors.watched,
                wing.kind,
                partial(detected.watched, wing.kind, partial(wing.analyzer, still=source.still)),
            ),
            service.dispatcher(source, wing, setup.notifiers, setup.listeners),
        )
        for wing in wings
    ]
    watches += service.rule_watches(source, setup.notifiers, detected.on)
    return CameraLoop(source, watches, setup.outputs, video, setup.viewers)


@contextmanager
def open_control(
    settings: ControlSettings, actions: Mapping[str, Action], *, required: bool
) -> Iterator[None]:
    """The control socket, open while the block runs.

    A port that is taken is an error where it is `required`, and a warning elsewhere: another process
    may run.

    Raises:
        ControlError: The port cannot be had, or the address needs keys.
    """
    try:
        server = ControlServer(settings, actions)
    except ControlError as error:
        if required:
            raise
        log.warning("no control socket: %s", error)
        yield
        return
    server.start()
    try:
        yield
    finally:
        server.close()
