"""The part of a sentence that is about a pair: its clause, and signed statistics behind it.

"X predicted Y, whereas Z did not" denies nothing about X and Y. A sentence is cut before words of
contrast; a pair's clause runs from the cut before its first mention to the cut after its second.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from spacy.tokens import Doc

from extract.candidates import Candidate
from extract.cues import cuts
from kg.model import Statistic

#: Kinds of statistic whose sign is that of a relation; for odds and hazards above 1 is positive.
_SIGNED = frozenset({"r", "rho", "beta", "b"})
_RATIOS = frozenset({"or", "hr", "rr"})
_KEY = "oxykg_signs"


def mark_signs(doc: Doc, statistics: Iterable[tuple[int, Statistic]]) -> None:
    """Note on the Doc the signed statistics as (token before which it stood, +1 or -1) pairs.

    ``statistics`` come with their place in the characters of the Doc's text.
    """
    signed = [(place, sign) for place, statistic in statistics if (sign := _sign(statistic))]
    starts = [token.idx for token in doc] if signed else []
    doc.user_data[_KEY] = [(bisect_left(starts, place), sign) for place, sign in signed]


def _sign(statistic: Statistic) -> int:
    value = statistic.value
    if value is None:
        return 0
    if statistic.kind in _SIGNED:
        return (value > 0) - (value < 0)
    if statistic.kind in _RATIOS:
        return (value > 1) - (value < 1)
    return 0


def clause(candidate: Candidate) -> tuple[int, int]:
    """The first token of a pair's clause and the one after its last."""
    span = candidate.view.span
    named = [m for m in (candidate.first, candidate.second) if not m.carried]
    if not named:
        return span.start, span.end
    places = [span.start + place for place in cuts(candidate.view.words)]
    first, last = min(m.start for m in named), max(m.end for m in named)
    before = bisect_right(places, first)
    after = bisect_left(places, last)
    return (
        places[before - 1] if before else span.start,
        places[after] if after < len(places) else span.end,
    )


def clause_words(candidate: Candidate) -> tuple[str, ...]:
    """The lower-case words of a pair's clause."""
    start, end = clause(candidate)
    first = candidate.view.span.start
    return candidate.view.words[start - first : end - first]


def cuts_between(candidate: Candidate) -> int:
    """How many words of contrast stand between two named mentions."""
    first, second = candidate.first, candidate.second
    if second.carried:
        return 0
    start = candidate.view.span.start
    return sum(first.end <= start + cut < second.start for cut in cuts(candidate.view.words))


def statistic_sign(candidate: Candidate) -> int:
    """The sign of the first signed statistic after a pair in its clause, as its ids are named.

    +1 or -1, 0 if there is none; turned where a mention names the opposite pole.
    """
    start, end = clause(candidate)
    last = max(candidate.first.end, candidate.second.end, start)
    signs: list[tuple[int, int]] = candidate.view.span.doc.user_data.get(_KEY, [])
    found = next((sign for place, sign in signs if last <= place <= end), 0)
    return found * candidate.first.sign * candidate.second.sign
