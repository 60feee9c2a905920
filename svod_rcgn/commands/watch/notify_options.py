"""The options of video.py about who is told what, what is kept, and who may control it."""

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...control.settings import ControlSettings
from ...errors import InputError
from ...events.settings import NotificationSettings
from ...history.retention import HistorySettings
from ...text import counted, shown
from .. import base, options

if TYPE_CHECKING:
    from ...app.event_service import EventService, EventServiceSettings
    from ...control.server import Action
    from ...notify.channel import Channel, Notifier
    from ...notify.wording import Wording

log = logging.getLogger(__name__)

WEBHOOK_SECRET = "SVOD_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable, not a secret
MQTT_PASSWORD = "SVOD_MQTT_PASSWORD"  # noqa: S105 - as above
PATIENCE = 10.0  # seconds that announcements have at the end of a film
HURRY = 0.4  # seconds that they have when everything is to end at once

_NOTIFICATION = NotificationSettings()
_CONTROL = ControlSettings()
_TELL = "Announcements"


@dataclass(frozen=True, slots=True)
class NotifyOptions:
    """What the options say."""

    notify_face_detection_period: float
    notify_face_detection_prob: float
    notify_absence: float
    notify_unknown: bool
    notify_format: str
    notify_slack_token: str | None
    notify_slack_channel: str | None
    notify_webhook: str | None
    notify_mqtt: str | None
    history_dir: Path
    clarify_dir: Path
    no_history: bool
    retention_days: float
    observation_days: float
    listener_host: str
    listener_port: int
    listener_keys: Path | None

    @property
    def notification(self) -> NotificationSettings:
        """When somebody is announced, and when again."""
        return NotificationSettings(
            self.notify_face_detection_period,
            self.notify_face_detection_prob,
            self.notify_absence,
            self.notify_unknown,
        )

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may read in the list of processes."""
        return [value for value in (self.notify_slack_token, self.notify_webhook, self.notify_mqtt) if value]

    def notifier(self, wording: "Wording") -> "Notifier":
        """What announces on standard output."""
        from ...notify.console import JsonNotifier, StdoutNotifier

        return (JsonNotifier if self.notify_format == "json" else StdoutNotifier)(wording)

    @contextmanager
    def report(self) -> Iterator[None]:
        """Keep what is for people off standard output where that is for programs."""
        if self.notify_format != "json":
            yield
            return
        with redirect_stdout(sys.stderr):
            yield

    @property
    def events(self) -> "EventServiceSettings":
        """What is announced and kept."""
        from ...app.event_service import EventServiceSettings

        return EventServiceSettings(
            history_dir=None if self.no_history else self.history_dir,
            notification=self.notification,
            history=HistorySettings(self.retention_days, self.observation_days),
        )

    @property
    def strangers_dir(self) -> Path | None:
        """Where strangers' faces are kept; None where nothing is."""
        return None if self.no_history else self.clarify_dir

    def finish(self, service: "EventService", *, hurried: bool) -> None:
        """End the visits, and deliver what can be delivered in the time there is."""
        left = service.close(HURRY if hurried else PATIENCE)
        if left and self.no_history:
            log.warning("%d announcements could not be delivered and are lost", left)
        elif left:
            waiting = counted(left, "announcement", ("waits", "wait"))
            log.warning("%s; delivered when video.py runs again", waiting)

    @contextmanager
    def control(self, actions: Mapping[str, "Action"]) -> Iterator[None]:
        """The control socket, open while the block runs, unless it is not wished for.

        Raises:
            ControlError: It was asked for and its port cannot be had, or the address needs keys.
        """
        if not self.listener_port:
            yield
            return
        from ...app.process import open_control

        settings = ControlSettings(self.listener_host, self.listener_port, self.listener_keys)
        required = bool(base.asked_for("listener_port", "listener_host", "listener_keys"))
        with open_control(settings, actions, required=required):
            yield

    def channels(self) -> list["Channel"]:
        """Where announcements go over the network.

        Raises:
            InputError: An address is not one, Slack's token or channel is empty, or a package is missing.
        """
        from ...notify.webhook import WebhookChannel

        channels: list[Channel] = []
        if self.notify_slack_channel:
            from ...notify.slack import SlackChannel

            channels.append(SlackChannel(self.notify_slack_token or "", self.notify_slack_channel))
        if self.notify_webhook:
            channels.append(WebhookChannel(self.notify_webhook, os.environ.get(WEBHOOK_SECRET) or None))
        if self.notify_mqtt:
            channels.append(_mqtt(self.notify_mqtt))
        return channels


