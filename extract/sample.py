"""The sample of a study as its abstract states it: how many of what, of whom, by which design.

Counts in prose ("62 mother–infant dyads") and labelled ones ("N = 56") are gathered sentence by
sentence; groups that are set side by side are added up, parts of a stated total are not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from extract.counts import Count, find_counts, noun_unit, sentence_of, sentence_starts
from extract.numerals import NUMERAL, numeral_value
from extract.rows import pattern_rows
from extract.sections import find_sections
from extract.statistics import find_labelled
from kg.model import Document, Statistic, Study

_OF_SUBJECTS = frozenset({"persons", "dyads", "couples", "families", "animals"})
_ANYBODY = frozenset(
    {"participants", "subjects", "individuals", "persons", "people", "respondents", "dyads",
     "pairs", "cases", "treatments", "therapies"}
)  # fmt: skip
_STAFF = re.compile(
    r"(?:therapists?|counsell?ors|clinicians|practitioners|raters|coders|midwives|nurses|doctors"
    r"|physicians|psychologists|psychiatrists|teachers|supervisors|interviewers|judges)$",
    re.I,
)
_PLANNED = re.compile(
    r"sample size|\bplanned\b|\bcalculated\b|\brequired\b|\bpower (?:analysis|calculation)", re.I
)
_NAMED = re.compile(r"([A-Za-z][\w'’‐-–-]{1,30})\s?[\(\[][^()\[\]]{0,20}$")
_SUBSET = re.compile(r"\bsub-?(?:sample|group|set)s?\b", re.I)
_EACH = re.compile(r"\s(?:per|in each|in every|for each|each)\b", re.I)
_PART_BEFORE = re.compile(
    r"(?:\bof (?:whom|which|these|those|them),?|\bincluding|\bamong (?:them|whom)|\btheir"
    r"|\bexcept|\bonly|\beach with|\bcomprising) $",
    re.I,
)
_PART_AFTER = re.compile(
    r"[^.;,]{0,25}?\b(?:of (?:whom|them|these|which)|dropped out|withdrew|discontinued|declined"
    r"|(?:was|were) (?:excluded|lost|women|men|female|male)|consented|at follow-up|returned)\b"
)
_WHOLE_BEFORE = re.compile(r"(?:^|[.;:,] )(?:Of|From|Among|Out of)(?: the| these| all)? $")
_SCREENED = re.compile(r"\b(?:invited|approached|screened|contacted|eligible|referred)\b", re.I)
_FURTHER_SAMPLE = re.compile(
    r"\b(?:study|experiment|sample) (?:2|3|two|three|II)\b"
    r"|\b(?:second|third|another|further|independent|replication) (?:study|sample|experiment|one)\b"
    r"|\ba (?:second|third)\b",
    re.I,
)
_FIRST_SAMPLE = re.compile(
    r"\b(?:study|experiment|sample) (?:1|one|I)\b|\bfirst\b"
    r"|\b(?:two|three) (?:[\w-]+ ){0,3}(?:studies|samples|experiments)\b",
    re.I,
)
_INCLUDED = (
    r"(?:of (?:them|these|which) )?(?:(?:was|were|could be|have been|has been) )?(?:finally )?"
    r"(?:included|retained|kept|eligible|analy[sz]ed|pooled|entered|met|qualified|fulfilled)\b"
)
_INCLUDED_AFTER = re.compile(rf"[^.;]{{0,60}}?\b{_INCLUDED}")
_ENTERED = re.compile(rf"\s{_INCLUDED}")
_WITH_CHILD = re.compile(
    r"[^.;]{0,120}?\b(?:and|with|met) their (?:[\w-]+ )?"
    r"(?:infants?|bab(?:y|ies)|newborns?|toddlers?|child(?:ren)?|[\w-]+-olds?)\b"
)
_PARENTS = re.compile(r"\b(?:mothers|fathers|parents|caregivers)$")
_COUPLE_THERAPY = re.compile(r"\bcouples? therap", re.I)
_AND_OTHERS = re.compile(r" and (?:women|men|fathers|mothers|girls|boys|females|males)\b")
_CONDITION = re.compile(
    r"\s(?:with|suffering from|diagnosed with|in treatment for) [^,.;:()\[\]]{2,60}?"
    r"(?=\s(?:and|were|was|who|whom|in|on|at|from|before|after|as|to|by|gave|had|under|during|rated"
    r"|completed|received|took|underwent|participated|filled|reported)\b|[,.;:()\[\]]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a text says of its sample; everything that it does not say is unset.

    ``n`` counts ``unit`` (persons, dyads, couples, families, studies, sessions, animals);
    ``groups`` are its parts where they are stated; ``raw`` is ``text[start:end]``. ``specimens``
    are saliva, plasma, serum, urine, csf, blood, hair and intranasal (given, not measured).
    """

    n: int | None = None
    unit: str | None = None
    groups: tuple[int, ...] = ()
    raw: str = ""
    start: int = 0
    end: int = 0
    design: str | None = None
    specimens: tuple[str, ...] = ()
    population: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A count, in prose or labelled; ``part`` if it stands in brackets or is said to be a part."""

    value: int
    unit: str
    start: int
    end: int
    noun: int
    sentence: int
    part: bool = False
    capital: bool = False


@cache
def _rules(name: str) -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    return tuple(
        (re.compile(row["pattern"], re.I), row) for row in pattern_rows("sample") if name in row
    )


def _found(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the rows of one kind whose pattern the text has, and where; hints save most searches."""
    lower = text.lower()
    for rule, row in _rules(name):
        match = rule.search(text) if any(hint in lower for hint in row["hints"]) else None
        if match:
            yield match.start(), row


