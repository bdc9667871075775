"""JSON Lines: one document a line, ``{"key" or "id", "title", "abstract", "year", "doi", ...}``."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from extract.readers.record import OnBad, Placed, UnreadableFileError, refusal, to_document

#: Longest line in bytes; a longer one is skipped unread.
MAX_LINE = 4_000_000
#: Bytes that are looked at to tell what kind of file this is.
_HEAD = 4096
#: Bytes that no text holds.
_BINARY = frozenset(range(32)) - frozenset(b"\t\n\f\r")
_WRAPPERS = {
    b"%PDF": "this is a PDF, not JSON Lines; write one JSON object a line",
    b"[": "this is one JSON list, not JSON Lines; write one object a line (jq -c '.[]')",
    b"<": "this is XML or HTML, not JSON Lines; write one JSON object a line",
    b"\x1f\x8b": "this is a compressed file; unpack it first",
    b"PK\x03\x04": "this is a zip or office file, not JSON Lines; write one JSON object a line",
    codecs.BOM_UTF16_LE: "this is UTF-16 text; save it as UTF-8",
    codecs.BOM_UTF16_BE: "this is UTF-16 text; save it as UTF-8",
    b"{\x00": "this is UTF-16 text; save it as UTF-8",
}


def read_jsonl(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[Placed]:
    """Each line's place and document; blank lines are skipped, a byte order mark is allowed."""
    _refuse_other_formats(stream.peek(_HEAD)[:_HEAD], source)
    empty = True
    for number, line in _lines(stream):
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        empty = False
        place = f"line {number}"
        try:
            yield place, to_document(parse_object(line))
        except ValueError as error:
            on_bad(refusal(source, place, error))
    if empty:
        raise UnreadableFileError(source, "empty, it holds no record; check the export")


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


def _refuse_other_formats(head: bytes, source: str) -> None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    for wrapper, problem in _WRAPPERS.items():
        if start.startswith(wrapper):
            raise UnreadableFileError(source, problem)
    if start.split(b"\n", 1)[0].strip() == b"{":
        problem = "a JSON object over several lines; write one object a line (jq -c .)"
        raise UnreadableFileError(source, problem)
    if not start.startswith(b"{") and any(byte in _BINARY for byte in start):
        problem = "a binary file, not JSON Lines; write one JSON object a line"
        raise UnreadableFileError(source, problem)
