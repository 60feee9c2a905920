"""A name is withheld from faces that are more like a rejected one than like the person."""

from pathlib import Path

import numpy as np
import pytest

from svod_rcgn.errors import InputError
from svod_rcgn.faces.gallery import corrections
from svod_rcgn.faces.gallery.corrections import CorrectedIdentifier, Correction, encoded
from svod_rcgn.faces.records import Evidence, Match

ADA = np.array([1, 0, 0], np.float32)
LIKE_ADA = np.array([0.8, 0.6, 0], np.float32)


class EverybodyIsAda:
    people = {"Ada": {"born": 1815}}  # noqa: RUF012

    def identify(self, evidence):
        return tuple(Match("Ada", 0.9, float(each.embedding @ ADA), "Ada", 0.9) for each in evidence)


def correction(was: str | None = "Ada", network: str = "net", vector: np.ndarray = LIKE_ADA) -> Correction:
    return Correction(1, 5.0, was, None, network, encoded(vector))


def names(*known: Correction) -> list[str | None]:
    asked = [Evidence(ADA), Evidence(LIKE_ADA)]
    return [each.name for each in CorrectedIdentifier(EverybodyIsAda(), known, "net").identify(asked)]


def test_the_rejected_face_loses_the_name_and_the_person_keeps_it():
    assert names(correction()) == ["Ada", None]


def test_what_was_said_of_others_or_with_another_network_says_nothing():
    assert names(correction(was="Bob"), correction(was=None), correction(network="other")) == ["Ada", "Ada"]
    assert names(correction(vector=np.array([1, 0], np.float32))) == ["Ada", "Ada"]


def test_what_is_known_of_people_stays():
    assert CorrectedIdentifier(EverybodyIsAda(), [], "net").people == EverybodyIsAda.people


def test_corrections_are_read_as_they_were_written_and_leave_no_file_when_there_are_none(tmp_path: Path):
    folder = tmp_path / "classifiers"
    assert corrections.read(folder) == []
    corrections.write(folder, [correction()])
    assert corrections.read(folder) == [correction()]
    np.testing.assert_array_equal(correction().vector, LIKE_ADA)
    corrections.write(folder, [])
    assert not corrections.path_of(folder).exists()


@pytest.mark.parametrize("embedding", ["!", "AAA=", "AAAAAAA="])
def test_damage_is_told_with_the_file(tmp_path: Path, embedding: str):
    folder = tmp_path / "classifiers"
    corrections.write(folder, [Correction(1, 5.0, "Ada", None, "net", embedding)])
    with pytest.raises(InputError, match=r"corrections\.json"):
        corrections.read(folder)
