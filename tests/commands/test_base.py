import logging

import click
import pytest
from click.testing import CliRunner

from svod_rcgn.commands import base, options, program_names
from svod_rcgn.errors import InputError


def command_that(action):
    @base.command("example")
    @base.option("--some_number", default=5, help="A number.")
    def main(some_number):
        click.echo(action(some_number))

    return main


def fail_with(error):
    def action(number):
        raise error

    return command_that(action)


@pytest.mark.parametrize("spelling", ["--some_number", "--some-number"])
def test_an_option_is_taken_with_underscores_and_with_dashes(spelling):
    assert CliRunner().invoke(command_that(str), [spelling, "7"]).output == "7\n"


def test_a_failure_is_one_line_on_stderr_and_exit_code_1():
    result = CliRunner().invoke(fail_with(InputError("x.jpg: no such file;\nlook again")), [])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "error: x.jpg: no such file; look again\n"


def test_a_full_disk_and_a_missing_library_are_one_line_too():
    result = CliRunner().invoke(fail_with(OSError(28, "No space left on device", "film.mp4")), [])
    assert (result.exit_code, result.stderr) == (1, "error: film.mp4: No space left on device\n")
    result = CliRunner().invoke(fail_with(ImportError("libGL.so.1: cannot open shared object file")), [])
    assert (result.exit_code, "apt-get install libgl1" in result.stderr) == (1, True)


def test_details_are_shown_only_when_asked_for(caplog):
    CliRunner().invoke(fail_with(InputError("no")), [])
    assert not caplog.records
    CliRunner().invoke(fail_with(InputError("no")), ["--debug"])
    assert "Traceback" in caplog.text


def test_an_interruption_ends_with_130_and_wrong_usage_with_2():
    assert CliRunner().invoke(fail_with(KeyboardInterrupt()), []).exit_code == 130


def test_a_lock_that_an_interrupt_caught_half_let_go_is_an_interrupt():
    lock = RuntimeError("release unlocked lock")
    lock.__context__ = KeyboardInterrupt()
    result = CliRunner().invoke(fail_with(lock), [])
    assert (result.exit_code, result.stderr) == (130, "error: interrupted\n")
    assert isinstance(CliRunner().invoke(fail_with(RuntimeError("ours")), []).exception, RuntimeError)
    assert CliRunner().invoke(command_that(str), ["--some_number", "many"]).exit_code == 2


def test_a_defect_of_the_program_keeps_its_traceback():
    assert isinstance(CliRunner().invoke(fail_with(ZeroDivisionError()), []).exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("words", "folder"),
    [
        ([], "models/face_detection"),
        (["--detector", "centerface"], "models/face_detection"),
        (["--detector", "mtcnn"], "models/mtcnn"),
        (["--detector", "./mtcnn"], "mtcnn"),
        (["--detector_dir", "elsewhere"], "elsewhere"),
    ],
)
def test_a_detector_is_named_or_its_folder_is(words, folder):
    @base.command("example")
    @options.detector_dir
    def main(detector_dir):
        click.echo(detector_dir.as_posix())

    assert CliRunner().invoke(main, words).output == f"{folder}\n"


NAMED = "run `python download_models.py --demo` or `python -m svod_rcgn.people list`"


@pytest.fixture(
    params=[
        ("prepare.py", NAMED),
        ("bin/svod-prepare", "run `svod-download-models --demo` or `svod-people list`"),
    ]
)
def named(request, monkeypatch):
    """Commands as they are to be named where this one was called in some way."""
    program, line = request.param
    monkeypatch.setattr("sys.argv", [program])
    return line


def test_an_error_names_other_commands_as_this_one_was_called(named):
    assert CliRunner().invoke(fail_with(InputError(NAMED)), []).stderr == f"error: {named}\n"


@pytest.mark.parametrize(
    "warn",
    [lambda line: base.say(line, err=True), logging.getLogger("svod_rcgn").warning],
    ids=["say", "log"],
)
def test_a_warning_names_other_commands_so_too(named, warn, monkeypatch):
    monkeypatch.setattr(logging.root, "handlers", [])  # as in a process of its own
    assert CliRunner().invoke(command_that(lambda _: warn(NAMED)), []).stderr == f"{named}\n"


def test_the_help_names_other_commands_so_too(named):
    command = command_that(str)
    command.help = NAMED
    told = CliRunner().invoke(command, ["--help"], terminal_width=60).stdout
    assert named in " ".join(told.split())


@pytest.mark.parametrize("words", [["--model", "own", "--version"], ["--version", "--model", "own"]])
def test_the_networks_asked_for_are_told_with_the_versions(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where no network is installed that would be told too

    @base.command("example")
    @options.model
    @options.detector_dir
    def main(**_):
        pytest.fail("runs")

    *_, embedder, detector = CliRunner().invoke(main, [*words, "--detector", "mtcnn"]).output.splitlines()
    assert embedder.startswith("own: no network here")
    assert detector.startswith("models/mtcnn: no network here")


def test_a_detector_is_completed_by_its_name_or_a_folder():
    offers = options.DetectorFolder().shell_complete(None, None, "m")
    assert [(offer.value, offer.type) for offer in offers] == [("mtcnn", "plain"), ("m", "dir")]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("prepare.py", "`python prepare.py --wait 5`"),
        ("/usr/bin/svod", "`svod prepare --wait 5`"),
        ("/usr/bin/svod-video", "`svod-prepare --wait 5`"),
        ("/lib/svod_rcgn/__main__.py", "`python -m svod_rcgn prepare --wait 5`"),
        ("/lib/svod_rcgn/control/__main__.py", "`python prepare.py --wait 5`"),
    ],
)
def test_messages_name_commands_as_this_one_was_called(
    monkeypatch: pytest.MonkeyPatch, program: str, told: str
):
    monkeypatch.setattr("sys.argv", [program])
    assert program_names.as_called("`python prepare.py --wait 5`") == told
