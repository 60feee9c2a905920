import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import CliRunner, Result

from svod_rcgn.commands.video import main
from svod_rcgn.errors import ModelError
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import store
from svod_rcgn.media import windows as screen
from svod_rcgn.media.windows import Window
from svod_rcgn.storage.images import write_png
from tests.fakes import (
    BLACK,
    BLUE,
    GREY,
    RED,
    RED_PERSON,
    fake_analyzers,
    fake_meta,
    picture,
    read_film,
    write_film,
)
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]

# No run of the tests is to be seen by another, or to leave anything behind.
ALONE = ("--no_history", "--listener_port", "0")

# The real command in a process of its own, with fake stages that take their time over a frame: so many
# seconds, or until new classifiers were read.
SLOW_COMMAND = """
import sys, threading
from svod_rcgn.commands.video import main
from svod_rcgn.faces import build
from svod_rcgn.faces.gallery import identify, store
from tests.fakes import FakeDetector, fake_meta, fake_analyzers
from tests.faces.test_recogniser import NewClassifier

reloaded = threading.Event()

def load(*_):
    reloaded.set()
    return NewClassifier()

class SlowDetector(FakeDetector):
    def detect(self, image):
        print("looking", file=sys.stderr, flush=True)
        reloaded.wait(SECONDS)
        return super().detect(image)

build.build_analyzers = lambda *_: fake_analyzers(SlowDetector())
store.read_meta = fake_meta
identify.load_identifier = load
main()
"""


