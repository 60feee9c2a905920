"""From what is aligned to classifiers in place, with a report of what they are worth."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from ...errors import InputError, WorseError
from ...records import FloatArray
from ...storage.files import encoded, read_record
from ...storage.folders import current_of
from .. import enrolment
from ..enrolment import AlignedIndex, AlignedPicture, Embeddings, Gallery
from ..gallery import corrections, store, vet
from ..gallery.corrections import Correction
from ..gallery.store import Person
from ..gallery.vet import Duplicate, Finding, Mislabelled
from ..settings import Paths
from . import train
from .calibrate import RejectedFaces
from .report.comparison import Comparison, compare, comparison_lines
from .report.measures import FORMAT_VERSION, RejectedFace, Report, ReportPicture, Suspect, measure

REPORT_FILE = "report.json"
PAGE_FILE = "report.html"
MOST_TOLD = 3


@dataclass(frozen=True, slots=True, eq=False)
class UpdateResult:
    """What was put in place.

    `reasons` say, by the name of the crop, why some were not trained on; `comparison` is None where
    the set before left no report.
    """

    persons: Sequence[Person]
    reasons: Mapping[str, str]
    report: Report
    comparison: Comparison | None


def update_classifiers(
    paths: Paths, index: AlignedIndex, embeddings: Embeddings, aligned: Path, *, refuse_worse: bool = False
) -> UpdateResult:
    """Train on what is aligned, has an embedding and is not doubted, and put the classifiers in place.

    Args:
        paths: Where classifiers and pictures lie.
        index: What is aligned, and how it is to be trained on.
        embeddings: Of the crops.
        aligned: The folder in which the crops lie now.
        refuse_worse: Keep the classifiers in place when somebody would be known worse.

    Raises:
        InputError: Nothing has an embedding.
        WorseError: As `refuse_worse` asks for.
    """
    from .report.page import render  # matplotlib is slow to import

    whole = enrolment.assemble(index, embeddings)
    found = vet.vet(whole.embeddings, whole.labels)
    gallery, reasons = whole, {}
    if not index.training.keep_low_quality:
        gallery, reasons = _without(whole, found), _reasons(found, whole, index)
    rejected = _rejections(paths.classifiers_dir, embeddings.model, gallery)
    trained = train.train(
        gallery.persons,
        gallery.embeddings,
        gallery.labels,
        index.training.false_accept_rate,
        _faces(rejected, gallery),
        embeddings.usual,
    )
    used, refused = _portraits(index, gallery, reasons, aligned, paths.aligned_dir)
    suspects = _suspects(found, whole, index)
    report = measure(trained.classifiers, trained.calibration, used, refused, suspects)
    report = replace(report, rejected=_told(rejected, trained.calibration.rejected.likeness))
    comparison = _compared(report, paths.classifiers_dir, refuse_worse=refuse_worse)
    files = {REPORT_FILE: encoded(report), PAGE_FILE: render(report, used, refused).encode()}
    previews = enrolment.previews(index, aligned)
    place, model = paths.classifiers_dir, embeddings.model
    store.save(trained.classifiers, place, model, previews, files, index.background)
    return UpdateResult(gallery.persons, reasons, report, comparison)


def read_report(classifiers_dir: Path) -> Report | None:
    """The report of the training in place; None where there is none of this format that can be read."""
    try:
        report = read_record(current_of(classifiers_dir) / REPORT_FILE, Report)
    except InputError:
        return None
    return report if report.format_version == FORMAT_VERSION else None


def _compared(report: Report, classifiers_dir: Path, *, refuse_worse: bool) -> Comparison | None:
    before = read_report(classifiers_dir)
    comparison = compare(before, report) if before else None
    if refuse_worse and comparison and comparison.worse:
        raise WorseError(_refusal(classifiers_dir, comparison))
    return comparison


def _refusal(folder: Path, comparison: Comparison) -> str:
    lines = comparison_lines(Comparison(comparison.pictures, comparison.worse))
    more = [f"and {len(lines) - MOST_TOLD} more"] if len(lines) > MOST_TOLD else []
    return (
        f"{folder}: kept as it was; {'; '.join([*lines[:MOST_TOLD], *more])}; "
        "look at the pictures that are new, or run without --refuse_worse"
    )


def _rejections(classifiers_dir: Path, model: str, gallery: Gallery) -> list[Correction]:
    length = gallery.embeddings.shape[1]
    known = corrections.read(classifiers_dir)
    found = corrections.rejections(known, model, {person.name for person in gallery.persons})
    return [each for each in found if len(each.vector) == length]


def _faces(rejected: Sequence[Correction], gallery: Gallery) -> RejectedFaces | None:
    if not rejected:
        return None
    labels = {person.name: label for label, person in enumerate(gallery.persons)}
    return RejectedFaces(
        np.stack([each.vector for each in rejected]), np.array([labels[str(each.was)] for each in rejected])
    )


def _told(rejected: Sequence[Correction], likeness: FloatArray) -> list[RejectedFace]:
    return [
        RejectedFace(each.id, _moment(each.time), str(each.was), float(value))
        for each, value in zip(rejected, likeness, strict=True)
    ]


def _moment(time: float) -> str:
    return datetime.fromtimestamp(time, timezone.utc).isoformat(timespec="seconds")


def _without(gallery: Gallery, found: Sequence[Finding]) -> Gallery:
    stays = np.ones(len(gallery.labels), np.bool_)
    stays[[each.row for each in found]] = False
    return gallery.only(stays)


def _reasons(found: Sequence[Finding], gallery: Gallery, index: AlignedIndex) -> dict[str, str]:
    """Why each crop that was found is not trained on."""
    sources = {picture.crop: picture.source.rpartition("/")[2] for picture in index.used}
    return {gallery.crops[each.row]: _reason(each, gallery, sources) for each in found}


def _reason(found: Finding, gallery: Gallery, sources: Mapping[str | None, str]) -> str:
    if isinstance(found, Duplicate):
        return f"nearly the same as {sources[gallery.crops[found.original]]}"
    own, other = gallery.persons[gallery.labels[found.row]].folder, gallery.persons[found.like].folder
    return f"looks more like {other} ({found.other_cosine:.2f}) than like {own} ({found.own_cosine:.2f})"


def _portraits(
    index: AlignedIndex, gallery: Gallery, reasons: Mapping[str, str], aligned: Path, aligned_dir: Path
) -> tuple[list[ReportPicture], list[ReportPicture]]:
    """The pictures trained on, in the order of the gallery, and the others with what kept them out."""
    by_crop = {picture.crop: picture for picture in index.used}
    rows = [by_crop[crop] for crop in gallery.crops]
    places = {picture.place for picture in rows}
    used = [ReportPicture(each.person, each.source, each.sha256, aligned / str(each.crop)) for each in rows]
    others = [picture for picture in index.pictures if picture.place not in places]
    known = {picture.crop_sha256 for picture in rows}
    return used, [_refused(each, reasons, known, aligned, aligned_dir) for each in others]


def _refused(
    picture: AlignedPicture,
    reasons: Mapping[str, str],
    known: Collection[str | None],
    aligned: Path,
    aligned_dir: Path,
) -> ReportPicture:
    same = "the same as another picture" if picture.crop_sha256 in known else "not trained on yet"
    reason = picture.reason or reasons.get(picture.crop or "", same)
    source = enrolment.input_folder(picture.input, aligned_dir) / picture.source
    file = aligned / picture.crop if picture.crop else source
    return ReportPicture(picture.person, picture.source, picture.sha256, file, reason)


def _suspects(found: Sequence[Finding], gallery: Gallery, index: AlignedIndex) -> list[Suspect]:
    """The pictures that look like somebody else, trained on or not."""
    sources = {picture.crop: picture.source for picture in index.used}
    names = [person.name for person in gallery.persons]
    return [
        Suspect(
            sources[gallery.crops[each.row]],
            names[gallery.labels[each.row]],
            names[each.like],
            each.own_cosine,
            each.other_cosine,
        )
        for each in found
        if isinstance(each, Mislabelled)
    ]
