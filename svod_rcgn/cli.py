"""What all commands share: options, how errors look, and exit codes.

Exit codes: 0 done, 1 the work failed (one line on stderr says why and what to do), 2 wrong usage,
130 interrupted.
"""

import logging
import math
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from .errors import SvodError
from .settings import BACKGROUND_DIR, DETECTOR_DIRS, ControlSettings, Paths

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_PATHS = Paths()

option = partial(click.option, show_default=True)
folder_option = partial(option, type=click.Path(file_okay=False, path_type=Path))

input_dir = folder_option("--input_dir", default=_PATHS.input_dir, help="Folder of PERSON/pictures.")
aligned_dir = folder_option("--aligned_dir", default=_PATHS.aligned_dir, help="Folder of the aligned faces.")
classifiers_dir = folder_option(
    "--classifiers_dir", default=_PATHS.classifiers_dir, help="Folder of the classifiers."
)
model = folder_option("--model", default=_PATHS.embedding_dir, help="Folder of the embedding network.")


class DetectorFolder(click.Path):
    """The folder of a face detector, by its name where it is one that download_models.py brings."""

    name = "detector"

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the folder."""
        return super().convert(DETECTOR_DIRS.get(str(value), value), param, ctx)


detector_dir = option(
    "--detector",
    "--detector_dir",
    "detector_dir",
    type=DetectorFolder(),
    default="centerface",
    metavar="|".join([*DETECTOR_DIRS, "DIR"]),
    help="The face detector, or its folder.",
)
background_dir = option(
    "--bg_remove_path",
    "background_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=f"Remove the background before faces are looked for, with the network in DIR, such as "
    f"{BACKGROUND_DIR}.  [default: the background stays]",
)
history_dir = folder_option(
    "--history_dir", default=_PATHS.history_dir, help="Folder of the record of visits and its pictures."
)
listener_port = option(
    "--listener_port",
    type=click.IntRange(0, 65535),
    default=ControlSettings().port,
    help="Port of the control socket of video.py; 0 opens none.",
)
device = option(
    "--device", default="CPU", help="OpenVINO device that runs the networks: CPU, GPU, NPU or AUTO."
)

wait = option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another run that holds the folders.",
)


def asked_for(*names: str) -> list[str]:
    """Which of these parameters of the command at work stand on the command line."""
    context = click.get_current_context()
    return [name for name in names if context.get_parameter_source(name) == ParameterSource.COMMANDLINE]


def finite(_context: click.Context, _option: click.Parameter, value: float) -> float:
    """Callback of an option that takes numbers, but neither infinity nor nan."""
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number that can be worked with")
    return value


def hex_digest(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A click callback that takes a sha256, and nothing else."""
    if value is not None and not re.fullmatch("[0-9a-fA-F]{64}", value):
        raise click.BadParameter("a sha256 has 64 hexadecimal digits")
    return value


def command(name: str, kind: "type[Command] | None" = None) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command with our errors, `--debug`, and dashes taken for underscores.

    `kind` is for a command that reads its arguments in a way of its own.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        debug = click.option("--debug", is_flag=True, help="Show internal details.")
        settings = {"token_normalize_func": _underscored, "help_option_names": ["-h", "--help"]}
        return click.command(name, cls=kind or Command, context_settings=settings)(debug(function))

    return decorate


def _underscored(token: str) -> str:
    return token.replace("-", "_")


class Command(click.Command):
    """A command whose failures are one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; see the module for the exit codes."""
        debug = ctx.params.pop("debug")
        logging.basicConfig(format="%(message)s")
        # Libraries' own debug lines repeat addresses with their secrets, so only ours are shown.
        logging.getLogger(__package__).setLevel(logging.DEBUG if debug else logging.NOTSET)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Failure("interrupted", 130) from None
        except BrokenPipeError:
            raise
        except (SvodError, OSError, ImportError) as error:
            if debug:
                logging.getLogger(__name__).exception("details")
            raise _Failure(_line(error), getattr(error, "exit_code", 1)) from error


class _Failure(click.ClickException):
    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.message}", file=file or sys.stderr)


def _line(error: Exception) -> str:
    if isinstance(error, ImportError) and not isinstance(error, ModuleNotFoundError):
        return f"{error}; on Debian `apt-get install libgl1 libglib2.0-0` brings what OpenCV needs"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())
