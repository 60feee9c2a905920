"""Boxes proposed for a picture, so that a person need only correct them.

A box that was drawn is carried from frame to frame of a film: as the network says that the object has moved,
or as the picture itself has moved where the network does not see it. So what was corrected once stays
corrected, and what a person took away is not proposed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import numpy as np

from ..errors import SvodError
from ..geometry import overlaps
from ..networks import read_card, versions
from ..networks.card import OBJECTS
from ..records import Box, FloatArray, Frame
from ..tracking import motion
from ..tracking.association import assign
from .build import load_detector
from .records import Detection
from .settings import COCO, MODELS_DIR, ObjectSettings
from .stages.detect import ObjectDetector

_ALIKE = 0.4  # overlap of boxes of one object, of a person and a network or of two frames


class Origin(str, Enum):
    """Where a proposal comes from."""

    NETWORK = "network"
    CARRIED = "carried"


@dataclass(frozen=True, slots=True)
class BoxProposal:
    """A box that a person may take, mend or refuse."""

    found: Detection
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class BoxedFrame:
    """A frame, and the boxes that a person left on it."""

    frame: Frame
    boxes: tuple[Detection, ...]


class BoxProposer:
    """Proposes boxes for the pictures of one film or for single ones; it remembers the last look."""

    def __init__(self, detector: ObjectDetector | None) -> None:
        """Take a network, or none, which leaves what can be carried."""
        self._detector = detector
        self._looked: tuple[Frame, tuple[Detection, ...]] | None = None

    def propose(self, frame: Frame, before: BoxedFrame | None = None) -> tuple[BoxProposal, ...]:
        """Propose the boxes of a frame.

        Args:
            frame: Where to look.
            before: An earlier frame of the same scene, as a person left it; None where there is none.
        """
        before_found = self._look(before.frame) if before else ()
        found = self._look(frame)
        if before is None:
            return tuple(BoxProposal(each, Origin.NETWORK) for each in found)
        carried = self._carried(before, before_found, frame, found)
        taken = [each.found for each in carried]
        refused = _without(before_found, before.boxes)
        there = motion.carried(refused, before.frame, frame)
        refused = tuple(each if new is None else new for each, new in zip(refused, there, strict=True))
        fresh = _without(_without(found, taken), refused)
        return (*carried, *(BoxProposal(each, Origin.NETWORK) for each in fresh))

    def _look(self, frame: Frame) -> tuple[Detection, ...]:
        if self._detector is None:
            return ()
        if self._looked is None or self._looked[0] is not frame:
            self._looked = frame, self._detector.detect(frame.image)
        return self._looked[1]

    @staticmethod
    def _carried(
        before: BoxedFrame, before_found: Sequence[Detection], frame: Frame, found: Sequence[Detection]
    ) -> tuple[BoxProposal, ...]:
        """The boxes of the frame before, as far as they are on this one."""
        moved = motion.carried(before.boxes, before.frame, frame)
        expected = [each if new is None else new for each, new in zip(before.boxes, moved, strict=True)]
        seen, then = _pairs(expected, found), _pairs(before.boxes, before_found)
        told = []
        for place, (own, new) in enumerate(zip(before.boxes, moved, strict=True)):
            now = found[seen[place]] if place in seen else None
            if now and place in then:
                box = _corrected(now.box, before_found[then[place]].box, own.box)
                told.append(replace(own, box=box, score=now.score))
            elif now and new is None:
                told.append(replace(own, box=now.box, score=now.score))
            elif new is not None:
                told.append(new)
        height, width = frame.image.shape[:2]
        inside = [each.within(width, height) for each in told]
        return tuple(BoxProposal(each, Origin.CARRIED) for each in inside if each)


def load_proposer(
    name: str, labels: Sequence[str], models_dir: Path = MODELS_DIR, device: str = "CPU"
) -> BoxProposer:
    """What proposes boxes for a dataset: the network that was taught by it, or that of COCO, or none.

    Args:
        name: Of the dataset, or of a network.
        labels: The dataset's classes; those that COCO knows are asked of its network.
        models_dir: The folder of networks.
        device: OpenVINO device.
    """
    for network, wanted in ((name, ()), (COCO, tuple(labels))):
        try:
            folder = versions.folder_of(versions.directory_of(network, models_dir))
            if read_card(folder).task == OBJECTS:
                wishes = ObjectSettings(labels=wanted)
                return BoxProposer(load_detector(network, models_dir, wishes, device))
        except SvodError:  # it is not there, damaged, or knows none of the classes
            continue
    return BoxProposer(None)


def _corrected(now: Box, then: Box, drawn: Box) -> Box:
    """A network's box, mended as a person mended the one before."""
    across, down = now.width / max(then.width, 1.0), now.height / max(then.height, 1.0)
    return Box(
        now.left + across * (drawn.left - then.left),
        now.top + down * (drawn.top - then.top),
        now.right + across * (drawn.right - then.right),
        now.bottom + down * (drawn.bottom - then.bottom),
    )


def _pairs(boxes: Sequence[Detection], others: Sequence[Detection]) -> dict[int, int]:
    """The places of boxes, and of the other that each is, of whatever class."""
    if not boxes or not others:
        return {}
    shares = overlaps(_corners(boxes)[:, None], _corners(others))
    return dict(assign(1 - shares, 1 - _ALIKE))


def _without(found: Sequence[Detection], others: Sequence[Detection]) -> tuple[Detection, ...]:
    """What is none of the others."""
    pairs = _pairs(found, others)
    return tuple(each for place, each in enumerate(found) if place not in pairs)


def _corners(found: Sequence[Detection]) -> FloatArray:
    boxes = [each.box for each in found]
    return np.array([[each.left, each.top, each.right, each.bottom] for each in boxes], np.float32)
