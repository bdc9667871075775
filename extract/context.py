"""A second look at a candidate: how it stands among the others of its sentence and its text.

The first model judges each pair by itself. Yet claims compete: of two readings of the same words
one is meant, a construct that is the object of one claim is seldom that of five, and what a text
claims once it tends to claim again. So the scores of the first look become the numbers that a
small network (`extract.network`) looks at in a second, after the idea of stacking (Wolpert 1992,
doi:10.1016/S0893-6080(05)80023-1).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.candidates import Candidate, in_order, kin, parents
from extract.network import Numbers

#: A score (log odds) from which on a rival counts as likely.
_LIKELY = -1.0
_LOWEST, _HIGHEST, _FURTHEST = -8.0, 5.0, 5.0
_KINDS = ("rr", "rv", "vv")
_BREADTHS = ("wider", "narrower", "aslant")
_ROLES = ("-", "background", "aim", "method", "result", "conclusion", "other")
#: The score of a rival that there is none of.
_NONE = math.nan
#: How many numbers a candidate has in the second look.
WIDTH = 62
#: A score with its place among the candidates.
_Ranked = tuple[float, int]
_Pair = tuple[str, str]


class Scored(NamedTuple):
    """A candidate with its score (log odds) in the first look; ``kind`` as `Candidate` has it.

    ``r`` stands for a mention that the sentence names, ``v`` for one carried over into it.
    ``told`` are the log odds that the encoder gives it, on which the score rests in part only.
    """

    view: int
    first: str
    second: str
    kind: str
    role: str
    told: float
    score: float


def scored(candidate: Candidate, told: float, score: float) -> Scored:
    """A candidate with its scores, as the second look sees it."""
    first, second = candidate.first, candidate.second
    return Scored(
        view=candidate.view.index,
        first=first.construct,
        second=second.construct,
        kind=candidate.kind,
        role=candidate.view.role,
        told=told,
        score=score,
    )


def context_numbers(candidates: Sequence[Scored], least: float = -math.inf) -> Numbers:
    """For each of a document's candidates, in order, a row of numbers for the second look.

    No row for those that score less than ``least``: they count as rivals only.
    """
    chosen = [place for place, one in enumerate(candidates) if one.score >= least]
    if not chosen:
        return np.zeros((0, WIDTH), np.float32)
    text = _Text(candidates)
    own = [candidates[place] for place in chosen]
    scores = np.array([[one.score] for one in own])
    parts = (
        np.clip(scores, _LOWEST, _HIGHEST),
        np.clip([[one.told] for one in own], _LOWEST, _HIGHEST),
        _of_rivals(scores, np.array([text.rivals(place) for place in chosen])),
        np.log1p([text.counts(place) for place in chosen]),
        [[one.view / text.length] for one in own],
        [[one.kind == kind for kind in _KINDS] for one in own],
        [[one.role == role for role in _ROLES] for one in own],
    )
    return np.concatenate(parts, axis=1, dtype=np.float32, casting="same_kind")


def _of_rivals(scores: NDArray[np.float64], rivals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each rival whether there is one, its score, and by how much the own one leads it."""
    told = np.zeros((*rivals.shape, 3))
    there = told[..., 0] = ~np.isnan(rivals)
    np.copyto(told[..., 1], np.clip(rivals, _LOWEST, _HIGHEST), where=there)
    np.copyto(told[..., 2], np.clip(scores - rivals, -_FURTHEST, _FURTHEST), where=there)
    return told.reshape(len(rivals), -1)


class _Group:
    """Candidates with something in common, best first."""

    def __init__(self, ranked: list[_Ranked]) -> None:
        self.ranked = sorted(ranked, reverse=True)
        self.best, self._first = self.ranked[0]
        self._next = self.ranked[1][0] if len(ranked) > 1 else _NONE
        self.likely = sum([score > _LIKELY for score, _ in ranked]) if self.best > _LIKELY else 0

    def best_but(self, own: int) -> float:
        """The best score of another candidate than the own one."""
        return self._next if self._first == own else self.best


