"""The text that the parser sees: statistics, citations and section labels cut out, offsets kept.

Parenthesised statistics and headings such as "RESULTS:" parse as noise. `clean` leaves them out
and remembers where every remaining character stood.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from kg.model import Statistic

_PARENTHESIS = re.compile(r"\s?[\(\[][^()\[\]]{1,200}[\)\]]")
_NOTHING_SAID = re.compile(r"[\s;,:=<>≤≥~.&+\-−–/%]*")
_CITATION = re.compile(
    r"\s?\((?:e\.g\.,? |see )?[A-Z][\w'’-]+(?: et al\.?| (?:and|&) [A-Z][\w'’-]+)?,? (?:19|20)\d\d[a-z]?\)"
)
_WORDS_OF_NUMBERS = re.compile(
    r"\b(?:n\.?s\.?|ns|all|both|ps?|and|vs\.?|versus|SD|SE|M|mean|range|years?|respectively|two-tailed"
    r"|one-tailed|adjusted|effect size|small|medium|large|t|f|df|of|for|the|to|CI|studies|women|men"
    r"|female|male|females|males|aged?)\b|[\d.,]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A shortened text. ``starts`` and ``shifts`` say how far each part was moved."""

    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def original(self, place: int) -> int:
        """Where a character of the shortened text stands in the original (for span starts)."""
        return place + self.shifts[bisect_right(self.starts, place) - 1]

    def original_end(self, place: int) -> int:
        """The end, in the original, of a span that ends before ``place`` of the shortened text."""
        return self.original(place - 1) + 1 if place else 0


def _only_numbers(text: str, start: int, end: int, statistics: Iterable[Statistic]) -> bool:
    rest, at, seen = [], start, False
    for statistic in statistics:
        if start <= statistic.start and statistic.end <= end:
            rest.append(text[at : statistic.start])
            at, seen = statistic.end, True
    rest.append(text[at:end])
    left = "".join(rest).strip(" ()[]")
    words = _WORDS_OF_NUMBERS.sub("", left)
    has_digit = any(character.isdigit() for character in left)
    return (seen or has_digit) and _NOTHING_SAID.fullmatch(words) is not None


def _cuts(text: str, statistics: tuple[Statistic, ...]) -> list[tuple[int, int]]:
    cuts = [
        match.span()
        for match in _PARENTHESIS.finditer(text)
        if _only_numbers(text, *match.span(), statistics)
    ]
    cuts += [match.span() for match in _CITATION.finditer(text)]
    return cuts


def clean(
    text: str, statistics: tuple[Statistic, ...], labels: Iterable[tuple[int, int]] = ()
) -> CleanText:
    """The text without statistical parentheses, citations and the section ``labels`` given."""
    parts, starts, shifts = [], [0], [0]
    at = length = 0
    for start, end in sorted({*_cuts(text, statistics), *labels}):
        if start < at:
            continue
        parts.append(text[at:start])
        length += start - at
        at = end
        starts.append(length)
        shifts.append(end - length)
    parts.append(text[at:])
    return CleanText(text="".join(parts), starts=tuple(starts), shifts=tuple(shifts))
