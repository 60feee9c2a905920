"""How a command's options are shown: by sections, one line each where that is enough."""

from pathlib import Path
from typing import Any

import click

from .program_names import as_called

OTHERS = "General"  # where options stand that name no section
_LONGEST = 34  # characters; what is said of an option with a longer name begins on a line of its own
_METAVARS = {
    "directory": "DIR",
    "file": "FILE",
    "path": "PATH",
    "text": "TEXT",
    "integer range": "N",
    "float range": "N",
}


class _Formatter(click.HelpFormatter):
    def write_text(self, text: str) -> None:
        """Write a paragraph, with commands named as this one was called."""
        super().write_text(as_called(text))


class Context(click.Context):
    """A command's context, for its help."""

    formatter_class = _Formatter


class Option(click.Option):
    """An option that knows its section; its default and its variable stand in brackets."""

    def __init__(self, *args: Any, section: str = "Options", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.section = section

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """The option by its first name with its value, and what is said of it."""
        name = "/".join([self.opts[0], *self.secondary_opts])
        if not self.is_flag:
            name += f" {self.metavar or _metavar(self.type)}"
        notes = [*self._variables(), *self._default(ctx)]
        return name, " ".join([self.help or "", *(f"[{note}]" for note in notes)])

    def _variables(self) -> list[str]:
        return [f"${self.envvar}"] if self.show_envvar else []

    def _default(self, ctx: click.Context) -> list[str]:
        if isinstance(self.show_default, str):
            return [self.show_default]
        value = self.get_default(ctx)
        # click marks an option without default by another object in each of its versions.
        if self.is_flag or not isinstance(value, str | int | float | Path | list | tuple) or value == ():
            return []
        return [", ".join(map(str, value)) if isinstance(value, list | tuple) else _text(value)]


def write_options(parameters: list[click.Parameter], ctx: click.Context, to: click.HelpFormatter) -> None:
    """Write the options, the sections in the order of their first options, and what all have last."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for each in parameters:
        record = each.get_help_record(ctx)
        if record is not None and isinstance(each, click.Option):
            sections.setdefault(getattr(each, "section", OTHERS), []).append(record)
    rest = sections.pop(OTHERS, [])
    to.write_paragraph()
    for title, rows in (*sections.items(), (OTHERS, rest)):
        to.write_heading(title)
        with to.indentation():
            to.write_dl(rows, col_max=_LONGEST)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def _metavar(kind: click.ParamType) -> str:  # type: ignore[type-arg,unused-ignore]  # as of click 8.4
    return (
        "|".join(kind.choices)
        if isinstance(kind, click.Choice)
        else _METAVARS.get(kind.name, kind.name.upper())
    )
