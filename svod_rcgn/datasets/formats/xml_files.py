"""XML from elsewhere, read with suspicion."""

from pathlib import Path
from xml.etree import ElementTree as ET

from ...errors import InputError
from .exchange import read_bytes


class _Builder(ET.TreeBuilder):
    """Refuses declarations of a document type, where entities grow into gigabytes or read files."""

    def doctype(self, name: str, *_: object) -> None:
        raise InputError(f"declares the document type {name}, which is not read")


def parsed(file: Path, limit: int, tag: str) -> ET.Element:
    """The root of an XML file.

    Args:
        file: At most `limit` bytes long.
        limit: In bytes.
        tag: What the root must be.

    Raises:
        InputError: It is missing, damaged, too large, declares a document type or holds something else.
    """
    data = read_bytes(file, limit)
    try:
        parser = ET.XMLParser(target=_Builder())  # noqa: S314 - without document types there is no bomb
        parser.feed(data)
        root: ET.Element = parser.close()
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    except (ET.ParseError, ValueError) as error:
        raise InputError(f"{file}: cannot be read as XML ({error})") from error
    if root.tag != tag:
        raise InputError(f"{file}: holds <{root.tag}>; expected <{tag}>")
    return root


def number_of(text: str | None, what: str, file: Path) -> float:
    """A number that an XML file gives.

    Raises:
        InputError: It is missing or no number.
    """
    try:
        return float(text or "")
    except ValueError as error:
        raise InputError(f"{file}: {what} is {text!r} and no number") from error


def child(parent: ET.Element, tag: str, text: str) -> None:
    """Write an element that holds a text."""
    ET.SubElement(parent, tag).text = text
