"""Mediation and moderation: a third construct and the path that it explains or changes.

A sentence with a cue for either ("mediated", "through", "depended on", "stronger in") offers every
construct that it names as the third, and every pair of others, named or carried over, as the path.
Which of them is meant is for a model to say (``path``); source and target are ordered by rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from extract.candidates import Mention, SentenceView, Topics, domain_of, groups, kin
from extract.cues import cue_classes
from extract.features import classes_of
from kg.model import Relation

_CUES = {Relation.MEDIATES: "mediation", Relation.MODERATES: "moderation"}
_STEMS = {Relation.MEDIATES: "mediat", Relation.MODERATES: "moderat"}
#: Cue words too common to open a search for paths by themselves.
_WEAK = frozenset(
    {
        "through", "via", "path", "pathway", "explained", "when", "only", "especially",
        "particularly", "among", "stronger", "weaker", "contingent", "vary", "varied", "varies",
        "varying", "dependent", "interact", "underlying", "underlie", "buffered", "modulated",
        "modulate", "modulates", "qualified", "amplified", "strongest", "weakest", "pronounced",
        "carried",
    }
)  # fmt: skip
_MOST_THIRDS, _MOST_ENDS = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCandidate:
    """``third`` mediates or moderates ``source`` -> ``target``, perhaps; ``cue`` says so."""

    view: SentenceView
    relation: Relation
    third: str
    source: str
    target: str
    mentions: tuple[Mention, Mention, Mention]
    cue: str
    cue_place: int


def _cue(view: SentenceView, relation: Relation) -> tuple[str, int] | None:
    known = cue_classes()
    found = [
        (word, place)
        for place, word in enumerate(view.words)
        if _CUES[relation] in known.get(word, ())
    ]
    strong = [pair for pair in found if pair[0] not in _WEAK]
    ranked = strong or found
    return ranked[0] if ranked else None


def find_path_candidates(view: SentenceView, topics: Topics) -> Iterator[PathCandidate]:
    """The triples of a sentence for each relation that it has a cue for."""
    unique: dict[str, Mention] = {}
    for mention in (*view.named, *view.carried):
        unique.setdefault(mention.construct, mention)
    mentions = list(unique.values())
    for relation in (Relation.MEDIATES, Relation.MODERATES):
        cue = _cue(view, relation)
        if cue is None:
            continue
        thirds = [m for m in mentions if not m.carried][:_MOST_THIRDS]
        ends = [m for m in mentions if m.construct not in groups()][:_MOST_ENDS]
        for third in thirds:
            if relation is Relation.MEDIATES and third.construct in groups():
                continue
            for source, target in permutations(ends, 2):
                if third.construct in (source.construct, target.construct):
                    continue
                if target.construct in kin(source.construct):
                    continue
                yield PathCandidate(
                    view=view,
                    relation=relation,
                    third=third.construct,
                    source=source.construct,
                    target=target.construct,
                    mentions=(third, source, target),
                    cue=cue[0],
                    cue_place=view.span.start + cue[1],
                )


def _place(mention: Mention, cue_place: int) -> str:
    if mention.carried:
        return f"carried-{mention.carried[0]}"
    gap = mention.start - cue_place
    side = "before" if gap < 0 else "after"
    return f"{side}-{'near' if abs(gap) <= 4 else 'mid' if abs(gap) <= 10 else 'far'}"


def path_features(candidate: PathCandidate, topics: Topics) -> list[str]:
    """What the model sees of a triple: where the three stand about the cue, and which they are."""
    view, third, (a, b, c) = candidate.view, candidate.third, candidate.mentions
    names = (candidate.third, candidate.source, candidate.target)
    places = [_place(mention, candidate.cue_place) for mention in (a, b, c)]
    stem = _STEMS[candidate.relation]
    found = [
        f"rel={candidate.relation}",
        f"cue={candidate.cue}",
        f"strong={any(word.startswith(stem) for word in view.words)}",
        f"group={third in groups()}",
        f"role={view.role}",
        f"named={len({m.construct for m in view.named})}",
        f"title={sum(name in topics.title for name in names)}",
        f"titled={'|'.join(str(int(name in topics.title)) for name in names)}",
        f"doms={'|'.join(domain_of(name) for name in names)}",
        f"order={_order(a, b, c)}",
        f"targetrank={min(3, topics.counts[candidate.target])}",
    ]
    for label, name, place, mention in zip("tsg", names, places, (a, b, c), strict=True):
        found += [
            f"{label}:place={place}",
            f"{label}:place={place}|{candidate.cue}",
            f"{label}:dom={domain_of(name)}",
            f"{label}:id={name}",
            f"{label}:dep={mention.head.dep_ if mention.head is not None else '-'}",
        ]
        if not mention.carried:
            before = view.span.doc[max(view.span.start, mention.start - 2) : mention.start]
            after = view.span.doc[mention.end : min(view.span.end, mention.end + 2)]
            found += [f"{label}:bef={token.lower_}" for token in before]
            found += [f"{label}:aft={token.lower_}" for token in after]
    found.append(f"places={'|'.join(places)}")
    found += [f"scls={name}" for name in classes_of(view.words)]
    return found


def _order(*mentions: Mention) -> str:
    named = sorted(
        (mention.start, label)
        for label, mention in zip("tsg", mentions, strict=True)
        if not mention.carried
    )
    return "".join(label for _, label in named)


def path_direction_features(candidate: PathCandidate) -> list[str]:
    """What tells whether a mediation or moderation was found, and which way it went."""
    from extract.degrees import mention_degree

    view = candidate.view
    third = candidate.mentions[0]
    degree = mention_degree(third, view.span).sign
    found = [f"rel={candidate.relation}", f"role={view.role}", f"degree={degree}"]
    found += [f"scls={name}" for name in classes_of(view.words)]
    found += [f"rel={candidate.relation}|{name}" for name in classes_of(view.words)]
    found += [f"w={word}" for word in sorted(set(view.words))]
    found += [f"group={third.construct in groups()}|{candidate.relation}"]
    return found


def path_sentence_features(candidate: PathCandidate) -> list[str]:
    """What tells whether a sentence claims (or asks about) a mediation or moderation at all."""
    view, relation = candidate.view, candidate.relation
    place = candidate.cue_place - view.span.start
    stem = any(word.startswith(_STEMS[relation]) for word in view.words)
    near = view.words[max(0, place - 3) : place + 4]
    named = len({mention.construct for mention in view.named})
    found = [
        f"{relation}",
        f"{relation}|stem={stem}",
        f"{relation}|cue={candidate.cue}",
        f"{relation}|role={view.role}",
        f"{relation}|named={min(4, named)}",
        f"{relation}|group={any(m.construct in groups() for m in view.named)}",
    ]
    found += [f"{relation}|{name}" for name in classes_of(view.words)]
    found += [f"{relation}|near={word}" for word in near]
    found += [f"{relation}|w={word}" for word in sorted(set(view.words))]
    return found
