"""What is not read, and why: other topics, other languages, no abstract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extract.rows import pattern_rows
from extract.scope import out_of_scope, weigh
from extract.triage import Triage, left_out, other_language, topics, triage
from kg.corpus import load_corpus
from kg.errors import UnknownNameError
from kg.model import Document

FIXTURES = Path(__file__).parent / "fixtures"
ROWS = pattern_rows("scope")


def samples(name: str) -> list[dict[str, Any]]:
    lines = (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def text(sample: dict[str, Any]) -> str:
    return f"{sample['title']}\n{sample['abstract']}"


def document(abstract: str, title: str = "") -> Document:
    return Document(id="key:a", key="a", title=title, abstract=abstract)


@pytest.mark.parametrize("row", [r for r in ROWS if "example" in r], ids=lambda r: r["example"])
def test_each_row_finds_its_words_in_its_example(row: dict[str, Any]) -> None:
    found = weigh(row["example"])[row["topic"]].terms
    assert set(row["expect"]) <= set(found)


@pytest.mark.parametrize("sample", samples("off_topic"), ids=lambda s: s["title"])
def test_other_topics_are_told(sample: dict[str, Any]) -> None:
    says = {row["topic"]: row["says"] for row in ROWS if "says" in row}
    assert (out_of_scope(text(sample)) or "").startswith(says[sample["topic"]])


@pytest.mark.parametrize("sample", samples("near_topic"), ids=lambda s: s["title"])
def test_what_only_borders_on_them_is_kept(sample: dict[str, Any]) -> None:
    assert out_of_scope(text(sample)) is None


def test_every_bundled_study_is_in_scope() -> None:
    documents = [record.document() for record in load_corpus()]
    assert {d.key: why for d in documents if (why := left_out(d, Triage()))} == {}


@pytest.mark.parametrize(
    ("abstract", "language"),
    [
        (
            "Die Bindung zwischen Therapeut und Patient wurde in vierzig Dyaden untersucht. Die "
            "Allianz hing mit dem Ergebnis der Behandlung zusammen, nicht aber mit Oxytocin.",
            "de",
        ),
        (
            "Se estudió la relación entre la alianza terapéutica y el resultado del tratamiento en "
            "cuarenta díadas. La empatía del terapeuta predijo una mejor alianza.",
            "es",
        ),
        ("L'alliance thérapeutique prédit le résultat de la thérapie chez les adultes.", "fr"),
        ("Trust.", None),
        ("r = .31, p < .05", None),
        ("OBJECTIVE: Examine IPV among MSM. N=30; 95% CI 1.1-2.2. AOR=1.2 (p=.04).", None),
        ("We tested whether the alliance predicted the outcome of therapy in 30 adults.", None),
    ],
)
def test_the_language_of_a_text_is_told(abstract: str, language: str | None) -> None:
    assert other_language(abstract) == language
    reason = left_out(document(abstract), Triage())
    assert reason == (f"not English ({language})" if language else None)


def test_topics_can_be_kept_and_everything_too() -> None:
    voles = next(s for s in samples("off_topic") if s["topic"] == "animals")
    animals = document(voles["abstract"], voles["title"])
    assert left_out(animals, Triage())
    assert left_out(animals, triage(keep=["animals"])) is None
    assert left_out(animals, triage(keep_all=True)) is None
    assert left_out(document(" "), triage(keep_all=True)) == "no abstract"
    with pytest.raises(UnknownNameError, match="animals"):
        triage(keep=["dragons"])
    assert "animals" in topics()
