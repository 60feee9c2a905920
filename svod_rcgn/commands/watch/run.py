"""What the main thread does while cameras run: windows, signals, progress; and the report at the end."""

import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import TypeAlias

from ...cameras.loop import LoopSummary
from ...cameras.supervisor import CameraSupervisor
from ...errors import SvodError
from ...media.windows import Screen
from ...notify.wording import Wording, called
from ...terminal import write_line
from ...text import counted, on_one_line
from .. import shutdown
from ..progress import progress_bars
from . import signals

log = logging.getLogger(__name__)

Renewals: TypeAlias = Mapping[str, Callable[[], object]]
"""What reads something again from disk, by what that is: classifiers, rules."""

_GLANCE = 0.1  # seconds between two looks at signals where no window is open


def watch(
    cameras: CameraSupervisor, screen: Screen, renewals: Renewals, *, lasting: bool = False
) -> int | None:
    """Run cameras until all have ended or a signal ends them; SIGHUP reads again what can be renewed.

    With `lasting`, only a signal, `stop` or a defect ends them.

    Returns:
        The signal that ended them, None where they ended by themselves.
    """
    ended_by = None
    with signals.noted() as pending, progress_bars(cameras.lengths) as bars:
        cameras.start()
        while cameras.poll() or (lasting and not cameras.is_stopped):
            _look(cameras, screen)
            bars.show([summary.frames for summary in cameras.summaries.values()])
            while pending:
                ended_by = _obey(pending.popleft(), cameras, renewals) or ended_by
    return ended_by


def _obey(number: int, cameras: CameraSupervisor, renewals: Renewals) -> int | None:
    if number == signals.RELOAD:
        Thread(target=reload, args=(renewals,), name="reload", daemon=True).start()
        return None
    shutdown.PROCESS.begin()
    cameras.stop()
    return number


def _look(cameras: CameraSupervisor, screen: Screen) -> None:
    if screen.open_windows:
        screen.refresh()
    else:
        cameras.wait(_GLANCE)


def reload(renewals: Renewals) -> None:
    """Put what lies on disk in the place of what is in use, or say why that cannot be."""
    for what, renew in renewals.items():
        try:
            renew()
        except (SvodError, OSError) as error:
            log.warning("the %s in use are kept: %s", what, error)
        else:
            log.warning("the %s were read again", what)


def report(summaries: Mapping[str, LoopSummary], wordings: Sequence[Wording], none: str) -> None:
    """Say what came of each camera that saw anything; its name is told where there are several.

    Args:
        summaries: What came of each, by its name.
        wordings: How its times are written, in the same order.
        none: Who was not recognised where none was: nobody, or nothing.
    """
    for (name, summary), wording in zip(summaries.items(), wordings, strict=True):
        if summary.frames:
            _report_one(summary, f"{on_one_line(name)}: " if len(summaries) > 1 else "", wording, none)


def _report_one(summary: LoopSummary, prefix: str, wording: Wording, none: str) -> None:
    frames = counted(summary.frames, "frame")
    pace = f"{summary.frames_per_second:.1f} frames a second"
    write_line(f"{prefix}{frames} in {summary.seconds:.1f} s, {pace}")
    for visit in summary.visits:
        first, last = wording.time(visit.first), wording.time(visit.last)
        write_line(f"{prefix}{first} - {last}  {on_one_line(called(visit.subject))}")
    if not summary.visits:
        write_line(f"{prefix}{none} was recognised for long enough to be announced")


def leave(ended_by: int | None) -> None:
    """End the command the way that a signal asks for: 130 for SIGINT, 0 for SIGTERM."""
    if ended_by == signal.SIGINT:
        raise KeyboardInterrupt
    if ended_by is not None:
        raise SystemExit(0)
