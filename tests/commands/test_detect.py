import csv
import io
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from svod_rcgn.commands.detect import main
from svod_rcgn.datasets.formats import coco
from svod_rcgn.objects.annotated import AnnotatedOutput
from svod_rcgn.storage.files import sha256_of
from svod_rcgn.storage.images import encode_png, read_picture, write_png
from tests.objects.fakes import scene, write_network
from tests.objects.test_scan import write_film


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_network(folder / "dots")
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    write_png(tmp_path / "dots.png", scene(("red", 22, 22), ("blue", 46, 46)))
    return tmp_path / "dots.png"


def _detect(models: Path, *words: object, stdin: bytes | None = None) -> Result:
    options = ["--network", "dots", "--models_dir", models, *words]
    return CliRunner().invoke(main, list(map(str, options)), input=stdin)


def test_programs_are_told_in_one_document(models: Path, picture: Path) -> None:
    result = _detect(models, "--format", "json", picture)
    assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    objects = told.pop("objects")
    assert told == {
        "picture": str(picture),
        "width": 64,
        "height": 64,
        "network": "dots",
        "version": "3",
        "limits": {"score": 0.5, "overlap": 0.7, "max": 100},
        "boxes": "pixels of the picture after its EXIF turn: left, top, right, bottom",
    }
    assert {each["label"]: each["class"] for each in objects} == {"red": 0, "blue": 2}
    red = next(each for each in objects if each["label"] == "red")
    assert red["box"] == pytest.approx([10, 10, 30, 30])
    assert red["track"] is None


def test_boxes_are_of_the_picture_as_it_is_turned(models: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6  # to be turned by 90 degrees to the right
    lying = cv2.cvtColor(scene(("red", 22, 46)), cv2.COLOR_BGR2RGB)
    Image.fromarray(lying).save(tmp_path / "a.jpg", exif=exif, quality=95)
    (told,) = json.loads(_detect(models, "--format", "json", tmp_path / "a.jpg").stdout)
    left, top, right, bottom = told["objects"][0]["box"]
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((64 - 46, 22), abs=4)


def test_of_a_film_a_line_a_frame_is_written_and_what_is_followed_has_a_number(
    models: Path, tmp_path: Path
) -> None:
    result = _detect(models, "--format", "jsonl", write_film(tmp_path / "a.avi", leap=1, frames=10))
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["frame"] for each in told] == list(range(10))
    assert told[5]["time"] == pytest.approx(0.2)
    assert [[one["track"] for one in each["objects"]] for each in told] == [[1]] * 10
    assert told[0]["limits"] == {"score": 0.5, "followed": 0.25, "overlap": 0.7, "max": 100}


def test_people_are_told_of_each_thing_that_was_followed_once(models: Path, tmp_path: Path) -> None:
    result = _detect(models, write_film(tmp_path / "a.avi", leap=1))
    assert result.exit_code == 0, result.output
    assert result.output.count("red 1") == 1
    assert "0.0 s - 1.0 s" in result.output
    assert "scores from 50 % on, of what is followed from 25 % on; of a class" in result.output


def test_a_table_has_a_row_an_object_and_one_for_a_picture_with_none(
    models: Path, picture: Path, tmp_path: Path
) -> None:
    write_png(tmp_path / "dark.png", np.zeros((20, 20, 3), np.uint8))
    result = _detect(models, "--format", "csv", picture, tmp_path / "dark.png")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert sorted(row["label"] for row in rows) == ["", "blue", "red"]
    assert {row["network"] for row in rows} == {"dots"}
    assert {(row["least score"], row["overlap"], row["max"]) for row in rows} == {("0.5", "0.7", "100")}
    (red,) = (row for row in rows if row["label"] == "red")
    assert [float(red[side]) for side in ("left", "top", "right", "bottom")] == pytest.approx(
        [10, 10, 30, 30]
    )
    table = _detect(models, picture, tmp_path / "dark.png").output
    assert "red" in table
    assert "nothing" in table


def test_a_table_says_by_what_and_within_which_limits(models: Path, picture: Path) -> None:
    *_, told = _detect(models, "--score", "0.25", "--max", "7", picture).stdout.splitlines()
    assert told == (
        "network dots, version 3; scores from 25 % on; of a class, boxes that overlap by over 0.7 are one; "
        "at most 7 on a picture; "
        "boxes are pixels of the picture after its EXIF turn: left, top, right, bottom"
    )