def read_design(text: str) -> tuple[str | None, bool]:
    """Name the design by ``patterns/sample.jsonl``, and say whether it is a study of studies."""
    _, main = next(_found(text, "design"), (0, None))
    if main is None:
        return None, False
    of_studies, design = bool(main.get("of_studies")), main["design"]
    modifiers = [] if of_studies else [row["modifier"] for _, row in _found(text, "modifier")]
    return " ".join([*(name for name in modifiers if name not in design), design]), of_studies


def read_specimens(text: str) -> tuple[str, ...]:
    """Name what oxytocin was measured in or how it was given, in the order of the text."""
    placed = sorted((start, row["specimen"]) for start, row in _found(text, "specimen"))
    names = [name for _, name in placed]
    return tuple(n for n in names if n != "blood" or not {"plasma", "serum"} & {*names})


def _in_brackets(text: str, start: int, sentence_start: int) -> bool:
    before = text[max(sentence_start, start - 300) : start]
    return before.count("(") + before.count("[") > before.count(")") + before.count("]")


def _is_part(text: str, start: int, end: int, sentence_start: int) -> bool:
    """Whether a count is only a part of the sample: bracketed, "of whom 20", "5 dropped out"."""
    return (
        _in_brackets(text, start, sentence_start)
        or bool(_PART_BEFORE.search(text, max(0, start - 20), start))
        or bool(_PART_AFTER.match(text, end))
    )


def _items(text: str, counts: Iterable[Count], labelled: Iterable[Statistic]) -> list[_Item]:
    """Give all counts of subjects in text order, without plans, sizes "each" and single cases."""
    starts = sentence_starts(text)
    items = []
    for count in counts:
        sentence = sentence_of(starts, count.start)
        part = _is_part(text, count.start, count.end, starts[sentence])
        small = count.value < 4 and count.unit == "persons"
        if count.unit in _OF_SUBJECTS and count.comparator != ">=" and not small:
            item = _Item(
                value=count.value,
                unit=count.unit,
                start=count.start,
                end=count.end,
                noun=count.noun,
                sentence=sentence,
                part=part,
            )
            items.append(item)
    stated = {item.sentence: item.start for item in reversed(items) if not item.part}
    items += _labelled_items(text, labelled, stated, starts)
    return sorted((i for i in items if not _is_planned(text, i, starts)), key=lambda i: i.start)


