"""Studies are weighed by direction, pooled where they can be, and compared where they disagree."""

from __future__ import annotations

import math

import pytest
from evidence_corpus import SPECIMENS, said, statistic, study
from gold_readings import gold_readings, gold_store
from hypothesis import given, settings
from strategies import readings

from kg.errors import OxykgError
from kg.evidence.balance import balance
from kg.evidence.disagreement import Contrast, disagreement, disagreement_sentences
from kg.evidence.dossier import (
    asked,
    background,
    construct_links,
    construct_paths,
    dossier,
    speaking,
    voices,
)
from kg.evidence.effects import primary_effects, published_effects
from kg.evidence.pool import pool
from kg.links import Link, link_claims
from kg.model import Claim, Direction, Reading, Relation, Status
from kg.rdf import canonical
from kg.rollup import members
from kg.select import readings_about

ALLIANCE = ("TherapeuticAlliance", "TreatmentOutcome")


def link_of(*said_by: Reading) -> Link:
    found = dossier(said_by, *ALLIANCE).link
    assert found
    return found


def finding(direction: str = "positive", **fields: object) -> Claim:
    return said(*ALLIANCE, direction, **fields)  # type: ignore[arg-type]


def names(found: Link, direction: str) -> list[str]:
    return [voice.study.id.removeprefix("study:") for voice in voices(found, Direction(direction))]


def test_a_study_speaks_by_its_findings_before_its_conclusions() -> None:
    concluded = finding("positive", status=Status.CONCLUSION)
    found = link_of(study("a-2000", finding("null"), concluded), study("b-2001", concluded))
    assert names(found, "positive") == ["b-2001"]
    assert names(found, "null") == ["a-2000"]
    (voice,) = voices(found, Direction.POSITIVE)
    assert voice.basis is Status.CONCLUSION


def test_questions_and_what_is_known_speak_apart() -> None:
    hypothesis = finding("unspecified", status=Status.HYPOTHESIS)
    known = finding(status=Status.BACKGROUND)
    found = link_of(study("a-2000", hypothesis), study("b-2001", known))
    assert [voice.study.id for voice in asked(found)] == ["study:a-2000"]
    assert [voice.study.id for voice in background(found)] == ["study:b-2001"]
    assert speaking(found) == ()


def test_fewer_symptoms_and_drop_outs_count_as_better_outcome() -> None:
    found = link_of(
        study("a-2000", said("TherapeuticAlliance", "DepressiveSymptoms", "negative")),
        study("b-2001", said("TherapeuticAlliance", "Dropout", "negative")),
        study("c-2002", said("AllianceBond", "Wellbeing")),
    )
    assert names(found, "positive") == ["a-2000", "b-2001", "c-2002"]
    assert [s.turned for s in speaking(found)].count(True) == 2


def test_one_end_within_the_other_is_refused_unless_asked_exactly() -> None:
    with pytest.raises(OxykgError, match="without roll-up"):
        dossier((), "Symptoms", "DepressiveSymptoms")
    assert dossier((), "Symptoms", "DepressiveSymptoms", rollup=False).link is None


def test_paths_stand_with_the_pair_and_kinds_left_out_are_named() -> None:
    path = said(
        "OxytocinSynchrony", "DepressiveSymptoms", relation=Relation.MEDIATES,
        path=("SocialFunctioning", "DepressiveSymptoms"),
    )  # fmt: skip
    found = dossier([study("a-2000", path)], "SocialFunctioning", "TreatmentOutcome")
    assert [link.through for link in found.paths] == ["OxytocinSynchrony"]
    assert found.link is None
    assert "OxytocinLevel" in dossier((), "OxytocinSystem", "Trust").apart
    assert dossier((), "OxytocinSystem", "Trust", merge=True).apart == ()


def test_the_links_of_a_construct_begin_with_the_most_studied() -> None:
    corpus = [study(f"{i}-2000", finding()) for i in "ab"]
    corpus.append(study("c-2000", said("Empathy", "TherapeuticAlliance")))
    links = construct_links(corpus, "TherapeuticAlliance")
    assert [link.b for link in links] == ["TreatmentOutcome", "Empathy"]