def test_no_text_of_a_table_is_a_formula_and_no_number_is_taken_for_one(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_png(tmp_path / "=1+1.png", scene(("red", 22, 22)))
    (row,) = csv.DictReader(io.StringIO(_detect(models, "--format", "csv", "=1+1.png").stdout))
    assert row["picture"] == "'=1+1.png"
    assert float(row["left"]) == pytest.approx(10)


def test_coco_s_document_is_read_by_our_own_import_with_the_same_boxes(models: Path, picture: Path) -> None:
    result = _detect(models, "--format", "coco", picture)
    document = picture.with_name("instances.json")
    document.write_text(result.stdout)
    (read,) = coco.read(document).pictures
    assert read.boxes is not None
    told = {each.label: each.box for each in read.boxes}
    assert told.keys() == {"red", "blue"}
    assert (told["red"].left, told["red"].bottom) == pytest.approx((10, 30))
    assert json.loads(result.stdout)["annotations"][0]["score"] > 0.5


def test_yolo_s_lines_are_shares_and_several_pictures_have_a_file_each(
    models: Path, picture: Path, tmp_path: Path
) -> None:
    lines = _detect(models, "--format", "yolo", "--classes", "red", picture).stdout.split()
    assert list(map(float, lines)) == pytest.approx([0, 20 / 64, 20 / 64, 20 / 64, 20 / 64])
    write_png(tmp_path / "more" / "dots.png", scene(("green", 22, 22)))
    folder = tmp_path / "labels"
    result = _detect(models, "--format", "yolo", "--labels", folder, picture, tmp_path / "more")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (folder / "labels").iterdir()) == ["dots-2.txt", "dots.txt"]
    told = (folder / "data.yaml").read_text()
    assert "1: green" in told
    assert told.startswith("# network dots, version 3; scores from 50 % on")


def test_a_folder_s_pictures_keep_their_places_in_it(models: Path, tmp_path: Path) -> None:
    for name in ("day/dots.png", "night/dots.png", "dots.png"):
        write_png(tmp_path / "shots" / name, scene(("green", 22, 22)))
    drawn, labels = tmp_path / "drawn", tmp_path / "labels"
    result = _detect(models, "--format", "yolo", "--labels", labels, "--output", drawn, tmp_path / "shots")
    assert result.exit_code == 0, result.output
    places = ["day/dots", "dots", "night/dots"]
    for folder, ending in ((labels / "labels", ".txt"), (drawn, ".png")):
        found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob(f"*{ending}"))
        assert found == [place + ending for place in places]


