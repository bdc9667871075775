"""BibTeX and BibLaTeX, entry by entry: a broken one costs only itself.

https://ctan.org/pkg/biblatex, section 2 (entry types and fields)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BufferedReader
from typing import Any

from extract.readers.found import Found, PlacedFound, reader
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.streams import lines
from kg.errors import BadRecordError

#: Largest entry in characters; a longer one is no bibliographic record.
MAX_ENTRY = 4_000_000
#: Longest value that LaTeX is decoded in, in characters; a longer one is no title or abstract.
MAX_LATEX = 120_000
_STRIPPED = re.compile(r"\\[A-Za-z]+\s?|[{}$\\]")
_START = re.compile(r"\s*@\s*([A-Za-z]{1,30})\s*([({])")
_KEY = re.compile(r"\s*([^,\s{}\"#%]{1,300})\s*(?:,|$)")
_NAME = re.compile(r"\s*([A-Za-z][\w.:+/-]{0,60})\s*=\s*")
_WORD = re.compile(r"[^\s,#{}\"]{1,300}")
_MARKS = re.compile(r"\\.|[{}\"]", re.DOTALL)
_MARKUP = re.compile(r"[\\{}$~]|--|``|''")
_NO_RECORDS = frozenset({"comment", "preamble", "string", "control", "xdata", "set"})
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NOTICE = re.compile(r"\bretract(?:ed|ion in)\b|\bwithdrawn\b", re.IGNORECASE)
#: What the decoder does not know.
_SIGNS = {
    "less": "<",
    "greater": ">",
    "quotesingle": "'",
    "mu": "µ",
    "braceleft": r"\{",
    "braceright": r"\}",
    "asciicircum": "^",
}
_SIGN = re.compile(rf"\\text({'|'.join(_SIGNS)})(?![A-Za-z])(?:\{{\}})?")
_PARTS = re.compile(r"\s+and\s+", re.IGNORECASE)


def find_bibtex(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each entry; ``@string`` names are put in, comments are skipped."""
    strings = {month: month for month in _MONTHS}
    number = 0
    for line, kind, body, whole in _entries(lines(stream)):
        if kind == "string":
            strings |= {name.lower(): value for name, value in _fields(body, strings)}
        if kind in _NO_RECORDS:
            continue
        number += 1
        key = _KEY.match(body)
        place = f"record {number} (line {line})"
        if not whole:
            problem = "its braces are not balanced; read as far as it goes, mend it"
            on_bad(BadRecordError(source, place, problem))
        rest = body[key.end() :] if key else body
        fields: dict[str, str] = {}
        for name, value in _fields(rest, strings):
            fields.setdefault(name.lower(), value)
        yield place, _found(kind, key[1] if key else "", fields)
    if not number:
        raise UnreadableFileError(source, "holds no BibTeX entry ('@article{...'); check the file")


read_bibtex = reader(find_bibtex)


def _entries(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str, str, bool]]:
    """Give line, type, what stands in the outer braces, and whether they are balanced."""
    start: tuple[int, str] | None = None
    pieces: list[str] = []
    depth = size = 0
    for number, line in numbered:
        opens = _START.match(line)
        if start and opens and _looks_new(opens, line, depth):
            yield *start, "\n".join(pieces), False
            start = None
        if not start:
            if not opens:
                continue
            start, pieces, depth, size = (number, opens[1].lower()), [], 1, 0
            line = line[opens.end() :]
        end, depth = _closing(line, depth)
        size += len(line) + 1
        if size <= MAX_ENTRY:
            pieces.append(line if end is None else line[:end])
        if end is not None:
            yield *start, "\n".join(pieces), True
            start = None
    if start:
        yield *start, "\n".join(pieces), False


def _looks_new(opens: re.Match[str], line: str, depth: int) -> bool:
    """Whether a line within an entry starts another one: "@article{roe2020," at its beginning."""
    rest = line[opens.end() :]
    return bool(depth and line[:1] == "@" and re.match(r"\s*[^,\s{}=]{1,300}\s*,\s*$", rest))


def _closing(line: str, depth: int) -> tuple[int | None, int]:
    """Where in the line the entry ends, if it does, and how many braces are open after it."""
    for mark in _MARKS.finditer(line):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.start(), 0
    if depth == 1 and line.strip() == ")":
        return line.index(")"), 0
    return None, depth


