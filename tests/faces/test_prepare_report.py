"""What learning leaves beside the classifiers, with fake stages."""

import pytest

from svod_rcgn.errors import WorseError
from svod_rcgn.faces.training import update
from svod_rcgn.faces.training.report.comparison import Change, Comparison
from svod_rcgn.faces.training.report.measures import Report
from svod_rcgn.storage import files
from tests.faces.runs import Studio, picture


@pytest.fixture
def studio(tmp_path):
    studio = Studio(tmp_path)
    for number, shade in enumerate((10, 20, 30), start=1):
        picture(studio.faces / "Ann_Lee" / f"{number}.png", shade=shade)
    picture(studio.faces / "Bob" / "1.png", shade=200)
    return studio


def test_the_report_lies_beside_the_classifiers_and_lists_every_picture(studio):
    picture(studio.faces / "Bob" / "nobody.png", faces=0)
    (studio.faces / "Bob" / "copy.png").write_bytes((studio.faces / "Bob" / "1.png").read_bytes())
    result = studio.run()
    report = update.read_report(studio.classifiers)
    assert report == result.report == files.read_record(studio.classifiers / "report.json", Report)
    assert {each.source: each.reason for each in report.pictures if each.reason} == {
        "Bob/1.png": "the same as another picture", "Bob/nobody.png": "no face",
    }  # fmt: skip
    assert "refused: no face" in (studio.classifiers / "report.html").read_text()
    assert result.comparison is None


@pytest.mark.usefixtures("undrawn")
def test_the_second_run_is_compared_with_the_first(studio):
    studio.run()
    comparison = studio.run().comparison
    assert comparison.pictures == 3
    assert comparison.changes == ()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("harm", ["missing", "damaged", "of another format"])
def test_a_report_that_cannot_be_read_is_no_reason_to_stop(studio, harm):
    studio.run()
    path = studio.classifiers / "report.json"
    text = path.read_text().replace('"format_version": 1', '"format_version": 99')
    path.unlink() if harm == "missing" else path.write_text("[" if harm == "damaged" else text)
    assert studio.run().comparison is None


@pytest.mark.usefixtures("undrawn")
def test_one_who_would_be_known_worse_stops_the_run_on_demand_and_all_stays(studio, monkeypatch):
    studio.run()
    before = {path: path.read_bytes() for path in studio.classifiers.parent.rglob("*.*") if path.is_file()}
    changes = tuple(Change(f"P {n}", 4, 4, 3) for n in range(5))
    monkeypatch.setattr(update, "compare", lambda old, new: Comparison(20, changes))
    picture(studio.faces / "Bob" / "2.png", shade=90)
    with pytest.raises(WorseError, match=r"P 0: worse: 3 of 4 .* and 2 more; .*--refuse_worse") as caught:
        studio.run(refuse_worse=True)
    assert "\n" not in str(caught.value)
    assert all(path.read_bytes() == content for path, content in before.items())
    assert studio.run().comparison.changes == changes
