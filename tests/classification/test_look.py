from pathlib import Path

from svod_rcgn.classification.look import ClassLooker, identify
from svod_rcgn.media.walk import Walk
from svod_rcgn.storage.images import write_png
from tests.classification.fakes import ByBrightness, flat, make_classifier


def test_pictures_are_asked_of_in_batches(tmp_path: Path) -> None:
    for index, level in enumerate((0, 255, 255)):
        write_png(tmp_path / f"in {index}" / f"{level}.png", flat(level))
    network = ByBrightness()
    looker = ClassLooker(make_classifier(network), "3", 1)
    found = list(identify(Walk([tmp_path]), looker, batch=2))
    assert [each.answers[0].label for each in found] == ["dark", "bright", "bright"]
    assert [Path(each.picture).name for each in found] == ["0.png", "255.png", "255.png"]
    assert {(each.network, each.version, each.known) for each in found} == {("light", "3", True)}
    assert network.batches == [2, 1]
