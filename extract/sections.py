"""Sections of a structured abstract: where each starts, what it is called, and its role.

Headings and their roles are in ``patterns/sections.jsonl``. A heading may be joined of several
("CONCLUSION(S)/SIGNIFICANCE:", "Settings and participants:"); its role is that of the joint name
if the data has it, else that of the first part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extract.numerals import DASHES
from extract.rows import pattern_rows

_BEGINS = (
    r"(?:\A(?:(?:Abstract|ABSTRACT)[\s:.]{0,3})?|(?<=[.!?:;)\]”\"’'])\s{1,3}|(?<=[.!?])"
    r"|\s{0,3}\n\s{0,3})"
)
_JOIN = rf"(?:\s?[/&|,]\s?|\s(?:and|or|of the)\s|\s?[{DASHES}]\s?)"
_PLURAL = r"(?:\([sS]\))?"
_MARK = rf"\s?(?::[{DASHES}]?|\.(?!\w)|\s[{DASHES}\u2014](?=\s)|\u2014)\s{{0,3}}|\s?\n\s{{0,3}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of an abstract: ``label_start`` to ``start`` is its heading, to ``end`` its text.

    All are characters of the text. ``label`` is the heading as printed; ``role`` is background,
    aim, method, result, conclusion or other. Both are ``None`` where no heading stands.
    """

    label_start: int
    start: int
    end: int
    label: str | None
    role: str | None


@cache
def _roles() -> dict[str, str]:
    return {heading: row["role"] for row in pattern_rows("sections") for heading in row["headings"]}


@cache
def _heading() -> re.Pattern[str]:
    """Match a heading at the start of a text, line or sentence, with or without its mark."""
    names = "|".join(re.escape(name) for name in sorted(_roles(), key=len, reverse=True))
    name = rf"(?:{names}){_PLURAL}"
    return re.compile(
        rf"(?P<begins>{_BEGINS})(?P<label>(?=[A-Z])(?i:{name}(?:{_JOIN}{name}){{0,3}}))"
        rf"(?:(?P<mark>{_MARK})|(?P<bare>\s{{1,3}}|(?<=[a-z]))(?=[A-Z0-9“\"(]))"
    )


def heading_role(label: str) -> str | None:
    """Give the role of a heading, of its joint name if that is known, else of its first part."""
    plain = re.sub(r"\s+", " ", re.sub(r"\(s\)", "s", label.lower())).strip(" .:")
    joint = re.sub(r"\s?[&|]\s?", " and ", plain)
    first = re.split(rf"\s?[/&|,{DASHES}]\s?|\s(?:and|or)\s", plain)[0]
    for name in (plain, joint, joint.replace("/", " and "), first, first.rstrip("s")):
        if name in _roles():
            return _roles()[name]
    return None


def _is_marked(match: re.Match[str]) -> bool:
    """Whether a heading is told by its mark (":", "." or " - ", a line of its own) or capitals."""
    label = match["label"]
    return bool(match["mark"]) or (label.isupper() and len(label) > 3)


def _find_headings(abstract: str) -> list[re.Match[str]]:
    """Find marked headings; without two of them, bare ones ("Results Forty adults") as well."""
    found, position = [], 0
    while match := _heading().search(abstract, position):
        found.append(match)
        position = max(match.end() - 1, match.end("label"))
    marked = [match for match in found if _is_marked(match)]
    bare_roles = {heading_role(match["label"]) for match in found}
    return found if len(marked) < 2 and len(bare_roles) >= 3 else marked


def _label_start(heading: re.Match[str]) -> int:
    """Where a heading starts, a leading "Abstract" included."""
    return heading.start("label") if heading.start() else 0


def _section(abstract: str, begin: int, heading: re.Match[str] | None, last: int) -> Section:
    """Make the section from its heading (or the abstract's start) to ``last``."""
    start = min(heading.end(), last) if heading else 0
    label = heading["label"] if heading else None
    return Section(
        label_start=begin + (_label_start(heading) if heading else 0),
        start=begin + start,
        end=begin + start + len(abstract[start:last].rstrip()),
        label=label,
        role=heading_role(label) if label else None,
    )


def find_sections(text: str, title_length: int = 0) -> tuple[Section, ...]:
    """Find the sections of ``text`` from ``title_length`` on; without headings one without role.

    What precedes the first heading is a section without label. The sections are in order, do not
    overlap, and leave out only headings and white space.
    """
    abstract = text[title_length:].lstrip()
    begin = len(text) - len(abstract)
    headings: list[re.Match[str] | None] = [*_find_headings(abstract)]
    starts = [_label_start(heading) for heading in headings if heading]
    if not starts or starts[0] > 0:
        headings, starts = [None, *headings], [0, *starts]
    lasts = [*starts[1:], len(abstract)]
    return tuple(
        _section(abstract, begin, heading, last)
        for heading, last in zip(headings, lasts, strict=True)
    )
