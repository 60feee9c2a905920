"""How `svod detect` writes what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .. import terminal
from ..text import escaped

if TYPE_CHECKING:
    from ..networks.class_labels import ClassLabel
    from ..objects.records import DetectedPicture


class Writer(Protocol):
    """Takes what was found, picture by picture."""

    def write(self, found: DetectedPicture) -> None:
        """Take one picture."""
        ...

    def finish(self) -> None:
        """Write what has waited for all."""
        ...


class _Lines:
    """One JSON object a line, each at once."""

    def write(self, found: DetectedPicture) -> None:
        import msgspec

        from ..objects import written
        from ..storage import files

        line = msgspec.json.format(files.encoded(written.document(found)), indent=-1)
        terminal.write_data(line + b"\n")

    def finish(self) -> None:
        """All is written."""


class _Csv:
    """A row an object, under titles."""

    def __init__(self) -> None:
        from ..objects import written

        self._write([written.COLUMNS])

    def write(self, found: DetectedPicture) -> None:
        from ..objects import written

        self._write(written.rows(found))

    def finish(self) -> None:
        """All is written."""

    def _write(self, rows: Iterable[Sequence[object]]) -> None:
        from ..storage import spreadsheets

        terminal.write_data(spreadsheets.csv_of(rows).encode("utf-8", "backslashreplace"))


class _Whole:
    """All at the end, as one document."""

    def __init__(self, document: Callable[[Sequence[DetectedPicture]], object]) -> None:
        self._document = document
        self._found: list[DetectedPicture] = []

    def write(self, found: DetectedPicture) -> None:
        self._found.append(found)

    def finish(self) -> None:
        from ..storage import files

        terminal.write_data(files.encoded(self._document(self._found)))


class _Yolo:
    """A file of labels a picture and one with the names of the classes; or one picture's lines, printed."""

    def __init__(self, labels: Sequence[ClassLabel], folder: Path | None) -> None:
        self._labels = labels
        self._folder = folder
        self._about = ""

    def write(self, found: DetectedPicture) -> None:
        from ..objects import written

        text = written.yolo(found)
        self._about = written.sentence(found)
        if self._folder is None:
            terminal.write_data(text.encode())
            return
        self._write(self._folder / "labels" / found.place.with_suffix(".txt"), text)

    def finish(self) -> None:
        import yaml

        if self._folder is not None:
            names = {number: each.label for number, each in enumerate(self._labels)}
            text = yaml.safe_dump({"names": names}, allow_unicode=True, sort_keys=False)
            about = f"# {self._about}; here as shares of its sides\n" if self._about else ""
            self._write(self._folder / "data.yaml", about + text)

    @staticmethod
    def _write(path: Path, text: str) -> None:
        from ..objects.annotated import failure_told
        from ..storage import files

        with failure_told(path, "--labels"):
            files.write_bytes(files.free(path), text.encode())


class _Followed(NamedTuple):
    """What a film showed of one thing: its last label, best score, and when it was first and last seen."""

    label: str
    best: float
    first: float
    last: float


class _Table:
    """Lines for people: an object of a picture, or what was followed through a film."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, str]] = []
        self._about = ""
        self._film = ""
        self._tracks: dict[int, _Followed] = {}

    def write(self, found: DetectedPicture) -> None:
        from ..objects import written

        self._about = self._about or written.sentence(found)
        if found.frame is None or found.time is None:
            self._end_film()
            self._rows += _lines(found)
            return
        if found.picture != self._film or found.frame == 0:
            self._end_film()
            self._film = found.picture
        for each in found.objects:
            if each.track is not None:
                new = _Followed(each.label, each.score, found.time, found.time)
                before = self._tracks.get(each.track, new)
                best = max(before.best, each.score)
                self._tracks[each.track] = new._replace(best=best, first=before.first)

    def finish(self) -> None:
        from .tables import print_table

        self._end_film()
        if self._rows:
            print_table(("picture", "object", "score", "where, or when"), self._rows, fold=True)
            terminal.write_line(self._about)

    def _end_film(self) -> None:
        if self._film:
            told = list(_told_tracks(self._tracks)) or [("nothing", "", "")]
            names = [escaped(self._film), *[""] * (len(told) - 1)]
            self._rows += [(name, *line) for name, line in zip(names, told, strict=True)]
        self._film, self._tracks = "", {}


def _lines(found: DetectedPicture) -> Iterator[tuple[str, str, str, str]]:
    name = escaped(found.picture)
    if not found.objects:
        yield name, "nothing", "", ""
    for each in found.objects:
        box = each.box
        where = f"{box.left:.0f}, {box.top:.0f} - {box.right:.0f}, {box.bottom:.0f}"
        yield name, each.label, f"{100 * each.score:.0f} %", where
        name = ""


def _told_tracks(tracks: Mapping[int, _Followed]) -> Iterator[tuple[str, str, str]]:
    for number, each in tracks.items():
        when = f"{each.first:.1f} s - {each.last:.1f} s"
        yield f"{each.label} {number}", f"{100 * each.best:.0f} %", when


def _documents(found: Sequence[DetectedPicture]) -> object:
    from ..objects import written

    return [written.document(each) for each in found]


def _coco(labels: Sequence[ClassLabel]) -> Callable[[Sequence[DetectedPicture]], object]:
    from ..objects import written

    return lambda found: written.coco(found, labels)


FORMATS: Mapping[str, Callable[[Sequence[ClassLabel], Path | None], Writer]] = MappingProxyType(
    {
        "table": lambda *_: _Table(),
        "json": lambda *_: _Whole(_documents),
        "jsonl": lambda *_: _Lines(),
        "csv": lambda *_: _Csv(),
        "coco": lambda labels, _: _Whole(_coco(labels)),
        "yolo": _Yolo,
    }
)


def writer_of(form: str, labels: Sequence[ClassLabel], folder: Path | None) -> Writer:
    """What writes one of FORMATS.

    Args:
        form: Its name.
        labels: The classes of the network.
        folder: Where the files of yolo go; None prints the lines of one picture.
    """
    return FORMATS[form](labels, folder)