class FakeScreen:
    """Shows to nobody; its viewer closes the windows after so many pictures."""

    patience = 1_000_000
    opened: list["FakeScreen"]

    def __init__(self, windows: list[Window]) -> None:
        self.windows = windows
        self.count = 0
        self.held = False
        self.opened.append(self)

    @property
    def open_windows(self) -> list[Window]:
        return [window for window in self.windows if not window.closed]

    def refresh(self) -> None:
        sleep(0.005)
        self.count += sum(window.newest() is not None for window in self.windows)
        if self.count >= self.patience:
            self.close()

    def hold(self) -> None:
        self.held = True

    def close(self) -> None:
        for window in self.windows:
            window.close()


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> list[FakeScreen]:
    monkeypatch.setattr(FakeScreen, "opened", [], raising=False)
    monkeypatch.setattr(screen, "Screen", FakeScreen)
    return FakeScreen.opened


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, screens: list[FakeScreen]) -> Callable[..., Result]:
    monkeypatch.setattr(build, "build_analyzers", lambda *_: fake_analyzers())
    monkeypatch.setattr(store, "read_meta", fake_meta)
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")
    monkeypatch.setenv("OPENCV_FFMPEG_IS_THREAD_SAFE", "1")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in (*ALONE, *words)])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Six seconds of somebody known, then two of nobody, then two of a stranger."""
    images = [picture(RED)] * 60 + [picture(BLACK)] * 20 + [picture(GREY)] * 20
    return write_film(tmp_path / "film.mp4", images)


def test_a_film_is_watched_and_summed_up(run: Callable[..., Result], film: Path):
    result = run("--video_source", film)
    announced, counted, seen = result.stdout.splitlines()
    assert announced.startswith(f"0:00:05.000  {RED_PERSON}  in 100 % of the frames of the last 5 s  score ")
    assert announced.endswith("(position: President)")
    assert counted.startswith("100 frames in ")
    assert seen == f"0:00:00.100 - 0:00:05.900  {RED_PERSON}"
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_film_of_strangers_announces_nobody(run: Callable[..., Result], tmp_path: Path):
    film = write_film(tmp_path / "film.mp4", [picture(GREY)] * 80)
    lines = run("--video_source", film).stdout.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("nobody was recognised")


def test_the_rule_can_be_set(run: Callable[..., Result], tmp_path: Path):
    film = write_film(tmp_path / "film.mp4", [picture(RED), *[picture(BLACK)] * 3] * 10)
    assert RED_PERSON not in run("--video_source", film).stdout
    loose = run(
        "--video_source", film, "--notify_face_detection_prob", 0.2, "--notify-face-detection-period", 2
    )
    assert f"{RED_PERSON}  in 25 % of the frames of the last 2 s" in loose.stdout


def test_a_single_picture_tells_who_is_on_it(run: Callable[..., Result], tmp_path: Path):
    write_png(tmp_path / "me.png", picture(RED))
    lines = run("--video_source", tmp_path / "me.png").stdout.splitlines()
    assert lines[0].startswith(f"0:00:00.000  {RED_PERSON}")
    assert lines[1].startswith("1 frame in ")


def test_the_annotated_film_is_written(run: Callable[..., Result], film: Path, tmp_path: Path):
    assert run("--video_source", film, "--output", tmp_path / "out.mp4").exit_code == 0
    images, rate = read_film(tmp_path / "out.mp4")
    assert (len(images), rate) == (100, 10)
    assert abs(images[0].astype(int) - picture(RED)).max() > 60  # the box and its label
    assert images[70].max() < 40  # nobody, nothing drawn
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "out.mp4"]


def test_pictures_of_a_folder_share_a_film_of_the_bounds(run: Callable[..., Result], tmp_path: Path):
    for name, size in (("a", (40, 80)), ("b", (80, 40))):
        write_png(tmp_path / "in" / f"{name}.png", picture(BLUE, *size))
    words = ("--output", tmp_path / "out.mp4", "--video_max_width", 160, "--video_max_height", 120)
    assert run("--video_source", tmp_path / "in", *words).exit_code == 0
    images, rate = read_film(tmp_path / "out.mp4")
    assert [image.shape for image in images] == [(120, 160, 3)] * 2
    assert rate == 1


@pytest.mark.parametrize("link", [False, True])
def test_a_film_is_not_written_over_itself(
    run: Callable[..., Result], film: Path, tmp_path: Path, link: bool
):
    output = film
    if link:
        output = tmp_path / "link.mp4"
        output.symlink_to(film)
    before = film.read_bytes()
    result = run("--video_source", film, "--output", output)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is the film that is read" in result.stderr
    assert film.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("--video_source", "nowhere.mp4"),
        ("--video_source", "garbage.mp4"),
        ("--video_source", "empty.png"),
        ("--video_source", "folder"),
        ("--video_source", "77"),
        ("--video_source", "http://user:secret@127.0.0.1:9/film.mp4"),
        ("--video_source", "ftp://user:secret@127.0.0.1:9/live"),
        ("--video_source", "film.mp4", "--output", "out.avi"),
        ("--video_source", "film.mp4", "--output", "missing/out.mp4"),
    ],
)
def test_what_cannot_work_is_told_in_one_line_before_networks_are_loaded(
    words: tuple[str, ...], film: Path, tmp_path: Path
):
    (tmp_path / "garbage.mp4").write_bytes(b"no film" * 999)
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    missing = (
        "--model",
        "no_model",
        "--detector_dir",
        "no_detector",
    )  # would be told, were they loaded first
    command = [sys.executable, ROOT / "video.py", "--no_window", *words, *missing]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert "secret" not in line
    assert "no_model" not in line


def test_missing_networks_are_told_and_leave_no_film(
    run: Callable[..., Result], film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise ModelError("models/face_detection: no network here; run `python download_models.py`")

    monkeypatch.setattr(build, "build_analyzers", refuse)
    result = run("--video_source", film, "--output", tmp_path / "out.mp4")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_networks_are_built_from_the_options(
    run: Callable[..., Result], film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    monkeypatch.setattr(build, "build_analyzers", lambda *parts: asked.append(parts) or fake_analyzers())
    words = ("--model", "m", "--detector", "d", "--bg_remove_path", "b", "--classifiers_dir", "c")
    words += ("--device", "GPU")
    assert run("--video_source", film, *words).exit_code == 0
    ((paths, device),) = asked
    assert (paths.embedding_dir, paths.detection_dir, paths.classifiers_dir, paths.background_dir) == (
        Path("m"), Path("d"), Path("c"), Path("b"),
    )  # fmt: skip
    assert device == "GPU"


@pytest.mark.parametrize(
    "words",
    [
        ("--read_timeout", "0"),
        ("--read_timeout", "inf"),
        ("--reconnect_limit", "-1"),
        ("--video_max_width", "0"),
        ("--video_max_height", "many"),
        ("--notify_face_detection_period", "0"),
        ("--notify_face_detection_period", "nan"),
        ("--notify_face_detection_period", "inf"),
        ("--notify_face_detection_prob", "1"),
        ("--notify_face_detection_prob", "-0.1"),
        ("--notify_face_detection_prob", "nan"),
    ],
)
def test_values_that_mean_nothing_are_wrong_usage(run: Callable[..., Result], words: tuple[str, str]):
    result = run(*words)
    assert result.exit_code == 2
    assert words[0] in result.stderr


def test_without_a_display_no_window_is_opened(
    run: Callable[..., Result], film: Path, screens: list[FakeScreen]
):
    assert run("--video_source", film).exit_code == 0
    assert [screen.windows for screen in screens] == [[]]


@pytest.fixture
def display(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")


@pytest.fixture
def short_film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "short.mp4", [picture(RED)] * 6)


@pytest.mark.usefixtures("display")
def test_a_window_shows_a_film_no_faster_than_it_is(
    run: Callable[..., Result], short_film: Path, screens: list[FakeScreen]
):
    begun = monotonic()
    assert run("--video_source", short_film).exit_code == 0
    assert monotonic() - begun >= 0.5
    (shown,) = screens
    assert [window.title for window in shown.windows] == [str(short_film)]
    assert shown.count
    assert (shown.held, shown.open_windows) == (False, [])


@pytest.mark.usefixtures("display")
def test_a_closed_window_ends_the_work(
    run: Callable[..., Result], film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(FakeScreen, "patience", 4)
    result = run("--video_source", film, "--output", tmp_path / "out.mp4")
    assert result.exit_code == 0
    count = int(result.stdout.split()[0])
    assert 0 < count < 100
    assert len(read_film(tmp_path / "out.mp4")[0]) == count


@pytest.mark.usefixtures("display")
def test_a_picture_stays_in_its_window(run: Callable[..., Result], tmp_path: Path, screens: list[FakeScreen]):
    write_png(tmp_path / "me.png", picture(RED))
    assert run("--video_source", tmp_path / "me.png").exit_code == 0
    assert [shown.held for shown in screens] == [True]


@pytest.mark.usefixtures("display")
def test_no_window_is_opened_when_none_is_wanted(
    run: Callable[..., Result], film: Path, screens: list[FakeScreen]
):
    assert run("--video_source", film, "--no_window").exit_code == 0
    assert [shown.windows for shown in screens] == [[]]


def test_several_sources_are_watched_at_once_each_by_its_name(
    run: Callable[..., Result], film: Path, short_film: Path, tmp_path: Path
):
    sources = ("--video_source", f"front door={film}", "--video_source", short_film)
    outputs = ("--output", tmp_path / "a.mp4", "--output", tmp_path / "b.mp4")
    result = run(*sources, *outputs)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line for line in result.stdout.splitlines() if "in 100 %" not in line]
    assert lines[0].startswith("front door: 100 frames in ")
    assert lines[1] == f"front door: 0:00:00.100 - 0:00:05.900  {RED_PERSON}"
    assert lines[2].startswith(f"{short_film}: 6 frames in ")
    assert [len(read_film(tmp_path / name)[0]) for name in ("a.mp4", "b.mp4")] == [100, 6]


def test_a_source_that_fails_does_not_end_the_others_but_the_command_fails(
    run: Callable[..., Result], film: Path
):
    lost = ("--video_source", "yard=rtsp://user:secret@127.0.0.1:9/live", "--reconnect_limit", 0)
    result = run(*lost, "--video_source", film)
    assert result.exit_code == 1
    assert "100 frames in" in result.stdout
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: rtsp://127.0.0.1:9/live: cannot be opened")
    assert line.endswith("given up after 0 reconnects")


def test_a_film_with_labels_that_follow_runs_at_its_own_pace(run: Callable[..., Result], tmp_path: Path):
    film = write_film(tmp_path / "film.mp4", [picture(RED)] * 6, rate=5)
    begun = monotonic()
    result = run("--video_source", film, "--video_async", "--output", tmp_path / "out.mp4")
    images, _ = read_film(tmp_path / "out.mp4")
    assert monotonic() - begun >= 1
    assert "6 frames in " in result.stdout
    assert len(images) == 6
    assert abs(images[0].astype(int) - picture(RED)).max() < 60  # the first answer is yet to come
    assert abs(images[-1].astype(int) - picture(RED)).max() > 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--video_source", "{film}", "--video_source", "{film}"), "two sources are called"),
        (("--video_source", "{film}", "--output", "a.mp4", "--output", "b.mp4"), "need as many --output"),
        (
            ("--video_source", "{film}", "--video_source", "b={film}", *["--output", "a.mp4"] * 2),
            "two --output are the same file",
        ),
    ],
)
def test_sources_and_films_that_do_not_go_together_are_wrong_usage(
    run: Callable[..., Result], film: Path, words: tuple[str, ...], said: str
):
    result = run(*(word.format(film=film) for word in words))
    assert result.exit_code == 2
    assert said in result.stderr


def _start(film: Path, *words: str, seconds: float = 0.02) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    code = SLOW_COMMAND.replace("SECONDS", str(seconds))
    command = [sys.executable, "-c", code, *ALONE, "--video_source", str(film), *words]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "looking\n"
    return process


@pytest.mark.slow
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_ends_the_work_in_good_order(film: Path, tmp_path: Path, number: int, exit_code: int):
    process = _start(film, "--output", str(tmp_path / "out.mp4"))
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    count = int(out.split()[0])
    assert 0 < count < 100
    assert len(read_film(tmp_path / "out.mp4")[0]) == count
    assert process.returncode == exit_code
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "out.mp4"]


@pytest.mark.slow
def test_sighup_reads_the_classifiers_again(film: Path):
    process = _start(film, seconds=PATIENCE)
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=PATIENCE)
    assert "the classifiers were read again" in err
    assert "  New  in " in out  # the name that only the new classifiers know
    assert process.returncode == 0


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_the_work_quietly(film: Path, tmp_path: Path):
    process = _start(film, "--output", str(tmp_path / "out.mp4"))
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=PATIENCE)
    assert set(err.splitlines()) <= {"looking"}
    assert process.returncode == 1
    assert 0 < len(read_film(tmp_path / "out.mp4")[0]) <= 100


def test_help_is_shown_before_anything_heavy_is_loaded():
    heavy = {"cv2", "openvino", "sklearn", "PIL", "rich", "requests"}
    code = f"import sys; from svod_rcgn.commands import video; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
