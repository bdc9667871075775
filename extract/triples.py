"""Third, source and target of a mediation or moderation: what the model sees of such a triple.

A sentence has hundreds of triples, made of few constructs; so what is seen of a triple is the sum
of what is seen of each of the three in its role, of each two of them, and of the shape of all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations

from extract.candidates import Mention, SentenceView, Topics, domain_of, groups, in_order, kin
from extract.cues import cue_classes
from extract.encoded import Encoded, role_step, roles_step
from extract.encoder import PATH_ROLES
from extract.features import verb_above
from extract.linear import LinearModel
from kg.model import Relation

_CUES = {Relation.MEDIATES: "mediation", Relation.MODERATES: "moderation"}
_STEMS = {Relation.MEDIATES: "mediat", Relation.MODERATES: "moderat"}
_MOST_NAMED, _MOST_CARRIED = 9, 8
#: Third, source and target.
Triple = tuple[Mention, Mention, Mention]


def _constructs(view: SentenceView) -> tuple[list[Mention], list[Mention]]:
    """The first mention of each construct: those that the sentence names, those carried over."""
    unique: dict[str, Mention] = {}
    for mention in (*view.named, *view.carried):
        unique.setdefault(mention.construct, mention)
    named = [mention for mention in unique.values() if not mention.carried]
    carried = [mention for mention in unique.values() if mention.carried]
    return named[:_MOST_NAMED], carried[:_MOST_CARRIED]


def find_triples(view: SentenceView, relation: Relation) -> Iterator[Triple]:
    """The triples of a sentence, at least one of the three named in it."""
    named, carried = _constructs(view)
    mentions = named + carried
    paths = [
        (source, target)
        for source, target in permutations(mentions, 2)
        if target.construct not in kin(source.construct)
    ]
    named_paths = [pair for pair in paths if not (pair[0].carried and pair[1].carried)]
    for third in mentions:
        if relation is Relation.MEDIATES and third.construct in groups():
            continue
        for source, target in named_paths if third.carried else paths:
            if third is not source and third is not target:
                yield third, source, target


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


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the triples of a sentence share: ``cue`` is the place of the word that tells of a path.

    ``named`` are the constructs that the sentence names, in the order of their first mentions.
    """

    view: SentenceView
    relation: Relation
    topics: Topics
    cue: int | None
    named: list[str]


def _scene(view: SentenceView, relation: Relation, topics: Topics) -> _Scene:
    named = [mention.construct for mention in _constructs(view)[0]]
    return _Scene(view, relation, topics, _cue(view, relation), named)


