"""Options that several commands have."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ..control.settings import ControlSettings
from ..faces.settings import BACKGROUND_DIR, DETECTOR_DIRS
from .base import _PATHS, CONTROL, FOLDERS, NETWORKS, RUN, Decorated, Range, folder_option, option


class DetectorFolder(click.Path):
    """The folder of a face detector, by its name where it is one that download_models.py brings."""

    name = "directory"

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the folder."""
        return super().convert(DETECTOR_DIRS.get(str(value), value), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Offer the names, and folders."""
        names = [CompletionItem(name) for name in DETECTOR_DIRS if name.startswith(incomplete)]
        return [*names, *super().shell_complete(ctx, param, incomplete)]


input_dir = folder_option(
    "--input_dir", default=_PATHS.input_dir, section=FOLDERS, help="Pictures, a folder a person."
)
aligned_dir = folder_option(
    "--aligned_dir", default=_PATHS.aligned_dir, section=FOLDERS, help="Faces cut out of them."
)
classifiers_dir = folder_option(
    "--classifiers_dir", default=_PATHS.classifiers_dir, section=FOLDERS, help="What was learned."
)
history_dir = folder_option(
    "--history_dir", default=_PATHS.history_dir, section=FOLDERS, help="The record of visits."
)
clarify_dir = folder_option(
    "--clarify_dir", default=_PATHS.clarify_dir, section=FOLDERS, help="Strangers, for you to name."
)
demo_dir = folder_option("--demo_dir", default=_PATHS.demo_dir, section=FOLDERS, help="The demo's pictures.")
models_dir = folder_option(
    "--models_dir", default=_PATHS.embedding_dir.parent, section=FOLDERS, help="The networks."
)
model = folder_option(
    "--face_network",
    "--model",
    "model",
    default=_PATHS.embedding_dir,
    section=NETWORKS,
    help="Embeds faces.",
)
detector_dir = option(
    "--detector",
    "--detector_dir",
    "detector_dir",
    type=DetectorFolder(),
    default="centerface",
    section=NETWORKS,
    help=f"Finds faces: {', '.join(DETECTOR_DIRS)} or DIR.",
)
background_dir = option(
    "--bg_remove_path",
    "background_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    section=NETWORKS,
    show_default="none",
    help=f"Removes backgrounds, as {BACKGROUND_DIR}.",
)
device = option("--device", metavar="NAME", default="CPU", section=NETWORKS, help="CPU, GPU, NPU or AUTO.")
listener_port = option(
    "--listener_port",
    type=click.IntRange(0, 65535),
    default=ControlSettings().port,
    section=CONTROL,
    help="Port of its control socket; 0 for none.",
)
wait = option(
    "--wait",
    type=Range(min=0),
    default=0.0,
    metavar="SEC",
    section=RUN,
    help="How long to wait for another run.",
)


def hex_digest(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A click callback that takes a sha256, and nothing else."""
    if value is not None and not re.fullmatch("[0-9a-fA-F]{64}", value):
        raise click.BadParameter("a sha256 has 64 hexadecimal digits")
    return value


def sha256(section: str) -> Callable[[Decorated], Decorated]:
    """The option that pins what is fetched."""
    return option(
        "--sha256", metavar="HEX", callback=hex_digest, section=section, help="What the file must have."
    )
