"""What a word stands for where the word alone does not tell, and how paths are put together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from extract.asking import Asking, ask_together
from extract.candidates import SentenceView, find_topics, view_sentences
from extract.decisions import decide
from extract.encoded import encode
from extract.encoder import own_encoder
from extract.features import claim_features, sentence_features
from extract.linear import UNIT, LinearModel
from extract.looks import first_look
from extract.meant import TREATMENTS
from extract.models import own_models
from extract.paths import find_path_candidates, likely_paths, may_hold_path
from extract.pipeline import load_pipeline
from extract.senses import PLAIN, SENSES, sense_of
from extract.settings import own_settings
from extract.words import read_words
from kg.model import Relation


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def named(doc: Doc) -> set[tuple[str, str]]:
    return {(span.text.lower(), span.label_) for span in doc.spans["constructs"]}


def views(doc: Doc) -> tuple[SentenceView, ...]:
    return tuple(view_sentences(doc, find_topics(doc)))


@pytest.mark.parametrize(
    ("text", "words", "construct"),
    [
        (
            "Intranasal oxytocin was given to men. There was no effect of treatment on trust.",
            "effect of treatment",
            "OxytocinAdministration",
        ),
        (
            "Intranasal oxytocin was given to men. Cortisol was unaffected by treatment.",
            "treatment",
            "OxytocinAdministration",
        ),
        (
            "Intranasal oxytocin was added to psychotherapy. Treatment lowered anxiety.",
            "treatment",
            "Psychotherapy",
        ),
        (
            "Women with borderline personality disorder and healthy controls took part. Cortisol "
            "differed between groups.",
            "between groups",
            "BorderlinePD",
        ),
        (
            "Head movement synchrony was measured. Synchrony mediated the effect.",
            "synchrony",
            "BehavioralSynchrony",
        ),
        (
            "Therapist empathy was rated. Empathy predicted outcome.",
            "empathy",
            "TherapistEmpathy",
        ),
        ("In men oxytocin increased trust.", "oxytocin", "OxytocinSystem"),
        ("During play oxytocin increased.", "oxytocin increased", "OxytocinReactivity"),
        ("Patients' attachment anxiety was high.", "attachment anxiety", "AttachmentAnxiety"),
        ("We studied the alliance-outcome link.", "outcome", "TreatmentOutcome"),
    ],
)
def test_general_words_mean_what_the_text_makes_of_them(
    nlp: Language, text: str, words: str, construct: str
) -> None:
    assert (words, construct) in named(nlp(f"A study\n{text}"))


@pytest.mark.parametrize(
    "text",
    [
        "Women with borderline personality disorder, schizophrenia or no disorder and healthy "
        "controls differed. Cortisol differed between groups.",
        "Cortisol differed between groups.",
    ],
)
def test_groups_without_one_disorder_stand_for_nothing(nlp: Language, text: str) -> None:
    assert not {words for words, _ in named(nlp(f"A study\n{text}"))} & {"between groups"}


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        (
            "Intranasal oxytocin was given to 40 men in a double-blind, placebo-controlled trial. "
            "Oxytocin reduced anxiety but not cortisol.",
            "OxytocinAdministration",
        ),
        (
            "Plasma oxytocin was assayed in mothers. Salivary oxytocin was assayed too. Oxytocin "
            "was positively correlated with maternal sensitivity.",
            "OxytocinLevel",
        ),
        (
            "Forty men took part in a double-blind, placebo-controlled study. Oxytocin increased "
            "trust.",
            "OxytocinAdministration",
        ),
        (
            "Forty patients were given a nasal spray of oxytocin or placebo. The peptide reduced "
            "their trust.",
            "OxytocinAdministration",
        ),
    ],
)
def test_plain_oxytocin_is_what_was_given_or_measured(nlp: Language, text: str, sense: str) -> None:
    doc = nlp(f"A study of men and women\n{text}")
    last = views(doc)[-1]
    assert sense_of(last, find_topics(doc), own_models()["sense"]) == sense
    subjects = {d.subject for d in decide(doc, find_topics(doc)) if d.candidate.view is not None}
    assert PLAIN not in subjects
    assert sense in SENSES


@pytest.mark.parametrize(
    ("text", "treatment"),
    [
        ("Depressive symptoms were reduced in both programs.", "Psychotherapy"),
        ("Both treatments led to a reduction in depressive symptoms.", "Psychotherapy"),
        ("Both interventions reduced depressive symptoms at posttest.", "Psychotherapy"),
        ("The two treatments did not differ in depressive symptoms.", "TherapeuticModel"),
        ("There were no differences in dropout between the two programs.", "TherapeuticModel"),
        ("There was no difference between CBT and IPT in depressive symptoms.", "TherapeuticModel"),
        ("Text messages reduced dropout.", "TherapeuticTechnique"),
    ],
)
def test_words_for_treatment_mean_what_is_said_of_them(
    nlp: Language, text: str, treatment: str
) -> None:
    doc = nlp(
        "Two internet programs for depression: a randomized trial\nBackground: Cognitive "
        "behavioral therapy (CBT) and interpersonal psychotherapy (IPT) were compared in 180 "
        f"adults. Results: {text}"
    )
    said = {(d.subject, d.object) for d in decide(doc, find_topics(doc))}
    assert {subject for subject, _ in said if subject in TREATMENTS} == {treatment}


@pytest.mark.parametrize(
    ("text", "third", "path"),
    [
        (
            "The alliance mediated the effect of attachment anxiety on depressive symptoms.",
            "TherapeuticAlliance",
            {"AttachmentAnxiety", "DepressiveSymptoms"},
        ),
        (
            "Attachment anxiety moderated the effect of intranasal oxytocin on trust.",
            "AttachmentAnxiety",
            {"OxytocinAdministration", "Trust"},
        ),
    ],
)
def test_a_path_is_read_with_its_third(
    nlp: Language, text: str, third: str, path: set[str]
) -> None:
    doc = nlp(f"What changes symptoms\nRESULTS: {text}")
    (found,) = [d for d in decide(doc, find_topics(doc)) if d.path]
    assert found.subject == third
    assert found.path is not None
    assert set(found.path) == path


def test_what_is_coordinated_with_the_likeliest_end_is_claimed_too(nlp: Language) -> None:
    text = "Emotion regulation mediated the effect of childhood maltreatment on anxiety and "
    doc = nlp(f"Adversity\nRESULTS: {text}depressive symptoms.")
    low = replace(own_settings(), path_threshold=0.2)
    found = {d.object for d in decide(doc, find_topics(doc), chosen=low) if d.path}
    assert found == {"AnxietySymptoms", "DepressiveSymptoms"}


def test_triples_have_three_constructs_and_no_group_mediates(nlp: Language) -> None:
    doc = nlp("T\nIn women trust mediated the effect of oxytocin on empathy in depressed patients.")
    (view,) = views(doc)
    assert may_hold_path(view)
    for relation in (Relation.MEDIATES, Relation.MODERATES):
        for candidate in find_path_candidates(view, relation):
            assert len(set(candidate.ids)) == 3
            assert relation is Relation.MODERATES or candidate.ids[0] != "Sex"


def test_a_sentence_of_two_constructs_holds_no_path(nlp: Language) -> None:
    doc = nlp("Cells\nTrust moderated empathy.")
    (view,) = views(doc)
    assert not may_hold_path(view)
    topics = find_topics(doc)
    encoded = encode([view], topics, own_encoder())
    assert not likely_paths(view, Relation.MEDIATES, topics, encoded, own_models()["path"])


def test_the_parts_of_a_score_add_up_to_the_whole(nlp: Language) -> None:
    text = (
        "Higher attachment anxiety was associated with lower trust and lower empathy. "
        "It was unrelated to loneliness."
    )
    doc = nlp(f"Attachment and trust\n{text}")
    topics, model = find_topics(doc), own_models()["claim"]
    encoded = encode(views(doc), topics, own_encoder())
    for view in views(doc):
        shared = sentence_features(view)
        (looked,) = ask_together([first_look([view], topics, encoded, model)])
        for candidate, score in looked:
            features = claim_features(candidate, topics, shared)
            assert score == model.log_odds([*features, *encoded.claimed(candidate)])


def model_of(
    labels: tuple[str, ...], intercepts: tuple[int, ...], weights: dict[str, tuple[int, ...]]
) -> LinearModel:
    return LinearModel(
        labels=labels,
        intercepts=intercepts,
        features=tuple(weights),
        weights=np.array([*weights.values()], np.int32),
    )


@given(st.permutations(range(40)))
def test_a_sum_does_not_depend_on_the_order_of_its_features(order: list[int]) -> None:
    weights: dict[str, tuple[int, ...]]
    weights = {str(n): (n * 1237 - 20_000, 25_000 - n * 911) for n in range(40)}
    model = model_of(("no", "yes"), (1000, -3000), weights)
    straight, mixed = map(str, range(40)), [str(n) for n in order]
    assert model.log_odds(straight) == model.log_odds(mixed)
    assert model.probabilities(weights) == model.probabilities(mixed)


def test_words_say_what_their_tokens_say(nlp: Language) -> None:
    doc = nlp("Trust and alliance\nPatients' trust rose, but the alliance did not predict it.")
    for word, token in zip(read_words(doc), doc, strict=True):
        for name in ("i", "text", "lower_", "lemma_", "tag_", "pos_", "dep_"):
            assert getattr(word, name) == getattr(token, name)
        assert word.head.i == token.head.i
        assert [child.i for child in word.children] == [child.i for child in token.children]


@given(st.lists(st.lists(st.sampled_from([*"abcdef"]), max_size=6), max_size=5))
def test_several_sets_are_weighed_as_each_alone(groups: list[list[str]]) -> None:
    weights: dict[str, tuple[int, ...]]
    weights = {name: (place * 7_001, -place * 977, 40 - place) for place, name in enumerate("abcd")}
    model = model_of(("x", "y", "z"), (5, 0, -3), weights)
    scores = [
        [start + sum(weights[name][label] for name in own if name in weights) for own in groups]
        for label, start in enumerate(model.intercepts)
    ]
    together = model.all_probabilities(groups)
    assert together == [model.probabilities(own) for own in groups]
    assert model.weigh_all(groups) == [model.weigh(own) for own in groups]
    for place, likely in enumerate(together):
        powers = [math.exp((own[place] - scores[0][place]) / UNIT) for own in scores]
        assert list(likely.values()) == pytest.approx([power / sum(powers) for power in powers])


def test_texts_in_step_ask_once_and_get_their_own_answers() -> None:
    asked: list[int] = []

    def lengths(groups: Sequence[Sequence[str]]) -> list[int]:
        asked.append(len(groups))
        return [len(own) for own in groups]

    def text(*words: str) -> Asking[list[int]]:
        first = yield lengths, words
        second = yield lengths, [word * 2 for word in words]
        return [*first, *second]

    assert ask_together([text("a", "bcd"), text(), text("ef")]) == [[1, 3, 2, 6], [], [2, 4]]
    assert asked == [3, 3]
    assert ask_together([]) == []