_OPTIONS = (
    base.option(
        "--notify_period",
        "--notify_face_detection_period",
        "notify_face_detection_period",
        type=base.Range(min=0.1),
        default=_NOTIFICATION.period,
        metavar="SEC",
        section=_TELL,
        help="Time over which frames are counted.",
    ),
    base.option(
        "--notify_share",
        "--notify_face_detection_prob",
        "notify_face_detection_prob",
        type=base.Range(min=0, max=1, max_open=True),
        default=_NOTIFICATION.share,
        metavar="SHARE",
        section=_TELL,
        help="Of them that show somebody.",
    ),
    base.option(
        "--notify_absence",
        type=base.Range(min=0),
        default=_NOTIFICATION.absence,
        metavar="SEC",
        section=_TELL,
        help="Absence, to be announced anew.",
    ),
    base.option("--notify_unknown", is_flag=True, section=_TELL, help="Announce strangers too."),
    base.option(
        "--notify_format",
        type=click.Choice(["text", "json"]),
        default="text",
        section=_TELL,
        help="How lines are written.",
    ),
    base.option(
        "--notify_slack_token",
        envvar="SVOD_SLACK_TOKEN",
        show_envvar=True,
        section=_TELL,
        help="The bot's token.",
    ),
    base.option(
        "--notify_slack_channel", metavar="NAME", section=_TELL, help="Announce in this Slack channel too."
    ),
    base.option(
        "--notify_webhook",
        metavar="URL",
        section=_TELL,
        help=f"As JSON too; ${WEBHOOK_SECRET} signs it.",
    ),
    base.option(
        "--notify_mqtt",
        metavar="URL",
        section=_TELL,
        help="States and events to this broker.",
    ),
    options.history_dir,
    options.clarify_dir,
    base.option("--no_history", is_flag=True, section=base.FOLDERS, help="Keep nothing of visits on disk."),
    base.option(
        "--retention_days",
        type=base.Range(min=0, min_open=True),
        default=HistorySettings().retention_days,
        metavar="DAYS",
        section=base.FOLDERS,
        help="Delete visits and strangers after them.",
    ),
    base.option(
        "--observation_days",
        type=base.Range(min=0),
        default=HistorySettings().observation_days,
        metavar="DAYS",
        section=base.FOLDERS,
        help="What was seen, too.",
    ),
    base.option(
        "--listener_host", metavar="HOST", default=_CONTROL.host, section=base.CONTROL, help="Its address."
    ),
    options.listener_port,
    base.folder_option("--listener_keys", section=base.CONTROL, help="Keys; any other address needs them."),
)


def add_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options, and hand it what they say as `notify`."""

    @wraps(function)
    def gathered(**values: Any) -> Any:
        own = {name: values.pop(name) for name in NotifyOptions.__dataclass_fields__}
        _check(own)
        return function(notify=NotifyOptions(**own), **values)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def _mqtt(url: str) -> "Channel":
    try:
        from ...notify.mqtt import MqttChannel
    except ModuleNotFoundError:
        raise InputError("--notify_mqtt needs another package: pip install 'svod-rcgn[mqtt]'") from None
    return MqttChannel(url, os.environ.get(MQTT_PASSWORD) or None)


def hide_secrets(secrets: Sequence[str]) -> None:
    """Keep secrets of the command line out of the list of processes."""
    words = ["***" if any(secret in word for secret in secrets) else word for word in sys.argv]
    if words != sys.argv:
        import setproctitle

        setproctitle.setproctitle(shown(" ".join(words)))


def _check(values: dict[str, Any]) -> None:
    token, channel = values["notify_slack_token"], values["notify_slack_channel"]
    if channel and not token:
        raise click.UsageError("--notify_slack_channel needs a token: set SVOD_SLACK_TOKEN")
    if token and not channel and base.asked_for("notify_slack_token"):
        raise click.UsageError("--notify_slack_token needs --notify_slack_channel")
