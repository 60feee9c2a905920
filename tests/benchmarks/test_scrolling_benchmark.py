from contextlib import closing

from benchmarks import datasets, scrolling
from svod_rcgn.datasets.collection import open_dataset
from svod_rcgn.storage.images import read_picture


def test_every_made_up_picture_has_a_file_though_files_are_few(tmp_path, monkeypatch):
    monkeypatch.setattr(scrolling, "DISTINCT", 3)
    scrolling.make(tmp_path, 210)
    with closing(open_dataset(tmp_path, datasets.NAME, "nobody")) as dataset:
        files = [dataset.file(digest) for digest in dataset.hashes()]
    assert len(files) == 210
    assert len({path.stat().st_ino for path in files}) == 3
    assert read_picture(files[209]).shape == (480, 640, 3)
