"""Detectors made of the networks on disk."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from ..errors import InputError, ModelError
from ..networks import find_network, load_model
from ..networks.card import FETCH, MEND, OBJECTS, ModelCard
from ..networks.class_labels import read_labels
from ..networks.runtime import OpenVinoNetwork
from ..networks.settings import SOONEST, Runtime
from . import settings
from .settings import ObjectSettings, TileSettings
from .stages import centernet, yolox
from .stages.detect import Decoder, ObjectDetector
from .stages.tiles import TiledDetector

_MOST_TOLD = 20  # class names in a message


def load_detector(
    name: str,
    models_dir: Path,
    wishes: ObjectSettings,
    device: str = "CPU",
    runtime: Runtime = SOONEST,
) -> ObjectDetector:
    """Load a network that finds objects.

    Args:
        name: Of the network, or its folder.
        models_dir: The folder of networks.
        wishes: Which objects are told; of its labels the network may have only some.
        device: OpenVINO device that runs it.
        runtime: How it uses the processors.

    Raises:
        InputError: There is no such network, or it has none of the classes that are wished for.
        ModelError: It is damaged, for another task, or not what its card says.
    """
    directory = find_network(name, models_dir, OBJECTS, settings.FETCH)
    loaded = load_model(directory, OBJECTS, device, runtime, fetch=settings.FETCH.get(name, FETCH))
    labels = read_labels(directory, loaded.card)
    assert isinstance(loaded.network, OpenVinoNetwork)
    decode = _decoder(directory, loaded.card, loaded.network, len(labels))
    if wishes.labels and not {each.label for each in labels} & set(wishes.labels):
        raise InputError(_told(name, [each.label for each in labels], wishes.labels))
    return ObjectDetector(name, loaded.card, labels, loaded.network, decode, wishes)


def check_classes(detectors: Sequence[ObjectDetector], labels: Sequence[str]) -> None:
    """Make sure that each class that is wished for is one of theirs.

    Raises:
        InputError: None of them has it.
    """
    known = [each.label for detector in detectors for each in detector.labels]
    strange = [label for label in labels if label not in known]
    if strange:
        raise InputError(_told(" and ".join(detector.name for detector in detectors), known, strange))


def still(detector: ObjectDetector, wishes: ObjectSettings) -> ObjectDetector | TiledDetector:
    """What looks at pictures that have nothing in common: in parts, too, where that is wished for."""
    return TiledDetector(detector, TileSettings()) if wishes.tiles else detector


def _told(name: str, known: Sequence[str], strange: Sequence[str]) -> str:
    """That there are no such classes, and which may be meant."""
    near = [match for label in strange for match in get_close_matches(label, known)]
    if near:
        return f"{name}: no class {', '.join(strange)}; did you mean {', '.join(near)}?"
    more = f" and {len(known) - _MOST_TOLD} more" if len(known) > _MOST_TOLD else ""
    return f"{name}: no class {', '.join(strange)}; there are {', '.join(known[:_MOST_TOLD])}{more}"


def _decoder(directory: Path, card: ModelCard, network: OpenVinoNetwork, classes: int) -> Decoder:
    """What reads the network's answers, if they are of the shapes that its card and labels promise."""
    height, width = card.size or (0, 0)
    wanted, decode = _decoding(directory, card, classes, height, width)
    shapes = tuple(output.shape for output in network.outputs)
    if shapes != wanted:
        raise ModelError(
            f"{directory}: {card.output} with {classes} labels answers with {wanted}, "
            f"the network with {shapes}; {MEND}"
        )
    return decode


def _decoding(
    directory: Path, card: ModelCard, classes: int, height: int, width: int
) -> tuple[tuple[tuple[int, ...], ...], Decoder]:
    if card.output == centernet.NAME:
        stride = card.strides[0] if card.strides else centernet.STRIDE
        cells = height // stride, width // stride
        return ((1, *cells, classes), (1, *cells, 4)), partial(centernet.decode, stride=stride)
    if card.output == yolox.NAME:
        count = sum((height // stride) * (width // stride) for stride in yolox.STRIDES)
        decode = partial(yolox.decode, size=(height, width))
        return ((1, count, yolox.BEFORE_CLASSES + classes),), decode
    known = f"{centernet.NAME} and {yolox.NAME}"
    raise ModelError(f"{directory}: its answers are {card.output}, and {known} are read; {MEND}")
