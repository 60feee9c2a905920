"""The networks that are there: add one of your own, list them, look at one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..faces.settings import Paths
from . import base, options, progress
from .program_names import as_called
from .tables import Cell, print_table

if TYPE_CHECKING:
    from ..faces.networks.add import AddedNetwork
    from ..networks import InstalledNetwork
    from ..networks.card import Channels, ModelCard
    from ..storage.remote.addresses import Address

_CARD, _FED = "The network", "How it is fed; what is not said is tried"
_CHANNELS = 3
_LONGEST = 80  # letters of a value that are shown
_PATHS = Paths()


class ChannelsType(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic since click 8.4
    """One number, or three with commas between."""

    name = "number"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Channels:
        """See click.ParamType."""
        numbers = _numbers(value)
        if len(numbers) == 1:
            return numbers[0]
        if len(numbers) == _CHANNELS:
            return numbers[0], numbers[1], numbers[2]
        return self.fail(f"{value!r} is neither one number nor three with commas between", param, ctx)


class AlignmentType(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic since click 8.4
    """A margin, the name of a template, or a template's numbers, as (margin, template)."""

    name = "alignment"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """See click.ParamType."""
        from ..networks.templates import NUMBERS, TEMPLATES

        if value in TEMPLATES:
            return None, value
        numbers = _numbers(value)
        if len(numbers) == 1:
            return numbers[0], None
        if len(numbers) == NUMBERS:
            return None, numbers
        names = ", nor ".join(TEMPLATES)
        return self.fail(f"{value!r} is neither a margin, nor {names}, nor {NUMBERS} numbers", param, ctx)


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between; none where one is no number."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        return ()


@base.group("models")
def main() -> None:
    """Add networks of your own, list what is there, look at one, go back to a version."""


@base.command("add")
@click.argument("address", metavar="PATH_OR_URL", type=str)
@base.option(
    "--task", type=click.Choice(["embedding"]), default="embedding", section=_CARD, help="What it is for."
)
@base.option("--name", section=_CARD, show_default="the file's name", help="What to call it.")
@base.folder_option("--directory", section=base.NETWORKS, show_default="models/NAME", help="Where to put it.")
@base.option("--colour", type=click.Choice(["RGB", "BGR"]), section=_FED, help="Order of the channels.")
@base.option("--mean", type=ChannelsType(), section=_FED, help="Subtracted from a pixel: a number, or R,G,B.")
@base.option("--scale", type=ChannelsType(), section=_FED, help="What a pixel is divided by then.")
@base.option(
    "--alignment",
    type=AlignmentType(),
    metavar="HOW",
    section=_FED,
    help="A margin round the box, arcface, or ten numbers.",
)
@base.option("--size", type=click.IntRange(min=8), metavar="PIXELS", section=_FED, help="Side of the input.")
@base.option(
    "--answer", metavar="NAME", section=_FED, help="The embedding's output: its name, or number from 0."
)
@base.option("--mirror", is_flag=True, section=_FED, help="The mirror image too: surer, twice the work.")
@base.option("--licence", default="not stated", section=_CARD, help="Under which it comes.")
@options.sha256(_CARD)
@base.option("--force", is_flag=True, section=_CARD, help="Replace one that is there; it is kept beside.")
@options.detector_dir
@options.demo_dir
@options.device
def add(
    *,
    address: str,
    task: str,  # noqa: ARG001 - there is one only
    name: str | None,
    directory: Path | None,
    colour: str | None,
    mean: Channels | None,
    scale: Channels | None,
    alignment: tuple[float | None, str | tuple[float, ...] | None] | None,
    size: int | None,
    answer: str | None,
    mirror: bool,
    licence: str,
    sha256: str | None,
    force: bool,
    detector_dir: Path,
    demo_dir: Path,
    device: str,
) -> None:
    """Take a network of your own, from a path or an address.

    It may be ONNX, OpenVINO, TensorFlow, TFLite, or PyTorch's FaceNet. A zip or tar archive with it will
    do, and a SavedModel's folder. What neither the file nor an option
    says is tried on the demo's faces, and the way that tells persons apart best is written into its
    card. A network that does not tell them apart is refused. --alignment says how a face is cut: by a
    margin round its box as a share of it, by the template arcface or, for the landmarks of CenterFace,
    arcface-centerface, or by a template of ten numbers: x,y in pixels of each eye, the nose, and each corner
    of the mouth.
    """
    from ..faces.networks.add import AddRequest, add_network
    from ..faces.networks.conventions import InputHints
    from ..storage.remote.addresses import Address

    source = Address(address)
    name = name or _stem(source)
    wishes = InputHints(colour, mean, scale, alignment)
    place = int(answer) if answer and answer.isdecimal() else answer
    order = AddRequest(source, name, licence, sha256, size, place, mirror, force, wishes)
    target = directory or _PATHS.embedding_dir.parent / _folder_name(name)
    with progress.reporter() as reporter:
        adopted = add_network(order, target, detector_dir, demo_dir, device, reporter)
    _report(adopted, target)


