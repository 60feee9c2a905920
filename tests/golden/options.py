"""What each command can be given: names, kinds, bounds, variables and defaults, but no help text."""

from importlib import import_module
from pathlib import PurePath
from typing import Any

import click

from tests.golden.records import differences

NAMES = (
    "control", "download_classifiers", "download_models", "evaluate", "events", "export_classifiers",
    "fill_meta", "models", "people", "prepare", "video",
)  # fmt: skip
_BOUNDS = ("min", "max", "min_open", "max_open", "file_okay", "dir_okay", "exists")


def recorded() -> dict[str, Any]:
    """All commands by name."""
    return {name: _command(import_module(f"svod_rcgn.commands.{name}").main) for name in NAMES}


def _command(command: click.Command) -> dict[str, Any]:
    context = command.make_context(command.name, [], resilient_parsing=True)
    normalised = context.token_normalize_func or str
    told: dict[str, Any] = {
        "dashes_for_underscores": normalised("--a-b") == normalised("--a_b"),
        "help": list(context.help_option_names),
        "arguments": [_argument(each) for each in command.params if isinstance(each, click.Argument)],
        "options": {each.opts[0]: _option(each) for each in command.params if isinstance(each, click.Option)},
    }
    if isinstance(command, click.Group):
        told["commands"] = {name: _command(each) for name, each in sorted(command.commands.items())}
    return told


def _argument(argument: click.Argument) -> dict[str, Any]:
    return _brief({"name": argument.name, **_common(argument)})


def _option(option: click.Option) -> dict[str, Any]:
    return _brief(
        {
            "names": option.opts,
            "opposites": option.secondary_opts,
            "flag": option.is_flag,
            "variable": option.envvar,
            "default": _default(option),
            **_common(option),
        }
    )


def _common(parameter: click.Parameter) -> dict[str, Any]:
    kind = parameter.type
    return {
        "kind": kind.name,
        "required": parameter.required,
        "multiple": parameter.multiple,
        "values": parameter.nargs,
        "choices": list(kind.choices) if isinstance(kind, click.Choice) else [],
        "bounds": _brief({name: getattr(kind, name) for name in _BOUNDS if hasattr(kind, name)}),
    }


def _brief(told: dict[str, Any]) -> dict[str, Any]:
    """Without what is not so; a default of false says something all the same."""
    return {key: value for key, value in told.items() if _says_something(key, value)}


def _says_something(key: str, value: Any) -> bool:
    if key == "default":
        return value is not None
    return value is not None and value is not False and value not in ([], {})


def _default(option: click.Option) -> Any:
    """The default as JSON has it; click marks an option without one in a different way in each version."""
    value = option.to_info_dict()["default"]
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    return value if isinstance(value, str | int | float) else None


def changes(old: dict[str, Any], new: dict[str, Any], at: str = "") -> list[str]:
    """What a command takes no more as it did; new options and commands are welcome."""
    told = [
        change for key in ("dashes_for_underscores", "help", "arguments")
        for change in differences(old[key], new[key], at=f"{at} {key}")
    ]  # fmt: skip
    for name, option in old["options"].items():
        now = _bearing(option["names"], new["options"])
        told += differences(option, now, at=f"{at} {name}") if now else [f"{at} {name}: is gone"]
    for name, command in old.get("commands", {}).items():
        there = new.get("commands", {}).get(name)
        told += changes(command, there, f"{at} {name}") if there else [f"{at} {name}: is gone"]
    return told


def _bearing(names: list[str], options: dict[str, Any]) -> dict[str, Any] | None:
    """The option that has all of these names; further ones of it are welcome."""
    found = (each for each in options.values() if set(names) <= set(each.get("names", [])))
    option = next(found, None)
    return option and {**option, "names": names}
