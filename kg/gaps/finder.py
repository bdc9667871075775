"""From readings to the ranked list of gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import log2

from kg.gaps.bridges import KEPT, Bridges, bridges_of, expected_sign, worded_hypothesis
from kg.gaps.dismissed import Dismissal, is_dismissed
from kg.gaps.evidence import Evidence, count_evidence
from kg.gaps.kinds import kinds_of
from kg.gaps.model import WITHOUT_FINDING, Concept, Gap, GapKind, Pair, Signal
from kg.gaps.paths import untested_paths
from kg.gaps.reading import Recall, doubts, shipped_recall
from kg.gaps.reasons import context, reason, record_words, rounded, signals_of
from kg.gaps.scoring import Scores, Weights, shipped_weights
from kg.gaps.signals import MISREAD, SHRINKAGE, Network
from kg.model import Direction, Reading

#: A construct needs findings in so many primary studies before its gaps are listed.
MINIMUM_STUDIES = 1
#: Documents of nearly fitting studies that are kept for a gap.
_NEAR_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """All that gaps are found in: the counts, the network and its scores, names and valences."""

    evidence: Evidence
    network: Network
    allowed: frozenset[str]
    scores: Scores
    labels: Mapping[str, str]
    valences: Mapping[str, int]
    recall: Mapping[str, Recall]
    legs: Bridges


def find_gaps(
    readings: Iterable[Reading],
    constructs: Mapping[str, Concept],
    *,
    minimum_studies: int = MINIMUM_STUDIES,
    dismissed: Iterable[Dismissal] = (),
    weights: Weights | None = None,
    shrinkage: float = SHRINKAGE,
    misread: float = MISREAD,
) -> tuple[Gap, ...]:
    """The gaps of a corpus, highest score first; the same for any order of the readings.

    Left out: a construct with its own broader or narrower one, group labels (diagnoses, sexes),
    constructs with findings in fewer than ``minimum_studies`` primary studies, and what a curator
    dismissed. ``weights`` are the shipped ones unless given; ``shrinkage`` and ``misread``: see
    `kg.gaps.signals.Network.expected`.
    """
    evidence = count_evidence(readings, constructs)
    network = replace(
        network_of(evidence, constructs, minimum_studies), shrinkage=shrinkage, misread=misread
    )
    corpus = survey(network, constructs, weights or shipped_weights())
    names = corpus.network.names
    found = [gap for pair in combinations(names, 2) if (gap := _gap(pair, corpus))]
    rules = corpus.scores.weights.rules
    found += untested_paths(corpus.evidence, names, corpus.labels, rules)
    left_out = tuple(dismissed)
    kept = (gap for gap in found if not is_dismissed(gap, left_out))
    return tuple(sorted(kept, key=lambda g: (-g.score, g.kind, g.a, g.b, g.through or "")))


def survey(network: Network, constructs: Mapping[str, Concept], weights: Weights) -> Corpus:
    """Score every pair of a network, and gather what else is needed to word a gap."""
    return Corpus(
        evidence=network.evidence,
        network=network,
        allowed=frozenset(network.names),
        scores=Scores(network, weights),
        labels={name: concept.label for name, concept in constructs.items()},
        valences={name: getattr(concept, "valence", 0) for name, concept in constructs.items()},
        recall=shipped_recall(),
        legs=Bridges(network.evidence),
    )


def network_of(
    evidence: Evidence, constructs: Mapping[str, Concept], minimum_studies: int = MINIMUM_STUDIES
) -> Network:
    """The network of all constructs with findings in so many studies, groups left out."""
    names = tuple(
        sorted(
            name
            for name, studies in evidence.of_construct.items()
            if len(studies) >= max(minimum_studies, 1)
            and not (name in constructs and constructs[name].group)
        )
    )
    fields = {
        name: str(getattr(constructs[name], "domain", name)) for name in names if name in constructs
    }
    return Network(names=names, evidence=evidence, fields=fields)


def _gap(pair: Pair, corpus: Corpus) -> Gap | None:
    evidence = corpus.evidence
    if evidence.related(*pair):
        return None
    kinds = kinds_of(pair, evidence)
    if not kinds:
        return None
    bridges = bridges_of(pair, evidence, corpus.allowed)
    bridging = tuple(corpus.legs(name, pair) for name in bridges[:KEPT])
    sign, sign_reason = expected_sign(pair, evidence, bridging, corpus.valences)
    signals = (*signals_of(pair, corpus.scores), *_rule_signals(pair, kinds, corpus))
    flags = tuple(_flags(pair, kinds[0], corpus))
    said = evidence.said.get(pair, {})
    return Gap(
        a=pair[0],
        b=pair[1],
        kind=kinds[0],
        also=kinds[1:],
        score=rounded(sum(signal.contribution for signal in signals)),
        observed=len(evidence.of_pair.get(pair, ())),
        expected=rounded(evidence.expected(pair)),
        importance=min(len(evidence.of_construct[name]) for name in pair),
        bridges=bridges,
        bridging=bridging,
        claims=tuple(sorted(said)),
        near=_near(pair, evidence),
        signals=signals,
        flags=flags,
        hypothesis=worded_hypothesis(pair, sign, corpus.labels),
        sign=sign,
        sign_reason=sign_reason,
        record=_record(pair, corpus) if kinds[0] in WITHOUT_FINDING else "",
        wording=" ".join(
            (
                reason(kinds[0], pair, evidence, corpus.labels),
                *context(pair, evidence, bridging, flags, corpus.labels),
            )
        ),
    )


def _record(pair: Pair, corpus: Corpus) -> str:
    i, j = (corpus.scores.place[name] for name in pair)
    return record_words(corpus.scores.record(corpus.scores.total(i, j)))


def _flags(pair: Pair, kind: GapKind, corpus: Corpus) -> Iterator[str]:
    if kind in WITHOUT_FINDING:
        i, j = (corpus.scores.place[name] for name in pair)
        nothing = pair not in corpus.evidence.said
        unclaimed = int(corpus.network.unclaimed[i, j]) if nothing else 0
        yield from doubts(pair, unclaimed, corpus.recall, corpus.labels)


def _rule_signals(pair: Pair, kinds: Iterable[GapKind], corpus: Corpus) -> Iterator[Signal]:
    """What makes a studied pair worth a study: disagreement, or a synthesis that is due."""
    rules, evidence = corpus.scores.weights.rules, corpus.evidence
    if GapKind.CONFLICTING in kinds:
        sides = [_voters(pair, evidence, way) for way in (Direction.POSITIVE, Direction.NEGATIVE)]
        words = f"{sides[0]} studies found it positive, {sides[1]} negative"
        yield _rule("disagreement", min(sides), rules, words)
    if GapKind.UNSYNTHESISED in kinds:
        number = len(evidence.of_pair[pair])
        yield _rule("synthesis due", number, rules, f"{number} primary studies without a review")


def _rule(name: str, count: int, rules: Mapping[str, float], words: str) -> Signal:

    value = log2(1 + count)
    return Signal(
        name=name,
        value=rounded(value),
        contribution=rounded(rules[name] * value),
        wording=words,
    )


def _voters(pair: Pair, evidence: Evidence, way: Direction) -> int:
    found = evidence.found(pair)
    return len({s.study for s in found if s.direction is way})


def _near(pair: Pair, evidence: Evidence) -> tuple[str, ...]:
    """Documents of primary studies with findings on both constructs, but none on the pair."""
    of = evidence.of_construct
    both = (of[pair[0]] & of[pair[1]]) - evidence.of_pair.get(pair, set())
    return tuple(sorted(d for study in both for d in evidence.documents[study]))[:_NEAR_KEPT]
