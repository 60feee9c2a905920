"""What is told and refused where parts do not fit together."""

import logging
from dataclasses import replace

import pytest

from svod_rcgn import assembly, classifier_set
from svod_rcgn.errors import ModelError
from svod_rcgn.weights import Model, catalogue
from tests.galleries import taught
from tests.networks import FakeNetwork


@pytest.mark.parametrize(
    ("trained", "here", "told"),
    [
        ("", "there", "with the background kept, and here it is removed;"),
        ("there", "", "with the background removed, and here it is kept;"),
        ("elsewhere", "there", "with the background removed, and here it is removed by another network;"),
        ("there", "there", None),
        ("", "", None),
    ],
)
def test_classifiers_of_other_pictures_are_told_and_taken(tmp_path, caplog, trained, here, told):
    classifier_set.save(taught(2), tmp_path / "set", "model", {}, background=trained)
    with caplog.at_level(logging.WARNING):
        assembly.compare_background(tmp_path / "set", here)
    assert [record.getMessage().count(told or "nothing") for record in caplog.records] == [1] * bool(told)


def test_a_detector_whose_answers_nobody_reads_is_refused():
    card = replace(catalogue.CENTERFACE.card, output="boxes")
    with pytest.raises(
        ModelError, match="CenterFace: output is 'boxes'; detectors answer as centerface or as"
    ):
        assembly.detector_of(Model(card, FakeNetwork(lambda batch: ())))
