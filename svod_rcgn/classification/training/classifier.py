"""A network of one's own, from a dataset to a version that is in use."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from ...datasets.collection import Dataset
from ...errors import InputError
from ...networks import find_network, fingerprint, versions
from ...networks.card import CLASSIFICATION, ModelCard, read_card, write_card
from ...networks.class_labels import FILE as LABELS
from ...networks.class_labels import write_labels
from ...networks.convert import linear_head
from ...networks.convert.linear_head import LinearHead
from ...reporter import Reporter
from ...text import counted
from .. import settings
from . import examples, head_file, negative_examples, records
from .examples import Example, Lessons, Tagged
from .learned import EpochDone, Learned, learn_head
from .negative_examples import Negatives
from .records import ClassRecord, NegativesRecord, TrainingRecord
from .version_comparison import Comparison, compare_with_used
from .views import Backbone, Halves, PictureFeatures, Unread

NETWORK = "network.xml"
MANY = 5000  # pictures from which on the plain view is enough
_NAMED = 3


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What is wished: the network's name, where networks lie, which one is learned on, and how.

    `none` is a class of the dataset, or a folder, with pictures of none of the classes. With `int8` the
    network counts in 8 bits, and the full one lies beside it.
    """

    name: str
    models_dir: Path = settings.MODELS_DIR
    backbone: str = settings.IMAGENET
    device: str = "CPU"
    none: str | None = None
    int8: bool = False
    seed: int = 0
    refuse_worse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is learned from: (n, views, length) features, what is said, and notes on what is left out."""

    dataset: str
    tagged: Tagged
    lessons: Lessons
    features: Halves
    source: str
    notes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A version that was learned: its folder and record, what changed with it, and what taught it."""

    folder: Path
    record: TrainingRecord
    comparison: Comparison | None
    material: Material


def train_classifier(
    dataset: Dataset, request: TrainingRequest, reporter: Reporter, epoch_done: EpochDone = lambda _: None
) -> Trained:
    """Learn a network of one's own, and let it be the version in use.

    Args:
        dataset: What to learn from.
        request: What is wished.
        reporter: Told what is done, and how many pictures are looked at.
        epoch_done: Told how each epoch fares.

    Raises:
        DatasetError: It says nothing of its pictures, or the network cannot be called so.
        ModelError: The backbone is missing or damaged, or another network has the name.
        InputError: There are no such networks or negatives.
        BusyError: Another run has been working here for a minute.
        WorseError: As `refuse_worse` asks for.
    """
    begun = perf_counter()
    check(request)
    backbone = Backbone(_backbone(request), request.device)
    material = gather(dataset, backbone, request, reporter)
    for note in material.notes:
        reporter.say(note)
    with threadpool_limits(1):  # for matrices so small threads wait longer than they work
        learned = learn_head(material.features, material.lessons, epoch_done)
    return write_version(request, learned, material, backbone, reporter, begun)


def check(request: TrainingRequest) -> None:
    """Make sure that a network can be called so, and that its versions can be written.

    Raises:
        InputError: It cannot be called so.
        ModelError: Something else has the name.
    """
    _directory(request)


def write_version(
    request: TrainingRequest,
    learned: Learned,
    material: Material,
    backbone: Backbone,
    reporter: Reporter,
    begun: float,
) -> Trained:
    """Write what was learned as the next version, which is in use then.

    Args:
        request: What was wished.
        learned: The head.
        material: What it was learned from.
        backbone: What it was learned on.
        reporter: Told what takes long.
        begun: When the learning began, by `perf_counter`.

    Raises:
        WorseError: As `refuse_worse` asks for.
        BusyError: Another run has been working here for a minute.
    """
    directory = _directory(request)
    with versions.new_version(directory) as (number, fresh):
        card = _write_network(fresh, number, learned, material, backbone, request.name)
        eight_bits = None
        if request.int8:
            from .eight_bits import make_eight_bits

            reporter.say("making it count in 8 bits")
            card, eight_bits = make_eight_bits(fresh, card, learned, material.lessons)
        record = record_of(request.name, str(number), material, learned, backbone)
        record = replace(record, eight_bits=eight_bits, seconds=round(perf_counter() - begun, 3))
        comparison = compare_with_used(directory, record, refuse_worse=request.refuse_worse)
        records.write(fresh, record)
        write_card(fresh, card)
    return Trained(directory / str(number), record, comparison, material)


def _backbone(request: TrainingRequest) -> Path:
    """Where the network lies that is learned on."""
    return find_network(request.backbone, request.models_dir, CLASSIFICATION, settings.FETCH)


def _directory(request: TrainingRequest) -> Path:
    """Where the versions of the network lie, or will."""
    if versions.split_name(request.name)[1] is not None:
        raise InputError(f"{request.name}: NAME@3 means the third version of NAME; give another --name")
    directory = versions.directory_of(request.name, request.models_dir)
    versions.check_free(directory)
    versions.check_task(directory, CLASSIFICATION)
    return directory


def gather(dataset: Dataset, backbone: Backbone, request: TrainingRequest, reporter: Reporter) -> Material:
    """Read what a dataset says and what the backbone makes of its pictures.

    Raises:
        DatasetError: It says nothing of its pictures.
        InputError: There are no such negatives.
        BusyError: Another run has been working here for a minute.
    """
    tagged, none = examples.read(dataset), Negatives((), "", grouped=True)
    if request.none is not None:
        tagged, none = negative_examples.find(request.none, tagged)
    begun = perf_counter()
    kept, every = PictureFeatures(dataset, backbone), (*tagged.examples, *none.examples)
    others = len(every) <= MANY
    unread = _bring(kept, every, reporter, others=others)
    seconds = perf_counter() - begun
    gone = {each.picture for each in unread}
    used, against = (
        [each for each in some if each.picture not in gone] for some in (tagged.examples, none.examples)
    )
    groups = list(tagged.groups)
    if not none.grouped:
        groups += negative_examples.grouped(against, kept.plain([each.picture for each in against]))
    lessons = examples.make_lessons(used, against, groups, request.seed)
    hashes = [each.picture for each in lessons.examples]
    features = kept.plain(hashes)[:, None]
    if others:
        features = np.concatenate([features, kept.others(hashes)], 1)
    notes = _notes(tagged, lessons, unread)
    return Material(dataset.name, tagged, lessons, features, none.source, notes, seconds)


