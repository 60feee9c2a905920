"""Networks that run, behind a seam: what the rest of the program needs of OpenVINO.

Everything else sees a `Network`: arrays in, arrays out. A test hands a stage any object of that shape.
"""

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import openvino as ov

from ..errors import ModelError
from ..records import FloatArray
from . import graphs
from .settings import SOONEST, Runtime

_FETCH = "run `python download_models.py --force`"
_making = threading.Lock()


class Network(Protocol):
    """What a stage needs of a runtime."""

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        """Answer one batch with the network's outputs, in the order of its file.

        Args:
            batch: The single input, float32, first axis the batch.
        """
        ...


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """One output of a network: its names, and its shape with None where any length may come."""

    names: tuple[str, ...]
    shape: tuple[int | None, ...]

    def __str__(self) -> str:
        """Its first name, as a person would call it."""
        return self.names[0] if self.names else "one without a name"


class OpenVinoNetwork:
    """A network compiled for one device.

    The IR keeps its free dimensions, and the runtime specialises them for each shape that comes:
    within 7 % of a network compiled for one shape, and no shape has to be known beforehand.

    Each thread that asks has its own infer request.
    """

    def __init__(
        self, path: Path, device: str = "CPU", runtime: Runtime = SOONEST, way_out: str = _FETCH
    ) -> None:
        core = shared_core()
        device = device_name(core, device)
        try:
            self._compiled = core.compile_model(graphs.read(core, path), device, _properties(runtime, device))
        except RuntimeError as error:
            raise ModelError(f"{path}: OpenVINO cannot load this network on {device}; {way_out}") from error
        if len(self._compiled.inputs) != 1:
            raise ModelError(f"{path}: takes {len(self._compiled.inputs)} inputs, expected 1; {way_out}")
        self._own = threading.local()

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        """See `Network.run`; the arrays returned are the caller's own."""
        request = self._request()
        request.infer([np.ascontiguousarray(batch)], share_inputs=True)
        return tuple(np.array(tensor.data) for tensor in request.output_tensors)

    def _request(self) -> Any:
        if not hasattr(self._own, "request"):
            self._own.request = self._compiled.create_infer_request()
        return self._own.request

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """The shape of the input; None where any length will do, empty where it is not known."""
        return _shape(self._compiled.input(0))

    @property
    def outputs(self) -> tuple["NetworkOutput", ...]:
        """What it answers with, in the order of `run`."""
        return tuple(_output(port) for port in self._compiled.outputs)


def shared_core() -> Any:
    """The runtime, one for the whole process and for as long as it lives; any thread may ask for it.

    Each runtime gives the thread that makes it another stack for signals, and takes it back when it
    goes. Where two go in the order in which they came, the thread is left with a stack that is no more,
    and the next signal kills the process.
    """
    with _making:
        return _core()


@cache
def _core() -> Any:
    core = ov.Core()
    _infer_once(core)
    return core


def _infer_once(core: Any) -> None:
    """Have OpenVINO make what it makes on first use, while no other thread can ask it for anything.

    Its bindings to Python keep tables that the first inference makes under a lock of C++, and let go of
    Python's own lock meanwhile. A second thread takes that, waits for the other, and neither ever goes
    on: nothing written in Python runs again in this process, not even what deals with signals.
    """
    number = ov.op.Parameter(ov.Type.f32, ov.PartialShape([1]))
    network = core.compile_model(ov.Model([ov.op.Result(number.output(0))], [number]), "CPU")
    request = network.create_infer_request()
    request.infer([np.zeros(1, np.float32)], share_inputs=True)
    np.array(request.output_tensors[0].data)


def precision_of(device: str) -> str:
    """What networks count in on a device, "bf16" or "f32"; where a processor can, OpenVINO takes the former.

    Raises:
        ModelError: This machine has no such device.
    """
    core = shared_core()
    wish = core.get_property(device_name(core, device), "INFERENCE_PRECISION_HINT")
    return str(wish.get_type_name())


def _properties(runtime: Runtime, device: str) -> dict[str, str]:
    if runtime.workers is None:
        return {"PERFORMANCE_HINT": "LATENCY"}
    if device != "CPU":  # others have no threads to be counted
        return {"PERFORMANCE_HINT": "THROUGHPUT"}
    return {"NUM_STREAMS": str(runtime.workers), "INFERENCE_NUM_THREADS": str(runtime.workers)}


def device_name(core: Any, device: str) -> str:
    """The device as OpenVINO calls it, in whatever case it was asked for.

    AUTO may name those to choose from (AUTO:GPU,CPU); GPU is the first of several (GPU.0, GPU.1).

    Raises:
        ModelError: This machine has no such device; the message lists those that it has.
    """
    there = core.available_devices
    known = {name.partition(".")[0] for name in there} | set(there)
    kind, _, choice = device.upper().partition(":")
    if not {kind, *filter(None, choice.split(","))} <= known | {"AUTO"}:
        raise ModelError(f"no device {device} on this machine; --device takes {', '.join(['AUTO', *there])}")
    return device.upper()


def _shape(port: Any) -> tuple[int | None, ...]:
    """The sizes of an input or output; none where not even their number is known."""
    shape = port.partial_shape
    if shape.rank.is_dynamic:
        return ()
    return tuple(None if size.is_dynamic else size.get_length() for size in shape)


def _output(port: Any) -> NetworkOutput:
    return NetworkOutput(tuple(sorted(port.get_names())), _shape(port))
