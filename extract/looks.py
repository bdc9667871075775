"""Which candidates of a document are claimed: a first look at each alone, a second at all together.

The score of the first look is that of `claim_features`, summed part by part: what candidates share
(the sentence, a mention, two constructs, a clause) is weighed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from extract.candidates import Candidate, Mention, SentenceView, Topics, find_candidates
from extract.clauses import clause, clause_words
from extract.context import context_features, scored
from extract.features import (
    Standing,
    carried_features,
    carrying_features,
    clause_features,
    construct_features,
    joining_features,
    mention_features,
    place_features,
    sentence_features,
    setting_features,
    standing_features,
    standing_of,
)
from extract.linear import LinearModel, Models

#: A score (log odds) in the first look that no second one makes up for.
_HOPELESS = -4.5


@lru_cache(maxsize=1 << 15)
def _of_constructs(model: LinearModel, first: str, second: str, kind: str) -> float:
    return model.weigh(construct_features(first, second, kind))


@lru_cache(maxsize=1 << 12)
def _of_standing(model: LinearModel, standing: Standing) -> float:
    return model.weigh(standing_features(standing))


@lru_cache(maxsize=1 << 12)
def _of_carried(model: LinearModel, construct: str, carried: str) -> float:
    return model.weigh(carried_features(construct, carried))


def _of_mention(view: SentenceView, mention: Mention, model: LinearModel) -> tuple[float, float]:
    """What a mention adds to a pair as its first and as its second."""
    if mention.carried:
        weight = _of_carried(model, mention.construct, mention.carried)
        return weight, weight
    weight = model.weigh(mention_features(view, mention))
    first, second = (model.weigh(place_features(mention, place)) for place in "ab")
    return weight + first, weight + second


def _look(
    view: SentenceView, topics: Topics, model: LinearModel
) -> Iterator[tuple[Candidate, float]]:
    shared = model.weigh(sentence_features(view))
    carrying = shared + model.weigh(carrying_features(view))
    mentions = (*view.named, *view.carried)
    own = {(m.start, m.construct): _of_mention(view, m, model) for m in mentions}
    settings: dict[tuple[int | None, bool], float] = {}
    clauses: dict[tuple[int, int], float] = {}

    def setting(candidate: Candidate, first: int | None) -> float:
        """What the sentence adds; the same for all that carry a construct over to the first."""
        key = (first, candidate.of_group)
        if key not in settings:
            settings[key] = model.weigh(setting_features(candidate))
            if first is not None:
                settings[key] += carrying + of_clause(candidate)
        return settings[key]

    def of_clause(candidate: Candidate) -> float:
        place = clause(candidate)
        if place not in clauses:
            clauses[place] = model.weigh(clause_features(clause_words(candidate)))
        return clauses[place]

    for candidate in find_candidates(view):
        first, second = candidate.first, candidate.second
        weight = own[first.start, first.construct][0] + own[second.start, second.construct][1]
        weight += _of_constructs(model, first.construct, second.construct, candidate.kind)
        weight += _of_standing(model, standing_of(candidate, topics))
        if second.carried:
            weight += setting(candidate, first.start)
        else:
            weight += setting(candidate, None) + shared + of_clause(candidate)
            weight += model.weigh(joining_features(candidate))
        yield candidate, model.log_odds_of(weight)


def first_look(
    views: Iterable[SentenceView], topics: Topics, model: LinearModel
) -> Iterator[tuple[Candidate, float]]:
    """Each candidate of some sentences of a document with its score (log odds), judged alone."""
    for view in views:
        yield from _look(view, topics, model)


def second_look(
    views: Sequence[SentenceView], topics: Topics, models: Models
) -> dict[int, list[tuple[Candidate, float]]]:
    """For each sentence its candidates with the probability that they are claimed."""
    looked = list(first_look(views, topics, models["claim"]))
    known = [scored(candidate, score) for candidate, score in looked]
    found: dict[int, list[tuple[Candidate, float]]] = {}
    second = context_features(known, least=_HOPELESS)
    for (candidate, _), features in zip(looked, second, strict=True):
        if features:
            claimed = models["context"].likelihood(features)
            found.setdefault(candidate.view.index, []).append((candidate, claimed))
    return found
