import pytest

from svod_rcgn.app.classification_wing import ClassificationWing
from svod_rcgn.app.objects_wing import ObjectsWing
from svod_rcgn.commands.watch.wing_options import OpenWings
from svod_rcgn.errors import ClassifierError
from svod_rcgn.networks.class_labels import ClassLabel
from svod_rcgn.records import Frame
from tests.classification.fakes import flat, make_classifier
from tests.objects.fakes import make_detector


class DamagedClassifiers:
    """Classifiers of faces that can no longer be read."""

    status = "those in use"

    def reload(self):
        raise ClassifierError("classifiers: damaged")


def _seen(wing: ClassificationWing) -> list[str | None]:
    return [each.label for each in wing.analyzer(still=True).analyze(Frame(flat(0), 0, 0.0, "camera"))]


def test_networks_of_pictures_stay_in_use_where_the_classifiers_of_faces_are_damaged() -> None:
    labels = ["gate", "door"]
    pictures = ClassificationWing(
        ["way"], lambda name: make_classifier(name=name, labels=(ClassLabel(labels.pop()), ClassLabel("b")))
    )
    with pytest.raises(ClassifierError):
        OpenWings(reloader=DamagedClassifiers(), pictures=pictures).reload()
    assert _seen(pictures) == ["door"]


def test_without_faces_there_are_no_classifiers_to_tell_and_networks_are_read_again() -> None:
    labels = ["gate", "door"]
    pictures = ClassificationWing(
        ["way"], lambda name: make_classifier(name=name, labels=(ClassLabel(labels.pop()), ClassLabel("b")))
    )
    assert OpenWings(pictures=pictures).reload() is None
    assert _seen(pictures) == ["gate"]


def test_networks_of_objects_are_read_again_with_the_others_and_stay_where_one_is_damaged() -> None:
    objects = ObjectsWing(["dots"], lambda name: make_detector(name=name))
    pictures = ClassificationWing(["way"], lambda name: make_classifier(name=name))
    before = objects.current, pictures.current
    with pytest.raises(ClassifierError):
        OpenWings(reloader=DamagedClassifiers(), pictures=pictures, objects=objects).reload()
    assert (objects.current, pictures.current) == before
    OpenWings(pictures=pictures, objects=objects).reload()
    assert objects.current[0] is not before[0][0]
    assert pictures.current[0] is not before[1][0]
