"""The parts put together: from folders on disk to stages that are ready to run."""

from pathlib import Path

from . import classifier_set, weights
from .enrolment import CropCutter, Cutter, FaceCutter, Recipe, Worker
from .entities import ModelCard
from .errors import ModelError
from .settings import DetectionSettings, EnrolmentSettings, Paths, QualitySettings, Runtime
from .sharing import Recogniser, SharedClassifier
from .stages.alignment import FaceAligner
from .stages.classification import FaceClassifier
from .stages.detection import FaceDetector
from .stages.embedding import FaceEmbedder
from .stages.quality import FaceInspector


def build_worker(paths: Paths, device: str, runtime: Runtime, *, clarified: bool = False) -> Worker:
    """What turns photographs into crops and crops into embeddings.

    Args:
        paths: Where the networks lie.
        device: OpenVINO device that runs them.
        runtime: How they use the processors.
        clarified: The pictures are crops already, and no face is looked for.

    Raises:
        ModelError: A network is missing or damaged.
    """
    cutter: Cutter
    if clarified:
        cutter = CropCutter(_crop_size(weights.read_card(paths.embedding_dir)))
    else:
        cutter = build_cutter(paths.embedding_dir, paths.detection_dir, device, runtime)
    model = weights.load_model(paths.embedding_dir, "embedding", device, runtime)
    recipe = Recipe(cutter.recipe, _crop_size(model.card), weights.fingerprint(model.card))
    return Worker(cutter, FaceEmbedder(model.network, model.card), recipe)


def build_cutter(embedding_dir: Path, detection_dir: Path, device: str, runtime: Runtime) -> FaceCutter:
    """What takes the face out of a photograph.

    Raises:
        ModelError: A network is missing or damaged.
    """
    card = weights.read_card(embedding_dir)
    detector = weights.load_model(detection_dir, "detection", device, runtime)
    recipe = f"{weights.fingerprint(detector.card)} {card.size} {card.margin}"
    return FaceCutter(
        FaceDetector(detector.network, DetectionSettings()), _aligner(card), EnrolmentSettings(), recipe
    )


def build_detector(detection_dir: Path, device: str) -> FaceDetector:
    """The detection stage.

    Raises:
        ModelError: The network is missing or damaged.
    """
    return FaceDetector(weights.load_model(detection_dir, "detection", device).network, DetectionSettings())


def build_embedder(embedding_dir: Path, device: str) -> tuple[FaceEmbedder, str]:
    """The embedding stage and the fingerprint of its network.

    Raises:
        ModelError: The network is missing or damaged.
    """
    model = weights.load_model(embedding_dir, "embedding", device)
    return FaceEmbedder(model.network, model.card), weights.fingerprint(model.card)


def build_recogniser(
    embedding_dir: Path, detection_dir: Path, classifiers_dir: Path, device: str
) -> Recogniser:
    """What all cameras share.

    Raises:
        ModelError: A network is missing or damaged.
        ClassifierError: The classifiers are missing, damaged or another network's.
    """
    embedding = weights.load_model(embedding_dir, "embedding", device)
    classifiers = classifier_set.load(classifiers_dir, weights.fingerprint(embedding.card))
    detector = weights.load_model(detection_dir, "detection", device)
    return Recogniser(
        FaceDetector(detector.network, DetectionSettings()),
        FaceInspector(QualitySettings()),
        _aligner(embedding.card),
        FaceEmbedder(embedding.network, embedding.card),
        SharedClassifier(FaceClassifier(classifiers)),
    )


def load_classifier(embedding_dir: Path, classifiers_dir: Path) -> FaceClassifier:
    """Classifiers read afresh, checked whole before they may replace others.

    Raises:
        ModelError: The card of the embedding network is missing or damaged.
        ClassifierError: The classifiers are missing, damaged or another network's.
    """
    fingerprint = weights.fingerprint(weights.read_card(embedding_dir))
    return FaceClassifier(classifier_set.load(classifiers_dir, fingerprint))


def _aligner(card: ModelCard) -> FaceAligner:
    if card.margin is None:
        raise ModelError(f"{card.name}: the card of an embedding network must say its margin")
    return FaceAligner(_crop_size(card), card.margin)


def _crop_size(card: ModelCard) -> int:
    """The side of the crops that an embedding network takes, in pixels.

    Raises:
        ModelError: Its card does not say.
    """
    if card.size is None:
        raise ModelError(f"{card.name}: the card of an embedding network must say its size")
    return card.size[0]
