from benchmarks import peers
from benchmarks.figures import Skipped
from benchmarks.ways import OURS, Looked


def test_ours_is_told_as_so_many_times_as_fast():
    ours, other = Looked(OURS, 10, 7, (1.0, 2.0, 9.0)), Looked("other", 10, 5, (8.0,))
    own, told = peers.figures([ours, other])
    assert own.median == 5
    assert own.note == "7 faces in 10 frames"
    assert told.samples == (1.25,)
    assert told.note == "5 faces in 10 frames; ours is 4.0 times as fast"


def test_a_peer_that_is_left_out_does_not_hide_the_others():
    absent = Skipped(peers.PART, "absent", "not installed")
    told = peers.figures([absent, Looked("other", 10, 5, (2.0,))])
    assert told[0] is absent
    assert told[1].note == "5 faces in 10 frames"
