"""Work done by several at once, its results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..reporter import Item

Promise = TypeVar("Promise")
Result = TypeVar("Result")


def in_order(
    begin: Callable[[Item], Promise],
    finish: Callable[[Promise], Result],
    items: Iterable[Item],
    ahead: int,
) -> Iterator[Result]:
    """Work on several items at once and give the results in the order of the items.

    Args:
        begin: Starts the work on an item and does not wait for it.
        finish: Waits for what `begin` gave.
        items: Taken one after another, and only when there is room.
        ahead: How many may be under way at a time, at least 1.
    """
    under_way: deque[Promise] = deque()
    for item in items:
        under_way.append(begin(item))
        if len(under_way) >= ahead:
            yield finish(under_way.popleft())
    while under_way:
        yield finish(under_way.popleft())