@pytest.mark.parametrize(
    ("option", "name"), [("--output", "out"), ("--output", "out.png"), ("--labels", "out")]
)
def test_where_nothing_can_be_written_another_place_is_asked_for(
    models: Path, picture: Path, tmp_path: Path, option: str, name: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    target = tmp_path / "file" / name
    result = _detect(models, "--format", "yolo", option, target, picture)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {target}")
    assert result.stderr.endswith(f"; choose another {option}\n")


def test_the_picture_with_boxes_is_written(models: Path, picture: Path, tmp_path: Path) -> None:
    for name in ("out.png", "out.jpg"):
        assert _detect(models, "--output", tmp_path / name, picture).exit_code == 0
        drawn = read_picture(tmp_path / name)
        assert drawn.shape == (64, 64, 3)
        assert (drawn != read_picture(picture)).any()


def test_a_folder_gets_every_picture_and_film_with_boxes(models: Path, picture: Path, tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.avi", frames=12)
    result = _detect(models, "--output", tmp_path / "out", picture, film, picture)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.mp4", "dots-2.png", "dots.png"]
    written = cv2.VideoCapture(str(tmp_path / "out" / "a.mp4"))
    assert written.get(cv2.CAP_PROP_FRAME_COUNT) == 12


def test_a_film_that_was_interrupted_leaves_nothing(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_film(tmp_path / "a.avi", frames=12)
    write, written = AnnotatedOutput.write, []

    def interrupted(output: AnnotatedOutput, *given: object) -> None:
        if len(written) == 6:
            raise KeyboardInterrupt
        written.append(given)
        write(output, *given)

    monkeypatch.setattr(AnnotatedOutput, "write", interrupted)
    result = _detect(models, "--output", tmp_path / "out.mp4", film)
    assert (result.exit_code, result.stderr) == (130, "error: interrupted\n")
    assert list(tmp_path.iterdir()) == [film]


@pytest.mark.parametrize("words", [("--output",), ("--format", "yolo", "--labels")])
def test_nothing_that_is_there_is_written_over(models: Path, picture: Path, tmp_path: Path, words) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "note.txt").write_text("mine")
    result = _detect(models, *words, folder, picture)
    assert result.exit_code == 1
    assert "is there already, and is not written over" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["note.txt"]


def test_a_picture_is_not_written_over_itself(models: Path, picture: Path) -> None:
    before = picture.read_bytes()
    assert "is not written over" in _detect(models, "--output", picture, picture).stderr
    assert picture.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--output", "out.mp4"), 1, "what is looked at is a picture"),
        (("--labels", "there"), 2, "--labels is for --format yolo"),
        (("--classes", "rd"), 1, "dots: no class rd; did you mean red?"),
        (("--classes", "zebra"), 1, "dots: no class zebra; there are red, green, blue"),
        (("--output", "out.txt"), 1, "out.txt: give --output a name that ends in .jpeg, .jpg, .png, .mp4"),
        (("--classes", "red,,blue"), 2, "an empty name"),
        (("--score", "0"), 2, "--score"),
        (("--network", "coco"), 1, "download_models.py --objects"),
        (("--network", "cars"), 1, "those for objects: dots"),
        (("nowhere.png",), 1, "nowhere.png: no such file or folder"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    models: Path, picture: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, told: str
) -> None:
    monkeypatch.chdir(picture.parent)
    result = _detect(models, picture, *words)
    assert result.exit_code == code
    assert told in result.stderr


@pytest.mark.parametrize("form", ["coco", "yolo"])
def test_films_are_not_told_as_pictures(models: Path, tmp_path: Path, form: str) -> None:
    result = _detect(models, "--format", form, write_film(tmp_path / "a.avi", frames=2))
    assert result.exit_code == 1
    assert "use --format jsonl" in result.stderr


def test_tiles_are_not_for_films_alone(models: Path, picture: Path, tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.avi", frames=2)
    result = _detect(models, "--tiles", film)
    assert result.exit_code == 2
    assert "--tiles is for pictures" in result.stderr
    assert _detect(models, "--tiles", film, picture).exit_code == 0


def test_several_pictures_need_a_folder(models: Path, picture: Path, tmp_path: Path) -> None:
    assert "give --labels DIR" in _detect(models, "--format", "yolo", picture, picture).stderr
    result = _detect(models, "--output", tmp_path / "out.png", picture, picture)
    assert "give --output a folder" in result.stderr


def test_a_picture_comes_on_standard_input(models: Path) -> None:
    result = _detect(models, "-", stdin=encode_png(scene(("green", 22, 22))))
    assert result.exit_code == 0, result.output
    assert "green" in result.output


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "coco"])
def test_a_damaged_picture_is_left_out_and_the_others_are_told(
    models: Path, picture: Path, form: str
) -> None:
    damaged = picture.with_name("damaged.jpg")
    damaged.write_bytes(b"\xff\xd8\xff damaged")
    result = _detect(models, "--format", form, "--classes", "red", picture, damaged, picture)
    assert result.exit_code == 1
    assert result.stdout.count("dots.png") == 2
    assert "1 of 3 pictures could not be read and was left out" in result.stderr


def test_a_network_that_is_not_what_its_card_says_is_told(
    models: Path, picture: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models" / "dots"
    shutil.copytree(models / "dots", folder)
    (folder / "labels.json").write_text('[{"label": "red"}]')
    assert "expected sha256" in _detect(tmp_path / "models", picture).stderr
    card = json.loads((folder / "model.json").read_text())
    card["files"]["labels.json"] = sha256_of(folder / "labels.json")
    (folder / "model.json").write_text(json.dumps(card))
    assert "centernet with 1 labels answers with" in _detect(tmp_path / "models", picture).stderr
    (folder / "model.json").write_text(json.dumps(card | {"output": "guesses"}))
    assert "its answers are guesses" in _detect(tmp_path / "models", picture).stderr
