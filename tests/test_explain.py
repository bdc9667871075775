"""What is said of a reading: sentence by sentence, safe to print and to open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from spacy.language import Language

from extract.explain import ExplainedSentence, as_html, as_text, explain_document
from extract.pipeline import load_pipeline
from kg.model import Document

DOCUMENT = Document(
    id="key:x",
    key="x",
    title="Empathy and the alliance",
    abstract=(
        "We asked whether therapist empathy predicts the alliance. Higher therapist empathy was "
        "associated with lower dropout (r = -.31, p < .01). Patients completed the questionnaires."
    ),
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


@pytest.fixture(scope="module")
def sentences(nlp: Language) -> list[ExplainedSentence]:
    return list(explain_document(nlp, DOCUMENT))


def test_each_sentence_is_told_with_the_constructs_that_it_names(
    sentences: list[ExplainedSentence],
) -> None:
    assert len(sentences) == 3
    assert ("therapist empathy", "TherapistEmpathy") in sentences[1].named
    assert any(name == "Dropout" for _, name in sentences[1].named)


def test_a_claim_is_told_with_its_reasons_and_the_arithmetic_of_its_sign(
    sentences: list[ExplainedSentence],
) -> None:
    found = [v for v in sentences[1].verdicts if v.kept and "Dropout" in v.words]
    assert found
    assert found[0].direction == "negative"
    assert found[0].features
    assert any("sum of the signs" in step for step in found[0].steps)


def test_what_speaks_for_a_mediation_is_told_in_words(nlp: Language) -> None:
    text = "Attachment security mediated the effect of childhood maltreatment on dropout."
    document = Document(id="key:m", key="m", title="A study", abstract=text)
    (sentence,) = explain_document(nlp, document)
    reasons = [name for v in sentence.verdicts if "(path" in v.words for name, _ in v.features]
    assert "the sentence as a whole" in reasons
    assert not [name for name in reasons if "enc:" in name or "mediates" in name]


def test_what_was_left_out_is_under_its_threshold(sentences: list[ExplainedSentence]) -> None:
    for sentence in sentences:
        for verdict in sentence.verdicts:
            assert verdict.kept == (verdict.probability >= verdict.threshold)


def test_explaining_decides_what_reading_decides(nlp: Language) -> None:
    from extract.pipeline import extract_readings

    (reading,) = extract_readings([DOCUMENT])
    read = {(str(c.direction), f"{c.subject} {c.relation} {c.object}") for c in reading.claims}
    told = {
        (verdict.direction, verdict.words.split(" (path")[0])
        for sentence in explain_document(nlp, DOCUMENT)
        for verdict in sentence.verdicts
        if verdict.kept
    }
    assert told == read


def test_hostile_text_does_nothing_on_a_terminal_or_a_page(nlp: Language) -> None:
    bad = "Empathy\x1b[31m <script>alert(1)</script> predicted \u202ealliance."
    document = replace(DOCUMENT, title="<img src=x onerror=alert(1)>", abstract=bad)
    sentences = list(explain_document(nlp, document))
    assert "\x1b" not in as_text(sentences)
    page = as_html(document, sentences)
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page
