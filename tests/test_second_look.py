"""The second looks at a candidate, at a sentence and at a sign; and what a pair's clause is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from extract.agreement import sign_alike
from extract.blanking import clean
from extract.candidates import Candidate, find_candidates, find_topics, view_sentences
from extract.clauses import clause_words, cuts_between, statistic_sign
from extract.context import Scored, context_numbers
from extract.decision import Decision
from extract.decisions import decide
from extract.frames import frame_features
from extract.pipeline import load_pipeline, read_document
from extract.rhetoric import neighbour_features
from extract.signs import add_up
from extract.statistics import find_statistics
from kg.model import Direction, Document, Status


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def candidates(nlp: Language, text: str) -> dict[frozenset[str], Candidate]:
    _, doc = read_document(nlp, Document(id="key:x", key="x", title="Title", abstract=text))
    return {
        frozenset((c.first.construct, c.second.construct)): c
        for view in view_sentences(doc, find_topics(doc))
        for c in find_candidates(view)
    }


def pair(nlp: Language, text: str, one: str, other: str) -> Candidate:
    return candidates(nlp, text)[frozenset((one, other))]


def test_a_clause_ends_where_a_contrast_begins(nlp: Language) -> None:
    text = "Empathy was related to trust, whereas dropout was not related to the alliance."
    near = pair(nlp, text, "Empathy", "Trust")
    assert "not" not in clause_words(near)
    assert cuts_between(near) == 0
    across = pair(nlp, text, "Trust", "TherapeuticAlliance")
    assert cuts_between(across) == 1
    assert "not" in clause_words(across)


@pytest.mark.parametrize(
    ("statistic", "sign"),
    [("r = -.31", -1), ("r = .31", 1), ("β = −0.2", -1), ("OR = 0.6", -1), ("OR = 1.7", 1)],
)
def test_a_signed_statistic_behind_a_pair_gives_its_sign(
    nlp: Language, statistic: str, sign: int
) -> None:
    text = f"Attachment anxiety was related to the therapeutic alliance ({statistic}, p < .01)."
    assert statistic_sign(pair(nlp, text, "AttachmentAnxiety", "TherapeuticAlliance")) == sign


def test_a_p_value_gives_no_sign(nlp: Language) -> None:
    text = "Attachment anxiety was related to the therapeutic alliance (p = .02)."
    assert statistic_sign(pair(nlp, text, "AttachmentAnxiety", "TherapeuticAlliance")) == 0


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("The intervention had positive effects on depressive symptoms.", -1),
        ("The intervention had positive effects on well-being.", 1),
        ("The intervention had a negative impact on well-being.", -1),
    ],
)
def test_a_positive_effect_is_for_the_better(nlp: Language, text: str, sign: int) -> None:
    other = "Wellbeing" if "well-being" in text else "DepressiveSymptoms"
    assert add_up(pair(nlp, text, "Psychotherapy", other)).sign == sign


@pytest.mark.parametrize(
    ("text", "top"),
    [
        ("Empathy predicted trust.", "prediction"),
        ("The association between levels of empathy and trust was strong.", "between>association"),
        ("Empathy and trust were related.", "nsubj>association"),
        ("Higher empathy was associated with more trust.", "association"),
    ],
)
def test_a_frame_names_the_predicate_that_joins_two_mentions(
    nlp: Language, text: str, top: str
) -> None:
    found = pair(nlp, text, "Empathy", "Trust")
    frame = found.frame
    assert frame is not None
    assert frame.top == top
    kind = top.rpartition(">")[2]
    assert f"fr:k={kind}" in set(frame_features(frame))


@given(st.text("ab (r=.12, p<.05)[];\n", max_size=80))
def test_places_in_the_short_text_come_back_from_the_original(text: str) -> None:
    short = clean(text, find_statistics(text))
    for place in range(len(short.text)):
        assert short.cleaned(short.original(place)) == place
    places = [short.cleaned(place) for place in range(len(text))]
    assert places == sorted(places)


def scored(first: str, second: str, score: float, view: int = 0) -> Scored:
    return Scored(
        view=view, first=first, second=second, kind="rr", role="-", told=score, score=score
    )


#: Where the numbers of a rival stand in a row: there is one, its score, the lead over it.
_KINDRED, _ELSEWHERE, _WIDER, _NARROWER = (
    slice(2 + 3 * rival, 5 + 3 * rival) for rival in (3, 4, 10, 11)
)


def test_a_rival_reading_of_the_same_words_is_seen() -> None:
    own, rival = scored("Empathy", "Trust", -1.0), scored("CognitiveEmpathy", "Trust", 2.0)
    first, second = context_numbers([own, rival])
    assert [*first[_KINDRED]] == [1, 2, -3]
    assert [*second[_KINDRED]] == [1, -1, 3]
    (alone,) = context_numbers([own])
    assert [*alone[_KINDRED]] == [0, 0, 0]


def test_the_same_pair_elsewhere_in_the_text_is_seen() -> None:
    here, there = scored("Empathy", "Trust", -1.0), scored("Trust", "Empathy", 2.0, view=3)
    first, _ = context_numbers([here, there])
    assert [*first[_ELSEWHERE]] == [1, 2, -3]


def test_a_wider_and_a_narrower_pair_elsewhere_in_the_text_are_seen() -> None:
    wide, narrow = scored("Empathy", "Trust", -1.0), scored("CognitiveEmpathy", "Trust", 2.0, 2)
    first, second = context_numbers([wide, narrow])
    assert [*first[_WIDER], *first[_NARROWER]] == [0, 0, 0, 1, 2, -3]
    assert [*second[_WIDER], *second[_NARROWER]] == [1, -1, 3, 0, 0, 0]


@given(
    st.lists(
        st.tuples(st.sampled_from(["Empathy", "Trust", "Stress", "Cortisol"]), st.floats(-9, 5))
    ),
    st.floats(-9, 5),
)
def test_the_second_look_sees_each_candidate_that_has_hope(
    found: list[tuple[str, float]], least: float
) -> None:
    known = [scored(name, "Loneliness", score, view=i % 3) for i, (name, score) in enumerate(found)]
    hopeful = [one for one in known if one.score >= least]
    rows = context_numbers(known, least)
    assert len(rows) == len(hopeful)
    whole = context_numbers(known)
    kept = [place for place, one in enumerate(known) if one.score >= least]
    assert not len(rows) or (rows == whole[kept]).all()


def test_a_sentence_knows_whether_an_aim_still_follows() -> None:
    plain = {"finding": 0.6, "background": 0.4}
    aim = {"hypothesis": 0.9, "background": 0.1}
    first, second = neighbour_features([plain, aim], ["-", "-"])
    assert "later:hypothesis=4" in first
    assert "later:hypothesis=0" in second
    assert "before=finding" in second


def decisions(nlp: Language, text: str) -> list[Decision]:
    _, doc = read_document(nlp, Document(id="key:x", key="x", title="Title", abstract=text))
    return [d for d in decide(doc, find_topics(doc)) if not d.path]


def test_an_unsigned_assertion_takes_the_sign_that_the_text_gives(nlp: Language) -> None:
    from dataclasses import replace

    text = "Results: Higher empathy was associated with higher trust (r = .4)."
    signed = decisions(nlp, text)[0]
    signed = replace(
        signed, direction=Direction.POSITIVE, claimed=0.9, direction_probability=0.9,
        status=Status.FINDING,
    )  # fmt: skip
    unsigned = replace(signed, direction=Direction.UNSPECIFIED, direction_probability=0.6)
    assert [d.direction for d in sign_alike([signed, unsigned])] == [Direction.POSITIVE] * 2
    asked = replace(unsigned, status=Status.HYPOTHESIS)
    assert [d.direction for d in sign_alike([signed, asked])][1] is Direction.UNSPECIFIED
    against = replace(signed, direction=Direction.NEGATIVE)
    assert list(sign_alike([signed, against, unsigned]))[2].direction is Direction.UNSPECIFIED
