"""Gaps that a curator dismissed: a table with a, b, through, reason, curator and date.

``dismissed-gaps.tsv`` beside a graph is read by every build, so that a gap stays dismissed. The
file opens in a spreadsheet; what one does to it (a byte order mark, CRLF, quotes) is undone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadRecordError, OxykgError
from kg.gaps.model import Gap

#: The name of the file in the folder of a graph.
DISMISSED_FILE = "dismissed-gaps.tsv"
#: Its columns; ``through`` is empty but for a path.
COLUMNS = ("a", "b", "through", "reason", "curator", "date")
_NEEDED = ("a", "b", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """One line: which gap is none, why, who says so (an ORCID or a name), and when."""

    a: str
    b: str
    reason: str
    through: str = ""
    curator: str = ""
    date: str = ""


def read_dismissed(path: Path) -> tuple[Dismissal, ...]:
    """The dismissals of a file; raises OxykgError that names the line and what to do."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OxykgError(f"{path}: no UTF-8 text at byte {error.start}; save it as UTF-8") from None
    rows = csv.DictReader(io.StringIO(text), delimiter="\t")
    missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        problem = f"no column {', '.join(missing)}; the first line must be {' '.join(COLUMNS)}"
        raise BadRecordError(str(path), "line 1", f"{problem}, with tabs between")
    return tuple(_dismissal(path, rows.line_num, row) for row in rows if any(row.values()))


def _dismissal(path: Path, number: int, row: dict[str, str | None]) -> Dismissal:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    empty = [name for name in _NEEDED if not values[name]]
    if empty:
        problem = f"no {', '.join(empty)}; say which gap is dismissed and why"
        raise BadRecordError(str(path), f"line {number}", problem)
    return Dismissal(**values)


def dismissed_in(folder: Path) -> tuple[Dismissal, ...]:
    """The dismissals of a graph's folder; none if there is no such file."""
    path = folder / DISMISSED_FILE
    return read_dismissed(path) if path.is_file() else ()


def is_dismissed(gap: Gap, dismissed: Iterable[Dismissal]) -> bool:
    """Whether a curator dismissed this gap; the order of a and b does not matter."""
    return any(
        {gap.a, gap.b} == {one.a, one.b} and (gap.through or "") == one.through for one in dismissed
    )
