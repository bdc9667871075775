"""Mediation paths whose legs are known but which no study tested as a whole."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.gaps.bridges import newest
from kg.gaps.evidence import Evidence, Said
from kg.gaps.model import Bridge, Gap, GapKind, Signal
from kg.gaps.reasons import CAVEAT
from kg.model import Direction, Relation
from kg.wording import label_of

#: Paths of lower score are not listed.
MOST_PATHS = 100
#: The rules that weigh what is measured of a path, in its order.
_RULES = ("legs", "whole", "asked path")
_DIRECTED = frozenset({Relation.PREDICTS, Relation.AFFECTS})
_SIGNED = frozenset({Direction.POSITIVE, Direction.NEGATIVE})

_Path = tuple[str, str, str]


@dataclass(slots=True)
class _Known:
    """Directed legs found by primary studies (and how many), and what was said of whole paths."""

    legs: dict[tuple[str, str], list[Said]] = field(default_factory=lambda: defaultdict(list))
    studies: dict[tuple[str, str], int] = field(default_factory=dict)
    after: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tested: set[_Path] = field(default_factory=set)
    asked: dict[_Path, list[Said]] = field(default_factory=lambda: defaultdict(list))


def untested_paths(
    evidence: Evidence,
    names: Iterable[str],
    labels: Mapping[str, str],
    rules: Mapping[str, float],
) -> tuple[Gap, ...]:
    """The best of them; a leg is a finding that one predicts or affects the other, with a sign.

    A path counts as tested if any study reports on it, or on one of narrower constructs. Paths that
    authors ask about come first.
    """
    known = _collect(evidence)
    allowed = set(names)
    paths = set(_joined(known, allowed))
    open_paths = (
        path
        for path in paths
        if path not in known.tested and not any(evidence.related(a, b) for a, b in _ends(path))
    )
    scored = ((-_score(path, evidence, known, rules), path) for path in open_paths)
    best = (path for _, path in heapq.nsmallest(MOST_PATHS, scored))
    return tuple(
        _gap(path, _signals(path, evidence, known, rules), evidence, known, labels) for path in best
    )


def _ends(path: _Path) -> tuple[tuple[str, str], ...]:
    source, middle, target = path
    return (source, middle), (middle, target), (source, target)


def _collect(evidence: Evidence) -> _Known:
    known = _Known()
    for name in sorted(evidence.claims):
        said = evidence.claims[name]
        claim = said.claim
        if claim.path and claim.relation is Relation.MEDIATES:
            whole = (claim.path[0], claim.subject, claim.path[1])
            if said.primary or said.pooled:
                known.tested.update(_wider_paths(whole, evidence))
            else:
                known.asked[whole].append(said)
        elif said.primary and claim.relation in _DIRECTED and claim.direction in _SIGNED:
            known.legs[claim.subject, claim.object].append(said)
            known.after[claim.subject].add(claim.object)
    known.studies = {leg: _count(found) for leg, found in known.legs.items()}
    return known


def _wider_paths(path: _Path, evidence: Evidence) -> Iterator[_Path]:
    for source in evidence.wider(path[0]):
        for middle in evidence.wider(path[1]):
            for target in evidence.wider(path[2]):
                yield source, middle, target


def _joined(known: _Known, allowed: set[str]) -> Iterator[_Path]:
    for source in sorted(allowed & set(known.after)):
        for middle in sorted(known.after[source] & allowed):
            for target in sorted(known.after.get(middle, set()) & allowed):
                if target != source:
                    yield source, middle, target


class _Measured(NamedTuple):
    """What speaks for a path: its weaker leg, whether both ends were found, who asks about it."""

    legs: float
    whole: float
    asked: float


def _measured(path: _Path, evidence: Evidence, known: _Known) -> _Measured:
    source, middle, target = path
    weaker = min(known.studies[source, middle], known.studies[middle, target])
    whole = float(evidence.count(source, target) > 0)
    return _Measured(math.log2(1 + weaker), whole, math.log2(1 + _asking(path, known)))


def _asking(path: _Path, known: _Known) -> int:
    return len({said.claim.document for said in known.asked.get(path, ())})


def _score(path: _Path, evidence: Evidence, known: _Known, rules: Mapping[str, float]) -> float:
    measured = _measured(path, evidence, known)
    return sum(rules[name] * value for name, value in zip(_RULES, measured, strict=True))


def _signals(
    path: _Path, evidence: Evidence, known: _Known, rules: Mapping[str, float]
) -> tuple[Signal, ...]:
    source, middle, target = path
    legs = known.studies[source, middle], known.studies[middle, target]
    words = (
        f"the legs were found by {legs[0]} and {legs[1]}",
        f"{evidence.count(source, target)} found something on source and target",
        f"{_asking(path, known)} ask about the whole path",
    )
    measured = zip(_RULES, _measured(path, evidence, known), words, strict=True)
    return tuple(
        Signal(name=name, value=value, contribution=rules[name] * value, wording=wording)
        for name, value, wording in measured
        if value
    )


def _count(found: Iterable[Said]) -> int:
    return len({said.study for said in found})


def _total(signals: Iterable[Signal]) -> float:
    return sum(signal.contribution for signal in signals)


def _gap(
    path: _Path,
    signals: tuple[Signal, ...],
    evidence: Evidence,
    known: _Known,
    labels: Mapping[str, str],
) -> Gap:
    source, middle, target = path
    first, second = known.legs[source, middle], known.legs[middle, target]
    x, m, y = (label_of(name, labels) for name in path)
    words = "; ".join(f"{signal.wording} (+{signal.contribution:.2f})" for signal in signals)
    populations = sorted(
        kind for kind in {s.population for s in first} & {s.population for s in second} if kind
    )
    return Gap(
        a=source,
        b=target,
        through=middle,
        kind=GapKind.UNTESTED_PATH,
        score=_total(signals),
        observed=0,
        expected=0.0,
        importance=min(len(evidence.of_construct.get(name, ())) for name in path),
        bridges=(middle,),
        bridging=(
            Bridge(
                through=middle,
                studies=(known.studies[source, middle], known.studies[middle, target]),
                populations=tuple(populations),
                claims=(newest(first), newest(second)),
            ),
        ),
        claims=tuple(sorted({said.claim.id for said in known.asked.get(path, ())})),
        signals=signals,
        hypothesis=f"{m} mediates the link from {x} to {y}",
        wording=(
            f"In this corpus {x} was found to predict or affect {m}, and {m} {y}, but no study "
            f"tested {m} as the mediator between them. Counted in studies: {words}. {CAVEAT}"
        ),
    )
