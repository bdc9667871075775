"""Every claim is one readable sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gold_readings import gold_readings
from hypothesis import given
from hypothesis import strategies as st
from strategies import claims, documents, studies

from kg.model import (
    Certainty,
    Claim,
    Direction,
    Document,
    Evidence,
    Qualifiers,
    Relation,
    Status,
    Study,
)
from kg.ontology import constructs
from kg.wording import citation, claim_sentence, label_of, sample, surname

LABELS = {name: construct.label for name, construct in constructs().items()}
DOCUMENT = Document(
    id="pmid:1", key="k", title="T", abstract="A", year=2021, authors=("Zilcha-Mano, Sigal",)
)
STUDY = Study(id="s", documents=("pmid:1",), n=37, unit="dyads")
CLAIM = Claim(
    document="pmid:1",
    subject="OxytocinSynchrony",
    relation=Relation.PREDICTS,
    object="DepressiveSymptoms",
    direction=Direction.NEGATIVE,
    status=Status.FINDING,
    evidence=Evidence(start=0, end=1, sentence="A", cue="A"),
    qualifiers=Qualifiers(subject_role="dyad", specimen="saliva"),
)
PATH = {"relation": Relation.MEDIATES, "path": ("SocialFunctioning", "DepressiveSymptoms")}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "Greater dyadic oxytocin synchrony predicted lower depressive symptoms "
            "(Zilcha-Mano 2021, saliva, 37 dyads).",
        ),
        (
            {"direction": Direction.NULL, "qualifiers": Qualifiers(object_role="patient")},
            "Oxytocin synchrony did not predict patients’ depressive symptoms "
            "(Zilcha-Mano 2021, 37 dyads).",
        ),
        (
            {"status": Status.CONCLUSION, "certainty": Certainty.HEDGED},
            "The authors conclude that greater dyadic oxytocin synchrony predicts lower depressive "
            "symptoms (Zilcha-Mano 2021, saliva, 37 dyads, said tentatively).",
        ),
        (
            {"status": Status.OPEN_QUESTION, "direction": Direction.UNSPECIFIED},
            "It is said to be unknown whether dyadic oxytocin synchrony predicts depressive "
            "symptoms (Zilcha-Mano 2021, saliva, 37 dyads).",
        ),
        (
            {**PATH, "direction": Direction.POSITIVE, "qualifiers": Qualifiers()},
            "Oxytocin synchrony mediated the link from social functioning to depressive symptoms "
            "(Zilcha-Mano 2021, 37 dyads).",
        ),
        (
            {"qualifiers": Qualifiers(instrument="BDI", condition="only\nmen")},
            "Greater oxytocin synchrony predicted lower depressive symptoms "
            "(Zilcha-Mano 2021, measured by BDI, condition: only men, 37 dyads).",
        ),
    ],
)
def test_a_claim_reads_as_a_sentence(changes: dict[str, object], sentence: str) -> None:
    claim = replace(CLAIM, **changes)  # type: ignore[arg-type]
    assert claim_sentence(claim, DOCUMENT, STUDY, LABELS) == sentence


@given(claims(), documents("pmid:1"), studies("s"), st.booleans())
def test_any_claim_is_one_line_with_its_source(
    claim: Claim, document: Document, study: Study, labelled: bool
) -> None:
    sentence = claim_sentence(claim, document, study, LABELS if labelled else None)
    assert sentence.isprintable()
    assert sentence.endswith(").")
    assert sentence[0] == sentence[0].upper()


def test_every_annotated_claim_has_a_sentence_without_gaps() -> None:
    for reading in gold_readings():
        for claim in reading.claims:
            sentence = claim_sentence(claim, reading.document, reading.study, LABELS)
            assert not set("{}[]|") & set(sentence)
            assert "  " not in sentence
            assert "an unnamed construct" not in sentence


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Zilcha-Mano S", "Zilcha-Mano"),
        ("Zilcha-Mano, Sigal", "Zilcha-Mano"),
        ("Sigal Zilcha-Mano", "Zilcha-Mano"),
        ("van der Kolk BA", "van der Kolk"),
        ("Feldman R.", "Feldman"),
        ("WHO", "WHO"),
        ("", ""),
    ],
)
def test_a_surname_is_found_in_each_style(author: str, name: str) -> None:
    assert surname(author) == name


def test_a_citation_falls_back_to_the_key() -> None:
    assert citation(replace(DOCUMENT, authors=())) == "k"
    assert citation(replace(DOCUMENT, year=None)) == "Zilcha-Mano"


@pytest.mark.parametrize(
    ("n", "unit", "words"),
    [
        (1, "dyads", "1 dyad"),
        (1, "studies", "1 study"),
        (2, "studies", "2 studies"),
        (5, None, "5 in the sample"),
        (None, None, ""),
    ],
)
def test_a_sample_in_words(n: int | None, unit: str | None, words: str) -> None:
    assert sample(replace(STUDY, n=n, unit=unit)) == words


@pytest.mark.parametrize(
    ("construct", "label"),
    [("OxytocinLevel", "oxytocin level"), ("OXTRGenotype", "OXTR genotype"), ("x", "x")],
)
def test_an_id_without_label_is_put_in_words(construct: str, label: str) -> None:
    assert label_of(construct) == label
