"""The annotated claims of ``tests/gold`` as readings, on the bundled corpus: a realistic graph."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, Store

from kg.build import Graph, assemble_graph
from kg.claims_io import claim_from_json
from kg.corpus import load_corpus
from kg.curation.model import ErrorTag, Judgement, Verdict
from kg.curation.overlay import overlay
from kg.curation.quads import curation_quads
from kg.model import Claim, Direction, Document, Reading
from kg.store import memory_store

_GOLD = Path(__file__).parent / "gold" / "dev.jsonl"


@cache
def gold_readings() -> tuple[Reading, ...]:
    """One reading for each bundled study; evidence is the sentence that holds the cue."""
    records = {record.key: record for record in load_corpus()}
    found = []
    for line in _GOLD.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        record = records[said["key"]]
        document = record.document()
        claims = tuple(_claim(document, fields) for fields in said["claims"] if _complete(fields))
        found.append(Reading(document=document, claims=claims, study=record.study()))
    return tuple(found)


@cache
def gold_graph() -> Graph:
    """The whole graph of the annotated claims."""
    return assemble_graph(gold_readings())


@cache
def gold_store() -> Store:
    """The same in a store in memory; nobody writes to it."""
    return memory_store(gold_graph().quads)


#: Curators of the annotated claims.
CURATORS = ("0000-0002-1825-0097", "0000-0001-5109-3700")


@cache
def curated_quads(studies: int | None = None) -> tuple[Quad, ...]:
    """A graph of so many studies with verdicts: a claim is confirmed, one corrected, one rejected.

    Without a number, of all studies.
    """
    readings = gold_readings()[:studies]
    right, turned, gone = [r.claims[0] for r in readings if len(r.claims) > 2][:3]
    said = [_judgement(right, Verdict.CORRECT, curator=curator) for curator in CURATORS]
    other = Direction.NULL if turned.direction is not Direction.NULL else Direction.POSITIVE
    said.append(
        _judgement(
            turned,
            Verdict.WRONG,
            tag=ErrorTag.WRONG_DIRECTION,
            right={"direction": other.value},
            date="2026-05-04",
            note="The sign is that of the control group.",
        )
    )
    said.append(_judgement(gone, Verdict.WRONG, tag=ErrorTag.NO_RELATION))
    found = overlay(readings, said)
    return assemble_graph(found.readings, extra=curation_quads(found)).quads


def _judgement(claim: Claim, verdict: Verdict, **fields: Any) -> Judgement:
    said: dict[str, Any] = {
        "document": claim.document,
        "subject": claim.subject,
        "relation": claim.relation.value,
        "object": claim.object,
        "direction": claim.direction.value,
        "status": claim.status.value,
        "curator": CURATORS[0],
    }
    return Judgement(claim=claim.id, verdict=verdict, **said | fields)


def _complete(fields: dict[str, Any]) -> bool:
    return len(fields.get("mediator_of", (0, 0))) == 2


def _claim(document: Document, fields: dict[str, Any]) -> Claim:
    place = max(document.text.find(fields["cue"]), 0)
    start = max(document.text.rfind(". ", 0, place) + 2, document.text.index("\n") + 1)
    end = document.text.find(". ", place) + 1 or len(document.text)
    statistics = [
        {
            "type": statistic["type"],
            "raw": str(statistic["value"]),
            "start": start,
            "end": end,
            **_values(statistic["value"]),
        }
        for statistic in fields.get("stats", ())
    ]
    place_in_text = {"start": start, "end": end, "sentence": document.text[start:end]}
    whole = fields | place_in_text | {"stats": statistics}
    return claim_from_json(document.id, whole | {"rule": "annotated"})


def _values(value: object) -> dict[str, Any]:
    if isinstance(value, list):
        return {"low": float(value[0]), "high": float(value[1])} if len(value) == 2 else {}
    return {"value": float(value)} if isinstance(value, int | float) else {}
