"""How far a map can be trusted."""

from dataclasses import replace

import numpy as np

from .faithfulness import try_maps
from .records import Control, Evidence, Judgement, Whereabouts
from .settings import ExplanationSettings
from .trial import Trial
from .whereabouts import whereabouts


def judge(
    trial: Trial, evidence: Evidence, settings: ExplanationSettings, *, tried: bool = True
) -> Judgement:
    """Judge a map by where it points, whether it comes again and, where `tried`, by hiding and showing."""
    where = whereabouts(evidence.heat)
    told = Judgement(
        whereabouts=where,
        agreement=evidence.agreement,
        flat=_is_flat(evidence, where, settings),
        unstable=evidence.agreement < settings.least_agreement,
    )
    return _tried(trial, evidence, settings, told) if tried else told


def _is_flat(evidence: Evidence, where: Whereabouts | None, settings: ExplanationSettings) -> bool:
    weak = float(evidence.heat.max()) < settings.flat_change
    return weak or where is None or where.area > settings.flat_area


def _tried(trial: Trial, evidence: Evidence, settings: ExplanationSettings, told: Judgement) -> Judgement:
    own, *others = try_maps(trial, [evidence.heat, *evidence.controls], settings.steps)
    control = Control(
        evidence.kind,
        float(np.mean([each.deletion for each in others])),
        float(np.mean([each.insertion for each in others])),
        len(others),
        sum(own.gain > each.gain for each in others),
    )
    no_better = control.beaten < settings.least_beaten
    return replace(told, faithfulness=own, control=control, no_better=no_better)
