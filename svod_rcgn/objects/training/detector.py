"""A detector of one's own, from a dataset to a version that is in use."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from ...datasets.collection import Dataset
from ...errors import DatasetError, InputError
from ...networks import find_network, versions
from ...networks.card import CLASSIFICATION, OBJECTS, ModelCard, read_card, write_card
from ...networks.class_labels import FILE as LABELS
from ...networks.class_labels import ClassLabel, write_labels
from ...networks.convert import cell_head
from ...networks.convert.cell_head import CellHead
from ...records import FloatArray
from ...reporter import Reporter
from ...storage import files
from ...text import counted
from .. import settings
from ..evaluation import boxed_pictures
from ..evaluation.boxed_pictures import FOLDS, BoxedPicture, BoxedPictures
from ..records import Candidates, Rows
from ..stages import centernet
from . import input_size, left_out_boxes, records, score_calibration
from .cell_answers import answers, candidates
from .cell_regression import CellScale, learn_head, scale_of_cells
from .cell_samples import CellSamples, features_of, sampled
from .input_size import InputSize
from .picture_maps import PLAIN, VIEWS, MapBackbone, PictureMaps, Unread, boxes_of
from .records import DetectorRecord
from .targets import HARDLY, CellTargets, targets_of

NETWORK = "network.xml"
BACKBONE = "imagenet"
FETCH = {BACKBONE: "run `python download_models.py --classes`"}
_NAMED = 3


@dataclass(frozen=True, slots=True)
class DetectorRequest:
    """What is wished: the network's name, where networks lie, which one is learned on, and how.

    With `int8` the network counts in 8 bits, and the full one lies beside it.
    """

    name: str
    models_dir: Path = settings.MODELS_DIR
    backbone: str = BACKBONE
    device: str = "CPU"
    int8: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is learned from: pictures that can be read, how they are fed, and their maps."""

    dataset: str
    pictures: BoxedPictures
    size: InputSize
    backbone: MapBackbone
    maps: PictureMaps
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class LearnedDetector:
    """A head, and what heads that had left pictures out found in these, in the order of the pictures."""

    head: CellHead
    found: tuple[Candidates, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TrainedDetector:
    """A version that was learned: its folder and record, what taught it, and what was found when left out."""

    folder: Path
    record: DetectorRecord
    material: Material
    found: tuple[Candidates, ...]


def train_detector(dataset: Dataset, request: DetectorRequest, reporter: Reporter) -> TrainedDetector:
    """Learn a detector of one's own, and let it be the version in use.

    Args:
        dataset: What to learn from.
        request: What is wished.
        reporter: Told what is done, and how many pictures are looked at.

    Raises:
        DatasetError: It has no boxes, or the network cannot be called so.
        ModelError: The backbone is missing or damaged, or another network has the name.
        InputError: There are no such networks.
        BusyError: Another run has been working here for a minute.
    """
    begun = perf_counter()
    directory = directory_of(request)
    material = gather(dataset, request, reporter)
    for note in material.pictures.notes:
        reporter.say(note)
    reporter.say(_told(material))
    with threadpool_limits(1):  # for matrices so small threads wait longer than they work
        learned = learn(material, request.seed, reporter)
    scores, precision, interval = left_out_boxes.judge(learned.found, material.pictures)
    with versions.new_version(directory) as (number, fresh):
        limits = [each.limit for each in scores]
        card = _write_network(fresh, str(number), learned.head, limits, material, request.name)
        record = replace(
            record_of(request.name, str(number), material, learned.found),
            classes=scores,
            precision=precision,
            interval=interval,
            seconds=round(perf_counter() - begun, 3),
        )
        record = complete(fresh, card, record, material, request, reporter)
    return TrainedDetector(directory / str(number), record, material, learned.found)


def directory_of(request: DetectorRequest) -> Path:
    """Where the versions of the network lie, or will."""
    if versions.split_name(request.name)[1] is not None:
        raise InputError(f"{request.name}: NAME@3 means the third version of NAME; give another --name")
    directory = versions.directory_of(request.name, request.models_dir)
    versions.check_free(directory)
    versions.check_task(directory, OBJECTS)
    return directory


def _told(material: Material) -> str:
    size, boxes = material.size, sum(len(each.truth.boxes) for each in material.pictures.pictures)
    told = f"{counted(boxes, 'box')} in {counted(len(material.pictures.pictures), 'picture')}"
    return f"{told}, fed as {size.width}x{size.height} with cells of {size.stride} pixels"


def gather(dataset: Dataset, request: DetectorRequest, reporter: Reporter) -> Material:
    """Read what a dataset says of boxes, and what the backbone makes of its pictures.

    Raises:
        DatasetError: It has no boxes, or none of its pictures can be read.
        ModelError: The backbone is missing or damaged.
        BusyError: Another run has been working here for a minute.
    """
    pictures = boxed_pictures.read(dataset, request.seed)
    size = input_size.choose(pictures)
    directory = find_network(request.backbone, request.models_dir, CLASSIFICATION, FETCH)
    backbone = MapBackbone(directory, size, request.device)
    maps = PictureMaps(dataset, backbone)
    begun = perf_counter()
    paths = {each.picture: each.path for each in pictures.pictures}
    if lacking := maps.missing(list(paths)):
        reporter.say(f"looking at {counted(len(lacking), 'picture')}")
    unread = maps.bring(paths, reporter.progress)
    pictures = _without(pictures, unread)
    return Material(dataset.name, pictures, size, backbone, maps, perf_counter() - begun)


def _without(pictures: BoxedPictures, unread: Sequence[Unread]) -> BoxedPictures:
    """Those that can be read."""
    gone = {each.picture for each in unread}
    rows = [row for row, each in enumerate(pictures.pictures) if each.picture not in gone]
    kept = tuple(pictures.pictures[row] for row in rows)
    if not any(len(each.truth.boxes) for each in kept):
        raise DatasetError(f"no picture with a box can be read: {unread[0].problem}")
    notes = [f"left out: {each.problem}" for each in unread[:_NAMED]]
    if len(unread) > _NAMED:
        notes.append(f"left out: {len(unread) - _NAMED} more that cannot be read")
    return replace(pictures.at(np.array(rows, np.intp)), notes=(*pictures.notes, *notes))


def learn(material: Material, seed: int, reporter: Reporter) -> LearnedDetector:
    """Learn a head from all pictures, and one for each turn in which some are left out."""
    samples = _samples(material, seed)
    scale = scale_of_cells(samples.features)
    folds = material.pictures.folds
    found: dict[int, Candidates] = {}
    for turn in range(FOLDS):
        rows = np.flatnonzero(folds == turn)
        if len(rows):
            head = _head(samples.at(np.flatnonzero(folds[samples.pictures] != turn)), scale, material)
            found |= {int(row): _look(head, material, int(row)) for row in rows}
        reporter.progress(turn + 1, FOLDS + 1)
    head = _head(samples, scale, material)
    reporter.progress(FOLDS + 1, FOLDS + 1)
    ordered = [found[row] for row in range(len(folds))]
    scaling = score_calibration.scaling(ordered, material.pictures)
    told = tuple(score_calibration.scaled(each, scaling) for each in ordered)
    return LearnedDetector(score_calibration.scaled_head(head, scaling), told)


def _head(samples: CellSamples, scale: CellScale, material: Material) -> CellHead:
    backbone = material.backbone
    return learn_head(samples, scale, backbone.blocks, backbone.maps, material.size.stride)


def _look(head: CellHead, material: Material, row: int) -> Candidates:
    picture = material.pictures.pictures[row]
    told = answers(material.maps.of(picture.picture, PLAIN), head, material.size)
    found = candidates(told, head.classes, material.size)
    return left_out_boxes.in_picture(found, picture, material.size)


def _samples(material: Material, seed: int) -> CellSamples:
    every = [(row, view) for row in range(len(material.pictures.pictures)) for view in VIEWS]
    targets = {each: _targets(material, *each) for each in every}
    shown = sum(int((each.nearness >= HARDLY).sum()) for each in targets.values())

    def cells() -> Iterator[tuple[int, FloatArray, CellTargets]]:
        for (row, view), aims in targets.items():
            maps = material.maps.of(material.pictures.pictures[row].picture, view)
            yield row, features_of(maps, material.backbone.blocks, material.size), aims

    return sampled(cells(), len(every), shown, seed)


def _targets(material: Material, row: int, view: str) -> CellTargets:
    picture: BoxedPicture = material.pictures.pictures[row]
    classes: Rows = picture.truth.classes
    return targets_of(
        boxes_of(picture, material.size, view), classes, len(material.pictures.labels), material.size
    )


def _write_network(
    folder: Path, number: str, head: CellHead, limits: Sequence[float], material: Material, name: str
) -> ModelCard:
    """Write the network and its labels; the card comes last, when all files are there."""
    cell_head.write(material.backbone.file, material.size.size, head, folder / NETWORK)
    write_limits(folder, material.pictures.labels, limits)
    return card_of(material, name, number, (*head.weights, head.biases))


def complete(
    folder: Path,
    card: ModelCard,
    record: DetectorRecord,
    material: Material,
    request: DetectorRequest,
    reporter: Reporter,
) -> DetectorRecord:
    """Make a version count in 8 bits where that is wished for, and write its record and card."""
    if request.int8:
        from .int8_detector import make_eight_bits

        reporter.say("making it count in 8 bits")
        card, eight_bits = make_eight_bits(folder, card, material.pictures)
        record = replace(record, eight_bits=eight_bits)
    files.write_record(folder / records.FILE, record)
    write_card(folder, card)
    return record


def write_limits(folder: Path, labels: Sequence[str], limits: Sequence[float]) -> None:
    """Write the classes, each with the score from which it counts."""
    told = zip(labels, limits, strict=True)
    write_labels(folder, tuple(ClassLabel(label, limit=limit) for label, limit in told))


def card_of(material: Material, name: str, number: str, weights: Iterable[FloatArray]) -> ModelCard:
    """The card of a version, whose weights are those besides the backbone's."""
    backbone, labels = material.backbone, material.pictures.labels
    digest = hashlib.sha256(backbone.card.source_sha256.encode())
    for part in weights:
        digest.update(part.tobytes())
    return replace(
        backbone.card,
        task=OBJECTS,
        name=f"{name}, {counted(len(labels), 'class')}",
        file=NETWORK,
        files={},
        output=centernet.NAME,
        source=f"dataset {material.dataset}, act {material.pictures.state}; on {backbone.name}",
        source_sha256=digest.hexdigest(),
        batch=1,
        labels=LABELS,
        least_nearness=None,
        independent=False,
        version=number,
        overlap=left_out_boxes.OVERLAP,
        strides=(material.size.stride,),
    )


def write_onnx(trained: TrainedDetector, target: Path) -> None:
    """Write the full network of a version as ONNX; how it is fed and what it says is in the metadata.

    Raises:
        ModelError: The package `onnx` is not installed.
    """
    from ...networks.convert import onnx_file

    card, record = read_card(trained.folder), trained.record
    limits = {each.label: each.limit for each in record.classes}
    about = {
        "name": record.name,
        "version": record.version,
        "limits": json.dumps(limits, ensure_ascii=False),
        "fed": f"{card.layout} {card.colour} (pixel - {card.mean}) / {card.scale}, in the upper left corner",
        "read": f"heat: peaks of cells of {record.stride} pixels; reach: left, top, right, bottom of corners",
        "overlap": f"{record.overlap:g}",
        "licence": card.licence,
    }
    onnx_file.write(trained.folder / NETWORK, target, about)


def record_of(name: str, version: str, material: Material, found: Sequence[Candidates]) -> DetectorRecord:
    """What is known of a version before it was judged; `found` is what is told of the pictures, left out."""
    pictures, backbone = material.pictures, material.backbone
    return DetectorRecord(
        format_version=records.FORMAT_VERSION,
        name=name,
        version=version,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        dataset=material.dataset,
        state=pictures.state,
        backbone_name=backbone.name,
        backbone=backbone.fingerprint,
        counted_in=backbone.precision,
        size=material.size.size,
        stride=material.size.stride,
        overlap=left_out_boxes.OVERLAP,
        classes=(),
        pictures=len(pictures.pictures),
        shootings=len(set(pictures.groups.tolist())),
        precision=None,
        interval=None,
        left_out=left_out_boxes.recorded(found, pictures),
        taught=tuple(each.picture for each in pictures.pictures),
        notes=pictures.notes,
        seconds=0.0,
        maps_seconds=round(material.seconds, 3),
    )