class _Sentence(_Group):
    """The candidates of a sentence, also by construct and by pair."""

    def __init__(self, ranked: list[_Ranked], candidates: Sequence[Scored]) -> None:
        super().__init__(ranked)
        self.rank = {place: rank for rank, (_, place) in enumerate(self.ranked)}
        self.expected = sum(1 / (1 + math.exp(-score)) for score, _ in ranked)
        self.by_construct = _by_construct(self.ranked, candidates)
        self.by_pair = {
            in_order(candidates[place].first, candidates[place].second): (score, place)
            for score, place in reversed(self.ranked)
        }
        self._near = _near(self.by_construct.keys())

    def kindred(self, own: int, candidate: Scored) -> float:
        """The best score of another pair of near constructs: the same words read differently."""
        near, others = self._near[candidate.first], self._near[candidate.second]
        if len(near) == len(others) == 1:
            return _NONE
        rivals = [
            found[0]
            for one in near
            for other in others
            if (found := self.by_pair.get(in_order(one, other))) and found[1] != own
        ]
        return max(rivals, default=_NONE)


def _by_construct(ranked: Sequence[_Ranked], candidates: Sequence[Scored]) -> dict[str, _Group]:
    found: dict[str, list[_Ranked]] = defaultdict(list)
    for score, place in ranked:
        found[candidates[place].first].append((score, place))
        found[candidates[place].second].append((score, place))
    return {name: _Group(own) for name, own in found.items()}


def _near(constructs: Set[str]) -> dict[str, Set[str]]:
    """For each of some constructs itself with its parents and children among them."""
    return {name: kin(name) & constructs for name in constructs}


class _Text:
    """The candidates of a document by sentence, construct and pair."""

    def __init__(self, candidates: Sequence[Scored]) -> None:
        self._candidates = candidates
        ranked = [(candidate.score, place) for place, candidate in enumerate(candidates)]
        views: dict[int, list[_Ranked]] = defaultdict(list)
        pairs: dict[_Pair, list[_Ranked]] = defaultdict(list)
        for candidate, own in zip(candidates, ranked, strict=True):
            views[candidate.view].append(own)
            pairs[in_order(candidate.first, candidate.second)].append(own)
        self._sentences = {view: _Sentence(own, candidates) for view, own in views.items()}
        self._pairs = {pair: _Group(own) for pair, own in pairs.items()}
        self._constructs = _by_construct(ranked, candidates)
        self._near = _near(self._constructs.keys())
        self._whole = _Group(ranked)
        self._rank = {place: rank for rank, (_, place) in enumerate(self._whole.ranked)}
        self.length = max(views, default=0) + 1

    def counts(self, own: int) -> tuple[float, ...]:
        """Ranks of a candidate, and how many candidates there are to compare it with."""
        candidate = self._candidates[own]
        sentence = self._sentences[candidate.view]
        return (
            sentence.rank[own], len(sentence.ranked), sentence.likely, sentence.expected,
            sentence.by_construct[candidate.first].likely,
            sentence.by_construct[candidate.second].likely,
            len(self._pairs[in_order(candidate.first, candidate.second)].ranked),
            self.length, self._rank[own], self._whole.likely / len(self._sentences),
        )  # fmt: skip

    def rivals(self, own: int) -> tuple[float, ...]:
        """Scores to compare a candidate's own with, `_NONE` where there is no such other."""
        candidate = self._candidates[own]
        first, second = candidate.first, candidate.second
        sentence, pair = self._sentences[candidate.view], in_order(first, second)
        alike, namesakes = self._pairs[pair], self._namesakes(pair)
        before, behind = (self._sentences.get(candidate.view + step) for step in (-1, 1))
        return (
            sentence.best_but(own),
            sentence.by_construct[first].best_but(own),
            sentence.by_construct[second].best_but(own),
            sentence.kindred(own, candidate),
            alike.best_but(own),
            alike.best,
            self._constructs[first].best_but(own),
            self._constructs[second].best_but(own),
            _NONE if before is None else before.best,
            _NONE if behind is None else behind.best,
            *(namesakes.get(breadth, _NONE) for breadth in _BREADTHS),
        )

    def _namesakes(self, pair: _Pair) -> Mapping[str, float]:
        """The best scores of the text's pairs of near constructs, which may mean the same."""
        found: dict[str, float] = {}
        near, others = self._near[pair[0]], self._near[pair[1]]
        if len(near) == len(others) == 1:
            return found
        for one in near:
            for other in others:
                group = self._pairs.get(in_order(one, other))
                if group is not None and (one, other) != pair:
                    how = _breadth((one, other), pair)
                    found[how] = max(group.best, found.get(how, group.best))
        return found


def _breadth(one: _Pair, other: _Pair) -> str:
    """Whether a pair of near constructs is "wider" than another, "narrower", or neither."""
    up = [a in parents()[b] for a, b in zip(one, other, strict=True)]
    down = [b in parents()[a] for a, b in zip(one, other, strict=True)]
    if any(up) and any(down):
        return "aslant"
    return "wider" if any(up) else "narrower"
