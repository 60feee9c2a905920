"""Rules over what is seen: check them, list them, and try them on a film."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..faces.settings import Paths
from ..text import counted, on_one_line
from . import base, options, times
from .tables import print_table
from .watch import wing_options

if TYPE_CHECKING:
    from ..app.rule_replay import Replay
    from ..app.rule_trial import RuleTrial
    from ..records import Event, Image
    from ..rules.engine import Happening
    from ..rules.expectation import Comparison, Expected
    from ..rules.vocabulary import RulesText

_EXPECT = "What is expected"
_MOST_LINES = 50
DAY = 86_400
_files = click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
_style = base.option(
    "--format",
    "style",
    type=click.Choice(["table", "json"]),
    default="table",
    section=base.RUN,
    help="For people or for programs.",
)


@base.group("rules")
def main() -> None:
    """Say what happened: rules over what cameras see.

    A rules file is TOML; docs/rules.md teaches it by recipes.
    """


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command of this group."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        made = base.command(name)(function)
        main.add_command(made)
        return made

    return decorate


@_command("check")
@_files
def check(*, paths: tuple[Path, ...]) -> None:
    """Check rules files.

    What cannot be is refused with its line and the reason.
    """
    rules = _read(paths)
    parts = [counted(len(rules.rules), "rule"), counted(len(rules.zones), "zone")]
    parts += [counted(len(rules.lines), "line"), counted(len(rules.lights), "light")]
    base.say(f"good: {', '.join(parts)}")


@_command("list")
@_files
@_style
def list_rules(*, paths: tuple[Path, ...], style: str) -> None:
    """List the rules of files."""
    import msgspec

    rules = _read(paths)
    if style == "json":
        terminal.write_data(msgspec.json.format(msgspec.json.encode(rules.rules), indent=2) + b"\n")
        return
    rows = [
        (
            rule.name,
            ", ".join(rule.cameras) or "all",
            _looked_at(rule.look),
            _condition(rule.when),
            rule.severity,
        )
        for rule in rules.rules
    ]
    print_table(("rule", "cameras", "looks at", "when", "severity"), rows, fold=True)


@_command("schema")
def schema() -> None:
    """Print the JSON schema of rules files.

    Editors check and complete by it.
    """
    import msgspec

    from ..rules.rule_file import json_schema

    terminal.write_data(msgspec.json.format(msgspec.json.encode(json_schema()), indent=2) + b"\n")


@_command("test")
@click.argument("film")
@base.option(
    "--expect",
    type=click.Path(path_type=Path),
    metavar="CSV",
    section=_EXPECT,
    help="Columns rule, time, subject.",
)
@base.option(
    "--tolerance",
    type=base.Range(min=0),
    default=2.0,
    metavar="SEC",
    section=_EXPECT,
    help="An event may be so early or late.",
)
@base.option(
    "--precision", type=base.Range(min=0, max=1), default=1.0, section=_EXPECT, help="The least, 0 to 1."
)
@base.option(
    "--recall", type=base.Range(min=0, max=1), default=1.0, section=_EXPECT, help="The least, 0 to 1."
)
@base.option("--why", is_flag=True, section=_EXPECT, help="Why rules did not fire.")
@_style
@wing_options.add_options
@options.classifiers_dir
@options.model
@options.detector_dir
@options.background_dir
@options.device
def test(
    *,
    film: str,
    expect: Path | None,
    tolerance: float,
    precision: float,
    recall: float,
    why: bool,
    style: str,
    looking: wing_options.WingOptions,
    classifiers_dir: Path,
    model: Path,
    detector_dir: Path,
    background_dir: Path | None,
    device: str,
) -> None:
    """Try rules on a film.

    FILM is taken as fast as it can be read, and each event is printed with its time.

    With --expect, precision, recall and delay are told, and the exit code is 1 where they fall short: rules
    have tests.
    """
    from ..errors import InputError
    from ..rules import expectation

    if not looking.rules:
        raise click.UsageError("name the rules: --rules FILE")
    text = _read(looking.rules)
    expected = None
    if expect is not None:
        expected = expectation.read_expected(expect, [rule.name for rule in text.rules])
    paths = Paths(classifiers_dir=classifiers_dir, embedding_dir=model, detection_dir=detector_dir,
                  background_dir=background_dir)  # fmt: skip
    trial = _trial(film, text, looking, paths, device)
    happenings = _run(trial, live=style == "table")
    begun = [each.event for each in happenings if each.event.phase.value == "begun"]
    compared = None if expected is None else expectation.compare(expected, begun, tolerance)
    if style == "json":
        _write_json(happenings, compared, trial if why else None)
    else:
        _write_lines(begun, compared, trial if why else None)
    if compared is not None and (compared.precision < precision or compared.recall < recall):
        raise InputError(
            f"{film}: precision {compared.precision:.2f}, recall {compared.recall:.2f};"
            f" expected at least {precision:g} and {recall:g}"
        )


_POINT = re.compile(r"(0|1|0?\.\d+|1\.0+),(0|1|0?\.\d+|1\.0+)")


def _point(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> tuple[float, float] | None:
    """Two shares of the picture."""
    if value is None:
        return None
    found = _POINT.fullmatch(value.replace(" ", ""))
    if found is None:
        raise click.BadParameter(f"{value} is no point; give shares of width and height as 0.31,0.52")
    return float(found[1]), float(found[2])


def _white(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A colour as #rrggbb that a camera may make of white."""
    from ..rules.vocabulary import WHITE

    if value is not None and not re.search(WHITE, value):
        raise click.BadParameter(f"{value} is no white; give a colour as #ffe4b0, of which no part is 00")
    return value


