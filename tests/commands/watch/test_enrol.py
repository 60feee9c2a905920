"""video.py --enrol, on pictures of a sitter, and on a film with the real networks."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands.video import main
from svod_rcgn.commands.watch import camera_options
from svod_rcgn.errors import ClassifierError, InputError
from svod_rcgn.faces import build, enrolment, prepare
from svod_rcgn.faces.executors import choose
from svod_rcgn.faces.gallery import identify
from svod_rcgn.faces.pose import turned
from svod_rcgn.faces.records import Face
from svod_rcgn.faces.settings import TrainingSettings
from svod_rcgn.media import windows as screen
from svod_rcgn.records import Image
from svod_rcgn.storage import images
from svod_rcgn.storage.folders import locked
from tests.faces.enrolment.sitters import WHOLE_SITTING, SitterEmbedder, frame, taker
from tests.faces.runs import Studio
from tests.faces.test_recogniser import NewClassifier
from tests.fakes import FakeSource, write_film
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[3]

# The real command in a process of its own, with a sitter whom no camera ever sees whole.
ENDLESS_COMMAND = """
from svod_rcgn.commands.watch import camera_options
from svod_rcgn.faces import build
from svod_rcgn.commands.video import main
from tests.fakes import FakeSource
from tests.faces.enrolment.sitters import SitterEmbedder, taker

