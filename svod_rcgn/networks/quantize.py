"""8-bit networks: made by NNCF, compared with the full ones, and put in use."""

import io
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import openvino as ov

from .. import networks
from ..errors import ModelError
from ..records import FloatArray, Image
from ..storage import files, folders
from . import LoadedNetwork
from .card import INT8, INT8_SUFFIX, ModelCard, embedders_of, full_card, write_card
from .runtime import Network, shared_core

Answer = TypeVar("Answer")
# Each of whole ranges, ranges that need no 0 in their middle, and these full convolutions brought the boxes
# of an 8-bit CenterFace nearer to the full one's; `download_models.py --int8` prints how near they are.
_FULL_CONVOLUTIONS = 3
_CONVOLUTIONS = ("Convolution", "GroupConvolution", "ConvolutionBackpropData")


@dataclass(frozen=True, slots=True)
class QuantizationSettings:
    """How 8-bit networks are made, and when they are kept.

    `scenes` are made of the pictures at hand, and must show `least_faces` in all. Over those that a
    network was not made on, its answers must agree with the full one's by these means: `least_cosine`
    of embeddings, `least_overlap` (IoU) of boxes.
    """

    scenes: int = 120
    least_faces: int = 20
    least_cosine: float = 0.98
    least_overlap: float = 0.85


QUANTIZATION = QuantizationSettings()


def quantize(
    source: Path, target: Path, samples: Sequence[FloatArray], *, keep_last_full: bool = False
) -> None:
    """Make an 8-bit network of a full one, with NNCF.

    Args:
        source: The full network's .xml.
        target: The .xml to write; the weights go beside it as .bin.
        samples: Batches as the network is fed them, from which the ranges of its numbers are read.
        keep_last_full: For a network whose answers are places, which small errors move: its last convolutions
            stay full, and ranges are whole and need not have 0 in their middle.

    Raises:
        ModelError: NNCF is not installed.
    """
    os.environ.setdefault("NNCF_CI", "1")  # or it reports to its makers over the net
    try:
        import nncf
    except ImportError as error:
        raise ModelError("8-bit networks need NNCF; run `pip install 'svod-rcgn[int8]'`") from error
    # Not by its set_log_level, which sets the level of whatever handlers others have given its logger, too.
    logging.getLogger("nncf").setLevel(logging.ERROR)
    load_full = shared_core().read_model(source)
    ways = _fine_ways(nncf, load_full) if keep_last_full else {}
    with redirect_stdout(io.StringIO()):  # bars of its own
        model = nncf.quantize(load_full, nncf.Dataset(samples), subset_size=len(samples), **ways)
    ov.save_model(model, target, compress_to_fp16=True)


def _fine_ways(nncf: Any, model: Any) -> dict[str, Any]:
    from nncf.quantization.range_estimator import RangeEstimatorParametersSet as Ranges

    return {
        "preset": nncf.QuantizationPreset.MIXED,
        "ignored_scope": nncf.IgnoredScope(names=sorted(_last_convolutions(model) | _products(model))),
        "advanced_parameters": nncf.AdvancedQuantizationParameters(
            activations_range_estimator_params=Ranges.MINMAX
        ),
    }


def _products(model: Any) -> set[str]:
    """Maps made finer or coarser by a matrix, whose columns NNCF would take for channels."""
    return {each.get_friendly_name() for each in model.get_ops() if each.get_type_name() == "MatMul"}


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


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an 8-bit network agrees with the full one on `samples` faces that it was not made on.

    `mean` and `least` are cosines of the embeddings, or overlaps (IoU) of the boxes where a face that
    only one of the two finds counts as 0.
    """

    network: str
    samples: int
    mean: float
    least: float


def use_full(directory: Path) -> None:
    """Go back to the full network, which is kept beside the 8-bit one.

    Raises:
        ModelError: There is no network, or it is damaged.
        BusyError: Another run works here.
    """
    use_network(directory, full_card(networks.read_card(directory)))


@dataclass(frozen=True, slots=True, eq=False)
class QuantizationTrial(Generic[Answer]):
    """A full network, pictures to make and to compare it on, how it answers, how alike two answers are."""

    model: LoadedNetwork
    making: Sequence[Image]
    comparing: Sequence[Image]
    ask: Callable[[LoadedNetwork, Image], Answer]
    compare: Callable[[Answer, Answer], list[float]]
    least: float
    keep_last_full: bool = False


class _Recorder:
    """A network that keeps what it is fed."""

    def __init__(self, network: Network) -> None:
        self.fed: list[FloatArray] = []
        self._network = network

    def run(self, batch: FloatArray) -> tuple[FloatArray, ...]:
        self.fed.append(batch)
        return self._network.run(batch)


def _recording(model: LoadedNetwork) -> tuple[LoadedNetwork, list[_Recorder]]:
    """A network, or two, with what is fed to each kept."""
    recorder = _Recorder(model.network)
    if model.second is None:
        return replace(model, network=recorder), [recorder]
    second, others = _recording(model.second)
    return replace(model, network=recorder, second=second), [recorder, *others]


def make_int8(
    trial: QuantizationTrial[Answer], directory: Path, target: Path, say: Callable[[str], None]
) -> Agreement:
    """Make the 8-bit network in a folder of its own, and see that it agrees with the full one."""
    card = trial.model.card
    say(f"making {card.name} of 8 bits")
    model, recorders = _recording(trial.model)
    for picture in trial.making:
        trial.ask(model, picture)
    made = _int8_card(card)
    target.mkdir()
    source = folders.current_of(directory)
    for full, small, recorder in zip(embedders_of(card), embedders_of(made), recorders, strict=True):
        quantize(source / full.file, target / small.file, recorder.fed, keep_last_full=trial.keep_last_full)
    write_card(target, made)
    agreement = _agreement(trial, networks.load_model(target, card.task))
    if agreement.mean < trial.least:
        raise ModelError(
            f"{card.name}: with 8 bits its answers agree by {agreement.mean:.2f} only, less than "
            f"{trial.least}; the networks stay as they were"
        )
    return agreement


def _agreement(trial: QuantizationTrial[Answer], small: LoadedNetwork) -> Agreement:
    shares = [
        share
        for picture in trial.comparing
        for share in trial.compare(trial.ask(trial.model, picture), trial.ask(small, picture))
    ]
    return Agreement(trial.model.card.name, len(shares), float(np.mean(shares)), min(shares))


def use_network(directory: Path, card: ModelCard, made: Path | None = None) -> None:
    """Put a card into a directory, with the files of a network that was made and those that are there."""
    with folders.locked(directory), folders.replacing_folder(directory) as fresh:
        for folder in (made, directory) if made else (directory,):
            for name in networks.read_card(folder).files:  # of what was made again, the new one stays
                files.copy(folders.current_of(folder) / name, fresh / name)
        write_card(fresh, card)


def load_full(directory: Path, task: str) -> LoadedNetwork:
    """The full network of a directory, whichever is in use."""
    card = full_card(networks.read_card(directory))
    if card.further:
        raise ModelError(f"{card.name}: a cascade cannot be made 8-bit; give CenterFace with --detector_dir")
    return networks.load_model(directory, task, card=card)


def _int8_card(card: ModelCard) -> ModelCard:
    second = card.second and replace(card.second, card=_int8_card(card.second.card))
    return replace(card, file=f"{Path(card.file).stem}{INT8_SUFFIX}.xml", precision=INT8, second=second)
