"""From folders on disk to stages that are ready to run."""

import logging
from pathlib import Path

import numpy as np

from .. import networks
from ..errors import ModelError
from ..networks import templates
from ..networks.card import ModelCard
from ..networks.settings import SOONEST, Runtime
from ..storage.folders import current_of
from ..tracking.motion import Detector
from .enrolment import CropCutter, Cutter, FaceCutter, Recipe, StripCutter, Worker
from .gallery import store
from .gallery.corrections import corrected
from .gallery.identify import FaceIdentifier, NobodyKnown
from .protocols import Aligner, Background, Embedder, Identifier
from .recogniser import FaceAnalyzers, SharedIdentifier
from .records import Face
from .settings import (
    DETECTOR_DIRS,
    PHOTOGRAPH,
    CascadeSettings,
    DetectionSettings,
    EnrolmentSettings,
    Paths,
    PrepareSettings,
    QualitySettings,
)
from .stages.alignment import FaceAligner, LandmarkAligner, StripAligner
from .stages.background import KEPT, BackgroundRemover
from .stages.centerface import FaceDetector
from .stages.embedding import BATCH, ONE, FaceEmbedder, FusedEmbedder
from .stages.mtcnn import CascadeDetector
from .stages.quality import FaceInspector

log = logging.getLogger(__name__)


def build_worker(paths: Paths, device: str, settings: PrepareSettings, runtime: Runtime) -> Worker:
    """What turns photographs into crops and crops into embeddings.

    Args:
        paths: Where the networks lie.
        device: OpenVINO device that runs them.
        settings: Whether the pictures are crops already, and which of them are taken.
        runtime: How the networks use the processors.

    Raises:
        ModelError: A network is missing or damaged.
    """
    model = networks.load_model(paths.embedding_dir, "embedding", device, runtime)
    height, width = _crop_size(model.card)
    cutter: Cutter = CropCutter(width) if height == width else StripCutter(height, width)
    background: Background = KEPT
    if not settings.clarified:
        enrolment = EnrolmentSettings(keep_low_quality=settings.training.keep_low_quality)
        background = build_background(paths.background_dir, device, runtime)
        cutter = build_cutter(model.card, paths.detection_dir, background, device, enrolment, runtime)
    recipe = Recipe(
        cutter.recipe,
        width,
        networks.fingerprint(model.card),
        _alignment(model.card),
        background.fingerprint,
        model.card.usual,
    )
    return Worker(cutter, build_embedder(model), recipe)


def build_cutter(
    card: ModelCard,
    detection_dir: Path,
    background: Background,
    device: str,
    settings: EnrolmentSettings,
    runtime: Runtime,
) -> FaceCutter:
    """What takes the face out of a photograph, for the embedding network of this card.

    Raises:
        ModelError: The detector is missing or damaged.
    """
    detector = _load_detector(detection_dir, device, runtime)
    removal = f" without background {background.fingerprint}" if background.fingerprint else ""
    return FaceCutter(
        detector_of(detector),
        FaceInspector(PHOTOGRAPH),
        build_aligner(card),
        settings,
        recipe=f"{networks.fingerprint(detector.card)} {_alignment(card)}{removal}",
        background=background,
    )


def build_taker(paths: Paths, device: str) -> tuple[FaceCutter, Embedder]:
    """What takes the face out of a frame as it would out of a photograph, and what embeds it.

    Raises:
        ModelError: A network is missing or damaged.
    """
    model = networks.load_model(paths.embedding_dir, "embedding", device)
    background = build_background(paths.background_dir, device)
    settings = EnrolmentSettings()
    cutter = build_cutter(model.card, paths.detection_dir, background, device, settings, SOONEST)
    return cutter, build_embedder(model, ONE)


def build_detector(detection_dir: Path, device: str) -> Detector[Face]:
    """The detection stage.

    Raises:
        ModelError: The network is missing or damaged.
    """
    return detector_of(_load_detector(detection_dir, device))


def build_background(background_dir: Path | None, device: str, runtime: Runtime = SOONEST) -> Background:
    """What removes the background, or leaves it where no network is given.

    Raises:
        ModelError: The network is missing or damaged, or answers a picture with no mask.
    """
    if background_dir is None:
        return KEPT
    model = networks.load_background(background_dir, device, runtime)
    remover = BackgroundRemover(model.network, model.card, networks.fingerprint(model.card))
    try:  # a network that removes no background is told now, not before a camera
        remover.remove(np.zeros((8, 8, 3), np.uint8))
    except RuntimeError as error:
        raise ModelError(f"{background_dir}: this network does not answer to a single picture") from error
    return remover


def build_stages(paths: Paths, device: str) -> tuple[Detector[Face], Aligner, Embedder, Background]:
    """What turns any picture into the embeddings of its faces.

    Raises:
        ModelError: A network is missing or damaged.
    """
    embedding = networks.load_model(paths.embedding_dir, "embedding", device)
    return (
        build_detector(paths.detection_dir, device),
        build_aligner(embedding.card),
        build_embedder(embedding),
        build_background(paths.background_dir, device),
    )


