from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from svod_rcgn.commands import base


def help_of(*options, width: int = 80) -> list[str]:
    @base.command("example")
    def main(**_values):
        """Do it."""

    main.params[:0] = [each(lambda: None).__click_params__[0] for each in options]
    return CliRunner().invoke(main, ["--help"], terminal_width=width).output.splitlines()


def test_options_stand_in_their_sections_and_what_all_commands_have_comes_last():
    lines = help_of(
        base.option("--one", section="First", help="A."),
        base.option("--two", section="Second", help="B."),
        base.option("--three", section="First", help="C."),
    )
    assert [line.strip().split()[0] for line in lines[4:]] == [
        "First:", "--one", "--three", "Second:", "--two", "General:", "--version", "--debug", "-h,",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (base.option("--pace", default=0.5, help="How fast."), "--pace FLOAT  How fast. [0.5]"),
        (
            base.option("--wait", type=click.FloatRange(0), default=20.0, help="So long."),
            "--wait N  So long. [20]",
        ),
        (base.folder_option("--out_dir", default=Path("a/b"), help="There."), "--out_dir DIR  There. [a/b]"),
        (base.option("--kind", type=click.Choice(["a", "b"]), help="Which."), "--kind a|b  Which."),
        (base.option("--each", multiple=True, default=["x", "y"], help="All."), "--each TEXT  All. [x, y]"),
        (
            base.option("--fast/--slow", default=None, show_default="as is", help="Way."),
            "--fast/--slow  Way. [as is]",
        ),
        (base.option("--quiet", is_flag=True, help="Say nothing."), "--quiet  Say nothing."),
        (base.option("--none", type=int, help="Without default."), "--none INTEGER  Without default."),
        (
            base.option("--key", envvar="THE_KEY", show_envvar=True, metavar="HEX", help="Secret."),
            "--key HEX  Secret. [$THE_KEY]",
        ),
    ],
)
def test_an_option_tells_its_value_its_default_and_its_variable_on_one_line(option, line: str):
    assert line in map(str.strip, help_of(option))


def test_what_does_not_fit_goes_on_under_itself():
    lines = help_of(
        base.option("--word", help="So much is to be said of it that no line of eighty can hold it all.")
    )
    first, second = lines[5:7]
    assert first.startswith("  --word TEXT  So much")
    assert second.startswith(" " * first.index("So much"))
    assert max(map(len, lines)) <= 80
