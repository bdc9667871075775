"""The baseline: what names of constructs in one sentence are worth without any reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.baseline import baseline_claims, construct_names, sentences
from kg.claims_io import claim_to_json
from kg.corpus import load_corpus
from kg.evaluate import Evaluation, evaluate_claims
from kg.model import Document

GOLD = Path(__file__).parent / "gold"


def document(abstract: str) -> Document:
    return Document(id="key:a", key="a", title="Empathy and trust", abstract=abstract)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Empathy rose.", "Trust did not."],
        ["Did it?", "(Trust fell.)", "It did!"],
        ["Trust fell (p < .05).", '"Empathy" rose, e.g. in Smith et al. 2020, vs. Trust.'],
        ["It was 3.5 points."],
        ["No full stop"],
        ["In the study of J. Smith trust fell. then it rose."],
        [],
    ],
)
def test_sentences_end_where_a_capital_follows(parts: list[str]) -> None:
    assert split("  ".join(parts)) == parts


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Plasma oxytocin predicts alliance.", ["OxytocinLevel", "TherapeuticAlliance"]),
        ("EMPATHY and withdrawal ruptures", ["Empathy", "WithdrawalRupture"]),
        ("Patients improved.", []),
        ("", []),
    ],
)
def test_constructs_are_found_by_their_longest_names(sentence: str, expected: list[str]) -> None:
    assert list(construct_names(sentence)) == expected


def test_each_pair_in_a_sentence_is_a_claim() -> None:
    doc = document("Empathy, trust and loneliness met empathy. Only resilience stood here.")
    claims = baseline_claims(doc)
    pairs = [(claim.subject, claim.object) for claim in claims]
    assert pairs == [("Empathy", "Trust"), ("Empathy", "Loneliness"), ("Trust", "Loneliness")]
    for claim in claims:
        place = claim.evidence
        assert doc.text[place.start : place.end] == place.sentence
        assert place.sentence == "Empathy, trust and loneliness met empathy."


def test_the_title_makes_no_claim() -> None:
    assert baseline_claims(document("Nothing is said.")) == ()
    assert baseline_claims(document("")) == ()


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    lines = map(json.loads, (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines())
    gold = {line["key"]: line["claims"] for line in lines}
    predicted = {
        record.key: [claim_to_json(claim) for claim in baseline_claims(record.document())]
        for record in load_corpus()
    }
    return evaluate_claims(gold, predicted)


def test_the_baseline_finds_many_pairs_and_few_directions(evaluation: Evaluation) -> None:
    pair, direction = (
        evaluation.scores[f"asserted.lenient.{level}"] for level in ("pair", "direction")
    )
    assert 0.25 < pair.f1 < 0.50
    assert 0.10 < direction.f1 < 0.25
    assert pair.precision < 0.4
