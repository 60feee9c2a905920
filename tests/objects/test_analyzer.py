from svod_rcgn.networks.class_labels import ClassLabel
from svod_rcgn.networks.shared import Shared
from svod_rcgn.objects.analyzer import ObjectAnalyzers
from svod_rcgn.objects.settings import ObjectSettings
from svod_rcgn.objects.stages import centernet
from svod_rcgn.objects.stages.detect import ObjectDetector
from svod_rcgn.records import OBJECT, Frame
from tests.objects.fakes import Dots, make_card, make_detector, scene


def _frame(index: int, *dots: tuple[str, float, float], pace: float = 0.1, level: float = 255) -> Frame:
    return Frame(scene(*dots, level=level), index, index * pace, "camera")


def _analyzer(*detectors: ObjectDetector, still: bool = False):
    return ObjectAnalyzers(tuple(map(Shared, detectors or (make_detector(),)))).analyzer(still=still)


def test_a_photograph_shows_objects_without_numbers() -> None:
    (seen,) = _analyzer(still=True).analyze(_frame(0, ("red", 22, 22)))
    assert (seen.kind, seen.label, seen.track) == (OBJECT, "red", None)
    assert seen.attributes == {"network": "dots"}
    assert seen.box is not None
    assert 0 < seen.worth < seen.score


def test_a_thing_keeps_its_number_while_it_moves() -> None:
    analyzer = _analyzer()
    seen = [analyzer.analyze(_frame(index, ("red", 14 + index, 30))) for index in range(30)]
    numbers = {each.track for frame in seen for each in frame}
    assert all(len(frame) == 1 for frame in seen)
    assert numbers == {1}


def test_what_leaves_the_picture_is_told_as_far_as_it_is_on_it() -> None:
    analyzer = _analyzer()
    seen = [analyzer.analyze(_frame(index, ("red", 48 + index, 30), pace=0.04)) for index in range(24)]
    boxes = [each.box for frame in seen for each in frame]
    assert max(box.right for box in boxes) == 64  # it was carried over the border
    assert all(box.left < box.right for box in boxes)


def test_what_is_seen_once_and_faintly_is_not_told() -> None:
    analyzer = _analyzer()
    frames = _frame(0), _frame(3, ("red", 22, 22), level=150), _frame(6)
    assert [analyzer.analyze(frame) for frame in frames] == [()] * 3


def test_a_thing_that_grows_faint_for_a_moment_is_still_followed() -> None:
    analyzer = _analyzer()
    levels = [255, 255, 255, 150, 150, 255, 255]
    seen = [
        analyzer.analyze(_frame(index, ("red", 22 + 2 * (index % 2), 22), level=level, pace=0.2))
        for index, level in enumerate(levels)
    ]
    assert [[each.track for each in frame] for frame in seen[1:]] == [[1]] * 6


def test_two_networks_give_no_number_twice_and_name_the_classes_they_share() -> None:
    labels = ClassLabel("red"), ClassLabel("cat"), ClassLabel("dog")
    other = ObjectDetector("yard", make_card(), labels, Dots(), centernet.decode, ObjectSettings())
    analyzer = _analyzer(make_detector(), other)
    for index in range(3):
        seen = analyzer.analyze(_frame(index, ("red", 22, 22), ("green", 46, 46), pace=0.2))
    assert sorted((each.label, each.track) for each in seen) == [
        ("cat", 4),
        ("dots: red", 1),
        ("green", 3),
        ("yard: red", 2),
    ]


def test_another_network_takes_over_between_two_frames_and_gives_new_numbers() -> None:
    shared = Shared(make_detector())
    analyzer = ObjectAnalyzers((shared,)).analyzer()
    for index in range(3):
        (before,) = analyzer.analyze(_frame(index, ("red", 22, 22), pace=0.2))
    shared.replace(make_detector())
    for index in range(3, 6):
        (after,) = analyzer.analyze(_frame(index, ("red", 22, 22), pace=0.2))
    assert (before.track, after.track) == (1, 2)


def test_an_empty_room_is_looked_at_now_and_then() -> None:
    network = Dots()
    analyzer = _analyzer(make_detector(network))
    for index in range(90):
        analyzer.analyze(_frame(index, pace=1 / 30))
    assert network.asked <= 3


def test_after_a_cut_nothing_is_what_it_was() -> None:
    analyzer = _analyzer()
    other = scene(("red", 22, 22))
    other[..., 1] = 110
    images = [scene(("red", 22, 22))] * 5 + [other] * 5
    frames = [Frame(image, index, index / 25, "film") for index, image in enumerate(images)]
    assert [[each.track for each in analyzer.analyze(frame)] for frame in frames] == [[1]] * 5 + [[2]] * 5
