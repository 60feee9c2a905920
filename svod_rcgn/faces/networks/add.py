"""From a file of somebody's to a network that the stages can use."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ... import networks
from ...errors import ModelError
from ...geometry import unit_rows
from ...networks import SelectedOutput, install
from ...networks.card import ModelCard, write_card
from ...networks.convert import any_format, openvino
from ...networks.convert.openvino import Description
from ...networks.locate import bring, digest
from ...networks.runtime import Network, OpenVinoNetwork
from ...records import FloatArray
from ...reporter import Reporter
from ...storage import folders
from ...storage.remote.addresses import Address
from .. import build
from .conventions import ConventionResult, InputHints, KnownFace, candidates, evaluate_convention, portraits

FILE = "network.xml"
USUAL_SIZES = (112, 160)
_DIMENSIONS = 4
_CHANNELS = 3
_MIN_LENGTH, _MAX_LENGTH = 16, 8192
_WANTED = "no output is a row of numbers, as embeddings are"
_SAME_ENOUGH = 0.99  # cosine: 16-bit arithmetic differs a little between batches


@dataclass(frozen=True, slots=True)
class AddRequest:
    """What to add, and what the user says of it.

    `size` is the side of the input in pixels, `answer` and `mirror` are as in ModelCard; `force` puts it
    in the place of a network that is there.
    """

    address: Address
    name: str
    licence: str
    sha256: str | None = None
    size: int | None = None
    answer: str | int | None = None
    mirror: bool = False
    force: bool = False
    wishes: InputHints = field(default_factory=InputHints)


@dataclass(frozen=True, slots=True)
class AddedNetwork:
    """The card written, how it fared on the demo's faces, and the next best of those tried."""

    chosen: ConventionResult
    next_best: ConventionResult | None
    tried: int

    @property
    def card(self) -> ModelCard:
        """What was written."""
        return self.chosen.card


def add_network(
    order: AddRequest, directory: Path, detection_dir: Path, demo_dir: Path, device: str, reporter: Reporter
) -> AddedNetwork:
    """Bring a network, find out how to feed it, convert it, and put it into a directory.

    Args:
        order: What to add.
        directory: Where to; a network that is there is kept beside it.
        detection_dir: Holds the face detector.
        demo_dir: Holds the demo's pictures.
        device: OpenVINO device that runs the networks.
        reporter: Told how far the work is.

    Raises:
        ModelError: It is no embedding network, or does not tell the demo's faces apart; nothing is
            written then.
        DownloadError: It could not be fetched.
        InputError: The demo's pictures are missing.
        BusyError: Another run works on the directory.
    """
    _check_directory(directory, order)
    faces = portraits(demo_dir, build.build_detector(detection_dir, device))
    with (
        folders.locked(directory),
        folders.replacing_folder(directory) as fresh,
        tempfile.TemporaryDirectory(prefix="svod-") as scratch,
    ):
        reporter.say(f"reading {order.address}")
        source = bring(order.address, Path(scratch), reporter, order.sha256)
        trials = _trials(_readable(source, Path(scratch)), _card(order, source), order, faces, Path(scratch))
        best = sorted(trials, key=lambda trial: -trial.gap)
        _check_apart(order.name, best[0])
        _put(Path(scratch), fresh, best[0].card)
        networks.load_model(fresh, "embedding", device)
    return AddedNetwork(best[0], best[1] if len(best) > 1 else None, len(best))


def _check_directory(directory: Path, order: AddRequest) -> None:
    install.check_free(directory)
    if directory.exists() and any(directory.iterdir()) and not order.force:
        raise ModelError(f"{directory}: holds a network already; give another --directory, or --force")


def _card(order: AddRequest, source: Path) -> ModelCard:
    """What is known before anything is looked at; all else stands for a while."""
    return ModelCard(
        task="embedding", name=order.name, file=FILE, files={}, size=None, layout="NCHW", colour="RGB",
        mean=0.0, scale=1.0, output="embeddings", licence=order.licence, source=str(order.address),
        source_sha256=digest(source), mirror=order.mirror,
    )  # fmt: skip


def _readable(source: Path, scratch: Path) -> Path:
    """The network in a format that OpenVINO reads."""
    if source.suffix.lower() not in any_format.TORCH_SUFFIXES:
        return source
    any_format.convert(source, scratch / "rebuilt.xml", ())
    return scratch / "rebuilt.xml"


def _trials(
    source: Path, card: ModelCard, order: AddRequest, faces: Sequence[KnownFace], scratch: Path
) -> list[ConventionResult]:
    """All that was tried; where the file does not say its size, with each usual one."""
    description = openvino.describe(source)
    layout, sizes = _layout(source, description.input_shape, order.size)
    found: list[ConventionResult] = []
    for size in sizes:
        sized = replace(card, layout=layout, size=(size, size))
        fed = _converted(source, _folder(scratch, sized) / FILE, sized)
        network = OpenVinoNetwork(_folder(scratch, fed) / FILE)
        for answer, length in _answers(source, network, description, fed, order.answer):
            answering = replace(fed, answer=answer, embedding_length=length)
            place = _place(network, answer)
            found += [
                evaluate_convention(each, SelectedOutput(network, place), faces)
                for each in candidates(answering, order.wishes)
            ]
    return found


