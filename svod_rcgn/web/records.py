"""What goes to the page and to programs, as JSON; the page's types are made of these.

Boxes of a camera's picture are (left, top, right, bottom) in shares of its sides, 0..1, so that they fit
whatever size the picture is shown at; those of a picture that was sent are in its pixels. Times are seconds
since the epoch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

import msgspec

from ..app.background_training import TrainingState
from ..objects.records import Limits
from ..records import PRESENCE
from .access.roles import Role

Corners: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused: one sentence."""

    error: str


@dataclass(frozen=True, slots=True)
class SessionState:
    """Who looks at the page; `role` is None for somebody who has not come in.

    `passwords` says whether any role has one; `retention_days` how long visits are kept, None where nothing
    is written to disk; `notices` say what is missing on this machine, and what brings it. `addresses` are
    those at which other machines find the page, `fingerprint` that of its certificate (SHA-256). `who` is how
    what was done to a dataset is signed in this session, None for somebody who has not come in. `video` says
    whether a browser's camera may come as video, by WebRTC.
    """

    role: Role | None
    version: str
    passwords: bool
    retention_days: float | None = None
    notices: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    fingerprint: str | None = None
    who: str | None = None
    video: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """The token of this start, or a password."""

    secret: str


@dataclass(frozen=True, slots=True)
class CameraState:
    """How one camera fares; `number` is what its picture is asked for with.

    `frames_per_second` are answers over the last minute, `latency` the median of seconds from a picture's
    capture to its answer, None before the first.
    """

    number: int
    name: str
    live: bool
    running: bool
    frames: int
    frames_per_second: float
    latency: float | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class FaceDetails:
    """What the faces wing knows besides.

    `nearest` is the likeliest person and `cosine`, -1..1, how alike the face is; `quality`, 0..1, is what
    the frame counts for, and `reasons` say what is wrong with it.
    """

    nearest: str
    cosine: float
    quality: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one picture showed of one thing; `label` is None for the unknown, `box` for the whole picture."""

    kind: str
    label: str | None
    score: float
    box: Corners | None
    track: int | None = None
    face: FaceDetails | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ViewHead:
    """What stands before the JPEG of a camera's picture.

    `number` counts its pictures, `time` is when it was taken, `delay` the seconds from capture to here;
    `width` and `height` are pixels.
    """

    number: int
    time: float
    delay: float
    width: int
    height: int
    seen: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class CameraNews:
    """How all cameras fare now."""

    cameras: tuple[CameraState, ...]
    type: str = "cameras"


@dataclass(frozen=True, slots=True)
class EventNews:
    """Visits have begun, gone on or ended; `number` changes with each time."""

    number: int
    type: str = "events"


@dataclass(frozen=True, slots=True)
class TrainingNews:
    """How the learning of people fares now."""

    training: TrainingState
    type: str = "training"


@dataclass(frozen=True, slots=True)
class SittingNews:
    """What somebody who sits before a camera is to do, and what is wrong with the last picture.

    `taken` of `wanted` pictures are there. At the end, `over`, `missing` says which are not and `trouble`
    what was most often wrong, in words; `like` is who of those who are known this seems to be.
    """

    prompt: str
    taken: int
    wanted: int
    fault: str = ""
    over: bool = False
    missing: str = ""
    trouble: str = ""
    like: str | None = None


@dataclass(frozen=True, slots=True)
class SentHead:
    """What stands before the JPEG of a picture that a page sends; `number` comes back with the answer."""

    number: int


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """What is on a picture that a page sent; boxes in shares of its sides.

    `width` and `height` are its pixels; `waited` and `worked` milliseconds. `number` is None for a picture
    of its video.
    """

    number: int | None
    width: int
    height: int
    seen: tuple[Sighting, ...]
    waited: float
    worked: float
    type: str = "answer"


@dataclass(frozen=True, slots=True)
class OfferedVideo:
    """A page would rather send its camera's video by WebRTC: its offer, as SDP."""

    offer: Annotated[str, msgspec.Meta(min_length=1, max_length=50_000)]


