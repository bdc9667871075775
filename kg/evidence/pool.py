"""A random-effects summary of effects, by statsmodels.

Between-study variance after Paule & Mandel (1982), as Veroniki et al. (2016) advise; intervals
after Hartung & Knapp with t quantiles, and never narrower than the usual standard error allows
(Roever et al. 2015): what metafor calls ``rma(method="PM", test="adhoc")``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.evidence.balance import MINIMUM
from kg.evidence.effects import Effect

#: How near the estimating equation of the between-study variance must come to zero, best first.
_TOLERANCES = (1e-9, 1e-7, 1e-5, 1e-3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """Summary in Fisher's z; ``r``, ``interval`` and ``prediction`` are the same as correlations.

    ``tau2`` is the between-study variance, ``i2`` the share of the variance that lies between
    studies (0..1), ``q`` and ``q_p`` the test of homogeneity, ``prediction`` where the effect of a
    new study is expected in 95 %.
    """

    k: int
    z: float
    se: float
    low: float
    high: float
    p: float
    tau2: float
    i2: float
    q: float
    q_p: float
    prediction_low: float
    prediction_high: float

    @property
    def r(self) -> float:
        """The mean effect as a correlation."""
        return math.tanh(self.z)

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval as correlations."""
        return math.tanh(self.low), math.tanh(self.high)

    @property
    def prediction(self) -> tuple[float, float]:
        """The 95 % prediction interval as correlations."""
        return math.tanh(self.prediction_low), math.tanh(self.prediction_high)


def pool(effects: Sequence[Effect]) -> Pooled | None:
    """Pool effects of primary studies; ``None`` below three, or where one is itself pooled."""
    if any(effect.synthesis for effect in effects):
        return None
    return pool_values([e.z for e in effects], [e.variance for e in effects])


def pool_values(values: Sequence[float], variances: Sequence[float]) -> Pooled | None:
    """Pool values with known sampling variances; ``None`` below three."""
    if len(values) < MINIMUM:
        return None
    from scipy.stats import chi2, t

    k = len(values)
    result = _combined(values, variances)
    tau2 = max(0.0, float(result.tau2))
    z, usual, scaled = (
        float(number)
        for number in (result.mean_effect_re, result.sd_eff_w_re, result.sd_eff_w_re_hksj)
    )
    se = max(usual, scaled)
    reach = float(t.ppf(0.975, k - 1))
    spread = math.sqrt(tau2 + se * se)
    typical = _typical_variance(variances)
    return Pooled(
        k=k,
        z=z,
        se=se,
        low=z - reach * se,
        high=z + reach * se,
        p=float(2 * t.sf(abs(z / se), k - 1)),
        tau2=tau2,
        i2=tau2 / (tau2 + typical),
        q=float(result.q),
        q_p=float(chi2.sf(result.q, k - 1)),
        prediction_low=z - reach * spread,
        prediction_high=z + reach * spread,
    )


def _combined(values: Sequence[float], variances: Sequence[float]) -> Any:
    """Combine with the finest tolerance that statsmodels can reach.

    Its iteration falls back to no heterogeneity where rounding takes it past the root (0.15.0).
    """
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    given = np.array(values, dtype=float), np.array(variances, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        for tolerance in _TOLERANCES:
            result = combine_effects(*given, method_re="iterated", atol=tolerance, maxiter=500)
            if result.tau2 > 0 or result.q <= len(values) - 1:
                break
    return result


def _typical_variance(variances: Sequence[float]) -> float:
    """The typical sampling variance (Higgins & Thompson 2002, equation 9)."""
    weights = [1 / variance for variance in variances]
    total = sum(weights)
    return (len(weights) - 1) * total / (total**2 - sum(w * w for w in weights))
