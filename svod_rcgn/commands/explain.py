"""Why a network names a picture so: the picture under the map of what speaks for its class."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import terminal
from ..classification import settings
from ..explanation.settings import ExplanationSettings
from ..text import escaped
from . import base, options, picture_inputs
from .explained_files import FOLDER, ExplainedFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..classification.explain import Explainer
    from ..classification.records import Explained
    from ..media.walk import Picture, Walk

_MAP = "map"
_ASKED, _HOW, _WRITTEN = "What is asked", "How it is found out", "How it is written"
_DEFAULTS = ExplanationSettings()


@base.command("explain")
@click.argument("pictures", metavar=picture_inputs.METAVAR, nargs=-1, required=True)
@base.option(
    "--network",
    metavar="NAME",
    default=settings.IMAGENET,
    section=_ASKED,
    help="imagenet, or one of your own.",
)
@base.option(
    "--class",
    "wanted",
    metavar="CLASS",
    section=_ASKED,
    show_default="the likeliest",
    help="Its name or number.",
)
@base.option(
    "--every",
    type=base.Range(min=0),
    default=1.0,
    metavar="SEC",
    section=_ASKED,
    help="Of a film, one frame in so long.",
)
@base.option(
    "--method",
    type=click.Choice([_MAP, "occlusion", "rise", "shap"]),
    default=_MAP,
    section=_HOW,
    help="The exact map, or by hiding parts.",
)
@base.option(
    "--seconds",
    type=base.Range(min=0, min_open=True),
    default=_DEFAULTS.seconds,
    metavar="SEC",
    section=_HOW,
    help="How long parts are hidden.",
)
@base.option(
    "--scores/--no_scores",
    "scored",
    default=True,
    section=_HOW,
    help="Try whether the map points at what counts.",
)
@base.option(
    "--output",
    type=click.Path(path_type=Path),
    default=FOLDER,
    section=_WRITTEN,
    help="A folder, or a .png that is not there yet.",
)
@base.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    section=_WRITTEN,
    help="For people or for programs.",
)
@options.models_dir
@options.device
def main(
    *,
    pictures: tuple[str, ...],
    network: str,
    wanted: str | None,
    every: float,
    method: str,
    seconds: float,
    scored: bool,
    output: Path,
    form: str,
    models_dir: Path,
    device: str,
) -> None:
    """Say why a network names a picture so, and write the picture under the map of its class.

    Orange speaks for the class, blue against it; what the network does not see is dark. The map is exact
    where the network's answer is a sum over places, and costs no more than the answer. The other methods
    hide parts of the picture and see how the answer changes: squares from large to small (occlusion),
    random halves (rise), pieces of one colour (shap).

    A map is tried: while its best parts are hidden the answer should fall fast (deletion), and while they
    appear it should rise fast (insertion), faster than by maps that know nothing of the class. A map that
    is flat, unstable or no better than those is said to be.
    """
    if method == _MAP and base.asked_for("seconds"):
        raise click.UsageError("--seconds is for --method occlusion, rise and shap; a map is exact at once")
    from ..media.walk import Walk

    inputs = picture_inputs.inputs_of(pictures)
    places = ExplainedFiles(output, [*inputs])
    explainer = _explainer(network, models_dir, device, method, seconds, scored)
    index = None if wanted is None else explainer.class_of(wanted)
    walk = Walk(inputs, every)
    told = []
    for found, place in _explained(walk, explainer, index, places):
        told.append(_told_to_programs(found, place))
        if form == "text":
            _say(found, place)
    if form == "json":
        _write(told)
    picture_inputs.check_all_read(walk, len(told))


def _explainer(
    network: str, models_dir: Path, device: str, method: str, seconds: float, scored: bool
) -> Explainer:
    from ..classification.build import load_explainer
    from ..explanation.records import Method

    wanted = ExplanationSettings(seconds=seconds)
    return load_explainer(network, models_dir, device, Method(method), wanted, tried=scored)


def _explained(
    walk: Walk, explainer: Explainer, index: int | None, places: ExplainedFiles
) -> Iterator[tuple[Explained, Path]]:
    """Each picture explained, and where it was written."""
    from ..classification.explain import draw
    from ..storage.images import write_png

    with closing(walk.pictures()) as pictures:  # type: ignore[type-var]
        picture: Picture
        for picture in pictures:
            found = explainer.explain(picture, index)
            place = places.place(found)
            write_png(place, draw(picture, found))
            yield found, place


def _say(found: Explained, place: Path) -> None:
    from ..explanation import phrases

    name = found.picture if found.time is None else f"{found.picture} at {found.time:.1f} s"
    known = "" if found.known else "nothing I know; "
    answer = f"{found.answer.label} {100 * found.answer.probability:.1f} %"
    terminal.write_line(f"{name}: {known}{answer} ({found.network}, {found.method.value})")
    lines = [phrases.described(found.judgement.whereabouts), phrases.scores(found.judgement)]
    for line in filter(None, [*lines, *phrases.warnings(found.judgement), f"written to {place}"]):
        terminal.write_line(f"  {line}")


def _told_to_programs(found: Explained, place: Path) -> dict[str, object]:
    from ..explanation import phrases

    judged = found.judgement
    own, control, where = judged.faithfulness, judged.control, judged.whereabouts
    told: dict[str, object] = {
        "picture": escaped(found.picture),
        "network": found.network,
        "version": found.version,
        "known": found.known,
        "class": found.answer.index,
        "label": found.answer.label,
        "probability": round(found.answer.probability, 6),
        "method": found.method.value,
        "seconds": round(found.seconds, 3),
        "looks": found.evidence.looks,
        "evidence": where
        and _rounded(middle=where.middle, edge=where.edge, area=where.area, place=where.place),
        "agreement": round(judged.agreement, 4),
        "deletion": own and round(own.deletion, 4),
        "insertion": own and round(own.insertion, 4),
        "control": control
        and _rounded(
            kind=control.kind.value,
            deletion=control.deletion,
            insertion=control.insertion,
            draws=control.draws,
            beaten=control.beaten,
        ),
        "flat": judged.flat,
        "unstable": judged.unstable,
        "no_better": judged.no_better,
        "warnings": phrases.warnings(judged),
        "output": escaped(str(place)),
    }
    if found.time is not None:
        told["time"] = round(found.time, 3)
    return told


def _rounded(**values: object) -> dict[str, object]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


def _write(told: list[dict[str, object]]) -> None:
    import msgspec

    terminal.write_data(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
