"""The house as its rules have it, where import-linter cannot look: names and what is declared."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "svod_rcgn"
SHIMS = {
    "__init__",
    "__main__",
    "detect",
    "evaluate",
    "explain",
    "identify",
    "models",
    "people",
    "train",
}
MOST_LOOSE = 7
SAME_PART = {"analyzer", "build", "catalogue", "records", "settings"}  # of two rooms
EXTRAS = {
    "ray",
    "pyrealsense2",
    "nncf",
    "s3fs",
    "pillow_heif",
}  # each imported where it is used, and only there


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    """The outer packages that a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _declared(text: str) -> set[str]:
    """The distributions that setup.py names, in small letters and with one kind of dash."""
    return {_plain(name) for name in re.findall(r'"([A-Za-z][\w.-]*)(?:\[[\w,]+\])?[<>=]=', text)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_few_modules_lie_at_the_root() -> None:
    loose = {path.stem for path in PACKAGE.glob("*.py")} - SHIMS
    assert len(loose) <= MOST_LOOSE, loose


def test_no_name_stands_twice_in_two_rooms() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in _modules():
        room = path.relative_to(PACKAGE).parts[:-1]
        # A command and the shim of `python -m` are named as what they call.
        if path.stem not in SAME_PART | {"__init__", "__main__"} and room and room[0] != "commands":
            places[path.stem].append("/".join(room))
    assert {name: rooms for name, rooms in places.items() if len(rooms) > 1} == {}


@pytest.fixture(scope="module")
def distributions() -> Mapping[str, list[str]]:
    """Which distributions bring a package."""
    return packages_distributions()


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in _modules()])
def test_what_is_imported_is_declared(path: Path, distributions: Mapping[str, list[str]]) -> None:
    declared = _declared((ROOT / "setup.py").read_text(encoding="utf-8"))
    for name in set(_imports(path)) - set(sys.stdlib_module_names) - {"svod_rcgn"} - EXTRAS:
        brought_by = {_plain(each) for each in distributions.get(name, [name])}
        assert brought_by & declared, f"{name} is not in setup.py"
