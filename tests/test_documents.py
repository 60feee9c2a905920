"""Every command line and every option that a text shows is one that the commands take."""

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click
import pytest

from svod_rcgn.commands import svod as door

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data/README.md", ROOT / "models/README.md"]
)
DOCUMENTS = [*TEXTS, ROOT / "docs/svod-rcgn.service", ROOT / "Dockerfile"]
SOURCES = sorted((ROOT / "svod_rcgn").rglob("*.py"))
MODULES = {path.stem: f"svod_rcgn.commands.{path.stem}" for path in ROOT.glob("svod_rcgn/commands/*.py")}
INSTALLED = {f"svod-{name.replace('_', '-')}": module for name, module in MODULES.items()}
PLACES = ("DIR", "FOLDER", "FILM", "FILE", "data/demo/demo.mp4", "data/demo/faces")  # as if they were there

_JOINED = re.compile(r"\\\n[# ]*")
_BETWEEN_TICKS = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "  # what a console shows before what is typed; the rest is what it answers
_OPTIONAL = re.compile(r"[][]|\.\.\.")
_OPTION = re.compile(r"--[a-z][a-z0-9_]+")
_FILLED_IN = re.compile(r"\{[^}]+\}")
_AT_THE_DOOR = re.compile(r"(?:svod|\S*python -m svod_rcgn) ([a-z][a-z_-]*)(?: |$)")
_PIPS_OPTIONS = {"--require"}


def module_of(words: list[str]) -> tuple[str, int] | None:
    """The module of the command that words begin with, and how many of them name it."""
    match words:
        case ["svod", name, *_] | [_, "-m", "svod_rcgn", name, *_] if name.replace("-", "_") in door.COMMANDS:
            return MODULES[name.replace("-", "_")], words.index(name) + 1
        case [python, "-m", module, *_] if python.endswith("python") and module.startswith("svod_rcgn."):
            return f"svod_rcgn.commands.{module.rpartition('.')[2]}", 3
        case [python, "-m", module, *_] if python.endswith("python") and module.startswith("benchmarks"):
            return (module if "." in module else f"{module}.__main__"), 3
        case [python, script, *_] if python.endswith("python") and script.endswith(".py"):
            name = script.removesuffix(".py").replace("/", ".")
            return (name if "." in name else f"svod_rcgn.commands.{name}"), 2
        case [program, *_] if program in INSTALLED:
            return INSTALLED[program], 1
    return None


def command_of(words: list[str]) -> tuple[click.Command, list[str]] | None:
    """The command among the words, whatever stands before it, and what it is given."""
    for start in range(len(words)):
        if found := module_of(words[start:]):
            module, length = found
            return import_module(module).main, words[start + length :]
    unknown = _AT_THE_DOOR.match(" ".join(words))
    return (door.main, [unknown[1]]) if unknown else None


def commands_in(line: str) -> Iterator[tuple[click.Command, list[str]]]:
    """The commands in a line of a shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        read = [*lexer, ";"]
    except ValueError:  # the quotation marks of prose, which no shell would take
        return
    for word in read:
        if set(word) <= set(";&|<>"):
            if found := command_of(words):
                yield found
            words = []
        else:
            words.append(word)


def blocks_of(path: Path) -> list[str]:
    """The lines that somebody may type as they stand."""
    text = _JOINED.sub(" ", path.read_text(encoding="utf-8"))
    blocks = _FENCE.findall(text) if path in TEXTS else [("", text)]
    lines = [
        line for language, block in blocks for line in block.splitlines()
        if language != "console" or line.startswith(_PROMPT)
    ]  # fmt: skip
    return [_OPTIONAL.sub("", line.strip("$#`. ")).replace(" HEX", f" {64 * '0'}") for line in lines]


def mentions_of(path: Path) -> list[str]:
    """What stands between ticks in prose and in messages: a command alone, or with some of its words."""
    return _BETWEEN_TICKS.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))


def parse(line: str) -> int:
    """Parse the commands of a line, run none, and tell how many there were.

    Raises:
        click.UsageError: One does not take what it is given.
    """
    found = list(commands_in(line))
    for command, words in found:
        with suppress(click.exceptions.Exit):  # --help and --version end there
            parse_one(command, words)
    return len(found)


def parse_one(command: click.Command, words: list[str]) -> None:
    if not isinstance(command, click.Group):
        command.make_context(command.name, list(words))
    elif words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            raise click.UsageError(f"{command.name} has no {words[0]}")
        parse_one(command.commands[words[0]], words[1:])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in PLACES:
        (tmp_path / name).mkdir(parents=True)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_line_of_a_document_parses(path: Path):
    for line in blocks_of(path):
        parse(line)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_prose_calls_a_command_is_one(path: Path):
    for line in mentions_of(path):
        with suppress(click.MissingParameter):
            parse(line)


def test_the_readme_shows_every_command():
    shown_ones = {command.name for line in blocks_of(ROOT / "README.md") for command, _ in commands_in(line)}
    scripts = {path.stem for path in ROOT.glob("*.py")} - {"setup"}
    assert shown_ones >= scripts | {"control", "evaluate", "events", "models", "people"}


def test_every_command_line_of_a_message_parses():
    lines = [
        _FILLED_IN.sub("mtcnn", line)  # a name that any option takes
        for path in SOURCES
        for line in mentions_of(path)
        if line.startswith("python ")
    ]
    assert sum(map(parse, lines)) > 10


@pytest.mark.parametrize(
    "line",
    [
        "python video.py --no_windows",
        "cd /opt && .venv/bin/python prepare.py --wait long && true",
        "python -m svod_rcgn.people rename Ada",
        "python -m svod_rcgn.people forget Ada",
        "docker run --rm image svod-download-models --detector other",
        "svod video --no_windows",
        "svod vidoe --no_window",
        "svod download-models --detector other",
        "runuser -u svod -- svod prepare --wait long",
        "python -m svod_rcgn nonsense",
        "python -m svod_rcgn prepare --wait long",
        "python benchmarks/growth.py --faces NOWHERE",
    ],
)
def test_a_line_that_does_not_parse_is_found(line: str):
    with pytest.raises(click.UsageError):
        parse(line)


def options_of(command: click.Command) -> set[str]:
    below = command.commands.values() if isinstance(command, click.Group) else []
    own = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return own.union({"--help"}, *map(options_of, below))


def test_every_option_that_a_document_names_is_there():
    mains = [getattr(import_module(module), "main", None) for module in MODULES.values()]
    commands = [each for each in mains if isinstance(each, click.Command)]
    lines = [line for path in TEXTS for line in (*blocks_of(path), *mentions_of(path))]
    commands += [command for line in lines for command, _ in commands_in(line)]
    known = set[str]().union(*map(options_of, commands))
    named = {name for path in TEXTS for line in _BETWEEN_TICKS.findall(path.read_text("utf-8"))
             for name in _OPTION.findall(line)}  # fmt: skip
    assert len(named) > 20
    assert named - known <= _PIPS_OPTIONS
