"""Effect sizes of abstracts as correlations, one for each study, ready to be pooled.

Everything is brought to Fisher's z. Conversions: d and g to r for groups of equal size, the odds
ratio to d (Borenstein et al. 2009, chapter 7; Hasselblad & Hedges 1995), a standardised beta to r
(Peterson & Brown 2005), the last with a caution. A number counts with the sign of its claim; where
the claim has none, with the printed one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from kg.links import Link, Support
from kg.model import Direction, Statistic, Status

#: Half the width of a 95 % interval in standard errors.
Z95 = 1.959963984540054
#: Beyond this a beta is not converted (the range that Peterson & Brown studied).
_LARGEST_BETA = 0.5
_KINDS = frozenset({"r", "rho", "d", "g", "or", "beta"})
_SIGNED = {Direction.POSITIVE: 1.0, Direction.NEGATIVE: -1.0}
#: Units in which a sample size counts cases, as against studies.
_STUDIES = "studies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The effect of one study: Fisher's z with its variance, and what was printed.

    ``cautions`` says what was assumed. ``synthesis``: a published pooled value, not to be pooled.
    """

    study: str
    z: float
    variance: float
    n: int | None
    raw: tuple[str, ...]
    cautions: tuple[str, ...] = ()
    synthesis: bool = False

    @property
    def r(self) -> float:
        """The effect as a correlation."""
        return math.tanh(self.z)

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval as correlations."""
        half = Z95 * math.sqrt(self.variance)
        return math.tanh(self.z - half), math.tanh(self.z + half)


def primary_effects(link: Link | None) -> tuple[Effect, ...]:
    """One effect for each primary study whose findings give a convertible number, by study.

    Several numbers of one study are averaged and keep the variance of one, as if they were
    perfectly correlated, which is the cautious end.
    """
    return _effects(link.primary if link else ())


def published_effects(link: Link | None) -> tuple[Effect, ...]:
    """The pooled values that meta-analyses report, with their own intervals."""
    found = link.supports if link else ()
    return _effects(s for s in found if s.synthesis and s.claim.status is Status.FINDING)


def _effects(supports: Iterable[Support]) -> tuple[Effect, ...]:
    by_study: dict[str, dict[tuple[str, int], Effect]] = defaultdict(dict)
    for support in sorted(supports, key=_signed_first):
        for statistic, interval in _with_intervals(support.claim.statistics):
            place = (support.claim.document, statistic.start)
            if place not in by_study[support.study.id]:
                effect = _effect(support, statistic, interval)
                if effect:
                    by_study[support.study.id][place] = effect
    return tuple(
        _composite([found[place] for place in sorted(found)])
        for _, found in sorted(by_study.items())
        if found
    )


def _signed_first(support: Support) -> tuple[bool, str]:
    return support.direction not in _SIGNED, support.claim.id


def _with_intervals(
    statistics: Sequence[Statistic],
) -> Iterator[tuple[Statistic, Statistic | None]]:
    """Each effect size with the interval that follows it before the next one."""
    ordered = sorted(statistics, key=lambda s: s.start)
    for place, statistic in enumerate(ordered):
        if statistic.kind in _KINDS and statistic.value is not None:
            if statistic.comparator != "=":
                continue
            interval = None
            for later in ordered[place + 1 :]:
                if later.kind in _KINDS:
                    break
                if later.kind == "ci" and later.low is not None and later.high is not None:
                    interval = later
                    break
            yield statistic, interval


def _effect(support: Support, statistic: Statistic, interval: Statistic | None) -> Effect | None:
    value, n = statistic.value or 0.0, _size(support)
    if statistic.kind == "or":
        found = _from_odds(value, interval)
    elif statistic.kind in ("d", "g"):
        found = _from_difference(value, n)
    else:
        found = _from_correlation(statistic.kind, value, n, interval)
    if found is None:
        return None
    z, variance, cautions = found
    way = _SIGNED.get(support.direction)
    if way is None:
        cautions = (*cautions, "sign as printed")
    return Effect(
        study=support.study.id,
        z=support.placement.sign * z if way is None else way * abs(z),
        variance=variance,
        n=n,
        raw=(statistic.raw,),
        cautions=cautions,
        synthesis=support.synthesis,
    )


_Found = tuple[float, float, tuple[str, ...]]


def _size(support: Support) -> int | None:
    """The sample of the claim if it names one, else that of the study; studies are no cases."""
    named = {int(s.value) for s in support.claim.statistics if s.kind == "n" and s.value}
    if len(named) == 1:
        return named.pop()
    study = support.study
    return None if study.unit == _STUDIES or support.synthesis else study.n


def _from_correlation(
    kind: str, value: float, n: int | None, interval: Statistic | None
) -> _Found | None:
    cautions: tuple[str, ...] = ()
    if kind == "beta":
        if abs(value) > _LARGEST_BETA:
            return None
        value, cautions = correlation_of_beta(value), ("from a standardised beta",)
        interval = None
    if not -1 < value < 1:
        return None
    variance = _variance_of(interval)
    if variance is None and n is not None and n > 3:
        variance = 1 / (n - 3)
    return None if variance is None else (math.atanh(value), variance, cautions)


def _variance_of(interval: Statistic | None) -> float | None:
    if interval is None or interval.low is None or interval.high is None:
        return None
    if not -1 < interval.low < interval.high < 1:
        return None
    return ((math.atanh(interval.high) - math.atanh(interval.low)) / (2 * Z95)) ** 2


def _from_difference(d: float, n: int | None) -> _Found | None:
    if n is None or n <= 3:
        return None
    variance = 4 / n + d * d / (2 * n)
    return *_z_of_difference(d, variance), ("from a mean difference, groups taken as equal",)


def _from_odds(odds: float, interval: Statistic | None) -> _Found | None:
    if odds <= 0 or interval is None or not interval.low or not interval.high:
        return None
    if not 0 < interval.low < interval.high:
        return None
    spread = (math.log(interval.high) - math.log(interval.low)) / (2 * Z95)
    scale = math.sqrt(3) / math.pi
    found = _z_of_difference(math.log(odds) * scale, (spread * scale) ** 2)
    return *found, ("from an odds ratio",)


def correlation_of_difference(d: float) -> float:
    """The correlation that a standardised mean difference of two equal groups stands for."""
    return d / math.sqrt(d * d + 4)


def correlation_of_beta(beta: float) -> float:
    """The correlation that a standardised beta suggests: beta + .05 if it is not negative."""
    return beta + 0.05 * (beta >= 0)


def _z_of_difference(d: float, variance: float) -> tuple[float, float]:
    r = correlation_of_difference(d)
    variance_r = 16 * variance / (d * d + 4) ** 3
    return math.atanh(r), variance_r / (1 - r * r) ** 2


def _composite(effects: Sequence[Effect]) -> Effect:
    cautions = sorted({caution for effect in effects for caution in effect.cautions})
    if len(effects) > 1:
        cautions.append(f"mean of {len(effects)} numbers")
    return Effect(
        study=effects[0].study,
        z=fmean(effect.z for effect in effects),
        variance=fmean(effect.variance for effect in effects),
        n=effects[0].n,
        raw=tuple(raw for effect in effects for raw in effect.raw),
        cautions=tuple(cautions),
        synthesis=effects[0].synthesis,
    )
