"""Stands for the process that receives a browser's video, and does as it is told."""

import sys
from collections.abc import Sequence

ANSWERS = 'say(b\'{"answer": "v=0"}\')'


def fake(*lines: str) -> Sequence[str]:
    """The command of a process that takes a request, and then does as it is told."""
    taken = (
        "import os, signal, struct, sys",
        "out, read = sys.stdout.buffer, sys.stdin.buffer.read",
        "say = lambda words: (out.write(struct.pack('<I', len(words)) + words), out.flush())",
        "read(struct.unpack('<I', read(4))[0])",
    )
    return (sys.executable, "-I", "-S", "-c", "\n".join((*taken, *lines)))
