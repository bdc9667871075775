"""Mediation and moderation: a third construct and the path that it explains or changes.

Few texts say "mediated"; most say "via", "was driven by", "only in women", "hinged on". So a
sentence is first judged as a whole, by its words: does it claim a mediation, a moderation, neither
(``path_here``)? If so, each of its constructs, named or carried over, may be the third and each
ordered pair of others the path. A linear model (``path``) adds up what speaks for each of the three
in its role and for the three together, so that a construct is looked at once for each role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc

from extract.candidates import SentenceView, Topics, groups
from extract.encoded import Encoded
from extract.linear import LinearModel
from extract.triples import Triple, find_triples, triple_features, weigh_triples
from kg.model import Relation

PATH_RELATIONS = (Relation.MEDIATES, Relation.MODERATES)
#: A triple coordinated with the likeliest one is claimed too if it is at least this likely to it.
_NEARLY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCandidate:
    """Third, source and target: perhaps the first mediates or moderates source -> target."""

    view: SentenceView
    relation: Relation
    mentions: Triple

    @property
    def ids(self) -> tuple[str, str, str]:
        """The constructs of third, source and target."""
        third, source, target = self.mentions
        return third.construct, source.construct, target.construct


def may_hold_path(view: SentenceView) -> bool:
    """Whether a sentence names a construct and brings at least three to mind."""
    return bool(view.named) and len({m.construct for m in (*view.named, *view.carried)}) > 2


def find_path_candidates(view: SentenceView, relation: Relation) -> Iterator[PathCandidate]:
    """The triples of a sentence, at least one of the three named in it."""
    for triple in find_triples(view, relation):
        yield PathCandidate(view=view, relation=relation, mentions=triple)


def path_sentence_features(view: SentenceView, said: list[str]) -> list[str]:
    """What tells whether a sentence claims (or asks about) a mediation or moderation at all.

    ``said`` are its `status_features`.
    """
    found = list(said)
    named = {mention.construct for mention in view.named}
    found.append(f"named={min(5, len(named))}")
    found.append(f"group={not groups().isdisjoint(named)}")
    found.append(f"all={min(6, len(named) + len(view.carried))}")
    found += [f"id={name}" for name in sorted(named)]
    masked = _masked(view)
    found += [f"q={a}_{b}" for a, b in pairwise(masked) if {"X", "GROUP"} & {a, b}]
    found += [f"t={a}_{b}_{c}" for a, b, c in zip(masked, masked[1:], masked[2:], strict=False)]
    return found


def _masked(view: SentenceView) -> list[str]:
    """The words of a sentence with ``X`` or ``GROUP`` for each mention."""
    start = view.span.start
    mentions = {mention.start - start: mention for mention in view.named}
    masked, place = [], 0
    while place < len(view.words):
        mention = mentions.get(place)
        if mention is None:
            masked.append(view.words[place])
            place += 1
        else:
            masked.append("GROUP" if mention.construct in groups() else "X")
            place = max(place + 1, mention.end - start)
    return masked


def path_features(candidate: PathCandidate, topics: Topics, encoded: Encoded) -> list[str]:
    """All features of a triple."""
    return triple_features(candidate.view, candidate.relation, candidate.mentions, topics, encoded)


def likely_paths(
    view: SentenceView, relation: Relation, topics: Topics, encoded: Encoded, model: LinearModel
) -> list[tuple[float, PathCandidate]]:
    """The likeliest triple with its probability, and those coordinated with it, nearly as likely.

    Empty if the sentence has no triple.
    """
    ranked = sorted(
        weigh_triples(view, relation, topics, encoded, model), key=lambda pair: -pair[0]
    )
    if not ranked:
        return []
    best, chosen = ranked[0]
    kept = [
        (probability, triple)
        for probability, triple in ranked
        if triple is chosen
        or (probability >= _NEARLY * best and _coordinated(view.span.doc, triple, chosen))
    ]
    return [
        (probability, PathCandidate(view=view, relation=relation, mentions=triple))
        for probability, triple in kept
    ]


def _coordinated(doc: Doc, triple: Triple, chosen: Triple) -> bool:
    """Whether a triple differs from another in one construct only, named in one list with it."""
    pairs = zip(triple, chosen, strict=True)
    differing = [(one, other) for one, other in pairs if one is not other]
    if len(differing) != 1:
        return False
    one, other = differing[0][0].head, differing[0][1].head
    if one is None or other is None:
        return False
    return doc[one.i] in doc[other.i].conjuncts


def path_direction_features(candidate: PathCandidate) -> list[str]:
    """What tells whether a mediation or moderation was found, and which way it went."""
    from extract.degrees import mention_degree

    view, relation = candidate.view, candidate.relation
    third = candidate.mentions[0]
    degree = mention_degree(third, view).sign
    found = [f"rel={relation}", f"role={view.role}", f"degree={degree}"]
    found += [f"scls={name}" for name in view.classes]
    found += [f"rel={relation}|{name}" for name in view.classes]
    found += [f"w={word}" for word in sorted(set(view.words))]
    found += [f"group={third.construct in groups()}|{relation}"]
    return found
