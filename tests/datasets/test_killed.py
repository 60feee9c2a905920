"""Processes that die while they add, and several that add at once."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from svod_rcgn.datasets.collection import create_dataset, open_dataset
from svod_rcgn.datasets.features import FeatureKey
from svod_rcgn.storage import files
from tests.patience import PATIENCE, wait_for

ROOT = Path(__file__).parents[2]
ADDING = """
import sys
from pathlib import Path
import numpy as np
from svod_rcgn.datasets import incoming
from svod_rcgn.datasets.collection import open_dataset
from svod_rcgn.datasets.features import FeatureKey
from tests.datasets.makers import new

incoming.TOGETHER = 3
root, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
dataset = open_dataset(root, "things", "Ada")
kept = dataset.features(FeatureKey("0" * 64, "pooled", "CPU", "f32", (8, 8), "none"))
print("ready", flush=True)
pictures = (new(number, yes=[f"class {number % 5}"]) for number in range(first, first + count))
for part in dataset.adding(pictures, f"process {first}"):
    for digest in part.added:
        print(digest, flush=True)
    kept.of(part.added, lambda hashes: np.array([[int(each[:6], 16)] * 40 for each in hashes], np.float32))
    for digest in part.added:
        print("features", digest, flush=True)
print("done", flush=True)
"""
KEY = FeatureKey("0" * 64, "pooled", "CPU", "f32", (8, 8), "none")


def _start(root, first, count, log):
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-c", ADDING, str(root), str(first), str(count)],
            cwd=ROOT,
            stdout=file,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )


def _never(_):
    raise AssertionError("was computed before")


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_adds_loses_nothing_it_said_was_done(tmp_path):
    create_dataset(tmp_path, "things", "Ada").close()
    chance = random.Random(7)
    said, computed = set(), set()
    for turn in range(20):
        log = tmp_path / f"log-{turn}"
        process = _start(tmp_path, turn * 1000, 1000, log)
        wanted = chance.randint(1, 60)
        wait_for(lambda log=log, wanted=wanted: log.read_bytes().count(b"\n") >= wanted)
        process.send_signal(signal.SIGKILL)
        process.wait()
        whole = log.read_text().rpartition("\n")[0].splitlines()
        said |= {line for line in whole if len(line) == 64}
        computed |= {line.split()[1] for line in whole if line.startswith("features ")}
    dataset = open_dataset(tmp_path, "things", "Ada")
    there = {each.hash: each for each in dataset.pictures()}
    assert len(said) > 100
    assert said <= there.keys()
    assert all(len(each.yes) == 1 and files.sha256_of(each.path) == each.hash for each in there.values())
    rows = dataset.features(KEY).of(sorted(computed), _never)
    assert [int(row[0]) for row in rows] == [int(each[:6], 16) for each in sorted(computed)]
    before = [tuple(row) for row in dataset._database.rows("SELECT * FROM state ORDER BY 1, 2, 3")]
    dataset.rebuild()
    assert [tuple(row) for row in dataset._database.rows("SELECT * FROM state ORDER BY 1, 2, 3")] == before
    dataset.close()


@pytest.mark.slow
def test_two_processes_add_to_one_dataset_at_once(tmp_path):
    create_dataset(tmp_path, "things", "Ada").close()
    logs = [tmp_path / "one", tmp_path / "other"]
    processes = [_start(tmp_path, first, 60, log) for first, log in zip((0, 40), logs, strict=True)]
    assert [process.wait(timeout=PATIENCE) for process in processes] == [0, 0]
    dataset = open_dataset(tmp_path, "things", "Ada")
    pictures = dataset.pictures()
    assert len(pictures) == 100
    assert [each.yes for each in dataset.classes()] == [20] * 5
    assert len({act.number for act in dataset.log()}) == dataset.state
    assert dataset.features(KEY).missing([each.hash for each in pictures]) == []
    dataset.close()
