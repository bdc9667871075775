"""A relation here, a null there in one sentence; the arithmetic of lists and comparatives."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.candidates import Candidate, find_candidates, find_topics, view_sentences
from extract.contrast import affirmed, may_contrast
from extract.pipeline import extract_readings, load_pipeline, read_document
from extract.signs import add_up
from extract.slots import plainly_denied
from kg.model import Claim, Direction, Document


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def document(text: str) -> Document:
    return Document(id="key:x", key="x", title="A study", abstract=text)


def pair(nlp: Language, text: str, one: str, other: str) -> Candidate:
    _, doc = read_document(nlp, document(text))
    return next(
        candidate
        for view in view_sentences(doc, find_topics(doc))
        for candidate in find_candidates(view)
        if {candidate.first.construct, candidate.second.construct} == {one, other}
    )


def claims(text: str, one: str, other: str) -> dict[Direction, Claim]:
    (reading,) = extract_readings([document(text)])
    return {c.direction: c for c in reading.claims if {c.subject, c.object} == {one, other}}


@pytest.mark.parametrize(
    ("text", "one", "other", "direction", "elsewhere"),
    [
        (
            "RESULTS: Intranasal oxytocin increased trust in women but not in men.",
            "OxytocinAdministration",
            "Trust",
            Direction.POSITIVE,
            "in men",
        ),
        (
            "RESULTS: Attachment anxiety was negatively associated with the alliance in women, "
            "but not in men.",
            "AttachmentAnxiety",
            "TherapeuticAlliance",
            Direction.NEGATIVE,
            "in men",
        ),
        (
            "RESULTS: Plasma oxytocin levels were positively correlated with depressive symptoms, "
            "but only among women.",
            "OxytocinLevel",
            "DepressiveSymptoms",
            Direction.POSITIVE,
            "except among women",
        ),
    ],
)
def test_a_sentence_may_give_a_relation_and_a_null(
    text: str, one: str, other: str, direction: Direction, elsewhere: str
) -> None:
    found = claims(text, one, other)
    assert set(found) == {direction, Direction.NULL}
    assert found[Direction.NULL].qualifiers.condition == elsewhere
    assert found[direction].qualifiers.condition != elsewhere


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        (
            "RESULTS: Intranasal oxytocin increased empathy, whereas trust was not affected.",
            "OxytocinAdministration",
            "Empathy",
        ),
        (
            "RESULTS: A stronger alliance predicted lower dropout but not the severity of "
            "depressive symptoms.",
            "TherapeuticAlliance",
            "Dropout",
        ),
    ],
)
def test_what_is_denied_of_another_construct_is_no_null_of_this_one(
    text: str, one: str, other: str
) -> None:
    assert Direction.NULL not in claims(text, one, other)


def test_a_sentence_without_a_word_of_denial_contrasts_nothing(nlp: Language) -> None:
    near = pair(nlp, "A stronger alliance predicted trust.", "TherapeuticAlliance", "Trust")
    assert not may_contrast(near.view)


@pytest.mark.parametrize(
    ("text", "one", "other", "sign"),
    [
        ("Higher empathy and trust predicted lower dropout.", "Trust", "Dropout", -1),
        ("Lower empathy and trust predicted lower dropout.", "Trust", "Dropout", 1),
        ("The stronger the alliance, the lower was the dropout.", "TherapeuticAlliance",
         "Dropout", -1),
        ("The weaker the alliance was, the lower was the trust.", "TherapeuticAlliance",
         "Trust", 1),
        ("The higher the attachment anxiety, the poorer was the alliance.", "AttachmentAnxiety",
         "TherapeuticAlliance", -1),
        ("Oxytocin buffers stress.", "OxytocinSystem", "Stress", -1),
        ("Poor social functioning worsened the alliance.", "SocialFunctioning",
         "TherapeuticAlliance", 1),
    ],
)  # fmt: skip
def test_degrees_hold_for_lists_and_correlatives(
    nlp: Language, text: str, one: str, other: str, sign: int
) -> None:
    assert add_up(pair(nlp, text, one, other)).sign == sign


@pytest.mark.parametrize(
    ("text", "one", "other", "denied"),
    [
        (
            "RESULTS: Vasopressin but not oxytocin increased trust in others.",
            "OxytocinSystem",
            "Trust",
            True,
        ),
        (
            "RESULTS: The real relationship, but not the working alliance, predicted dropout.",
            "TherapeuticAlliance",
            "Dropout",
            True,
        ),
        (
            "RESULTS: Trait anxiety, but not state anxiety, was associated with loneliness.",
            "AnxietySymptoms",
            "Loneliness",
            False,
        ),
        (
            "RESULTS: Empathy and not only mentalization was associated with the alliance.",
            "Mentalization",
            "TherapeuticAlliance",
            False,
        ),
    ],
)
def test_what_is_denied_by_name_before_the_verb_is_a_null(
    nlp: Language, text: str, one: str, other: str, denied: bool
) -> None:
    assert plainly_denied(pair(nlp, text, one, other)) is denied


@pytest.mark.parametrize(
    ("text", "one", "other", "said"),
    [
        (
            "RESULTS: Empathy was not related to the alliance, whereas compassion was.",
            "Compassion",
            "TherapeuticAlliance",
            True,
        ),
        (
            "RESULTS: Empathy was related to the alliance, whereas compassion was not.",
            "Compassion",
            "TherapeuticAlliance",
            False,
        ),
        (
            "RESULTS: Attachment anxiety did not predict trust, but loneliness did.",
            "Loneliness",
            "Trust",
            True,
        ),
        (
            "RESULTS: Attachment anxiety did not predict trust, but loneliness did.",
            "AttachmentAnxiety",
            "Trust",
            False,
        ),
        (
            "RESULTS: Empathy did not predict trust; PHQ-9.",
            "Trust",
            "DepressiveSymptoms",
            False,
        ),
    ],
)
def test_an_ellipsis_affirms_what_was_denied_of_another(
    nlp: Language, text: str, one: str, other: str, said: bool
) -> None:
    assert affirmed(pair(nlp, text, one, other)) is said
    if said:
        assert Direction.NULL not in claims(text, one, other)
