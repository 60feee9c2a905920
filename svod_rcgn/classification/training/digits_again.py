"""The digits' network learned again: what people drew and corrected, beside the digits of the package.

It begins with the weights of the package's digits, so that some hundred steps are enough, and goes on with
those digits and the drawings mixed, so that nothing is forgotten (rehearsal: A. Robins, "Catastrophic
forgetting, rehearsal and pseudorehearsal", 1995).
"""

import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from ...datasets.collection import Dataset
from ...datasets.shootings import folds
from ...errors import InputError, ModelError, WorseError
from ...geometry import unit_rows
from ...networks import find_network, versions
from ...networks.card import CARD, CLASSIFICATION, read_card, write_card
from ...networks.class_labels import ClassLabel, write_labels
from ...records import FloatArray, Image
from ...reporter import Reporter
from ...reports.paired import chance_of_less
from ...reports.proportions import Proportion, proportion, proportion_by_cluster
from ...storage.files import sha256_of
from ...text import counted
from .. import build, settings
from ..digits import convnet, drawings, learn, learned_from
from ..digits.convnet import Schedule, Weights
from ..digits.distort import IntArray, batches
from ..digits.drawings import Drawings
from ..digits.learn import Digits
from ..digits.learned_from import LearnedFrom
from ..digits.negatives import negatives
from ..digits.read import read_framed
from ..stages.classify import Classifier
from . import digit_records
from .digit_records import Compared, DigitRecord, DrawingAnswer
from .version_comparison import BEYOND_CHANCE


@dataclass(frozen=True, slots=True)
class AgainSettings:
    """How drawings are learned.

    So many `steps` of `batch` digits at a rate of at most `peak`. Sittings are left out in at most `folds`
    turns, each learned for itself. Drawings are repeated until they are a `share` of the digits of the
    package, but none more than `most_times`. The limit of nearness is the `refused` quantile of the digits
    held out. For each digit of the package so many `negatives` are made.
    """

    steps: int = 120
    batch: int = 64
    peak: float = 0.02
    folds: int = 3
    share: float = 0.1
    most_times: int = 40
    refused: float = learn.LEARNING.refused
    negatives: float = learn.LEARNING.negatives
    seed: int = 0


AGAIN = AgainSettings()


def learn_again(
    dataset: Dataset, models_dir: Path, reporter: Reporter, wishes: AgainSettings = AGAIN
) -> DigitRecord:
    """Learn from the drawings of a dataset, and put what came of it in use if it is no worse.

    Args:
        dataset: Holds drawings of one digit each.
        models_dir: The folder of networks.
        reporter: Told how far it is; what it raises ends the learning, and nothing is changed.
        wishes: How.

    Raises:
        InputError: The network is not here, or there are no drawings.
        ModelError: The network is damaged, or the digits that it was learned from are not beside it.
        WorseError: It reads worse than the one in use, beyond chance; it is a version that is not in use.
        BusyError: Another run has been working here for a minute.
    """
    with threadpool_limits(1):  # for matrices so small threads wait longer than they work
        return _learn_again(dataset, models_dir, reporter, wishes)


def _learn_again(
    dataset: Dataset, models_dir: Path, reporter: Reporter, wishes: AgainSettings
) -> DigitRecord:
    begun = perf_counter()
    package = models_dir / settings.DIGITS
    if not (package / CARD).exists():
        find_network(settings.DIGITS, models_dir, CLASSIFICATION, settings.FETCH)
    lesson, drawn = _Lesson(package, wishes, reporter), drawings.read(dataset)
    answers = _left_out(lesson, drawn)
    reporter.say(f"learning {counted(len(drawn), 'drawing')}")
    weights = lesson.learned(drawn)
    with TemporaryDirectory(prefix="svod-") as scratch:
        made = Path(scratch)
        lesson.write(made, weights, drawn)
        record = _judged(lesson, made, drawn, answers)
        worse = _what_is_worse(record)
        record = replace(record, seconds=round(perf_counter() - begun, 1))
        record = _kept(package, made, record, used=not worse)
    if worse:
        raise WorseError(
            f"version {record.version} is not in use: {worse}; look whether each drawing is called what it "
            f"is, add more, or use it all the same (`models use {settings.DIGITS}@{record.version}`)"
        )
    return record


