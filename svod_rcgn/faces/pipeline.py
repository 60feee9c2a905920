"""The flow from a frame to who is on it."""

from dataclasses import dataclass
from functools import cache

from ..records import FloatArray, Frame
from .protocols import Aligner, Background, DetectionScheduler, Embedder, Identifier, Inspector, Tracker
from .records import Face, FaceObservation, Track, observation_of


@dataclass(frozen=True, slots=True)
class Stages:
    """The parts of a pipeline, in the order of the flow."""

    background: Background
    finder: DetectionScheduler
    tracker: Tracker
    inspector: Inspector
    aligner: Aligner
    embedder: Embedder
    identifier: Identifier


class FacePipeline:
    """Who is on a frame: remove the background, find, follow, align, embed, identify."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    def analyze(self, frame: Frame) -> tuple[FaceObservation, ...]:
        """Every face of a frame and whose it is.

        The background is removed at most once, and not where no face is looked for and none cut out.
        """
        stages = self._stages
        foreground = cache(lambda: stages.background.remove(frame.image))
        faces = stages.finder.find(frame, foreground)
        wanted = stages.tracker.associate(frame.image, frame.time, faces)
        qualities = [stages.inspector.inspect(foreground(), faces[row]) for row in wanted]
        embeddings = stages.embedder.embed([stages.aligner.align(foreground(), faces[row]) for row in wanted])
        evidence = stages.tracker.update(wanted, embeddings, qualities)
        tracks = stages.tracker.assign(wanted, stages.identifier.identify(evidence))
        fresh = dict(zip(wanted, embeddings, strict=True))
        return tuple(
            self._observation(face, track, fresh.get(row))
            for row, (face, track) in enumerate(zip(faces, tracks, strict=True))
        )

    def _observation(self, face: Face, track: Track, embedding: FloatArray | None) -> FaceObservation:
        known = self._stages.identifier.people.get(track.match.name or "")
        return observation_of(
            face, track.match, track.quality, track=track.number, attributes=known, embedding=embedding
        )
