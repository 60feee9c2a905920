"""The report as one page; see `reports.html_page`."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ....reports import diagrams, html_page
from ... import strip
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
    return (
        html_page.environment(__package__)
        .get_template("page.html.jinja")
        .render(
            report=report,
            lines=summary(report),
            sections=list(_sections(report, used, refused)),
            matrix_of=len(plots.shown_persons(report)),
            scores=html_page.plot(plots.scores(report)),
            confusion=html_page.plot(plots.confusion(report)),
            reliability=html_page.plot(diagrams.reliability(report.reliability)),
        )
    )


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
    return Shown(portrait, html_page.thumbnail(portrait.file, THUMBNAIL_SIDE, strip.shown))
