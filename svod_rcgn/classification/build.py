"""Classifiers made of the networks on disk."""

from pathlib import Path

from ..errors import InputError, ModelError
from ..explanation.records import Method
from ..explanation.settings import ExplanationSettings
from ..networks import find_network, load_model, version_of
from ..networks.card import CLASSIFICATION, FETCH, MEND
from ..networks.class_labels import read_labels
from ..networks.last_layer import LastLayer, read_last_layer
from ..networks.runtime import OpenVinoNetwork
from ..networks.settings import SOONEST, Runtime
from ..storage.folders import current_of
from . import settings
from .catalogue import NUMBER
from .digits.read import NumberReader
from .explain import Explainer
from .look import ClassLooker, Looker
from .stages.classify import CLASS_MAPS, FEATURES, NEARNESS, PROBABILITY, Classifier

_WITH_PLACES = 4  # axes: pictures, channels, rows, columns
_HIDING = "give --method occlusion, rise or shap, which need no map"
_INK = (
    "the network for digits reads ink that was cut out of the picture and straightened, so it has no map of "
    "the picture; `python -m svod_rcgn.identify --network digits --format json PICTURE` says where each "
    "digit is, and what else it may be"
)


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
    looker = NumberReader if _reads_digits(classifier) else ClassLooker
    return looker(classifier, version_of(classifier.card), top)


def load_explainer(
    name: str,
    models_dir: Path,
    device: str,
    method: Method,
    settings: ExplanationSettings,
    *,
    tried: bool = True,
) -> Explainer:
    """Load what says which parts of pictures a network's answers rest on.

    Raises:
        InputError: There is no such network, or it reads digits.
        ModelError: It is damaged, for another task, not what its card says, or has no map where one is asked.
    """
    classifier = load_classifier(name, models_dir, device)
    if _reads_digits(classifier):
        raise InputError(_INK)
    head = load_head(classifier, models_dir) if method is Method.MAP else None
    return Explainer(classifier, version_of(classifier.card), method, settings, head=head, tried=tried)


def load_head(classifier: Classifier, models_dir: Path) -> LastLayer | None:
    """What makes classes of a network's features; None where it answers with the maps of its classes.

    Raises:
        ModelError: It has neither.
    """
    if classifier.has(CLASS_MAPS):
        return None
    directory = find_network(classifier.name, models_dir, CLASSIFICATION, settings.FETCH)
    head = read_last_layer(current_of(directory) / classifier.card.file, PROBABILITY)
    if head is None or not classifier.has(FEATURES):
        raise ModelError(f"{directory}: its answers are no sum over places, so there is no map; {_HIDING}")
    return head


def _reads_digits(classifier: Classifier) -> bool:
    return classifier.card.output == NUMBER


def _outputs(directory: Path, network: OpenVinoNetwork, classes: int) -> dict[str, int]:
    """The places of the outputs by which classes are judged, and of those that say where they are seen."""
    found = {
        name: place
        for place, output in enumerate(network.outputs)
        for name in output.names
        if _is_such(name, output.shape, classes)
    }
    if PROBABILITY not in found:
        shown = ", ".join(f"{each} {each.shape[1:]}" for each in network.outputs)
        raise ModelError(
            f"{directory}: {classes} labels, and no output {PROBABILITY} of as many; it has {shown}; {MEND}"
        )
    return found


def _is_such(name: str, shape: tuple[int | None, ...], classes: int) -> bool:
    if name in (PROBABILITY, NEARNESS):
        return shape[1:] == (classes,)
    return len(shape) == _WITH_PLACES and (name == FEATURES or (name == CLASS_MAPS and shape[1] == classes))
