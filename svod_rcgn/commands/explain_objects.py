"""Why a network finds an object or does not, and how far classes are told by what is round the boxes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import terminal
from ..explanation.settings import ExplanationSettings
from ..text import counted, escaped, on_one_line
from . import base, picture_inputs, progress
from .explained_files import ExplainedFiles
from .judgement_told import judgement_told, rounded, write_told

if TYPE_CHECKING:
    from ..media.walk import Picture
    from ..objects.background_evidence import ClassBackground, FoundObject
    from ..objects.object_evidence import Chosen, ExplainedObject, ObjectExplainer
    from ..objects.stages.detect import ObjectDetector
    from ..records import Box

_OCCLUSION, _MAP = "occlusion", "map"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a network that finds objects; see `commands.explain`."""

    network: str
    wanted: str | None
    number: int | None
    at: tuple[float, float] | None
    method: str | None
    seconds: float
    scored: bool
    models_dir: Path
    device: str

    def detector(self) -> ObjectDetector:
        """The network.

        Raises:
            InputError: It does not know the class.
            ModelError: It is damaged, or not what its card says.
        """
        from ..objects.build import load_detector
        from ..objects.settings import ObjectSettings

        label = self.label()
        wishes = ObjectSettings(labels=() if label is None else (label,))
        return load_detector(self.network, self.models_dir, wishes, self.device)

    def label(self) -> str | None:
        """The class that is asked for, as the network calls it.

        Raises:
            InputError: It does not know the class.
        """
        if self.wanted is None:
            return None
        from ..networks import find_network, read_card
        from ..networks.card import OBJECTS
        from ..networks.class_labels import place_of, read_labels

        folder = find_network(self.network, self.models_dir, OBJECTS, {})
        labels = read_labels(folder, read_card(folder))
        return labels[place_of(self.wanted, labels, self.network)].label

    def explainer(self) -> ObjectExplainer:
        """What says why it tells an object."""
        from ..explanation.records import Method
        from ..objects.object_evidence import ObjectExplainer

        wanted = ExplanationSettings(seconds=self.seconds)
        method = Method(self.method or _OCCLUSION)
        return ObjectExplainer(self.detector(), method, wanted, tried=self.scored)


def explain(asked: Asked, pictures: tuple[str, ...], every: float, output: Path, form: str) -> None:
    """Say why boxes are told or not, and write the pictures under their maps."""
    if asked.method == _MAP:
        raise click.UsageError("a map is of networks that name whole pictures; take --method occlusion")
    from ..media.walk import Walk

    inputs = picture_inputs.inputs_of(pictures)
    places = ExplainedFiles(output, [*inputs])
    explainer = asked.explainer()
    walk = Walk(inputs, every)
    told = []
    with closing(walk.pictures()) as walked:  # type: ignore[type-var]
        for picture in walked:
            found = explainer.explain(picture, asked.number, asked.at)
            place = _write(picture, found, places)
            told.append(_told_to_programs(found, place))
            if form == "text":
                _say(found, place)
    if form == "json":
        write_told(told)
    picture_inputs.check_all_read(walk, len(told))


def _write(picture: Picture, found: ExplainedObject, places: ExplainedFiles) -> Path | None:
    if found.chosen is None:
        return None
    from ..objects.object_evidence import draw
    from ..storage.images import write_png

    place = places.place(found.picture, found.time, found.chosen.object.label, found.method.value)
    write_png(place, draw(picture, found))
    return place


def _say(found: ExplainedObject, place: Path | None) -> None:
    from ..explanation import phrases

    name = found.picture if found.time is None else f"{found.picture} at {found.time:.1f} s"
    terminal.write_line(f"{name}: {_what(found)} ({found.network}, {found.method.value})")
    if not (found.chosen and found.share and found.judgement):
        return
    share = found.share
    lines = [
        f"whole {share.whole:.2f}; the box alone {share.alone:.2f}, all but the box {share.without:.2f}"
        f"{_outside(share.outside)}",
        phrases.scores(found.judgement),
        *phrases.warnings(found.judgement),
        f"written to {place}",
    ]
    for line in filter(None, lines):
        terminal.write_line(f"  {line}")


def _outside(share: float | None) -> str:
    if share is None:
        return ": hiding either changes nothing"
    return f": {100 * share:.0f} % of the evidence lies outside of the box"


