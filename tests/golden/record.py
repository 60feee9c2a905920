"""python -m tests.golden.record: write the golden files again, with the code as it is now.

Only for a change of behaviour that is meant: these files say what users and their programs rely on. The
database of version 0.1.0 is not made again, nor what is told of it; see test_old_database.py.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.golden import failures, learning, options, steering, watching
from tests.golden.homes import ROOT, Home
from tests.golden.records import write

DEMO = ROOT / "data" / "demo"


def recordings(folder: Path) -> dict[str, Callable[[], Any]]:
    """What makes each golden file, in their order: the later ones use what the earlier ones left."""
    home, troubled = Home(folder / "home"), Home(folder / "troubled")
    learning.teach(home, DEMO)
    failures.bring_trouble(troubled)
    return {
        "options": options.recorded,
        "failures": lambda: failures.recorded(troubled),
        "learned": lambda: learning.recorded(home),
        "cards": lambda: learning.recorded_cards(home),
        "exchange": lambda: learning.recorded_exchange(home),
        "evaluation": lambda: learning.recorded_evaluation(home, DEMO),
        "announced": lambda: watching.recorded(home, DEMO),
        "schema": lambda: watching.recorded_schema(home),
        "control": lambda: steering.recorded(home),
        "keys": lambda: steering.recorded_keys(troubled),
    }


def main() -> None:
    with TemporaryDirectory() as scratch:
        for name, record in recordings(Path(scratch)).items():
            write(name, record())


if __name__ == "__main__":
    main()
