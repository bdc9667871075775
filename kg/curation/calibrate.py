"""Confidence made to mean what it says, by the verdicts of curators.

Logistic recalibration (Cox 1958; Platt 1999): logit(p) = intercept + slope * logit(confidence),
with a pull towards no change that fades as verdicts come in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.curation.model import Judgement, Verdict

#: Below so many verdicts on scored claims the machine's confidence is left alone.
MINIMUM = 50
#: The weight of the pull towards no change, in verdicts.
_PULL = 1.0
_EDGE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """The fitted line, and on how many verdicts it rests."""

    intercept: float
    slope: float
    n: int

    def of(self, confidence: float) -> float:
        """The recalibrated confidence, rounded to three places."""
        return round(_expit(self.intercept + self.slope * _logit(confidence)), 3)


def judged(judgements: Iterable[Judgement]) -> list[tuple[float, bool, float]]:
    """Confidence, whether the reading was right, and weight, of each verdict that can be used."""
    return [
        (j.confidence, j.verdict is Verdict.CORRECT, j.weight or 1.0)
        for j in judgements
        if j.confidence is not None and 0 <= j.confidence <= 1 and j.verdict is not Verdict.UNSURE
    ]


def recalibration(judgements: Iterable[Judgement]) -> Recalibration | None:
    """Fit the line; ``None`` below `MINIMUM` verdicts."""
    known = judged(judgements)
    if len(known) < MINIMUM:
        return None
    import numpy as np
    from scipy.optimize import minimize

    scores = np.array([_logit(confidence) for confidence, _, _ in known])
    right = np.array([float(correct) for _, correct, _ in known])
    weights = np.array([weight for _, _, weight in known])
    weights *= len(known) / weights.sum()

    def loss(line: Any) -> float:
        z = line[0] + line[1] * scores
        fit = weights @ (np.logaddexp(0.0, z) - right * z)
        return float(fit + _PULL * (line[0] ** 2 + (line[1] - 1) ** 2) / 2)

    intercept, slope = minimize(loss, (0.0, 1.0), method="BFGS").x
    return Recalibration(
        intercept=round(float(intercept), 4), slope=max(0.0, round(float(slope), 4)), n=len(known)
    )


def _logit(p: float) -> float:
    inside = min(1 - _EDGE, max(_EDGE, p))
    return math.log(inside / (1 - inside))


def _expit(z: float) -> float:
    return 1 / (1 + math.exp(-z))
