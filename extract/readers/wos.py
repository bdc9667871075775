"""Other tagged exports: Web of Science plain text, and EndNote's ``.enw`` (Refer)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from extract.readers.found import Found, PlacedFound, reader
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.streams import lines
from extract.readers.tagged import Layout, Tagged, tagged_records
from kg.errors import BadRecordError

_WOS = Layout(re.compile(r"([A-Z][A-Z0-9])(?: (.*)|()$)"), frozenset({"PT"}), frozenset({"ER"}))
_REFER = Layout(re.compile(r"%([0-9A-Za-z@!?*+#$~&<>^=(\[|])(?: (.*)|()$)"), frozenset({"0"}))
_CONTINUED = "\x1f"


def find_wos(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each record of a Web of Science file (``PT J`` ... ``ER``)."""
    number, unclosed = 0, ""
    for number, record in enumerate(tagged_records(_repeated(lines(stream)), _WOS), 1):
        place = f"record {number} (line {record.line})"
        yield place, _from_wos(record)
        unclosed = unclosed or ("" if record.closed else place)
    if not number:
        raise UnreadableFileError(source, "holds no record of Web of Science; check the export")
    if unclosed:
        problem = "its end is not marked ('ER'); read all the same, was it cut off?"
        on_bad(BadRecordError(source, unclosed, problem))


def find_refer(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each record of an EndNote file (``%0 Journal Article`` ...)."""
    number = 0
    for number, record in enumerate(tagged_records(lines(stream), _REFER), 1):
        yield f"record {number} (line {record.line})", _from_refer(record)
    if not number:
        raise UnreadableFileError(source, "holds no record of EndNote ('%0 ...'); check the export")


read_wos, read_refer = reader(find_wos), reader(find_refer)


def _repeated(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Give each further author, on a line of its own without tag, the tag of the first."""
    tag = ""
    for number, line in numbered:
        if line.startswith("   ") and tag in {"AU", "AF", "CA"}:
            yield number, f"{tag} {line.strip()}"
            continue
        tag = line[:2] if line[2:3] in {" ", ""} and line[:2].strip() else tag
        yield number, line


def _from_wos(record: Tagged) -> Found:
    return Found(
        title=record.first("TI"),
        abstract=" ".join(record.values("AB")),
        authors=(record.values("AF") or record.values("AU")) + record.values("CA"),
        year=record.first("PY", "EY", "EA"),
        journal=record.first("SO", "JI"),
        doi=record.first("DI", "D2"),
        pmid=record.first("PM"),
        key=record.first("UT"),
        types=[part for value in record.values("DT") for part in value.split("; ")]
        + (["book"] if record.first("PT") == "B" else []),
        language=record.first("LA"),
    )


def _from_refer(record: Tagged) -> Found:
    return Found(
        title=record.first("T"),
        abstract=" ".join(record.values("X")),
        authors=record.values("A"),
        year=record.first("D", "8"),
        journal=record.first("J", "B"),
        doi=record.first("R"),
        key=record.first("F", "M"),
        types=record.values("0", "9"),
        language=record.first("G"),
        url=record.first("U"),
    )
