"""The options of video.py about what is looked for, and the wings that look for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import base, options

if TYPE_CHECKING:
    from ...app.wings import Wing
    from ...faces.recogniser import ClassifierStatus
    from ...faces.settings import Paths

_LOOK = "Pictures in and out"


@dataclass(frozen=True, slots=True, eq=False)
class OpenWings:
    """The wings of a process.

    `reload` reads again what they have learned, and `classifiers` are those of faces, None where no faces are
    looked for.
    """

    wings: "Sequence[Wing]"
    reload: "Callable[[], ClassifierStatus | None]"
    classifiers: "Callable[[], ClassifierStatus | None]"


@dataclass(frozen=True, slots=True)
class WingOptions:
    """What the options say."""

    no_faces: bool
    classify: tuple[str, ...]
    models_dir: Path

    def open(self, paths: "Paths", device: str, strangers_dir: Path | None) -> OpenWings:
        """Load what is needed to look for it.

        Raises:
            SvodError: A network or the classifiers are missing or damaged.
        """
        wings: list[Wing] = []
        reloads: list[Callable[[], ClassifierStatus | None]] = []
        classifiers: Callable[[], ClassifierStatus | None] = _no_classifiers
        if self.classify:
            from ...app.classification_wing import ClassificationWing
            from ...classification.build import load_classifier

            load = partial(load_classifier, models_dir=self.models_dir, device=device)
            pictures = ClassificationWing(self.classify, load)
            wings.append(pictures)
            reloads.append(pictures.reload)
        if not self.no_faces:
            from ...app.faces_wing import open_faces_wing
            from ...faces.build import build_analyzers
            from ...faces.recogniser import Reloader

            analyzers = build_analyzers(paths, device)
            reloader = Reloader(paths.embedding_dir, paths.classifiers_dir, analyzers.identifier.replace)
            wings.insert(0, open_faces_wing(analyzers, strangers_dir))
            reloads.append(reloader.reload)
            classifiers = lambda: reloader.status  # noqa: E731
        return OpenWings(wings, lambda: [reload() for reload in reloads][-1], classifiers)


def _no_classifiers() -> None:
    return None


_OPTIONS = (
    base.option("--no_faces", is_flag=True, section=_LOOK, help="No faces; nothing has to be learned."),
    base.option(
        "--classify",
        multiple=True,
        metavar="NAME",
        section=_LOOK,
        help="What they show as a whole; several.",
    ),
    options.models_dir,
)


def add_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options, and hand it what they say as `looking`."""

    @wraps(function)
    def gathered(**values: Any) -> Any:
        own = {name: values.pop(name) for name in WingOptions.__dataclass_fields__}
        _check(own)
        return function(looking=WingOptions(**own), **values)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def _check(own: dict[str, Any]) -> None:
    if own["no_faces"] and not own["classify"]:
        raise click.UsageError("--no_faces leaves nothing to look for; give --classify NAME")
    if len(set(own["classify"])) < len(own["classify"]):
        raise click.UsageError("two --classify are the same network")
