"""Where a drug was given, "treatment" is no psychotherapy."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.pipeline import load_pipeline
from extract.treatments import is_drug

TREATMENTS = ("Psychotherapy", "TherapeuticModel")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def treatments(nlp: Language, text: str) -> list[str]:
    doc = nlp(text)
    return [span.text for span in doc.spans["constructs"] if span.label_ in TREATMENTS]


@pytest.mark.parametrize(
    "text",
    [
        "Depression in primary care\nEscitalopram treatment reduced depressive symptoms.",
        "Predictors of response\nAntidepressant treatment lowered loneliness.",
        "Predictors of response\nTreatment with vilazodone and lithium lowered loneliness.",
        "Predictors of response\nPharmacological interventions reduced symptoms.",
        "Sertraline for social anxiety\nPatients got drug or placebo. Treatment reduced anxiety.",
        "Sertraline for social anxiety\nDropout did not differ between the two treatments.",
        "Mood after surgery\nPatients took quetiapine (n = 20), olanzapine (n = 21) or clozapine "
        "(n = 18). Both treatments improved mood.",
        "Theta burst rTMS in depression\nThe treatment improved mood and empathy.",
    ],
)
def test_a_drug_is_no_psychotherapy(nlp: Language, text: str) -> None:
    assert not treatments(nlp, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Loneliness\nNon-pharmacological interventions reduced loneliness.", ["interventions"]),
        ("Alliance\nMDMA-assisted therapy strengthened the alliance.", ["therapy"]),
        ("Alliance\nPrevious medication and treatment predicted outcome.", ["treatment"]),
        (
            "Sertraline or therapy for depression\nPatients got sertraline or cognitive therapy. "
            "Therapists met them weekly. Treatment reduced depression.",
            ["therapy", "cognitive therapy", "Treatment"],
        ),
        ("Depression\nThe intervention reduced depression.", ["The intervention"]),
        ("Depression\nPsychological treatment reduced depression.", ["Psychological treatment"]),
    ],
)
def test_psychotherapy_beside_a_drug_stays_what_it_is(
    nlp: Language, text: str, found: list[str]
) -> None:
    assert treatments(nlp, text) == found


@pytest.mark.parametrize("word", ["escitalopram", "vortioxetine", "brexpiprazole", "mdma", "rtms"])
def test_drugs_are_known_by_name_or_stem(word: str) -> None:
    assert is_drug(word)


@pytest.mark.parametrize("word", ["oxytocin", "placebo", "program", "epigram", "dopa"])
def test_other_words_are_none(word: str) -> None:
    assert not is_drug(word)
