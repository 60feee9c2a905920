"""Every default, in frozen records; no stage reads settings from anywhere else."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things lie, relative to the folder that a command is run in."""

    input_dir: Path = Path("data/faces")
    aligned_dir: Path = Path("data/aligned")
    classifiers_dir: Path = Path("data/classifiers")
    demo_dir: Path = Path("data/demo")
    embedding_dir: Path = Path("models/facenet_pretrained_openvino_cpu")
    detection_dir: Path = Path("models/face_detection")


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """How faces are looked for.

    `longer_side` is what a larger picture is scaled down to, in pixels; `min_score` the confidence,
    0..1, from which a face counts; boxes that overlap by more than `max_overlap` (IoU) are one face.
    """

    longer_side: int = 640
    min_score: float = 0.5
    max_overlap: float = 0.3


@dataclass(frozen=True, slots=True)
class EnrolmentSettings:
    """What a photograph must be to teach a person.

    A further face counts as a second person when it is at least `bystander` times as wide as the
    widest; smaller ones are people in the background.
    """

    bystander: float = 1 / 3


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """When somebody is announced: seen in more than `share` of the frames of `period` seconds.

    Again only after `absence` seconds without being seen.
    """

    period: float = 5.0
    share: float = 0.5
    absence: float = 30.0


@dataclass(frozen=True, slots=True)
class VideoSettings:
    """The bounds, in pixels, of the picture that is worked on; larger frames are scaled down."""

    max_width: int = 1280
    max_height: int = 720
