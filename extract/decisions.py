"""What is decided of a document's candidates: claimed or not, which way, by whom, how surely.

Each decision is a small linear model over readable features (``extract.features``), trained on
annotated documents (``extract.training.fit``); the sign's arithmetic is in ``extract.signs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from extract.agreement import sign_alike
from extract.candidates import (
    Candidate,
    SentenceView,
    Topics,
    find_candidates,
    groups,
    view_sentences,
)
from extract.context import context_features, scored
from extract.decision import Decision
from extract.features import (
    claim_features,
    direction_features,
    order_features,
    sentence_features,
    status_features,
)
from extract.linear import LinearModel, Models, own_models
from extract.paths import (
    PathCandidate,
    find_path_candidates,
    path_direction_features,
    path_features,
    path_sentence_features,
)
from extract.rhetoric import neighbour_features
from extract.settings import Settings, own_settings
from extract.signs import Said, pair_of, signs_said
from kg.model import Direction, Relation, Status

_SIGNS = {
    "+": Direction.POSITIVE,
    "-": Direction.NEGATIVE,
    "0": Direction.NULL,
    "?": Direction.UNSPECIFIED,
}


def _best(probabilities: dict[str, float]) -> tuple[str, float]:
    label = max(sorted(probabilities), key=lambda name: probabilities[name])
    return label, probabilities[label]


def _relation(candidate: Candidate, features: list[str], models: Models) -> Relation:
    if not groups().isdisjoint({candidate.first.construct, candidate.second.construct}):
        return Relation.GROUP_DIFFERENCE
    return Relation(_best(models["relation"].probabilities(features))[0])


def _ordered(
    candidate: Candidate, relation: Relation, features: list[str], models: Models
) -> tuple[str, str]:
    first, second = candidate.first.construct, candidate.second.construct
    if relation is Relation.GROUP_DIFFERENCE:
        return (second, first) if first in groups() else (first, second)
    forwards = models["order"].probabilities(features)["forwards"]
    return (first, second) if forwards >= 0.5 else (second, first)


def first_look(
    view: SentenceView, topics: Topics, model: LinearModel
) -> Iterator[tuple[Candidate, float]]:
    """Each candidate of a sentence with its score (log odds), judged by itself."""
    shared = sentence_features(view)
    for candidate in find_candidates(view):
        yield candidate, model.log_odds(claim_features(candidate, topics, shared))


def _second_look(
    views: Sequence[SentenceView], topics: Topics, models: Models
) -> dict[int, list[tuple[Candidate, float]]]:
    """For each sentence its candidates with the probability that they are claimed."""
    looked = [pair for view in views for pair in first_look(view, topics, models["claim"])]
    known = [scored(candidate, score) for candidate, score in looked]
    found: dict[int, list[tuple[Candidate, float]]] = {}
    for (candidate, _), features in zip(looked, context_features(known), strict=True):
        claimed = models["context"].probabilities(features)["yes"]
        found.setdefault(candidate.view.index, []).append((candidate, claimed))
    return found


def _statuses(views: Sequence[SentenceView], models: Models) -> dict[int, tuple[str, float]]:
    """For each sentence its likeliest status with the probability."""
    first = [models["status"].probabilities(status_features(view)) for view in views]
    second = neighbour_features(first, [view.role for view in views])
    return {
        view.index: _best(models["status_context"].probabilities(features))
        for view, features in zip(views, second, strict=True)
    }


def _decide_pairs(
    candidates: Sequence[tuple[Candidate, float]],
    status: tuple[str, float],
    said: Said,
    models: Models,
    threshold: float,
) -> Iterator[Decision]:
    for candidate, claimed in candidates:
        if claimed < threshold:
            continue
        sign, sure = _best(models["direction"].probabilities(direction_features(candidate, said)))
        roles = order_features(candidate)
        relation = _relation(candidate, roles, models)
        subject, object_ = _ordered(candidate, relation, roles, models)
        yield Decision(
            candidate=candidate,
            claimed=claimed,
            direction=_SIGNS[sign],
            direction_probability=sure,
            status=Status(status[0]),
            status_probability=status[1],
            relation=relation,
            subject=subject,
            object=object_,
        )


def _best_path(
    candidates: Sequence[PathCandidate], topics: Topics, models: Models
) -> tuple[float, PathCandidate]:
    """The likeliest triple of a sentence with its probability."""
    scored = [
        (models["path"].probabilities(path_features(candidate, topics))["yes"], -place)
        for place, candidate in enumerate(candidates)
    ]
    score, place = max(scored)
    return score, candidates[-place]


def _decide_paths(
    view: SentenceView,
    topics: Topics,
    status: tuple[str, float],
    models: Models,
    threshold: float,
) -> Iterator[Decision]:
    for relation in (Relation.MEDIATES, Relation.MODERATES):
        candidates = [c for c in find_path_candidates(view, topics) if c.relation is relation]
        if not candidates:
            continue
        here = path_sentence_features(candidates[0])
        said = models["path_here"].probabilities(here)["yes"]
        if said < threshold:
            continue
        score, candidate = _best_path(candidates, topics, models)
        claimed = said * min(1.0, 2 * score)
        if claimed < threshold:
            continue
        features = path_direction_features(candidate)
        sign, sure = _best(models["path_direction"].probabilities(features))
        yield Decision(
            candidate=candidate,
            claimed=claimed,
            direction=_SIGNS[sign],
            direction_probability=sure,
            status=Status(status[0]),
            status_probability=status[1],
            relation=relation,
            subject=candidate.third,
            object=candidate.target,
            path=(candidate.source, candidate.target),
        )


def decide(
    doc: Doc, topics: Topics, models: Models | None = None, chosen: Settings | None = None
) -> Iterator[Decision]:
    """All decisions for a document above the reading thresholds, sentence by sentence.

    What the paper asserts without a sign gets the sign that it asserts elsewhere.
    Without ``models`` and ``chosen`` the package's own are used.
    """
    models = own_models() if models is None else models
    chosen = own_settings() if chosen is None else chosen
    views = tuple(view_sentences(doc, topics))
    yield from sign_alike(list(_decide(views, topics, models, chosen)))


def _decide(
    views: Sequence[SentenceView], topics: Topics, models: Models, chosen: Settings
) -> Iterator[Decision]:
    looked = _second_look(views, topics, models)
    kept = {
        pair_of(candidate)
        for pairs in looked.values()
        for candidate, claimed in pairs
        if claimed >= chosen.claim_threshold
    }
    said = signs_said(views, kept)
    statuses = _statuses(views, models)
    for view in views:
        if not view.named and not view.carried:
            continue
        status = statuses[view.index]
        pairs = looked.get(view.index, ())
        yield from _decide_pairs(pairs, status, said, models, chosen.claim_threshold)
        yield from _decide_paths(view, topics, status, models, chosen.path_threshold)
