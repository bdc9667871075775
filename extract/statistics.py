"""Statistics as papers print them: "r = .28", "F(1,38) = 4.2", "95% CI [−0.12, 0.30]", "n = 30".

A label of ``patterns/statistics.jsonl`` is followed by degrees of freedom, a sign of comparison
and a number. Every part is bounded in length, so the time taken is proportional to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from extract.counts import Count, find_counts
from extract.numerals import DASHES, NUMBER, number_value
from extract.rows import pattern_rows
from kg.model import Statistic

#: Any word for a review of studies; only there is a count of studies a statistic (k).
REVIEW = re.compile(r"\bmeta-?\s?anal|\breview|\bpooled\b", re.I)

_COMPARATORS = {
    "<=": ("<=", "=<", "≤", "⩽", "≦"),
    ">=": (">=", "≥", "⩾", "≧", "at least"),
    "<": ("<", "&lt;", "Ͻ", "less than", "below"),
    ">": (">", "&gt;", "Ͼ", "greater than", "more than", "above", "over"),
}
_SIGNS = {sign: comparator for comparator, signs in _COMPARATORS.items() for sign in signs}
_SIGN = r"(?:<=|=<|>=|[=<>≤⩽≦≥⩾≧≈~ϭϽϾ]|&[lg]t;)"
_SPAN_WORDS = tuple(
    f"{verb}{word}" for verb in ("", "ranged ", "ranging ") for word in ("from", "between")
)
_WORDS = (
    r"(?:of|was|is|were|are|at|equal to|equals|less than|greater than|more than|below|above|over"
    rf"|{'|'.join(sorted(_SPAN_WORDS, key=len, reverse=True))})"
)
_FREEDOM = r"(?:\s?[\(\[](?:[^()\[\]<>=]{1,20}|\d{1,3},? ?N ?= ?\d{1,7})[\)\]])?"
_OPERATOR = rf"(?:\s{{0,2}}({_SIGN}|[:,])\s{{0,2}}|\s({_WORDS})\s{{1,2}}|\s{{1,2}})"
_CANDIDATE = re.compile(
    rf"[=<>≤⩽≦≥⩾≧≈~ϭϽϾ:;](?!\s?\d{{1,7}}\)\s?[=<>])\s{{0,2}}(?:[{DASHES}+]\s?)?[.,]?\d"
    r"|[.,·]\d|[nNkK] (?:of|was|is) \d"
)
_REACH = 80
_RANGE = rf"\s{{0,2}}(?:to|through|[{DASHES}])\s{{0,2}}"
_VALUE = re.compile(rf"(?P<low>{NUMBER})(?P<percent>\s?%)?(?:{_RANGE}(?P<high>{NUMBER})\s?%?)?")
_BETWEEN = re.compile(rf"(?P<low>{NUMBER})(?P<percent>\s?%)?\sand\s(?P<high>{NUMBER})\s?%?")
_FURTHER = re.compile(
    rf"(?:,\s(?:and\s)?|\s(?:and|or|vs\.?|versus)\s)(?P<low>{NUMBER})"
    rf"(?P<percent>)(?P<high>)(?!\s?%|\s?[\w=<>\[({DASHES}])"
)
_MEASURE = re.compile(
    r"\s?(?:mm|cm|ms|s|sec|min|hz|mg|ml|dl|km|iu|kg|pg|ng|years?|months?|weeks?|days?|hours?|h|°|bpm)\b",
    re.I,
)
_INTERVAL = re.compile(
    r"(?:(?<![\w.])\d{2}(?:\.\d)?\s?(?:%|percent|per cent)[\s-]?)?(?<![A-Za-z])"
    r"(?:CIs?|C\.I\.|[Cc]onfidence (?:intervals?|limits)|CrI|[Cc]redib(?:le|ility) intervals?)"
    r"(?![a-z])(?:\s?9[059]\s?%?)?(?:\s?[\(\[](?:9[059]\s?%\s?)?CIs?[\)\]])?"
    r"[\s:=,]{0,4}(?:(?:from|of|was|is|between|ranging from)\s)?"
)
_PAIR = re.compile(
    rf"(?P<open>[\[({{]\s?)?(?P<low>{NUMBER})\s?%?\s{{0,2}}(?:to|and|,|;|[{DASHES}])"
    rf"\s{{0,2}}(?P<high>{NUMBER})(?:\s?%)?(?P<close>\s?[\])}}])?"
)
_NEXT_PAIR = re.compile(r"\s?(?:,|;|and|,\s?and)\s?(?=[\[(])")
_TO_PAIR = re.compile(r"\s?[,;]?\s?(?=[\[(])|,\s(?=\S)")
_BARE = re.compile(
    rf"(?<=\()(?P<low>[{DASHES}]?\d{{0,2}}\.\d{{1,4}})"
    r"(?=\)|[,;]\s(?:[a-z]{3,15}\s)?[pP]\s?[<=>])"
)
_POINTS = re.compile(
    rf"(?<![\w.,{DASHES}])(?P<low>\d{{1,4}}[.,]\d{{1,4}})\s(?:[\w-]{{1,20}}\s)?points?\s"
    r"(?P<word>lower|less|fewer|higher|more|greater)\b"
)
_PER_UNIT = re.compile(r"\b(?:by|per|[Ee]ach|every|for each)\s(?:one|1|unit|additional|point)\b")
_WITH_INTERVAL = frozenset({"r", "rho", "d", "g", "or", "rr", "hr", "beta", "b", "es", "smd", "md"})
_FRACTIONS = frozenset({"p", "r2", "eta2"})
_COUNTED = {"persons": "n", "dyads": "n", "couples": "n", "families": "n", "animals": "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """A row of the data: which values the label can have and what may link it to them."""

    kind: str
    low: float
    high: float
    decimal: bool = False
    whole: bool = False
    word: bool = False
    colon: bool = False


@cache
def _labels() -> tuple[_Label, ...]:
    names = _Label.__slots__
    rows = pattern_rows("statistics")
    return tuple(_Label(**{name: row[name] for name in names if name in row}) for row in rows)


@cache
def _labelled() -> re.Pattern[str]:
    """Match any label, one group each, then two groups for the operator that leads to a number."""
    labels = "|".join(f"({row['label']})" for row in pattern_rows("statistics"))
    return re.compile(
        rf"(?<![\w{DASHES}])(?:{labels})(?![^\W\d_]){_FREEDOM}{_OPERATOR}"
        rf"(?=[{DASHES}+]?\s?[.,]?\d)"
    )


def _in_range(label: _Label, number: str, percent: bool, by_sign: bool) -> float | None:
    """Give the number's value, or ``None`` where this label cannot have it."""
    value = number_value(number)
    if percent and label.kind in _FRACTIONS:
        value = round(value / 100, 12)
    elif percent and label.kind != "i2":
        return None
    if label.whole and not value.is_integer():
        as_count = value * 1000  # "n = 1.024" is how some print 1,024
        if not as_count.is_integer() or not re.search(r"[1-9]\.\d{3}$", number):
            return None
        value = as_count
    needs_decimal = not label.whole and (label.decimal or not by_sign)
    if needs_decimal and not percent and not re.search(r"[.,·⁻]|e-", number):
        return None
    return value if label.low <= value <= label.high else None


