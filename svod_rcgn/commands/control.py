"""Speak to a running camera from the shell."""

from pathlib import Path
from typing import Any

import click

from .. import terminal
from ..control import probe
from ..control.settings import ControlSettings
from ..errors import ControlError, InputError
from . import base, options

_CONTROL = ControlSettings()
_ACTIONS = ("reload_classifiers", "reload_rules", "debug", "status", "stop")


@base.command("control")
@click.argument("action", type=click.Choice(_ACTIONS), metavar="[ACTION]", required=False)
@click.argument("data", required=False)
@base.option("--host", default=_CONTROL.host, section=base.CONTROL, help="Where the camera runs.")
@options.listener_port
@base.option(
    "--timeout",
    type=base.Range(min=0.1, max=3600),
    default=10.0,
    metavar="SEC",
    section=base.CONTROL,
    help="How long to wait for an answer.",
)
@base.folder_option("--keys", section=base.CONTROL, help="Keys, where the camera has --listener_keys.")
@base.folder_option("--make_keys", section=base.CONTROL, help="Make such keys, and do nothing else.")
def main(
    *,
    action: str | None,
    data: str | None,
    host: str,
    listener_port: int,
    timeout: float,
    keys: Path | None,
    make_keys: Path | None,
) -> None:
    """Tell a running video.py to do ACTION, and print its answer as JSON.

    reload_classifiers uses what prepare.py has trained, reload_rules the rules files as they are now; debug
    true|false shows internal details, status tells how everything fares, stop ends it in good order.
    """
    if make_keys is not None:
        from ..control import keys as curve

        curve.make_keys(make_keys)
        base.say(f"{make_keys}: keys made; give client.key_secret and server.key to whoever may control")
        return
    if action is None:
        raise click.UsageError(f"name an ACTION: {', '.join(_ACTIONS)}")
    terminal.write_data(_answer(action, _value(data), host, listener_port, timeout, keys))


def _value(data: str | None) -> Any:
    import msgspec

    try:
        return None if data is None else msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise InputError(
            f"{data}: is not JSON; write true, false, a number or a text in double quotes"
        ) from error


def _answer(action: str, data: Any, host: str, port: int, timeout: float, keys: Path | None) -> bytes:
    from ..control.client import SVODClient
    from ..storage.files import encoded

    with SVODClient(host, port, timeout, keys) as client:  # which sends nothing yet
        if probe.is_refused(ControlSettings(host, port)):
            raise ControlError(
                f"no camera runs at {host}:{port}; start video.py, or name its --listener_port"
            )
        answer = client.call(action, data)
    return encoded(answer)
