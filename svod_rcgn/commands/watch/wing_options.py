"""The options of video.py about what is looked for, and the wings that look for it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...text import on_one_line
from .. import base, options

if TYPE_CHECKING:
    from ...app.classification_wing import ClassificationWing
    from ...app.objects_wing import ObjectsWing
    from ...app.rule_files import RuleFiles
    from ...app.rule_service import RulesInUse
    from ...app.wings import Wing
    from ...faces.recogniser import ClassifierStatus, Reloader
    from ...faces.settings import Paths
    from ...rules.vocabulary import RulesText

log = logging.getLogger(__name__)

_LOOK = "Pictures in and out"
_MENDS = {"face": "leave --no_faces out", "object": "give --detect NAME", "picture": "give --classify NAME"}
RULES = Path("data/rules.toml")


@dataclass(frozen=True, slots=True, eq=False)
class OpenWings:
    """The wings of a process: faces with what reads their classifiers again, whole pictures, objects.

    `rules` say what is told of what they see; None where there are none.
    """

    faces: "Wing | None" = None
    reloader: "Reloader | None" = None
    pictures: "ClassificationWing | None" = None
    objects: "ObjectsWing | None" = None
    rules: "RulesInUse | None" = None

    @property
    def wings(self) -> "list[Wing]":
        """Those that there are."""
        return [each for each in (self.faces, self.objects, self.pictures) if each]

    @property
    def renewals(self) -> Mapping[str, Callable[[], object]]:
        """What reads each of them again from disk, by what that is."""
        rules = {} if self.rules is None else {"rules": self.rules.reload}
        return {"classifiers": self.reload, **rules} if self.wings else rules

    def classifiers(self) -> "ClassifierStatus | None":
        """The classifiers of faces; None where no faces are looked for."""
        return self.reloader.status if self.reloader else None

    def reload(self) -> "ClassifierStatus | None":
        """Use what lies on disk now, all of it or nothing, and tell the classifiers of faces.

        Raises:
            SvodError: Some of it cannot be used; all that is in use stays.
        """
        ready = [each.read_again() for each in (self.objects, self.pictures) if each]
        if self.reloader:
            self.reloader.reload()
        for put_in_use in ready:
            put_in_use()
        return self.classifiers()

    def reload_rules(self) -> int:
        """Read the rules again; how many they are.

        Raises:
            InputError: They cannot be used, and those in use stay; or there are none in use.
        """
        if self.rules is None:
            from ...errors import InputError

            raise InputError("no rules are in use; begin with --rules FILE")
        return self.rules.reload()


@dataclass(frozen=True, slots=True)
class WingOptions:
    """What the options say.

    Rules that are `editable` may be made while cameras run, so that there need not be any yet.
    """

    no_faces: bool
    classify: tuple[str, ...]
    rules: tuple[Path, ...]
    detect: tuple[str, ...]
    detect_classes: tuple[str, ...] | None
    models_dir: Path
    editable: bool = False

    @property
    def rule_files(self) -> tuple[Path, ...]:
        """Where the rules are: the files that are named, or the usual one where it exists."""
        return self.rules or ((RULES,) if RULES.is_file() else ())

    def files(self, *, may_lack: bool = False) -> "RuleFiles":
        """The rules files; the usual one where none is named, which need not be there where it `may_lack`."""
        from ...app.rule_files import RuleFiles

        usual = may_lack and not self.rules
        return RuleFiles(self.rules or (RULES,), self._admit, self._warnings, usual)

    def open(
        self, paths: "Paths", device: str, strangers_dir: Path | None, *, nobody: bool = False
    ) -> OpenWings:
        """Load what is needed to look for it; with `nobody`, nobody has to be known yet.

        Raises:
            SvodError: A network, the classifiers or the rules are missing or damaged.
        """
        rules = self._rules() if self.rule_files or self.editable else None
        pictures = self._pictures(device) if self.classify else None
        objects = self._objects(device) if self.detect else None
        if self.no_faces:
            return OpenWings(pictures=pictures, objects=objects, rules=rules)
        from ...app.faces_wing import open_faces_wing
        from ...faces.build import build_analyzers
        from ...faces.recogniser import Reloader

        build = partial(build_analyzers, nobody=True) if nobody else build_analyzers
        analyzers = build(paths, device)
        replace = analyzers.identifier.replace
        reloader = Reloader(paths.embedding_dir, paths.classifiers_dir, replace, nobody=nobody)
        return OpenWings(open_faces_wing(analyzers, strangers_dir), reloader, pictures, objects, rules)

    def _rules(self) -> "RulesInUse":
        from ...app.rule_service import RulesInUse

        files = self.files(may_lack=self.editable)

        def read() -> "RulesText":
            rules = files.read()
            for warning in files.warn(rules):
                log.warning("%s", warning)
            return rules

        return RulesInUse(read)

    def _admit(self, rules: "RulesText") -> None:
        """Refuse rules that speak of what is not looked for; each time that they are read."""
        from ...errors import InputError

        nothing = self.no_faces and not self.classify and not self.detect and not rules.lights
        if nothing and not self.editable:
            raise InputError(
                f"{self.rule_files[0]}: names no light, and nothing else is looked for; leave --no_faces out"
            )
        found = [name for name, light in rules.lights.items() if light.detected]
        if found and not self.detect:
            light = on_one_line(found[0])
            raise InputError(f"light {light} is on a thing that a detector finds; give --detect NAME")

    def _warnings(self, rules: "RulesText") -> list[str]:
        """Which rules are about what nobody looks for."""
        from ...rules.vocabulary import kinds_of

        return [
            f"rule {on_one_line(rule.name)}: nobody looks for its {kind}; {_MENDS[kind]}"
            for rule in rules.rules
            for kind in sorted(kinds_of(rule) & self._not_looked_for)
        ]

    @property
    def _not_looked_for(self) -> set[str]:
        looked = {"face": not self.no_faces, "object": bool(self.detect), "picture": bool(self.classify)}
        return {kind for kind, is_looked_for in looked.items() if not is_looked_for}

    def _pictures(self, device: str) -> "ClassificationWing":
        from ...app.classification_wing import ClassificationWing
        from ...classification.build import load_classifier

        return ClassificationWing(
            self.classify, partial(load_classifier, models_dir=self.models_dir, device=device)
        )

    def _objects(self, device: str) -> "ObjectsWing":
        from ...app.objects_wing import ObjectsWing
        from ...objects.build import check_classes, load_detector
        from ...objects.settings import ObjectSettings

        wishes = ObjectSettings(labels=self.detect_classes or ())
        load = partial(load_detector, models_dir=self.models_dir, wishes=wishes, device=device)
        wing = ObjectsWing(self.detect, load)
        check_classes(wing.current, wishes.labels)
        return wing


_OPTIONS = (
    base.option("--no_faces", is_flag=True, section=_LOOK, help="No faces; nothing has to be learned."),
    base.option(
        "--classify",
        multiple=True,
        metavar="NAME",
        section=_LOOK,
        help="What they show as a whole; several.",
    ),
    base.option(
        "--rules",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="FILE",
        section=_LOOK,
        show_default=str(RULES),
        help="What of it matters; several.",
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


def add_options(function: Callable[..., Any], *, cameras_only: bool = True) -> Callable[..., Any]:
    """Give a command these options, and hand it what they say as `looking`.

    Args:
        function: The command.
        cameras_only: Nothing but cameras is looked at, so that there must be something to look for.
    """

    @wraps(function)
    def gathered(**values: Any) -> Any:
        own = {name: values.pop(name) for name in WingOptions.__dataclass_fields__ if name != "editable"}
        looking = WingOptions(**own, editable=not cameras_only)
        _check(looking, cameras_only=cameras_only)
        return function(looking=looking, **values)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def _check(looking: WingOptions, *, cameras_only: bool) -> None:
    named = looking.classify or looking.detect
    if cameras_only and looking.no_faces and not named and not looking.rule_files:
        raise click.UsageError(
            "--no_faces leaves nothing to look for; give --classify NAME, --detect NAME or --rules FILE"
        )
    if cameras_only and base.asked_for("models_dir") and not named:
        raise click.UsageError("--models_dir is where networks are looked for; give --classify or --detect")
    for option, names in (("classify", looking.classify), ("detect", looking.detect)):
        if len(set(names)) < len(names):
            raise click.UsageError(f"two --{option} are the same network")
    if looking.detect_classes and not looking.detect:
        raise click.UsageError("--detect_classes is for --detect NAME")
