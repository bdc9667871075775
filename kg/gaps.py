"""Construct pairs that this corpus studies less, or less plainly, than one would expect.

For a pair studied in O studies, with E = (studies of one) x (studies of the other) / (all studies)
expected by chance, the score is log2((E + 1/2) / (O + 1/2)): the information component of
disproportionality analysis with its usual shrinkage (Noren, Hopstadius & Bate 2013, Statistical
Methods in Medical Research 22:57), sign reversed. One point is a factor of two. Evidence on a
narrower construct counts for a broader one, never the reverse.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Protocol

from kg.links import Link, claim_pairs, is_synthesis, link_claims, standing
from kg.model import Claim, Reading, Status
from kg.populations import population_kind
from kg.tables import Table
from kg.wording import label_of

#: A construct needs findings in so many primary studies before its gaps are worth a line.
MINIMUM_STUDIES = 2
#: Added to observed and expected counts, so that rare constructs do not rank by luck.
SHRINKAGE = 0.5
_CAVEAT = "This describes the corpus; it is not proof that no study exists."
_SHOWN_BRIDGES = 3

Pair = tuple[str, str]


class GapKind(StrEnum):
    """What is missing: any claim, a finding, a second population, or agreement."""

    UNSTUDIED = "unstudied"
    ASKED = "asked"
    ONE_POPULATION = "one population"
    CONFLICTING = "conflicting"


class Concept(Protocol):
    """What is needed to know of a construct; `kg.ontology.Construct` has it."""

    @property
    def label(self) -> str:
        """The name that people read."""

    @property
    def broader(self) -> tuple[str, ...]:
        """The ids of what it is filed under."""

    @property
    def group(self) -> bool:
        """Whether it labels a group of people, not something measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An under-studied pair, with what its rank is made of and the reason in words.

    `claims` are the ids of the claims that touch the pair; `bridges` the constructs that primary
    studies found with both, those with most studies first.
    """

    a: str
    b: str
    kind: GapKind
    score: float
    observed: int
    expected: float
    bridges: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    wording: str = ""


@dataclass(slots=True)
class _Evidence:
    """What was counted for constructs and pairs, narrower ones included."""

    studies: set[str] = field(default_factory=set)
    of_construct: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    of_pair: dict[Pair, set[str]] = field(default_factory=lambda: defaultdict(set))
    populations: dict[Pair, set[str | None]] = field(default_factory=lambda: defaultdict(set))
    unfounded: dict[Pair, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    claims: dict[Pair, set[str]] = field(default_factory=lambda: defaultdict(set))


def find_gaps(
    readings: Iterable[Reading],
    constructs: Mapping[str, Concept],
    *,
    minimum_studies: int = MINIMUM_STUDIES,
) -> tuple[Gap, ...]:
    """The gaps of a corpus, highest score first; the same for any order of the readings.

    Left out: a construct with its own broader or narrower one, group labels (diagnoses, sexes), and
    constructs with findings in fewer than ``minimum_studies`` primary studies.
    """
    known = tuple(readings)
    above = ancestors(constructs)
    evidence = _count(known, above)
    links = {link.pair: link for link in link_claims(known)}
    labels = {name: concept.label for name, concept in constructs.items()}
    names = sorted(
        name
        for name, studies in evidence.of_construct.items()
        if len(studies) >= minimum_studies and not (name in constructs and constructs[name].group)
    )
    found = [
        gap
        for a, b in combinations(names, 2)
        if not _related(a, b, above)
        and (gap := _gap((a, b), evidence, links.get((a, b)), names, above, labels))
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.score, gap.kind, gap.a, gap.b)))


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


def gap_table(gaps: Iterable[Gap], constructs: Mapping[str, Concept]) -> Table:
    """The gaps as a table, rank first, as written to ``gaps.csv``."""
    labels = {name: concept.label for name, concept in constructs.items()}
    columns = ("rank", "a", "b", "kind", "score", "studies", "expected", "bridges", "reason")
    return Table.of(
        columns,
        (
            (
                rank,
                label_of(gap.a, labels),
                label_of(gap.b, labels),
                str(gap.kind),
                round(gap.score, 2),
                gap.observed,
                round(gap.expected, 2),
                ", ".join(label_of(bridge, labels) for bridge in gap.bridges),
                gap.wording,
            )
            for rank, gap in enumerate(gaps, 1)
        ),
    )


def _above(name: str, above: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return above.get(name) or frozenset({name})


def _related(a: str, b: str, above: Mapping[str, frozenset[str]]) -> bool:
    return a in _above(b, above) or b in _above(a, above)


def _rolled_up(claim: Claim, above: Mapping[str, frozenset[str]]) -> set[Pair]:
    """The pairs that a claim touches, and those of all broader constructs."""
    return {
        (min(wider_a, wider_b), max(wider_a, wider_b))
        for a, b in claim_pairs(claim)
        for wider_a in _above(a, above)
        for wider_b in _above(b, above)
        if wider_a != wider_b
    }


def _count(readings: Iterable[Reading], above: Mapping[str, frozenset[str]]) -> _Evidence:
    evidence = _Evidence()
    for reading in standing(readings):
        synthesis = is_synthesis(reading)
        for claim in reading.claims:
            pairs = _rolled_up(claim, above)
            for pair in pairs:
                evidence.claims[pair].add(claim.id)
            if claim.status is Status.FINDING and not synthesis:
                _count_finding(evidence, reading, claim, pairs, above)
            else:
                word = "synthesised" if synthesis and claim.asserted else str(claim.status)
                for pair in pairs:
                    evidence.unfounded[pair][word] += 1
    return evidence


def _count_finding(
    evidence: _Evidence,
    reading: Reading,
    claim: Claim,
    pairs: Iterable[Pair],
    above: Mapping[str, frozenset[str]],
) -> None:
    study = reading.study.id
    population = population_kind(claim.qualifiers.population) or population_kind(
        reading.study.population
    )
    evidence.studies.add(study)
    for pair in pairs:
        evidence.of_pair[pair].add(study)
        evidence.populations[pair].add(population)
    for name in {claim.subject, claim.object, *(claim.path or ())}:
        for wider in _above(name, above):
            evidence.of_construct[wider].add(study)


def _gap(
    pair: Pair,
    evidence: _Evidence,
    link: Link | None,
    names: Iterable[str],
    above: Mapping[str, frozenset[str]],
    labels: Mapping[str, str],
) -> Gap | None:
    a, b = pair
    of = evidence.of_construct
    observed = len(evidence.of_pair.get(pair, ()))
    expected = len(of[a]) * len(of[b]) / len(evidence.studies)
    score = math.log2((expected + SHRINKAGE) / (observed + SHRINKAGE))
    kind = _kind(pair, evidence, link, score)
    if kind is None:
        return None
    if kind is GapKind.CONFLICTING and link:
        smaller = min(len(link.findings.positive), len(link.findings.negative))
        score = math.log2((smaller + SHRINKAGE) / SHRINKAGE)
    bridges = tuple(_bridges(pair, evidence, names, above))
    reason = " ".join(
        (
            _reason(kind, pair, evidence, link, labels),
            *_context(kind, pair, expected, evidence, bridges, labels),
            _CAVEAT,
        )
    )
    return Gap(
        a=a,
        b=b,
        kind=kind,
        score=score,
        observed=observed,
        expected=expected,
        bridges=bridges,
        claims=tuple(sorted(evidence.claims.get(pair, ()))),
        wording=reason,
    )


def _kind(pair: Pair, evidence: _Evidence, link: Link | None, score: float) -> GapKind | None:
    observed = len(evidence.of_pair.get(pair, ()))
    if not observed:
        return GapKind.ASKED if pair in evidence.claims else GapKind.UNSTUDIED
    if link and link.conflicting:
        return GapKind.CONFLICTING
    populations = evidence.populations[pair]
    alone = len(populations) == 1 and None not in populations
    return GapKind.ONE_POPULATION if alone and (observed > 1 or score > 0) else None


def _bridges(
    pair: Pair,
    evidence: _Evidence,
    names: Iterable[str],
    above: Mapping[str, frozenset[str]],
) -> Iterator[str]:
    ranked = []
    for name in names:
        if any(_related(name, end, above) for end in pair):
            continue
        legs = [len(evidence.of_pair.get((min(name, e), max(name, e)), ())) for e in pair]
        if min(legs):
            ranked.append((-min(legs), -sum(legs), name))
    for _, _, name in sorted(ranked):
        yield name


def _studies(number: int) -> str:
    return f"{number} {'study' if number == 1 else 'studies'}"


#: How claims without a finding are counted in the reason.
_UNFOUNDED = {
    "hypothesis": "a question or expectation",
    "openQuestion": "an open question",
    "background": "known before",
    "conclusion": "an author's conclusion",
    "synthesised": "a statement of a review",
}


def _reason(
    kind: GapKind,
    pair: Pair,
    evidence: _Evidence,
    link: Link | None,
    labels: Mapping[str, str],
) -> str:
    both = f"{label_of(pair[0], labels)} and {label_of(pair[1], labels)}"
    observed = _studies(len(evidence.of_pair.get(pair, ())))
    if kind is GapKind.UNSTUDIED:
        return f"In this corpus no claim relates {both}."
    if kind is GapKind.ASKED:
        counted = evidence.unfounded[pair]
        said = ", ".join(
            f"{counted[k]} as {words}" for k, words in _UNFOUNDED.items() if counted[k]
        )
        return f"In this corpus {both} are related in words ({said}), but by no primary finding."
    if kind is GapKind.ONE_POPULATION:
        (population,) = evidence.populations[pair]
        return f"In this corpus {both} were studied in {observed}, in one population: {population}."
    votes = (
        []
        if link is None
        else [
            f"{direction} in {len(studies)}"
            for direction, studies in (
                ("positive", link.findings.positive),
                ("negative", link.findings.negative),
                ("null", link.findings.null),
            )
            if studies
        ]
    )
    return f"In this corpus primary studies disagree on {both} ({', '.join(votes)})."


def _context(
    kind: GapKind,
    pair: Pair,
    expected: float,
    evidence: _Evidence,
    bridges: tuple[str, ...],
    labels: Mapping[str, str],
) -> Iterator[str]:
    if kind is not GapKind.CONFLICTING:
        counts = " and ".join(_studies(len(evidence.of_construct[name])) for name in pair)
        yield f"With {counts} on them, {expected:.1f} on both would be expected by chance."
    if bridges:
        legs = "; ".join(
            f"{label_of(name, labels)} ("
            + ", ".join(str(len(evidence.of_pair[min(name, end), max(name, end)])) for end in pair)
            + ")"
            for name in bridges[:_SHOWN_BRIDGES]
        )
        yield f"Studied with both (studies with either): {legs}."
