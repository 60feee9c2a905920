import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pytest

from docs import make_pictures
from svod_rcgn.errors import InputError
from svod_rcgn.storage import files
from tests.faces.training.report.fakes import reported


def film(path, frames):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, (64, 48))
    for number in range(frames):
        writer.write(np.full((48, 64, 3), 20 if number < 200 else 220, np.uint8))
    writer.release()
    return path


def test_a_frame_of_each_shot_is_put_side_by_side(tmp_path):
    make_pictures.side_by_side(film(tmp_path / "film.mp4", 350), tmp_path / "both.jpg")
    both = cv2.imread(str(tmp_path / "both.jpg"))
    assert both.shape == (48, 128, 3)
    assert both[:, :64].mean() == pytest.approx(20, abs=8)
    assert both[:, 64:].mean() == pytest.approx(220, abs=8)


def test_a_film_that_is_too_short_is_told_with_the_way_out(tmp_path):
    with pytest.raises(InputError, match="no frame at 11 s; run `make demo`"):
        make_pictures.side_by_side(film(tmp_path / "film.mp4", 120), tmp_path / "both.jpg")


def test_the_plot_of_a_report_stands_by_itself(tmp_path):
    taught, target = tmp_path / "classifiers", tmp_path / "pictures"
    taught.mkdir()
    target.mkdir()
    report, _ = reported(tmp_path, {"Ada": 3, "Bob": 3})
    (taught / "report.html").write_text("<html>")
    files.write_record(taught / "report.json", report)
    make_pictures.draw_report(taught, target)
    assert (target / "report.html").read_text() == "<html>"
    root = ET.parse(target / "report-scores.svg").getroot()
    assert root.tag.endswith("svg")
    assert "#fff" in root.get("style")