@dataclass(frozen=True, slots=True)
class TakenVideo:
    """The server's answer to an offer of video, as SDP."""

    answer: str
    type: str = "video"


@dataclass(frozen=True, slots=True)
class LostVideo:
    """There is no video, or no longer; pictures may come as ever."""

    reason: str
    type: str = "no_video"


@dataclass(frozen=True, slots=True)
class SentRefusal:
    """Why a picture that a page sent was not looked at; `number` is None where it could not be read."""

    number: int | None
    error: str
    type: str = "refused"


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """What became of one announcement of a visit."""

    channel: str
    state: str
    attempts: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class VisitState:
    """One visit; `label` is None for a stranger, whom `number` tells from others.

    `over` is False while it goes on; `picture` and `clip` say whether there is one to be asked for. What a
    rule tells has its name in `rule`, and what it measured in `measures`.
    """

    id: int
    kind: str
    label: str | None
    number: int | None
    camera: str
    first: float
    last: float
    over: bool
    score: float
    picture: bool
    announcements: tuple[DeliveryState, ...]
    rule: str = PRESENCE
    measures: Mapping[str, float] = field(default_factory=dict)
    clip: bool = False


@dataclass(frozen=True, slots=True)
class VisitPage:
    """Visits, the newest first; `next` asks for those before them, None where there are none."""

    visits: tuple[VisitState, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class VisitChoices:
    """What visits can be asked for by; `things` are labels of what is no face."""

    cameras: tuple[str, ...]
    people: tuple[str, ...]
    rules: tuple[str, ...]
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonState:
    """Somebody who is known: `folder` is the handle, `learned` the pictures that the classifiers know.

    `last` is when the last visit ended, None where there is none.
    """

    folder: str
    name: str
    pictures: int
    learned: int
    preview: bool
    visits: int
    last: float | None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who is known, by name."""

    people: tuple[PersonState, ...]


@dataclass(frozen=True, slots=True)
class NewName:
    """What a person is to be called."""

    name: str


@dataclass(frozen=True, slots=True)
class Into:
    """The folder of the person who stays."""

    into: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in one sentence."""

    done: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What is known of a person, by the names of fields: `name` is what the person is called."""

    fields: dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class VisitorState:
    """A visitor without a name: `folder` is the handle, `last` when the face was kept last."""

    folder: str
    pictures: tuple[str, ...]
    last: float


@dataclass(frozen=True, slots=True)
class Visitors:
    """All visitors without a name."""

    visitors: tuple[VisitorState, ...]


@dataclass(frozen=True, slots=True)
class LiveFace:
    """A face on a camera's picture: by the camera's and the picture's number, and its place in `seen`."""

    camera: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    picture: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    place: Annotated[int, msgspec.Meta(ge=0, le=2**31)]


@dataclass(frozen=True, slots=True)
class Corrected:
    """Whose face a visit or a picture shows: `person`, None for "not the one who was told".

    One of `visit`, `live` and `picture` is given. Live pictures are remembered for some seconds. `picture` is
    one in base64, and `box` where the face is, in its pixels, as /api/faces tells it.
    """

    visit: Annotated[int, msgspec.Meta(ge=1, le=2**53)] | None = None
    live: LiveFace | None = None
    picture: str | None = None
    box: Corners | None = None
    person: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


@dataclass(frozen=True, slots=True)
class CorrectionState:
    """What was said of one face: it is not `was`, and `person` is who it is, None where nobody said."""

    id: int
    time: float
    was: str | None
    person: str | None
    visit: int | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections, the newest first."""

    corrections: tuple[CorrectionState, ...]


@dataclass(frozen=True, slots=True)
class NewJob:
    """A film of so many bytes that is to come, and what it is looked at for; `detect` names networks."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    size: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    faces: bool = True
    detect: Annotated[tuple[str, ...], msgspec.Meta(max_length=4)] = ()
    annotate: bool = False


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job fares: upload, waiting, running, done, failed or cancelled.

    `received` of `size` bytes are here, `frames` of `total` were looked at, None where nobody knows; `left`
    are seconds.
    """

    id: str
    name: str
    size: int
    received: int
    state: str
    faces: bool
    detect: tuple[str, ...]
    annotate: bool
    created: float
    frames: int
    total: int | None
    frames_per_second: float
    left: float | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Jobs:
    """All jobs, the newest first."""

    jobs: tuple[JobState, ...]


@dataclass(frozen=True, slots=True)
class FrameLine:
    """What is on one frame of a film; boxes in its pixels, `time` in seconds from its beginning."""

    frame: int
    time: float
    width: int
    height: int
    seen: tuple[Sighting, ...]


class ClassAnswer(msgspec.Struct, frozen=True, rename={"index": "class"}):
    """One class by its number, and how likely it is, 0..1."""

    index: int
    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class DigitAnswer:
    """One digit: where, in pixels, and what it may be, the likeliest first; not one if not `known`."""

    box: Corners
    known: bool
    answers: tuple[ClassAnswer, ...]


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A picture in base64, and the number that is written on it, read from the left."""

    picture: str
    number: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,20}$")]