def _bring(
    kept: PictureFeatures, every: Sequence[Example], reporter: Reporter, *, others: bool
) -> list[Unread]:
    lacking = set(kept.missing([each.picture for each in every], others=others))
    if lacking:
        reporter.say(f"looking at {counted(len(lacking), 'picture')}")
    paths = {each.picture: each.path for each in every if each.picture in lacking}
    return kept.bring(paths, others=others, done=reporter.progress)


def _notes(tagged: Tagged, lessons: Lessons, unread: Sequence[Unread]) -> tuple[str, ...]:
    """What is left out, and what cannot be told."""
    names = {each.picture: each.name for each in tagged.examples}
    notes = [
        f"left out: {names.get(each.picture, each.picture[:12])}: {each.problem}" for each in unread[:_NAMED]
    ]
    if len(unread) > _NAMED:
        notes.append(f"left out: {len(unread) - _NAMED} more that cannot be read")
    empty = [label for label in tagged.classes if label not in lessons.labels]
    if empty:
        notes.append(
            f"left out: {', '.join(empty[:_NAMED])}{' and more' * (len(empty) > _NAMED)}: no pictures"
        )
    single = [label for label, (_, shootings) in examples.counts_of(lessons).items() if shootings == 1]
    if single:
        told = f"{', '.join(single[:_NAMED])}{' and more' * (len(single) > _NAMED)}"
        notes.append(
            f"{told}: all of one shooting, so nothing says how well it is told; take more another time"
        )
    if len(lessons.labels) == 1 and not lessons.independent:
        notes.append(f"{lessons.labels[0]} is the only class: the network says whether a picture is like it")
    return tuple(notes)


def _write_network(
    folder: Path, number: int, learned: Learned, material: Material, backbone: Backbone, name: str
) -> ModelCard:
    """Write the network and its labels; the card comes last, when all files are there."""
    head = head_of(learned, material.lessons)
    linear_head.write(backbone.file, head, folder / NETWORK)
    head_file.write(folder, head)
    write_labels(folder, learned.labels)
    digest = hashlib.sha256(backbone.card.source_sha256.encode())
    for part in (head.weights, head.biases, head.means):
        digest.update(part.tobytes())
    return replace(
        backbone.card,
        name=f"{name}, {counted(len(learned.labels), 'class')}",
        file=NETWORK,
        files={},
        source=f"dataset {material.dataset}, act {material.tagged.state}; on {backbone.card.name}",
        source_sha256=digest.hexdigest(),
        labels=LABELS,
        least_nearness=learned.least_nearness,
        independent=material.lessons.independent,
        version=str(number),
    )


def head_of(learned: Learned, lessons: Lessons) -> LinearHead:
    """What is written behind the backbone."""
    near = learned.nearness
    return LinearHead(
        learned.weights, learned.biases, near.means, near.ceiling, lessons.independent, learned.mirrored
    )


def write_onnx(trained: Trained, target: Path) -> None:
    """Write the full network of a version as ONNX; how it is fed and what it says is in the metadata.

    Raises:
        ModelError: The package `onnx` is not installed.
    """
    from ...networks.convert import onnx_file

    card, record = read_card(trained.folder), trained.record
    about = {
        "name": record.name,
        "version": record.version,
        "labels": json.dumps(record.labels, ensure_ascii=False),
        "fed": f"{card.layout} {card.colour} (pixel - {card.mean}) / {card.scale}, whole pictures squashed",
        "least_nearness": "" if record.least_nearness is None else f"{record.least_nearness:.4f}",
        "licence": card.licence,
    }
    onnx_file.write(trained.folder / NETWORK, target, about)


def record_of(
    name: str, version: str, material: Material, learned: Learned, backbone: Backbone
) -> TrainingRecord:
    """All that is known of a training, apart from how long it took."""
    lessons, judged = material.lessons, learned.left_out
    counts = examples.counts_of(lessons)
    asked = set(judged.rows.tolist())
    unasked = [each.picture for row, each in enumerate(lessons.examples[lessons.known]) if row not in asked]
    return TrainingRecord(
        format_version=records.FORMAT_VERSION,
        name=name,
        version=version,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        dataset=material.dataset,
        state=material.tagged.state,
        backbone_name=backbone.card.name,
        backbone=fingerprint(backbone.card),
        precision=backbone.precision,
        independent=lessons.independent,
        classes=tuple(ClassRecord(each.label, *counts[each.label], each.limit) for each in learned.labels),
        pictures=len(lessons.examples) - lessons.negatives,
        shootings=len(set(lessons.shootings[lessons.known].tolist())),
        epochs=learned.chosen.epochs,
        best=learned.chosen.best,
        accuracy=judged.accuracy,
        loss=judged.loss,
        temperature=learned.temperature,
        least_nearness=learned.least_nearness,
        kept=judged.kept,
        mirrored=learned.mirrored,
        negatives=NegativesRecord(material.source, judged.let_in) if judged.let_in else None,
        eight_bits=None,
        left_out=judged.answers,
        unasked=tuple(unasked),
        notes=material.notes,
        seconds=0.0,
        features_seconds=round(material.seconds, 3),
    )
