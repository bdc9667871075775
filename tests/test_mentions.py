"""Which names of constructs a text is read to hold: crossing names, gerunds, several readings."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.mentions import FormMatcher
from extract.phrases import known_forms, readings
from extract.pipeline import extract_readings, load_pipeline
from kg.model import Document


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def named(nlp: Language, text: str) -> list[tuple[str, str]]:
    """The names in a text, lower case, each with its construct (after a minus if inverted)."""
    doc = nlp(text)
    return [(s.text.lower(), f"{s.kb_id_}{s.label_}") for s in doc.spans["constructs"]]


#: Of two names that share words the later one is the head of the compound.
CROSSING = {
    "Maternal attachment anxiety was related to stress.": (
        "attachment anxiety",
        "AttachmentAnxiety",
    ),
    "Therapist attachment avoidance hampered the alliance.": (
        "attachment avoidance",
        "AttachmentAvoidance",
    ),
    "A larger salivary oxytocin response was seen.": ("oxytocin response", "OxytocinReactivity"),
    "We measured couple therapy alliance.": ("therapy alliance", "TherapeuticAlliance"),
    "The parent-child relationship quality was rated.": (
        "relationship quality",
        "RelationshipQuality",
    ),
    # The later one is more general, or no compound: the first stands.
    "Physiological synchrony between partners rose.": (
        "physiological synchrony",
        "PhysiologicalSynchrony",
    ),
    "Infants of non-depressed mothers smiled.": ("non-depressed", "Healthy"),
    "The active control group improved.": ("active control", "TherapeuticModel"),
}


@pytest.mark.parametrize("text", CROSSING)
def test_of_crossing_names_the_head_of_the_compound_counts(nlp: Language, text: str) -> None:
    found = named(nlp, text)
    assert CROSSING[text] in found
    words, construct = CROSSING[text]
    shared = set(words.split())
    assert all(one == (words, construct) or shared.isdisjoint(one[0].split()) for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Perspective taking and empathic concern did not differ.",
        "Patients reported less perspective taking and more personal distress.",
        "Burnout went along with a decline of perspective taking over time.",
        "Higher perspective-taking predicted trust.",
    ],
)
def test_a_gerund_at_the_end_of_a_name_is_no_verb(nlp: Language, text: str) -> None:
    assert "CognitiveEmpathy" in [construct for _, construct in named(nlp, text)]


def test_a_name_with_a_verb_that_has_an_object_is_none(nlp: Language) -> None:
    assert ("oxytocin", "OxytocinSystem") in named(nlp, "Oxytocin increased trust.")


@pytest.mark.parametrize(
    ("text", "construct"),
    [
        ("Attachment anxiety of therapists was high.", "AttachmentAnxiety"),
        ("Attachment avoidance of the therapist was high.", "AttachmentAvoidance"),
        ("Attachment security to the therapist was high.", "AttachmentToTherapist"),
    ],
)
def test_attachment_of_a_therapist_is_not_attachment_to_one(
    nlp: Language, text: str, construct: str
) -> None:
    assert named(nlp, text)[0][1] == construct


#: One phrase in texts about different things.
READINGS = {
    ("bond", "The working alliance was rated. The bond grew."): "AllianceBond",
    ("bond", "Siblings share a bond."): "Bonding",
    ("satisfaction", "Couples were followed. Satisfaction fell."): "RelationshipQuality",
    ("satisfaction", "Psychotherapy was given. Satisfaction rose."): "TreatmentOutcome",
    ("fear", "Recognition of emotions was tested, among them fear."): "EmotionRecognition",
    ("fear", "Spiders cause fear."): "NegativeAffect",
    ("responsiveness", "Infants were filmed. Responsiveness rose."): "ParentalSensitivity",
    ("responsiveness", "The working alliance grew with responsiveness."): "TherapistResponsiveness",
}


@pytest.mark.parametrize(("phrase", "text"), READINGS)
def test_a_phrase_is_read_by_what_its_text_is_about(nlp: Language, phrase: str, text: str) -> None:
    assert dict(named(nlp, text))[phrase] == READINGS[phrase, text]


def test_a_phrase_without_a_reading_that_fits_is_left_out(nlp: Language) -> None:
    assert all(form.requires for form in readings()["responsiveness"])
    assert named(nlp, "Its responsiveness to light was measured.") == []


def test_the_first_reading_is_the_one_that_is_known() -> None:
    assert {words: forms[0] for words, forms in readings().items()} == known_forms()


@pytest.mark.parametrize(
    "abstract",
    [
        "We review the process and outcome of psychotherapy",
        "We studied oxytocin",
        "A trial on the alliance in couple therapy",
    ],
)
def test_a_text_may_end_in_a_name_without_a_full_stop(abstract: str) -> None:
    document = Document(id="key:a", key="a", title="On change", abstract=abstract)
    (reading,) = extract_readings([document])
    assert reading.mentions


def test_process_and_outcome_are_two(nlp: Language) -> None:
    found = [construct for _, construct in named(nlp, "The process and outcome of therapy differ.")]
    assert found[:2] == ["TherapeuticProcess", "TreatmentOutcome"]


def test_the_matcher_knows_forms_as_the_tokenizer_cuts_them(nlp: Language) -> None:
    matcher = FormMatcher(nlp.tokenizer)
    for words in known_forms():
        doc = nlp.make_doc(words)
        assert (0, len(doc)) in {(start, end) for start, end, _ in matcher(doc)}, words


@pytest.mark.parametrize(
    ("text", "construct"),
    [
        ("Oxytocin was related to the anxiety scale of the ECR.", "AttachmentAnxiety"),
        ("ECR anxiety predicted dropout.", "AttachmentAnxiety"),
        ("Alliance was related to the anxiety dimension of attachment.", "AttachmentAnxiety"),
        ("Anxiety was related to the ECR.", "AnxietySymptoms"),
        ("Anxiety and attachment were rated.", "AnxietySymptoms"),
    ],
)
def test_anxiety_on_a_scale_of_attachment_is_attachment_anxiety(
    nlp: Language, text: str, construct: str
) -> None:
    assert ("anxiety", construct) in named(nlp, text)
