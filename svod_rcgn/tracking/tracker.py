"""Boxes followed from look to look, so that each thing keeps its number.

Sure boxes go first, then the less sure, after Zhang et al., "ByteTrack: Multi-Object Tracking by
Associating Every Detection Box", 2022; tracks that are not numbered yet take what numbered ones leave. Time
is in seconds, so that looks may come as they like.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..geometry import overlaps
from ..records import FloatArray
from .association import assign
from .kalman import Motions
from .settings import BoxTrackingSettings

Rows: TypeAlias = npt.NDArray[np.intp]

NOBODY = 0


class BoxTracker:
    """Follows the boxes of one source; numbers count from 1, and `count` is the last that was given."""

    def __init__(self, settings: BoxTrackingSettings, classes: int, count: int = 0) -> None:
        """Begin without having seen anything.

        Args:
            settings: When a box is another's that was seen before.
            classes: How many there are.
            count: How many numbers were given before.
        """
        self._settings = settings
        self._classes = classes
        self._tracks = _Tracks(classes)
        self._time = self._before = -np.inf
        self.count = count

    def track(self, time: float, boxes: FloatArray, scores: FloatArray, classes: Rows) -> tuple[Rows, Rows]:
        """Say which track each box is on.

        Args:
            time: Seconds, later than the last; a step back, or one that is too long, begins anew.
            boxes: (n, 4) left, top, right, bottom in pixels.
            scores: (n,), in limits: what has less than 1 only goes on with a track.
            classes: (n,), the numbers of their classes from 0.

        Returns:
            The number of each box's track, NOBODY where it has none or is not numbered yet; and its class, of
            what is on a track the one that it was most.
        """
        self._begin_look(time)
        rows = self._associated(boxes, scores, classes)
        begun = self._beginners(rows, boxes, scores)
        rows[begun] = len(self._tracks.seen) + np.arange(len(begun))
        self._tracks.begin(boxes[begun])
        on = np.flatnonzero(rows >= 0)
        self._tracks.see(time, rows[on], boxes[on], scores[on], classes[on])
        self._number(rows[on], scores[on])
        numbers, shown = np.full(len(boxes), NOBODY), classes.copy()
        numbers[on] = self._tracks.numbers[rows[on]]
        shown[on] = self._tracks.votes[rows[on]].argmax(1)
        return numbers, shown

    def forget(self) -> None:
        """Begin anew, as after a cut; numbers go on."""
        self._time = -np.inf

    def _begin_look(self, time: float) -> None:
        """Move every track on to now, and let go of those that have waited too long."""
        step, before = time - self._time, self._time
        self._before, self._time = before, time
        if not 0 < step <= self._settings.pause:
            self._tracks, self._before = _Tracks(self._classes), -np.inf
            return
        tracks = self._tracks
        waits = (time - tracks.seen <= self._settings.max_gap) & (tracks.numbers != NOBODY)
        tracks.keep(waits | (tracks.seen == before))
        tracks.motions = tracks.motions.after(step)

    def _associated(self, boxes: FloatArray, scores: FloatArray, classes: Rows) -> Rows:
        """The row of each box's track, -1 where it is on none."""
        settings, tracks = self._settings, self._tracks
        rows = np.full(len(boxes), -1)
        if not len(tracks.seen) or not len(boxes):
            return rows
        strange = settings.strange * (classes[:, None] != tracks.votes.argmax(1))
        alike = overlaps(boxes[:, None], tracks.motions.boxes) - strange
        sure, known = scores >= settings.sure, tracks.numbers != NOBODY
        for ours, theirs, least in (
            (sure, known, settings.overlap),
            (~sure, known, settings.unsure_overlap),
            (sure, ~known, settings.overlap),
        ):
            free = np.ones(len(known), bool)
            free[rows[rows >= 0]] = False
            left, right = np.flatnonzero(ours & (rows < 0)), np.flatnonzero(theirs & free)
            for row, column in assign(1 - alike[np.ix_(left, right)], 1 - least):
                rows[left[row]] = right[column]
        return rows

    def _beginners(self, rows: Rows, boxes: FloatArray, scores: FloatArray) -> Rows:
        """The boxes that begin a track: sure ones on none that are not a thing's second name."""
        sure = (rows < 0) & (scores >= self._settings.sure)
        rivals = overlaps(boxes[:, None], boxes) >= self._settings.same
        stronger = (rows >= 0) | (sure & (scores > scores[:, None]))
        return np.flatnonzero(sure & ~(rivals & stronger).any(1))

    def _number(self, rows: Rows, scores: FloatArray) -> None:
        """Give numbers to tracks that were seen often enough, or surely."""
        tracks = self._tracks
        surely = scores >= (self._settings.certain if np.isfinite(self._before) else self._settings.sure)
        ready = (tracks.hits[rows] >= self._settings.confirm) | surely
        new = rows[ready & (tracks.numbers[rows] == NOBODY)]
        tracks.numbers[new] = self.count + 1 + np.arange(len(new))
        self.count += len(new)


class _Tracks:
    """What is known of each thing that is followed, in arrays with a row each.

    `seen` is when it was last seen, `hits` how often, and `votes` the sums of its scores in each class.
    """

    def __init__(self, classes: int) -> None:
        self.motions = Motions.begun(np.zeros((0, 4), np.float32))
        self.numbers, self.hits = np.zeros(0, int), np.zeros(0, int)
        self.seen = np.zeros(0)
        self.votes = np.zeros((0, classes))

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Let go of the others."""
        if rows.all():
            return
        self.motions = self.motions.at(rows)
        self.numbers, self.hits, self.seen = self.numbers[rows], self.hits[rows], self.seen[rows]
        self.votes = self.votes[rows]

    def begin(self, boxes: FloatArray) -> None:
        """Add things that were not there before; they are seen next."""
        count = len(boxes)
        self.motions += Motions.begun(boxes)
        self.numbers = np.append(self.numbers, np.full(count, NOBODY))
        self.hits, self.seen = (
            np.append(self.hits, np.zeros(count, int)),
            np.append(self.seen, np.zeros(count)),
        )
        self.votes = np.concatenate([self.votes, np.zeros((count, self.votes.shape[1]))])

    def see(self, time: float, rows: Rows, boxes: FloatArray, scores: FloatArray, classes: Rows) -> None:
        """Take in where things are now."""
        self.motions = self.motions.put(rows, self.motions.at(rows).corrected(boxes))
        self.hits[rows] += 1
        self.seen[rows] = time
        self.votes[rows, classes] += scores
