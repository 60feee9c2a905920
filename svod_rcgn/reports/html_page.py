"""Pages that open from disk: no script, no address, pictures inside, names shown and never run."""

import base64
from collections.abc import Callable
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..errors import InputError
from ..records import Image
from ..storage import images
from ..text import shown


def environment(package: str) -> Environment:
    """What fills the templates of a package, which may extend `base.html.jinja` here.

    Names come from folders and people, so all is escaped that is not a plot of ours.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader(__package__, ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
    )


def plot(svg: str | None) -> Markup | None:
    """What matplotlib drew; it has escaped the names in it itself."""
    return None if svg is None else Markup(svg)  # noqa: S704


def thumbnail(file: Path, side: int, part: Callable[[Image], Image] = lambda picture: picture) -> str | None:
    """A picture, or a part of it, that fits into a square of `side` pixels, as a data address.

    None if it cannot be shown.
    """
    try:
        jpeg = images.thumbnail(file, side, part)
    except InputError:
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
