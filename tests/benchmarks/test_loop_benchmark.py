import json
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from benchmarks import floor, loop, naming, processes
from benchmarks.floor import Floor
from benchmarks.material import Material
from benchmarks.naming import Naming
from benchmarks.recorded import Answer, Call, Recorder, Run
from svod_rcgn.networks import runtime


def call(begun, ended):
    return Call("net.xml", (1, 3), begun, ended)


def a_run(calls=(), answers=(), begun=0.0, ended=10.0):
    return Run(begun, ended, 12.0, 300_000_000, tuple(answers), tuple(calls))


def test_calls_that_overlap_count_once():
    run = a_run([call(1, 3), call(2, 4), call(2.5, 3.5), call(6, 7)])
    assert run.in_calls == pytest.approx(4)


def test_calls_of_getting_ready_do_not_count():
    run = a_run([call(0, 1), call(1.5, 2.5), call(3, 4)], begun=2.0)
    assert len(run.own_calls) == 2
    assert run.in_calls == pytest.approx(1.5)


def test_the_loop_is_compared_with_its_calls_and_with_the_floor():
    answers = [Answer(number, 1.0 + number / 10, ()) for number in range(20)]
    measured = loop.Loop((16.0,), (a_run([call(0, 8)], answers),), (Floor(5.0, 8.0),), Naming({}))
    told = {figure.name: figure.median for figure in loop.figures(measured, "film")}
    assert told["loop"] == pytest.approx(2)
    assert told["loop, steady"] == pytest.approx(10)
    assert told["whole process"] == pytest.approx(20 / 16)
    assert told["floor: its network calls back to back"] == pytest.approx(4)
    assert told["loop / its own network calls"] == pytest.approx(1.25)
    assert told["loop / floor"] == pytest.approx(2)
    assert told["processor time / that of the floor"] == pytest.approx(1.5)
    assert told["peak memory"] == pytest.approx(300)


@pytest.mark.parametrize("frames", [0, 1])
def test_a_film_too_short_to_be_timed_is_told(monkeypatch, frames):
    run = a_run([call(0, 8)], [Answer(0, 1.0, ())] * frames)
    monkeypatch.setattr(processes, "ask", lambda *_: run)
    with pytest.raises(processes.FailedError, match=f"{frames} frames were answered; take a longer film"):
        loop.measure(Path("film.mp4"), Material(Path("faces"), Path("classifiers")), runs=1)


def saved_doubling(tmp_path):
    pixels = opset13.parameter([-1, 3], np.float32)
    path = tmp_path / "double.xml"
    ov.save_model(ov.Model([opset13.add(pixels, pixels)], [pixels]), path)
    return path


def test_a_network_answers_the_same_while_it_is_recorded(tmp_path):
    path = saved_doubling(tmp_path)
    plain, recorder = runtime.OpenVinoNetwork, Recorder()
    batch = np.ones((2, 3), np.float32)
    with recorder.attached():
        (answer,) = runtime.OpenVinoNetwork(path).run(batch)
    assert np.array_equal(answer, 2 * batch)
    (noted,) = recorder.calls
    assert (noted.network, noted.shape) == (str(path.resolve()), (2, 3))
    assert noted.ended >= noted.begun
    assert runtime.OpenVinoNetwork is plain


@pytest.fixture
def truth(tmp_path):
    path = tmp_path / "truth.json"
    ada = {"frames": [0, 1], "people": {"Ada": 1.0}, "note": "not read"}
    shots = [ada, {"frames": [2, 3], "people": {"Bob": 0.5}}]
    path.write_text(json.dumps({"about": "text", "shots": shots}))
    return path


def test_names_are_held_against_the_truth(truth):
    answers = [Answer(0, 0, ("Ada",)), Answer(1, 0, ("Bob",)), Answer(2, 0, ("Bob",)), Answer(3, 0, ())]
    judged = naming.judge(answers, truth)
    assert judged.frames == {"Bob": 2, "Ada": 1}
    assert judged.wrong == 1
    assert judged.short == ("Ada 0.50 of 1.00 in frames 0 to 1",)
    assert "1 wrong names; named too seldom: Ada" in str(judged)


def test_without_a_truth_the_names_alone_are_told():
    judged = naming.judge([Answer(0, 0, ("Ada", "Bob")), Answer(1, 0, ("Ada",))], None)
    assert str(judged) == "Ada in 2 frames, Bob in 1 frames"
    assert (judged.wrong, judged.short) == (None, None)


def test_the_floor_asks_what_the_loop_asked(tmp_path):
    path = str(saved_doubling(tmp_path))
    asked = [Call(path, (size, 3), size, size + 0.5) for size in (1, 2, 1)]
    below = floor.ask_again(a_run(asked))
    assert 0 < below.seconds < 5
    assert below.cpu > 0
