"""What is decided of a document's candidates: claimed or not, which way, by whom, how surely.

Each decision is a small linear model over readable features (``extract.features``), trained on
annotated documents (``extract.training.fit``); the sign's arithmetic is in ``extract.signs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from extract.agreement import sign_alike
from extract.asking import Asking, ask_together
from extract.candidates import Candidate, Mention, SentenceView, Topics, groups, view_sentences
from extract.decision import Decision
from extract.directions import directions
from extract.encoded import Encoded, encode
from extract.encoder import Encoder, own_encoder
from extract.features import status_features
from extract.linear import likeliest
from extract.looks import second_look
from extract.meant import TREATMENTS, disorder_mention, disorders_meant, treatments_meant
from extract.models import Models, own_models
from extract.paths import (
    PATH_RELATIONS,
    PathCandidate,
    likely_paths,
    may_hold_path,
    path_direction_features,
    path_sentence_features,
)
from extract.rhetoric import neighbour_features
from extract.senses import PLAIN, sense_of, with_sense
from extract.settings import Settings, own_settings
from extract.signs import Said, pair_of, signs_said
from extract.slots import order_features
from kg.model import STATUS_GROUPS, Direction, Relation, Status

_SIGNS = {
    "+": Direction.POSITIVE,
    "-": Direction.NEGATIVE,
    "0": Direction.NULL,
    "?": Direction.UNSPECIFIED,
}
#: From this probability on a sentence is taken to assert what it says.
_ENOUGH = 0.4


def _relation(candidate: Candidate, likely: dict[str, float]) -> Relation:
    return Relation.GROUP_DIFFERENCE if candidate.of_group else Relation(likeliest(likely)[0])


def _ordered(candidate: Candidate, relation: Relation, forwards: bool) -> tuple[str, str]:
    first, second = candidate.first.construct, candidate.second.construct
    if relation is Relation.GROUP_DIFFERENCE:
        return (second, first) if first in groups() else (first, second)
    return (first, second) if forwards else (second, first)


def _in_sense(
    candidate: Candidate | PathCandidate, topics: Topics, models: Models
) -> tuple[Mention, ...]:
    """The mentions of a candidate, plain "oxytocin" in the sense that it has there."""
    if isinstance(candidate, PathCandidate):
        mentions: tuple[Mention, ...] = candidate.mentions
    else:
        mentions = (candidate.first, candidate.second)
    if all(mention.construct != PLAIN for mention in mentions):
        return mentions
    return with_sense(mentions, sense_of(candidate.view, topics, models["sense"]))


def _as_meant(candidate: Candidate, disorder: str, topics: Topics, models: Models) -> Candidate:
    """A candidate with plain "oxytocin" and a disorder's name as they are meant there."""
    first, second = _in_sense(candidate, topics, models)
    if disorder and disorder_mention(candidate) is candidate.first:
        first = replace(first, construct=disorder)
    elif disorder:
        second = replace(second, construct=disorder)
    return replace(candidate, first=first, second=second)


def _statuses(
    views: Sequence[SentenceView], told: Sequence[list[str]], models: Models
) -> Asking[dict[int, tuple[str, float]]]:
    """For each sentence its likeliest status with the probability; ``told`` are its features."""
    first = yield models["status"].all_probabilities, told
    again = [*neighbour_features(first, [view.role for view in views])]
    second = yield models["status_context"].all_probabilities, again
    return {view.index: _status(likely) for view, likely in zip(views, second, strict=True)}


def _status(likely: dict[str, float]) -> tuple[str, float]:
    """The likeliest status of the likeliest kind: what a text asserts itself, asks, or has known.

    A finding and a conclusion are one thing told twice, which apart might both lose to a third;
    and what is asserted is looked for, which is found best by a threshold below one half (Lipton,
    Elkan & Naryanaswamy 2014, doi:10.1007/978-3-662-44851-9_15).
    """
    shares = {
        name: sum(likely.get(status, 0.0) for status in members)
        for name, members in STATUS_GROUPS.items()
    }
    kind = "asserted" if shares["asserted"] >= _ENOUGH else max(shares, key=lambda n: shares[n])
    return likeliest({name: likely[name] for name in STATUS_GROUPS[kind] if name in likely})


def _decide_pairs(
    claimed: Sequence[tuple[Candidate, float]],
    statuses: dict[int, tuple[str, float]],
    said: Said,
    encoded: Encoded,
    models: Models,
) -> Asking[list[Decision]]:
    topics, candidates = encoded.topics, [candidate for candidate, _ in claimed]
    roles = [[*order_features(own), *encoded.relations(own)] for own in candidates]
    relations = yield models["relation"].all_probabilities, roles
    orders = yield models["order"].all_log_odds, roles
    signed = yield from directions(candidates, said, encoded, models)
    disorders = yield from disorders_meant(candidates, topics, models["disorder"])
    treatments = yield from treatments_meant(candidates, signed, topics, models["treatment"])
    decided = []
    judged = zip(claimed, relations, orders, signed, disorders, treatments, strict=True)
    for (candidate, likely), relations_likely, forwards, signs, disorder, meant in judged:
        read = _as_meant(candidate, disorder, topics, models)
        relation = _relation(read, relations_likely)
        subject, object_ = _ordered(read, relation, forwards >= 0)
        status, status_likely = statuses[candidate.view.index]
        for place, ((sign, sure), treatment) in enumerate(zip(signs, meant, strict=True)):
            decision = Decision(
                candidate=candidate,
                claimed=likely,
                direction=_SIGNS[sign],
                direction_probability=sure,
                status=Status(status),
                status_probability=status_likely,
                relation=relation,
                subject=treatment if treatment and subject in TREATMENTS else subject,
                object=treatment if treatment and object_ in TREATMENTS else object_,
                elsewhere=place > 0,
            )
            decided.append(decision)
    return decided