class _Lesson:
    """What is learned on: the weights and digits of the package, and digits held out."""

    def __init__(self, package: Path, wishes: AgainSettings, reporter: Reporter) -> None:
        self.package, self._wishes, self._reporter = package, wishes, reporter
        self.folds = wishes.folds
        self.seed = wishes.seed
        self.base: LearnedFrom = learned_from.read(package)
        self.held = _held_out(package)
        count = round(wishes.negatives * len(self.base.labels))
        self._others = negatives(self.base.framed, self.base.labels, count, wishes.seed)

    def say(self, line: str) -> None:
        """A new stage begins."""
        self._reporter.say(line)

    def learned(self, drawn: Drawings) -> Weights:
        """Weights that know drawings, too."""
        steps, base = self._wishes.steps, self.base
        times = self._times(len(drawn))
        framed = np.concatenate([base.framed, np.repeat(drawn.framed, times, 0)])
        labels = np.concatenate([base.labels, np.repeat(drawn.labels, times)])
        changed = batches(
            np.concatenate([framed, self._others]),
            learn.wished(labels, len(self._others)),
            self._wishes.batch,
            self.seed,
        )
        weights = convnet.train(
            learn.SHAPE,
            base.weights,
            changed,
            steps,
            Schedule(peak=self._wishes.peak),
            lambda step: self._reporter.progress(step + 1, steps),
        )
        if not all(np.isfinite(each).all() for each in (*weights.kernels, *weights.biases)):
            raise ModelError("the learning went astray; look whether each drawing is called what it is")
        return weights

    def _times(self, drawings: int) -> int:
        wanted = round(self._wishes.share * len(self.base.labels) / drawings)
        return max(1, min(self._wishes.most_times, wanted))

    def write(self, folder: Path, weights: Weights, drawn: Drawings) -> None:
        """Write the network that they make, with labels and card."""
        card = read_card(self.package)
        means = [learn.means_of(weights, self.base.framed, self.base.labels)]
        if len(drawn):
            means.append(_means_of_drawings(weights, drawn, means[0]))
        learn.write(weights, means, folder / card.file)
        write_labels(folder, tuple(ClassLabel(digit) for digit in drawings.DIGITS))
        known = unit_rows(learn.embed(weights, self.held.pictures))
        near = np.max([(known @ unit_rows(each).T).max(1) for each in means], 0)
        limit = round(float(np.quantile(near, self._wishes.refused)), 4)
        told = f"{card.name}, with {counted(len(drawn), 'drawing')}"
        source = f"{card.source}; {counted(len(drawn), 'drawing')} of the dataset, act {drawn.state}"
        digest = sha256_of(folder / Path(card.file).with_suffix(".bin"))
        write_card(
            folder, replace(card, name=told, source=source, source_sha256=digest, least_nearness=limit)
        )


def _means_of_drawings(weights: Weights, drawn: Drawings, means: FloatArray) -> FloatArray:
    """The mean embedding of each digit's drawings; of a digit without any, that of the package's."""
    known = unit_rows(learn.embed(weights, drawn.framed))
    found: FloatArray = means.copy()
    for digit in set(drawn.labels.tolist()):
        found[digit] = known[drawn.labels == digit].mean(0)
    return found


