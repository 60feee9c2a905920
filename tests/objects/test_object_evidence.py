"""Why an object is told, or why none is, and how far classes rest on what is round them."""

from dataclasses import replace

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.explanation.records import Method
from svod_rcgn.explanation.settings import ExplanationSettings
from svod_rcgn.media.walk import Picture
from svod_rcgn.objects.object_evidence import EvidenceShare, ObjectExplainer, draw, share_of
from tests.objects.fakes import Dots, make_detector, scene

QUICK = ExplanationSettings(seconds=0.02, controls=2, steps=4, least_beaten=2)


class Bright(Dots):
    """Sees nothing in grey."""

    def run(self, batch):
        heat, reach = super().run(batch)
        return np.maximum(2 * heat - 1, 0), reach


class RedByBlue(Bright):
    """Sees red only as far as there is blue somewhere."""

    def run(self, batch):
        heat, reach = super().run(batch)
        heat[..., 0] *= heat[..., 2].max()
        return heat, reach


class WideRed(Dots):
    """Tells each dot twice, the second time from the next cell on."""

    def run(self, batch):
        heat, reach = super().run(batch)
        return np.maximum(heat, 0.9 * np.roll(heat, 1, 2)), reach


def _picture(*dots, name="dots.png", **wishes):
    return Picture(name, scene(*dots, **wishes))


def _explain(picture, number=None, at=None, network=None, method=Method.OCCLUSION, tried=False, **wishes):
    explainer = ObjectExplainer(make_detector(network, **wishes), method, QUICK, tried=tried)
    return explainer.explain(picture, number, at)


@pytest.mark.parametrize(
    "method", [Method.OCCLUSION, Method.RISE, pytest.param(Method.SHAP, marks=pytest.mark.slow)]
)
def test_what_speaks_for_an_object_lies_on_it(method):
    found = _explain(_picture(("red", 22, 42), ("green", 50, 13)), method=method, network=Bright())
    assert (found.chosen.object.label, found.chosen.told, found.chosen.rival) == ("red", True, None)
    heat, seen = np.maximum(found.evidence.heat, 0), found.seen
    box = found.chosen.object.box
    inside = heat[
        int(box.top - seen.top) : int(box.bottom - seen.top),
        int(box.left - seen.left) : int(box.right - seen.left),
    ]
    assert inside.sum() / heat.sum() > 1.5 * inside.size / heat.size
    assert found.evidence.looks > 0


def test_the_surest_is_explained_or_the_one_that_is_asked_for():
    picture = _picture(("red", 22, 42), ("green", 50, 13))
    assert _explain(picture, number=2).chosen.object.label == "green"
    assert _explain(picture, at=(50, 13)).chosen.object.label == "green"
    assert _explain(picture, labels=("green",)).chosen.object.label == "green"
    with pytest.raises(InputError, match="no box 3 among the 2 that are told"):
        _explain(picture, number=3)
    with pytest.raises(InputError, match=r"90,4 is outside of its 64x64 pixels"):
        _explain(picture, at=(90, 4))


def test_where_nothing_is_told_the_best_is_named_with_how_far_it_falls_short():
    picture = _picture(("green", 40, 20), level=90)
    for at in (None, (42, 22)):
        chosen = _explain(picture, at=at).chosen
        assert (chosen.object.label, chosen.told, chosen.limit) == ("green", False, 0.5)
        assert chosen.short == pytest.approx(0.5 - chosen.object.score)
        assert 0.1 < chosen.short < 0.3


def test_where_nothing_is_near_to_be_told_there_is_no_box():
    found = _explain(_picture(("green", 50, 14)), at=(5, 60))
    assert (found.chosen, found.evidence, found.judgement, found.share) == (None, None, None, None)
    assert _explain(_picture()).chosen is None


def test_a_box_that_was_left_out_as_a_double_is_told_with_the_box_in_its_stead():
    picture = _picture(("red", 30, 30))
    chosen = _explain(picture, at=(41, 30), network=WideRed(), overlap=0.6).chosen
    assert (chosen.told, chosen.short) == (False, 0)
    assert chosen.rival.score > chosen.object.score
    assert chosen.rival.box.left < chosen.object.box.left


def test_an_object_that_is_told_by_its_surroundings_has_its_evidence_outside():
    picture = scene(("red", 22, 42), ("blue", 50, 14))
    (own, by_blue) = (make_detector(network) for network in (Bright(), RedByBlue()))
    found = [next(each for each in one.detect(picture) if each.label == "red") for one in (own, by_blue)]
    shares = [share_of(one, each, picture) for one, each in zip((own, by_blue), found, strict=True)]
    assert shares[0].outside < 0.1
    assert shares[0].without < 0.1 < shares[0].alone
    assert shares[1].outside > 0.3
    assert shares[1].alone < 0.5 * shares[0].alone


def test_where_hiding_changes_nothing_no_share_is_told():
    assert EvidenceShare(0.5, 0.5, 0.5).outside is None
    assert EvidenceShare(0.5, 0.5, 0.1).outside == 0
    assert EvidenceShare(0.5, 0.1, 0.5).outside == 1


def test_a_large_picture_is_explained_in_its_own_pixels():
    picture = _picture(("red", 20, 40))
    large = replace(picture, image=np.repeat(np.repeat(picture.image, 4, 0), 4, 1))
    found = _explain(large, tried=True)
    box, seen = found.chosen.object.box, found.seen
    assert seen.left <= box.left < box.right <= seen.right <= 256
    assert (box.left + box.right) / 2 == pytest.approx(80, abs=16)
    assert found.judgement.faithfulness
    drawn = draw(large, found)
    assert drawn.shape == large.image.shape
    edge = drawn[round(box.top), round(box.left) + 20 : round(box.right) - 20]
    assert (edge == edge[0]).all()
