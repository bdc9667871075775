"""Which candidates of a document are claimed: a first look at each alone, a second at all together.

The score of the first look is that of `claim_features`, summed part by part: what candidates share
(the sentence, a mention, two constructs, a clause) is weighed once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from extract.candidates import Candidate, Mention, SentenceView, Topics, find_candidates
from extract.context import context_features, scored
from extract.features import (
    carrying_features,
    clause_features,
    joint_features,
    mention_features,
    sentence_features,
    topic_features,
)
from extract.linear import LinearModel, Models

#: A score (log odds) in the first look that no second one makes up for.
_HOPELESS = -4.5


class _Parts:
    """The weights of the parts of a document's candidates, each made once."""

    def __init__(self, topics: Topics, model: LinearModel) -> None:
        self._topics, self._model = topics, model
        self._weights: dict[Hashable, float] = {}

    def _once(self, key: Hashable, features: Callable[[], Iterable[str]]) -> float:
        weight = self._weights.get(key)
        if weight is None:
            weight = self._weights[key] = self._model.weigh(features())
        return weight

    def mention(self, view: SentenceView, mention: Mention, place: str) -> float:
        key = (mention.start, mention.construct, mention.carried, place)
        return self._once(key, lambda: mention_features(view, mention, place))

    def topic(self, candidate: Candidate) -> float:
        first, second = candidate.first, candidate.second
        carried = (first.carried != "", second.carried[:1])
        key = (first.construct, second.construct, carried)
        return self._once(key, lambda: topic_features(candidate, self._topics))

    def clause(self, candidate: Candidate) -> float:
        key = (candidate.view.index, candidate.first.start, candidate.of_group)
        return self._once(key, lambda: clause_features(candidate))


def first_look(
    views: Iterable[SentenceView], topics: Topics, model: LinearModel
) -> Iterator[tuple[Candidate, float]]:
    """Each candidate of some sentences of a document with its score (log odds), judged alone."""
    parts = _Parts(topics, model)
    for view in views:
        shared = model.weigh(sentence_features(view))
        carrying = shared + model.weigh(carrying_features(view))
        for candidate in find_candidates(view):
            weight = parts.mention(view, candidate.first, "a") + parts.topic(candidate)
            weight += parts.mention(view, candidate.second, "b")
            if candidate.second.carried:
                weight += carrying + parts.clause(candidate)
            else:
                weight += shared + model.weigh(clause_features(candidate))
                weight += model.weigh(joint_features(candidate))
            yield candidate, model.log_odds_of(weight)


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
            claimed = models["context"].probabilities(features)["yes"]
            found.setdefault(candidate.view.index, []).append((candidate, claimed))
    return found
