"""JSON Lines: one object a line, ``{"key" or "id", "title", "abstract", "year", "doi", ...}``.

Lines may also be what a service or a reference manager writes, or a service's whole page.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from extract.readers.found import found_document
from extract.readers.objects import found_of, records_of
from extract.readers.record import OnBad, Placed, UnreadableFileError, refusal, to_document

#: Longest line in bytes, which may be a page of many records; a longer one is skipped unread.
MAX_LINE = 32_000_000


def read_jsonl(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[Placed]:
    """Each line's place and document; blank lines are skipped, a byte order mark is allowed."""
    empty = True
    for number, line in _lines(stream):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        empty = False
        place = f"line {number}"
        try:
            records = records_of(parse_object(line)) or []
        except ValueError as error:
            on_bad(refusal(source, place, error))
            continue
        for count, record in enumerate(records, 1):
            here = place if len(records) == 1 else f"{place}, record {count}"
            yield from read_object(record, here, source, on_bad)
    if empty:
        raise UnreadableFileError(source, "empty, it holds no record; check the export")


def read_object(record: Any, place: str, source: str, on_bad: OnBad) -> Iterator[Placed]:
    """Give the document of one JSON value, or tell what is wrong with it."""
    try:
        if not isinstance(record, dict):
            raise ValueError('no JSON object; a record looks like {"key": ..., "abstract": ...}')
        found = found_of(record)
        yield place, to_document(record) if found is None else found_document(found)
    except ValueError as error:
        on_bad(refusal(source, place, error))


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object that a line holds; raises ValueError with what is wrong in words."""
    from pydantic_core import from_json

    if len(line) > MAX_LINE:
        raise ValueError(f"longer than {MAX_LINE:,} bytes; skipped, this is no abstract")
    try:
        value = from_json(line.strip(), allow_inf_nan=False)
    except ValueError as error:
        problem = str(error).replace(" at line 1 column ", ", at byte ")
        raise ValueError(f"no valid JSON ({problem}); was the line cut off?") from None
    if not isinstance(value, dict):
        raise ValueError('no JSON object; a record looks like {"key": ..., "abstract": ...}')
    return value


def _lines(stream: BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of one that is too long only the first `MAX_LINE` bytes and one more."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        yield number, line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)
