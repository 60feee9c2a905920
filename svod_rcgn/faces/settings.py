"""The defaults of the faces wing, in frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things lie, relative to the folder that a command is run in."""

    input_dir: Path = Path("data/faces")
    aligned_dir: Path = Path("data/aligned")
    classifiers_dir: Path = Path("data/classifiers")
    clarify_dir: Path = Path("data/clarify")
    demo_dir: Path = Path("data/demo")
    embedding_dir: Path = Path("models/facenet_pretrained_openvino_cpu")
    detection_dir: Path = Path("models/face_detection")
    history_dir: Path = Path("data")
    background_dir: Path | None = None  # the background stays where there is none


DETECTOR_DIRS: Mapping[str, Path] = MappingProxyType(
    {"centerface": Paths().detection_dir, "mtcnn": Path("models/mtcnn")}
)
BACKGROUND_DIR = Path("models/bg_remove")


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
class CascadeSettings:
    """How faces are looked for by a cascade of three networks.

    `longer_side` is what a larger picture is scaled down to, and `smallest_face` the side of the
    smallest face to be found in it, both in pixels: a smaller one costs time and false faces.
    `min_scores` are the confidences, 0..1, from which the first, the second and the third network
    let a face pass; each picture of the pyramid has `step` times the sides of the one before.
    """

    longer_side: int = 640
    smallest_face: int = 20
    min_scores: tuple[float, float, float] = (0.6, 0.7, 0.7)
    step: float = 0.709


@dataclass(frozen=True, slots=True)
class QualitySettings:
    """What a face must be to count in full; units as in records.Quality.

    A camera sees smaller faces than a person would put into an album, so `min_width` is that of a
    frame; photographs ask for `PHOTOGRAPH.min_width`.
    """

    min_width: float = 20
    min_sharpness: float = 0.06
    min_brightness: float = 30
    max_brightness: float = 215
    min_contrast: float = 8
    max_roll: float = 35
    max_yaw: float = 53
    max_pitch: float = 28
    max_beyond: float = 0.08
    min_score: float = 0.7


PHOTOGRAPH = QualitySettings(min_width=40)


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """How faces are followed.

    `max_distance` is how far a face may be from where it is expected, in sides of its box, and `max_gap`
    how many seconds a track waits for its face. A face is embedded every `unsure_interval` seconds
    while its score lies between `doubt` and 1 - `doubt`, and until `enough` frames are known; every
    `young_interval` where those that are known show a stranger, as the poor frames of a passer-by do; every
    `interval` from then on; and whenever its box overlaps the expected one by less than `min_overlap` (IoU),
    lies within `crossing` sides of where another is expected, or shows a picture that resembles the
    last by less than `same_picture` (correlation). A track remembers about
    `memory` frames. An embedding belongs to a track from a cosine of `min_cosine` on, and of
    `min_cosine_doubted` where the face may be another's for one of these reasons.
    """

    max_distance: float = 1.0
    crossing: float = 0.5
    max_gap: float = 1.0
    enough: float = 2.0
    interval: float = 1.0
    unsure_interval: float = 0.09
    young_interval: float = 0.3
    doubt: float = 0.1
    min_overlap: float = 0.5
    same_picture: float = 0.7
    memory: float = 30.0
    min_cosine: float = 0.15
    min_cosine_doubted: float = 0.4


@dataclass(frozen=True, slots=True)
class EnrolmentSettings:
    """What a photograph must be to teach a person.

    A further face counts as a second person when it is at least `bystander` times as wide as the
    widest; smaller ones are people in the background. With `keep_low_quality` a face is taken whatever
    its quality is.
    """

    bystander: float = 1 / 3
    keep_low_quality: bool = False


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What is taken of a person who is enrolled before a camera.

    `pictures` are wished of each pose: ahead, which is turned by at most `ahead` degrees, and left and
    right, which are turned by `aside` to `profile` degrees. Pictures are one person's while the cosine
    to the mean of those taken is at least `alike`: with two taken, one person's pictures reached 0.47 and
    more on portraits and a film, and those of others 0.45 in about 1 of 100. Frames less than `interval`
    seconds after one that was looked at are passed over. A person before a camera has `timeout` seconds.
    """

    pictures: int = 2
    ahead: float = 15
    aside: float = 18
    profile: float = 45
    alike: float = 0.45
    interval: float = 0.1
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What is trained on, and where the limits are set.

    `false_accept_rate` is the share, 0..1, of strangers' single frames that may be named. With
    `keep_low_quality`, poor, repeated and mislabelled pictures are trained on as well.
    """

    false_accept_rate: float = 0.01
    keep_low_quality: bool = False


@dataclass(frozen=True, slots=True)
class PrepareSettings:
    """How one run learns.

    `complementary_align` keeps aligned pictures that are gone from the input folder;
    `complementary_train` takes stored embeddings without reading their crops again. `clarified` says
    that the pictures are crops already. At most `limit` pictures that are not known are aligned.
    `workers` work at once: threads here, or machines of the Ray cluster at `ray`, where None takes as
    many as it has processors. `wait` is how many seconds to wait for another run. `refuse_worse` keeps
    all as it is when somebody would be known worse than before.
    """

    training: TrainingSettings = field(default_factory=TrainingSettings)
    complementary_align: bool = False
    complementary_train: bool = False
    clarified: bool = False
    limit: int | None = None
    skip_alignment: bool = False
    skip_training: bool = False
    workers: int | None = None
    ray: str | None = None
    wait: float = 0
    refuse_worse: bool = False


FULL_RUN = PrepareSettings()


@dataclass(frozen=True, slots=True)
class StrangerSettings:
    """Which faces without a name are one stranger, and what is kept of them.

    Two faces are one stranger's when the cosine of their embeddings is at least `likeness`. Of a
    stranger the best `pictures` are kept that have at least `min_worth` (0..1) and whose cosine to
    each other is under `distinct`; of strangers, the last `visitors`.
    """

    likeness: float = 0.5
    pictures: int = 6
    min_worth: float = 0.3
    distinct: float = 0.95
    visitors: int = 100
