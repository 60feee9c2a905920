"""video.py --enrol: learn somebody who stands before the camera."""

import logging
import shlex
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from math import inf, isinf
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from ...faces.settings import Paths, PrepareSettings, SessionSettings
from ...media.settings import VideoSettings
from ...text import counted
from .. import base, options

if TYPE_CHECKING:
    from ...faces.enrolment.capture import EnrolmentCapture
    from ...faces.enrolment.session import EnrolmentSession, TakenPicture
    from ...faces.prepare import PrepareResult
    from ...media.windows import Screen
    from ...records import Image
    from .camera_options import CameraOptions

log = logging.getLogger(__name__)

GLANCE = 0.1  # seconds between two looks at the clock where no window is open

# The options of video.py that mean something when somebody is enrolled.
_USEFUL = frozenset(
    {"video_sources", "video_max_width", "video_max_height", "read_timeout", "reconnect_limit", "no_window"}
    | {"classifiers_dir", "model", "detector_dir", "background_dir", "device", "listener_port", "debug"}
)
_ENROL = "Enrolment"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the options say: who is to be enrolled, within how many seconds, and where all that lies."""

    enrol: str
    enrol_timeout: float
    input_dir: Path
    aligned_dir: Path


_OPTIONS = (
    base.option(
        "--enrol", metavar="NAME", section=_ENROL, help="Learn the person before the camera as NAME."
    ),
    base.option(
        "--enrol_timeout",
        type=base.Range(min=1),
        default=SessionSettings().timeout,
        metavar="SEC",
        section=_ENROL,
        help="How long to try before a camera.",
    ),
    options.input_dir,
    options.aligned_dir,
)


def add_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options, and hand it what they say as `enrolment`, None without --enrol."""

    @wraps(function)
    def gathered(**values: Any) -> Any:
        own = {name: values.pop(name) for name in Enrolment.__dataclass_fields__}
        if own["enrol"] is None:
            _refuse(base.asked_for(*own), "needs --enrol")
            return function(enrolment=None, **values)
        asked = base.asked_for(*click.get_current_context().params)
        _refuse([name for name in asked if name not in _USEFUL | set(own)], "does nothing with --enrol")
        if len(values["video_sources"]) > 1:
            raise click.UsageError("--enrol takes one --video_source")
        return function(enrolment=Enrolment(**own), **values)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def _refuse(names: Sequence[str], why: str) -> None:
    flags = {each.name: each.opts[0] for each in click.get_current_context().command.params}
    if names:
        raise click.UsageError(f"{flags[names[0]]} {why}")


def enrol(
    enrolment: Enrolment,
    post: "CameraOptions",
    video: VideoSettings,
    paths: Paths,
    device: str,
    listener_port: int,
) -> None:
    """Photograph somebody, train, and say what came of it.

    Nothing is kept of photographing that fails, or of a run that the user ends. Where the training fails
    the pictures stay, and a line says how they are learned.

    The folders are held from the beginning, so that nobody sits in vain while another run is at work.

    Raises:
        SvodError: The name cannot be a person's, another run is at work, a network is missing, or what
            is needed could not be photographed.
        click.UsageError: A time limit was asked for, and the source is no camera or stream.
        KeyboardInterrupt: The user wants no more, by Ctrl-C or by closing the window.
    """
    from ...faces import build, prepare
    from ...faces import enrolment as enrolled
    from ...faces.enrolment.capture import EnrolmentCapture
    from .. import training_summary

    limit = _limit(enrolment, post)
    paths = replace(paths, input_dir=enrolment.input_dir, aligned_dir=enrolment.aligned_dir)
    person = _folder(paths, enrolment.enrol)
    with prepare.locked(paths, 0):
        taker, embedder = build.build_taker(paths, device)
        capture = EnrolmentCapture(post.source, taker, embedder, SessionSettings(), video)
        _sit(capture, post, limit)
        _check(capture.session, person, limit)
        _warn(capture.session.taken, person, paths)
        with enrolled.added(paths.input_dir / person, _named(capture)) as written:
            result = _learn(paths, device, written)
    training_summary.summarise(result, paths.classifiers_dir, listener_port)
    base.say(f"{counted(len(written), 'picture', ('was', 'were'))} added to {paths.input_dir / person}")
    base.say("the same command without --enrol shows who is known")


