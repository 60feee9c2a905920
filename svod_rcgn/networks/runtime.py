"""Networks behind a seam: with `graphs` and `inception`, the only module that imports openvino.

Everything else sees a `Network`: arrays in, arrays out. A test hands a stage any object of that shape.
"""

import io
import logging
import os
import threading
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import openvino as ov
from openvino import opset13

from ..errors import ModelError
from ..faces.settings import SOONEST, Runtime
from ..records import FloatArray
from . import graphs

# Each of whole ranges, ranges that need no 0 in their middle, and these full convolutions brought the boxes
# of an 8-bit CenterFace nearer to the full one's; `download_models.py --int8` prints how near they are.
_FULL_CONVOLUTIONS = 3
_CONVOLUTIONS = ("Convolution", "GroupConvolution", "ConvolutionBackpropData")
_FETCH = "run `python download_models.py --force`"


class Network(Protocol):
    """What a stage needs of a runtime."""

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        """Answer one batch with the network's outputs, in the order of its file.

        Args:
            batch: The single input, float32, first axis the batch.
        """
        ...


@dataclass(frozen=True, slots=True)
class Output:
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
        core = _core()
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
    def outputs(self) -> tuple["Output", ...]:
        """What it answers with, in the order of `run`."""
        return tuple(_output(port) for port in self._compiled.outputs)


@cache
def _core() -> Any:
    """The runtime, one for the whole process and for as long as it lives.

    Each runtime gives the thread that makes it another stack for signals, and takes it back when it
    goes. Where two go in the order in which they came, the thread is left with a stack that is no more,
    and the next signal kills the process.
    """
    return ov.Core()


def _properties(runtime: Runtime, device: str) -> dict[str, str]:
    if runtime.workers is None:
        return {"PERFORMANCE_HINT": "LATENCY"}
    if device != "CPU":  # others have no threads to be counted
        return {"PERFORMANCE_HINT": "THROUGHPUT"}
    return {"NUM_STREAMS": str(runtime.workers), "INFERENCE_NUM_THREADS": str(runtime.workers)}


def convert(source: Path, target: Path, shape: Sequence[int], batch_reshapes: Sequence[str] = ()) -> None:
    """Convert any file that OpenVINO reads into its own IR, with 16-bit weights.

    Args:
        source: TensorFlow frozen graph, ONNX, TFLite or IR; see `graphs.read`.
        target: The .xml to write; the weights go beside it as .bin.
        shape: The input's new shape, -1 where any length shall do.
        batch_reshapes: Names of Reshape operations whose constant pattern begins with a batch of 1
            and shall take any batch.

    Raises:
        ModelError: The file is not a network that OpenVINO can read.
    """
    try:
        model = graphs.read(_core(), source)
        for name in batch_reshapes:
            _free_batch(model, name)
        model.validate_nodes_and_infer_types()
        model.reshape(list(shape))
        model = _fed_with_floats(model)
    except RuntimeError as error:
        raise ModelError(f"{source.name}: not a network that OpenVINO can read") from error
    ov.save_model(model, target, compress_to_fp16=True)


def _free_batch(model: Any, name: str) -> None:
    reshape = next((op for op in model.get_ops() if op.friendly_name == name), None)
    if reshape is None:
        raise ModelError(f"the network has no operation {name}; is it the one that the catalogue names?")
    pattern = np.array(reshape.input_value(1).get_node().data, np.int64)
    pattern[0] = -1
    reshape.input(1).replace_source_output(opset13.constant(pattern).output(0))


def _fed_with_floats(model: Any) -> Any:
    """The network with an input of floats, as all pictures come; a quantised one may want bytes."""
    if model.input(0).element_type == ov.Type.f32:
        return model
    builder = ov.preprocess.PrePostProcessor(model)
    builder.input(0).tensor().set_element_type(ov.Type.f32)
    return builder.build()


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


def _output(port: Any) -> Output:
    return Output(tuple(sorted(port.get_names())), _shape(port))


@dataclass(frozen=True, slots=True)
class Description:
    """What a file says of its network: the shape of its one input, and its outputs."""

    input_shape: tuple[int | None, ...]
    outputs: tuple[Output, ...]


def describe(source: Path) -> Description:
    """Look at a network in any format that OpenVINO reads.

    Raises:
        ModelError: OpenVINO cannot read it, or it takes something else than one input.
    """
    try:
        model = graphs.read(_core(), source)
    except RuntimeError as error:
        raise ModelError(f"{source.name}: not a network that OpenVINO can read") from error
    if len(model.inputs) != 1:
        raise ModelError(f"{source.name}: expected one input, a picture; it takes {len(model.inputs)}")
    return Description(_shape(model.input(0)), tuple(_output(port) for port in model.outputs))


def quantize(source: Path, target: Path, samples: Sequence[FloatArray], *, finely: bool = False) -> None:
    """Make an 8-bit network of a full one, with NNCF.

    Args:
        source: The full network's .xml.
        target: The .xml to write; the weights go beside it as .bin.
        samples: Batches as the network is fed them, from which the ranges of its numbers are read.
        finely: For a network whose answers are places, which small errors move: its last convolutions
            stay full, and ranges are whole and need not have 0 in their middle.

    Raises:
        ModelError: NNCF is not installed.
    """
    os.environ.setdefault("NNCF_CI", "1")  # or it reports to its makers over the net
    try:
        import nncf
    except ImportError as error:
        raise ModelError("8-bit networks need NNCF; run `pip install 'svod-rcgn[int8]'`") from error
    nncf.set_log_level(logging.ERROR)
    full = _core().read_model(source)
    ways = _fine_ways(nncf, full) if finely else {}
    with redirect_stdout(io.StringIO()):  # bars of its own
        model = nncf.quantize(full, nncf.Dataset(samples), subset_size=len(samples), **ways)
    ov.save_model(model, target, compress_to_fp16=True)


def _fine_ways(nncf: Any, model: Any) -> dict[str, Any]:
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet as Ranges

    return {
        "preset": nncf.QuantizationPreset.MIXED,
        "ignored_scope": nncf.IgnoredScope(names=sorted(_last_convolutions(model))),
        "advanced_parameters": nncf.AdvancedQuantizationParameters(
            activations_range_estimator_params=Ranges.MINMAX
        ),
    }


def _last_convolutions(model: Any) -> set[str]:
    """The names of the last ones on the way to each output, the way of first inputs."""
    names = set()
    for result in model.get_results():
        node, left = result, _FULL_CONVOLUTIONS
        while left and node.get_input_size():
            node = node.input_value(0).get_node()
            if node.get_type_name() in _CONVOLUTIONS:
                names.add(node.get_friendly_name())
                left -= 1
    return names
