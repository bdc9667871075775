"""The curation sheet: a TSV that opens in a spreadsheet. `kg.curation.parse` reads it back.

One row a claim (and curator). People fill in ``verdict``, ``error_tag``, the ``right_`` columns,
``curator``, ``date`` and ``note``; the columns after these find the claim again and stay untouched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from kg.curation.model import Judgement
from kg.model import Qualifiers, Reading
from kg.tables import cell_text, spreadsheet_text
from kg.wording import citation, claim_sentence

#: Fields that a curator may set right, each in a column ``right_...``.
RIGHT = ("subject", "relation", "object", "path_source", "direction", "status")
_MACHINE = (
    "key", "document", "start", "end", "subject", "relation", "object", "path_source", "direction",
    "status", "rule", "confidence", "stratum", "weight",
)  # fmt: skip
COLUMNS = (
    "claim_id", "study", "sentence", "reading", "verdict", "error_tag",
    *(f"right_{name}" for name in RIGHT), "right_qualifiers",
    "curator", "date", "note", *_MACHINE,
)  # fmt: skip
#: Before an id, so that no spreadsheet takes one for a number.
ID_PREFIX = "claim:"
QUALIFIERS = frozenset(f.name for f in fields(Qualifiers))
Labels = Mapping[str, str]


def blank_rows(
    readings: Iterable[Reading],
    labels: Labels,
    *,
    only: Mapping[str, tuple[str, float]] | None = None,
) -> Iterator[dict[str, Any]]:
    """A row for each claim (of ``only``: claim id -> stratum and weight), still without verdict."""
    for reading in readings:
        for claim in reading.claims:
            if only is not None and claim.id not in only:
                continue
            stratum, weight = only[claim.id] if only else ("", None)
            yield {
                "claim_id": f"{ID_PREFIX}{claim.id}",
                "study": citation(reading.document),
                "sentence": claim.evidence.sentence,
                "reading": claim_sentence(claim, reading.document, reading.study, labels),
                "key": reading.document.key,
                "document": claim.document,
                "start": claim.evidence.start,
                "end": claim.evidence.end,
                "subject": claim.subject,
                "relation": claim.relation,
                "object": claim.object,
                "path_source": claim.path[0] if claim.path else "",
                "direction": claim.direction,
                "status": claim.status,
                "rule": claim.rule,
                "confidence": claim.confidence,
                "stratum": stratum,
                "weight": weight,
            }


def judged_row(judgement: Judgement) -> dict[str, Any]:
    """A judgement as a row of the sheet."""
    right = judgement.right
    about = "; ".join(f"{k}={right[k]}" for k in sorted(right) if k in QUALIFIERS)
    return {
        "claim_id": f"{ID_PREFIX}{judgement.claim}",
        "sentence": judgement.sentence,
        "verdict": judgement.verdict,
        "error_tag": judgement.tag,
        **{f"right_{name}": right.get(name) for name in RIGHT},
        "right_qualifiers": about,
        "curator": judgement.curator,
        "date": judgement.date,
        "note": judgement.note,
        **{name: getattr(judgement, name) for name in _MACHINE},
    }


def sheet_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """The sheet as TSV; a cell that a spreadsheet would run gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(_cell(row.get(name)) for name in COLUMNS)
    return out.getvalue()


def _cell(value: Any) -> str:
    return " ".join(spreadsheet_text(cell_text(value)).split())


def merged(old: Iterable[Judgement], new: Iterable[Judgement]) -> list[Judgement]:
    """Old and new judgements; a curator's new verdict on a claim replaces the old one."""
    by_id = {judgement.id: judgement for judgement in (*old, *new)}
    return [by_id[name] for name in sorted(by_id, key=lambda n: (by_id[n].document, n))]
