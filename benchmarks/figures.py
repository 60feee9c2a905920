"""What benchmarks say: figures with their samples, limits to hold them against, and what was left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a figure may be, or the least where `at_least`."""

    bound: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Whether a figure keeps to it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        """As a reader would write it."""
        return f"{'at least' if self.at_least else 'at most'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, at least once; `samples` are in `unit`, in the order in which they were taken."""

    part: str
    name: str
    unit: str
    samples: tuple[float, ...]
    limit: Limit | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """What counts."""
        return median(self.samples)

    @property
    def verdict(self) -> str:
        """Whether the limit holds; empty where there is none."""
        if self.limit is None:
            return ""
        return "holds" if self.limit.holds(self.median) else "DOES NOT HOLD"

    @property
    def told(self) -> str:
        """Median, least and most, with the unit."""
        middle = f"{_short(self.median)} {self.unit}".strip()
        if len(self.samples) == 1:
            return middle
        return f"{middle} ({_short(min(self.samples))} to {_short(max(self.samples))})"


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not measured, and why."""

    part: str
    name: str
    reason: str


Told: TypeAlias = Figure | Skipped


def print_told(told: Iterable[Told]) -> None:
    """Show figures, with whether their limits hold."""
    table = Table("", "figure", "limit", "", show_edge=False)
    for each in told:
        table.add_row(f"{each.part}: {each.name}", *cells(each))
    Console().print(table)


def cells(told: Told) -> tuple[str, str, str]:
    """The figure, its limit, and the verdict with the note."""
    if isinstance(told, Skipped):
        return "skipped", "", told.reason
    limit = "" if told.limit is None else f"{told.limit} {told.unit}".strip()
    return told.told, limit, "; ".join(filter(None, (told.verdict, told.note)))


def _short(value: float) -> str:
    """Three digits that say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