@base.command("list")
@options.models_dir
def list_models(models_dir: Path) -> None:
    """Show the networks that are there."""
    from .. import networks

    print_models(networks.list_networks(models_dir))


@base.command("info")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def info(directory: Path) -> None:
    """Show all that the card of a network says; its files are checked."""
    from .. import networks
    from ..networks import versions

    card = networks.read_card(versions.folder_of(directory))
    print_card(card, networks.fingerprint(card))


@base.command("use")
@click.argument("network", metavar="NAME@VERSION")
@options.models_dir
def use(network: str, models_dir: Path) -> None:
    """Let a version of a network of your own answer from now on.

    `list` shows the versions. A running camera uses it when it is told to reload_classifiers.
    """
    from ..networks import versions

    name, version = versions.split_name(network)
    if version is None:
        raise click.UsageError("give NAME@VERSION, such as door@3")
    versions.use(_directory(name, models_dir), version)
    _say_in_use(name, version)


@base.command("roll_back")
@click.argument("name", metavar="NAME")
@options.models_dir
def roll_back(name: str, models_dir: Path) -> None:
    """Let the version of a network answer that was in use before."""
    from ..networks import versions

    _say_in_use(name, versions.roll_back(_directory(name, models_dir)))


def _directory(name: str, models_dir: Path) -> Path:
    """Where the versions of a network lie."""
    from ..errors import ModelError
    from ..networks import versions

    directory = versions.shelf_of(versions.directory_of(name, models_dir))
    if not versions.numbers(directory):
        raise ModelError(
            f"{directory}: no network with versions; `python -m svod_rcgn.models list` shows them"
        )
    return directory


def _say_in_use(name: str, version: int) -> None:
    base.say(f"{name}: version {version} is in use")


def _report(adopted: AddedNetwork, directory: Path) -> None:
    chosen, card = adopted.chosen, adopted.card
    base.say(
        f"chosen of {adopted.tried}: {chosen}; on the demo's faces one person's pictures are alike by "
        f"{chosen.same:.2f} or more, two persons' by {chosen.other:.2f} or less"
    )
    if adopted.next_best:
        base.say(
            f"next best: {adopted.next_best}; {adopted.next_best.same:.2f} and {adopted.next_best.other:.2f}"
        )
    base.say(f"{directory}: {card.name}, {card.embedding_length} numbers a face, licence {card.licence}")
    base.say(
        f"use it with `python prepare.py --face_network {directory}`"
        f" and `python video.py --face_network {directory}`"
    )


def _stem(source: Address) -> str:
    name = re.split(r"[/\\]", str(source).rstrip("/\\"))[-1]
    return re.sub(r"(\.tar)?\.\w+$", "", name) or name


def _folder_name(name: str) -> str:
    """The name with nothing in it that a folder's name cannot bear."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._") or "network"


for _command in (add, list_models, info, use, roll_back):
    main.add_command(_command)


def print_models(shelf: Sequence[InstalledNetwork]) -> None:
    """Show networks and what is wrong with them."""
    titles = ("directory", "for", "name", "input", "licence")
    print_table(titles, [(str(each.directory), *_in_short(each)) for each in shelf], fold=True)


def print_card(card: ModelCard, fingerprint: str) -> None:
    """Show all that a card says."""
    rows = [(each.name, _lines(getattr(card, each.name))) for each in fields(card)]
    print_table(("field", "value"), [*rows, ("fingerprint", fingerprint)], fold=True)


def _lines(value: object) -> Cell:
    if is_dataclass(value):
        return list(_fields(value))
    if isinstance(value, dict):
        return [f"{k}: {v}" for k, v in value.items()]
    told = str(value)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}... of {len(told):,} letters"


def _fields(value: Any) -> Iterator[str]:
    """The fields of a record, and of the records in it, a line each."""
    for each in fields(value):
        inner = getattr(value, each.name)
        if is_dataclass(inner):
            yield from (f"{each.name}.{line}" for line in _fields(inner))
        else:
            yield f"{each.name}: {inner}"


def _in_short(network: InstalledNetwork) -> tuple[Cell, ...]:
    card = network.card
    if card is None:
        return "", as_called(network.problem), "", ""
    from ..networks.card import embedders_of

    cards = embedders_of(card)
    name = [card.name] if network.in_use else [card.name, "not in use"]
    licences = list(dict.fromkeys(each.licence for each in cards))
    return card.task, name, [line for each in cards for line in _fed(each)], licences


def _fed(card: ModelCard) -> list[str]:
    size = f"{card.size[0]}x{card.size[1]}" if card.size else "any size"
    cut = f"margin {card.margin}" if card.template is None else f"template {card.template}"
    fed = [f"{size} {card.colour}"]
    return [*fed, cut, f"{card.embedding_length} numbers a face"] if card.embedding_length else fed