def _read(
    text: str, start: int, label: _Label, match: re.Match[str], sign: str, word: str
) -> Statistic | None:
    """Read the statistic of a label at ``start`` whose value ``match`` found, if it makes sense."""
    by_sign = bool(sign) and sign not in ":,"
    percent = bool(match["percent"])
    low = _in_range(label, match["low"], percent, by_sign)
    if low is None or (word in _SPAN_WORDS and not match["high"]):
        return None
    comparator = _SIGNS.get(sign, _SIGNS.get(word, "="))
    high, end = None, match.end()
    if match["high"]:
        high = _in_range(label, match["high"].strip(), "%" in match[0], by_sign)
        if high is None:
            end = match.end("percent") if percent else match.end("low")
    if not label.whole and _MEASURE.match(text, end):
        return None
    if label.kind == "i2" and not percent and "." in match["low"] and low <= 1:
        low = round(low * 100, 12)
    found = Statistic(
        kind=label.kind, raw=text[start:end], start=start, end=end, comparator=comparator
    )
    if high is None:
        return replace(found, value=low)
    return replace(found, low=min(low, high), high=max(low, high))


@lru_cache(maxsize=1)
def find_labelled(text: str) -> tuple[Statistic, ...]:
    """Find statistics by their labels, in text order; asked of a text by more than one reader.

    Labels are only looked for just before what can be their number: most text has none.
    """
    pattern, position = _labelled(), 0
    found: list[Statistic] = []
    for candidate in _CANDIDATE.finditer(text):
        position = max(position, candidate.start() - _REACH)
        while match := pattern.search(text, position, candidate.end()):
            values = list(_values(text, match))
            position = values[-1].end if values else match.start() + 1
            found += values
    return tuple(found)


def _values(text: str, match: re.Match[str]) -> Iterator[Statistic]:
    """Give the statistic whose label and operator were matched, and further values in a list."""
    labels = _labels()
    label = labels[next(n for n, group in enumerate(match.groups()) if group is not None)]
    sign, word = match[len(labels) + 1] or "", match[len(labels) + 2] or ""
    if {":": not label.colon, ",": not label.word, "": not word and not label.word}.get(sign):
        return
    found = (_BETWEEN if "between" in word else _VALUE).match(text, match.end())
    statistic = _read(text, match.start(), label, found, sign, word) if found else None
    while statistic is not None:
        yield statistic
        found = None if statistic.value is None else _FURTHER.match(text, statistic.end)
        statistic = _read(text, found.start("low"), label, found, "=", "") if found else None
        if statistic is not None and not label.whole and "." not in statistic.raw:
            return


