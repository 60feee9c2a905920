"""Somebody who is enrolled before a camera: which frames are taken, and what is asked for next.

Nothing here reads a camera, runs a network or writes a file; `photographing` brings the frames.
"""

from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry import unit_rows
from ...records import FloatArray
from ..gallery.vet import DUPLICATE
from ..records import Evidence, Match
from ..settings import SessionSettings

SOMEBODY_ELSE = "somebody else than on the pictures taken"
TOO_MUCH_ALIKE = "much like a picture taken already; turn, smile or come nearer"


@dataclass(frozen=True, slots=True)
class Pose:
    """A way to look: turned by `least` to `most` degrees, positive to one's own left."""

    name: str
    least: float
    most: float

    def holds(self, turn: float) -> bool:
        """Whether a face that is turned so is in this pose."""
        return self.least <= turn <= self.most


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """The one good face of a frame: how far it is turned, in degrees, positive to its own left.

    `embedding` gives its unit vector, and is asked only where that matters.
    """

    turn: float
    embedding: Callable[[], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class TakenPicture:
    """A frame that was taken: its pose's name, and the unit vector of its face."""

    pose: str
    embedding: FloatArray


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the person is told: what to do, how many pictures are taken, and what is wrong with a frame.

    `took` says that this frame was taken.
    """

    prompt: str
    taken: int
    wanted: int
    fault: str = ""
    took: bool = False


class EnrolmentSession:
    """Takes good frames of one person, so many a pose, that differ from each other.

    One pose is asked for after the other, and then all again; but a frame of any that is still missing
    is taken: pictures in a folder come in any order, and some cameras show the left on the right.
    """

    def __init__(self, settings: SessionSettings) -> None:
        self._settings = settings
        near, far = settings.aside, settings.profile
        self._poses = (
            Pose("ahead", -settings.ahead, settings.ahead),
            Pose("left", near, far),
            Pose("right", -far, -near),
        )
        self._faults: Counter[str] = Counter()
        self.taken: list[TakenPicture] = []

    @property
    def advice(self) -> Prompt:
        """What is to be done next."""
        return self._told()

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is wished."""
        return not self._missing()

    @property
    def is_enough(self) -> bool:
        """Whether every pose was taken at least once, which can be learned from."""
        return all(self._count(pose) for pose in self._poses)

    @property
    def missing(self) -> str:
        """How many pictures of which poses are still wished, in words."""
        return ", ".join(f"{count} looking {pose.name}" for pose, count in self._missing().items())

    @property
    def trouble(self) -> str:
        """What was most often wrong with frames; empty where nothing was."""
        return self._faults.most_common(1)[0][0] if self._faults else ""

    def refuse(self, reason: str) -> Prompt:
        """A frame that cannot teach, and why."""
        self._faults[reason.partition(":")[0]] += 1
        return self._told(reason)

    def look(self, look: Candidate) -> Prompt:
        """A frame with one good face; it is taken where its pose is wished and it shows something new."""
        if self.is_complete:
            return self._told()
        pose = next((pose for pose in self._missing() if pose.holds(look.turn)), None)
        if pose is None:
            return self.refuse(self._way(look.turn))
        embedding = look.embedding()
        fault = self._fault(embedding)
        if fault:
            return self.refuse(fault)
        self.taken.append(TakenPicture(pose.name, embedding))
        return self._told(took=True)

    def _fault(self, embedding: FloatArray) -> str:
        if not self.taken:
            return ""
        others = np.stack([portrait.embedding for portrait in self.taken])
        mean = unit_rows(others.sum(axis=0, keepdims=True))[0]
        if float(mean @ embedding) < self._settings.alike:
            return SOMEBODY_ELSE
        # What is as alike as this would be set aside by the training.
        return TOO_MUCH_ALIKE if float((others @ embedding).max()) >= DUPLICATE else ""

    def _way(self, turn: float) -> str:
        return f"turn further to the {'left' if turn < self._asked().least else 'right'}"

    def _asked(self) -> Pose:
        """The pose that most pictures are missing of: who looks ahead again after a turn looks different."""
        missing = self._missing()
        return max(missing, key=missing.__getitem__)

    def _missing(self) -> dict[Pose, int]:
        wished = {pose: self._settings.pictures - self._count(pose) for pose in self._poses}
        return {pose: count for pose, count in wished.items() if count > 0}

    def _count(self, pose: Pose) -> int:
        return sum(portrait.pose == pose.name for portrait in self.taken)

    def _told(self, fault: str = "", *, took: bool = False) -> Prompt:
        prompt = "thank you" if self.is_complete else f"look {self._asked().name}"
        wanted = len(self._poses) * self._settings.pictures
        return Prompt(prompt, len(self.taken), wanted, fault, took)


def evidence_of(taken: Sequence[TakenPicture]) -> Evidence:
    """What classifiers are asked with, of all pictures that were taken of somebody."""
    return Evidence(np.mean([each.embedding for each in taken], axis=0), float(len(taken)))


def doubt(match: Match, name: str, people: Container[str]) -> str:
    """What is to be said of somebody whom the classifiers in place take for another; empty for nothing.

    Args:
        match: What they say of the pictures taken.
        name: The name that is to be enrolled, as it is shown.
        people: The names that are enrolled.
    """
    if match.name is not None and match.name != name:
        return f"{name} looks like {match.name}, who is enrolled already (score {match.score:.2f})"
    if name in people and match.nearest != name:
        return f"{name} looks less like the {name} who is enrolled already than like {match.nearest}"
    return ""
