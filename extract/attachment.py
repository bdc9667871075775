"""Which claim a statistic belongs to: the one whose words it follows most closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.model import Statistic

#: Kinds that describe a sample or a model rather than a relation; they are attached like the rest.
_FAR = 10_000


def _distance(statistic: Statistic, place: tuple[int, int]) -> int:
    """Characters from the end of a claim's words to a statistic; one before its words is far."""
    start, end = place
    if statistic.start >= end:
        return statistic.start - end
    if statistic.start >= start:
        return 0
    return _FAR + start - statistic.start


def attach(
    statistics: Iterable[Statistic], sentence: tuple[int, int], places: Sequence[tuple[int, int]]
) -> list[tuple[Statistic, ...]]:
    """For each claim of a sentence its statistics, in text order.

    ``places`` are the (start, end) of the words of each claim, ``sentence`` those of the sentence,
    all in characters of the document's text. A statistic after the words of several claims goes
    to those that end last before it, all of them if they end together.
    """
    found: list[list[Statistic]] = [[] for _ in places]
    inside = [s for s in statistics if sentence[0] <= s.start and s.end <= sentence[1]]
    for statistic in inside if places else ():
        distances = [_distance(statistic, place) for place in places]
        nearest = min(distances)
        for claim, distance in zip(found, distances, strict=True):
            if distance == nearest:
                claim.append(statistic)
    return [tuple(claim) for claim in found]
