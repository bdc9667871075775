"""Which kinds of gap a pair is: told from the claims on it, one function a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import TypeVar

from kg.designs import design_class
from kg.gaps.evidence import Evidence, Said
from kg.gaps.model import GapKind, Pair
from kg.model import Direction, Status

T = TypeVar("T")
#: As many primary studies without a review or meta-analysis call for one.
SYNTHESIS_DUE = 5
#: A pair studied in less than this share of the expected studies is thin.
THIN_SHARE = 0.25

_DESIGNS = {
    "randomised trial or experiment": "experiments",
    "experiment": "experiments",
    "longitudinal": "studies over time",
    "case-control": "comparisons at one time",
    "cross-sectional": "comparisons at one time",
    "observational": "observations",
    "case study or qualitative": "case studies or qualitative studies",
}


def population_of(said: Said) -> str | None:
    """The kind of population of a finding; ``None`` where the text does not say."""
    return said.population


def specimen_of(said: Said) -> str | None:
    """The specimen of a finding: its own, else that of its study, if it has but one."""
    own = said.claim.qualifiers.specimen
    used = said.reading.study.specimens
    return own or (used[0] if len(used) == 1 else None)


def role_of(said: Said) -> str | None:
    """Whose variables a finding is about, where it says so."""
    roles = (said.claim.qualifiers.subject_role, said.claim.qualifiers.object_role)
    return " and ".join(sorted({role for role in roles if role})) or None


def method_of(said: Said) -> str | None:
    """The kind of design of a finding's study; ``None`` where it is not reported."""
    return method_kind(said.reading.study.design)


@cache
def method_kind(design: str | None) -> str | None:
    """The kind of a design by its words; ``None`` where they tell none."""
    return _DESIGNS.get(design_class(design, None))


#: A kind -> what all findings have in common, if they do.
SLOTS: dict[GapKind, Callable[[Said], str | None]] = {
    GapKind.ONE_POPULATION: population_of,
    GapKind.ONE_SPECIMEN: specimen_of,
    GapKind.ONE_ROLE: role_of,
    GapKind.ONE_METHOD: method_of,
}


def _qualifier(name: str) -> Callable[[Said], str | None]:
    def value(said: Said) -> str | None:
        own: str | None = getattr(said.claim.qualifiers, name)
        return own

    return value


#: Differences that may explain opposite signs.
_EXPLAINING = (
    *SLOTS.values(),
    *map(_qualifier, ("instrument", "rater", "condition", "variant", "timepoint", "level")),
)


def kinds_of(pair: Pair, evidence: Evidence) -> tuple[GapKind, ...]:
    """All kinds that hold of a pair, the foremost first; empty if it is none."""
    if evidence.of_pair.get(pair):
        return tuple(_kinds_of_studied(pair, evidence))
    said = evidence.said.get(pair, {}).values()
    if any(one.pooled for one in said):
        return ()
    broader = studied_above(pair, evidence) is not None
    if said:
        return (GapKind.ASKED, GapKind.ROLL_UP) if broader else (GapKind.ASKED,)
    return (GapKind.ROLL_UP,) if broader else (GapKind.UNSTUDIED,)


def _kinds_of_studied(pair: Pair, evidence: Evidence) -> Iterator[GapKind]:
    found = evidence.found(pair)
    studies = len(evidence.of_pair[pair])
    deficit = evidence.expected(pair) / studies
    asked = any(one.claim.status in QUESTIONS for one in evidence.said[pair].values())
    if conflicting(found) and not explanations(found):
        yield GapKind.CONFLICTING
    if facet(pair, found) and (deficit > 1 or asked):
        yield GapKind.ONE_FACET
    if studies == 1 and (deficit > 1 or asked):
        yield GapKind.TESTED_ONCE
    if studies > 1:
        if one_lab(found):
            yield GapKind.ONE_LAB
        for kind, slot in SLOTS.items():
            if common(found, slot):
                yield kind
        if deficit > 1 / THIN_SHARE:
            yield GapKind.THIN
    if studies >= SYNTHESIS_DUE and not any(s.synthesis for s in evidence.said[pair].values()):
        yield GapKind.UNSYNTHESISED


#: Statuses of a claim that asks.
QUESTIONS = frozenset({Status.HYPOTHESIS, Status.OPEN_QUESTION})


def common(found: Iterable[Said], slot: Callable[[Said], T | None]) -> T | None:
    """What all findings have in one slot; ``None`` if they differ or one does not tell."""
    values = map(slot, found)
    first = next(values, None)
    return first if all(value == first for value in values) else None


def facet(pair: Pair, found: Sequence[Said]) -> Pair | None:
    """The one pair of narrower constructs that all findings are about, none of the pair's own."""
    own = common(found, attrgetter("pair"))
    return own if own != pair else None


def one_lab(found: Iterable[Said]) -> bool:
    """Whether some author has a part in all studies."""
    authors: dict[str, set[str]] = {}
    for study, names in {(said.study, said.reading.document.authors) for said in found}:
        authors.setdefault(study, set()).update(names)
    teams = ({_normal(name) for name in names} for names in authors.values())
    shared = next(teams)
    return all(shared := shared & team for team in teams) and bool(shared)


@lru_cache(maxsize=100_000)
def _normal(author: str) -> str:
    return "".join(c for c in author.casefold() if c.isalnum())


def by_direction(found: Iterable[Said]) -> dict[Direction, list[Said]]:
    """The findings of each direction."""
    sorted_out: dict[Direction, list[Said]] = {}
    for said in found:
        sorted_out.setdefault(said.direction, []).append(said)
    return sorted_out


def conflicting(found: Sequence[Said]) -> bool:
    """Whether some primary studies found it positive and others negative."""
    more, less = Direction.POSITIVE, Direction.NEGATIVE
    positive = {said.study for said in found if said.direction is more}
    negative = {said.study for said in found if said.direction is less}
    return len(positive | negative) > 1 and bool(positive) and bool(negative)


def explanations(found: Iterable[Said]) -> tuple[str, ...]:
    """Slots in which the positive and the negative findings have no value in common, in words."""
    ways = by_direction(found)
    told = []
    for slot in _EXPLAINING:
        positive, negative = (
            {slot(said) for said in ways.get(way, ())}
            for way in (Direction.POSITIVE, Direction.NEGATIVE)
        )
        known = positive and negative and None not in positive | negative
        if known and not positive & negative:
            told.append(f"{_listed(positive)} against {_listed(negative)}")
    return tuple(told)


def _listed(values: Iterable[str | None]) -> str:
    return ", ".join(sorted(value for value in values if value))


def studied_above(pair: Pair, evidence: Evidence) -> Pair | None:
    """The nearest pair one step up (one end broader) with findings, the most studied of these."""
    a, b = pair
    options = [
        (min(x, y), max(x, y))
        for x, y in (
            *((wider, b) for wider in evidence.wider(a) - {a}),
            *((a, wider) for wider in evidence.wider(b) - {b}),
        )
        if not evidence.related(x, y)
    ]
    studied = [option for option in options if evidence.of_pair.get(option)]
    return max(studied, key=lambda p: (len(evidence.of_pair[p]), p), default=None)
