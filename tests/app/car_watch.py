"""A wing that the project does not have, on a camera: `python -m tests.app.car_watch FOLDER WEBHOOK`.

Prints each announcement as a line of text and as a line of JSON, delivers it to the webhook, and records
it in the folder; the last line names the modules of the faces wing that were loaded.
"""

import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from time import monotonic, sleep

import numpy as np

from svod_rcgn.app.event_service import EventServiceSettings
from svod_rcgn.app.process import CameraSetup, build_cameras, open_service
from svod_rcgn.events.listeners import EventListener
from svod_rcgn.events.subjects import SubjectBook, TrackBook
from svod_rcgn.media.settings import VideoSettings
from svod_rcgn.media.sources import Health
from svod_rcgn.notify.console import JsonNotifier, StdoutNotifier
from svod_rcgn.notify.webhook import WebhookChannel
from svod_rcgn.notify.wording import Wording
from svod_rcgn.records import Box, Frame, Observation
from svod_rcgn.retry import RetrySettings


class CarSpotter:
    """Sees one car on every frame, always on track 12."""

    def analyze(self, frame: Frame) -> tuple[Observation, ...]:
        height, width = frame.image.shape[:2]
        box = Box(width / 4, height / 4, width / 2, height / 2)
        seen = Observation(
            kind="object", label="car", score=0.75, box=box, track=12, attributes={"colour": "red"}
        )
        return (seen,)


class CarWing:
    kind = "object"

    def analyzer(self, *, still: bool) -> CarSpotter:
        return CarSpotter()

    def book(self, memory: float) -> SubjectBook:
        return TrackBook()

    def listeners(self) -> Sequence[EventListener]:
        return ()

    def forget_before(self, time: float) -> int:
        return 0


class Road:
    """Eight seconds of an empty picture, ten frames a second."""

    name, live, still = "road", False, False
    frames_per_second, frame_count = 10.0, 80
    health = Health()

    def frames(self) -> Generator[Frame, None, None]:
        for index in range(self.frame_count):
            yield Frame(np.full((48, 64, 3), 90, np.uint8), index, index / 10, self.name)

    def stop(self) -> None:
        """It ends by itself."""


def main(folder: Path, url: str) -> None:
    road, wing = Road(), CarWing()
    wording = Wording(live=False, period=5.0)
    setup = CameraSetup(road, [], [StdoutNotifier(wording), JsonNotifier(wording)])
    settings, channels = EventServiceSettings(history_dir=folder), [WebhookChannel(url, None)]
    with open_service(settings, channels, [wing]) as service:
        cameras = build_cameras([setup], [wing], service, VideoSettings(), RetrySettings())
        cameras.start()
        deadline = monotonic() + 60
        while cameras.poll() and monotonic() < deadline:
            sleep(0.01)
        cameras.raise_error()
        assert service.close(30.0) == 0
    print(sorted(name for name in sys.modules if name.startswith("svod_rcgn.faces")))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
