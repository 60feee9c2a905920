"""The options of video.py about what is looked for, and the wings that look for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import base, options

if TYPE_CHECKING:
    from ...app.objects_wing import ObjectsWing
    from ...app.wings import Wing
    from ...faces.recogniser import ClassifierStatus, Reloader
    from ...faces.settings import Paths

_LOOK = "Pictures in and out"


@dataclass(frozen=True, slots=True, eq=False)
class OpenWings:
    """The wings of a process: faces with what reads their classifiers again, and whole pictures."""

    faces: "Wing | None" = None
    reloader: "Reloader | None" = None
    pictures: "ClassificationWing | None" = None

    @property
    def wings(self) -> "list[Wing]":
        """Those that there are."""
        return [each for each in (self.faces, self.pictures) if each]

    def classifiers(self) -> "ClassifierStatus | None":
        """The classifiers of faces; None where no faces are looked for."""
        return self.reloader.status if self.reloader else None

    def reload(self) -> "ClassifierStatus | None":
        """Use what lies on disk now, all of it or nothing, and tell the classifiers of faces.

        Raises:
            SvodError: Some of it cannot be used; all that is in use stays.
        """
        put_in_use = self.pictures.read_again() if self.pictures else None
        if self.reloader:
            self.reloader.reload()
        if put_in_use:
            put_in_use()
        return self.classifiers()


@dataclass(frozen=True, slots=True)
class WingOptions:
    """What the options say."""

    no_faces: bool
    classify: tuple[str, ...]
    detect: tuple[str, ...]
    detect_classes: tuple[str, ...] | None
    models_dir: Path

    def open(self, paths: "Paths", device: str, strangers_dir: Path | None) -> OpenWings:
        """Load what is needed to look for it.

        Raises:
            SvodError: A network or the classifiers are missing or damaged.
        """
        wings: list[Wing] = []
        reloads: list[Callable[[], ClassifierStatus | None]] = []
        classifiers: Callable[[], ClassifierStatus | None] = _no_classifiers
        if self.detect:
            objects = self._objects(device)
            wings.append(objects)
            reloads.append(objects.reload)
        if self.classify:
            from ...app.classification_wing import ClassificationWing
            from ...classification.build import load_classifier

        analyzers = build_analyzers(paths, device)
        reloader = Reloader(paths.embedding_dir, paths.classifiers_dir, analyzers.identifier.replace)
        return OpenWings(open_faces_wing(analyzers, strangers_dir), reloader, pictures)

    def _pictures(self, device: str) -> "ClassificationWing":
        from ...app.classification_wing import ClassificationWing
        from ...classification.build import load_classifier

    def _objects(self, device: str) -> "ObjectsWing":
        from ...app.objects_wing import ObjectsWing
        from ...objects.build import check_classes, load_detector
        from ...objects.settings import ObjectSettings

        wishes = ObjectSettings(labels=self.detect_classes or ())
        load = partial(load_detector, models_dir=self.models_dir, wishes=wishes, device=device)
        wing = ObjectsWing(self.detect, load)
        check_classes(wing.current, wishes.labels)
        return wing


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
    base.option("--detect", multiple=True, metavar="NAME", section=_LOOK, help="Objects on them; several."),
    base.option(
        "--detect_classes",
        type=base.Names(),
        metavar="A,B",
        section=_LOOK,
        show_default="all",
        help="These alone, as person,car.",
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
    if own["no_faces"] and not own["classify"] and not own["detect"]:
        raise click.UsageError("--no_faces leaves nothing to look for; give --classify NAME or --detect NAME")
    for name in ("classify", "detect"):
        if len(set(own[name])) < len(own[name]):
            raise click.UsageError(f"two --{name} are the same network")
    if own["detect_classes"] and not own["detect"]:
        raise click.UsageError("--detect_classes is for --detect NAME")