def _held_out(package: Path) -> Digits:
    """Digits of the package that no version learns from, in their frame."""
    try:
        with (package / learn.HELD_OUT).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            held = Digits(kept["pictures"], kept["labels"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{package / learn.HELD_OUT}: damaged ({error}); {learned_from.MEND}") from error
    return Digits(held.framed, held.labels)


def _left_out(lesson: _Lesson, drawn: Drawings) -> tuple[DrawingAnswer, ...]:
    """What each drawing is read as by a network that has not learned from its sitting."""
    rows = {each: row for row, each in enumerate(drawn.hashes)}
    sittings = [
        tuple(drawn.hashes[row] for row in np.flatnonzero(drawn.sittings == number))
        for number in sorted(set(drawn.sittings.tolist()))
    ]
    turns = min(lesson.folds, len(sittings))
    if turns < 2:  # noqa: PLR2004 - one to learn from, and one to be asked
        return ()
    labels = {each: (str(drawn.labels[row]),) for each, row in rows.items()}
    answers: list[DrawingAnswer] = []
    for turn, split in enumerate(folds(sittings, labels, turns, lesson.seed), 1):
        lesson.say(f"leaving sittings out, {turn} of {turns}")
        taught = drawn.chosen([rows[each] for each in split.train])
        asked = drawn.chosen([rows[each] for each in split.left_out])
        answers += _answers(lesson, taught, asked)
    return tuple(answers)


def _answers(lesson: _Lesson, taught: Drawings, asked: Drawings) -> list[DrawingAnswer]:
    with TemporaryDirectory(prefix="svod-") as scratch:
        lesson.write(Path(scratch), lesson.learned(taught), taught)
        read = read_framed(_open(Path(scratch)), asked.framed)
    return [
        DrawingAnswer(picture, str(digit), each)
        for picture, digit, each in zip(asked.hashes, asked.labels.tolist(), read, strict=True)
    ]


def _open(folder: Path) -> Classifier:
    return build.load_classifier(str(folder.resolve()), folder.parent)


def _judged(lesson: _Lesson, made: Path, drawn: Drawings, answers: tuple[DrawingAnswer, ...]) -> DigitRecord:
    """How a network fares beside the one in use."""
    used = _open(lesson.package)
    counts, sittings = drawn.counts, drawn.sittings_count
    notes = drawn.notes
    if not answers:
        notes = (
            *notes,
            "all drawings are of one sitting, so nothing says yet how well others of the kind will be read; "
            "correct some more another time",
        )
    return DigitRecord(
        version=0,
        created=_now(),
        seconds=0.0,
        state=drawn.state,
        drawings=counts,
        sittings=sittings,
        held_out=_on_held_out(used, _open(made), lesson.held),
        left_out=_on_drawings(lesson.package, used, drawn, answers),
        answers=answers,
        learned=drawn.hashes,
        notes=notes,
    )


def _on_held_out(used: Classifier, made: Classifier, held: Digits) -> Compared:
    before, now = (_right(each, held.pictures, held.labels) for each in (used, made))
    gains = [after - was for was, after in zip(before, now, strict=True)]
    return Compared(_share(before), _share(now), chance_of_less(gains))


def _on_drawings(
    package: Path, used: Classifier, drawn: Drawings, answers: tuple[DrawingAnswer, ...]
) -> Compared:
    """Both judged by drawings that neither had learned from when it was asked."""
    rows = {each: row for row, each in enumerate(drawn.hashes)}
    earlier = _earlier(package, used, drawn)
    fair = [each for each in answers if each.picture in earlier]
    before = np.array([earlier[each.picture] == each.digit for each in fair], int)
    now = np.array([each.read == each.digit for each in fair], int)
    sittings = np.array([drawn.sittings[rows[each.picture]] for each in fair], np.int64)
    gains = [int((now - before)[sittings == each].sum()) for each in sorted(set(sittings.tolist()))]
    return Compared(
        proportion_by_cluster(before, sittings), proportion_by_cluster(now, sittings), chance_of_less(gains)
    )


def _earlier(package: Path, used: Classifier, drawn: Drawings) -> dict[str, str | None]:
    """What the network in use says of drawings that it did not learn from, and said of those left out."""
    record = _record(versions.folder_of(package))
    left_out = {} if record is None else {each.picture: each.read for each in record.answers}
    learned = set() if record is None else set(record.learned)
    rows = [row for row, each in enumerate(drawn.hashes) if each not in learned]
    asked = drawn.chosen(rows)
    return {**left_out, **dict(zip(asked.hashes, read_framed(used, asked.framed), strict=True))}


def _record(folder: Path) -> DigitRecord | None:
    try:
        return digit_records.read(folder)
    except InputError:
        return None


def _right(classifier: Classifier, framed: Image, labels: IntArray) -> list[bool]:
    read = read_framed(classifier, framed)
    return [each == str(label) for each, label in zip(read, labels.tolist(), strict=True)]


def _share(right: Sequence[bool]) -> Proportion | None:
    return proportion(sum(right), len(right))


def _what_is_worse(record: DigitRecord) -> str:
    """Of what fewer are read rightly, beyond chance, and how many; "" where nothing is worse."""
    for what, each in (("digits held out", record.held_out), ("drawings left out", record.left_out)):
        if each.chance < BEYOND_CHANCE and each.now and each.before:
            of = f"{each.now.count:,} of {each.now.trials:,} {what}"
            return f"it reads {of} rightly, and the one in use {each.before.count:,}"
    return ""


def _kept(package: Path, made: Path, record: DigitRecord, *, used: bool) -> DigitRecord:
    """Keep a network as the next version, in use or not; the first is the one that was fetched."""
    shelf = versions.beside(package)
    if not versions.numbers(shelf):
        with versions.new_version(shelf) as (number, folder):
            _fill(folder, package, _of_package(number, record))
    with versions.new_version(shelf, used=used) as (number, folder):
        record = replace(record, version=number)
        _fill(folder, made, record)
    return record


def _of_package(number: int, record: DigitRecord) -> DigitRecord:
    """What is known of the network that was fetched."""
    held_out = Compared(None, record.held_out.before)
    nothing = (0,) * len(record.drawings)
    return DigitRecord(number, record.created, 0.0, 0, nothing, 0, held_out, Compared(None, None))


def _fill(folder: Path, source: Path, record: DigitRecord) -> None:
    card = read_card(source)
    assert card.labels is not None
    for name in (card.file, str(Path(card.file).with_suffix(".bin")), card.labels):
        shutil.copyfile(source / name, folder / name)
    digit_records.write(folder, record)
    write_card(folder, replace(card, version=str(record.version)))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