def _labelled_items(
    text: str, labelled: Iterable[Statistic], stated: dict[int, int], starts: list[int]
) -> list[_Item]:
    """Give counts such as "(n = 20)"; parts if their sentence has ``stated`` a number before."""
    items: list[_Item] = []
    capitals: set[int] = set()
    for label in labelled:
        if label.kind != "n" or not label.value or label.comparator not in {"=", ">"}:
            continue
        sentence = sentence_of(starts, label.start)
        capital = label.raw.startswith("N")
        part = stated.get(sentence, label.start) < label.start
        part = part or (sentence in capitals and not capital)
        if items and label.start - items[-1].end < 7:
            part, capital = items[-1].part, items[-1].capital
        named = _NAMED.search(text, max(0, label.start - 60), label.start)
        unit = noun_unit(named[1]) if named else None
        item = _Item(
            value=int(label.value),
            unit=unit if unit and unit != "studies" else "persons",
            start=label.start,
            end=label.end,
            noun=label.end,
            sentence=sentence,
            part=part or bool(named and (_STAFF.search(named[1]) or _SUBSET.search(named[0]))),
            capital=capital,
        )
        if item.unit in _OF_SUBJECTS:
            items.append(item)
            capitals |= {sentence} if capital else set()
    return items


def _is_planned(text: str, item: _Item, starts: list[int]) -> bool:
    begin = max(starts[item.sentence], item.start - 80)
    return bool(_PLANNED.search(text, begin, item.start)) or bool(_EACH.match(text, item.end))


def _main_items(text: str, items: list[_Item]) -> list[_Item]:
    """Give the counts that are not parts; staff only where nobody else is counted."""
    main = [item for item in items if not item.part]
    others = [item for item in main if not _STAFF.search(text[item.noun : item.end])]
    return others or main


def _first_sentence(text: str, main: list[_Item]) -> list[_Item]:
    """Give the main counts of the first sentence that has some, background sections last."""
    if len(main) < 2:
        return main
    sections = find_sections(text)
    begins = [section.start for section in sections]
    roles = [sections[max(0, bisect_right(begins, item.start) - 1)].role for item in main]
    first = next((n for n, role in enumerate(roles) if role not in {"background", "other"}), 0)
    pool = main[first:]
    return [item for item in pool if item.sentence == pool[0].sentence] if pool else []


def _combined(text: str, items: list[_Item]) -> tuple[int, str, tuple[int, ...], list[_Item]]:
    """Give size, unit and groups that the counts of one sentence amount to, and those used."""
    first, rest = items[0], items[1:]
    whole = bool(_WHOLE_BEFORE.search(text[max(0, first.start - 16) : first.start]))
    if not rest:
        remaining = _remaining(text, first) if whole else None
        return remaining or first.value, first.unit, (), [first]
    values = tuple(item.value for item in rest)
    if sum(values) == first.value and len(rest) > 1:
        return first.value, first.unit, values, items
    if whole:
        screened = _SCREENED.search(text, first.start, rest[0].start + 40)
        chosen = rest[0] if screened else first
        return chosen.value, chosen.unit, (), [chosen]
    units = {item.unit for item in items}
    if units == {"couples", "persons"} and first.unit == "couples":
        total = sum(item.value * (2 if item.unit == "couples" else 1) for item in items)
        return total, "persons", (), items
    same = [item for item in items if item.unit == first.unit]
    groups = tuple(item.value for item in same) if len(same) > 1 else ()
    return sum(item.value for item in same), first.unit, groups, same


def _remaining(text: str, first: _Item) -> int | None:
    """Give the number left of those screened: "Of 240 patients screened, 132 were randomized"."""
    if not _SCREENED.search(text, first.start, first.end + 40):
        return None
    match = NUMERAL.search(text, first.end, first.end + 90)
    return numeral_value(match[0]) if match and numeral_value(match[0]) < first.value else None


def _with_further_samples(
    text: str, used: list[_Item], main: list[_Item], starts: list[int]
) -> list[_Item]:
    """Find counts of a second or third sample in later sentences, if the first is called so."""
    ends = [*starts[1:], len(text)]
    sentence = used[0].sentence
    previous = max(0, sentence - 1)
    if not _FIRST_SAMPLE.search(text, starts[previous], ends[sentence]):
        return []
    later = {item.sentence for item in main if item.sentence > sentence}
    further = {n for n in later if _FURTHER_SAMPLE.search(text, starts[n], ends[n])}
    return [item for item in main if item.sentence in further]


def _parts_of(n: int, text: str, start: int, end: int) -> tuple[int, ...]:
    """Find numerals in a row that add up to the total: "44 took it and 43 did not"."""
    values = [numeral_value(match[0]) for match in NUMERAL.finditer(text, start, end)]
    for size in range(2, 5):
        for first in range(len(values) - size + 1):
            if sum(values[first : first + size]) == n:
                return tuple(values[first : first + size])
    return ()


