from benchmarks import enrolment
from benchmarks.enrolled import Enrolled
from benchmarks.enrolment import Enrolment
from benchmarks.figures import Skipped

FEW = Enrolled(40, 38, 10.0, 600_000_000, 4.0, 5.0)


def test_getting_ready_is_left_out_of_the_steady_rate(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    many = Enrolled(160, 150, 20.0, 660_000_000, 16.0, 20.0)
    told = {figure.name: figure.median for figure in enrolment.figures(Enrolment(FEW, many))}
    assert told == {
        "whole run": 8, "without getting ready": 12,
        "by its processor time on all processors": 16,
        "floor: its network calls on all processors": 20, "peak memory at 4 times the pictures": 1.1,
    }  # fmt: skip


def test_where_more_pictures_take_no_longer_that_figure_alone_is_left_out():
    whole, steady, *_, memory = enrolment.figures(
        Enrolment(FEW, Enrolled(160, 150, 10.0, 600_000_000, 4.0, 5.0))
    )
    assert isinstance(steady, Skipped)
    assert (whole.median, memory.median) == (16, 1)
