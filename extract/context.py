"""A second look at a candidate: how it stands among the others of its sentence and its text.

The first model judges each pair by itself. Yet claims compete: of two readings of the same words
one is meant, a construct that is the object of one claim is seldom that of five, and what a text
claims once it tends to claim again. So the scores of the first look become features of a second,
after the idea of stacking (Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from extract.candidates import Candidate, in_order, kin

#: A score (log odds) from which on a rival counts as likely.
_LIKELY = -1.0
_LOWEST, _HIGHEST = -8.0, 4.0


class Scored(NamedTuple):
    """A candidate with its score (log odds) in the first look; ``kind`` as `Candidate` has it.

    ``r`` stands for a mention that the sentence names, ``v`` for one carried over into it.
    """

    view: int
    first: str
    second: str
    kind: str
    role: str
    score: float


def scored(candidate: Candidate, score: float) -> Scored:
    """A candidate with a score, as the second look sees it."""
    first, second = candidate.first, candidate.second
    return Scored(
        view=candidate.view.index,
        first=first.construct,
        second=second.construct,
        kind=candidate.kind,
        role=candidate.view.role,
        score=score,
    )


def _step(value: float | None, width: float = 1) -> int | str:
    """A score in steps of a width, from -8 to 4."""
    if value is None:
        return "none"
    return math.floor(min(_HIGHEST, max(_LOWEST, value)) / width)


def _lead(score: float, rival: float | None) -> int | str:
    """By how much a score leads its best rival, in steps of .75 from -5 to 5."""
    if rival is None:
        return "none"
    return min(5, max(-5, math.floor((score - rival) / 0.75)))


def _best_but(scores: Sequence[tuple[float, int]], own: int) -> float | None:
    """The best of (score, place) pairs, sorted downwards, that is not the own one."""
    return next((score for score, place in scores[:2] if place != own), None)


class _Sentence:
    """The scores of a sentence's candidates, sorted for look-up."""

    def __init__(self, places: Sequence[int], candidates: Sequence[Scored]) -> None:
        self.ranked = sorted(((candidates[i].score, i) for i in places), reverse=True)
        self.rank = {i: rank for rank, (_, i) in enumerate(self.ranked)}
        self.likely = sum(score > _LIKELY for score, _ in self.ranked)
        self.by_construct: dict[str, list[tuple[float, int]]] = defaultdict(list)
        self.by_pair: dict[tuple[str, str], tuple[float, int]] = {}
        for scored_place in self.ranked:
            candidate = candidates[scored_place[1]]
            self.by_construct[candidate.first].append(scored_place)
            self.by_construct[candidate.second].append(scored_place)
            self.by_pair[in_order(candidate.first, candidate.second)] = scored_place
        self.near = {name: kin(name) & self.by_construct.keys() for name in self.by_construct}

    def kindred(self, own: int, candidate: Scored) -> float | None:
        """The best score of another pair of near constructs: the same words read differently."""
        near, others = self.near[candidate.first], self.near[candidate.second]
        if len(near) == len(others) == 1:
            return None
        rivals = [
            found[0]
            for one in near
            for other in others
            if (found := self.by_pair.get(in_order(one, other))) and found[1] != own
        ]
        return max(rivals, default=None)


def context_features(candidates: Sequence[Scored], least: float = -math.inf) -> Iterator[list[str]]:
    """For each of a document's candidates the features of the second look, in their order.

    None for those that score less than ``least``: they count as rivals only.
    """
    views: dict[int, list[int]] = defaultdict(list)
    pairs: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for place, candidate in enumerate(candidates):
        views[candidate.view].append(place)
        pairs[in_order(candidate.first, candidate.second)].append((candidate.score, place))
    for found in pairs.values():
        found.sort(reverse=True)
    sentences = {view: _Sentence(places, candidates) for view, places in views.items()}
    for place, candidate in enumerate(candidates):
        if candidate.score < least:
            yield []
            continue
        elsewhere = _best_but(pairs[in_order(candidate.first, candidate.second)], place)
        before = sentences.get(candidate.view - 1)
        yield _features(
            place,
            candidate,
            sentences[candidate.view],
            elsewhere,
            before.ranked[0][0] if before else None,
        )


def _features(
    own: int,
    candidate: Scored,
    sentence: _Sentence,
    elsewhere: float | None,
    before: float | None,
) -> list[str]:
    score, kind = candidate.score, candidate.kind
    rank = sentence.rank[own]
    steps = (_step(score, 0.5), _step(score, 0.25), _step(score))
    likely = min(5, sentence.likely - (score > _LIKELY))
    lead, first, second, kindred = (
        _lead(score, rival)
        for rival in (
            _best_but(sentence.ranked, own),
            _best_but(sentence.by_construct[candidate.first], own),
            _best_but(sentence.by_construct[candidate.second], own),
            sentence.kindred(own, candidate),
        )
    )
    return [
        *_of_score(*steps, kind, candidate.role),
        *_of_rank(rank, kind),
        *_of_leads(lead, first, second),
        *_of_kindred(kindred, kind),
        *_of_text(_step(elsewhere), _step(before)),
        *_of_rivals(len(sentence.ranked), likely, rank),
    ]


# Few values make up these features, so that their names are put together once.


@lru_cache(maxsize=1 << 12)
def _of_score(
    half: int | str, fine: int | str, whole: int | str, kind: str, role: str
) -> tuple[str, ...]:
    return (f"score={half}", f"fine={fine}", f"score={whole}|{kind}", f"score={whole}|{role}")


@lru_cache(maxsize=1 << 10)
def _of_rank(rank: int, kind: str) -> tuple[str, ...]:
    return (f"rank={min(rank, 6)}", f"rank={min(rank, 4)}|{kind}")


@lru_cache(maxsize=1 << 12)
def _of_leads(lead: int | str, first: int | str, second: int | str) -> tuple[str, ...]:
    return (f"lead={lead}", f"first={first}", f"second={second}", f"both={first}|{second}")


@lru_cache(maxsize=1 << 10)
def _of_kindred(kindred: int | str, kind: str) -> tuple[str, ...]:
    return (f"kindred={kindred}", f"kindred={kindred}|{kind}")


@lru_cache(maxsize=1 << 10)
def _of_text(elsewhere: int | str, before: int | str) -> tuple[str, ...]:
    return (f"elsewhere={elsewhere}", f"before={before}")


@lru_cache(maxsize=1 << 12)
def _of_rivals(count: int, likely: int, rank: int) -> tuple[str, ...]:
    return (
        f"rivals={min(8, count // 3)}",
        f"likely={likely}",
        f"likely={likely}|{min(rank, 4)}",
    )
