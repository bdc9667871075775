"""Mediation and moderation: a third construct and the path that it explains or changes.

Few texts say "mediated"; most say "via", "was driven by", "only in women", "hinged on". So a
sentence is first judged as a whole, by its words: does it claim a mediation, a moderation, neither
(``path_here``)? If so, each of its constructs, named or carried over, may be the third and each
ordered pair of others the path. A linear model (``path``) adds up what speaks for each of the three
in its role and for the three together, so that a construct is looked at once for each role.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from extract.candidates import Mention, SentenceView, Topics, domain_of, groups, in_order, kin
from extract.cues import cue_classes
from extract.features import classes_of, verb_above
from extract.linear import LinearModel
from kg.model import Relation

PATH_RELATIONS = (Relation.MEDIATES, Relation.MODERATES)
_CUES = {Relation.MEDIATES: "mediation", Relation.MODERATES: "moderation"}
_STEMS = {Relation.MEDIATES: "mediat", Relation.MODERATES: "moderat"}
_MOST_NAMED, _MOST_CARRIED = 9, 8
#: A triple coordinated with the likeliest one is claimed too if it is at least this likely to it.
_NEARLY = 0.5
_ROLES = ("third", "source", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCandidate:
    """Third, source and target: perhaps the first mediates or moderates source -> target."""

    view: SentenceView
    relation: Relation
    mentions: tuple[Mention, Mention, Mention]

    @property
    def ids(self) -> tuple[str, str, str]:
        """The constructs of third, source and target."""
        third, source, target = self.mentions
        return third.construct, source.construct, target.construct


def _constructs(view: SentenceView) -> tuple[list[Mention], list[Mention]]:
    """The first mention of each construct: those that the sentence names, those carried over."""
    unique: dict[str, Mention] = {}
    for mention in (*view.named, *view.carried):
        unique.setdefault(mention.construct, mention)
    named = [mention for mention in unique.values() if not mention.carried]
    carried = [mention for mention in unique.values() if mention.carried]
    return named[:_MOST_NAMED], carried[:_MOST_CARRIED]


def may_hold_path(view: SentenceView) -> bool:
    """Whether a sentence names a construct and brings at least three to mind."""
    return bool(view.named) and len({m.construct for m in (*view.named, *view.carried)}) > 2


def find_path_candidates(view: SentenceView, relation: Relation) -> Iterator[PathCandidate]:
    """The triples of a sentence, at least one of the three named in it."""
    named, carried = _constructs(view)
    mentions = named + carried
    for third in mentions:
        if relation is Relation.MEDIATES and third.construct in groups():
            continue
        for source, target in permutations(mentions, 2):
            if third is source or third is target or target.construct in kin(source.construct):
                continue
            if third.carried and source.carried and target.carried:
                continue
            yield PathCandidate(view=view, relation=relation, mentions=(third, source, target))


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


def _cue(view: SentenceView, relation: Relation) -> int | None:
    """The place of the word that gives a mediation or moderation away, if there is one."""
    known = cue_classes()
    found = [i for i, word in enumerate(view.words) if _CUES[relation] in known.get(word, ())]
    plain = [i for i in found if view.words[i].startswith(_STEMS[relation])]
    return next(iter(plain or found), None)


def _place(mention: Mention, cue: int | None, start: int) -> str:
    if mention.carried:
        return f"carried-{mention.carried[0]}"
    if cue is None:
        return "uncued"
    gap = mention.start - start - cue
    side = "before" if gap < 0 else "after"
    return f"{side}-{'near' if abs(gap) <= 3 else 'mid' if abs(gap) <= 9 else 'far'}"


def _rank(mention: Mention, view: SentenceView) -> str:
    if mention.carried:
        return mention.carried
    named, _ = _constructs(view)
    return str(min(4, named.index(mention)))


def role_features(
    view: SentenceView, relation: Relation, role: str, mention: Mention, topics: Topics
) -> list[str]:
    """What the model sees of a construct as ``third``, ``source`` or ``target`` of a path."""
    start, mark = view.span.start, f"{role}|{relation}|"
    cue = _cue(view, relation)
    place = _place(mention, cue, start)
    found = [
        f"{role}|id={mention.construct}",
        f"{mark}id={mention.construct}",
        f"{mark}place={place}",
        f"{mark}dom={domain_of(mention.construct)}",
        f"{mark}group={mention.construct in groups()}",
        f"{mark}rank={_rank(mention, view)}",
        f"{mark}title={mention.construct in topics.title}",
    ]
    if cue is not None:
        found.append(f"{mark}place={place}|{view.words[cue]}")
    head = mention.head
    if head is not None:
        before = view.words[max(0, mention.start - start - 3) : mention.start - start]
        after = view.words[mention.end - start : mention.end - start + 3]
        found += [f"{mark}dep={head.dep_}", f"{mark}head={head.head.lower_}|{head.dep_}"]
        found.append(f"{mark}verb={verb_above(head).lemma_.lower()}|{head.dep_}")
        found += [f"{mark}bef={word}" for word in before]
        found += [f"{mark}aft={word}" for word in after]
        found += [f"{mark}bef1={word}" for word in before[-1:]]
        found += [f"{mark}aft1={word}" for word in after[:1]]
        found += [f"{mark}bef2={'_'.join(before[-2:])}", f"{mark}aft2={'_'.join(after[:2])}"]
    return found


def joint_features(candidate: PathCandidate, topics: Topics) -> list[str]:
    """What the model sees of the three together: their order, and what they are."""
    third, source, target = candidate.mentions
    mark = f"{candidate.relation}|"
    order = _order(candidate.mentions)
    named = "".join("c" if mention.carried else "n" for mention in candidate.mentions)
    found = [
        f"{mark}order={order}",
        f"{mark}doms={domain_of(source.construct)}|{domain_of(target.construct)}",
        f"{mark}third={domain_of(third.construct)}>{domain_of(target.construct)}",
        f"{mark}ids={source.construct}|{target.construct}",
        f"{mark}named={named}",
        f"{mark}named={named}|{order}",
    ]
    for name, one, other in (
        ("st", source, target),
        ("ts", third, source),
        ("tt", third, target),
    ):
        together = topics.together[in_order(one.construct, other.construct)]
        found.append(f"{mark}{name}={min(2, together)}")
    if not source.carried and not target.carried:
        found += _between(candidate, mark)
    if third.construct in kin(source.construct) | kin(target.construct):
        found.append(f"{mark}kin")
    return found


def _between(candidate: PathCandidate, mark: str) -> Iterator[str]:
    third, source, target = candidate.mentions
    first, last = sorted((source, target), key=lambda mention: mention.start)
    start = candidate.view.span.start
    words = candidate.view.words[first.end - start : last.start - start]
    if len(words) <= 6:
        yield from (f"{mark}btw={word}" for word in words)
        yield f"{mark}btw={'_'.join(words[:3])}"
    yield f"{mark}inside={not third.carried and first.end <= third.start < last.start}"
    yield f"{mark}gap={min(8, len(words) // 2)}"


def _order(mentions: Sequence[Mention]) -> str:
    """The letters of the roles in the order in which the sentence names them."""
    placed = [(m.start, letter) for letter, m in zip("tsg", mentions, strict=True) if not m.carried]
    return "".join(letter for _, letter in sorted(placed))


def path_features(candidate: PathCandidate, topics: Topics) -> list[str]:
    """All features of a triple."""
    found = joint_features(candidate, topics)
    for role, mention in zip(_ROLES, candidate.mentions, strict=True):
        found += role_features(candidate.view, candidate.relation, role, mention, topics)
    return found


def likely_paths(
    view: SentenceView, relation: Relation, topics: Topics, model: LinearModel
) -> list[tuple[float, PathCandidate]]:
    """The likeliest triple with its probability, and those coordinated with it, nearly as likely.

    Empty if the sentence has no triple.
    """
    ranked = sorted(_scored(view, relation, topics, model), key=lambda pair: -pair[0])
    if not ranked:
        return []
    best, chosen = ranked[0]
    others = [
        (probability, candidate)
        for probability, candidate in ranked[1:]
        if probability >= _NEARLY * best and _coordinated(candidate, chosen)
    ]
    return [ranked[0], *others]


def _scored(
    view: SentenceView, relation: Relation, topics: Topics, model: LinearModel
) -> Iterator[tuple[float, PathCandidate]]:
    roles: dict[tuple[str, str], float] = {}

    def in_role(role: str, mention: Mention) -> float:
        key = (role, mention.construct)
        if key not in roles:
            features = role_features(view, relation, role, mention, topics)
            roles[key] = model.weigh(features)
        return roles[key]

    for candidate in find_path_candidates(view, relation):
        weight = model.weigh(joint_features(candidate, topics))
        weight += sum(in_role(*pair) for pair in zip(_ROLES, candidate.mentions, strict=True))
        yield 1 / (1 + math.exp(-model.log_odds_of(weight))), candidate


def _coordinated(candidate: PathCandidate, chosen: PathCandidate) -> bool:
    """Whether a triple differs from another in one construct only, named in one list with it."""
    pairs = zip(candidate.mentions, chosen.mentions, strict=True)
    differing = [(one, other) for one, other in pairs if one is not other]
    if len(differing) != 1:
        return False
    one, other = differing[0][0].head, differing[0][1].head
    if one is None or other is None:
        return False
    doc = candidate.view.span.doc
    return doc[one.i] in doc[other.i].conjuncts


def path_direction_features(candidate: PathCandidate) -> list[str]:
    """What tells whether a mediation or moderation was found, and which way it went."""
    from extract.degrees import mention_degree

    view, relation = candidate.view, candidate.relation
    third = candidate.mentions[0]
    degree = mention_degree(third, view).sign
    found = [f"rel={relation}", f"role={view.role}", f"degree={degree}"]
    found += [f"scls={name}" for name in classes_of(view.words)]
    found += [f"rel={relation}|{name}" for name in classes_of(view.words)]
    found += [f"w={word}" for word in sorted(set(view.words))]
    found += [f"group={third.construct in groups()}|{relation}"]
    return found
