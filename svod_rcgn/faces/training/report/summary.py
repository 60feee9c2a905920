"""What a training is worth in four plain lines."""

from statistics import fmean

from ....reports.proportions import Proportion, in_words
from .measures import Report

_MOST = 99.0  # of 100 frames: an expectation that rests on a bell says no more


def summary(report: Report) -> tuple[str, str, str, str]:
    """Say how many left-out pictures were known, what to expect of strangers and of the enrolled."""
    return _accuracy(report), _strangers(report), _known(report), _one_more(report)


def _accuracy(report: Report) -> str:
    if report.nearest_right is None:
        return "Accuracy could not be measured: nobody has a second picture that could be left out."
    accuracy = in_words(report.nearest_right, "picture")
    return f"Left-out accuracy {accuracy}: the person most alike was the right one."


def _strangers(report: Report) -> str:
    wished = report.decision.false_accept_rate * 1000
    measured = report.strangers_named
    if measured is None:
        basis = "wished; there is no second person to measure it with, the limit is what is usual"
    elif not report.decision.measured or measured.trials * report.decision.false_accept_rate < 1:
        basis = (
            f"wished, too few pictures to measure: {measured.count} of {measured.trials} shown as "
            f"strangers were named, which may be {_interval(measured, 1000)} of 1,000"
        )
    else:
        basis = f"{_interval(measured, 1000)} at 95 %; {wished:.3g} were wished"
        wished = measured.share * 1000
    return f"At this setting about {wished:.3g} of 1,000 strangers' frames would be named ({basis})."


def _known(report: Report) -> str:
    unknown, misnamed = report.unknown, report.misnamed
    if unknown is None or misnamed is None:
        return "How many frames of enrolled people would be called unknown could not be measured."
    return (
        f"About {unknown.share * 100:.3g} of 100 frames of enrolled people would be called unknown "
        f"({_interval(unknown, 100)} at 95 %), and {misnamed.share * 100:.3g} by another's name "
        f"({_interval(misnamed, 100)}), if frames are like the {unknown.trials} left-out pictures."
    )


def _one_more(report: Report) -> str:
    """What more pictures would gain, by what is usual of the network and what these show."""
    told = [(each.expected, each.one_more) for each in report.persons if each.used]
    now, more = (100 * fmean(value or 0.0 for value in column) for column in zip(*told, strict=True))
    now, more = min(now, _MOST), min(more, _MOST)
    if more - now < 1:
        return (
            f"One more picture of each would gain little: about {now:.0f} of 100 such frames are named now."
        )
    return f"With one more picture of each about {more:.0f} of 100 such frames would be named, {now:.0f} now."


def _interval(value: Proportion, of: int) -> str:
    return f"{value.low * of:.0f}-{value.high * of:.0f}"