def _layout(source: Path, shape: tuple[int | None, ...], wish: int | None) -> tuple[str, tuple[int, ...]]:
    """The order of the input's axes, and the sizes that are possible."""
    layout = next((each for each in ("NCHW", "NHWC") if _has_channels(shape, each)), None)
    if layout is None:
        raise ModelError(f"{source.name}: expected pictures of three channels, found an input of {shape}")
    height, width = shape[layout.index("H")], shape[layout.index("W")]
    if height != width and height and width:
        raise ModelError(f"{source.name}: faces are cut as squares, and it takes {height}x{width}")
    stated = height or width
    if stated and wish not in (None, stated):
        raise ModelError(f"{source.name}: it takes pictures of {stated}x{stated}, not of {wish}x{wish}")
    if stated or wish:
        return layout, (stated or wish or 0,)
    return layout, USUAL_SIZES


def _has_channels(shape: tuple[int | None, ...], layout: str) -> bool:
    return len(shape) == _DIMENSIONS and shape[layout.index("C")] == _CHANNELS


def _folder(scratch: Path, card: ModelCard) -> Path:
    """Where the network for a card lies until one is chosen."""
    folder = scratch / f"converted-{card.size[0] if card.size else 0}"
    folder.mkdir(exist_ok=True)
    return folder


def _converted(source: Path, target: Path, card: ModelCard) -> ModelCard:
    """Convert for any number of pictures at once, or for one where the network cannot take more."""
    try:
        openvino.convert(source, target, _sides(card, -1))
        if _takes_several(OpenVinoNetwork(target), card):
            return card
    except (ModelError, RuntimeError):  # a fixed batch may show when it is converted or when it is run
        pass
    openvino.convert(source, target, _sides(card, 1))
    return replace(card, batch=1)


def _takes_several(network: Network, card: ModelCard) -> bool:
    """Whether two pictures at once give what they give one by one."""
    pair = _pictures(card, 2)
    for place, both in enumerate(network.run(pair)):
        one_by_one = np.stack([network.run(pair[[number]])[place].reshape(-1) for number in (0, 1)])
        if both.size != one_by_one.size or not _alike(both.reshape(2, -1), one_by_one):
            return False
    return True


def _pictures(card: ModelCard, count: int) -> FloatArray:
    """Noise in the shape of so many pictures."""
    return np.random.default_rng(0).uniform(-1, 1, _sides(card, count)).astype(np.float32)


def _sides(card: ModelCard, count: int) -> list[int]:
    height, width = card.size or (0, 0)
    sides = {"N": count, "C": _CHANNELS, "H": height, "W": width}
    return [sides[axis] for axis in card.layout]


def _alike(one: FloatArray, other: FloatArray) -> bool:
    cosines = (unit_rows(one) * unit_rows(other)).sum(axis=1)
    return bool((cosines >= _SAME_ENOUGH).all() or np.allclose(one, other))


def _answers(
    source: Path, network: OpenVinoNetwork, description: Description, card: ModelCard, wish: str | int | None
) -> Iterator[tuple[str | int, int]]:
    """The outputs that could be embeddings, and their lengths."""
    results = network.run(_pictures(card, 1))
    places = [place for place, each in enumerate(description.outputs) if wish in (None, place, *each.names)]
    if wish is None:
        places = [place for place in places if _is_row(results[place])]
    if not places:
        shown = ", ".join(str(each) for each in description.outputs)
        raise ModelError(f"{source.name}: {_WANTED if wish is None else f'no output {wish}'}; it has {shown}")
    for place in places:
        yield (place if wish is None else wish), results[place].size


def _is_row(result: FloatArray) -> bool:
    return result.ndim > 1 and result.size == max(result.shape) and _MIN_LENGTH <= result.size <= _MAX_LENGTH


def _place(network: OpenVinoNetwork, answer: str | int) -> int:
    return next(place for place, each in enumerate(network.outputs) if answer in (place, *each.names))


def _check_apart(name: str, best: ConventionResult) -> None:
    if best.gap <= 0:
        raise ModelError(
            f"{name}: it does not tell the demo's faces apart: two pictures of one person are alike by "
            f"{best.same:.2f}, two persons by {best.other:.2f} ({best}); "
            "say how it is fed with --colour, --mean, --scale and --alignment"
        )


def _put(scratch: Path, fresh: Path, card: ModelCard) -> None:
    for path in _folder(scratch, card).iterdir():
        shutil.move(path, fresh / path.name)
    write_card(fresh, card)