def _role_features(scene: _Scene, role: str, mention: Mention) -> list[str]:
    """What the model sees of a construct as ``third``, ``source`` or ``target`` of a path."""
    view, cue = scene.view, scene.cue
    start, mark = view.span.start, f"{role}|{scene.relation}|"
    place = _place(mention, cue, start)
    rank = mention.carried or min(4, scene.named.index(mention.construct))
    found = [
        f"{role}|id={mention.construct}",
        f"{mark}id={mention.construct}",
        f"{mark}place={place}",
        f"{mark}dom={domain_of(mention.construct)}",
        f"{mark}group={mention.construct in groups()}",
        f"{mark}rank={rank}",
        f"{mark}title={mention.construct in scene.topics.title}",
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


def _between_features(scene: _Scene, source: Mention, target: Mention) -> list[str]:
    """What the model sees between source and target where the sentence names both."""
    if source.carried or target.carried:
        return []
    mark, start = f"{scene.relation}|", scene.view.span.start
    first, last = sorted((source, target), key=lambda mention: mention.start)
    words = scene.view.words[first.end - start : last.start - start]
    found = [f"{mark}gap={min(8, len(words) // 2)}"]
    if len(words) <= 6:
        found += [f"{mark}btw={word}" for word in words]
        found.append(f"{mark}btw={'_'.join(words[:3])}")
    return found


def _construct_features(relation: Relation, third: str, source: str, target: str) -> list[str]:
    """What the model sees of the constructs by themselves."""
    mark, domains = f"{relation}|", [domain_of(name) for name in (third, source, target)]
    return [
        f"{mark}doms={domains[1]}|{domains[2]}",
        f"{mark}ids={source}|{target}",
        f"{mark}third={domains[0]}>{domains[2]}",
    ]


#: The order in which a triple is named, which of it are, whether the third stands between the
#: other two (None where one of these is carried over), and whether it is kin to one of them.
_Shape = tuple[str, str, bool | None, bool]


def _shape(triple: Triple) -> _Shape:
    third, source, target = triple
    inside = None
    if not source.carried and not target.carried:
        first, last = (source, target) if source.start <= target.start else (target, source)
        inside = not third.carried and first.end <= third.start < last.start
    near = kin(third.construct)
    related = source.construct in near or target.construct in near
    return _order(triple), _named(triple), inside, related


def _named(triple: Triple) -> str:
    return "".join("c" if mention.carried else "n" for mention in triple)


def _order(triple: Triple) -> str:
    """The letters of the roles in the order in which the sentence names them."""
    placed = [(m.start, letter) for letter, m in zip("tsg", triple, strict=True) if not m.carried]
    placed.sort()
    return "".join([letter for _, letter in placed])


def _shape_features(relation: Relation, shape: _Shape) -> list[str]:
    """What the model sees of the three together."""
    order, named, inside, related = shape
    mark = f"{relation}|"
    found = [f"{mark}order={order}", f"{mark}named={named}", f"{mark}named={named}|{order}"]
    if inside is not None:
        found.append(f"{mark}inside={inside}")
    if related:
        found.append(f"{mark}kin")
    return found


#: What pairs of roles are called, in the order of `_PAIRS`.
_PAIR_NAMES = ("ts", "tt", "st")
_PAIRS = tuple(combinations(PATH_ROLES, 2))


def _together_features(scene: _Scene, name: str, one: str, other: str) -> list[str]:
    """What the model sees of how many sentences (up to 2) name two of the three together."""
    count = min(2, scene.topics.together.get(in_order(one, other), 0))
    return [f"{scene.relation}|{name}={count}"]


@lru_cache(maxsize=1 << 15)
def _of_constructs(
    model: LinearModel, relation: Relation, third: str, source: str, target: str
) -> int:
    return model.weigh(_construct_features(relation, third, source, target))


@lru_cache(maxsize=1 << 12)
def _of_shape(model: LinearModel, relation: Relation, shape: _Shape) -> int:
    return model.weigh(_shape_features(relation, shape))


def _step_features(relation: Relation, name: str, step: int) -> list[str]:
    """What the encoder says of two of the three in their roles, or of all (``all``)."""
    return [f"{relation}|enc:{name}={step}"]


@lru_cache(maxsize=1 << 10)
def _of_step(model: LinearModel, relation: Relation, name: str, step: int) -> int:
    return model.weigh(_step_features(relation, name, step))


def triple_features(
    view: SentenceView, relation: Relation, triple: Triple, topics: Topics, encoded: Encoded
) -> list[str]:
    """All features of a triple."""
    scene = _scene(view, relation, topics)
    constructs = [mention.construct for mention in triple]
    found = _shape_features(relation, _shape(triple))
    found += _construct_features(relation, *constructs)
    found += _between_features(scene, *triple[1:])
    odds = []
    for name, roles, pair in zip(_PAIR_NAMES, _PAIRS, combinations(constructs, 2), strict=True):
        odds.append(encoded.roles(view, relation, roles, *pair))
        found += _together_features(scene, name, *pair)
        found += _step_features(relation, name, role_step(odds[-1]))
    found += _step_features(relation, "all", roles_step(odds))
    for role, mention in zip(PATH_ROLES, triple, strict=True):
        found += _role_features(scene, role, mention)
    return found


#: For two constructs in two roles what they weigh together, and their log odds.
_Weighed = dict[tuple[str, str], tuple[int, float]]


def _weigh_pairs(
    scene: _Scene, mentions: Sequence[Mention], encoded: Encoded, model: LinearModel
) -> list[_Weighed]:
    """What each two constructs weigh as third and source, third and target, source and target."""
    found: list[_Weighed] = []
    for name, roles in zip(_PAIR_NAMES, _PAIRS, strict=True):
        weighed: _Weighed = {}
        for one, other in permutations(mentions, 2):
            pair = one.construct, other.construct
            odds = encoded.roles(scene.view, scene.relation, roles, *pair)
            weight = model.weigh(_together_features(scene, name, *pair))
            weight += _of_step(model, scene.relation, name, role_step(odds))
            if name == "st":
                weight += model.weigh(_between_features(scene, one, other))
            weighed[pair] = weight, odds
        found.append(weighed)
    return found


def weigh_triples(
    view: SentenceView, relation: Relation, topics: Topics, encoded: Encoded, model: LinearModel
) -> Iterator[tuple[float, Triple]]:
    """The triples of a sentence with their probabilities (see `triple_features`)."""
    scene = _scene(view, relation, topics)
    named, carried = _constructs(view)
    thirds, sources, targets = (
        {m.construct: model.weigh(_role_features(scene, role, m)) for m in named + carried}
        for role in PATH_ROLES
    )
    to_source, to_target, paths = _weigh_pairs(scene, named + carried, encoded, model)
    for triple in find_triples(view, relation):
        third, source, target = (mention.construct for mention in triple)
        one, odds = to_source[third, source]
        two, more = to_target[third, target]
        three, most = paths[source, target]
        weight = thirds[third] + sources[source] + targets[target] + one + two + three
        weight += _of_constructs(model, relation, third, source, target)
        weight += _of_shape(model, relation, _shape(triple))
        weight += _of_step(model, relation, "all", roles_step((odds, more, most)))
        yield 1 / (1 + math.exp(-model.log_odds_of(weight))), triple
