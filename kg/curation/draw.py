"""A stratified sample of claims to judge, so that few verdicts tell much of the accuracy.

Strata are the direction and the third of confidence; each gives as equally many as it can, so that
rare directions are judged too. The weight of a claim is how many of its stratum it stands for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from random import Random

from kg.model import Claim, Reading


def draw_sample(
    readings: Iterable[Reading], n: int, *, seed: int = 1
) -> dict[str, tuple[str, float]]:
    """Ids of ``n`` claims (all, if there are fewer) with stratum and weight; seeded."""
    claims = sorted((c for reading in readings for c in reading.claims), key=lambda c: c.id)
    bounds = _thirds(claims)
    strata: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        strata[_stratum(claim, bounds)].append(claim.id)
    random = Random(seed)
    sizes = _allocation({name: len(ids) for name, ids in strata.items()}, n)
    return {
        claim: (name, round(len(ids) / sizes[name], 4))
        for name, ids in sorted(strata.items())
        if sizes[name]
        for claim in sorted(random.sample(ids, sizes[name]))
    }


def _thirds(claims: Iterable[Claim]) -> tuple[float, float]:
    scores = sorted(claim.confidence for claim in claims if claim.confidence is not None)
    if not scores:
        return 0.0, 0.0
    return scores[len(scores) // 3], scores[2 * len(scores) // 3]


def _stratum(claim: Claim, bounds: tuple[float, float]) -> str:
    if claim.confidence is None:
        return f"{claim.direction}, not scored"
    level = sum(claim.confidence >= bound for bound in bounds)
    return f"{claim.direction}, {('low', 'middle', 'high')[level]} confidence"


def _allocation(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """Share ``n`` equally; what a small stratum cannot take goes to the others."""
    given = dict.fromkeys(sizes, 0)
    left = min(n, sum(sizes.values()))
    while left:
        for name in sorted(sizes, key=lambda name: (given[name], name)):
            if left and given[name] < sizes[name]:
                given[name] += 1
                left -= 1
    return given
