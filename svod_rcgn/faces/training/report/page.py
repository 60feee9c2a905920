"""The report as one page that opens from disk: no script, no address, pictures inside."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ....errors import InputError
from ....storage import images
from ....text import shown
from . import plots
from .measures import PersonResult, Report, ReportPicture
from .summary import summary

MOST_THUMBNAILS = 1500
MOST_OF_A_PERSON = 12
THUMBNAIL_SIDE = 72


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on the page; `image` is a data address, or None where it cannot be shown."""

    portrait: ReportPicture
    image: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """What the page says of a person; `more` pictures are not shown, for want of room."""

    person: PersonResult
    refused: list[Shown]
    used: list[Shown]
    more: int


def render(report: Report, used: Sequence[ReportPicture], refused: Sequence[ReportPicture]) -> str:
    """Write the page.

    Names come from folders, so the template escapes all that is not a plot of ours.

    Args:
        report: The numbers.
        used: Pictures that taught, each with its crop.
        refused: Pictures that did not.
    """
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
    )
    return environment.get_template("page.html.jinja").render(
        report=report,
        lines=summary(report),
        sections=list(_sections(report, used, refused)),
        matrix_of=len(plots.shown_persons(report)),
        scores=_plot(plots.scores(report)),
        confusion=_plot(plots.confusion(report)),
        reliability=_plot(plots.reliability(report.reliability)),
    )


def _plot(svg: str | None) -> Markup | None:
    """What matplotlib drew; it has escaped the names in it itself."""
    return None if svg is None else Markup(svg)  # noqa: S704


def _sections(
    report: Report, used: Sequence[ReportPicture], refused: Sequence[ReportPicture]
) -> Iterator[Section]:
    most = min(MOST_OF_A_PERSON, MOST_THUMBNAILS // len(report.persons))
    taught, not_taught = _by_person(used), _by_person(refused)
    with ThreadPoolExecutor() as pool:  # Pillow lets other threads work while it decodes
        for person in report.persons:
            wrong = not_taught.get(person.folder, [])[:most]
            good = taught.get(person.folder, [])[: most - len(wrong)]
            more = person.used + person.refused - len(wrong) - len(good)
            yield Section(person, list(pool.map(_shown, wrong)), list(pool.map(_shown, good)), more)


def _by_person(portraits: Iterable[ReportPicture]) -> dict[str, list[ReportPicture]]:
    found: dict[str, list[ReportPicture]] = {}
    for portrait in portraits:
        found.setdefault(portrait.person, []).append(portrait)
    return found


def _shown(portrait: ReportPicture) -> Shown:
    try:
        jpeg = images.thumbnail(portrait.file, THUMBNAIL_SIDE)
    except InputError:
        return Shown(portrait, None)
    return Shown(portrait, f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}")
