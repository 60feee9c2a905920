"""What all commands have in common: their help, their common options, and how a shell completes them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete, ZshComplete
from click.testing import CliRunner

from svod_rcgn.commands import helptext
from svod_rcgn.commands import svod as door
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
NAMES = (
    "control", "datasets", "detect", "download_classifiers", "download_models", "evaluate", "events",
    "explain", "export_classifiers", "fill_meta", "identify", "models", "people", "prepare", "rules",
    "train", "video", "web",
)  # fmt: skip
CALLED = re.compile(r"python -m svod_rcgn[ .]|python |\.py\b")  # what a command's name has round it
WIDTH = 80
LINES = 60  # of a screen that is maximised


def command_of(name: str) -> click.Command:
    return import_module(f"svod_rcgn.commands.{name}").main


def leaves(command: click.Command) -> Iterator[click.Command]:
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from leaves(each)
    else:
        yield command


ALL = [each for name in NAMES for each in leaves(command_of(name))]


def help_of(command: click.Command) -> list[str]:
    result = CliRunner().invoke(command, ["--help"], terminal_width=WIDTH, prog_name=f"svod-{command.name}")
    assert result.exit_code == 0
    return result.output.splitlines()


@pytest.mark.parametrize(
    "command", [*ALL, command_of("people"), command_of("models")], ids=lambda each: each.name
)
def test_the_help_of_a_command_fits_a_screen(command: click.Command):
    lines = help_of(command)
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) <= LINES


@pytest.mark.parametrize("command", [command_of("people"), command_of("models")], ids=lambda each: each.name)
def test_a_group_tells_each_of_its_commands_in_whole_words(command: click.Command):
    assert not [line for line in help_of(command) if line.endswith("...") and "ARGS" not in line]


@pytest.mark.parametrize("command", ALL, ids=lambda each: each.name)
def test_every_option_has_a_section_and_says_what_it_is_for(command: click.Command):
    for each in command.params:
        if isinstance(each, click.Option):
            assert isinstance(each, helptext.Option), each.name
            assert each.section != "Options", each.name
            assert each.help, each.name
            assert each.help.endswith("."), each.name


def test_an_option_that_several_commands_have_is_the_same_in_all():
    first: dict[str, tuple] = {}
    for command in ALL:
        for each in command.params:
            own = command.name, each.name
            if isinstance(each, click.Option) and own not in DIFFERENT:
                told = each.help, each.section, each.type.name, each.is_flag, str(each.default), each.metavar
                assert first.setdefault(each.name, told) == told, own


# The same word for another thing: what is fetched, made or thrown away there is not what it is here.
DIFFERENT = {
    ("download_models", "detector"), ("download_models", "detector_dir"), ("add", "force"),
    ("download_models", "force"), ("export_classifiers", "force"), ("fill_meta", "dry_run"),
    ("evaluate", "output"), ("prepare", "sha256"), ("download_classifiers", "sha256"), ("add", "name"),
    ("detect", "network"), ("events", "unknown"), ("download_classifiers", "network"),
    ("export_classifiers", "network"),
    ("classifier", "int8"), ("detector", "int8"), ("download_models", "int8"), ("classifier", "refuse_worse"),
    ("web", "video_sources"), ("web", "host"), ("web", "port"),
    ("explain", "form"), ("explain", "network"), ("explain", "output"), ("explain", "seconds"),
    ("explain", "at"), ("colour", "at"), ("colour", "name"), ("replay", "since"), ("why", "at"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_command_tells_versions_and_networks(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command_of(name), ["--version"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()[:3]] == [
        "svod-rcgn",
        "OpenVINO",
        "scikit-learn",
    ]
    assert "models/face_detection: " in result.output


@pytest.mark.parametrize("name", NAMES)
def test_wrong_usage_is_2_and_says_where_help_is(name: str):
    result = CliRunner().invoke(command_of(name), ["--no_such_option"], prog_name="svod")
    assert result.exit_code == 2
    assert "help' for help." in result.stderr
    assert "No such option" in result.stderr


HEAVY = {
    "numpy",
    "cv2",
    "openvino",
    "sklearn",
    "PIL",
    "rich",
    "requests",
    "matplotlib",
    "zmq",
    "fsspec",
    "scipy",
}


@pytest.mark.parametrize("name", NAMES)
def test_help_is_told_before_anything_heavy_is_imported(name: str):
    code = (
        "import sys; from click.testing import CliRunner; "
        f"from svod_rcgn.commands.{name} import main; assert not CliRunner().invoke(main, ['-h']).exit_code; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not HEAVY & set(told.stdout.split())


@pytest.mark.parametrize(
    ("name", "typed", "offered"),
    [
        (
            "video",
            "--notify_f",
            {"--notify_face_detection_period", "--notify_face_detection_prob", "--notify_format"},
        ),
        ("video", "--notify_format ", {"text", "json"}),
        ("prepare", "--detector c", {"centerface"}),
        ("people", "re", {"rename", "remove"}),
        ("people", "remove --dry", {"--dry_run"}),
        ("control", "st", {"status", "stop"}),
    ],
)
def test_a_shell_completes_commands_options_and_values(name: str, typed: str, offered: set[str]):
    words = f"svod-{name} {typed}"
    environment = {
        "_SVOD_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    result = CliRunner().invoke(
        command_of(name), env=environment, prog_name="svod", complete_var="_SVOD_COMPLETE"
    )
    assert result.exit_code == 0
    assert {line.partition(",")[2] for line in result.output.split()} - {"c"} == offered


def test_the_door_lists_every_command_with_what_it_does():
    result = CliRunner().invoke(door.main, ["--help"], terminal_width=WIDTH, prog_name="svod")
    assert result.exit_code == 0
    assert set(door.COMMANDS) == set(NAMES)
    for name, what in door.COMMANDS.items():
        assert f"  {name} " in result.output
        assert what in result.output


@pytest.mark.parametrize(
    "asked", ["['--help']", "[], env=dict(_SVOD_COMPLETE='zsh_complete', COMP_WORDS='svod ', COMP_CWORD='1')"]
)
def test_the_door_lists_commands_without_loading_any(asked: str):
    code = (
        "import sys; from click.testing import CliRunner; from svod_rcgn.commands.svod import main; "
        f"told = CliRunner().invoke(main, prog_name='svod', complete_var='_SVOD_COMPLETE', args={asked}); "
        "assert not told.exit_code and 'fill_meta' in told.output; print(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert not {f"svod_rcgn.commands.{name}" for name in NAMES} & loaded
    assert not HEAVY & {name.partition(".")[0] for name in loaded}


@pytest.mark.parametrize("name", NAMES)
def test_the_door_opens_every_command_by_its_name_and_with_dashes(name: str):
    for words in ([name, "-h"], [name.replace("_", "-"), "-h"]):
        result = CliRunner().invoke(door.main, words, prog_name="svod")
        assert result.exit_code == 0
        assert result.output.startswith(f"Usage: svod {words[0]} ")


@pytest.mark.parametrize(
    ("words", "code"), [(["people", "remove", "Nobody"], 1), (["video", "--nonsense"], 2), (["nonsense"], 2)]
)
def test_a_failure_behind_the_door_is_the_commands_own(
    words: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(door.main, words, prog_name="svod")
    assert result.exit_code == code
    assert result.stderr.startswith("error: " if code == 1 else "Usage: svod ")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pre", {"prepare"}),
        ("people re", {"rename", "remove"}),
        ("video --notify_format ", {"text", "json"}),
        ("prepare --detector c", {"centerface"}),
    ],
)
def test_a_shell_completes_all_of_it_behind_the_door(typed: str, offered: set[str]):
    words = f"svod {typed}"
    environment = {
        "_SVOD_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    result = CliRunner().invoke(door.main, env=environment, prog_name="svod", complete_var="_SVOD_COMPLETE")
    assert result.exit_code == 0
    assert {line.partition(",")[2] for line in result.output.split()} - {"c"} == offered


def offered_behind_the_door(*words: str) -> set[str]:
    *before, begun = words
    return {each.value for each in ShellComplete(door.main, {}, "svod", "").get_completions([*before], begun)}


@pytest.mark.parametrize("name", NAMES)
def test_a_shell_completes_every_command_of_a_command_and_all_their_options(name: str):
    command = command_of(name)
    below = command.commands if isinstance(command, click.Group) else {}
    assert name in offered_behind_the_door(name[:-1])
    assert offered_behind_the_door(name, "") >= set(below)
    for words, each in [([name, other], below[other]) for other in below] or [([name], command)]:
        names = {name for option in each.params for name in (*option.opts, *option.secondary_opts)}
        long_ones = {name for name in names if name.startswith("--")} | {"--help"}
        assert offered_behind_the_door(*words, "--") == long_ones


def test_a_shell_that_shows_what_commands_do_gets_the_lines_of_the_list():
    offers = ZshComplete(door.main, {}, "svod", "").get_completions([], "")
    assert {each.value: each.help for each in offers if each.value in NAMES} == door.COMMANDS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alone", "words", "code"),
    [
        ("video.py", ["--video_source", "none.mp4", "--no_window"], 1),
        ("prepare.py", ["--skip_alignment", "--skip_training"], 2),
        ("-m svod_rcgn.people", ["remove", "Nobody"], 1),
        ("-m svod_rcgn.people", ["list"], 0),
    ],
)
def test_a_command_behind_the_door_says_and_ends_as_it_does_alone(
    alone: str, words: list[str], code: int, tmp_path: Path
):
    def run(*way: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, *way, *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        return done.returncode, CALLED.sub("", done.stdout), CALLED.sub("", done.stderr)

    (name,) = re.findall(r"(\w+)(?:\.py)?$", alone)
    told = run(*alone.split()) if alone.startswith("-m") else run(str(ROOT / alone))
    assert told == run("-m", "svod_rcgn", name)
    assert told[0] == code


@pytest.mark.parametrize(
    ("name", "short", "long"),
    [
        ("video", "--notify_period", "--notify_face_detection_period"),
        ("video", "--notify_share", "--notify_face_detection_prob"),
        ("video", "--face_network", "--model"),
        ("prepare", "--face_network", "--model"),
        ("evaluate", "--face_network", "--model"),
        ("prepare", "--release_name", "--model_name"),
        ("prepare", "--release_version", "--model_version"),
    ],
)
def test_a_shorter_name_says_what_the_older_one_says_and_stands_alone_in_the_help(
    name: str, short: str, long: str
):
    command = command_of(name)
    contexts = [command.make_context(name, [word, "0.7"]) for word in (short, long, long.replace("_", "-"))]
    (parameter,) = [each.name for each in command.params if short in each.opts]
    assert str(contexts[0].params[parameter]) == "0.7"
    assert len({str(context.params[parameter]) for context in contexts}) == 1
    lines = [line.split()[0] for line in help_of(command) if line.startswith("  --")]
    assert short in lines
    assert long not in lines


@pytest.mark.parametrize(
    ("script", "option"),
    [
        ("prepare", "--false_accept_rate"),
        ("prepare", "--wait"),
        ("prepare", "--max_unpacked_gb"),
        ("prepare", "--max_unpacked_ratio"),
        ("video", "--notify_absence"),
        ("control", "--timeout"),
    ],
)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_is_wrong_usage(script, option, value):
    done = CliRunner().invoke(command_of(script), [option, value])
    assert done.exit_code == 2
    assert option in done.output
