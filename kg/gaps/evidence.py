"""What was counted for constructs and pairs, evidence on narrower constructs included.

Evidence on a narrower construct counts for a broader one, never the reverse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.gaps.model import Concept, Pair
from kg.links import claim_pairs, is_synthesis, standing
from kg.model import Claim, Direction, Reading, Status
from kg.populations import population_kind

_OPPOSITE = {
    Direction.POSITIVE: Direction.NEGATIVE,
    Direction.NEGATIVE: Direction.POSITIVE,
}
#: Kinds of document whose pooled findings show that primary studies exist, here or elsewhere.
POOLING = frozenset({"meta-analysis", "systematic review"})


def ancestors(constructs: Mapping[str, Concept]) -> dict[str, frozenset[str]]:
    """Each construct -> itself and all that it is filed under, at any distance."""
    closed: dict[str, frozenset[str]] = {}
    for name in constructs:
        seen, todo = set[str](), [name]
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo.extend(constructs[current].broader if current in constructs else ())
        closed[name] = frozenset(seen)
    return closed


class Said(NamedTuple):
    """A claim on a pair: the document that makes it, and the narrower pair that it names.

    ``direction`` is that between the pair's own constructs, turned where the narrower construct is
    the opposite pole (insecurity of attachment); unspecified where that cannot be told, and for
    claims about a path.
    """

    claim: Claim
    reading: Reading
    pair: Pair
    synthesis: bool
    direction: Direction
    #: The id of the study.
    study: str
    #: Whether a primary study reports it as its own result.
    primary: bool
    #: The kind of population: of the claim, else of the study.
    population: str | None

    @property
    def pooled(self) -> bool:
        """Whether a meta-analysis or systematic review reports it as its result."""
        kinds = {self.reading.study.kind, self.reading.document.kind}
        return self.claim.status is Status.FINDING and self.synthesis and bool(kinds & POOLING)


@dataclass(slots=True)
class Evidence:
    """Counts of a corpus; see `count_evidence`."""

    above: Mapping[str, frozenset[str]]
    #: Primary studies with any finding.
    studies: set[str] = field(default_factory=set)
    #: A construct -> the primary studies with a finding on it.
    of_construct: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: A construct -> all studies, reviews included, that say or name anything of it.
    touching: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: A pair -> the primary studies with a finding on it.
    of_pair: dict[Pair, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: A pair -> all claims that touch it, by id.
    said: dict[Pair, dict[str, Said]] = field(default_factory=lambda: defaultdict(dict))
    #: All claims on pairs, by id, each as it was read.
    claims: dict[str, Said] = field(default_factory=dict)
    #: The latest year of a study; its documents.
    years: dict[str, int] = field(default_factory=dict)
    documents: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: A document -> the constructs that it names, broader ones included.
    named: dict[str, frozenset[str]] = field(default_factory=dict)
    _partners: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(dict), repr=False
    )
    _relatives: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _found: dict[Pair, list[Said]] = field(default_factory=dict, repr=False)
    _since: dict[tuple[str, int], int] = field(default_factory=dict, repr=False)

    def related(self, a: str, b: str) -> bool:
        """Whether one of two constructs is filed under the other."""
        return a in self.wider(b) or b in self.wider(a)

    def relatives(self, name: str) -> frozenset[str]:
        """A construct, all that it is filed under, and all that are filed under it."""
        if name not in self._relatives:
            below = (other for other, wider in self.above.items() if name in wider)
            self._relatives[name] = self.wider(name).union(below)
        return self._relatives[name]

    def wider(self, name: str) -> frozenset[str]:
        """A construct and all that it is filed under."""
        return self.above.get(name) or frozenset({name})

    def found(self, pair: Pair) -> list[Said]:
        """The findings of primary studies on a pair."""
        if pair not in self._found:
            self._found[pair] = [one for one in self.said.get(pair, {}).values() if one.primary]
        return self._found[pair]

    def count(self, a: str, b: str) -> int:
        """How many primary studies have a finding on two constructs."""
        return len(self.of_pair.get((min(a, b), max(a, b)), ()))

    def partners(self, name: str) -> Mapping[str, int]:
        """The constructs that primary studies have findings on together with this one: how many."""
        if not self._partners:
            for (a, b), studies in self.of_pair.items():
                self._partners[a][b] = self._partners[b][a] = len(studies)
        return self._partners.get(name, {})

    def since(self, name: str, years: int) -> int:
        """How many primary studies on a construct are of the last so many years."""
        if (name, years) not in self._since:
            start = max(self.years.values(), default=0) - years
            found = (self.years.get(study, 0) > start for study in self.of_construct[name])
            self._since[name, years] = sum(found)
        return self._since[name, years]

    def expected(self, pair: Pair) -> float:
        """Studies expected on both constructs if they were chosen independently."""
        if not self.studies:
            return 0.0
        a, b = (len(self.of_construct.get(name, ())) for name in pair)
        return a * b / len(self.studies)


class _Wider:
    """The pairs that a claim touches, those of all broader constructs included, with the turn."""

    def __init__(self, evidence: Evidence, valences: Mapping[str, int]) -> None:
        self._wider, self._valences = evidence.wider, valences
        self._known: dict[Pair, tuple[tuple[Pair, int], ...]] = {}

    def __call__(self, pair: Pair) -> tuple[tuple[Pair, int], ...]:
        if pair not in self._known:
            self._known[pair] = tuple(sorted(dict(self._pairs(*pair)).items()))
        return self._known[pair]

    def _pairs(self, a: str, b: str) -> Iterator[tuple[Pair, int]]:
        for wider_a in sorted(self._wider(a)):
            for wider_b in sorted(self._wider(b)):
                if wider_a != wider_b:
                    turn = self._turn(a, wider_a) * self._turn(b, wider_b)
                    yield (min(wider_a, wider_b), max(wider_a, wider_b)), turn

    def _turn(self, own: str, wider: str) -> int:
        """1 where more of one is more of the other, -1 where less, 0 where it cannot be told."""
        one, other = self._valences.get(own, 0), self._valences.get(wider, 0)
        return 1 if own == wider or one == other else one * other


def count_evidence(readings: Iterable[Reading], constructs: Mapping[str, Concept]) -> Evidence:
    """Count a corpus; the same for any order of the readings, however often one is repeated.

    What was retracted does not count.
    """
    evidence = Evidence(above=ancestors(constructs))
    valences = {name: getattr(concept, "valence", 0) for name, concept in constructs.items()}
    wider = _Wider(evidence, valences)
    for reading in sorted(standing(readings), key=lambda r: (r.document.id, r.document.key)):
        _count_reading(evidence, reading, wider)
    return evidence


def _count_reading(evidence: Evidence, reading: Reading, wider: _Wider) -> None:
    study, synthesis = reading.study.id, is_synthesis(reading)
    evidence.documents[study].add(reading.document.id)
    if reading.document.year is not None:
        evidence.years[study] = max(reading.document.year, evidence.years.get(study, 0))
    names, found = set(reading.mentions), set[str]()
    for claim in reading.claims:
        ends = (claim.subject, claim.object, *(claim.path or ()))
        names.update(ends)
        primary = claim.status is Status.FINDING and not synthesis
        _count_claim(evidence, claim, reading, wider, synthesis=synthesis, primary=primary)
        if primary:
            found.update(ends)
    if found:
        evidence.studies.add(study)
    for name in frozenset[str]().union(*map(evidence.wider, found)):
        evidence.of_construct[name].add(study)
    named = frozenset[str]().union(*map(evidence.wider, names))
    evidence.named[reading.document.id] = named
    for name in named:
        evidence.touching[name].add(study)


def _count_claim(
    evidence: Evidence,
    claim: Claim,
    reading: Reading,
    wider: _Wider,
    *,
    synthesis: bool,
    primary: bool,
) -> None:
    name, study = claim.id, reading.study.id
    persons = population_kind(claim.qualifiers.population)
    persons = persons or population_kind(reading.study.population)
    as_read = _turned(claim, 1)
    for own in claim_pairs(claim):
        said = Said(claim, reading, own, synthesis, as_read, study, primary, persons)
        evidence.claims.setdefault(name, said)
        for pair, turn in wider(own):
            known = evidence.said[pair]
            if name not in known or (own == pair and known[name].pair != pair):
                turned = as_read if turn == 1 else _turned(claim, turn)
                known[name] = said if turned is as_read else said._replace(direction=turned)
            if primary:
                evidence.of_pair[pair].add(study)


def _turned(claim: Claim, turn: int) -> Direction:
    signed = claim.direction in _OPPOSITE
    if claim.path or (signed and not turn):
        return Direction.UNSPECIFIED
    return _OPPOSITE[claim.direction] if signed and turn < 0 else claim.direction