def test_the_sign_test_is_that_of_the_books() -> None:
    # 9 of 10: two-sided p = 2 (1 + 10) / 2^10; Wilson's interval by his formula, z = 1.96.
    corpus = [study(f"{i}-2000", finding("positive" if i else "negative")) for i in range(10)]
    found = balance(link_of(*corpus))
    assert found.signed == 10
    assert found.share == 0.9
    assert found.p == pytest.approx(22 / 1024)
    assert (found.low, found.high) == pytest.approx((0.596, 0.982), abs=5e-4)


def test_below_three_signed_studies_nothing_is_tested() -> None:
    found = balance(link_of(study("a-2000", finding()), study("b-2000", finding("null"))))
    assert found.too_few
    assert found.share is found.low is found.p is None
    assert found.null == ("study:b-2000",)
    assert found.tested == 2


@pytest.mark.parametrize(
    ("directions", "group"),
    [
        (["positive"] * 7 + ["negative"] * 3, "positive"),
        (["positive"] * 2 + ["negative"], "conflicting"),
        (["null", "negative"], "negative"),
        (["null", "mixed"], "null"),
    ],
)
def test_a_study_needs_seven_in_ten_for_a_direction(directions: list[str], group: str) -> None:
    claims = [finding(way, condition=f"c{i}") for i, way in enumerate(directions)]
    assert getattr(balance(link_of(study("a-2000", *claims))), group) == ("study:a-2000",)


def test_syntheses_are_weighed_apart_and_confidence_enters_no_figure() -> None:
    sure = [study(f"{i}-2000", finding(confidence=0.9)) for i in range(3)]
    unsure = [study(f"{i}-2000", finding(confidence=0.1)) for i in range(3)]
    review = study("z-2020", finding("negative"), kind="meta-analysis")
    one, other = balance(link_of(*sure, review)), balance(link_of(*unsure, review))
    assert (one.share, one.p) == (other.share, other.p)
    assert (one.confidence, other.confidence) == (0.9, 0.1)
    assert one.syntheses.negative == ("study:z-2020",)
    assert one.negative == ()


@given(readings())
@settings(max_examples=40, deadline=None)
def test_each_primary_study_is_in_one_group(corpus: list[Reading]) -> None:
    for link in link_claims(corpus):
        found = balance(link)
        groups = (found.positive, found.negative, found.conflicting, found.null, found.mixed)
        ids = [name for group in (*groups, found.unspecified) for name in group]
        assert sorted(ids) == sorted(link.studies)
        assert found.share is None or 0 <= found.low <= found.share <= found.high <= 1  # type: ignore[operator]


def test_an_effect_takes_the_sign_of_its_claim_and_the_sample_of_its_study() -> None:
    claim = said(
        "TherapeuticAlliance", "Symptoms", "negative", statistics=(statistic("r", 0.3),)
    )  # fmt: skip
    (effect,) = primary_effects(link_of(study("a-2000", claim, n=103)))
    assert effect.r == pytest.approx(0.3)
    assert effect.variance == pytest.approx(0.01)
    assert effect.cautions == ()


@pytest.mark.parametrize(
    ("numbers", "r", "variance"),
    [
        ((statistic("d", 0.5),), 0.2425, None),
        ((statistic("beta", 0.2),), 0.25, 1 / 47),
        ((statistic("r", 0.3), statistic("ci", start=9, low=0.1, high=0.5)), 0.3, None),
        ((statistic("r", 0.3), statistic("n", 28, start=9)), 0.3, 1 / 25),
        (
            (statistic("or", 2.0), statistic("ci", start=9, low=1.0, high=4.0)),
            0.18768,
            None,
        ),
    ],
)  # fmt: skip
def test_numbers_become_correlations(
    numbers: tuple[object, ...], r: float, variance: float | None
) -> None:
    (effect,) = primary_effects(link_of(study("a-2000", finding(statistics=numbers))))
    assert effect.r == pytest.approx(r, abs=5e-5)
    if variance:
        assert effect.variance == pytest.approx(variance)
    low, high = effect.interval
    assert low < effect.r < high


@pytest.mark.parametrize(
    "numbers",
    [
        (statistic("b", 2.1),),
        (statistic("beta", 0.8),),
        (statistic("or", 2.0),),
        (statistic("r", 0.3, comparator="<"),),
        (statistic("r", 1.0),),
        (statistic("p", 0.03),),
    ],
)
def test_what_cannot_be_converted_is_left_out(numbers: tuple[object, ...]) -> None:
    assert primary_effects(link_of(study("a-2000", finding(statistics=numbers)))) == ()


