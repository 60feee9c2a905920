from benchmarks import batches
from benchmarks.figures import Figure


def test_each_size_of_batch_learns_from_the_same_pictures_and_tells_what_it_knows(monkeypatch):
    monkeypatch.setattr(batches, "_NOISE", 1.0)
    figures = [each for each in batches.measure(400, (32, 64)) if isinstance(each, Figure)]
    assert [each.name.split(":")[0] for each in figures] == ["of 32"] * 2 + ["of 64"] * 2
    seconds, shares = figures[::2], figures[1::2]
    assert all(each.samples[0] > 0 for each in seconds)
    assert all(each.samples[0] > 90 for each in shares)
