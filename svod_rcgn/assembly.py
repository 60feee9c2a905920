"""The parts put together: from folders on disk to stages that are ready to run."""

from pathlib import Path

from . import classifier_set, templates, weights
from .enrolment import CropCutter, Cutter, FaceCutter, Recipe, Worker
from .entities import ModelCard
from .errors import ModelError
from .pipeline import Aligner
from .settings import (
    PHOTOGRAPH,
    DetectionSettings,
    EnrolmentSettings,
    LearningSettings,
    Paths,
    QualitySettings,
    Runtime,
)
from .sharing import Recogniser, SharedClassifier
from .stages.alignment import FaceAligner, LandmarkAligner
from .stages.classification import FaceClassifier
from .stages.detection import FaceDetector
from .stages.embedding import ONE, FaceEmbedder
from .stages.quality import FaceInspector


def build_worker(paths: Paths, device: str, settings: LearningSettings, runtime: Runtime) -> Worker:
    """What turns photographs into crops and crops into embeddings.

    Args:
        paths: Where the networks lie.
        device: OpenVINO device that runs them.
        settings: Whether the pictures are crops already, and which of them are taken.
        runtime: How the networks use the processors.

    Raises:
        ModelError: A network is missing or damaged.
    """
    model = weights.load_model(paths.embedding_dir, "embedding", device, runtime)
    size = _crop_size(model.card)
    cutter: Cutter = CropCutter(size)
    if not settings.clarified:
        enrolment = EnrolmentSettings(keep_low_quality=settings.training.keep_low_quality)
        cutter = build_cutter(model.card, paths.detection_dir, device, enrolment, runtime)
    recipe = Recipe(cutter.recipe, size, weights.fingerprint(model.card), _alignment(model.card))
    return Worker(cutter, FaceEmbedder(model.network, model.card), recipe)


def build_cutter(
    card: ModelCard, detection_dir: Path, device: str, settings: EnrolmentSettings, runtime: Runtime
) -> FaceCutter:
    """What takes the face out of a photograph, for the embedding network of this card.

    Raises:
        ModelError: The detector is missing or damaged.
    """
    detector = weights.load_model(detection_dir, "detection", device, runtime)
    return FaceCutter(
        FaceDetector(detector.network, DetectionSettings()),
        FaceInspector(PHOTOGRAPH),
        build_aligner(card),
        settings,
        recipe=f"{weights.fingerprint(detector.card)} {_alignment(card)}",
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


def build_stages(
    embedding_dir: Path, detection_dir: Path, device: str
) -> tuple[FaceDetector, Aligner, FaceEmbedder]:
    """What turns any picture into the embeddings of its faces.

    Raises:
        ModelError: A network is missing or damaged.
    """
    embedding = weights.load_model(embedding_dir, "embedding", device)
    detector = weights.load_model(detection_dir, "detection", device)
    return (
        FaceDetector(detector.network, DetectionSettings()),
        build_aligner(embedding.card),
        FaceEmbedder(embedding.network, embedding.card),
    )


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
        build_aligner(embedding.card),
        FaceEmbedder(embedding.network, embedding.card, batch=ONE),
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


def build_aligner(card: ModelCard) -> Aligner:
    """What cuts a face the way an embedding network wants it.

    Raises:
        ModelError: The card does not say how.
    """
    size = _crop_size(card)
    if card.template is not None:
        return LandmarkAligner(size, templates.landmarks(card.template, size))
    if card.margin is None:
        raise ModelError(f"{card.name}: the card of an embedding network must say its margin or its template")
    return FaceAligner(size, card.margin)


def _alignment(card: ModelCard) -> str:
    """Names all of a card that a crop depends on."""
    return f"{card.size} {card.margin if card.template is None else card.template}"


def _crop_size(card: ModelCard) -> int:
    """The side of the crops that an embedding network takes, in pixels.

    Raises:
        ModelError: Its card does not say, or says that they are no squares.
    """
    if card.size is None:
        raise ModelError(f"{card.name}: the card of an embedding network must say its size")
    height, width = card.size
    if height != width:
        raise ModelError(f"{card.name}: faces are cut as squares, and its card says {height}x{width}")
    return height
