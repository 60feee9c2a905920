"""The options about how cameras and streams are read."""

from functools import partial

import click

from ...media.settings import LiveSettings, VideoSettings
from .. import base

PICTURES = "Pictures in and out"
_VIDEO = VideoSettings()
_side = partial(base.option, type=click.IntRange(min=16), metavar="PIXELS", section=PICTURES)

max_width = _side("--video_max_width", default=_VIDEO.max_width, help="Wider ones are scaled down.")
max_height = _side("--video_max_height", default=_VIDEO.max_height, help="Higher ones too.")
read_timeout = base.option(
    "--read_timeout",
    type=base.Range(min=0.1, max=3600),
    default=LiveSettings().read_timeout,
    metavar="SEC",
    section=PICTURES,
    help="Without a picture so long, connect anew.",
)
reconnect_limit = base.option(
    "--reconnect_limit",
    type=click.IntRange(min=0),
    section=PICTURES,
    show_default="never",
    help="Failures in a row, to give up.",
)
