import numpy as np
import pytest

from benchmarks import gallery
from benchmarks.processes import FailedError
from svod_rcgn.geometry import unit_rows


@pytest.fixture(scope="module")
def real():
    return unit_rows(np.random.default_rng(0).normal(size=(20, 512)).astype(np.float32))


def test_made_up_people_are_as_like_each_other_and_themselves_as_real_ones(real):
    crowd = gallery.crowd_round(real, 300)
    own = (crowd.embeddings * crowd.directions[crowd.labels]).sum(axis=1)
    np.testing.assert_allclose(own, gallery.OWN_COSINE, atol=1e-4)
    others = (crowd.directions @ crowd.directions.T)[np.triu_indices(300, 1)]
    assert others.max() < 0.5
    assert np.quantile(others, 0.99) == pytest.approx(gallery.ALIKE, abs=0.1)


def test_people_who_would_be_doubted_are_not_measured(real, monkeypatch):
    monkeypatch.setattr(gallery, "OWN_COSINE", 0.99)
    with pytest.raises(FailedError, match="of 50 made-up pictures are doubted"):
        gallery.measure(real, 10)


@pytest.mark.slow
def test_a_large_gallery_answers_as_a_search_through_everything_does(real):
    growth = gallery.measure(real, 500)
    assert growth.exact == 1.0
    assert growth.pictures == 2500
    assert growth.size < 2 * 2500 * 512 * 2
    assert min(growth.training, growth.loading, growth.face) > 0
    assert growth.slow_face >= growth.face


def test_growth_and_limits_are_printed(capsys):
    small = gallery.Growth(10_000, 50_000, 5, 0.2, 50_000_000, 0.5, 0.001, 0.002, 1.0)
    large = gallery.Growth(100_000, 500_000, 400, 2, 500_000_000, 6, 0.004, 0.005, 1.0)
    gallery.print_growth([small, large])
    told = capsys.readouterr().out
    assert "10,000 persons: training under 20 s holds" in told
    assert "100,000 persons: face under 0.01 s holds" in told
    assert "100,000 persons: loading under 5 s DOES NOT HOLD" in told
    assert "(x12.0)" in told
