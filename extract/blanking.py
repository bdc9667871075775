"""The text that the parser sees: statistics, citations and headings cut out, offsets kept.

Bracketed statistics, section labels and enumerators parse as noise. `clean` leaves them out, sets
plain characters for typographic ones, and remembers where every remaining character stood.
Abbreviations "(OT)", examples "(e.g., X)" and contrasts "(but not in men)" stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extract.numerals import DASHES
from kg.model import Statistic

_MAX_BRACKET = 600
_FILLER = re.compile(
    r"\b(?:n\.?s\.?|all|both|each|ps?|and|or|to|of|for|in|at|vs\.?|versus|s\.?[de]\.?|sems?|m|means?"
    r"|median|range|iqr|total|weighted|pooled|averaged?|overall|respectively|(?:one|two)-tailed"
    r"|(?:one|two)-sided|(?:un)?adjusted|(?:un)?corrected|bonferroni|fdr|interaction|effect sizes?"
    r"|small|medium|large|moderate|significant|non-?significant|marginal(?:ly)?|t|f|df|the|from|ci"
    r"|confidence intervals?|equal to|corresponding|standardi[sz]ed|percent|aged?|years?|old|yrs?|y"
    r"|females?|males?|women|men|girls|boys|studies|samples|wilcoxon|mann|whitney|fisher'?s?|exact"
    r"|test|log-?rank|wald|approximately|about|over|more|than|less|up|T\d|Q\d)\b",
    re.I,
)
_NUMBERS = re.compile(r"\d+")
_SYMBOLS = re.compile(rf"[\s,;:=<>≤≥~.&+%/*±×()\[\]|'’{DASHES}]*")
_CITED = (
    r"(?:see |e\.g\.,? |cf\.? |for a review,? see )?[A-Z][\w'’\-]{1,30}"
    r"(?:(?:,? (?:&|and)|,) [A-Z][\w'’\-]{1,30}){0,5}(?:,? et al\.?)?,? (?:19|20)\d\d[a-z]?"
    r"(?:, (?:19|20)\d\d[a-z]?){0,4}"
)
_CITATIONS = re.compile(rf"{_CITED}(?:; {_CITED}){{0,12}}")
_RIGHTS = re.compile(
    r"\s?\((?:PsycI(?:NFO|nfo)|APA PsycInfo) Database[^()]{0,40}(?:\([cC]\)[^()]{0,80})?\)"
    r"|\s?(?:Copyright )?(?:©|\([cC]\)) ?(?:19|20)\d\d[^.\n]{0,120}\.?"
    r"(?: All rights reserved\.?)?\s*\Z"
)
_ENUMERATOR = re.compile(
    r"(?:(?<=\s)|^)\(?(?P<mark>\d|[a-h]|i{1,3}|iv|vi{0,3})\)[,:]?\s(?=\w)", re.M
)
#: What no text counts without, and what no note of rights is without; both are found fast.
_COUNTS = re.compile(r"[1ai]\)")
_RIGHTS_MARK = re.compile(r"©|\([cC]\)|Database")
_FIRST_MARKS = frozenset({"1", "a", "i"})
_INLINE_AFTER = re.compile(r"\s?(?:[,;.)]|$|and\b)")
_SEPARATOR = re.compile(r"[,;]\s?")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f\x7f]+"
)
_SPACES = re.compile(r"(?<=[^\S\n])[^\S\n]+")
_PLAIN = str.maketrans(
    {"‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-", "﹣": "-", "－": "-", "‘": "'", "’": "'",
     "“": '"', "”": '"', "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u200a": " ",
     "\u202f": " ", "\u3000": " ", "\t": " "}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """A shortened text. ``starts`` and ``shifts`` say how far each part of it was moved."""

    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def original(self, place: int) -> int:
        """Say where a character of the shortened text stands in the original."""
        return place + self.shifts[bisect_right(self.starts, place) - 1]

    def cleaned(self, place: int) -> int:
        """Say where a character of the original, or what follows it, stands in the short text."""
        part = bisect_right(self.starts, place, key=lambda at: self.original(at)) - 1
        here = place - self.shifts[part]
        return min(here, self.starts[part + 1]) if part + 1 < len(self.starts) else here

    def original_end(self, place: int) -> int:
        """Give the end, in the original, of a span that ends before ``place`` of the short text."""
        return self.original(place - 1) + 1 if place else 0


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Give the outermost brackets, those in brackets left aside; unclosed ones are forgotten."""
    depth, start = 0, 0
    for match in re.finditer(r"[()\[\]]", text):
        if match[0] in "([":
            if depth == 0 or match.start() - start > _MAX_BRACKET:
                depth, start = 0, match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0 and match.end() - start <= _MAX_BRACKET:
                yield start, match.end()


