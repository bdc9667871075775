"""What is decided of a document's candidates: claimed or not, which way, by whom, how surely.

Each decision is a small linear model over readable features (``extract.features``), trained on
annotated documents (``extract.training.fit``); the sign's arithmetic is in ``extract.signs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from extract.agreement import sign_alike
from extract.candidates import Candidate, Mention, SentenceView, Topics, groups, view_sentences
from extract.contrast import affirmed, contrast_features, denies_others, may_contrast
from extract.decision import Decision
from extract.encoded import Encoded, encode
from extract.encoder import Encoder, own_encoder
from extract.features import status_features
from extract.looks import second_look
from extract.meant import TREATMENTS, disorder_mention, disorder_of, treatment_of
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
from extract.slots import direction_features, order_features, plainly_denied
from kg.model import Direction, Relation, Status

#: From this probability on a sentence says both a relation and a null of one pair.
_CONTRASTED = 0.35
#: How sure a null is that is said in plain words (of 68 annotated ones 64 were nulls).
_PLAIN = 0.93
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
    if candidate.of_group:
        return Relation.GROUP_DIFFERENCE
    return Relation(_best(models["relation"].probabilities(features))[0])


def _ordered(
    candidate: Candidate, relation: Relation, features: list[str], models: Models
) -> tuple[str, str]:
    first, second = candidate.first.construct, candidate.second.construct
    if relation is Relation.GROUP_DIFFERENCE:
        return (second, first) if first in groups() else (first, second)
    forwards = models["order"].log_odds(features) >= 0
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


def _as_meant(candidate: Candidate, topics: Topics, models: Models) -> Candidate:
    """A candidate with plain "oxytocin" and a disorder's name as they are meant there."""
    first, second = _in_sense(candidate, topics, models)
    disorder = disorder_of(candidate, topics, models["disorder"])
    if disorder and disorder_mention(candidate) is candidate.first:
        first = replace(first, construct=disorder)
    elif disorder:
        second = replace(second, construct=disorder)
    return replace(candidate, first=first, second=second)


def _statuses(
    views: Sequence[SentenceView], told: Sequence[list[str]], models: Models
) -> dict[int, tuple[str, float]]:
    """For each sentence its likeliest status with the probability; ``told`` are its features."""
    first = [models["status"].probabilities(features) for features in told]
    second = neighbour_features(first, [view.role for view in views])
    return {
        view.index: _best(models["status_context"].probabilities(features))
        for view, features in zip(views, second, strict=True)
    }


def _directions(
    candidate: Candidate, said: Said, encoded: Encoded, models: Models
) -> tuple[tuple[str, float], ...]:
    """The sign of a pair with its probability; a null behind it if the sentence says that, too."""
    if plainly_denied(candidate):
        return (("0", _PLAIN),)
    told = encoded.signs(candidate)
    signs = models["direction"].probabilities((*direction_features(candidate, said), *told))
    if affirmed(candidate):
        return (_but_null(signs),)
    if may_contrast(candidate.view) and not denies_others(candidate):
        null = models["contrast"].likelihood((*contrast_features(candidate), *told))
        if null >= _CONTRASTED:
            return _but_null(signs), ("0", null)
    return (_best(signs),)


def _but_null(signs: dict[str, float]) -> tuple[str, float]:
    """The likeliest sign of a pair that is not a null, and how likely it is then."""
    sign, sure = _best({sign: chance for sign, chance in signs.items() if sign != "0"})
    return sign, sure / (1.0 - signs["0"])


def _decide_pairs(
    candidates: Sequence[tuple[Candidate, float]],
    topics: Topics,
    status: tuple[str, float],
    said: Said,
    encoded: Encoded,
    models: Models,
) -> Iterator[Decision]:
    for candidate, claimed in candidates:
        roles = [*order_features(candidate), *encoded.relations(candidate)]
        meant = _as_meant(candidate, topics, models)
        relation = _relation(meant, roles, models)
        subject, object_ = _ordered(meant, relation, roles, models)
        for place, (sign, sure) in enumerate(_directions(candidate, said, encoded, models)):
            treatment = treatment_of(candidate, topics, sign, models["treatment"])
            yield Decision(
                candidate=candidate,
                claimed=claimed,
                direction=_SIGNS[sign],
                direction_probability=sure,
                status=Status(status[0]),
                status_probability=status[1],
                relation=relation,
                subject=treatment if treatment and subject in TREATMENTS else subject,
                object=treatment if treatment and object_ in TREATMENTS else object_,
                elsewhere=place > 0,
            )


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
    told: list[str],
    topics: Topics,
    status: tuple[str, float],
    encoded: Encoded,
    models: Models,
    threshold: float,
) -> Iterator[Decision]:
    if not may_hold_path(view):
        return
    told = [*told, *encoded.paths(view)]
    said = models["path_here"].probabilities(path_sentence_features(view, told))
    for relation in PATH_RELATIONS:
        if said[relation] < threshold:
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
    sign, sure = _best(models["path_direction"].probabilities(features))
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
    models = own_models() if models is None else models
    chosen = own_settings() if chosen is None else chosen
    views = tuple(view_sentences(doc, topics))
    encoded = encode(views, topics, own_encoder() if encoder is None else encoder)
    yield from sign_alike(list(_decide(views, topics, encoded, models, chosen)))


def _decide(
    views: Sequence[SentenceView],
    topics: Topics,
    encoded: Encoded,
    models: Models,
    chosen: Settings,
) -> Iterator[Decision]:
    looked = second_look(views, topics, encoded, models)
    claimed: dict[int, list[tuple[Candidate, float]]] = {}
    for candidate, probability in looked:
        if probability >= chosen.claim_threshold:
            claimed.setdefault(candidate.view.index, []).append((candidate, probability))
    pairs = {pair_of(candidate) for found in claimed.values() for candidate, _ in found}
    said = signs_said((candidate for candidate, _ in looked), pairs)
    told = [[*status_features(view), *encoded.statuses(view)] for view in views]
    statuses = _statuses(views, told, models)
    for view, features in zip(views, told, strict=True):
        if not view.named and not view.carried:
            continue
        status = statuses[view.index]
        own = claimed.get(view.index, ())
        yield from _said_once(_decide_pairs(own, topics, status, said, encoded, models))
        threshold = chosen.path_threshold
        yield from _decide_paths(view, features, topics, status, encoded, models, threshold)
