"""CSV and TSV of any program whose first line names the columns (`headers.tsv`).

Cells may go over several lines and hold quotation marks, as RFC 4180 says; a mark that is never
closed costs its record only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BufferedReader

from extract.readers.found import Found, PlacedFound, reader
from extract.readers.names import split_authors
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.terms import synonyms
from extract.readers.text import decode, one_line
from kg.errors import BadRecordError

#: Largest row in characters; a longer one is refused.
MAX_ROW = 16_000_000
#: The header stands in one of so many first lines; some services write a note before it.
PREAMBLE = 4
_DELIMITERS = ",\t;|"
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.IGNORECASE)
_YES = frozenset({"true", "yes", "y", "1", "retracted", "retraction"})
_NUMBERS = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "[no author name available]"})
Row = tuple[int, list[str]]


def header_of(line: str) -> tuple[str, dict[str, int]] | None:
    """Give delimiter and place of each known column; ``None`` where a line is no header."""
    for delimiter in _DELIMITERS:
        if delimiter in line:
            columns = _columns(_cells(line.replace("\n", " "), delimiter))
            if len(columns) >= 2 and {"title", "abstract", "doi", "pmid"} & columns.keys():
                return delimiter, columns
    return None


def _cells(text: str, delimiter: str) -> list[str]:
    """Give the cells of one row; raises ValueError with what is wrong in words."""
    clean = text.replace("\r\n", "\n").replace("\r", " ").rstrip("\n")
    try:
        return next(csv.reader([clean], delimiter=delimiter), [])
    except csv.Error as error:
        raise ValueError(f"no row of cells ({error}); mend it") from None


def _columns(names: list[str]) -> dict[str, int]:
    known = synonyms("headers")
    ranks = {name: rank for rank, name in enumerate(known)}
    found: dict[str, tuple[int, int]] = {}
    for place, raw in enumerate(names):
        name = one_line(raw).lower().lstrip("\ufeff").strip()
        if name in known:
            found[known[name]] = min(found.get(known[name], (10**6, 0)), (ranks[name], place))
    return {name: place for name, (_, place) in found.items()}


def find_csv(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each row; one that has other columns than the header says is told and read."""
    csv.field_size_limit(MAX_ROW + 1)
    header, place = None, 0
    while header is None and place < PREAMBLE:
        header, place = header_of(decode(stream.readline(MAX_ROW)).rstrip("\r\n")), place + 1
    if header is None:
        problem = "its first line names no known columns; name them title, abstract, doi, year ..."
        raise UnreadableFileError(source, problem)
    delimiter, columns = header
    number = 0
    rows = _rows(_physical(stream, place), delimiter, source, on_bad)
    for number, (line, cells) in enumerate(rows, 1):
        yield f"record {number} (line {line})", _found(cells, columns)
    if not number:
        raise UnreadableFileError(source, "holds a header but no record; check the export")


read_csv = reader(find_csv)


def _rows(
    physical: Iterator[tuple[int, str]], delimiter: str, source: str, on_bad: OnBad
) -> Iterator[Row]:
    for line, text, problem in _joined(physical, delimiter):
        if problem:
            on_bad(BadRecordError(source, f"line {line}", problem))
        elif text.strip(f"{delimiter} \r\n"):
            try:
                yield line, _cells(text, delimiter)
            except ValueError as error:
                on_bad(BadRecordError(source, f"line {line}", str(error)))


def _physical(stream: BufferedReader, number: int) -> Iterator[tuple[int, str]]:
    """Give the lines after the header, which is line ``number``."""
    while line := stream.readline(MAX_ROW + 2):
        number += 1
        yield number, decode(line)
        while len(line) > MAX_ROW and not line.endswith(b"\n"):
            line = stream.readline(MAX_ROW + 2)


def _joined(
    numbered: Iterator[tuple[int, str]], delimiter: str
) -> Iterator[tuple[int, str, str | None]]:
    """Give the rows with the line that each starts in, or what is wrong with one."""
    opening = re.compile(rf'(?:^|(?<={re.escape(delimiter)}))[ ]?"')
    waiting: list[tuple[int, str]] = []
    held: list[tuple[int, str]] = []
    size, quoted, ended = 0, False, False
    while True:
        item = waiting.pop() if waiting else None if ended else next(numbered, None)
        ended = ended or (item is None and not waiting)
        if item is not None:
            held.append(item)
            size += len(item[1])
            quoted = _still_quoted(item[1], opening, quoted)
        if held and not quoted and size <= MAX_ROW:
            yield held[0][0], "".join(text for _, text in held), None
            held, size = [], 0
        elif held and (item is None or size > MAX_ROW):
            start, text = held[0]
            long = len(text) > MAX_ROW
            problem = f"longer than {MAX_ROW:,} characters" if long else "a quotation mark is open"
            yield start, "", f"{problem}; this record is left out, mend it"
            waiting.extend(reversed(held[1:]))
            held, size, quoted = [], 0, False
        elif item is None:
            return


def _still_quoted(line: str, opening: re.Pattern[str], quoted: bool) -> bool:
    """Whether a quoted cell goes on after this line."""
    place = 0
    while True:
        if quoted:
            end = line.find('"', place)
            if end < 0:
                return True
            doubled = line[end + 1 : end + 2] == '"'
            place, quoted = end + 1 + doubled, doubled
        else:
            start = opening.search(line, place)
            if not start:
                return False
            place, quoted = start.end(), True


def _found(cells: list[str], columns: dict[str, int]) -> Found:
    def cell(name: str) -> str:
        place = columns.get(name)
        text = cells[place].strip() if place is not None and place < len(cells) else ""
        return "" if text.lower() in _NUMBERS else text

    return Found(
        title=cell("title"),
        abstract=cell("abstract"),
        authors=split_authors(cell("authors")),
        year=cell("year"),
        journal=cell("journal"),
        doi=cell("doi"),
        pmid=cell("pmid").removesuffix(".0") or _noted(cell("notes")),
        key=cell("key"),
        types=[cell("type"), *(part.strip() for part in cell("type").split(";"))],
        language=cell("language"),
        url=cell("url"),
        retracted=cell("retracted").lower() in _YES,
        digest=cell("text_kind").lower() == "digest",
    )


def _noted(notes: str) -> str:
    match = _PMID.search(notes)
    return match[1] if match else ""