def _rest(text: str, start: int, end: int, statistics: Iterable[Statistic]) -> str:
    """Give a part of the text without the statistics in it."""
    parts, at = [], start
    for statistic in statistics:
        if start <= statistic.start and statistic.end <= end:
            parts.append(text[at : statistic.start])
            at = statistic.end
    return " ".join([*parts, text[at:end]])


def _says_nothing(text: str, start: int, end: int, inside: list[Statistic]) -> bool:
    """Whether statistics, numbers and words about numbers are all that a part holds."""
    rest = _rest(text, start, end, inside)
    if rest == text[start:end] and not _NUMBERS.search(rest) and "n.s." not in rest:
        return False
    words = _NUMBERS.sub("", _FILLER.sub("", _NUMBERS.sub(" ", rest)))
    return _SYMBOLS.fullmatch(words) is not None


def _segments(text: str, start: int, end: int, inside: list[Statistic]) -> list[tuple[int, int]]:
    """Split a bracket at commas and semicolons that are in no statistic."""
    segments, at = [], start
    for match in _SEPARATOR.finditer(text, start, end):
        if not any(item.start < match.end() and match.start() < item.end for item in inside):
            segments.append((at, match.start()))
            at = match.end()
    return [*segments, (at, end)]


def _bracket_cuts(
    text: str, start: int, end: int, inside: list[Statistic]
) -> Iterator[tuple[int, int]]:
    """Cut a bracket of statistics or citations whole, a mixed one in part."""
    before = start - 1 if start and text[start - 1].isspace() else start
    content = text[start + 1 : end - 1]
    if _CITATIONS.fullmatch(content) or _says_nothing(text, start + 1, end - 1, inside):
        yield before, end
        return
    segments = _segments(text, start + 1, end - 1, inside)
    empty = [_says_nothing(text, *segment, inside) for segment in segments]
    if all(empty):
        yield before, end
        return
    first_kept = empty.index(False)
    if first_kept:
        yield start + 1, segments[first_kept][0]
    for place in range(first_kept + 1, len(segments)):
        if empty[place]:
            yield segments[place - 1][1], segments[place][1]


def _inline_cuts(text: str, statistics: Iterable[Statistic]) -> Iterator[tuple[int, int]]:
    """Cut statistics set off by commas in running text: ", r = .30, p < .05, and"."""
    for statistic in statistics:
        before = text[max(0, statistic.start - 2) : statistic.start]
        labelled = statistic.kind not in {"n", "k"} and not statistic.raw[0].isdigit()
        set_off = before in {", ", "; "} and _INLINE_AFTER.match(text, statistic.end)
        if set_off and (labelled or statistic.kind == "ci"):
            yield statistic.start - 2, statistic.end


def _enumerators(text: str) -> Iterator[tuple[int, int]]:
    """Cut "(1)", "b)" and "ii)" where the text counts from 1, a or i."""
    found = list(_ENUMERATOR.finditer(text)) if _COUNTS.search(text) else []
    if len(found) > 1 and found[0]["mark"] in _FIRST_MARKS:
        yield from (match.span() for match in found)


def _cuts(text: str, statistics: tuple[Statistic, ...]) -> Iterator[tuple[int, int]]:
    if _RIGHTS_MARK.search(text):
        yield from (match.span() for match in _RIGHTS.finditer(text))
    yield from (match.span() for match in _INVISIBLE.finditer(text))
    yield from (match.span() for match in _SPACES.finditer(text))
    enumerators = dict(_enumerators(text))
    yield from enumerators.items()
    place, bracketed = 0, []
    for start, end in _brackets(text):
        if start in enumerators:
            continue
        while place < len(statistics) and statistics[place].end <= start:
            place += 1
        last = place
        while last < len(statistics) and statistics[last].start < end:
            last += 1
        inside = list(statistics[place:last])
        if all(start <= item.start and item.end <= end for item in inside):
            yield from _bracket_cuts(text, start, end, inside)
            bracketed += inside
    taken = {item.start for item in bracketed}
    yield from _inline_cuts(text, (item for item in statistics if item.start not in taken))


def clean(
    text: str, statistics: tuple[Statistic, ...], labels: Iterable[tuple[int, int]] = ()
) -> CleanText:
    """Cut statistics, citations, enumerators and the section ``labels`` given out of a text."""
    parts, starts, shifts = [], [0], [0]
    at = length = 0
    for start, end in sorted({*_cuts(text, statistics), *labels}):
        if end <= at:
            continue
        start = max(start, at)
        parts.append(text[at:start])
        length += start - at
        at = end
        starts.append(length)
        shifts.append(end - length)
    parts.append(text[at:])
    plain = "".join(parts).translate(_PLAIN)
    return CleanText(text=plain, starts=tuple(starts), shifts=tuple(shifts))
