"""A real cluster of this machine: the command line, two workers, and the results of one."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE, wait_for

pytest.importorskip("ray", reason="Ray has no wheel for this Python and platform")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A token of our own, so that nobody else on the network gets into the cluster."""
    token = tmp_path_factory.mktemp("token") / "token"
    token.write_text(secrets.token_hex(32))
    return os.environ | {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
    }


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, environment):
    """The address of a Ray of two processors."""
    address = f"127.0.0.1:{free_port()}"
    ray = shutil.which("ray", path=Path(sys.executable).parent)
    log = tmp_path_factory.mktemp("head") / "log"
    with log.open("w") as output:
        head = subprocess.Popen(
            [ray, "start", "--head", "--block", f"--port={address.partition(':')[2]}", "--num-cpus=2",
             "--include-dashboard=false", f"--temp-dir={tmp_path_factory.mktemp('r')}"],
            env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    # Its port answers long before there is a machine in the cluster.
    wait_for(lambda: head.poll() is not None or "Ray runtime started" in log.read_text())
    assert head.poll() is None, log.read_text()
    yield address
    head.send_signal(signal.SIGTERM)
    head.wait(PATIENCE)


@pytest.fixture
def prepare(tmp_path, environment):
    def run(*options, folder=tmp_path, **variables):
        return subprocess.run(
            [sys.executable, ROOT / "prepare.py", *map(str, options)], env=environment | variables,
            cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    return run


def made(folder):
    """What a run made, without the classifiers' date."""
    names = ("aligned/index.json", "aligned/embeddings.npz", "classifiers/gallery.npz")
    return [(folder / "data" / name).read_bytes() for name in names]


@pytest.mark.weights
def test_a_cluster_gives_the_same_results_as_one_worker_here(
    tmp_path, cluster, prepare, demo_dir, embedding_dir, detection_dir
):
    networks = ("--model", embedding_dir, "--detector_dir", detection_dir)
    results = []
    for name, how in {"here": ["--workers", 1], "there": ["--ray", cluster, "--workers", 2]}.items():
        folder = tmp_path / name
        shutil.copytree(demo_dir / "faces", folder / "data" / "faces")
        done = prepare(*networks, *how, folder=folder)
        assert done.returncode == 0, done.stderr
        results.append(made(folder))
    assert results[0] == results[1]


def test_networks_that_a_machine_lacks_are_one_clear_line(cluster, prepare):
    done = prepare("--ray", cluster)
    assert done.returncode == 1
    assert "no network here; run `python download_models.py`" in done.stderr.splitlines()[-1]


def test_more_workers_than_processors_are_refused(cluster, prepare):
    done = prepare("--ray", cluster, "--workers", 3)
    assert done.stderr.splitlines()[-1] == f"error: {cluster}: 2 processors there; ask for no more --workers"


@pytest.mark.parametrize("address", ["127.0.0.1:1", "local", "nowhere", "127.0.0.1:999999"])
def test_a_cluster_that_cannot_be_reached_is_one_clear_line(prepare, address):
    done = prepare("--ray", address)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"error: {address}: no Ray cluster can be joined there; --ray takes host:port"
    )
    assert done.stderr.count("\n") == 1
