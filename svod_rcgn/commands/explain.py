"""Why a network names a picture so: the picture under the map of what speaks for its class."""

from __future__ import annotations

from contextlib import closing
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import terminal
from ..classification import settings
from ..explanation.settings import ExplanationSettings
from ..objects import settings as object_settings
from ..text import escaped
from . import base, options, picture_inputs
from .datasets import DATASETS_DIR
from .explained_files import FOLDER, ExplainedFiles
from .judgement_told import judgement_told, rounded, write_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..classification.explain import Explainer
    from ..classification.records import Explained
    from ..media.walk import Picture, Walk

_MAP = "map"
_ASKED, _HOW, _WRITTEN = "What is asked", "How it is found out", "How it is written"
_OBJECTS = "Of objects"
_DEFAULTS = ExplanationSettings()
_SIDES = 2


def _point(_context: click.Context, _option: click.Parameter, value: str | None) -> Any:
    if value is None:
        return None
    try:
        numbers = tuple(float(part) for part in value.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != _SIDES or not all(map(isfinite, numbers)):
        raise click.BadParameter(f"{value!r} is not X,Y in pixels of the picture")
    return numbers


@base.command("explain")
@click.argument("pictures", metavar=picture_inputs.METAVAR, nargs=-1)
@base.option(
    "--network",
    metavar="NAME",
    default=settings.IMAGENET,
    section=_ASKED,
    help="imagenet, coco, or one of your own.",
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
    "--box",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    section=_OBJECTS,
    show_default="the surest",
    help="Which of the boxes that `detect` tells.",
)
@base.option(
    "--at",
    callback=_point,
    metavar="X,Y",
    section=_OBJECTS,
    help="What is found there, or why nothing is.",
)
@base.option(
    "--background",
    metavar="DATASET",
    section=_OBJECTS,
    help="How much rests on what is round the boxes.",
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
    section=_HOW,
    show_default="map, of objects occlusion",
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
@base.folder_option(
    "--datasets_dir", default=DATASETS_DIR, section=base.FOLDERS, help="Where the datasets lie."
)
@options.models_dir
@options.device
def main(
    *,
    pictures: tuple[str, ...],
    network: str,
    wanted: str | None,
    number: int | None,
    at: tuple[float, float] | None,
    background: str | None,
    every: float,
    method: str | None,
    seconds: float,
    scored: bool,
    output: Path,
    form: str,
    datasets_dir: Path,
    models_dir: Path,
    device: str,
) -> None:
    """Say why a network names a picture so, or finds an object, and write the picture under its map.

    Orange speaks for the class, blue against it; what the network does not see is dark. The map is exact
    where the network's answer is a sum over places, and costs no more than the answer. The other methods
    hide parts of the picture and see how the answer changes: squares from large to small (occlusion),
    random halves (rise), pieces of one colour (shap).

    A map is tried: while its best parts are hidden the answer should fall fast (deletion), and while they
    appear it should rise fast (insertion), faster than by maps that know nothing of the class. A map that
    is flat, unstable or no better than those is said to be.

    Of a network that finds objects a box is explained. Where none is told --at a place, it is said how far
    the best one there falls short. --background says of a whole dataset, a class at a time, how much of
    the evidence lies outside of the boxes.
    """
    if bool(pictures) == bool(background):
        raise click.UsageError("name pictures, or a dataset with --background")
    if number and at:
        raise click.UsageError("give --box or --at")
    if _finds_objects(network, models_dir):
        from . import explain_objects

        asked = explain_objects.Asked(
            network, wanted, number, at, method, seconds, scored, models_dir, device
        )
        if background:
            return explain_objects.tell_background(asked, background, datasets_dir, form)
        return explain_objects.explain(asked, pictures, every, output, form)
    if number or at or background:
        raise click.UsageError(
            f"--box, --at and --background are for objects; {network} names whole pictures"
        )
    method = method or _MAP
    if method == _MAP and base.asked_for("seconds"):
        raise click.UsageError("--seconds is for --method occlusion, rise and shap; a map is exact at once")
    asked_of = _explainer(network, models_dir, device, method, seconds, scored)
    return _explain(pictures, asked_of, wanted, every, output, form)


def _finds_objects(network: str, models_dir: Path) -> bool:
    from ..networks import find_network, read_card
    from ..networks.card import CLASSIFICATION, OBJECTS

    known = {**settings.FETCH, **object_settings.FETCH}
    return read_card(find_network(network, models_dir, (CLASSIFICATION, OBJECTS), known)).task == OBJECTS


def _explain(
    pictures: tuple[str, ...],
    explainer: Explainer,
    wanted: str | None,
    every: float,
    output: Path,
    form: str,
) -> None:
    from ..media.walk import Walk

    inputs = picture_inputs.inputs_of(pictures)
    places = ExplainedFiles(output, [*inputs])
    index = None if wanted is None else explainer.class_of(wanted)
    walk = Walk(inputs, every)
    told = []
    for found, place in _explained(walk, explainer, index, places):
        told.append(_told_to_programs(found, place))
        if form == "text":
            _say(found, place)
    if form == "json":
        write_told(told)
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
            place = places.place(found.picture, found.time, found.answer.label, found.method.value)
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
    where = found.judgement.whereabouts
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
        and rounded(middle=where.middle, edge=where.edge, area=where.area, place=where.place),
        **judgement_told(found.judgement),
        "output": escaped(str(place)),
    }
    if found.time is not None:
        told["time"] = round(found.time, 3)
    return told
