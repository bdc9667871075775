"""One sign for one relation: what a paper asserts without a sign, signed as it signs it elsewhere.

"Oxytocin was related to trust" in a conclusion means the positive relation that the results gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extract.candidates import in_order
from extract.decision import Decision
from kg.model import ASSERTED, Direction

#: A sign counts if its decisions weigh this much (probability of claim times of direction) ...
_ENOUGH = 0.3
#: ... and more than twice as much as the opposite; it then signs what is less sure than this.
_SURE = 0.9
#: What is less likely to be a claim gives no sign to others.
_LIKELY = 0.35
_SIGNED = (Direction.POSITIVE, Direction.NEGATIVE)


def _pair(decision: Decision) -> tuple[str, str]:
    return in_order(decision.subject, decision.object)


def sign_alike(decisions: Sequence[Decision]) -> Iterator[Decision]:
    """The decisions in their order, unsigned assertions signed where the text leaves no doubt."""
    weights: dict[tuple[str, str], dict[Direction, float]] = defaultdict(dict)
    for decision in decisions:
        asserted = decision.status in ASSERTED and not decision.path
        if asserted and decision.direction in _SIGNED and decision.claimed >= _LIKELY:
            weight = decision.claimed * decision.direction_probability
            signs = weights[_pair(decision)]
            signs[decision.direction] = signs.get(decision.direction, 0.0) + weight
    for decision in decisions:
        unsigned = decision.direction is Direction.UNSPECIFIED
        doubtful = decision.direction_probability < _SURE
        ranked = sorted(weights[_pair(decision)].items(), key=lambda sign: -sign[1])
        if (
            decision.status in ASSERTED
            and not decision.path
            and unsigned
            and doubtful
            and ranked
            and ranked[0][1] > _ENOUGH
            and (len(ranked) == 1 or ranked[1][1] * 2 <= ranked[0][1])
        ):
            yield replace(decision, direction=ranked[0][0])
        else:
            yield decision