def build_analyzers(paths: Paths, device: str, *, nobody: bool = False) -> FaceAnalyzers:
    """What all cameras share. It warns where photographs and frames are not treated alike.

    Args:
        paths: Where networks and classifiers lie.
        device: OpenVINO device that runs the networks.
        nobody: There may be no classifiers yet; everybody is a stranger then.

    Raises:
        ModelError: A network is missing or damaged.
        ClassifierError: The classifiers are missing, damaged or another network's.
    """
    embedding = networks.load_model(paths.embedding_dir, "embedding", device)
    background = build_background(paths.background_dir, device)
    identifier: Identifier = NobodyKnown()
    if not nobody or current_of(paths.classifiers_dir).exists():
        fingerprint = networks.fingerprint(embedding.card)
        classifiers = store.load(paths.classifiers_dir, fingerprint)
        identifier = corrected(FaceIdentifier(classifiers), paths.classifiers_dir, fingerprint)
        compare_background(paths.classifiers_dir, background.fingerprint)
    return FaceAnalyzers(
        build_detector(paths.detection_dir, device),
        FaceInspector(QualitySettings()),
        build_aligner(embedding.card),
        build_embedder(embedding, ONE),
        SharedIdentifier(identifier),
        background=background,
    )


def detector_of(model: networks.LoadedNetwork) -> Detector[Face]:
    """The stage that reads the answers of this network.

    Raises:
        ModelError: There is none.
    """
    kind = model.card.output
    if kind == "centerface":
        return FaceDetector(model.network, DetectionSettings())
    if kind == "mtcnn":
        return CascadeDetector((model.network, *model.further), model.card, CascadeSettings())
    raise ModelError(f"{model.card.name}: output is {kind!r}; detectors answer as centerface or as mtcnn")


def _load_detector(detection_dir: Path, device: str, runtime: Runtime = SOONEST) -> networks.LoadedNetwork:
    names = [name for name, folder in DETECTOR_DIRS.items() if folder == detection_dir]
    fetch = f"run `python download_models.py --detector {names[0]}`" if names else networks.FETCH
    return networks.load_model(detection_dir, "detection", device, runtime, fetch=fetch)


def compare_background(classifiers_dir: Path, removed_by: str) -> None:
    """Warn where classifiers were trained on pictures with another background than is looked at here.

    No more than that: embeddings with and without it are comparable, and their crops nearly alike.
    """
    trained = store.read_meta(classifiers_dir).background
    if trained != removed_by:
        told = "removed" if removed_by else "kept"
        log.warning(
            "%s: trained on pictures with the background %s, and here it is %s%s; "
            "give prepare.py and video.py the same --bg_remove_path",
            classifiers_dir,
            "removed" if trained else "kept",
            told,
            " by another network" if trained and removed_by else "",
        )


def build_embedder(model: networks.LoadedNetwork, batch: int = BATCH) -> Embedder:
    """What turns the crops that `build_aligner` cuts into embeddings, at most `batch` at once."""
    first = FaceEmbedder(model.network, model.card, batch)
    if model.second is None or model.card.second is None:
        return first
    second = FaceEmbedder(model.second.network, model.second.card, batch)
    return FusedEmbedder(first, second, model.card.second.share)


def build_aligner(card: ModelCard) -> Aligner:
    """What cuts a face the way an embedding network wants it, or both of two.

    Raises:
        ModelError: The card does not say how.
    """
    if card.second is None:
        return _square_aligner(card)
    return StripAligner(_square_aligner(card), _square_aligner(card.second.card))


def _square_aligner(card: ModelCard) -> FaceAligner | LandmarkAligner:
    size = _side(card)
    if card.template is not None:
        return LandmarkAligner(size, templates.landmarks(card.template, size))
    if card.margin is None:
        raise ModelError(f"{card.name}: the card of an embedding network must say its margin or its template")
    return FaceAligner(size, card.margin)


def _alignment(card: ModelCard) -> str:
    """Names all of a card that a crop depends on."""
    beside = f" beside {_alignment(card.second.card)}" if card.second else ""
    return f"{card.size} {card.margin if card.template is None else card.template}{beside}"


def _crop_size(card: ModelCard) -> tuple[int, int]:
    """Height and width of the crops that an embedding network takes, or two, in pixels; see `_side`."""
    side = _side(card)
    return side, side + (_side(card.second.card) if card.second else 0)


def _side(card: ModelCard) -> int:
    """The side of the squares that one network takes, in pixels.

    Raises:
        ModelError: Its card does not say, or says that they are no squares.
    """
    if card.size is None:
        raise ModelError(f"{card.name}: the card of an embedding network must say its size")
    height, width = card.size
    if height != width:
        raise ModelError(f"{card.name}: faces are cut as squares, and its card says {height}x{width}")
    return height
