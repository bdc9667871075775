"""The effect-direction summary of a link: how many studies point which way.

After chapter 12 of the Cochrane Handbook (McKenzie & Brennan 2019, 12.2.1.3): a vote on direction,
never on significance, by the sign test with an interval for the proportion. A study with several
findings has a direction if at least 70 % of its signed ones agree (Boon & Thomson 2021). How surely
the sentences were read is told beside it and enters no figure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from kg.links import Link, Support, Votes
from kg.model import Direction

#: Below so many studies with a sign nothing is tested.
MINIMUM = 3
#: The share of a study's signed findings that must agree for it to have a direction.
CONSISTENT = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Primary studies by the direction of their findings (ids, sorted), and what follows.

    ``share`` is positive / (positive + negative) with its 95 % Wilson interval ``low`` to ``high``,
    ``p`` the two-sided exact sign test; all are ``None`` below `MINIMUM` studies with a sign.
    ``confidence`` is the median reading confidence of the findings (0..1), for information.
    """

    positive: tuple[str, ...]
    negative: tuple[str, ...]
    #: Studies whose own findings point both ways.
    conflicting: tuple[str, ...]
    #: Studies that found nothing, or no sign that holds.
    null: tuple[str, ...]
    mixed: tuple[str, ...]
    unspecified: tuple[str, ...]
    syntheses: Votes
    share: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    confidence: float | None = None

    @property
    def signed(self) -> int:
        """The number of studies with a direction."""
        return len(self.positive) + len(self.negative)

    @property
    def tested(self) -> int:
        """The number of primary studies with any finding."""
        rest = (self.conflicting, self.null, self.mixed, self.unspecified)
        return self.signed + sum(map(len, rest))

    @property
    def too_few(self) -> bool:
        """Whether there are too few studies with a direction for a test."""
        return self.signed < MINIMUM


def balance(link: Link | None) -> Balance:
    """Weigh the findings of primary studies on a link, one vote a study."""
    found: dict[str, list[Support]] = {}
    for support in link.primary if link else ():
        found.setdefault(support.study.id, []).append(support)
    groups: dict[str, list[str]] = {}
    for study, supports in sorted(found.items()):
        groups.setdefault(_group(supports), []).append(study)
    positive, negative = (len(groups.get(name, ())) for name in ("positive", "negative"))
    scores = [s.claim.confidence for s in (link.primary if link else ())]
    known = [score for score in scores if score is not None]
    return Balance(
        positive=tuple(groups.get("positive", ())),
        negative=tuple(groups.get("negative", ())),
        conflicting=tuple(groups.get("conflicting", ())),
        null=tuple(groups.get("null", ())),
        mixed=tuple(groups.get("mixed", ())),
        unspecified=tuple(groups.get("unspecified", ())),
        syntheses=link.reviews if link else Votes(),
        confidence=median(known) if known else None,
        **_sign_test(positive, negative),
    )


def _group(supports: list[Support]) -> str:
    counts = Counter(support.direction for support in supports)
    positive, negative = counts[Direction.POSITIVE], counts[Direction.NEGATIVE]
    if not positive + negative:
        weak = (Direction.NULL, Direction.MIXED, Direction.UNSPECIFIED)
        return str(next(direction for direction in weak if counts[direction]))
    share = positive / (positive + negative)
    if share >= CONSISTENT:
        return "positive"
    return "negative" if 1 - share >= CONSISTENT else "conflicting"


def _sign_test(positive: int, negative: int) -> dict[str, float]:
    """The exact sign test, and the share with its Wilson (1927) score interval."""
    if positive + negative < MINIMUM:
        return {}
    from scipy.stats import binomtest

    test = binomtest(positive, positive + negative)
    interval = test.proportion_ci(method="wilson")
    return {
        "share": positive / (positive + negative),
        "low": max(0.0, float(interval.low)),
        "high": min(1.0, float(interval.high)),
        "p": float(test.pvalue),
    }
