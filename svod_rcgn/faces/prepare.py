"""One run over photographs: enrol, train, and put the classifiers in place.

All that a run makes lies beside the old until the end, and then takes its place: a run that is killed
leaves the aligned faces and the classifiers as they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..storage import folders
from . import enrolment
from .enrolment import AlignedIndex, Alignment, AlignRequest, Executor, Progress
from .executors import choose
from .gallery.store import Person
from .settings import FULL_RUN, Paths, PrepareSettings
from .training import update
from .training.report.comparison import Comparison
from .training.report.measures import Report


@dataclass(frozen=True, slots=True)
class PrepareResult:
    """What one run learned.

    `index` is every picture with its outcome; `persons` are those trained, none where training was
    skipped; `remaining` is how many pictures wait for another run because of the limit.
    `report` says what the training is worth, where there was one; `comparison` what changed since the
    last, where that left a report. `again` is how many embeddings were made again, since they were another
    network's.
    """

    index: AlignedIndex
    persons: Sequence[Person]
    remaining: int
    report: Report | None = None
    comparison: Comparison | None = None
    again: int = 0


def prepare(
    paths: Paths, device: str, track: Progress[Any], settings: PrepareSettings = FULL_RUN
) -> PrepareResult:
    """Learn the people of the input folder.

    Args:
        paths: Where pictures, aligned faces, classifiers and networks lie.
        device: OpenVINO device that runs the networks.
        track: Shows the progress.
        settings: How this run learns.

    Raises:
        SvodError: No pictures, no usable face, a network is missing, another run is at work, or
            somebody would be known worse and that was not wished.
    """
    with locked(paths, settings.wait), choose.open_executor(paths, device, settings) as executor:
        return teach(paths, executor, track, settings)


def locked(paths: Paths, wait: float) -> Any:
    """Keep other runs away from all that a run replaces; see `storage.locked`."""
    return folders.locked(paths.aligned_dir, paths.classifiers_dir, wait=wait)


def teach(paths: Paths, executor: Executor, track: Progress[Any], settings: PrepareSettings) -> PrepareResult:
    """Do what `prepare` does, with an executor that is ready and folders that are locked.

    Raises:
        InputError: No pictures, or no usable face.
        WorseError: As the settings ask for.
    """
    recipe = executor.recipe
    before = enrolment.cut_for(_last(paths.aligned_dir, settings), recipe.crop_size, recipe.alignment)
    stored = enrolment.read_embeddings(folders.current_of(paths.aligned_dir))
    with folders.replacing_folder(paths.aligned_dir) as fresh:
        alignment = _aligned(paths, before, fresh, executor, track, settings)
        index = enrolment.with_fields(alignment.index, paths.aligned_dir)
        if not settings.complementary_train:
            index = enrolment.look_again(index, fresh)
        index = replace(index, training=settings.training)
        again = 0 if settings.skip_training else enrolment.outdated(index.used, stored, executor)
        if not settings.skip_training:
            stored = enrolment.embed(index.used, fresh, stored, executor, track)
        enrolment.write(fresh, index, stored)
        if settings.skip_training:
            return PrepareResult(index, [], alignment.remaining)
        taught = update.update_classifiers(paths, index, stored, fresh, refuse_worse=settings.refuse_worse)
    index = enrolment.with_reasons(index, taught.reasons)
    return PrepareResult(index, taught.persons, alignment.remaining, taught.report, taught.comparison, again)


def _last(aligned_dir: Path, settings: PrepareSettings) -> AlignedIndex:
    """What the last run left; a run that needs what cannot be made again fails where it cannot be read."""
    needed = settings.complementary_align or settings.clarified or settings.skip_alignment
    return (enrolment.read_index if needed else enrolment.read_index_or_begin_anew)(aligned_dir)


def relearn(paths: Paths, change: Callable[[AlignedIndex], AlignedIndex]) -> None:
    """Change what is aligned, and train again on the stored embeddings; no network is needed.

    Pictures that were aligned and never trained on stay so. Without anybody left to know, and where
    there are no classifiers yet, none are made.

    Args:
        paths: Where aligned faces and classifiers lie; both are locked.
        change: Gives the index as it shall be; persons and sources may change, contents may not.
    """
    index = change(enrolment.read_index(paths.aligned_dir))
    stored = enrolment.read_embeddings(folders.current_of(paths.aligned_dir)).only(index.used)
    with folders.replacing_folder(paths.aligned_dir) as fresh:
        index = enrolment.with_fields(enrolment.carry(index, paths.aligned_dir, fresh), paths.aligned_dir)
        enrolment.write(fresh, index, stored)
        if not stored.rows:
            folders.discard(paths.classifiers_dir)
        elif folders.current_of(paths.classifiers_dir).exists():
            update.update_classifiers(paths, index, stored, fresh)


def _aligned(
    paths: Paths,
    before: AlignedIndex,
    fresh: Path,
    executor: Executor,
    track: Progress[Any],
    settings: PrepareSettings,
) -> Alignment:
    if settings.clarified and any(picture.is_uncut for picture in before.pictures):
        raise InputError(
            f"{paths.aligned_dir}: its faces were cut for another network; run without --clarified first"
        )
    if not settings.skip_alignment:
        complementary = settings.complementary_align or settings.clarified
        request = AlignRequest(paths.input_dir, paths.aligned_dir, complementary, settings.limit)
        if not settings.clarified:
            before = replace(before, background=executor.recipe.background)
        return enrolment.align(request, before, fresh, executor, track)
    if not before.used:
        raise InputError(f"{paths.aligned_dir}: nothing is aligned; run without --skip_alignment")
    return Alignment(enrolment.carry(before, paths.aligned_dir, fresh), 0)
