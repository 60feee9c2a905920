"""video.py until its first answered frame: `python -m benchmarks.first FILE OPTIONS...`.

Nothing is imported beforehand but what the answer is given to, so that video.py starts as it always does.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.processes import now
from svod_rcgn.commands import video
from svod_rcgn.events.dispatcher import EventDispatcher
from svod_rcgn.storage import files


@dataclass(frozen=True, slots=True)
class First:
    """When the first frame was answered, in seconds of the clock of `processes.now`."""

    answered: float


def main(answer: Path, options: Sequence[str]) -> None:
    """Run video.py, and end the process at its first answer."""

    def observed(*_told: Any) -> None:
        files.write_record(answer, First(now()))
        os._exit(0)

    with patch.object(EventDispatcher, "observe", observed):
        video.main(options, standalone_mode=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
