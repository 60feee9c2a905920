"""Classifiers made of the networks on disk."""

from pathlib import Path

from ..errors import ModelError
from ..networks import find_network, load_model, version_of
from ..networks.card import CLASSIFICATION, FETCH, MEND
from ..networks.class_labels import read_labels
from ..networks.runtime import OpenVinoNetwork
from ..networks.settings import SOONEST, Runtime
from . import settings
from .catalogue import NUMBER
from .digits.read import NumberReader
from .look import ClassLooker, Looker
from .stages.classify import NEARNESS, PROBABILITY, Classifier


def load_classifier(
    name: str, models_dir: Path, device: str = "CPU", runtime: Runtime = SOONEST
) -> Classifier:
    """Load a network that names whole pictures.

    Args:
        name: Of the network, or its folder.
        models_dir: The folder of networks.
        device: OpenVINO device that runs it.
        runtime: How it uses the processors.

    Raises:
        InputError: There is no such network.
        ModelError: It is damaged, for another task, or not what its card says.
    """
    directory = find_network(name, models_dir, CLASSIFICATION, settings.FETCH)
    fetch = settings.FETCH.get(name, FETCH)
    loaded = load_model(directory, CLASSIFICATION, device, runtime, fetch=fetch)
    labels = read_labels(directory, loaded.card)
    assert isinstance(loaded.network, OpenVinoNetwork)
    outputs = _outputs(directory, loaded.network, len(labels))
    if loaded.card.least_nearness is not None and NEARNESS not in outputs:
        raise ModelError(f"{directory}: the card has a least nearness, the network none to compare; {MEND}")
    return Classifier(name, loaded.card, labels, loaded.network, outputs)


def load_looker(name: str, models_dir: Path, device: str, top: int) -> Looker:
    """Load what says what is on pictures: so many likeliest classes, or the number that is written there.

    Raises:
        InputError: There is no such network.
        ModelError: It is damaged, for another task, or not what its card says.
    """
    classifier = load_classifier(name, models_dir, device)
    looker = NumberReader if classifier.card.output == NUMBER else ClassLooker
    return looker(classifier, version_of(classifier.card), top)


def _outputs(directory: Path, network: OpenVinoNetwork, classes: int) -> dict[str, int]:
    """The places of the outputs by which classes are judged."""
    found = {
        name: place
        for place, output in enumerate(network.outputs)
        for name in output.names
        if name in (PROBABILITY, NEARNESS) and output.shape[1:] == (classes,)
    }
    if PROBABILITY not in found:
        shown = ", ".join(f"{each} {each.shape[1:]}" for each in network.outputs)
        raise ModelError(
            f"{directory}: {classes} labels, and no output {PROBABILITY} of as many; it has {shown}; {MEND}"
        )
    return found