def _limit(enrolment: Enrolment, post: "CameraOptions") -> float:
    """How many seconds there are: a film ends by itself."""
    if post.source.live:
        return enrolment.enrol_timeout
    _refuse(base.asked_for("enrol_timeout"), "is for cameras and streams; this source ends by itself")
    return inf


def _folder(paths: Paths, name: str) -> str:
    """The folder of a person who is known by this name, or else a new one."""
    from ...errors import InputError
    from ...faces import people

    try:
        return people.folder_of(people.all_stores(paths), name)
    except InputError:
        return people.new_folder(name)


def _sit(capture: "EnrolmentCapture", post: "CameraOptions", limit: float) -> None:
    """Photograph in a thread, while this one shows windows, looks at the clock and hears Ctrl-C."""
    from ...media.windows import Screen
    from .enrol_prompts import prompts

    windows = [post.window] if post.window else []
    with closing(Screen(windows)) as screen, prompts() as tell:
        with ThreadPoolExecutor(1, "sitting") as pool:
            try:  # right around the start: no context manager leaves an interrupt a gap before its block
                work = pool.submit(capture.run, tell, windows)
                _wait(work, screen, monotonic() + limit)
            finally:
                capture.stop()
        if post.window and post.window.closed:
            raise KeyboardInterrupt
    work.result()


def _wait(work: "Future[None]", screen: "Screen", deadline: float) -> None:
    """Until the work is done, the time is over, or all windows that there were are closed."""
    had_windows = bool(screen.open_windows)
    while not work.done() and monotonic() < deadline:
        if screen.open_windows:
            screen.refresh()
        elif had_windows:
            return
        else:
            wait_for([work], GLANCE)


def _check(session: "EnrolmentSession", person: str, limit: float) -> None:
    """Say what is missing; that is an error where there is too little to learn from."""
    from ...errors import InputError

    if session.is_complete:
        return
    within = "" if isinf(limit) else f" in {limit:g} s"
    trouble = f" (most often: {session.trouble})" if session.trouble else ""
    told = f"{len(session.taken)} of {session.advice.wanted} pictures were taken{within}{trouble}; "
    told += f"missing: {session.missing}"
    if not session.is_enough:
        again = "try another film" if isinf(limit) else "try again, with a longer --enrol_timeout if need be"
        raise InputError(f"{person}: not learned, and nothing is kept: {told}; {again}")
    base.say(f"{told}; that will do", err=True)


def _warn(taken: Sequence["TakenPicture"], person: str, paths: Paths) -> None:
    """Compare the pictures taken with those who are known already, where anybody is."""
    from ...errors import SvodError
    from ...faces.enrolment.session import doubt, evidence_of
    from ...faces.gallery import identify
    from ...faces.names import shown_name
    from ...storage import folders

    if not folders.current_of(paths.classifiers_dir).exists():
        return
    try:
        classifier = identify.load_identifier(paths.embedding_dir, paths.classifiers_dir)
    except SvodError as error:  # of another network, perhaps: the training makes them anew
        base.say(f"warning: not compared with those who are known: {error}", err=True)
        return
    (match,) = classifier.identify([evidence_of(taken)])
    told = doubt(match, shown_name(person), classifier.people)
    if told:
        merge = f"python -m svod_rcgn.people merge {shlex.quote(person)} {shlex.quote(match.nearest)}"
        advice = f"; if the two are one, `{merge}` puts them together" if match.name else ""
        base.say(f"warning: {told}{advice}", err=True)


def _named(capture: "EnrolmentCapture") -> "dict[str, Image]":
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    portraits = enumerate(capture.session.taken, 1)
    names = [f"sitting-{stamp}-{number}-{portrait.pose}.png" for number, portrait in portraits]
    return dict(zip(names, capture.images, strict=True))


def _learn(paths: Paths, device: str, written: Sequence[Path]) -> "PrepareResult":
    """Add to what was learned, in the way in which the last run trained."""
    from ...errors import SvodError
    from ...faces import enrolment as enrolled
    from ...faces import prepare
    from ...faces.executors import choose
    from .. import progress

    training = enrolled.read_index(paths.aligned_dir).training
    settings = PrepareSettings(training, complementary_align=True, complementary_train=True)
    try:
        with choose.open_executor(paths, device, settings) as executor:
            return prepare.teach(paths, executor, progress.track, settings)
    except (SvodError, OSError):  # such as a full disk
        log.warning(
            "the pictures are in %s: `python prepare.py --complementary` learns them", written[0].parent
        )
        raise
