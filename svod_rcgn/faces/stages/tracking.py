"""Faces followed from frame to frame: one person, one track, one identity.

Boxes say which face goes on which track, by the smallest sum of distances over all faces (Kuhn,
"The Hungarian method for the assignment problem", 1955); embeddings correct them where faces come
near each other, come back, or jump, as at a cut in a film. An embedding is asked for only when it can
tell something: when a track is new or unsure, when its face moved oddly, and now and then.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ...geometry import crop, intersection_over_union
from ...records import Box, FloatArray, Image
from ...tracking.association import assign, track_distances
from ..records import Evidence, Face, Match, Quality, Track
from ..settings import TrackingSettings

_GLIMPSE = 16
_LONGEST_WAY = 0.5


class FaceTracker:
    """Follows the faces of one source: a frame goes through `associate`, `update` and `assign`."""

    def __init__(self, settings: TrackingSettings) -> None:
        self._settings = settings
        self._paths: list[_Path] = []
        self._current: list[_Path] = []
        self._time = self._before = -np.inf
        self._count = 0

    def associate(self, image: Image, time: float, faces: Sequence[Face]) -> list[int]:
        """Put the faces of a frame on tracks.

        Args:
            image: The frame, (height, width, 3) uint8, BGR.
            time: Seconds, later than the frame before; a step back begins anew.
            faces: All faces of the frame.

        Returns:
            The indices of the faces whose embeddings are wanted.
        """
        self._before, self._time = self._time, time
        gap = self._settings.max_gap if time >= self._before else -np.inf
        self._paths = [path for path in self._paths if time - path.seen <= gap]
        expected = [path.at(time) for path in self._paths]
        distances = track_distances([face.box for face in faces], expected)
        known = dict(assign(distances, self._settings.max_distance))
        self._current = [
            self._continued(self._paths[known[row]], face.box, expected[known[row]])
            if row in known
            else self._begun(face.box)
            for row, face in enumerate(faces)
        ]
        self._doubt_rivals(distances)
        if self._current:
            grey: Image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)  # type: ignore[assignment]
            for path in self._current:
                path.look(_glimpse(grey, path.box), self._settings.same_picture)
        return [row for row, path in enumerate(self._current) if self._is_due(path)]

    def update(
        self, rows: Sequence[int], embeddings: FloatArray, qualities: Sequence[Quality]
    ) -> list[Evidence]:
        """Take in the embeddings that were wanted, and put faces right that went on the wrong track.

        Args:
            rows: What `associate` returned.
            embeddings: (n, length) float32, rows of unit length.
            qualities: Of the same faces.

        Returns:
            What is known of each of these faces now.
        """
        self._put_right(rows, embeddings)
        for row, embedding, quality in zip(rows, embeddings, qualities, strict=True):
            self._current[row].learn(embedding, quality, self._time, self._settings.memory)
        known = {path.number for path in self._paths}
        self._paths += [path for path in self._current if path.number not in known]
        return [self._current[row].evidence for row in rows]

    def assign(self, rows: Sequence[int], matches: Sequence[Match]) -> list[Track]:
        """Remember who the faces of `rows` are, and tell the track of every face of the frame."""
        for row, match in zip(rows, matches, strict=True):
            self._current[row].match = match
        return [path.track for path in self._current]

    def _begun(self, box: Box) -> "_Path":
        self._count += 1
        return _Path(self._count, box, self._time)

    def _continued(self, path: "_Path", box: Box, expected: Box) -> "_Path":
        lost = path.seen < self._before
        path.doubted |= lost or intersection_over_union(box, expected) < self._settings.min_overlap
        path.move(box, self._time)
        return path

    def _doubt_rivals(self, distances: FloatArray) -> None:
        """A face that could as well be on another track is doubted, and that track is remembered."""
        for path, row in zip(self._current, distances, strict=True):
            near = [self._paths[column] for column in np.flatnonzero(row <= self._settings.crossing)]
            path.rivals = [other for other in near if other is not path]
            path.doubted |= bool(path.rivals)

    def _is_due(self, path: "_Path") -> bool:
        if path.doubted or path.match is None:
            return True
        return self._time - path.embedded >= self._wait(path.match.score, path.frames)

    def _wait(self, score: float, frames: float) -> float:
        """Seconds until a face is embedded again."""
        settings = self._settings
        if settings.doubt < score < 1 - settings.doubt:
            return settings.unsure_interval
        if frames >= settings.enough:
            return settings.interval
        return settings.unsure_interval if score > settings.doubt else settings.young_interval

    def _put_right(self, rows: Sequence[int], embeddings: FloatArray) -> None:
        """Give each face the track that looks most like it, of those near; a new one where none does."""
        wanted = [self._candidates(row, rows) for row in rows]
        paths = {path.number: path for each in wanted for path in each.values()}
        costs = np.array(
            [
                [self._cost(row, path, face) if path.number in near else np.inf for path in paths.values()]
                for row, near, face in zip(rows, wanted, embeddings, strict=True)
            ]
        )
        chosen = dict(assign(costs, 0.0))
        for place, row in enumerate(rows):
            self._give(row, list(paths.values())[chosen[place]] if place in chosen else None)

    def _candidates(self, row: int, rows: Sequence[int]) -> dict[int, "_Path"]:
        """Tracks with a past that this face may be on, without those of faces that are not asked about."""
        held = {path.number for other, path in enumerate(self._current) if other not in rows}
        near = [self._current[row], *self._current[row].rivals]
        return {path.number: path for path in near if path.frames and path.number not in held}

    def _cost(self, row: int, path: "_Path", embedding: FloatArray) -> float:
        """How much less the face looks like the track than it has to; below 0 where it does."""
        doubted = self._current[row].doubted
        return (
            self._settings.min_cosine_doubted if doubted else self._settings.min_cosine
        ) - path.likeness_to(embedding)

    def _give(self, row: int, path: "_Path | None") -> None:
        own = self._current[row]
        if path is None:
            self._current[row] = self._begun(own.box) if own.frames else own
        elif path is not own:
            path.move(own.box, self._time)
            self._current[row] = path


class EveryFaceAlone:
    """Stands in for a tracker where frames have nothing to do with each other, as photographs."""

    def __init__(self) -> None:
        self._qualities: Sequence[Quality] = ()

    def associate(self, image: Image, time: float, faces: Sequence[Face]) -> list[int]:  # noqa: ARG002
        """See `FaceTracker.associate`: every face is wanted."""
        return list(range(len(faces)))

    def update(
        self,
        rows: Sequence[int],  # noqa: ARG002
        embeddings: FloatArray,
        qualities: Sequence[Quality],
    ) -> list[Evidence]:
        """See `FaceTracker.update`: all that is known of a face is its one frame."""
        self._qualities = qualities
        return [Evidence(row, quality.weight) for row, quality in zip(embeddings, qualities, strict=True)]

    def assign(self, rows: Sequence[int], matches: Sequence[Match]) -> list[Track]:  # noqa: ARG002
        """See `FaceTracker.assign`: no face has a number."""
        return [Track(None, match, quality) for match, quality in zip(matches, self._qualities, strict=True)]


@dataclass(slots=True)
class _Path:
    """What is remembered of one face; `seen` is the time of its last detection."""

    number: int
    box: Box
    seen: float
    speed: tuple[float, float] = (0.0, 0.0)
    glimpse: FloatArray | None = None
    total: FloatArray | None = None
    frames: float = 0.0
    embedded: float = -np.inf
    quality: Quality | None = None
    match: Match | None = None
    doubted: bool = True
    rivals: Sequence["_Path"] = ()

    @property
    def evidence(self) -> Evidence:
        assert self.total is not None
        held = self.match.name if self.match else None
        return Evidence(self.total / np.float32(self.frames), self.frames, held)

    @property
    def track(self) -> Track:
        assert self.match is not None
        assert self.quality is not None
        return Track(self.number, self.match, self.quality)

    def at(self, time: float) -> Box:
        """Where the face is expected: on along its way, for as long as a way can be trusted."""
        ahead = min(time - self.seen, _LONGEST_WAY)
        x, y = self.speed[0] * ahead, self.speed[1] * ahead
        return Box(self.box.left + x, self.box.top + y, self.box.right + x, self.box.bottom + y)

    def move(self, box: Box, time: float) -> None:
        step = time - self.seen
        if step > 0:
            (x0, y0), (x1, y1) = self.box.centre, box.centre
            self.speed = (self.speed[0] + (x1 - x0) / step) / 2, (self.speed[1] + (y1 - y0) / step) / 2
        self.box, self.seen = box, time

    def look(self, glimpse: FloatArray, same: float) -> None:
        """Doubt the track where its picture is not what it was a frame ago."""
        if self.glimpse is not None and float((self.glimpse * glimpse).sum()) < same:
            self.doubted = True
        self.glimpse = glimpse

    def likeness_to(self, embedding: FloatArray) -> float:
        """Cosine of the embedding to the mean of the track."""
        assert self.total is not None
        return float(embedding @ self.total / max(float(np.linalg.norm(self.total)), 1e-12))

    def learn(self, embedding: FloatArray, quality: Quality, time: float, memory: float) -> None:
        before = self.total if self.total is not None else np.zeros_like(embedding)
        fade = min(1.0, (memory - quality.weight) / self.frames) if self.frames else 0.0
        self.total = before * np.float32(fade) + embedding * np.float32(quality.weight)
        self.frames = self.frames * fade + quality.weight
        self.quality, self.embedded, self.doubted = quality, time, False


def _glimpse(grey: Image, box: Box) -> FloatArray:
    """The face in a few grey pixels, of mean 0 and length 1."""
    few = crop(grey, box, _GLIMPSE).astype(np.float32)
    few -= few.mean()
    glimpse: FloatArray = few / np.float32(max(float(np.linalg.norm(few)), 1e-6))
    return glimpse