build.build_taker = lambda paths, device: (taker(), SitterEmbedder())
camera_options.open_source = lambda text, live, name: FakeSource(1, (1, 90, 0), live=True)
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of a whole sitting."""
    shown = tmp_path / "shown"
    for number, turn in enumerate(WHOLE_SITTING):
        images.write_png(shown / f"{number}.png", frame(turn, number))
    return shown


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undrawn: None) -> Callable[..., Result]:
    @contextmanager
    def hired(paths, device, settings) -> Iterator[object]:
        yield Studio(tmp_path).executor()

    monkeypatch.setattr(build, "build_taker", lambda paths, device: (taker(), SitterEmbedder()))
    monkeypatch.setattr(choose, "open_executor", hired)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")
    monkeypatch.setenv("OPENCV_FFMPEG_IS_THREAD_SAFE", "1")
    monkeypatch.chdir(tmp_path)
    places = ("--input_dir", "faces", "--aligned_dir", "aligned", "--classifiers_dir", "classifiers")
    return lambda *words: CliRunner().invoke(
        main, [str(word) for word in (*places, "--listener_port", 0, *words)]
    )


def photographs(tmp_path: Path, person: str = "Ada_Lovelace") -> list[Path]:
    return sorted((tmp_path / "faces" / person).glob("*"))


def test_somebody_is_learned_from_nothing(run: Callable[..., Result], folder: Path, tmp_path: Path):
    result = run("--enrol", "Ada Lovelace", "--video_source", folder)
    assert result.exit_code == 0, result.stderr
    assert result.stderr.splitlines()[:7] == [
        "0 of 6 pictures: look ahead",
        "1 of 6 pictures: look left",
        "2 of 6 pictures: look right",
        "3 of 6 pictures: look ahead",
        "4 of 6 pictures: look left",
        "5 of 6 pictures: look right",
        "6 of 6 pictures: thank you",
    ]
    assert "1 person learned; classifiers and report.html are in classifiers" in result.stdout
    assert f"6 pictures were added to {Path('faces/Ada_Lovelace')}" in result.stdout
    added = photographs(tmp_path)
    assert [path.stem.split("-")[-1] for path in added] == ["ahead", "left", "right"] * 2
    assert (images.read_picture(added[1]) == frame(30, 1)).all()
    assert (tmp_path / "classifiers" / "meta.json").is_file()


def test_a_camera_that_runs_is_told(
    run: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    ports: list[int] = []
    monkeypatch.setattr("svod_rcgn.commands.training_summary.use_new_classifiers", ports.append)
    assert run("--enrol", "Ada", "--video_source", folder, "--listener_port", 4711).exit_code == 0
    assert ports == [4711]


def test_the_way_of_the_last_training_is_kept(
    run: Callable[..., Result], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wished = TrainingSettings(false_accept_rate=0.002)
    images.write_png(tmp_path / "faces" / "Joe" / "a.png", frame(0, 15))
    Studio(tmp_path).run(training=wished)
    assert run("--enrol", "Ada", "--video_source", folder).exit_code == 0
    index = enrolment.read_index(tmp_path / "aligned")
    assert index.training == wished
    assert {picture.person for picture in index.used} == {"Ada", "Joe"}


def test_what_is_there_of_somebody_stays_as_it_is(run: Callable[..., Result], folder: Path, tmp_path: Path):
    own = tmp_path / "faces" / "Ada_Lovelace"
    images.write_png(own / "old.png", frame(0, 15))
    (own / "meta.json").write_text('{"position": "Countess"}')
    before = {path.name: path.read_bytes() for path in own.iterdir()}
    for _ in range(2):
        assert run("--enrol", "Ada_Lovelace", "--video_source", folder).exit_code == 0
    assert {name: (own / name).read_bytes() for name in before} == before
    assert len(list(own.iterdir())) == 2 + 6 + 6


def test_too_little_is_told_and_nothing_is_kept(run: Callable[..., Result], folder: Path, tmp_path: Path):
    for name in ("2.png", "5.png"):
        (folder / name).unlink()
    result = run("--enrol", "Ada", "--video_source", folder)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "error: Ada: not learned, and nothing is kept: 4 of 6 pictures were taken; "
        "missing: 2 looking right; try another film"
    )
    assert not (tmp_path / "faces").exists()
    assert not (tmp_path / "classifiers").exists()


def test_every_pose_once_will_do(run: Callable[..., Result], folder: Path, tmp_path: Path):
    (folder / "5.png").unlink()
    result = run("--enrol", "Ada", "--video_source", folder)
    assert result.exit_code == 0
    assert "5 of 6 pictures were taken; missing: 1 looking right; that will do" in result.stderr
    assert len(photographs(tmp_path, "Ada")) == 5


@pytest.mark.slow
def test_the_time_before_a_camera_is_limited(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    source = FakeSource(1, live=True)
    monkeypatch.setattr(camera_options, "open_source", lambda text, live, name: source)
    begun = monotonic()
    result = run("--enrol", "Ada", "--enrol_timeout", 1)
    assert monotonic() - begun >= 1
    assert (result.exit_code, source.stopped.is_set(), source.released) == (1, True, True)
    assert (
        "0 of 6 pictures were taken in 1 s (most often: no face); missing: 2 looking ahead" in result.stderr
    )
    assert not (tmp_path / "faces").exists()


@pytest.mark.parametrize("name", ["../else", "visitor-001", ".hidden", " ", "a/b"])
def test_a_name_that_is_none_is_told_before_anybody_sits(
    run: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr(build, "build_taker", lambda *_: pytest.fail("too late"))
    result = run("--enrol", name, "--video_source", folder)
    assert result.exit_code == 1
    assert "name" in result.stderr
    assert result.stderr.count("\n") == 1


def test_another_run_is_told_before_anybody_sits(
    run: Callable[..., Result], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "build_taker", lambda *_: pytest.fail("too late"))
    with locked(tmp_path / "aligned"):
        result = run("--enrol", "Ada", "--video_source", folder)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "is working here" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--enrol_timeout", "5"), "--enrol_timeout needs --enrol"),
        (("--enrol", "Ada", "--notify_unknown"), "--notify_unknown does nothing with --enrol"),
        (("--enrol", "Ada", "--video_async"), "--video_async does nothing with --enrol"),
        (("--enrol", "Ada", "--output", "a.mp4"), "--output does nothing with --enrol"),
        (
            ("--enrol", "Ada", "--video_source", "0", "--video_source", "1"),
            "--enrol takes one --video_source",
        ),
        (("--enrol", "Ada", "--enrol_timeout", "0"), "--enrol_timeout"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(words: tuple[str, ...], said: str):
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_time_limit_for_what_is_no_camera_is_wrong_usage(
    run: Callable[..., Result], folder: Path, tmp_path: Path
):
    result = run("--enrol", "Ada", "--enrol_timeout", 5, "--video_source", folder)
    assert result.exit_code == 2
    assert "--enrol_timeout is for cameras and streams" in result.stderr
    assert not (tmp_path / "faces").exists()


@pytest.mark.parametrize(
    ("program", "people"), [("video.py", "python -m svod_rcgn.people"), ("bin/svod-video", "svod-people")]
)
def test_who_looks_like_somebody_known_is_told_and_learned(
    run: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch, program: str, people: str
):
    class Everybody(NewClassifier):
        def identify(self, evidence):
            return (self._match(0.95, "New"),)

    assert run("--enrol", "Joe", "--video_source", folder).exit_code == 0
    monkeypatch.setattr(identify, "load_identifier", lambda *_: Everybody())
    monkeypatch.setattr("sys.argv", [program])
    result = run("--enrol", "Ada Lovelace", "--video_source", folder)
    assert result.exit_code == 0
    assert (
        "warning: Ada Lovelace looks like New, who is enrolled already (score 0.95); if the two are one, "
        f"`{people} merge Ada_Lovelace New` puts them together"
    ) in result.stderr.splitlines()


def test_classifiers_that_cannot_be_asked_do_not_keep_anybody_out(
    run: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise ClassifierError("of another network")

    assert run("--enrol", "Joe", "--video_source", folder).exit_code == 0
    monkeypatch.setattr(identify, "load_identifier", refuse)
    result = run("--enrol", "Ada", "--video_source", folder)
    assert result.exit_code == 0
    assert "warning: not compared with those who are known: of another network" in result.stderr


@pytest.mark.parametrize(
    ("failure", "kept"),
    [(InputError("damaged"), 6), (OSError(28, "No space left on device"), 6), (KeyboardInterrupt(), 0)],
)
def test_pictures_outlive_a_training_that_fails_but_not_an_interrupt(
    run: Callable[..., Result], folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, failure: BaseException, kept: int,
):  # fmt: skip
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(prepare, "teach", fail)
    result = run("--enrol", "Ada", "--video_source", folder)
    assert result.exit_code == (1 if kept else 130)
    assert len(photographs(tmp_path, "Ada")) == kept
    assert ("`python prepare.py --complementary` learns them" in caplog.text) == bool(kept)
    assert (tmp_path / "faces").exists() == bool(kept)


class ClosedScreen:
    """Its viewer closes the window at the first picture."""

    def __init__(self, windows) -> None:
        self.open_windows = list(windows)

    def refresh(self) -> None:
        for window in self.open_windows:
            if window.newest() is not None:
                window.close()
                self.open_windows = []

    def close(self) -> None: ...


def test_a_closed_window_ends_it_and_nothing_is_kept(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(screen, "Screen", ClosedScreen)
    monkeypatch.setattr(camera_options, "open_source", lambda text, live, name: FakeSource(1, live=True))
    result = run("--enrol", "Ada")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (130, "error: interrupted")
    assert not (tmp_path / "faces").exists()


@pytest.mark.slow
def test_an_interrupt_leaves_nothing(tmp_path: Path):
    folders = [f"--{name}={tmp_path / name}" for name in ("input_dir", "aligned_dir", "classifiers_dir")]
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS_COMMAND, "--enrol", "Ada", "--no_window", *folders],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "0 of 6 pictures: look ahead\n"
    assert process.stderr.readline() == "1 of 6 pictures: look left\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.startswith("error: interrupted\n")  # on a slow machine it is killed after that, and says so
    assert not [path for path in tmp_path.iterdir() if not path.name.endswith(".lock")]


def _with_nose_moved(image: Image, face: Face, eyes: float) -> Image:
    """The face with its nose moved to the right by so many distances of the eyes, as if it were turned."""
    height, width = image.shape[:2]
    nose, half = float(face.landmarks[2, 0]), face.box.width * 0.75
    moved = nose + eyes * float(face.landmarks[1, 0] - face.landmarks[0, 0])
    now, before = (
        [0, nose - half, moved, nose + half, width - 1],
        [0, nose - half, nose, nose + half, width - 1],
    )
    columns = np.interp(np.arange(width), now, before).astype(np.float32)
    rows = np.arange(height, dtype=np.float32)
    return cv2.remap(image, *np.meshgrid(columns, rows), cv2.INTER_LINEAR)


# Which portraits are shown, with their noses moved so: two a pose, though no two are alike.
SHOWN = (
    ("faces/Barack_Obama/obama.jpg", 0.0, "ahead"),
    ("probes/obama3.jpg", 0.5, "left"),
    ("faces/Barack_Obama/obama2.jpg", 0.0, "right"),
    ("probes/obama3.jpg", 0.0, "ahead"),
    ("faces/Barack_Obama/obama.jpg", 0.7, "left"),
    ("faces/Barack_Obama/obama2.jpg", -0.4, "right"),
)


@pytest.fixture
def film(tmp_path: Path, demo_dir: Path, detection_dir: Path) -> Path:
    """Half a second of nobody, then somebody who looks ahead, left and right."""
    detector = build.build_detector(detection_dir, "CPU")
    shots = [np.zeros((640, 640, 3), np.uint8)] * 5
    for name, eyes, pose in SHOWN:
        image = images.read_picture(demo_dir / name)
        scale = 640 / max(image.shape)
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        shot = np.zeros((640, 640, 3), np.uint8)
        shot[: image.shape[0], : image.shape[1]] = _with_nose_moved(image, detector.detect(image)[0], eyes)
        turn = turned(detector.detect(shot)[0].landmarks)
        assert pose == ("ahead" if abs(turn) < 15 else "left" if turn > 0 else "right")
        shots += [shot] * 4
    return write_film(tmp_path / "film.mp4", shots)


@pytest.mark.weights
@pytest.mark.slow
def test_a_film_of_somebody_teaches_the_person(
    tmp_path: Path, film: Path, demo_dir: Path, embedding_dir: Path, detection_dir: Path
):
    networks = ("--model", embedding_dir, "--detector", detection_dir, "--no_window", "--listener_port", 0)

    def video(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ROOT / "video.py", "--video_source", film, *networks, *words]
        return subprocess.run(
            [*map(str, command)], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    biden = tmp_path / "data/faces/Joe_Biden/biden.jpg"
    biden.parent.mkdir(parents=True)
    biden.write_bytes((demo_dir / "faces/Joe_Biden/biden.jpg").read_bytes())
    done = video("--enrol", "Barack Obama")
    assert done.returncode == 0, done.stderr
    assert "2 persons learned" in done.stdout
    poses = [path.stem.split("-")[-1] for path in photographs(tmp_path / "data", "Barack_Obama")]
    assert poses == [pose for _, _, pose in SHOWN]
    seen = video("--no_history", "--notify_face_detection_period", 1)
    assert "Barack Obama" in seen.stdout
    again = video("--enrol", "Somebody Else")
    assert "warning: Somebody Else looks like Barack Obama, who is enrolled already" in again.stderr


@pytest.mark.weights
@pytest.mark.slow
def test_a_film_of_one_look_says_what_is_missing(
    tmp_path: Path, demo_dir: Path, embedding_dir: Path, detection_dir: Path
):
    command = [sys.executable, ROOT / "video.py", "--enrol", "Joe", "--no_window", "--model", embedding_dir]
    command += ["--detector", detection_dir, "--video_source", demo_dir / "faces/Joe_Biden/biden.jpg"]
    done = subprocess.run(
        [*map(str, command)], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    assert (
        "1 of 6 pictures were taken; missing: 1 looking ahead, 2 looking left, 2 looking right" in done.stderr
    )
    assert not (tmp_path / "data/faces").exists()
