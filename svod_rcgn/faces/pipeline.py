"""The flow from a frame to who is on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..records import Frame
from .protocols import Aligner, Background, DetectionScheduler, Embedder, Identifier, Inspector, Tracker
from .records import Sighting


@dataclass(frozen=True, slots=True)
class Stages:
    """The parts of a pipeline, in the order of the flow."""

    background: Background
    finder: DetectionScheduler
    tracker: Tracker
    inspector: Inspector
    aligner: Aligner
    embedder: Embedder
    classifier: Identifier


class Pipeline:
    """Who is on a frame: remove the background, find, follow, align, embed, classify."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each person, by name."""
        return self._stages.classifier.people

    def process(self, frame: Frame) -> tuple[Sighting, ...]:
        """Every face of a frame and whose it is.

        The background is removed at most once, and not where no face is looked for and none cut out.
        """
        stages = self._stages
        foreground = cache(lambda: stages.background.remove(frame.image))
        faces = stages.finder.find(frame, foreground)
        wanted = stages.tracker.follow(frame.image, frame.time, faces)
        qualities = [stages.inspector.inspect(foreground(), faces[row]) for row in wanted]
        embeddings = stages.embedder.embed([stages.aligner.align(foreground(), faces[row]) for row in wanted])
        evidence = stages.tracker.learn(wanted, embeddings, qualities)
        tracks = stages.tracker.settle(wanted, stages.classifier.classify(evidence))
        fresh = dict(zip(wanted, embeddings, strict=True))
        return tuple(
            Sighting(face, track.match, track.quality, track.number, fresh.get(row))
            for row, (face, track) in enumerate(zip(faces, tracks, strict=True))
        )
