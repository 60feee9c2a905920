from pathlib import Path

import numpy as np
import pytest

from benchmarks import in_turn
from svod_rcgn.errors import InputError
from svod_rcgn.faces.evaluation.identification import ProbeAnswer
from svod_rcgn.storage import images

PERSONS = {
    name: [Path(f"{name}/{n}.png") for n in range(count)]
    for name, count in (("ada", 3), ("bob", 2), ("cy", 1))
}


def answer(person, likeness, *, named=None, stranger=False):
    return ProbeAnswer(f"{person}/0.png", None if stranger else person, named, likeness)


def test_each_picture_is_asked_about_once_by_each_other_of_the_same_person():
    turns = in_turn.splits(PERSONS)
    pairs = [
        (turn.taught[name][0], asked)
        for turn in turns
        for name, group in turn.asked.items()
        for asked in group
    ]
    assert len(pairs) == len(set(pairs)) == 3 * 2 + 2 * 1
    assert all(taught.parent == asked.parent and taught != asked for taught, asked in pairs)
    assert all(turn.taught.keys() == PERSONS.keys() and "cy" not in turn.asked for turn in turns)


def test_a_limit_lets_at_most_the_share_of_strangers_through_and_never_a_wrong_name():
    known = [answer("ada", 0.9, named="ada"), answer("ada", None, named="bob"), answer("bob", 0.4)]
    strangers = [answer("bob", n / 100, stranger=True) for n in range(99)]
    asked = in_turn.answers_of([*known, *strangers, answer("bob", 0.8, named="ada", stranger=True)])
    assert asked.as_built() == pytest.approx((1 / 3, 1 / 100))
    assert asked.named_at(0) == 0
    assert asked.named_at(0.2) == pytest.approx(1 / 3)
    assert asked.named_at(0.7) == pytest.approx(2 / 3)


def test_what_is_gained_is_told_over_draws_of_the_persons():
    def answers(known):
        kinds = [(name, value, False) for name in ("ada", "bob") for value in known]
        strangers = [("ada", 0.5, True), ("bob", 0.5, True)]
        return in_turn.answers_of(
            [answer(name, value, stranger=new) for name, value, new in kinds + strangers]
        )

    better, worse = answers((0.6, 0.7)), answers((0.4, 0.7))
    assert np.all(in_turn.gains(worse, better, 0) == 0.5)
    assert np.all(in_turn.gains(better, better, 0) == 0)


def test_one_name_in_two_folders_is_told_and_nobody_is_left_out(tmp_path):
    for folder in ("one", "two"):
        images.write_png(tmp_path / folder / "ada" / "0.png", np.zeros((40, 60, 3), np.uint8))
    with pytest.raises(InputError, match="ada is in another folder, too"):
        in_turn.persons_of([tmp_path / "one", tmp_path / "two"])


def test_the_program_itself_teaches_and_asks(monkeypatch, tmp_path, capsys):
    seen = []

    def identify(folders, paths, _device, _track):
        shapes = {path.parent.name: images.read_picture(path).shape for path in folders.probes.glob("*/*")}
        seen.append((sorted(path.name for path in folders.gallery.glob("*/*")), shapes, paths.embedding_dir))
        told = [answer(name, 0.9, named=name) for name in shapes]
        told += [answer(name, 0.1, stranger=True) for name in shapes]
        return type("Found", (), {"answers": told})

    monkeypatch.setattr(in_turn, "identify", identify)
    for name in ("ada", "bob"):
        for n in range(2):
            images.write_png(tmp_path / name / f"{n}.png", np.zeros((40, 60, 3), np.uint8))
    words = ["--faces", str(tmp_path), "--model", "one", "--model", "two", "--smaller", "2"]
    in_turn.main(words, standalone_mode=False)
    assert [taught for taught, _, _ in seen] == [["0.png"] * 2] * 2 + [["1.png"] * 2] * 2
    assert all(shapes == {"ada": (20, 30, 3), "bob": (20, 30, 3)} for _, shapes, _ in seen)
    assert [str(model) for _, _, model in seen] == ["one", "two"] * 2
    assert "100.0" in capsys.readouterr().out