def _what(found: ExplainedObject) -> str:
    """What was explained, and why it is not told where it is not."""
    where = f"at {found.at[0]:g},{found.at[1]:g}" if found.at else "here"
    chosen = found.chosen
    if chosen is None:
        return f"nothing is told {where}, and no class comes near to its limit"
    box = f"{chosen.object.label} {chosen.object.score:.2f} at {_sides(chosen.object.box)}"
    if chosen.told:
        return box
    return f"nothing is told {where}; the best is {box}, {_why_not(chosen)}"


def _why_not(chosen: Chosen) -> str:
    if chosen.rival:
        return f"left out beside {chosen.rival.score:.2f} at {_sides(chosen.rival.box)}"
    if chosen.short:
        return f"which is {chosen.short:.2f} short of the limit of {chosen.limit:.2f}"
    return "left out since there are more and surer ones"


def _sides(box: Box) -> str:
    return ",".join(str(round(side)) for side in (box.left, box.top, box.right, box.bottom))


def _told_to_programs(found: ExplainedObject, place: Path | None) -> dict[str, object]:
    told: dict[str, object] = {
        "picture": escaped(found.picture),
        "network": found.network,
        "version": found.version,
        "method": found.method.value,
        "at": found.at,
        "seconds": round(found.seconds, 3),
        "told": bool(found.chosen and found.chosen.told),
        "object": found.chosen and _chosen(found.chosen),
    }
    if found.share and found.evidence and found.judgement:
        share = found.share
        told["box"] = rounded(
            whole=share.whole, alone=share.alone, without=share.without, outside=share.outside
        )
        told["looks"] = found.evidence.looks
        told |= judgement_told(found.judgement)
        told["output"] = escaped(str(place))
    if found.time is not None:
        told["time"] = round(found.time, 3)
    return told


def _chosen(chosen: Chosen) -> dict[str, object]:
    return {
        "label": chosen.object.label,
        "class": chosen.object.index,
        **rounded(score=chosen.object.score, limit=chosen.limit, short=chosen.short),
        "box": _corners(chosen.object.box),
        "left_out_beside": chosen.rival and _corners(chosen.rival.box),
    }


def _corners(box: Box) -> list[float]:
    return [round(float(side), 2) for side in (box.left, box.top, box.right, box.bottom)]


def tell_background(asked: Asked, dataset: str, datasets_dir: Path, form: str) -> None:
    """Say of each class of a dataset how much of the evidence lies outside of the boxes."""
    if asked.number or asked.at or asked.method or base.asked_for("seconds") or base.asked_for("output"):
        raise click.UsageError("--background goes with --network, --class and --format alone")
    from ..datasets.collection import open_dataset
    from ..objects.background_evidence import background

    with (
        closing(open_dataset(datasets_dir, dataset, "svod explain")) as opened,
        progress.reporter(err=form == "json") as reporter,
    ):
        found = background(opened, asked.detector(), reporter)
    if (label := asked.label()) is not None:
        found = tuple(each for each in found if each.label == label)
    if form == "json":
        return write_told([_class_told(each) for each in found])
    for each in found:
        _say_background(each)
    return None


def _say_background(found: ClassBackground) -> None:
    of = counted(len(found.objects), "object")
    missed = f"; {found.missed:,} more drawn that were not found" if found.missed else ""
    if found.outside is None or found.area is None:
        return base.say(on_one_line(f"{found.label}: nothing was found of it{missed}"))
    share, area = found.outside, found.area
    base.say(
        on_one_line(
            f"{found.label}: {100 * share.value:.0f} % of the evidence lies outside of the boxes "
            f"({100 * share.low:.0f} to {100 * share.high:.0f} %), as {100 * area:.0f} % of the area does; "
            f"{of}{missed}"
        )
    )
    named = ", ".join(f"{each.name} {100 * _share(each):.0f} %" for each in found.objects[:_NAMED])
    return base.say(on_one_line(f"  most of all in {named}"))


def _share(found: FoundObject) -> float:
    return found.share.outside or 0.0


def _class_told(found: ClassBackground) -> dict[str, object]:
    share = found.outside
    return {
        "label": found.label,
        "objects": len(found.objects),
        "not_found": found.missed,
        "outside": share and rounded(value=share.value, low=share.low, high=share.high),
        "area_outside": found.area and round(found.area, 4),
        "pictures": [
            {
                "picture": each.picture,
                "name": escaped(each.name),
                "box": _corners(each.found.box),
                **rounded(score=each.found.score, outside=_share(each), area_outside=each.area),
            }
            for each in found.objects
        ],
    }
