"""Third constructs that were found with both ends of a gap, and the sign that they suggest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from kg.gaps.evidence import Evidence, Said
from kg.gaps.model import Bridge, Pair
from kg.model import Claim, Direction, Relation, Status
from kg.model import Evidence as Place
from kg.wording import claim_clause, label_of

#: Bridges of a gap whose evidence is kept.
KEPT = 5
#: Claims that are kept for each leg of a bridge.
CLAIMS_KEPT = 3
_SIGNS = {Direction.POSITIVE: 1, Direction.NEGATIVE: -1}
_WAYS = {1: Direction.POSITIVE, -1: Direction.NEGATIVE}


def bridges_of(pair: Pair, evidence: Evidence, names: Set[str]) -> tuple[str, ...]:
    """Constructs found with both ends, those whose weaker leg has most studies first."""
    first, second = (evidence.partners(end) for end in pair)
    shared = (first.keys() & second.keys() & names).difference(*map(evidence.relatives, pair))
    legs = ((first[name], second[name], name) for name in shared)
    ranked = [(-one if one < other else -other, -one - other, name) for one, other, name in legs]
    return tuple([name for _, _, name in sorted(ranked)])


class _Leg(NamedTuple):
    studies: int
    populations: frozenset[str]
    sign: int
    claims: tuple[str, ...]


class Bridges:
    """The evidence on bridges; each leg is summed up once."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._legs: dict[Pair, _Leg] = {}

    def __call__(self, through: str, pair: Pair) -> Bridge:
        """The evidence on both legs of a bridge."""
        first, second = self._leg(through, pair[0]), self._leg(through, pair[1])
        return Bridge(
            through=through,
            studies=(first.studies, second.studies),
            populations=tuple(sorted(first.populations & second.populations)),
            sign=_WAYS.get(first.sign * second.sign),
            claims=(first.claims, second.claims),
        )

    def _leg(self, a: str, b: str) -> _Leg:
        pair = (a, b) if a <= b else (b, a)
        if pair not in self._legs:
            found = self._evidence.found(pair)
            populations = frozenset([said.population for said in found if said.population])
            studies = len({said.study for said in found})
            self._legs[pair] = _Leg(studies, populations, leg_sign(found), newest(found))
        return self._legs[pair]


def newest(found: Iterable[Said]) -> tuple[str, ...]:
    """The ids of the newest claims, one a study."""
    ordered = sorted([(-(s.reading.document.year or 0), s.claim.id, s.study) for s in found])
    first: dict[str, str] = {}
    for _, claim, study in ordered:
        first.setdefault(study, claim)
        if len(first) == CLAIMS_KEPT:
            break
    return tuple(first.values())


def leg_sign(found: Iterable[Said]) -> int:
    """1 or -1 where more studies found that sign than the other, else 0."""
    votes = {(said.study, _SIGNS.get(said.direction, 0)) for said in found}
    balance = sum(sign for _, sign in votes)
    return (balance > 0) - (balance < 0)


def expected_sign(
    pair: Pair, evidence: Evidence, bridging: Sequence[Bridge], valences: Mapping[str, int]
) -> tuple[Direction | None, str]:
    """The sign that a test should expect and where it comes from, in words.

    First the findings so far, then what authors themselves expect of the pair, then the majority of
    the bridges, each counted by its weaker leg, then whether more of either is good or bad for the
    person.
    """
    found = leg_sign(evidence.found(pair))
    if found:
        return _WAYS[found], "most findings so far have it"
    asked = [said for said in evidence.said.get(pair, {}).values() if not said.primary]
    stated = sum(_SIGNS.get(said.direction, 0) for said in asked)
    if stated:
        return _WAYS[1 if stated > 0 else -1], "so the authors expect"
    votes = sum(_SIGNS[b.sign] * min(b.studies) for b in bridging if b.sign in _SIGNS)
    if votes:
        return _WAYS[1 if votes > 0 else -1], "the signs of the bridging findings suggest it"
    value = valences.get(pair[0], 0) * valences.get(pair[1], 0)
    if value:
        return _WAYS[value], "both are good or bad for the person in this sense"
    return None, "nothing suggests a sign"


def worded_hypothesis(pair: Pair, sign: Direction | None, labels: Mapping[str, str]) -> str:
    """The hypothesis as one sentence without its full stop: "greater X goes with lower Y"."""
    if sign is None:
        return f"{label_of(pair[0], labels)} and {label_of(pair[1], labels)} are associated"

    claim = Claim(
        document="",
        subject=pair[0],
        relation=Relation.ASSOCIATED_WITH,
        object=pair[1],
        direction=sign,
        status=Status.HYPOTHESIS,
        evidence=Place(start=0, end=0, sentence="", cue=""),
    )
    return claim_clause(claim, labels)
