from contextlib import closing

from benchmarks import datasets
from benchmarks.datasets import Cost, Limit
from svod_rcgn.datasets.collection import create_dataset


def test_a_made_up_dataset_reads_like_one_that_was_added(tmp_path):
    with closing(create_dataset(tmp_path, "things", "Ada")) as dataset:
        datasets.fill(dataset, 450)
        assert [act.summary for act in dataset.log()] == [
            f"{count} pictures from nowhere" for count in (200, 200, 50)
        ]
        assert sum(each.yes for each in dataset.classes()) == 450
        assert len(dataset.shootings()) == 90
        before = dataset.pictures()
        dataset.rebuild()
        assert dataset.pictures() == before


def test_every_piece_of_work_is_measured(tmp_path):
    costs = {each.work: each for each in datasets.measure(tmp_path, 400)}
    assert {limit.work for limit in datasets.LIMITS} <= costs.keys()
    assert all(each.cpu >= 0 and each.wall > 0 for each in costs.values())


def test_a_limit_that_does_not_hold_is_told_of_its_size_only(monkeypatch):
    monkeypatch.setattr(datasets, "LIMITS", (Limit(10, "open", 5), Limit(20, "open", 1)))
    assert datasets.broken(10, [Cost("open", 4, 90)]) == []
    assert datasets.broken(20, [Cost("open", 4, 90)]) == [Limit(20, "open", 1)]
