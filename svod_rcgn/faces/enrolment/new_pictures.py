"""Photographs that the program takes itself, put beside those that a person brought."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ...records import Image
from ...storage import files
from ...storage.images import write_png


@contextmanager
def added(folder: Path, images: Mapping[str, Image]) -> Iterator[list[Path]]:
    """Photographs in a person's folder, under names that nothing there has.

    They are taken away again when they cannot all be written, and when the block is interrupted by
    the user; another failure of the block leaves them.

    Args:
        folder: The person's; it is made where needed.
        images: (height, width, 3) uint8 BGR pictures by the names of their files, which end in .png.

    Yields:
        Where they lie, in their order.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    written: list[Path] = []
    try:
        for name, image in images.items():
            written.append(files.free(folder / name))
            write_png(written[-1], image)
    except BaseException:
        _take_away(written, made)
        raise
    try:
        yield written
    except KeyboardInterrupt:
        _take_away(written, made)
        raise


def _take_away(written: list[Path], made: list[Path]) -> None:
    for path in written:
        path.unlink(missing_ok=True)
    with suppress(OSError):  # somebody may have put something else there
        for folder in made:
            folder.rmdir()
