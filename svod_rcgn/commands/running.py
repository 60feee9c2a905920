"""What a command tells a camera that runs."""

import click

from ..control.probe import is_listened_to
from ..errors import ControlError
from ..faces.settings import ControlSettings
from . import base


def use_new_classifiers(port: int) -> None:
    """Have a camera that runs use what was trained, and say whether it does; silent where none runs."""
    settings = ControlSettings(port=port)
    if not port or not is_listened_to(settings):
        return
    from ..control.client import SVODClient

    try:
        with SVODClient(settings.host, settings.port, timeout=5) as camera:
            told = camera.call("reload_classifiers")
    except ControlError as error:
        base.say(f"warning: the camera that runs goes on with what it knew: {error}", err=True)
    else:
        click.echo(f"the camera that runs uses the classifiers of {told['version']} now")