def test_one_number_behind_two_claims_counts_once_and_a_study_once() -> None:
    number = statistic("r", 0.3, start=5)
    twice = (finding(statistics=(number,)), finding("null", statistics=(number,)))
    other = finding(statistics=(statistic("r", 0.5, start=50),), condition="later")
    (effect,) = primary_effects(link_of(study("a-2000", *twice, other)))
    assert effect.z == pytest.approx((math.atanh(0.3) + math.atanh(0.5)) / 2)
    assert effect.variance == pytest.approx(1 / 47)
    assert "mean of 2 numbers" in effect.cautions


def test_published_summaries_are_shown_and_never_pooled_again() -> None:
    numbers = (statistic("r", 0.278), statistic("ci", start=9, low=0.256, high=0.299))
    found = link_of(
        study("f-2018", finding(statistics=numbers), kind="meta-analysis", unit="studies")
    )
    assert primary_effects(found) == ()
    (effect,) = published_effects(found)
    assert effect.r == pytest.approx(0.278, abs=5e-4)
    assert effect.interval == pytest.approx((0.256, 0.299), abs=1e-3)
    assert pool([effect] * 3) is None


def test_a_disagreement_is_explained_by_what_the_sides_do_not_share() -> None:
    found = disagreement(dossier(SPECIMENS, "OxytocinLevel", "Symptoms").link)
    assert found
    assert [c.slot for c in found.explaining] == ["specimen", "population"]
    (specimen, _) = found.explaining
    assert (specimen.positive, specimen.negative) == (("plasma",), ("saliva",))
    assert specimen.null == ("plasma",)
    assert specimen.known == (2, 1)
    same = [c.slot for c in found.contrasts if c.kind is Contrast.SAME]
    assert same == ["kind of oxytocin measure"]
    assert found.contradictions == ()
    assert disagreement_sentences(found) == (
        "Opposite signs: 2 positive (Ames 2019, Berg 2020); 1 negative (Cole 2021).",
        "Specimen: plasma in the positive; saliva in the negative; plasma in the null.",
        "Population: personality disorders in the positive; depression in the negative.",
    )


def test_a_true_contradiction_is_one_whose_known_slots_agree() -> None:
    found = disagreement(
        link_of(
            study("a-2000", finding("positive", rater="patient")),
            study("b-2001", finding("negative", rater="Patient")),
            study("c-2002", finding("negative", rater="therapist")),
            study("d-2003", finding("positive")),
        )
    )
    assert found
    pairs = [(one.study.id, other.study.id) for one, other in found.contradictions]
    assert pairs == [("study:a-2000", "study:b-2001")]
    assert "True contradiction" in disagreement_sentences(found)[-1]


def test_unknown_is_never_a_difference() -> None:
    found = disagreement(
        link_of(study("a-2000", finding()), study("b-2001", finding("negative", rater="patient")))
    )
    assert found
    assert not found.contrasts
    assert not found.contradictions
    assert (
        disagreement_sentences(found)[-1] == "Nothing that is known of these studies explains it."
    )


def test_roles_are_those_of_the_ends_whichever_comes_first() -> None:
    one = said(*ALLIANCE, "positive", subject_role="patient")
    other = said(ALLIANCE[1], ALLIANCE[0], "negative", object_role="patient")
    found = disagreement(link_of(study("a-2000", one), study("b-2001", other)))
    assert found
    assert [c.slot for c in found.contrasts] == ["role of the first"]
    assert found.contradictions


def test_without_both_signs_there_is_no_disagreement() -> None:
    assert (
        disagreement(link_of(study("a-2000", finding()), study("b-2000", finding("null")))) is None
    )
    assert disagreement(None) is None


@pytest.mark.parametrize("name", ["TherapeuticAlliance", "OxytocinSystem", "RuptureRepair"])
def test_what_is_read_of_a_store_for_a_construct_is_all_that_is_needed(name: str) -> None:
    some = readings_about(gold_store(), members(name, merge=True))
    every = canonical(gold_readings())
    assert 0 < len(some) < len(every)
    assert construct_links(some, name, merge=True) == construct_links(every, name, merge=True)
    assert construct_paths(some, name, merge=True) == construct_paths(every, name, merge=True)