def _visible(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """A name that a rules file takes."""
    from ..rules.vocabulary import LONGEST_NAME

    if not value.strip() or len(value) > LONGEST_NAME:
        raise click.BadParameter(f"give a name of 1 to {LONGEST_NAME} characters")
    return value


_PICK = "What is pointed at"


@_command("colour")
@click.argument("film")
@base.option(
    "--at", type=base.Range(min=0), default=0.0, metavar="SEC", section=_PICK, help="When it is lit."
)
@base.option(
    "--point", metavar="X,Y", callback=_point, required=True, section=_PICK, help="Where, as 0.31,0.52."
)
@base.option(
    "--name",
    default="mine",
    metavar="NAME",
    callback=_visible,
    section=_PICK,
    help="What the colour is called.",
)
@base.option(
    "--white", callback=_white, metavar="#RRGGBB", section=_PICK, help="What the camera makes of white."
)
def colour(*, film: str, at: float, point: tuple[float, float], name: str, white: str | None) -> None:
    """Name the colour of a light by one click.

    FILM is looked at once, and the lines are printed that a rules file needs for the colour of the light at
    --point, in shares of width and height.
    """
    from ..errors import InputError
    from ..lights.hue import linear_of
    from ..lights.pick import colour_at, light_at

    image = _picture_at(film, at)
    box = light_at(image, point)
    if box is None:
        raise InputError(f"{film}: nothing at {point[0]:g},{point[1]:g} is brighter than what is around it")
    found = colour_at(image, box, linear_of(white) if white else (1.0, 1.0, 1.0))
    if found is None:
        raise InputError(f"{film}: too bright to tell; choose a moment or a camera setting that is darker")
    terminal.write_line("[colours]")
    terminal.write_line(f'{json.dumps(name, ensure_ascii=False)} = "{found}"')


def _picture_at(film: str, at: float) -> Image:
    from ..errors import InputError
    from ..media.sources import open_source

    source, last = open_source(film), 0.0
    if source.live:
        raise InputError(f"{film}: a colour is taken from a film or a picture")
    with closing(source.frames()) as frames:
        for frame in frames:
            last = frame.time
            if last >= at:
                return frame.image
    raise InputError(f"{film}: ends at {last:.1f} s; give --at within it")


_rules = base.option(
    "--rules",
    "paths",
    type=click.Path(path_type=Path),
    multiple=True,
    default=[wing_options.RULES],
    metavar="FILE",
    section=base.FOLDERS,
    help="The rules; several.",
)


@_command("replay")
@base.option(
    "--since",
    metavar="TIME",
    callback=times.moment,
    default="7d",
    section=_EXPECT,
    help="Since then: 2026-01-31, 2026-01-31T18:30, 12h, 7d.",
)
@_style
@_rules
@options.history_dir
def replay(*, since: float, style: str, paths: tuple[Path, ...], history_dir: Path) -> None:
    """Run rules on what cameras saw, without a picture.

    What these rules say of it is held against the events on record: which would be gone, and which are new.
    """
    from ..app import rule_replay

    done = rule_replay.replay(history_dir, _read(paths), since)
    if style == "json":
        _write_replay(done)
    else:
        _say_replay(done)


@_command("why")
@click.argument("name")
@base.option(
    "--at",
    metavar="TIME",
    callback=times.moment,
    required=True,
    section=_EXPECT,
    help="Then: 2026-01-31T18:30:05, 5m.",
)
@_rules
@options.history_dir
def why(*, name: str, at: float, paths: tuple[Path, ...], history_dir: Path) -> None:
    """Tell why a rule did not fire.

    NAME is the rule; the first condition that failed is told, and by how much.
    """
    from ..app import rule_replay

    for answer in rule_replay.why(history_dir, _read(paths), name, at):
        base.say(on_one_line(rule_replay.answered(name, answer)))


def _read(paths: Sequence[Path]) -> RulesText:
    from ..app.light_plan import KNOWN_COLOURS
    from ..rules.rule_file import read_all

    return read_all(paths, KNOWN_COLOURS)


def _trial(
    film: str, text: RulesText, looking: wing_options.WingOptions, paths: Paths, device: str
) -> RuleTrial:
    from ..app.rule_trial import RuleTrial
    from ..errors import InputError
    from ..media.settings import VideoSettings
    from ..media.sources import open_source

    source = open_source(film)
    if source.live:
        raise InputError(f"{film}: rules are tried on a film; `svod video --rules FILE` watches cameras")
    return RuleTrial(source, looking.open(paths, device, None).wings, text, VideoSettings())


def _run(trial: RuleTrial, *, live: bool) -> list[Happening]:
    happenings = []
    for each in trial.run():
        happenings.append(each)
        if live:
            terminal.write_line(_line(each))
    return happenings


def _line(happening: Happening) -> str:
    from ..notify.wording import called

    event = happening.event
    measures = [f"{name} {value:.3g}" for name, value in event.measures.items()]
    parts = [_clock(event.time), event.rule, event.phase.value, called(event.subject), *measures]
    if happening.told.value != "told":
        parts.append(happening.told.value)
    return on_one_line("  ".join(parts))


def _clock(time: float) -> str:
    from ..notify.wording import Wording

    return Wording(live=False, period=0.0).time(time)


def _write_lines(begun: Sequence[Event], compared: Comparison | None, asked_why: RuleTrial | None) -> None:
    for name, failure in asked_why.silent() if asked_why else ():
        who = "" if failure.subject is None else f"{failure.subject}: "
        base.say(
            on_one_line(f"{name} did not fire; nearest at {_clock(failure.time)}: {who}{failure.reason}")
        )
    if compared is None:
        base.say(counted(len(begun), "event"))
        return
    for each in compared.missed:
        base.say(on_one_line(f"missed: {each.rule} at {_clock(each.time)}"))
    for event in compared.unexpected:
        base.say(on_one_line(f"unexpected: {event.rule} at {_clock(event.time)}"))
    delay = "" if compared.delay is None else f", delay {compared.delay:.2f} s"
    base.say(f"precision {compared.precision:.2f}, recall {compared.recall:.2f}{delay}")


def _write_json(
    happenings: Iterable[Happening], compared: Comparison | None, asked_why: RuleTrial | None
) -> None:
    import msgspec

    events = _events(happenings)
    told: Any = events
    if compared is not None or asked_why is not None:
        told = {"events": events}
    if compared is not None:
        told |= {
            "precision": round(compared.precision, 4),
            "recall": round(compared.recall, 4),
            "delay": None if compared.delay is None else round(compared.delay, 3),
            "missed": [_told_expected(each) for each in compared.missed],
        }
    if asked_why is not None:
        told["silent"] = [
            {
                "rule": name,
                "time": round(why.time, 3),
                "subject": why.subject and str(why.subject),
                "reason": why.reason,
            }
            for name, why in asked_why.silent()
        ]
    terminal.write_data(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")


def _events(happenings: Iterable[Happening]) -> list[dict[str, Any]]:
    """An object an event, from its begin to its end."""
    events: dict[str, dict[str, Any]] = {}
    for each in happenings:
        event = each.event
        told = events.setdefault(
            event.id,
            {
                "rule": event.rule,
                "subject": str(event.subject),
                "camera": event.source,
                "begin": round(event.time, 3),
            },
        )
        told |= {
            "phase": event.phase.value,
            "end": round(event.time, 3) if event.phase.value == "ended" else None,
            "measures": {name: round(value, 4) for name, value in event.measures.items()},
            "severity": each.severity,
            "told": each.told.value,
        }
    return list(events.values())


def _told_expected(expected: Expected) -> dict[str, Any]:
    return {"rule": expected.rule, "time": expected.time, "subject": expected.subject}


def _say_replay(done: Replay) -> None:
    from ..notify.wording import called, local_time

    for title, events in (
        ("gone", [(each.first, each.camera, each.rule, each.subject) for each in done.gone]),
        ("new", [(each.time, each.source, each.rule, each.subject) for each in done.fresh]),
    ):
        for time, camera, rule, subject in events[:_MOST_LINES]:
            base.say(on_one_line(f"{title}: {local_time(time)}  {camera}  {rule}  {called(subject)}"))
        if len(events) > _MOST_LINES:
            base.say(f"{title}: {len(events) - _MOST_LINES:,} more; --format json has all")
    days = (done.last - done.first) / DAY
    base.say(
        f"{len(done.old)} -> {len(done.begun)} events: {len(done.gone)} of the old are gone,"
        f" {len(done.fresh)} are new ({done.frames:,} frames of {days:.1f} days)"
    )


def _write_replay(done: Replay) -> None:
    import msgspec

    told = {
        "frames": done.frames,
        "first": done.first,
        "last": done.last,
        "events": _events(done.happenings),
        "old": len(done.old),
        "gone": [
            {"rule": each.rule, "subject": str(each.subject), "camera": each.camera, "begin": each.first}
            for each in done.gone
        ],
        "new": [
            {"rule": each.rule, "subject": str(each.subject), "camera": each.source, "begin": each.time}
            for each in done.fresh
        ],
    }
    terminal.write_data(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")


def _looked_at(look: Any) -> str:
    from ..rules.vocabulary import called

    return called(look) if look != type(look)() else "everything"


def _condition(condition: Any) -> str:
    """A condition as a few words."""
    import msgspec

    told = msgspec.to_builtins(condition)
    name, inner = told.pop("is"), told.pop("of", None)
    values = ", ".join(f"{value}" if key == name else f"{key} {value}" for key, value in told.items())
    if inner is None:
        return f"{name} {values}".strip()
    parts = condition.of if isinstance(condition.of, tuple) else (condition.of,)
    return f"{name} of [{'; '.join(map(_condition, parts))}]" + (f" {values}" if values else "")
