"""The abstracts that were written for training, and their annotation."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kg.ontology import constructs

FOLDER = Path(__file__).resolve().parents[1] / "extract" / "training" / "claims"
FILES = sorted(FOLDER.rglob("*_documents.jsonl"))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_no_key_stands_twice() -> None:
    keys = Counter(row["key"] for path in FILES for row in rows(path))
    assert len(keys) > 4000
    assert keys.most_common(1)[0][1] == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem.removesuffix("_documents"))
def test_claims_are_of_our_constructs_and_their_cues_stand_in_the_text(path: Path) -> None:
    texts = {row["key"]: row["abstract"] for row in rows(path)}
    claims = path.with_name(path.name.replace("_documents", ""))
    said = {row["key"]: row["claims"] for row in rows(claims)}
    assert [*said] == [*texts]
    for key, own in said.items():
        for claim in own:
            assert {claim["subject"], claim["object"]} <= constructs().keys(), key
            assert claim["cue"].lower() in texts[key].lower(), (key, claim["cue"])
