"""The loop over the frames of a source before which somebody is enrolled."""

from collections.abc import Callable, Sequence
from contextlib import closing
from threading import Event as Flag
from typing import Protocol

from ...errors import InputError
from ...geometry import bounded
from ...media import drawing
from ...media.output import Output
from ...media.settings import VideoSettings
from ...media.sources import Source
from ...records import Frame, Image
from ..pose import turned
from ..protocols import Embedder
from ..records import Face
from ..settings import SessionSettings
from .session import Candidate, EnrolmentSession, Prompt


class FaceTaker(Protocol):
    """Takes the face out of a picture; see enrolment.FaceCutter."""

    def take(self, image: Image) -> tuple[Face, Image]:
        """Give the face and its crop.

        Raises:
            InputError: It shows no face or several, or too little of it.
        """
        ...


class EnrolmentCapture:
    """Shows each frame to a session, keeps those that it takes, and tells what it says.

    What it takes would be taken as a photograph, too: both look with the same stages.
    """

    def __init__(
        self,
        source: Source,
        taker: FaceTaker,
        embedder: Embedder,
        settings: SessionSettings,
        video: VideoSettings,
    ) -> None:
        self.session = EnrolmentSession(settings)
        self.images: list[Image] = []
        self._source = source
        self._taker = taker
        self._embedder = embedder
        self._settings = settings
        self._video = video
        self._stopped = Flag()

    def stop(self) -> None:
        """End after the frame at hand, at once where there is none; any thread may call it."""
        self._stopped.set()
        self._source.stop()

    def run(self, tell: Callable[[Prompt], None], outputs: Sequence[Output] = ()) -> None:
        """Photograph until all is taken, the frames end, an output is closed, or `stop` is called.

        Args:
            tell: Takes what the person is to be told, once for each frame that was looked at.
            outputs: Get each frame with the last advice written on it.

        Raises:
            InputError: The source breaks off for good or holds nothing.
        """
        looked, advice = -float("inf"), self.session.advice
        tell(advice)
        with closing(self._source.frames()) as frames:
            for frame in frames:
                image = bounded(frame.image, self._video.max_width, self._video.max_height)
                if not 0 <= frame.time - looked < self._settings.interval:
                    looked, advice = frame.time, self._look(image)
                    tell(advice)
                self._show(frame, image, advice, outputs)
                if self._is_over(outputs):
                    return

    def _is_over(self, outputs: Sequence[Output]) -> bool:
        return self.session.is_complete or self._stopped.is_set() or any(output.closed for output in outputs)

    def _look(self, image: Image) -> Prompt:
        try:
            face, crop = self._taker.take(image)
        except InputError as error:
            return self.session.refuse(str(error))
        look = Candidate(turned(face.landmarks), lambda: self._embedder.embed([crop])[0])
        advice = self.session.look(look)
        if advice.took:
            self.images.append(image)
        return advice

    def _show(self, frame: Frame, image: Image, advice: Prompt, outputs: Sequence[Output]) -> None:
        if not outputs:
            return
        # People are used to mirrors: who turns to the left wants to see it happen on the left.
        seen = image[:, ::-1] if self._source.live else image
        count = f"{advice.prompt}   {advice.taken} of {advice.wanted}"
        picture = drawing.captioned(seen, [count, advice.fault])
        for output in outputs:
            output.write(picture, frame.time)