def _paths_told(
    views: Sequence[SentenceView], told: Sequence[list[str]], encoded: Encoded, models: Models
) -> Asking[dict[int, dict[str, float]]]:
    """How likely each sentence that may hold one tells of a mediation or of a moderation."""
    asked = [(view, own) for view, own in zip(views, told, strict=True) if may_hold_path(view)]
    features = [path_sentence_features(view, [*own, *encoded.paths(view)]) for view, own in asked]
    likely = yield models["path_here"].all_probabilities, features
    return {view.index: own for (view, _), own in zip(asked, likely, strict=True)}


def _said_once(decisions: Iterable[Decision]) -> Iterator[Decision]:
    """Of decisions that say the same of the same two constructs, once meant, only the surest."""
    found: dict[tuple[frozenset[str], bool], Decision] = {}
    for decision in decisions:
        pair = frozenset((decision.subject, decision.object))
        key = (pair, decision.direction is Direction.NULL)
        if key not in found or decision.claimed > found[key].claimed:
            found[key] = decision
    yield from found.values()


def _decide_paths(
    view: SentenceView,
    said: dict[str, float],
    status: tuple[str, float],
    encoded: Encoded,
    models: Models,
    threshold: float,
) -> Iterator[Decision]:
    topics = encoded.topics
    for relation in PATH_RELATIONS:
        if said.get(relation, 0.0) < threshold:
            continue
        likely = likely_paths(view, relation, topics, encoded, models["path"])
        claimed = said[relation] * min(1.0, 2 * max((score for score, _ in likely), default=0.0))
        if claimed >= threshold:
            for _, candidate in likely:
                yield _path_decision(candidate, topics, claimed, status, models)


def _path_decision(
    candidate: PathCandidate,
    topics: Topics,
    claimed: float,
    status: tuple[str, float],
    models: Models,
) -> Decision:
    features = path_direction_features(candidate)
    sign, sure = likeliest(models["path_direction"].probabilities(features))
    third, source, target = _in_sense(candidate, topics, models)
    return Decision(
        candidate=candidate,
        claimed=claimed,
        direction=_SIGNS[sign],
        direction_probability=sure,
        status=Status(status[0]),
        status_probability=status[1],
        relation=candidate.relation,
        subject=third.construct,
        object=target.construct,
        path=(source.construct, target.construct),
    )


def decide(
    doc: Doc,
    topics: Topics,
    models: Models | None = None,
    chosen: Settings | None = None,
    encoder: Encoder | None = None,
) -> Iterator[Decision]:
    """All decisions for a document above the reading thresholds, sentence by sentence.

    What the paper asserts without a sign gets the sign that it asserts elsewhere.
    Without ``models``, ``chosen`` and ``encoder`` the package's own are used.
    """
    views = tuple(view_sentences(doc, topics))
    encoded = encode(views, topics, own_encoder() if encoder is None else encoder)
    yield from decide_all([encoded], models, chosen)[0]


def decide_all(
    texts: Iterable[Encoded], models: Models | None = None, chosen: Settings | None = None
) -> list[list[Decision]]:
    """The same for each of several documents of which the encoder was asked."""
    models = own_models() if models is None else models
    chosen = own_settings() if chosen is None else chosen
    decided = ask_together([_decide(encoded, models, chosen) for encoded in texts])
    return [[*sign_alike(decisions)] for decisions in decided]


def _decide(encoded: Encoded, models: Models, chosen: Settings) -> Asking[list[Decision]]:
    views, topics = encoded.views, encoded.topics
    looked = yield from second_look(views, topics, encoded, models)
    claimed = [own for own in looked if own[1] >= chosen.claim_threshold]
    pairs = {pair_of(candidate) for candidate, _ in claimed}
    said = signs_said((candidate for candidate, _ in looked), pairs)
    told = [[*status_features(view), *encoded.statuses(view)] for view in views]
    statuses = yield from _statuses(views, told, models)
    paths = yield from _paths_told(views, told, encoded, models)
    decided: dict[int, list[Decision]] = {view.index: [] for view in views}
    for decision in (yield from _decide_pairs(claimed, statuses, said, encoded, models)):
        decided[decision.candidate.view.index].append(decision)
    found: list[Decision] = []
    for view in views:
        likely, status = paths.get(view.index, {}), statuses[view.index]
        found += _said_once(decided[view.index])
        found += _decide_paths(view, likely, status, encoded, models, chosen.path_threshold)
    return found
