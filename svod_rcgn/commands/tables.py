"""Tables and lines on the terminal."""

from collections.abc import Iterable, Sequence


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, fold: bool = False) -> None:
    """Print rows of text under their titles.

    Args:
        titles: Of the columns.
        rows: A text for each column; what looks like markup in it is printed as it is.
        fold: Break long texts anywhere instead of at spaces only.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table(*(Column(title, overflow="fold" if fold else "ellipsis") for title in titles))
    for row in rows:
        table.add_row(*map(escape, row))
    Console().print(table)


def print_line(line: str) -> None:
    """Print a line as it is, however long."""
    from rich.console import Console

    Console().print(line, markup=False, highlight=False, soft_wrap=True)
