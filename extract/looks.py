"""Which candidates of a document are claimed: a first look at each alone, a second at all together.

The score of the first look is that of `claim_features`, summed part by part: what candidates share
(the sentence, a mention, two constructs, a clause) is weighed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from extract.asking import Asking
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


class _Sheet(list[Sequence[str]]):
    """Sets of features of a document, to be weighed in one step; each is known by its number."""

    def add(self, features: Sequence[str]) -> int:
        """The number of a set of features."""
        self.append(features)
        return len(self) - 1


class _Sentence:
    """What the candidates of a sentence share, each written on the sheet once."""

    def __init__(self, view: SentenceView, model: LinearModel, sheet: _Sheet) -> None:
        self._view, self._model, self._sheet = view, model, sheet
        self._named = sheet.add(sentence_features(view))
        self._carried = sheet.add(carrying_features(view))
        self._own = {(m.start, m.construct): self._of_mention(m) for m in view.named}
        self._settings: dict[tuple[int | None, bool], tuple[int, ...]] = {}
        self._clauses: dict[tuple[int, int], int] = {}

    def _of_mention(self, mention: Mention) -> tuple[int, int, int]:
        """What a pair has of a mention, and of it as the first and as the second of the two."""
        features = mention_features(self._view, mention)
        first, second = (self._sheet.add(place_features(mention, place)) for place in "ab")
        return self._sheet.add(features), first, second

    def fixed(self, candidate: Candidate) -> int:
        """What the constructs that are carried over add to a candidate."""
        mentions, pronoun = (candidate.first, candidate.second), self._view.pronoun
        return sum(
            _of_carried(self._model, mention.construct, mention.carried, pronoun)
            for mention in mentions
            if mention.carried
        )

    def numbers(self, candidate: Candidate) -> tuple[int, ...]:
        """What its mentions, its sentence and its clause add to a candidate, as numbers."""
        first, second = candidate.first, candidate.second
        # Pairs of one named construct with those carried over differ in nothing else.
        key = (first.start if second.carried else None, candidate.of_group)
        if key not in self._settings:
            self._settings[key] = self._setting(candidate)
        found = self._settings[key]
        if not first.carried:
            found += self._own[first.start, first.construct][:2]
        if not second.carried:
            mine, _, place = self._own[second.start, second.construct]
            found = (*found, mine, place, self._clause(candidate))
        return found

    def _setting(self, candidate: Candidate) -> tuple[int, ...]:
        own = self._sheet.add(setting_features(candidate))
        if not candidate.second.carried:
            return own, self._named
        return own, self._named, self._carried, self._clause(candidate)

    def _clause(self, candidate: Candidate) -> int:
        place = clause(candidate)
        if place not in self._clauses:
            self._clauses[place] = self._sheet.add(clause_features(clause_words(candidate)))
        return self._clauses[place]


def first_look(
    views: Iterable[SentenceView], topics: Topics, encoded: Encoded, model: LinearModel
) -> Asking[list[tuple[Candidate, float]]]:
    """Each candidate of some sentences of a document with its score (log odds), judged alone."""
    sheet = _Sheet()
    seen: list[tuple[Candidate, int, tuple[int, ...]]] = []
    for view in views:
        if view.index not in encoded.candidates:
            continue
        sentence = _Sentence(view, model, sheet)
        for candidate in encoded.candidates[view.index]:
            first, second, kind = candidate.first, candidate.second, candidate.kind
            fixed = sentence.fixed(candidate)
            fixed += _of_constructs(model, first.construct, second.construct, kind)
            fixed += _of_standing(model, standing_of(candidate, topics))
            fixed += _of_encoded(model, encoded.claimed(candidate))
            numbers = sentence.numbers(candidate)
            if not second.carried:
                numbers += (sheet.add(joining_features(candidate)),)
            seen.append((candidate, fixed, numbers))
    weights = yield model.weigh_all, sheet
    return [
        (candidate, model.log_odds_of(fixed + sum([weights[number] for number in numbers])))
        for candidate, fixed, numbers in seen
    ]


def second_look(
    views: Sequence[SentenceView], topics: Topics, encoded: Encoded, models: Models
) -> Asking[list[tuple[Candidate, float]]]:
    """The candidates of some sentences of a document with the probability that they are claimed.

    It is 0 for those whose first look leaves no hope.
    """
    looked = yield from first_look(views, topics, encoded, models["claim"])
    known = [scored(candidate, encoded.odds(candidate), score) for candidate, score in looked]
    seen = [score >= _HOPELESS for _, score in looked]
    again = iter(models.second_look.likelihoods(context_numbers(known, least=_HOPELESS)).tolist())
    return [
        (candidate, next(again) if hopeful else 0.0)
        for (candidate, _), hopeful in zip(looked, seen, strict=True)
    ]
