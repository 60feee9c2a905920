"""Who does the work of a run: threads of this process, or the machines of a Ray cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

from ...errors import ClusterError
from ...networks.runtime import Runtime
from .. import build
from ..enrolment import Crew, ThreadCrew
from ..settings import LearningSettings, Paths


@contextmanager
def hired(paths: Paths, device: str, settings: LearningSettings) -> Iterator[Crew]:
    """A crew that is ready to work, until the block ends.

    Raises:
        ModelError: A network is missing or damaged, here or on a machine of the cluster.
        ClusterError: The cluster cannot be reached.
    """
    if settings.ray is not None:
        with _cluster().hired(paths, device, settings) as crew:
            yield crew
        return
    threads = settings.workers or os.cpu_count() or 1
    worker = build.build_worker(paths, device, settings, Runtime(workers=threads))
    yield ThreadCrew(worker, threads)


def _cluster() -> ModuleType:
    if find_spec("ray") is None:
        raise ClusterError("--ray needs Ray; run `pip install 'svod-rcgn[ray]'`")
    from . import ray_cluster

    return ray_cluster
