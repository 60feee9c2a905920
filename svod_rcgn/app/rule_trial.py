"""Rules run over a film, without a record and without anybody being told."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

from ..cameras.analyzer import Analyzer
from ..events.subjects import SubjectBook, TrackBook
from ..geometry import bounded
from ..lights.analyzer import SharedLights
from ..media.settings import VideoSettings
from ..media.sources import Source
from ..records import Frame, Observation, Subject
from ..rules.engine import Failure, Happening, RuleEngine
from ..rules.scene import Seen
from ..rules.vocabulary import RulesText
from .frame_objects import DetectedObjects
from .light_plan import plan_of
from .wings import Wing

_MEMORY = 30.0  # seconds for which subjects are known again


class RuleTrial:
    """One run of rules over one film, as fast as it can be read."""

    def __init__(self, source: Source, wings: Sequence[Wing], rules: RulesText, video: VideoSettings) -> None:
        """Get ready.

        Args:
            source: A film or pictures.
            wings: What is looked for besides the lights that the rules name.
            rules: The rules.
            video: The bounds of the pictures that are worked on.
        """
        self.engine = RuleEngine(rules, source.name)
        self._source, self._video = source, video
        detected = DetectedObjects()
        self._eyes: list[tuple[Analyzer, SubjectBook]] = [
            (detected.watched(wing.kind, partial(wing.analyzer, still=source.still)), wing.book(_MEMORY))
            for wing in wings
        ]
        if rules.lights:
            self._eyes.append((SharedLights(plan_of(rules)).analyzer(detected.on), TrackBook()))

    def run(self) -> Iterator[Happening]:
        """What begins and ends, as it does.

        Raises:
            InputError: The film breaks off or holds nothing.
        """
        with closing(self._source.frames()) as frames:
            for frame in frames:
                yield from self.engine.look(self._seen(frame))
        yield from self.engine.finish()

    def silent(self) -> list[tuple[str, Failure]]:
        """The rules that never fired and saw something, with the moment when they came nearest to it."""
        found = ((name, self.engine.nearest(name)) for name in self.engine.names)
        return [(name, nearest) for name, nearest in found if nearest is not None]

    def _seen(self, frame: Frame) -> Seen:
        image = bounded(frame.image, self._video.max_width, self._video.max_height)
        frame = replace(frame, image=image)
        subjects: dict[Subject, Observation] = {}
        for analyzer, book in self._eyes:
            subjects |= book.identify(frame.time, analyzer.analyze(frame), ())
        return Seen(frame.time, image.shape[1], image.shape[0], subjects)
