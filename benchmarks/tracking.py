"""How well boxes are followed, beside ByteTrack and OC-SORT of roboflow/trackers on the same detections.

`python -m benchmarks.tracking` needs that package (extra bench). HOTA, MOTA and IDF1 are those of TrackEval,
as the package has them; films and what a detector says of them are made by `tracking_bank`. What can be set
of each was fitted on films of seeds below 3, and is measured on others. Theirs stand besides as they come,
which is for detectors that score higher than those of these films.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple, TypeAlias

import click
import numpy as np

from benchmarks.figures import Figure, Limit, Skipped, Told, print_told
from benchmarks.tracking_bank import KINDS, LIMIT, Kind, Look, film
from svod_rcgn.geometry import overlaps
from svod_rcgn.tracking.settings import BoxTrackingSettings
from svod_rcgn.tracking.tracker import NOBODY, BoxTracker

PART = "tracking"
FIRST_SEED, FILMS = 100, 6
OURS = "svod-rcgn"
MANY = 20  # objects, with which time is measured

Answer: TypeAlias = tuple[Any, Any]
"""Boxes (n, 4) and their numbers."""


class Scores(NamedTuple):
    """Of a film, in percent."""

    hota: float
    mota: float
    idf1: float


Follow: TypeAlias = Callable[[Look], Answer]


def ours(_rate: float, settings: BoxTrackingSettings | None = None) -> Follow:
    """Our tracker."""
    tracker = BoxTracker(settings or BoxTrackingSettings(), 1)

    def follow(look: Look) -> Answer:
        classes = np.zeros(len(look.boxes), np.intp)
        numbers, _ = tracker.track(look.time, look.boxes, look.scores / LIMIT, classes)
        return look.boxes[numbers != NOBODY], numbers[numbers != NOBODY]

    return follow


def theirs(name: str, **wishes: float) -> Callable[[float], Follow]:
    """A tracker of roboflow/trackers by its class's name."""

    def begin(rate: float) -> Follow:
        import supervision
        import trackers

        tracker = getattr(trackers, name)(frame_rate=rate, **wishes)

        def follow(look: Look) -> Answer:
            given = supervision.Detections(look.boxes.astype(np.float32), confidence=look.scores)
            found = tracker.update(given)
            on = found.tracker_id >= 0
            return found.xyxy[on], found.tracker_id[on]

        return follow

    return begin


OTHERS: dict[str, Callable[[float], Follow]] = {
    "ByteTrack": theirs(
        "ByteTrackTracker",
        high_conf_det_threshold=LIMIT,
        track_activation_threshold=LIMIT,
        minimum_iou_threshold=0.4,
        lost_track_buffer=60,
    ),
    "OC-SORT": theirs(
        "OCSORTTracker",
        high_conf_det_threshold=0.3,
        minimum_iou_threshold=0.4,
        lost_track_buffer=60,
        minimum_consecutive_frames=1,
        delta_t=5,
    ),
    "ByteTrack as it comes": theirs("ByteTrackTracker"),
    "OC-SORT as it comes": theirs("OCSORTTracker"),
}


def measured(
    begin: Callable[[float], Follow], kind: Kind, seeds: Iterable[int]
) -> tuple[list[Scores], list[float]]:
    """The scores of each film, and the milliseconds of each frame."""
    scores, times = [], []
    for seed in seeds:
        looks, follow, answers = film(kind, seed), begin(kind.rate), []
        for look in looks:
            begun = time.perf_counter()
            answers.append(follow(look))
            times.append(1000 * (time.perf_counter() - begun))
        scores.append(_scored(looks, answers))
    return scores, times


def _scored(looks: Sequence[Look], answers: Sequence[Answer]) -> Scores:
    from trackers.eval import clear, hota, identity

    told = (
        _renumbered([look.numbers for look in looks]),
        _renumbered([numbers for _, numbers in answers]),
        [
            overlaps(look.truth[:, None], np.asarray(boxes).reshape(1, -1, 4))
            for look, (boxes, _) in zip(looks, answers, strict=True)
        ],
    )
    found = hota.compute_hota_metrics(*told) | clear.compute_clear_metrics(*told)
    found |= identity.compute_identity_metrics(*told)
    return Scores(*(100 * float(found[name]) for name in ("HOTA", "MOTA", "IDF1")))


def _renumbered(numbers: Sequence[Any]) -> list[Any]:
    """Numbers from 0 without gaps, as the measures want them."""
    every = np.unique(np.concatenate([np.asarray(each, int) for each in numbers]))
    return [np.searchsorted(every, np.asarray(each, int)) for each in numbers]


def measure(films: int = FILMS, first: int = FIRST_SEED) -> Iterable[Told]:
    """Every way on every kind of film, and ours held against the best of the others."""
    if not find_spec("trackers"):
        yield Skipped(PART, "all", "trackers is not installed")
        return
    seeds = range(first, first + films)
    best = [0.0, 0.0]
    for name, begin in [*OTHERS.items(), (OURS, ours)]:
        every: list[Scores] = []
        for kind in KINDS:
            scores, times = measured(begin, kind, seeds)
            every += scores
            yield _figure(f"{name}, {kind.name}", scores)
            if kind.objects >= MANY:
                limit = Limit(1.0) if name == OURS else None
                yield Figure(PART, f"{name}, {kind.objects} objects", "ms a frame", tuple(times), limit)
        means = [float(np.mean([getattr(each, measure) for each in every])) for measure in ("hota", "idf1")]
        for measure, mean, other in zip(("HOTA", "IDF1"), means, best, strict=True):
            limit = Limit(round(other, 1), at_least=True) if name == OURS else None
            yield Figure(PART, f"{name}, all films, {measure}", "%", (mean,), limit)
        best = [max(pair) for pair in zip(best, means, strict=True)]


def _figure(name: str, scores: Sequence[Scores]) -> Figure:
    mota, idf1 = (np.mean([getattr(each, measure) for each in scores]) for measure in ("mota", "idf1"))
    hotas = tuple(each.hota for each in scores)
    return Figure(PART, f"{name}, HOTA", "%", hotas, note=f"in the mean MOTA {mota:.1f}, IDF1 {idf1:.1f}")


@click.command()
@click.option("--films", default=FILMS, show_default=True, help="Of each kind.")
@click.option("--first", default=FIRST_SEED, show_default=True, help="Seed of the first.")
def main(films: int, first: int) -> None:
    """Follow boxes in films of which all is known."""
    print_told(measure(films, first))


if __name__ == "__main__":
    main()