@dataclass(frozen=True, slots=True)
class FacesAnswer:
    """Whose faces are on a picture of so many pixels.

    `version` is that of the classifiers; `waited` and `worked` are milliseconds. `picture` is the annotated
    one as JPEG in base64, where it was asked for.
    """

    width: int
    height: int
    network: str
    version: str
    faces: tuple[Sighting, ...]
    waited: float
    worked: float
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class ClassesAnswer:
    """What a whole picture shows; `known` is False where it is nothing that the network knows."""

    width: int
    height: int
    network: str
    version: str
    known: bool
    answers: tuple[ClassAnswer, ...]
    waited: float
    worked: float
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """The number on a picture; without one, `problem` says why: "empty" or "no digit"."""

    width: int
    height: int
    network: str
    version: str
    number: str | None
    problem: str | None
    digits: tuple[DigitAnswer, ...]
    waited: float
    worked: float
    picture: str | None = None


class FoundObject(msgspec.Struct, frozen=True, rename={"index": "class"}):
    """One object: its class by number and name, how sure that is, 0..1, and where it is, in pixels."""

    index: int
    label: str
    score: float
    box: Corners


@dataclass(frozen=True, slots=True)
class ObjectsAnswer:
    """The objects of a picture; `limits` says what was left out.

    `picture` is the annotated one as JPEG in base64, where it was asked for.
    """

    width: int
    height: int
    network: str
    version: str
    limits: Limits
    objects: tuple[FoundObject, ...]
    waited: float
    worked: float
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkState:
    """A network that can be asked by its name; `classes` are so many things that it tells apart."""

    name: str
    version: str
    classes: int


@dataclass(frozen=True, slots=True)
class Networks:
    """What pictures can be asked about; `faces` is False where none are looked for."""

    faces: bool
    digits: bool
    classifiers: tuple[NetworkState, ...]
    detectors: tuple[NetworkState, ...]


@dataclass(frozen=True, slots=True)
class SeedPicture:
    """A picture as the React client of Flask-Yolov3-Classifier sends it; `Uint8array` is base64."""

    name: str
    size: int
    ext: str
    Uint8array: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class SeedAnswer:
    """What that client is answered: scores 0..100, and boxes (left, top, right, bottom) in pixels besides."""

    name: str
    size: int
    ext: str
    processed: str
    prediction_image: str
    prediction_labels: tuple[str, ...]
    prediction_scores: tuple[float, ...]
    prediction_boxes: tuple[Corners, ...]
