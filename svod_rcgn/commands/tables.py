"""Tables on the terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ..faces.enrolment import AlignedIndex, AlignedPicture
from ..faces.evaluation.reader import Miss
from ..faces.people import Known
from ..faces.training.report.comparison import Comparison, told
from ..faces.training.report.measures import Report
from ..faces.training.report.summary import summary
from ..networks import Shelved
from ..records import ModelCard
from ..reports.proportions import Proportion
from .program_names import as_called

MOST_LISTED = 200  # persons, of whom somebody may still read a table


def print_lesson(index: AlignedIndex) -> None:
    """Show, for each person, how many pictures came, were used, and were refused for what reason.

    Of more than `MOST_LISTED` persons, those are left out of whom no picture was refused.
    """
    people: dict[str, list[AlignedPicture]] = {}
    for picture in index.pictures:
        people.setdefault(picture.person, []).append(picture)
    listed = [name for name, own in people.items() if len(people) <= MOST_LISTED or _refusals(own)]
    if listed:
        Console().print(_lessons({name: people[name] for name in sorted(listed)}))
    if left_out := len(people) - len(listed):
        _print_line(f"{left_out} persons of whom every picture was used are not listed")


def _lessons(people: Mapping[str, Sequence[AlignedPicture]]) -> Table:
    table = Table("person", "pictures", "used", "refused and why")
    for person, own in people.items():
        refusals = _refusals(own)
        used = len(own) - len(refusals)
        table.add_row(escape(person), str(len(own)), str(used), escape("\n".join(refusals)))
    return table


def print_people(people: Sequence[Known]) -> None:
    """Show who is known, and with how many pictures."""
    table = Table("person", "name shown", "pictures", "faces aligned", "faces learned")
    for person in people:
        counts = (person.pictures, person.aligned, person.learned)
        table.add_row(escape(person.folder), escape(person.name), *map(str, counts))
    Console().print(table)


def print_models(shelf: Sequence[Shelved]) -> None:
    """Show networks and what is wrong with them."""
    titles = ("directory", "for", "name", "input", "a face becomes", "licence")
    table = Table(*(Column(title, overflow="fold") for title in titles))
    for each in shelf:
        if each.card is None:
            table.add_row(escape(str(each.directory)), "", escape(as_called(each.problem)))
        else:
            table.add_row(escape(str(each.directory)), *map(escape, _in_short(each.card)))
    Console().print(table)


def print_card(card: ModelCard, fingerprint: str) -> None:
    """Show all that a card says."""
    table = Table("field", Column("value", overflow="fold"))
    for each in fields(card):
        value = getattr(card, each.name)
        lines = (
            [f"{name}: {sha256}" for name, sha256 in value.items()] if isinstance(value, dict) else [value]
        )
        table.add_row(each.name, escape("\n".join(str(line) for line in lines)))
    table.add_row("fingerprint", fingerprint)
    Console().print(table)


def _in_short(card: ModelCard) -> tuple[str, ...]:
    size = f"{card.size[0]}x{card.size[1]}" if card.size else "any size"
    cut = f"margin {card.margin}" if card.template is None else f"template {card.template}"
    way = f", {cut}" if card.embedding_length else ""
    length = f"{card.embedding_length} numbers" if card.embedding_length else ""
    return card.task, card.name, f"{size} {card.colour}{way}", length, card.licence


def print_report(report: Report, comparison: Comparison | None) -> None:
    """Say what the training is worth, and what changed since the last one."""
    for line in (*summary(report), *told(comparison)):
        _print_line(line)


def print_shares(shares: Mapping[str, Proportion | None]) -> None:
    """Show shares with their intervals."""
    table = Table("", "share", "pictures", "95 % interval")
    for title, value in shares.items():
        if value is None:
            table.add_row(title, "not measured", "", "")
        else:
            counts = f"{value.count} of {value.trials}"
            table.add_row(title, f"{value.share:.1%}", counts, f"{value.low:.1%} to {value.high:.1%}")
    Console().print(table)


def print_misses(misses: Sequence[Miss]) -> None:
    """List the pictures in which no face was found."""
    for miss in misses:
        _print_line(f"missed: {miss.picture}: {miss.reason}")


def print_visits(rows: Sequence[Mapping[str, str]]) -> None:
    """Show visits, given as texts by column."""
    if not rows:
        Console().print("no visits")
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(escape(text) for text in row.values()))
    Console().print(table)


def _print_line(line: str) -> None:
    Console().print(line, markup=False, highlight=False, soft_wrap=True)


def _refusals(own: Sequence[AlignedPicture]) -> list[str]:
    return [f"{picture.source.partition('/')[2]}: {picture.reason}" for picture in own if picture.reason]
