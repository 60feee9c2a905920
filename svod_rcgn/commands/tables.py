"""Tables on the terminal."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ..terminal import printable

Cell: TypeAlias = str | Sequence[str]
"""A text, or several lines."""


def print_table(titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, fold: bool = False) -> None:
    """Print rows of text under their titles.

    Args:
        titles: Of the columns.
        rows: A text or lines for each column; what looks like markup in it is printed as it is, and what
            the terminal cannot show or would obey is escaped.
        fold: Break long texts anywhere instead of at spaces only.
    """
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(title, overflow="fold" if fold else "ellipsis") for title in titles))
    for row in rows:
        table.add_row(*map(_text, row))
    Console().print(table)


def _text(cell: Cell) -> str:
    from rich.markup import escape

    lines = [cell] if isinstance(cell, str) else cell
    return "\n".join(escape(printable(line)) for line in lines)
