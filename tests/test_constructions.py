"""Constructions of English that claims come in: each with several phrasings of our own.

``fixtures/constructions.jsonl`` holds one phrasing a line: what must be read of it (both
constructs in either order, direction), and which pairs must not be claimed. Texts of other fields
are told by triage, as in the command.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from extract.pipeline import extract_readings, load_pipeline
from extract.triage import left_out, triage
from kg.model import Claim, Document

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "fixtures" / "constructions.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.fixture(scope="module")
def readings() -> dict[int, tuple[Claim, ...]]:
    documents = [
        Document(id=f"key:{i}", key=str(i), title=row["title"], abstract=row["text"])
        for i, row in enumerate(ROWS)
    ]
    rules = triage()
    found = enumerate(zip(documents, extract_readings(documents), strict=True))
    return {i: () if left_out(doc, rules) else reading.claims for i, (doc, reading) in found}


def pairs(claims: tuple[Claim, ...]) -> set[frozenset[str]]:
    return {frozenset((claim.subject, claim.object)) for claim in claims}


@pytest.mark.parametrize(
    "index", range(len(ROWS)), ids=[f"{row['construction']}: {row['text'][:50]}" for row in ROWS]
)
def test_a_construction_is_read(index: int, readings: dict[int, tuple[Claim, ...]]) -> None:
    row, claims = ROWS[index], readings[index]
    found = {(frozenset((c.subject, c.object)), str(c.direction)) for c in claims}
    wanted = {(frozenset((one, other)), sign) for one, other, sign in row["expect"]}
    right = wanted <= found and not {frozenset(pair) for pair in row["absent"]} & pairs(claims)
    if not row["expect"] and not row["absent"]:
        right = not claims
    assert right, sorted((*sorted(pair), sign) for pair, sign in found)


def test_every_construction_has_several_phrasings() -> None:
    names = {row["construction"] for row in ROWS}
    for name in names - {"enumeration"}:
        texts = [row["text"] for row in ROWS if row["construction"] == name]
        assert len(texts) >= 2


def test_no_claim_links_a_construct_with_itself(readings: dict[int, tuple[Claim, ...]]) -> None:
    assert all(claim.subject != claim.object for claims in readings.values() for claim in claims)


@pytest.mark.slow
def test_two_processes_read_the_same() -> None:
    documents = [
        Document(id=f"key:{i}", key=str(i), title=row["title"], abstract=row["text"])
        for i, row in enumerate(ROWS)
    ]
    alone = [reading.claims for reading in extract_readings(documents)]
    assert [reading.claims for reading in extract_readings(documents, n_process=2)] == alone


def test_the_pipeline_is_loaded_with_our_steps() -> None:
    nlp: Language = load_pipeline()
    assert "oxykg_mentions" in nlp.pipe_names
