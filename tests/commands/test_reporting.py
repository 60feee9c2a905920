import io

from rich.console import Console
from rich.progress import Progress

from svod_rcgn.commands.progress import ReporterBars


def test_on_a_terminal_lines_stay_whole_above_a_bar() -> None:
    screen = io.StringIO()
    line = "fetching https://example.org/[a]/" + "x" * 100
    with Progress(console=Console(file=screen, force_terminal=True, width=40)) as bars:
        reporter = ReporterBars(bars)
        reporter.say(line)
        reporter.progress(1, 4)
        assert bars.tasks[0].percentage == 25
        reporter.say("converting")
        assert bars.tasks[0].total is None
    assert line in screen.getvalue()
