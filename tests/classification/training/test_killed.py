"""Processes that die while they teach, and several that teach one network at once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svod_rcgn.classification import build
from svod_rcgn.classification.training import records
from svod_rcgn.datasets.collection import open_dataset
from svod_rcgn.networks import read_card, versions
from tests.classification.training.makers import coloured, pictures
from tests.patience import PATIENCE, wait_for

ROOT = Path(__file__).parents[3]
TEACHING = """
import sys
from pathlib import Path
from svod_rcgn.classification.training.classifier import TrainingRequest, train_classifier
from svod_rcgn.datasets.collection import open_dataset
from tests.servers import RecordingReporter

root, times = Path(sys.argv[1]), int(sys.argv[2])
dataset = open_dataset(root / "datasets", "colours", "Ada")
request = TrainingRequest("colours", root / "models")
print("ready", flush=True)
for _ in range(times):
    print(train_classifier(dataset, request, RecordingReporter()).record.version, flush=True)
"""


def _start(root: Path, times: int, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-c", TEACHING, str(root), str(times)],
            cwd=ROOT,
            stdout=file,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        )


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_teaches_loses_nothing_it_said_was_done(
    dataset, models_dir: Path, tmp_path: Path
) -> None:
    dataset.add(pictures("red", "green", each=5), "the test")
    before = dataset.state, dataset.tags()
    dataset.close()
    chance, said = random.Random(11), set()
    for turn in range(20):
        log = tmp_path / f"log-{turn}"
        process = _start(tmp_path, 1000, log)
        wanted = 1 + turn % 3
        wait_for(lambda log=log, wanted=wanted: log.read_bytes().count(b"\n") >= wanted)
        time.sleep(chance.uniform(0, 0.3))  # so that it dies anywhere, and not where it has just spoken
        process.send_signal(signal.SIGKILL)
        process.wait()
        whole = log.read_text().rpartition("\n")[0].splitlines()
        said |= {int(line) for line in whole if line.isdecimal()}
        used = versions.in_use(models_dir / "colours")
        assert used is None if not said else used >= max(said)
        if said:
            classifier = build.load_classifier("colours", models_dir)
            assert len(classifier.classify([coloured("red", 1)])) == 1
    assert len(said) > 10
    assert said <= set(versions.numbers(models_dir / "colours"))
    for number in versions.numbers(models_dir / "colours"):
        folder = models_dir / "colours" / str(number)
        assert read_card(folder).version == records.read(folder).version == str(number)
    opened = open_dataset(tmp_path / "datasets", "colours", "Ada")
    assert (opened.state, opened.tags()) == before
    opened.close()


@pytest.mark.slow
def test_two_processes_that_teach_one_network_make_versions_of_their_own(
    dataset, models_dir: Path, tmp_path: Path
) -> None:
    dataset.add(pictures("red", "green", each=5), "the test")
    logs = [tmp_path / "one", tmp_path / "other"]
    processes = [_start(tmp_path, 4, log) for log in logs]
    assert [process.wait(timeout=PATIENCE) for process in processes] == [0, 0]
    said = [int(line) for log in logs for line in log.read_text().split() if line.isdecimal()]
    assert sorted(said) == list(range(1, 9)) == versions.numbers(models_dir / "colours")
    assert versions.in_use(models_dir / "colours") == 8
