"""When two claims say the same, and how many of two lists do: all pure functions.

Levels, each stricter than the one before: ``pair`` (the two constructs in any order; of a mediation
or moderation the same three), ``direction`` (and the sign), ``full`` (and the family of relations,
the order of subject and object where it counts in the gold standard, and the group of statuses).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from kg.evaluate.readings import ClaimReading, ScoredClaim

LEVELS = ("pair", "direction", "full")
#: Construct id -> ids of its parents; with it a direct parent or child counts as the same.
Parents = Mapping[str, Collection[str]]


class Matching(NamedTuple):
    """The gold claims and predictions that found each other, and those that did not."""

    pairs: list[tuple[ScoredClaim, ScoredClaim]]
    missed: list[ScoredClaim]
    extra: list[ScoredClaim]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many were matched, in the gold standard, and predicted."""
        hits = len(self.pairs)
        return hits, hits + len(self.missed), hits + len(self.extra)


def same_id(one: str | None, other: str | None, parents: Parents | None) -> bool:
    """Whether two ids are one, or (if ``parents`` are given) parent and child."""
    if one == other:
        return True
    if parents is None or one is None or other is None:
        return False
    return other in parents.get(one, ()) or one in parents.get(other, ())


def agrees(
    gold: ClaimReading, predicted: ClaimReading, level: str, parents: Parents | None
) -> bool:
    """Whether a prediction says what the gold reading says, at a level."""
    if (gold.family == "link") != (predicted.family == "link"):
        return False
    straight = all(
        same_id(one, other, parents) for one, other in zip(gold.ids, predicted.ids, strict=True)
    )
    if not (straight or _crossed(gold, predicted, parents)):
        return False
    if level == "pair":
        return True
    if gold.sign != predicted.sign:
        return False
    if level == "direction":
        return True
    same_kind = (gold.family, gold.status_group) == (predicted.family, predicted.status_group)
    return same_kind and (straight or not gold.ordered)


def _crossed(gold: ClaimReading, predicted: ClaimReading, parents: Parents | None) -> bool:
    if gold.family != "link":
        return _unordered(gold) == _unordered(predicted)
    (subject, target), (other_subject, other_target) = gold.ids, predicted.ids
    return same_id(subject, other_target, parents) and same_id(target, other_subject, parents)


def agrees_with_any(
    gold: ScoredClaim, predicted: ScoredClaim, level: str, parents: Parents | None
) -> bool:
    """Whether a prediction agrees with a gold claim under one of its fair readings."""
    return any(agrees(reading, predicted.own, level, parents) for reading in gold.readings)


def distinct(claims: Iterable[ScoredClaim]) -> list[ScoredClaim]:
    """Claims that differ in more than a qualifier; the first of each kind stays."""
    return _first_of_each(claims, _content)


def collapse(claims: Iterable[ScoredClaim], level: str) -> list[ScoredClaim]:
    """Claims that a level can tell apart: at ``pair`` all claims of one pair count once."""
    keys: dict[str, Callable[[ClaimReading], Hashable]] = {
        "pair": _unordered,
        "direction": lambda own: (_unordered(own), own.sign),
        "full": lambda own: (_unordered(own), own.ordered, _content(own)),
    }
    return _first_of_each(claims, keys[level])


def _first_of_each(
    claims: Iterable[ScoredClaim], key: Callable[[ClaimReading], Hashable]
) -> list[ScoredClaim]:
    first: dict[Hashable, ScoredClaim] = {}
    for claim in claims:
        first.setdefault(key(claim.own), claim)
    return list(first.values())


def _content(own: ClaimReading) -> Hashable:
    ids = own.ids if own.ordered else _unordered(own)
    return ids, own.sign, own.family, own.status_group


def _unordered(own: ClaimReading) -> tuple[str, ...]:
    return tuple(sorted(map(str, own.ids)))


def match(
    gold: Iterable[ScoredClaim],
    predicted: Iterable[ScoredClaim],
    level: str,
    parents: Parents | None,
) -> Matching:
    """Match as many claims as can be, each at most once, after `collapse` at that level."""
    return pair_up(collapse(gold, level), collapse(predicted, level), level, parents)


def pair_up(
    gold: Sequence[ScoredClaim],
    predicted: Sequence[ScoredClaim],
    level: str,
    parents: Parents | None,
) -> Matching:
    """Match as many claims as can be, each at most once, as they are."""
    edges = [
        [j for j, claim in enumerate(predicted) if agrees_with_any(wanted, claim, level, parents)]
        for wanted in gold
    ]
    owners = maximum_matching(edges)
    found = set(owners.values())
    return Matching(
        pairs=[(gold[i], predicted[j]) for j, i in sorted(owners.items(), key=lambda ji: ji[1])],
        missed=[claim for i, claim in enumerate(gold) if i not in found],
        extra=[claim for j, claim in enumerate(predicted) if j not in owners],
    )


def maximum_matching(edges: Sequence[Sequence[int]]) -> dict[int, int]:
    """Maximum bipartite matching by augmenting paths (Kuhn 1955), without recursion.

    ``edges[i]`` lists the partners of ``i``; the answer maps each partner in use to its ``i``.
    """
    owners: dict[int, int] = {}
    for start in range(len(edges)):
        _augment(start, edges, owners)
    return owners


def _augment(start: int, edges: Sequence[Sequence[int]], owners: dict[int, int]) -> None:
    """Search depth first for a free partner, moving earlier ones on; change nothing if in vain."""
    path = [(start, iter(edges[start]))]
    steps: list[int] = []
    tried: set[int] = set()
    while path:
        step = next((j for j in path[-1][1] if j not in tried), None)
        if step is None:
            path.pop()
            del steps[-1:]
            continue
        tried.add(step)
        steps.append(step)
        if step not in owners:
            owners.update({j: i for (i, _), j in zip(path, steps, strict=True)})
            return
        path.append((owners[step], iter(edges[owners[step]])))