def _fields(body: str, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give names and values; what is no field is skipped up to the next that is."""
    place = 0
    while place < len(body):
        name = _NAME.match(body, place)
        if not name:
            comma = body.find(",", place)
            place = comma + 1 if comma >= 0 else len(body)
            continue
        value, place = _value(body, name.end(), strings)
        yield name[1], value


def _value(body: str, place: int, strings: dict[str, str]) -> tuple[str, int]:
    """Give a value, its parts ("a" # b # {c}) joined, and the place after its comma."""
    parts: list[str] = []
    while place < len(body):
        mark = body[place]
        if mark in '{"':
            part, place = _quoted(body, place)
            parts.append(part)
        elif mark.isspace() or mark == "#":
            place += 1
        elif mark == ",":
            return "".join(parts), place + 1
        elif word := _WORD.match(body, place):
            parts.append(strings.get(word[0].lower(), word[0]))
            place = word.end()
        else:
            place += 1
    return "".join(parts), place


def _quoted(body: str, place: int) -> tuple[str, int]:
    """Give what stands in braces or quotation marks from here, and the place after them."""
    quotes, depth = body[place] == '"', 0
    for mark in _MARKS.finditer(body, place + 1 if quotes else place):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0 and not quotes:
                return body[place + 1 : mark.start()], mark.end()
        elif mark[0] == '"' and quotes and depth <= 0:
            return body[place + 1 : mark.start()], mark.end()
    return body[place + 1 :], len(body)


def _found(kind: str, key: str, fields: dict[str, str]) -> Found:
    def first(*names: str) -> str:
        return next((text for name in names if (text := unlatex(fields.get(name, "")))), "")

    title, subtitle = first("title"), first("subtitle")
    eprint = fields.get("eprint", "") if "pubmed" in fields.get("eprinttype", "").lower() else ""
    note = first("note")
    return Found(
        title=f"{title}: {subtitle}" if subtitle else title,
        abstract=first("abstract", "annote", "annotation"),
        authors=_authors(fields.get("author", "") or fields.get("editor", "")),
        year=first("year", "date", "urldate"),
        journal=first("journaltitle", "journal", "booktitle", "howpublished", "series"),
        doi=fields.get("doi", "").strip("{}"),
        pmid=first("pmid") or eprint,
        key=unlatex(key),
        types=[kind, first("type"), first("entrysubtype"), *(["retracted"] * _says_so(note))],
        language=first("language", "langid"),
        url=fields.get("url", ""),
        digest=not fields.get("abstract") and bool(first("annote", "annotation")),
    )


def _says_so(note: str) -> bool:
    return bool(_NOTICE.search(note)) and len(note) < 200


def _authors(value: str) -> list[str]:
    """Give the names of a list that "and" joins; one in braces as a whole is a group's."""
    names = (name.strip() for name in _split_names(value))
    return [_author(name) for name in names if name]


def _author(name: str) -> str:
    family, _, rest = name.partition(",")
    parts = [part.strip() for part in rest.split(",")] if rest else []
    if len(parts) == 2:  # "von Last, Jr, First"
        return ", ".join(unlatex(part) for part in (family, parts[1], parts[0]))
    return unlatex(name)


def _split_names(value: str) -> Iterator[str]:
    value = " ".join(value.split())
    start, depth = 0, 0
    for mark in re.finditer(r"\\.|[{}]|\s+and\s+", value, re.DOTALL | re.IGNORECASE):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth <= 0 and _PARTS.fullmatch(mark[0]):
            yield value[start : mark.start()]
            start = mark.end()
    yield value[start:]


def unlatex(value: str) -> str:
    """Give the text that LaTeX stands for; formulas as their characters."""
    if not _MARKUP.search(value):
        return value
    value = _SIGN.sub(lambda sign: _SIGNS[sign[1]], value)
    if "``" not in value:  # marks that close what nothing opened are straight ones
        value = value.replace("''", '"')
    if len(value) > MAX_LATEX:
        return _STRIPPED.sub("", value)
    try:
        return str(_decoder().latex_to_text(re.sub(r"(?<!\\)%", r"\\%", value)))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _STRIPPED.sub("", value)


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]

    return LatexNodes2Text(math_mode="text", strict_latex_spaces=True)
