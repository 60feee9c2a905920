"""What was found, in plain words."""

from .records import ControlKind, Judgement, Whereabouts

_CONTROLS = {ControlKind.SHUFFLED_HEAD: "a shuffled head's map", ControlKind.RANDOM_MAP: "a random map"}


def described(where: Whereabouts | None) -> str:
    """Where the evidence lies."""
    if where is None:
        return "no part of the picture speaks for it"
    return (
        f"{100 * where.middle:.0f} % of the evidence lies in the middle half of the area, "
        f"{100 * where.edge:.0f} % at the edge, and most of it {_at(where.place)}; "
        f"half of it takes {100 * where.area:.0f} % of the area"
    )


def _at(place: str) -> str:
    return f"in the {place}" if place == "centre" else f"at the {place}"


def scores(judgement: Judgement) -> str:
    """How the map fares beside those that know nothing; empty where it was not tried."""
    own, control = judgement.faithfulness, judgement.control
    if own is None or control is None:
        return ""
    return (
        f"deletion {own.deletion:.3f} ({control.deletion:.3f} by {_CONTROLS[control.kind]}; low is good), "
        f"insertion {own.insertion:.3f} ({control.insertion:.3f}; high is good); "
        f"better than {control.beaten} of {control.draws}"
    )


def warnings(judgement: Judgement) -> list[str]:
    """What speaks against trusting the map."""
    found = []
    if judgement.flat:
        found.append("the map is flat: no part of the picture stands out")
    if judgement.unstable:
        found.append(
            f"the map is unstable: two runs agree by {judgement.agreement:.2f} only, where 1 is the same"
        )
    if judgement.no_better and judgement.control is not None:
        control = judgement.control
        found.append(
            f"the map is no better than {_CONTROLS[control.kind]}: "
            f"{control.draws - control.beaten} of {control.draws} such point at what counts as well"
        )
    return found
