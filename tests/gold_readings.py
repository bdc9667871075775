"""The annotated claims of ``tests/gold`` as readings, on the bundled corpus: a realistic graph."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kg.build import Graph, assemble_graph
from kg.claims_io import claim_from_json
from kg.corpus import load_corpus
from kg.model import Claim, Document, Reading
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
