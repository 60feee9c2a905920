"""When a rule counts."""

from datetime import datetime, timedelta

from .vocabulary import Schedule

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60


def is_due(schedule: Schedule | None, time: float) -> bool:
    """Whether a rule counts at a time, in seconds since the epoch, by local time."""
    if schedule is None:
        return True
    moment = datetime.fromtimestamp(time)
    minute, start, end = moment.hour * 60 + moment.minute, _minutes(schedule.start), _minutes(schedule.end)
    if start < end:
        return start <= minute < end and _is_day(schedule, moment)
    if minute >= start:
        return _is_day(schedule, moment)
    return minute < end and _is_day(schedule, moment - timedelta(days=1))


def _is_day(schedule: Schedule, moment: datetime) -> bool:
    return not schedule.days or DAYS[moment.weekday()] in schedule.days


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return min(60 * int(hours) + int(minutes), _DAY)
