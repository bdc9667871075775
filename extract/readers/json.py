"""JSON of several makers: a list, the answer of a service, or one object a line.

CSL-JSON https://citationstyles.org, Europe PMC https://europepmc.org/RestfulWebService, OpenAlex
https://docs.openalex.org/api-entities/works, Crossref https://api.crossref.org, and our own fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from extract.readers.jsonl import MAX_LINE, read_jsonl, read_object
from extract.readers.objects import records_of
from extract.readers.record import OnBad, Placed, UnreadableFileError
from extract.readers.streams import HEAD, rewound, whole
from kg.errors import BadRecordError


def read_json(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[Placed]:
    """Give each record of a JSON file, whether it is one value or one object a line."""
    if _by_line(stream):
        first = stream.readline(MAX_LINE + 1)
        stream = rewound(first, stream)
        if len(first) <= MAX_LINE:
            yield from read_jsonl(stream, source, on_bad)
            return
    value, cut_off = _parsed(whole(stream, source), source)
    found = records_of(value)
    if not found:
        raise UnreadableFileError(source, "holds no list of records; check the export")
    if cut_off:
        problem = "the file is cut off here; what stands before is read, fetch it again"
        on_bad(BadRecordError(source, f"record {len(found)}", problem))
        found = found[:-1]
    for number, record in enumerate(found, 1):
        yield from read_object(record, f"record {number}", source, on_bad)


def _by_line(stream: BufferedReader) -> bool:
    """Whether the first line is an object of its own, or the start of a very long one."""
    first, end, rest = stream.peek(HEAD)[:HEAD].lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return False
    return first.rstrip().endswith(b"}") or not end or rest.lstrip().startswith(b"{")


def _parsed(text: str, source: str) -> tuple[Any, bool]:
    """Give the value, and whether the text ends before it does."""
    from pydantic_core import from_json

    try:
        return from_json(text, allow_inf_nan=False), False
    except ValueError as error:
        problem = str(error)
    if "trailing" in problem:
        return _one_after_another(text, source), False
    try:
        if "EOF" not in problem:
            raise ValueError(problem)
        return from_json(text, allow_inf_nan=False, allow_partial=True), True
    except ValueError:
        at = problem.replace(" at line ", ", at line ").replace(" column ", ", character ")
        raise UnreadableFileError(source, f"no valid JSON ({at}); export it again") from None


def _one_after_another(text: str, source: str) -> list[Any]:
    """Give the records of several JSON values in one file, as pages that were put together."""
    from json import JSONDecoder

    decoder, place = JSONDecoder(), 0
    found: list[Any] = []
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError(source, f"no valid JSON ({error}); export it again") from None
        found += records_of(value) or []
        while place < len(text) and text[place].isspace():
            place += 1
    return found
