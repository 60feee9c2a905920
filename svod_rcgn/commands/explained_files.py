"""Where pictures under their maps are written: never over anything that is there."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError

FOLDER = Path("data/explained")
_SUFFIX = ".png"
_LONGEST_STEM, _LONGEST_LABEL = 170, 50  # bytes; a name may have 255
_STDIN = "standard input"


class ExplainedFiles:
    """Names the file of each picture that is explained."""

    def __init__(self, output: Path, inputs: list[object]) -> None:
        """Check where is to be written.

        Args:
            output: A folder, or a file that ends in .png.
            inputs: What is explained, of which a file of its own takes one picture alone.

        Raises:
            InputError: The file is there, has another ending, or is one for several pictures.
        """
        from ..storage import signatures

        self._file = None
        self._folder = output
        if output.is_dir():
            return
        if output.exists():
            raise InputError(f"{output}: is there, and nothing is written over it; give another --output")
        if not signatures.has_picture_ending(output.name):
            return
        if output.suffix.lower() != _SUFFIX:
            raise InputError(f"{output}: is written as PNG; give --output a name that ends in {_SUFFIX}")
        if len(inputs) > 1 or (isinstance(inputs[0], Path) and _holds_several(inputs[0])):
            raise InputError(f"{output}: is one file for several pictures; give --output a folder")
        self._file = output

    def place(self, picture: str, time: float | None, label: str, method: str) -> Path:
        """Where one is written; nothing is there."""
        from ..storage import files

        return self._file or files.free(self._folder / _name(picture, time, label, method))


def _holds_several(given: Path) -> bool:
    from ..media.walk import may_be_a_film

    return given.is_dir() or may_be_a_film(given)


def _name(picture: str, time: float | None, label: str, method: str) -> str:
    """PICTURE-CLASS-METHOD.png, with the time behind the name of a film."""
    from ..datasets.class_names import folder_of

    stem = _STDIN.replace(" ", "_") if picture == _STDIN else Path(picture).stem
    if time is not None:
        stem += f"-{time:.3f}s"
    cut = _cut(folder_of(label).replace(" ", "_"), _LONGEST_LABEL)
    return f"{_cut(stem, _LONGEST_STEM)}-{cut}-{method}{_SUFFIX}"


def _cut(text: str, longest: int) -> str:
    """No more of a name than so many bytes."""
    while len(text.encode("utf-8", "surrogateescape")) > longest:
        text = text[:-1]
    return text
