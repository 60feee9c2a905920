"""Tags that are doubted, and commands that a shell takes as they are."""

import shlex
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from svod_rcgn.classification.training.report.suspects import Mending, suspects
from svod_rcgn.commands.datasets import main
from svod_rcgn.datasets.collection import create_dataset, open_dataset
from tests.classification.training.makers import picture
from tests.classification.training.report.makers import answer, record_of

MENDING = Mending("my things")


def test_every_answer_that_contradicts_its_tag_is_one_the_likely_first():
    cats = [answer(n, 0, (0, 0.8), (1, 0.2)) for n in range(8)]
    dogs = [answer(n, 1, (1, 0.7), (0, 0.3)) for n in range(8, 16)]
    wrong = [answer(16, 0, (1, 0.6), (0, 0.4)), answer(17, 0, (1, 0.99)), answer(18, 1, (0, 0.7), (1, 0.3))]
    found = suspects(record_of(("cat", "dog"), cats + dogs + wrong), MENDING)
    assert [(each.picture[-2:], each.answer, each.likely) for each in found] == [
        ("11", "dog", True),
        ("12", "cat", True),
        ("10", "dog", False),
    ]
    assert found[0].shows == ("cat",)
    assert found[0].probability == 0.99


def test_of_independent_classes_what_was_said_wrongly_and_what_was_missed_are_suspects():
    answers = [answer(n, (0, 1), (0, 0.9), (1, 0.9)) for n in range(5)]
    answers += [answer(n, (0,), (0, 0.9), (1, 0.1)) for n in range(5, 10)]
    answers += [answer(10, (0,), (1, 0.95), (0, 0.9)), answer(11, (0, 1), (0, 0.9), (1, 0.02))]
    found = suspects(record_of(("cat", "dog"), answers, independent=True), MENDING)
    assert [(each.picture[-1], each.answer, each.likely) for each in found] == [
        ("b", "not dog", True),
        ("a", "dog", True),
    ]
    assert "--no=dog" in found[0].mend[0]
    assert "--tag=dog" in found[1].mend[0]


@pytest.mark.parametrize(
    "label", ["dog", "with space", "-x", "'; rm -rf /", "$(true)", "<b>", "كلب", "犬" * 60]
)
@pytest.mark.parametrize("dataset", ["things", "my things", "-odd"])
def test_the_commands_mend_the_tags_whatever_classes_and_datasets_are_called(tmp_path: Path, label, dataset):
    with closing(create_dataset(tmp_path, dataset, "Ada")) as opened:
        opened.add([picture("red", 1, "wrong")], "the test")
        digest = opened.hashes()[0]
    record = record_of(sorted(("wrong", label)), [answer(0, 1, (0, 0.9))])
    labels = record.labels
    wrong, right = labels.index("wrong"), labels.index(label)
    record = record_of(labels, [answer(int(digest, 16), wrong, (right, 0.9))])
    for command in suspects(record, Mending(dataset, tmp_path))[0].mend:
        words = shlex.split(command)
        assert words[:3] == ["python", "-m", "svod_rcgn.datasets"]
        done = CliRunner().invoke(main, words[3:])
        assert done.exit_code == 0, done.output
    with closing(open_dataset(tmp_path, dataset, "Ada")) as opened:
        assert opened.pictures()[0].yes == (label,)


def test_where_the_dataset_lies_is_said_only_where_it_is_not_usual():
    assert MENDING.command("tag", "--tag", "cat", "ab" * 32) == (
        "python -m svod_rcgn.datasets tag --tag=cat 'my things' abababababab"
    )
    assert "--datasets_dir=/else" in Mending("x", Path("/else")).command("tag", "--tag", "cat", "ab" * 32)
