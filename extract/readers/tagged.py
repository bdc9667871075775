"""Records of one tagged field a line: the lines of MEDLINE, RIS, EndNote and Web of Science files.

A file is read as far as it can be: a record whose end is not marked ends where the next starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Largest record in characters; what a record holds beyond is dropped.
MAX_RECORD = 4_000_000


@dataclass(slots=True)
class Tagged:
    """A record: its fields in their order, the line it starts in, and whether its end is marked."""

    line: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    closed: bool = True
    size: int = 0

    def add(self, tag: str, value: str) -> None:
        """Append a field."""
        if (size := self.size + len(value) + 1) <= MAX_RECORD:
            self.fields.append((tag, value))
            self.size = size

    def extend(self, more: list[str]) -> None:
        """Join further lines to the value of the last field."""
        text = " ".join(part for part in more if part)
        if self.fields and text and self.size + len(text) <= MAX_RECORD:
            tag, value = self.fields[-1]
            self.fields[-1] = (tag, f"{value} {text}".strip())
            self.size += len(text) + 1

    def values(self, *tags: str) -> list[str]:
        """Give all values of the tags in the order of the record."""
        return [value for tag, value in self.fields if tag in tags and value]

    def first(self, *tags: str) -> str:
        """Give the first value of the first tag that has one."""
        return next((value for tag in tags for value in self.values(tag)), "")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a format look. ``line`` has groups: 1 the tag, 2 the value.

    A line that it does not match goes on with the value before it.
    """

    line: re.Pattern[str]
    starts: frozenset[str]
    ends: frozenset[str] = frozenset()
    blank_ends: bool = False


def tagged_records(numbered: Iterator[tuple[int, str]], layout: Layout) -> Iterator[Tagged]:
    """Give the records of numbered lines; what stands before the first is skipped."""
    record: Tagged | None = None
    more: list[str] = []
    for number, line in numbered:
        match = layout.line.match(line)
        tag = match[1] if match else ""
        ends = tag in layout.ends
        starts = tag in layout.starts
        blank = layout.blank_ends and not line.strip()
        if record and (match or blank):
            record.extend(more)
            more = []
        if record and (starts or ends or blank):
            record.closed = ends or blank
            yield record
            record = None
        if match and not ends:
            if starts:
                record = Tagged(number)
            if record:
                record.add(tag, (match[2] or "").strip())
        elif record and not blank:
            more.append(line.strip())
    if record:
        record.extend(more)
        record.closed = layout.blank_ends or not layout.ends
        yield record
