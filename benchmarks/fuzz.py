"""Odd inputs by the hundred thousand, led by coverage: `python -m benchmarks.fuzz TARGET --seconds N`.

What is raised and is no error of ours ends the run, with the input in crash-... beside. It needs
`pip install atheris`. What was found so far is in tests/hostile/bank.py and runs with the tests.
"""

import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

LONGEST = 1 << 16  # bytes of an input
HANGS = 30  # seconds after which an input is taken for one that hangs
INSTRUMENTED = ("svod_rcgn", "tarfile", "zipfile", "gzip", "csv")
_ODD = (
    None, True, -1, 0.5, 1e308, float("nan"), 1 << 64, -(1 << 70), "", "\0", "..", "/", "a/b", "../../x", ".",
    "\\xfc", "x" * 300, "é", "e\u0301", "王", "\u202e", "\ud800", [], {}, [[]], {"": 0}, [0] * 5, "NaN",
)  # fmt: skip


@click.command()
@click.argument("name", metavar="TARGET")
@click.option("--seconds", default=60, show_default=True, help="How long to go on.")
@click.option("--corpus", type=click.Path(file_okay=False, path_type=Path), help="Keeps what led further.")
def main(name: str, seconds: int, corpus: Path | None) -> None:
    """Feed TARGET with what has never been seen: messages, replies, archive, table, card, index or meta."""
    try:
        import atheris
    except ImportError:
        raise click.ClickException("atheris is not installed; run `pip install atheris`") from None
    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from benchmarks.fuzz_targets import TARGETS, fed
    if name not in TARGETS:
        raise click.UsageError(f"{name}: no such target; there are {', '.join(TARGETS)}")
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        inputs = corpus or Path(folder)
        inputs.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.seeds):
            (inputs / f"{number}").write_bytes(seed)
        limits = (
            f"-max_len={LONGEST}",
            f"-timeout={HANGS}",
            f"-max_total_time={seconds}",
            "-print_final_stats=1",
        )
        mutator = {"custom_mutator": _changed} if target.json else {}
        atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", str(inputs)], fed(target), **mutator)
        atheris.Fuzz()


def _changed(data: bytes, longest: int, seed: int) -> bytes:
    """A JSON document with one value changed, or its bytes where chance or the document will have it so."""
    import atheris

    chance = random.Random(seed)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return bytes(atheris.Mutate(data, longest))
    if chance.random() < 0.3:
        return bytes(atheris.Mutate(data, longest))
    changed = json.dumps(_with_another(document, chance), ensure_ascii=chance.random() < 0.5)
    return changed.encode("utf-8", "replace")[:longest]


def _with_another(value: Any, chance: random.Random) -> Any:
    inner = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    if not inner or chance.random() < 0.1:
        return chance.choice(_ODD)
    key, changed = chance.choice(inner), value.copy()
    changed[key] = _with_another(value[key], chance)
    return changed


if __name__ == "__main__":
    main()
