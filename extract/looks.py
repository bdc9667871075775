"""Which candidates of a document are claimed: a first look at each alone, a second at all together.

The score of the first look is that of `claim_features`, summed part by part: what candidates share
(the sentence, a mention, two constructs, a clause) is weighed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from extract.candidates import Candidate, Mention, SentenceView, Topics
from extract.clauses import clause, clause_words
from extract.context import context_numbers, scored
from extract.encoded import Encoded
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
from extract.linear import LinearModel
from extract.models import Models

#: A score (log odds) in the first look that no second one makes up for.
_HOPELESS = -4.5


@lru_cache(maxsize=1 << 15)
def _of_constructs(model: LinearModel, first: str, second: str, kind: str) -> int:
    return model.weigh(construct_features(first, second, kind))


@lru_cache(maxsize=1 << 10)
def _of_encoded(model: LinearModel, features: tuple[str, ...]) -> int:
    return model.weigh(features)


@lru_cache(maxsize=1 << 12)
def _of_standing(model: LinearModel, standing: Standing) -> int:
    return model.weigh(standing_features(standing))


@lru_cache(maxsize=1 << 12)
def _of_carried(model: LinearModel, construct: str, carried: str, pronoun: str) -> int:
    return model.weigh(carried_features(construct, carried, pronoun))


def _of_mention(view: SentenceView, mention: Mention, model: LinearModel) -> tuple[int, int]:
    """What a mention adds to a pair as its first and as its second."""
    if mention.carried:
        weight = _of_carried(model, mention.construct, mention.carried, view.pronoun)
        return weight, weight
    weight = model.weigh(mention_features(view, mention))
    first, second = (model.weigh(place_features(mention, place)) for place in "ab")
    return weight + first, weight + second


class _Sentence:
    """The weights of what the candidates of a sentence share, each made once."""

    def __init__(self, view: SentenceView, model: LinearModel) -> None:
        self._model = model
        self._named = model.weigh(sentence_features(view))
        self._carried = self._named + model.weigh(carrying_features(view))
        mentions = (*view.named, *view.carried)
        self._own = {(m.start, m.construct): _of_mention(view, m, model) for m in mentions}
        self._settings: dict[tuple[int | None, bool], int] = {}
        self._clauses: dict[tuple[int, int], int] = {}

    def weigh(self, candidate: Candidate) -> int:
        """What its mentions, its sentence and its clause add to a candidate."""
        first, second = candidate.first, candidate.second
        weight = self._own[first.start, first.construct][0]
        weight += self._own[second.start, second.construct][1]
        # Pairs of one named construct with those carried over differ in nothing else.
        key = (first.start if second.carried else None, candidate.of_group)
        if key not in self._settings:
            self._settings[key] = self._setting(candidate)
        weight += self._settings[key]
        return weight if second.carried else weight + self._clause(candidate)

    def _setting(self, candidate: Candidate) -> int:
        weight = self._model.weigh(setting_features(candidate))
        if not candidate.second.carried:
            return weight + self._named
        return weight + self._carried + self._clause(candidate)

    def _clause(self, candidate: Candidate) -> int:
        place = clause(candidate)
        if place not in self._clauses:
            self._clauses[place] = self._model.weigh(clause_features(clause_words(candidate)))
        return self._clauses[place]


def first_look(
    views: Iterable[SentenceView], topics: Topics, encoded: Encoded, model: LinearModel
) -> Iterator[tuple[Candidate, float]]:
    """Each candidate of some sentences of a document with its score (log odds), judged alone."""
    for view in views:
        if view.index not in encoded.candidates:
            continue
        sentence = _Sentence(view, model)
        for candidate in encoded.candidates[view.index]:
            first, second = candidate.first, candidate.second
            weight = sentence.weigh(candidate)
            weight += _of_constructs(model, first.construct, second.construct, candidate.kind)
            weight += _of_standing(model, standing_of(candidate, topics))
            if not second.carried:
                weight += model.weigh(joining_features(candidate))
            weight += _of_encoded(model, encoded.claimed(candidate))
            yield candidate, model.log_odds_of(weight)


def second_look(
    views: Sequence[SentenceView], topics: Topics, encoded: Encoded, models: Models
) -> list[tuple[Candidate, float]]:
    """The candidates of some sentences of a document with the probability that they are claimed.

    It is 0 for those whose first look leaves no hope.
    """
    looked = list(first_look(views, topics, encoded, models["claim"]))
    known = [scored(candidate, score) for candidate, score in looked]
    seen = [score >= _HOPELESS for _, score in looked]
    again = iter(models.second_look.likelihoods(context_numbers(known, least=_HOPELESS)).tolist())
    return [
        (candidate, next(again) if hopeful else 0.0)
        for (candidate, _), hopeful in zip(looked, seen, strict=True)
    ]