def _interval(text: str, start: int, pair: re.Match[str]) -> Statistic:
    end = pair.end() if pair["open"] or not pair["close"] else pair.start("close")
    low, high = sorted((number_value(pair["low"]), number_value(pair["high"])))
    return Statistic(kind="ci", raw=text[start:end], start=start, end=end, low=low, high=high)


def _find_intervals(text: str) -> Iterator[Statistic]:
    """Intervals that are called so; a second one may follow the first without its name."""
    for match in _INTERVAL.finditer(text):
        start, pair = match.start(), _PAIR.match(text, match.end())
        while pair is not None:
            statistic = _interval(text, start, pair)
            yield statistic
            further = _NEXT_PAIR.match(text, statistic.end)
            pair = _PAIR.match(text, further.end()) if further else None
            start = pair.start() if pair else start


def _find_unnamed_intervals(text: str, effects: Iterable[Statistic]) -> Iterator[Statistic]:
    """Find unnamed intervals: a pair right after an effect that lies within it."""
    for effect in effects:
        link = _TO_PAIR.match(text, effect.end) if effect.kind in _WITH_INTERVAL else None
        pair = _PAIR.match(text, link.end()) if link else None
        if pair is None or effect.value is None or (not pair["open"] and " to " not in pair[0]):
            continue
        interval = _interval(text, pair.start(), pair)
        decimals = "." in pair["low"] or "." in pair["high"]
        if decimals and (interval.low or 0) <= effect.value <= (interval.high or 0):
            yield interval


def _find_unlabelled(text: str) -> Iterator[Statistic]:
    """Estimates without a label: "(−0.73)", "1.27 points lower" for each unit; kind b (r, md)."""
    for match in _BARE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()].lower()
        kind = "r" if "correlat" in before else "b"
        start, end = match.span()
        value = number_value(match[0])
        yield Statistic(kind=kind, raw=match[0], start=start, end=end, value=value)
    for match in _POINTS.finditer(text):
        sign = -1 if match["word"] in {"lower", "less", "fewer"} else 1
        before = text[max(0, match.start() - 120) : match.start()]
        kind = "b" if _PER_UNIT.search(before) else "md"
        start, end = match.span()
        value = sign * number_value(match["low"])
        yield Statistic(kind=kind, raw=match[0], start=start, end=end, value=value)


def count_statistics(text: str, counts: Iterable[Count]) -> Iterator[Statistic]:
    """Give counts of persons, pairs or families as n, in reviews those of studies as k."""
    kinds = _COUNTED | ({"studies": "k"} if REVIEW.search(text) else {})
    for count in counts:
        if count.unit in kinds and count.value >= 3 and count.comparator != ">=":
            yield Statistic(
                kind=kinds[count.unit],
                raw=text[count.start : count.end],
                start=count.start,
                end=count.end,
                value=float(count.value),
                comparator=count.comparator,
            )


def find_statistics(text: str) -> tuple[Statistic, ...]:
    """Find all statistics of a text, in its order, none overlapping; ``text[start:end] == raw``.

    Kinds: p, r, rho, r2, d, g, b, beta, or, rr, hr, eta2, i2 (percent), t, f, chi2, z, n, k, ci,
    smd, md, es, auc, icc, kappa, alpha. Counts in prose are n and k too ("Nineteen trials"). A
    range has ``low`` and ``high``; degrees of freedom and the level of an interval stay in ``raw``.
    """
    labelled = find_labelled(text)
    intervals = list(_find_intervals(text))
    unnamed = list(_find_unnamed_intervals(text, labelled))
    counted = count_statistics(text, find_counts(text))
    kept: dict[int, Statistic] = {}
    for group in (intervals, labelled, unnamed, _find_unlabelled(text), counted):
        spans = sorted((item.start, item.end) for item in kept.values())
        for item in _apart(group, spans):
            kept[item.start] = item
    return tuple(kept[start] for start in sorted(kept))


def _apart(items: Iterable[Statistic], spans: list[tuple[int, int]]) -> Iterator[Statistic]:
    """Give those items that overlap neither the sorted spans nor an earlier item."""
    place, last = 0, 0
    for item in sorted(items, key=lambda found: (found.start, -found.end)):
        while place < len(spans) and spans[place][1] <= item.start:
            place += 1
        clear = place == len(spans) or spans[place][0] >= item.end
        if clear and item.start >= last:
            last = item.end
            yield item
