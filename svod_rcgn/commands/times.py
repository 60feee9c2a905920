"""Times on the command line."""

import re
from datetime import datetime, timedelta
from time import time as wall_clock

import click

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
    """Seconds since the epoch of a date, a time, or so long ago as 30m, 12h, 7d, 2w."""
    if value is None:
        return None
    ago = re.fullmatch(r"(\d{1,5})([mhdw])", value)
    if ago:
        return wall_clock() - timedelta(**{_UNITS[ago[2]]: int(ago[1])}).total_seconds()
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{value} is neither a date as 2026-01-31 nor so long ago as 12h") from None
