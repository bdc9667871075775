"""Counts of things studied, as prose has them: "62 mother–infant dyads", "Nineteen trials".

A count is a numeral, up to six describing words and a noun of ``patterns/sample.jsonl``. Where a
noun is left out ("22 younger and 34 older adults", "9 couples with a trained and 11 with an
untrained rater"), the count takes that of its neighbour.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from extract.numerals import NUMERAL, numeral_value
from extract.rows import pattern_rows

_MAX_WORDS = 7
_WORD = re.compile(r"\s{0,2}([^\W\d_][\w'’\-\u2010-\u2013/]{0,40}|&)")
_ASIDE = re.compile(r"\s?\([^()]{0,60}\)")
_LEADING = re.compile(r"(?:,|(?: [a-z][\w-]{1,20}){0,3},? (?:and|or|versus|vs\.?)) ")
_ELLIPSIS = re.compile(r"\s(?:with|without|who|whose|on|from|to)\b")
_JOINED = re.compile(r"(?:\band|\bwith|\bversus|\bvs\.?|,)\s$")
_PEOPLES = re.compile(r"[A-Z][a-z]{2,12}(?:ians|icans|eans|wedes)$")
_COMPARED = re.compile(
    r"\b(?:(?P<more>more than|over|exceeding|in excess of)|(?P<least>at least|a minimum of)"
    r"|(?P<fewer>fewer than|less than|up to|under))\s$"
)
_NO_COUNT_AFTER = re.compile(
    r"(?:\b(?:one|1)(?: [a-z]{1,12})? (?:in|out of|of) (?:every )?|\bhundred(?: and)? |\bages?d? "
    r"|[=<>≤≥~×*+] ?|:)$",
    re.I,
)
_NAME_AFTER = re.compile(
    r"\b(?:study|sample|experiment|grade|phase|weeks?|time|wave|type|table|days?|months?|site"
    r"|chapter|version|level) $",
    re.I,
)
_YEAR_AFTER = re.compile(r"\b(?:(?i:in|since|from|to|until|till|by|and)|[A-Z][a-z]{2,8})\s$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """``value`` things of one ``unit``; ``noun`` is where their description starts.

    ``start`` and ``end`` are characters of the text; ``comparator`` is as in `kg.model.Statistic`;
    ``elliptic`` says that the noun was taken from a neighbour.
    """

    value: int
    unit: str
    start: int
    noun: int
    end: int
    comparator: str = "="
    elliptic: bool = False


@cache
def _nouns() -> dict[str, dict[str, Any]]:
    """Noun in the plural -> its row of the data: unit, least count, words it must (not) follow."""
    rows = [row for row in pattern_rows("sample") if "unit" in row]
    return {noun: row for row in rows for noun in row["nouns"]}


@cache
def _stop_words() -> frozenset[str]:
    """Words that no description of things counted contains: prepositions, verbs, measures."""
    return frozenset(word for row in pattern_rows("sample") for word in row.get("stop_words", ()))


def _unit(word: str, before: str, value: int) -> str | None:
    """Give the unit that a word counts; a compound by its last part, or by what precedes "-in-"."""
    lower = word.lower()
    for part in (lower, re.split(r"[-\u2010-\u2013/]", lower)[-1], lower.partition("-in-")[0]):
        if part in _nouns():
            row = _nouns()[part]
            fits = before == row.get("after", before) and before not in row.get("not_after", ())
            if value >= row.get("least", 2) and fits:
                return "couples" if before == "couple" else str(row["unit"])
    return "persons" if _PEOPLES.match(word) else None


def noun_unit(word: str) -> str | None:
    """Give the unit that a noun in the plural stands for: "patients" are persons."""
    return _unit(word, "", 10**6)


def _ends_phrase(word: str) -> bool:
    """Whether a word cannot stand inside "30 ... patients": a preposition, a verb, a plural."""
    lower = word.lower()
    if lower in _stop_words():
        return True
    return word[0].islower() and len(word) > 3 and bool(re.search(r"(?<![sui'’])s$", lower))


def _described(text: str, position: int, value: int) -> tuple[str, int, int] | None:
    """Give unit, start and end of the noun phrase after a numeral, if it names things counted."""
    before, start = "", None
    for _ in range(_MAX_WORDS):
        aside = _ASIDE.match(text, position)
        position = aside.end() if aside else position
        if before and text.startswith(", ", position):
            position += 1
        match = _WORD.match(text, position)
        if match is None:
            return None
        word, position = match[1], match.end()
        start = match.start(1) if start is None else start
        unit = _unit(word, before, value)
        if unit is not None:
            following = _WORD.match(text, position)
            further = _unit(following[1], word.lower(), value) if following else None
            if following is not None and further is not None:
                return further, start, following.end()
            return unit, start, match.end(1)
        if _ends_phrase(word) or (not before and word in {"and", "or", "but", "&"}):
            return None
        before = word.lower()
    return None


def _comparator(before: str, value: int) -> str:
    match = _COMPARED.search(before)
    if match is None or (match["more"] == "over" and value < 100):
        return "="
    return {"more": ">", "least": ">=", "fewer": "<"}[str(match.lastgroup)]


def _is_no_count(before: str, numeral: str, value: int) -> bool:
    if value < 2 or value > 10**8 or _NO_COUNT_AFTER.search(before):
        return True
    if value < 20 and _NAME_AFTER.search(before):
        return True
    is_year = len(numeral) == 4 and numeral.isdigit() and 1900 <= value <= 2099
    return is_year and bool(_YEAR_AFTER.search(before))


@lru_cache(maxsize=1)
def find_counts(text: str) -> tuple[Count, ...]:
    """Find all counts of persons, dyads, couples, families, studies, sessions and animals."""
    numerals = [
        (match.start(), match.end(), numeral_value(match[0])) for match in NUMERAL.finditer(text)
    ]
    numerals = [
        (start, end, value)
        for start, end, value in numerals
        if not _is_no_count(text[max(0, start - 30) : start], text[start:end], value)
    ]
    found: list[Count | None] = []
    for start, end, value in numerals:
        comparator = _comparator(text[max(0, start - 20) : start], value)
        described = _described(text, end, value)
        if described is None:
            found.append(None)
        else:
            unit, noun, stop = described
            found.append(
                Count(
                    value=value, unit=unit, start=start, noun=noun, end=stop, comparator=comparator
                )
            )
    return _with_ellipses(text, numerals, found)


def _with_ellipses(
    text: str, numerals: list[tuple[int, int, int]], found: list[Count | None]
) -> tuple[Count, ...]:
    """Give numerals without a noun that of the next ("24 and 16 men") or the last."""
    starts = [start for start, _, _ in numerals]
    for place in range(len(numerals) - 1, -1, -1):
        start, end, value = numerals[place]
        if found[place] is not None:
            continue
        following = found[place + 1] if place + 1 < len(found) else None
        if following is not None and _leads_to(text, end, starts[place + 1]):
            found[place] = replace(
                following, value=value, start=start, noun=end, end=end, elliptic=True
            )
    last: Count | None = None
    for place, (start, end, value) in enumerate(numerals):
        count = found[place]
        if count is None and last is not None and _follows(text, last.end, start, end):
            count = replace(last, value=value, start=start, noun=end, end=end, elliptic=True)
            found[place] = count
        last = count or last
    return tuple(count for count in found if count is not None)


def _leads_to(text: str, end: int, start: int) -> bool:
    """Whether only "and", or describing words and "and", stand between two numerals."""
    between = text[end:start]
    if len(between) > 60:
        return False
    plain = re.sub(r"\s?\([^()]{0,40}\)", "", between)
    return bool(_LEADING.fullmatch(plain))


def _follows(text: str, last_end: int, start: int, end: int) -> bool:
    """Whether a bare numeral repeats the last noun in the same sentence: "and 25 with anxiety"."""
    if start - last_end > 120:
        return False
    between = text[last_end:start]
    if ". " in between or "; " in between:
        return False
    return bool(_JOINED.search(between)) and bool(_ELLIPSIS.match(text, end))


def sentence_starts(text: str) -> list[int]:
    """Say where sentences begin, by their punctuation alone; good enough to tell counts apart."""
    return [0, *(match.end() for match in re.finditer(r"[.?!]['\")\]]?\s+(?=[A-Z0-9])|\n", text))]


def sentence_of(starts: list[int], position: int) -> int:
    """Give the number of the sentence that a position lies in."""
    return bisect_right(starts, position) - 1
