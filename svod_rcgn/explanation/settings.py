"""How long is looked for evidence, and when it is called poor; docs/BENCHMARKS.md says why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExplanationSettings:
    """How evidence is found, tried and judged.

    Parts are hidden for so many `seconds`. A map is tried in so many `steps` of hiding and showing beside
    `controls` that know nothing of the class. It is flat where half of the evidence needs more than
    `flat_area` of the picture, or where hiding changes the log-odds by less than `flat_change`; unstable
    where two runs correlate by less than `least_agreement`; and no better than chance where fewer than
    `least_beaten` of the controls are worse.
    """

    seconds: float = 4.0
    batch: int = 16
    steps: int = 10
    controls: int = 9
    flat_area: float = 0.35
    flat_change: float = 0.1
    least_agreement: float = 0.5
    least_beaten: int = 8
    seed: int = 0
