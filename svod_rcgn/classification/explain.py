"""Which parts of a picture speak for a class."""

import time
from collections.abc import Sequence

import numpy as np

from ..explanation.evidence import SEARCHES, find_evidence
from ..explanation.judge import judge
from ..explanation.overlay import overlaid
from ..explanation.records import Method
from ..explanation.settings import ExplanationSettings
from ..explanation.trial import Score, Trial
from ..media.drawing import annotated
from ..media.walk import Picture
from ..networks.class_labels import place_of
from ..networks.last_layer import LastLayer
from ..records import PICTURE, FloatArray, Image, Observation
from .class_map import ClassMapper
from .records import Answer, Explained
from .stages.classify import Classifier
from .stages.fit import fitted, seen


class Explainer:
    """Says why a network gives a class to a picture."""

    def __init__(
        self,
        classifier: Classifier,
        version: str,
        method: Method,
        settings: ExplanationSettings,
        *,
        head: LastLayer | None = None,
        tried: bool = True,
    ) -> None:
        """Begin.

        Args:
            classifier: Is asked.
            version: Of its network.
            method: How evidence is found.
            settings: For how long, and when it is poor.
            head: What Method.MAP needs where the network has no output CLASS_MAPS.
            tried: Whether maps are tried by hiding and showing.
        """
        self._classifier = classifier
        self._version = version
        self._method = method
        self._settings = settings
        self._mapper = ClassMapper(classifier, head)
        self._tried = tried

    def explain(self, picture: Picture, wanted: int | None = None) -> Explained:
        """Say why a picture is of a class, the likeliest where none is `wanted`."""
        begun = time.monotonic()
        classifier, image = self._classifier, fitted(picture.image, self._classifier.card)
        (found,) = classifier.classify_fitted([image])
        index = found.best(1)[0] if wanted is None else wanted
        trial = Trial(image, class_score(classifier, index), self._settings.batch)
        if self._method is Method.MAP:
            evidence = self._mapper.evidence(image, index, self._settings)
        else:
            evidence = find_evidence(trial, SEARCHES[self._method], self._settings)
        judgement = judge(trial, evidence, self._settings, tried=self._tried)
        return Explained(
            picture=picture.name,
            network=classifier.name,
            version=self._version,
            known=classifier.knows(found),
            answer=Answer(index, classifier.labels[index].label, float(found.probabilities[index])),
            method=self._method,
            seen=seen(picture.image, classifier.card),
            evidence=evidence,
            judgement=judgement,
            seconds=time.monotonic() - begun,
            time=picture.time,
        )

    def class_of(self, wanted: str) -> int:
        """The number of a class by its label, in small or capital letters, or by its number.

        Raises:
            InputError: There is none.
        """
        return place_of(wanted, self._classifier.labels, self._classifier.name)


def class_score(classifier: Classifier, index: int) -> Score:
    """How likely a class is on pictures of the network's size."""

    def score(images: Sequence[Image]) -> FloatArray:
        found = classifier.classify_fitted(images)
        return np.array([each.probabilities[index] for each in found], np.float32)

    return score


def draw(picture: Picture, found: Explained) -> Image:
    """The picture under its map, with the class in the corner; see `overlaid`."""
    label = Observation(kind=PICTURE, label=found.answer.label, score=found.answer.probability)
    return annotated(overlaid(picture.image, found.evidence.heat, found.seen), [label])
