"""Reading a curation sheet back, however a spreadsheet saved it; what is wrong is told by line."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from kg.curation.model import ErrorTag, Judgement, Verdict
from kg.curation.sheet import ID_PREFIX, QUALIFIERS, RIGHT
from kg.errors import BadRecordError, OxykgError
from kg.model import Direction, Relation, Status

_NEEDED = ("claim_id", "verdict")
#: Columns that a judgement takes as they are.
_TEXTS = (
    "key", "document", "sentence", "subject", "relation", "object", "path_source", "direction",
    "status", "rule", "stratum", "note",
)  # fmt: skip
#: Day 0 of a spreadsheet's calendar, and the numbers that can be a day of this century.
_EPOCH, _DAYS = date(1899, 12, 30), range(36526, 73050)
_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The judgements of a file by line, what is wrong with other lines, and what was mended."""

    judgements: tuple[tuple[int, Judgement], ...]
    problems: tuple[BadRecordError, ...]
    mended: tuple[str, ...]
    blank: int


def read_sheet(path: Path, *, curator: str = "") -> Sheet:
    """Read a sheet, however a spreadsheet saved it; ``curator`` is for rows that name none.

    Raises OxykgError where the file is no sheet at all.
    """
    text, mended = _decoded(path)
    lines = io.StringIO(text, newline="")
    delimiter = _delimiter(text)
    if delimiter != "\t":
        mended.append(f"{_NAMES[delimiter]} between cells")
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise OxykgError(f"{path}: not a sheet ({error}); save it as tab-separated text") from error
    head = [name.strip().casefold() for name in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        known = "'oxykg curate export' writes one to fill in"
        raise OxykgError(f"{path}: no column {' and '.join(missing)}; {known}")
    return _read_rows(path, head, rows[1:], mended, curator)


_NAMES = {";": "semicolons", ",": "commas"}


def _decoded(path: Path) -> tuple[str, list[str]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OxykgError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    mended = []
    encoding = "utf-8"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
        mended.append("UTF-16")
    elif content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
        mended.append("a byte order mark")
    if b"\r" in content.replace(b"\r\x00", b"\r"):
        mended.append("CR LF line ends")
    try:
        return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n"), mended
    except UnicodeDecodeError as error:
        problem = f"not UTF-8 text at byte {error.start}; save it as UTF-8"
        raise OxykgError(f"{path}: {problem}") from None


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return next((mark for mark in "\t;," if mark in head), "\t")


def _read_rows(
    path: Path, head: Sequence[str], rows: Sequence[Sequence[str]], mended: list[str], curator: str
) -> Sheet:
    judgements, problems, blank, numbers = [], [], 0, 0
    for line, row in enumerate(rows, 2):
        cells = {name: _plain(cell) for name, cell in zip(head, row, strict=False)}
        if not any(cells.values()):
            continue
        if not cells["verdict"]:
            blank += 1
            continue
        numbers += _day(cells.get("date", "")) is not None
        try:
            judgements.append((line, _judgement(cells, curator)))
        except ValueError as error:
            problems.append(BadRecordError(str(path), f"line {line}", str(error)))
    if numbers:
        mended.append("dates as numbers of days")
    return Sheet(
        judgements=tuple(judgements),
        problems=tuple(problems),
        mended=tuple(mended),
        blank=blank,
    )


def _plain(cell: str) -> str:
    """The cell without the apostrophe that kept a spreadsheet from running it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@＝＋－＠") else text


def _judgement(cells: Mapping[str, str], curator: str) -> Judgement:
    claim = cells["claim_id"].removeprefix(ID_PREFIX)
    if not claim:
        raise ValueError("no claim_id")
    texts = defaultdict(str, cells)
    verdict = _member(Verdict, "verdict", texts["verdict"])
    tag = _member(ErrorTag, "error_tag", texts["error_tag"]) if texts["error_tag"] else None
    right = dict(_right(cells))
    if verdict is not Verdict.WRONG and (tag or right):
        raise ValueError(f"verdict {verdict} with an error_tag or right_ columns; say wrong")
    _check_whole(cells, right)
    return Judgement(
        claim=claim,
        start=_number(int, "start", texts["start"]),
        end=_number(int, "end", texts["end"]),
        confidence=_number(float, "confidence", texts["confidence"]),
        weight=_number(float, "weight", texts["weight"]),
        verdict=verdict,
        tag=tag,
        right=right,
        curator=_curator(texts["curator"] or curator),
        date=_date(texts["date"]),
        **{name: texts[name] for name in _TEXTS},
    )


def _check_whole(cells: Mapping[str, str], right: Mapping[str, str]) -> None:
    """Refuse a correction that would leave a claim in two halves."""
    from kg.ontology import constructs

    relation = right.get("relation", cells.get("relation", ""))
    source = right.get("path_source") or cells.get("path_source")
    if relation in (Relation.MEDIATES, Relation.MODERATES) and right and not source:
        raise ValueError(f"{relation} needs right_path_source: where the path starts")
    group = constructs().get(right.get("object", cells.get("object", "")))
    if right and relation == Relation.GROUP_DIFFERENCE and not (group and group.group):
        raise ValueError("groupDifference needs a group as right_object, such as MajorDepression")


def _member(kind: type[_Kind], name: str, value: str) -> _Kind:
    text = " ".join(value.replace("_", " ").split()).casefold()
    found = next((member for member in kind if member.value.casefold() == text), None)
    if found is None:
        raise ValueError(f"{name} {value!r} is none of: {', '.join(kind)}")
    return found


def _right(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    from kg.ontology import find_construct

    closed: dict[str, type[StrEnum]] = {
        "relation": Relation, "direction": Direction, "status": Status,
    }  # fmt: skip
    for name in RIGHT:
        value = cells.get(f"right_{name}", "")
        if not value:
            continue
        if name in closed:
            yield name, _member(closed[name], f"right_{name}", value)
        else:
            yield name, find_construct(value).id
    for part in filter(str.strip, cells.get("right_qualifiers", "").split(";")):
        name, sign, value = (text.strip() for text in part.partition("="))
        if name not in QUALIFIERS or not sign or not value:
            known = ", ".join(sorted(QUALIFIERS))
            raise ValueError(f"right_qualifiers {part.strip()!r} is not name=value; names: {known}")
        yield name, value


def _number(kind: Callable[[str], Any], name: str, value: str) -> Any:
    if not value:
        return None
    try:
        return kind(value.replace(",", "."))
    except ValueError:
        raise ValueError(f"{name} {value!r} is no number; leave that column as it was") from None


def _curator(value: str) -> str:
    """The ORCID iD of a person, checked by its last digit (ISO 7064 11,2); raises ValueError."""
    match = _ORCID.fullmatch(value.strip())
    if not match:
        missing = "no curator" if not value else f"curator {value!r} is no ORCID iD"
        raise ValueError(f"{missing}; write it like 0000-0002-1825-0097")
    orcid = match[1].upper()
    digits = orcid.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        raise ValueError(f"curator {value!r}: its last digit does not fit; check the ORCID iD")
    return orcid


def _date(value: str) -> str:
    """An ISO date; the number of days that spreadsheets make of one is turned back."""
    if not value:
        return ""
    day = _day(value)
    if day is not None:
        return (_EPOCH + timedelta(days=day)).isoformat()
    try:
        return date.fromisoformat(value.split("T")[0].removesuffix(" 00:00:00")).isoformat()
    except ValueError:
        raise ValueError(f"date {value!r} is not YYYY-MM-DD; correct it") from None


def _day(value: str) -> int | None:
    """The number of a day in a spreadsheet's calendar; ``None`` if it cannot be one."""
    text = value.removesuffix(".0")
    return int(text) if text.isdecimal() and int(text) in _DAYS else None


def distinct(path: Path, sheet: Sheet) -> tuple[list[Judgement], list[BadRecordError]]:
    """One judgement for each claim and curator; where lines contradict each other, none of them."""
    lines: dict[str, list[int]] = {}
    said: dict[str, list[Judgement]] = {}
    for line, judgement in sheet.judgements:
        lines.setdefault(judgement.id, []).append(line)
        said.setdefault(judgement.id, []).append(judgement)
    kept, problems = [], []
    for name, judgements in said.items():
        if len({(j.verdict, j.decision) for j in judgements}) == 1:
            kept.append(judgements[-1])
            continue
        claim = f"claim:{judgements[0].claim}"
        place = f"lines {' and '.join(map(str, lines[name]))}"
        problem = f"{claim} has conflicting verdicts of one curator; keep one line"
        problems.append(BadRecordError(str(path), place, problem))
    return kept, problems
