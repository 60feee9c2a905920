"""The one door to all commands: it lists them with a line each, and runs them."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from . import base

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "download_models": "Fetch the networks.",
        "prepare": "Learn people from photographs.",
        "video": "Watch cameras and films, and announce who is seen.",
        "web": "Show cameras, people and visits on a page.",
        "identify": "Say what is on whole pictures.",
        "detect": "Find objects on pictures, and follow them through films.",
        "explain": "Show which parts of a picture an answer rests on.",
        "people": "List, rename, merge or forget people.",
        "fill_meta": "Take what is known of people from a table.",
        "datasets": "Keep collections of pictures with tags and boxes.",
        "rules": "Say what happened: check rules, and try them on a film.",
        "train": "Teach a network of your own from a dataset.",
        "events": "List the visits that the cameras have recorded.",
        "evaluate": "Measure how well people are told apart.",
        "control": "Steer a video that runs.",
        "models": "List the networks, add one, go back to a version.",
        "export_classifiers": "Publish what was learned.",
        "download_classifiers": "Fetch what was learned elsewhere.",
    }
)
"""Every command and what it does, in the order in which somebody new needs them."""


class _Door(base.Group):
    """Knows the commands by their names, and loads the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """See `click.Group`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """See `click.Group`; dashes may stand for underscores."""
        name = cmd_name.replace("-", "_")
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{name}", __package__).main
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Offer the commands without loading any."""
        from click.shell_completion import CompletionItem

        begun = [name for name in COMMANDS if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=COMMANDS[name]) for name in begun), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@base.group("svod", kind=_Door)
def main() -> None:
    """Know who and what a camera sees, on this machine alone.

    COMMAND --help says more of each.
    """
