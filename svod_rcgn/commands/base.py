"""What all commands share: options, how errors look, and exit codes.

Exit codes: 0 done, 1 the work failed (one line on stderr says why and what to do), 2 wrong usage,
130 interrupted.
"""

import logging
import math
import sys
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from .. import terminal
from ..errors import SvodError
from ..faces.settings import BACKGROUND_DIR, Paths
from . import program_names, shutdown
from .helptext import OTHERS, Context, Option, write_options

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_PATHS = Paths()
_TOLD_NETWORKS = {"model": _PATHS.embedding_dir, "detector_dir": _PATHS.detection_dir}
_BACKGROUND = "background_dir"

FOLDERS, NETWORKS, RUN, CONTROL = "Folders", "Networks", "This run", "Control of a running camera"

option = partial(click.option, cls=Option, show_default=True)
folder_option = partial(option, type=click.Path(file_okay=False, path_type=Path))


class Range(click.FloatRange):
    """Numbers within bounds, but neither infinity nor nan, which click lets through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Give the number."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


class Names(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic since click 8.4
    """Names with commas between."""

    name = "names"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """See click.ParamType."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(part.strip() for part in str(value).split(",")))
        if not all(names):
            self.fail(f"{value!r} has an empty name; write a,b", param, ctx)
        return names


def asked_for(*names: str) -> list[str]:
    """Which of these parameters of the command at work stand on the command line."""
    context = click.get_current_context()
    return [name for name in names if context.get_parameter_source(name) == ParameterSource.COMMANDLINE]


def command(name: str, kind: "type[Command] | None" = None) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command with our help and errors, `--debug`, and dashes taken for underscores.

    `kind` is for a command that reads its arguments in a way of its own.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        debug = option("--debug", is_flag=True, section=OTHERS, help="Show internal details.")
        return click.command(name, cls=kind or Command, context_settings=_SETTINGS)(_version(debug(function)))

    return decorate


def group(name: str, kind: "type[Group] | None" = None) -> Callable[[Callable[..., Any]], click.Group]:
    """Make a function a group of commands; `kind` is for one that finds its commands in a way of its own."""

    def decorate(function: Callable[..., Any]) -> click.Group:
        return click.group(name, cls=kind or Group, context_settings=_SETTINGS)(_version(function))

    return decorate


def _tell_versions(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from . import versions

    networks = [context.params.get(name) or default for name, default in _TOLD_NETWORKS.items()]
    background = context.params.get(_BACKGROUND) or (BACKGROUND_DIR if BACKGROUND_DIR.is_dir() else None)
    for line in versions.version_lines(*networks, background=background):
        say(line)
    context.exit()


class _Version(Option):
    """Is eager, and yet knows the networks of the same line, on whichever side of it they stand."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Take the networks first."""
        for each in ctx.command.params if opts.get(str(self.name)) else ():
            if each.name in (*_TOLD_NETWORKS, _BACKGROUND):
                each.handle_parse_result(ctx, opts, args)
        return super().handle_parse_result(ctx, opts, args)


_version = option(
    "--version",
    "show_version",
    cls=_Version,
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_versions,
    section=OTHERS,
    help="Show versions and networks, and exit.",
)


def _underscored(token: str) -> str:
    return token.replace("-", "_")


_SETTINGS = {"token_normalize_func": _underscored, "help_option_names": ["-h", "--help"]}


class _Shown:
    """What commands and groups of them share: whatever the names of the world, they can be printed."""

    def main(self, *args: Any, **settings: Any) -> Any:
        """Begin here, however the command was called."""
        terminal.prepare()
        return super().main(*args, **settings)  # type: ignore[misc]

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """Read the arguments; what is wrong with them is told in a way that can be shown."""
        try:
            context: click.Context = super().make_context(*args, **settings)  # type: ignore[misc]
        except click.ClickException as error:
            error.message = terminal.printable(error.message, sys.stderr)  # type: ignore[misc]
            raise
        return context


class Command(_Shown, click.Command):
    """A command whose failures are one line and an exit code."""

    context_class = Context

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it as the whole work of this process; `main` runs it as a part of another's."""
        with shutdown.PROCESS.bounded():
            return super().__call__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `helptext.write_options`."""
        write_options(self.get_params(ctx), ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it; see the module for the exit codes."""
        debug = ctx.params.pop("debug")
        _log_to_stderr()
        warnings.filterwarnings("ignore", module=r"PIL\.")  # of a picture's file our own line tells
        # Libraries' own debug lines repeat addresses with their secrets, so only ours are shown.
        logging.getLogger(__package__.partition(".")[0]).setLevel(logging.DEBUG if debug else logging.NOTSET)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Failure("interrupted", 130) from None
        except RuntimeError as error:
            # A signal that catches a lock of Python's half let go comes out as the lock's own complaint.
            if isinstance(error.__context__, KeyboardInterrupt):
                raise _Failure("interrupted", 130) from None
            raise
        except BrokenPipeError:
            raise
        except (SvodError, OSError, ImportError) as error:
            if debug:
                logging.getLogger(__name__).exception("details")
            raise _Failure(_line(error), getattr(error, "exit_code", 1)) from error


class Group(_Shown, click.Group):
    """A group of commands, with help as theirs."""

    context_class = Context

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """See `Command`."""
        with shutdown.PROCESS.bounded():
            return super().__call__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `helptext.write_options`."""
        write_options(self.get_params(ctx), ctx, formatter)
        self.format_commands(ctx, formatter)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(program_names.Formatter())
    logging.basicConfig(handlers=[handler])


class _Failure(click.ClickException):
    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - there is stderr only
        terminal.write_line(f"error: {self.message}", err=True)


def _line(error: Exception) -> str:
    if isinstance(error, ImportError) and not isinstance(error, ModuleNotFoundError):
        return f"{error}; on Debian `apt-get install libgl1 libglib2.0-0` brings what OpenCV needs"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return program_names.as_called(" ".join(str(error).split()))


def say(line: str, *, err: bool = False) -> None:
    """Print a line that may name commands; to stderr where it is a warning."""
    terminal.write_line(program_names.as_called(line), err=err)
