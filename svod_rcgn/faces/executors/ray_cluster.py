"""The machines of a Ray cluster as an executor: the only module that imports ray.

Each machine reads its own copy of the networks; only the bytes of the pictures go there, and only
crops, boxes and embeddings come back. Ray trusts whoever reaches its ports: keep it in a closed network.
"""

import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import ray

from ...errors import ClusterError, ModelError, SvodError
from ...networks.settings import Runtime
from ...records import FloatArray, Image
from ...storage.images import PictureFile
from .. import build, enrolment
from ..enrolment import Cutting, Recipe
from ..settings import Paths, PrepareSettings

_AHEAD = 2
_PATIENCE = 5.0


class RayExecutor:
    """Workers on the machines of a cluster, one a processor; see `enrolment.Crew`."""

    def __init__(self, workers: Sequence[Any], recipe: Recipe) -> None:
        self.recipe = recipe
        self._workers = workers

    def cut(self, files: Iterable[PictureFile]) -> Iterator[Cutting]:
        """See `Crew.cut`."""
        return self._spread(lambda worker, file: worker.cut.remote(file), files)

    def embed(self, batches: Iterable[Sequence[Image]]) -> Iterator[FloatArray]:
        """See `Crew.embed`."""
        return self._spread(lambda worker, batch: worker.embed.remote(batch), batches)

    def _spread(self, begin: Callable[[Any, Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Hand the items out in turn."""
        turn = deque(self._workers)

        def next_worker() -> Any:
            turn.rotate(-1)
            return turn[0]

        ahead = _AHEAD * len(self._workers)
        yield from enrolment.in_order(lambda item: begin(next_worker(), item), _fetched, items, ahead)


@contextmanager
def open_ray_executor(paths: Paths, device: str, settings: PrepareSettings) -> Iterator[RayExecutor]:
    """Workers on a cluster, until the block ends.

    Args:
        paths: Where the networks lie, here and, under the same names, on each machine.
        device: OpenVINO device that runs the networks there.
        settings: `ray` is the cluster's address, `workers` how many of its processors to use.

    Raises:
        ClusterError: The cluster cannot be reached or has too few processors, or a machine is lost.
        ModelError: A machine lacks the networks, or has others than the rest.
    """
    try:
        _connect(str(settings.ray), settings.workers)
        count = settings.workers or _processors()
        there = replace(
            paths,
            embedding_dir=paths.embedding_dir.resolve(),
            detection_dir=paths.detection_dir.resolve(),
            background_dir=paths.background_dir and paths.background_dir.resolve(),
        )
        workers = [_Actor.remote(there, device, settings) for _ in range(count)]
        yield RayExecutor(workers, _common_recipe(workers))
    finally:
        ray.shutdown()


class _RemoteWorker:
    """A worker on another machine; it is built by the first call, whose errors come back as they are."""

    def __init__(self, paths: Paths, device: str, settings: PrepareSettings) -> None:
        self._build = partial(build.build_worker, paths, device, settings, Runtime(workers=1))

    def recipe(self) -> Recipe:
        self._worker = self._build()
        return self._worker.recipe

    def cut(self, file: PictureFile) -> Cutting:
        return self._worker.cut(file)

    def embed(self, crops: Sequence[Image]) -> FloatArray:
        return self._worker.embed(crops)


_Actor: Any = ray.remote(num_cpus=1)(_RemoteWorker)


def _connect(address: str, workers: int | None) -> None:
    try:
        if address != "auto":
            _knock(address)
        ray.init(address, log_to_driver=False, logging_level="ERROR")
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise ClusterError(
            f"{address}: no Ray cluster can be joined there; --ray takes host:port or auto, "
            "and RAY_AUTH_MODE=token with RAY_AUTH_TOKEN_PATH where the cluster wants a token"
        ) from error
    if workers is not None and workers > _processors():
        raise ClusterError(f"{address}: {_processors()} processors there; ask for no more --workers")


def _knock(address: str) -> None:
    """Find out in seconds what Ray itself, which tries again and again, takes minutes to say.

    Raises:
        OSError: Nobody answers.
        ValueError: The address is not one of a running cluster. "local" would start one that listens
            to the whole network.
    """
    place = urlsplit(address if "://" in address else f"//{address}")
    if place.hostname is None or place.port is None:
        raise ValueError(address)
    socket.create_connection((place.hostname, place.port), _PATIENCE).close()


def _processors() -> int:
    return int(ray.cluster_resources().get("CPU", 0))


def _common_recipe(workers: Sequence[Any]) -> Recipe:
    recipes: set[Recipe] = {_fetched(promise) for promise in [worker.recipe.remote() for worker in workers]}
    if len(recipes) != 1:
        raise ModelError("the machines of the cluster have different networks; install the same on all")
    return recipes.pop()


def _fetched(promise: Any) -> Any:
    try:
        return ray.get(promise)
    except ray.exceptions.RayTaskError as error:
        raise error.cause if isinstance(error.cause, SvodError) else error from None
    except ray.exceptions.RayError as error:
        raise ClusterError(
            "a worker of the cluster died; is this version of svod-rcgn installed on each machine?"
        ) from error
