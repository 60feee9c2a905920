"""What may be wrong with a dataset, each with the way out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..geometry import intersection_over_union
from ..text import counted
from .collection import Dataset
from .likeness import BLURRED, SMALLEST
from .records import LabelledBox, Picture

FEW_PICTURES = 10  # below, no number is worth its interval
TINY = 32  # pixels of the shorter side
SAME_BOX = 0.9  # of what two boxes of a class cover together, shared
_SMALLEST_BOX = 2.0  # pixels a side; one of VOC whose corners are the same has 1
_OVER_BORDER = 1.0  # pixels that rounding explains


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a network answers to a picture that it was not trained on: a class, and how sure, 0..1."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may be wrong.

    `kind` is one word, `what` says it in a line, `way_out` what to do. `pictures` are the hashes that
    it is about, `boxes` the numbers of boxes.
    """

    kind: str
    what: str
    way_out: str
    pictures: tuple[str, ...] = ()
    boxes: tuple[int, ...] = ()


Judgements = Mapping[str, Judgement]
"""By the hashes of pictures."""


def check(dataset: Dataset, judgements: Judgements | None = None) -> list[Finding]:
    """Look at all of a dataset; pictures are read once each.

    Args:
        dataset: Where to look.
        judgements: Left-out answers of a network, by which contradictory pictures are found.
    """
    pictures = dataset.pictures()
    findings: list[Finding] = []
    for one_check in _OF_PICTURES:
        findings += one_check(pictures)
    findings += _near_doubles(dataset, pictures)
    findings += _classes(dataset)
    findings += _contradictory(pictures, judgements or {})
    return findings


def _unreadable(pictures: Sequence[Picture]) -> Iterator[Finding]:
    from ..errors import InputError
    from ..storage import files, images

    for each in pictures:
        try:
            images.check_size(each.path)
            if files.sha256_of(each.path) != each.hash:
                raise InputError("its file was changed")
        except (InputError, OSError) as error:
            told = getattr(error, "strerror", None) or str(error)
            way_out = f"add the picture anew, or delete {each.hash[:12]}"
            yield Finding("unreadable", f"{each.name}: {told}", way_out, (each.hash,))


def _tiny(pictures: Sequence[Picture]) -> Iterator[Finding]:
    tiny = [each for each in pictures if min(each.width, each.height) < TINY]
    if tiny:
        what = f"{counted(len(tiny), 'picture')} under {TINY} pixels a side"
        yield Finding("tiny", what, "take larger ones, unless these are digits or icons", _hashes(tiny))


def _blurred(pictures: Sequence[Picture]) -> Iterator[Finding]:
    large = [each for each in pictures if min(each.width, each.height) >= SMALLEST]
    blurred = [each for each in large if each.sharpness < BLURRED]
    if blurred:
        what = f"{counted(len(blurred), 'picture')} blurred, or of hardly anything"
        yield Finding("blurred", what, "look at them, and delete those that show nothing", _hashes(blurred))


def _without_tags(pictures: Sequence[Picture]) -> Iterator[Finding]:
    bare = [each for each in pictures if not each.yes and not each.no and each.boxes is None]
    if bare and len(bare) < len(pictures):
        what = f"{counted(len(bare), 'picture')} of which nothing is said"
        yield Finding(
            "untagged", what, "tag them, or say with box --none that nothing is there", _hashes(bare)
        )


def _without_boxes(pictures: Sequence[Picture]) -> Iterator[Finding]:
    """Where other pictures have boxes, one without may have been forgotten: as a missing label file."""
    bare = [each for each in pictures if each.boxes is None]
    if bare and len(bare) < len(pictures):
        what = f"{counted(len(bare), 'picture')} of which nobody said where things are"
        way_out = "box them, or say with box --none that nothing is there"
        yield Finding("unboxed", what, way_out, _hashes(bare))


def _odd_boxes(pictures: Sequence[Picture]) -> Iterator[Finding]:
    for each in pictures:
        for box in each.boxes or ():
            if (what := _oddity(box, each)) is not None:
                yield _of_box(each, "box", f"{each.name}: box {box.number} ({box.label}) {what}", box)


