"""What a person decided: ``decisions.csv``, which oxykg reads and never writes over.

A line is ``decision, record, other, note``. Records are named by DOI, PubMed number, id or key:

``same,10.1000/a,pmid:12,``            two records of one publication
``different,10.1000/a,10.1000/b,``     neither one publication nor one study
``same-study,10.1000/a,10.1000/b,``    two papers on one sample
``keep,roe-2020,,``                    read it although it seems out of scope
``drop,10.1000/a,,not our question``   leave it out
``retracted,10.1000/a,,``              and ``not-retracted``
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadRecordError, OxykgError

#: A decision -> whether it is about two records.
WORDS = {
    "same": True,
    "different": True,
    "same-study": True,
    "keep": False,
    "drop": False,
    "retracted": False,
    "not-retracted": False,
}
HEADER = ("decision", "record", "other", "note")
TEMPLATE = ",".join(HEADER) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of a person's file; names of records are folded. ``line`` is its number."""

    word: str
    record: str
    other: str = ""
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the program decided by itself, and why; the words are those of a person's file."""

    word: str
    record: str
    other: str
    reason: str


def read_decisions(path: Path) -> tuple[list[Decision], list[OxykgError]]:
    """Read a person's decisions, and tell each line that is none; no file is no decision."""
    if not path.is_file():
        return [], []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")
    lines = text.splitlines()
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    found: list[Decision] = []
    bad: list[OxykgError] = []
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), 1):
        row = [cell.strip() for cell in cells] + [""] * 4
        if not any(row) or row[0].startswith("#") or row[0].lower() == HEADER[0]:
            continue
        word = row[0].lower().replace(" ", "-").replace("_", "-")
        if problem := _problem(word, row):
            bad.append(BadRecordError(str(path), f"line {number}", problem))
        else:
            names = (_folded(row[1]), _folded(row[2]) if WORDS[word] else "")
            found.append(
                Decision(word=word, record=names[0], other=names[1], note=row[3], line=number)
            )
    return found, bad


def _problem(word: str, row: list[str]) -> str | None:
    if word not in WORDS:
        return f"{row[0]!r} is no decision; there are {', '.join(WORDS)}"
    if not row[1] or (WORDS[word] and not row[2]):
        return f"{word!r} needs {'two records' if WORDS[word] else 'a record'}; name it by its DOI"
    return None


def _folded(name: str) -> str:
    folded = name.casefold().removeprefix("https://doi.org/")
    for prefix in ("doi:", "pmid:"):
        if folded.startswith(prefix):
            return prefix + folded.removeprefix(prefix).strip()
    return folded.removeprefix("key:") if not folded.startswith("key:") else folded
