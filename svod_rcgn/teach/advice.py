"""What is out of balance in what was taught, said in words."""

from collections.abc import Iterator, Sequence

from ..datasets.records import ClassCount
from .settings import NONE

_FEW_SHOOTINGS = 2
_TIMES = 4  # as many pictures as of another class
_NAMED = 3


def advice(classes: Sequence[ClassCount]) -> tuple[str, ...]:
    """What to do next, a sentence each; nothing where all is well."""
    return tuple(_advice([each for each in classes if each.yes]))


def _advice(shown: Sequence[ClassCount]) -> Iterator[str]:
    things = [each for each in shown if each.label != NONE]
    if not things:
        yield "Show something to the camera, give it a name, and hold the button."
        return
    if len(shown) == 1:
        yield f'"{things[0].label}" is all it knows, so it calls everything so. Teach it a second thing.'
        return
    once = [each.label for each in things if each.shootings < _FEW_SHOOTINGS]
    if once:
        yield (
            f"{_names(once)} {'was' if len(once) == 1 else 'were'} shown once only. Hold the button again "
            "from another side or place; then it can be told how good it is, and what is none of these."
        )
    most = max(things, key=lambda each: each.yes)
    rare = [each.label for each in things if each.yes * _TIMES < most.yes]
    if rare:
        many = f'"{most.label}" has more than {_TIMES} times as many pictures as {_names(rare)}.'
        yield f"{many} Show more of the latter."


def _names(labels: Sequence[str]) -> str:
    told = [f'"{label}"' for label in labels[:_NAMED]]
    if len(labels) > _NAMED:
        told.append(f"{len(labels) - _NAMED} more")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