def _population(text: str, items: list[_Item]) -> str | None:
    """Who the sample is, in the text's words: "women with depression; healthy controls"."""
    found: list[str] = []
    for item in items:
        others = _AND_OTHERS.match(text, item.end)
        end = others.end() if others and item.end > item.noun else item.end
        condition = _CONDITION.match(text, end)
        end = condition.end() if condition else end
        phrase = " ".join(text[item.noun : end].split())
        if phrase and phrase.lower() not in _ANYBODY and phrase not in found:
            found.append(phrase)
    return "; ".join(found) or None


def _unit(text: str, unit: str, item: _Item) -> str:
    """Give the unit in context: mothers "and their infants" are dyads, couple therapies couples."""
    phrase = text[item.noun : item.end]
    both = text.startswith((" and fathers", " and mothers"), item.end)
    if (
        unit == "persons"
        and not both
        and _PARENTS.search(phrase)
        and _WITH_CHILD.match(text, item.end)
    ):
        return "dyads"
    if unit == "dyads" and phrase.endswith("therapies") and _COUPLE_THERAPY.search(text):
        return "couples"
    return unit


def _read_subjects(text: str, counts: tuple[Count, ...], labelled: tuple[Statistic, ...]) -> Sample:
    items = _items(text, counts, labelled)
    main = _main_items(text, items)
    sentence = _first_sentence(text, main)
    if not sentence:
        return Sample()
    n, unit, groups, used = _combined(text, sentence)
    further = _with_further_samples(text, used, main, sentence_starts(text))
    if further:
        groups = (*(groups or (n,)), *(item.value for item in further))
        n, used = sum(groups), [*used, *further]
    start, end = used[0].start, used[-1].end
    return Sample(
        n=n,
        unit=_unit(text, unit, used[0]) if len(used) == 1 else unit,
        groups=groups or _parts_of(n, text, used[-1].end, used[-1].end + 400),
        raw=text[start:end],
        start=start,
        end=end,
        population=_population(text, used),
    )


def _read_studies(text: str, counts: tuple[Count, ...], labelled: tuple[Statistic, ...]) -> Sample:
    """How many studies a review rests on: those included, else the first number given."""
    found = [
        (count.start, count.end, count.value)
        for count in counts
        if count.unit == "studies" and count.comparator == "=" and not count.elliptic
    ]
    found += [
        (label.start, label.end, int(label.value))
        for label in labelled
        if label.kind == "k" and label.value
    ]
    included = [item for item in found if _INCLUDED_AFTER.match(text, item[1])]
    included += [
        (match.start(), match.end(), numeral_value(match[0]))
        for match in NUMERAL.finditer(text)
        if _ENTERED.match(text, match.end())
    ]
    pool = sorted(included) or sorted(found)
    chosen = next((item for item in pool if item[2] > 2), None)
    if chosen is None:
        return Sample()
    start, end, value = chosen
    return Sample(n=value, unit="studies", raw=text[start:end], start=start, end=end)


def _read_sessions(text: str, counts: tuple[Count, ...]) -> Sample:
    for count in counts:
        if count.unit == "sessions" and count.value >= 50:
            raw = text[count.start : count.end]
            return Sample(n=count.value, unit="sessions", raw=raw, start=count.start, end=count.end)
    return Sample()


def read_sample(text: str) -> Sample:
    """Read sample size, unit, groups, design, specimens and population off an abstract."""
    counts, labelled = find_counts(text), find_labelled(text)
    design, of_studies = read_design(text)
    sample = _read_studies(text, counts, labelled) if of_studies else Sample()
    if sample.n is None and not of_studies:
        sample = _read_subjects(text, counts, labelled)
    if sample.n is None and not of_studies:
        sample = _read_sessions(text, counts)
    return Sample(
        n=sample.n,
        unit=sample.unit,
        groups=sample.groups,
        raw=sample.raw,
        start=sample.start,
        end=sample.end,
        design=design,
        specimens=read_specimens(text),
        population=sample.population,
    )


def read_study(document: Document) -> Study:
    """Read the sample that a document reports, as a study node of that document alone."""
    sample = read_sample(document.text)
    return Study(
        id=f"study:{document.key}",
        documents=(document.id,),
        kind=document.kind,
        design=sample.design,
        n=sample.n,
        unit=sample.unit,
        population=sample.population,
        specimens=sample.specimens,
    )