def _oddity(labelled: LabelledBox, picture: Picture) -> str | None:
    box = labelled.box
    if box.width < _SMALLEST_BOX or box.height < _SMALLEST_BOX:
        return f"is {box.width:g}x{box.height:g}"
    if box.left >= picture.width or box.top >= picture.height or box.right <= 0 or box.bottom <= 0:
        return "lies outside of the picture"
    beyond = max(-box.left, -box.top, box.right - picture.width, box.bottom - picture.height)
    return f"reaches {beyond:g} pixels over the border" if beyond > _OVER_BORDER else None


def _doubled_boxes(pictures: Sequence[Picture]) -> Iterator[Finding]:
    for each in pictures:
        seen: dict[str, list[LabelledBox]] = defaultdict(list)
        for box in each.boxes or ():
            for other in seen[box.label]:
                if other.box == box.box or intersection_over_union(other.box, box.box) > SAME_BOX:
                    what = f"{each.name}: box {box.number} ({box.label}) repeats box {other.number}"
                    yield _of_box(each, "doubled box", what, box)
                    break
            seen[box.label].append(box)


def _of_box(picture: Picture, kind: str, what: str, box: LabelledBox) -> Finding:
    way_out = f"box {picture.hash[:12]} --remove {box.number}"
    return Finding(kind, what, way_out, (picture.hash,), (box.number,))


_OF_PICTURES: Sequence[Callable[[Sequence[Picture]], Iterable[Finding]]] = (
    _unreadable,
    _tiny,
    _blurred,
    _without_tags,
    _without_boxes,
    _odd_boxes,
    _doubled_boxes,
)


def _near_doubles(dataset: Dataset, pictures: Sequence[Picture]) -> Iterator[Finding]:
    """Pairs; the same bytes are one picture anyhow."""
    there = {each.hash: each for each in pictures}
    for one, other in dataset.near_doubles():
        if one in there and other in there:
            first, second = there[one], there[other]
            what = f"{first.name} and {second.name} look nearly the same"
            way_out = f"delete {second.hash[:12]}"
            if first.yes != second.yes:
                what += f", and are tagged {_tags(first)} and {_tags(second)}"
                way_out = "make their tags agree, or delete one"
            yield Finding("near double", what, way_out, (one, other))


def _tags(picture: Picture) -> str:
    return " and ".join(picture.yes) or "with nothing"


def _classes(dataset: Dataset) -> Iterator[Finding]:
    classes = dataset.classes()
    boxed: Counter[str] = Counter({each.label: each.boxes for each in classes})
    for each in classes:
        count = max(each.yes, boxed[each.label])
        if count == 0:
            yield Finding("empty class", f"{each.label}: no pictures", "add some, or delete the class")
        elif each.shootings == 1 and count > 1:
            way_out = "take more on another occasion: none can be left out, so no number says how good it is"
            yield Finding("one shooting", f"{each.label}: all of one shooting", way_out)
        elif count < FEW_PICTURES:
            what = f"{each.label}: {counted(count, 'picture' if each.yes else 'example')}"
            yield Finding("few pictures", what, f"add more, {FEW_PICTURES} at least")


def _contradictory(pictures: Sequence[Picture], judgements: Judgements) -> Iterator[Finding]:
    """Tags that a network contradicts which did not learn from them, the surest first."""
    there = {each.hash: each for each in pictures if each.yes or each.no}
    ordered = sorted(judgements.items(), key=lambda item: -item[1].probability)
    for digest, judged in ordered:
        each = there.get(digest)
        if each and (judged.label in each.no or (each.yes and judged.label not in each.yes)):
            said = _tags(each) if each.yes else f"not {judged.label}"
            what = f"{each.name}: tagged {said}, and looks like {judged.label} ({judged.probability:.0%})"
            yield Finding(
                "contradictory", what, f"look at it, and tag {digest[:12]} anew if it is wrong", (digest,)
            )


def _hashes(pictures: Sequence[Picture]) -> tuple[str, ...]:
    return tuple(each.hash for each in pictures)
