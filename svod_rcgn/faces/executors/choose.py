"""Chooses who does the work of a run: threads of this process, or a Ray cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

from ...errors import ClusterError
from ...networks.settings import Runtime
from .. import build
from ..enrolment import Executor, ThreadExecutor
from ..settings import Paths, PrepareSettings


@contextmanager
def open_executor(paths: Paths, device: str, settings: PrepareSettings) -> Iterator[Executor]:
    """What does the work, ready until the block ends.

    Raises:
        ModelError: A network is missing or damaged, here or on a machine of the cluster.
        ClusterError: The cluster cannot be reached.
    """
    if settings.ray is not None:
        with _cluster().open_ray_executor(paths, device, settings) as executor:
            yield executor
        return
    threads = settings.workers or os.cpu_count() or 1
    worker = build.build_worker(paths, device, settings, Runtime(workers=threads))
    yield ThreadExecutor(worker, threads)


def _cluster() -> ModuleType:
    if find_spec("ray") is None:
        raise ClusterError("--ray needs Ray; run `pip install 'svod-rcgn[ray]'`")
    from . import ray_cluster

    return ray_cluster
