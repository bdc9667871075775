"""Evidence goes up through the ontology with its sign turned, and never multiplies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gold_readings import gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import readings

from kg.links import link_claims
from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study
from kg.ontology import constructs
from kg.rollup import around, between, flip, kept_apart, members, paths_between, sign, turned
from kg.slots import slot_values

NAMES = st.sampled_from(sorted(constructs()))
SIGNED = (Direction.POSITIVE, Direction.NEGATIVE)


def claim(
    subject: str, other: str, direction: Direction = Direction.POSITIVE, start: int = 0
) -> Claim:
    return Claim(
        document="pmid:1",
        subject=subject,
        relation=Relation.PREDICTS,
        object=other,
        direction=direction,
        status=Status.FINDING,
        evidence=Evidence(start=start, end=start + 9, sentence="It did.", cue="did"),
    )


def reading(number: int, *claims: Claim) -> Reading:
    name = f"pmid:{number}"
    return Reading(
        document=Document(id=name, key=name, title="T", abstract="A", kind="empirical"),
        claims=tuple(replace(c, document=name) for c in claims),
        study=Study(id=f"s{number}", documents=(name,), kind="empirical"),
    )


@pytest.mark.parametrize(
    ("subject", "other", "a", "b", "expected"),
    [
        (
            "TherapeuticAlliance",
            "DepressiveSymptoms",
            "TherapeuticAlliance",
            "TreatmentOutcome",
            -1,
        ),
        ("TherapeuticAlliance", "Dropout", "TherapeuticAlliance", "TreatmentOutcome", -1),
        ("TherapeuticAlliance", "SessionOutcome", "TherapeuticAlliance", "TreatmentOutcome", 1),
        ("AllianceBond", "Symptoms", "TherapeuticAlliance", "TreatmentOutcome", -1),
        ("DepressiveSymptoms", "AllianceBond", "TherapeuticAlliance", "TreatmentOutcome", -1),
        ("AttachmentAnxiety", "TherapeuticAlliance", "Attachment", "TherapeuticAlliance", -1),
        ("AttachmentAvoidance", "Dropout", "Attachment", "TreatmentOutcome", 1),
        ("Cortisol", "Empathy", "Stress", "Empathy", 1),
        ("DepressiveSymptoms", "Empathy", "Symptoms", "Empathy", 1),
    ],
)
def test_a_claim_supports_the_wider_link(
    subject: str, other: str, a: str, b: str, expected: int
) -> None:
    (placement,) = between(a, b)(claim(subject, other))
    wanted = Direction.POSITIVE if expected > 0 else Direction.NEGATIVE
    assert (placement.a, placement.b, placement.direction) == (a, b, wanted)
    assert not list(between(a, b, rollup=False)(claim(subject, other)))


def test_kinds_of_evidence_on_oxytocin_merge_only_when_asked() -> None:
    said = claim("OxytocinSynchrony", "DepressiveSymptoms", Direction.NEGATIVE)
    pair = ("OxytocinSystem", "TreatmentOutcome")
    assert not list(between(*pair)(said))
    (placement,) = between(*pair, merge=True)(said)
    assert placement.direction is Direction.POSITIVE
    assert "OxytocinAdministration" in kept_apart("OxytocinSystem")
    assert kept_apart("Symptoms") == ()


def test_a_mediation_goes_up_unturned_and_a_moderation_turned() -> None:
    path = {"path": ("SocialFunctioning", "DepressiveSymptoms"), "object": "DepressiveSymptoms"}
    place = paths_between("SocialFunctioning", "TreatmentOutcome")
    for relation, expected in (
        (Relation.MEDIATES, Direction.POSITIVE),
        (Relation.MODERATES, Direction.NEGATIVE),
    ):
        said = replace(claim("OxytocinSynchrony", "X"), relation=relation, **path)  # type: ignore[arg-type]
        (placement,) = place(said)
        assert placement.through == "OxytocinSynchrony"
        assert placement.direction is expected


@given(st.sampled_from(Direction))
def test_a_double_flip_is_the_identity(direction: Direction) -> None:
    assert flip(flip(direction)) is direction


@given(NAMES, NAMES, NAMES, st.sampled_from(Direction))
def test_signs_compose_like_steps_up(a: str, b: str, c: str, direction: Direction) -> None:
    assert sign(a, a) == 1
    assert sign(a, b) == sign(b, a)
    assert sign(a, b) * sign(b, c) == sign(a, c)
    there = turned(direction, sign(a, b))
    assert turned(there, sign(b, a)) is direction
    assert turned(there, sign(b, c)) is turned(direction, sign(a, b), sign(b, c))


@given(NAMES, st.booleans())
def test_what_counts_for_a_member_counts_for_the_whole(name: str, merge: bool) -> None:
    whole = members(name, merge=merge)
    assert name in whole
    assert all(members(one, merge=merge) <= whole for one in whole)


@given(readings(), NAMES, NAMES)
@settings(max_examples=60, deadline=None)
def test_evidence_never_grows_beyond_distinct_studies(said: list[Reading], a: str, b: str) -> None:
    studies = {r.study.id for r in said}
    claims = {c.id for r in said for c in r.claims}
    for link in link_claims(said, place=between(a, b, merge=True)):
        assert set(link.studies) <= studies
        assert len(link.claims) == len({c.id for c in link.claims} & claims)


@given(readings(), NAMES, NAMES)
@settings(max_examples=60, deadline=None)
def test_a_wider_link_loses_no_study_of_a_narrower_one(said: list[Reading], a: str, b: str) -> None:
    exact = link_claims(said, place=between(a, b, rollup=False))
    rolled = link_claims(said, place=between(a, b, merge=True))
    assert len(exact) <= len(rolled) <= 1
    for narrow, wide in zip(exact, rolled, strict=False):
        assert set(narrow.studies) <= set(wide.studies)


def test_the_sign_of_every_annotated_claim_survives_a_turn_there_and_back() -> None:
    for said in gold_readings():
        for c in said.claims:
            if c.direction in SIGNED and c.subject in constructs() and c.object in constructs():
                both = sign(c.subject, "TreatmentOutcome"), sign("TreatmentOutcome", c.subject)
                assert turned(c.direction, *both) is c.direction


def test_all_links_of_a_construct_count_its_kinds_too() -> None:
    said = [reading(1, claim("AllianceBond", "Empathy"), claim("Dropout", "AllianceTaskGoal"))]
    links = link_claims(said, place=around("TherapeuticAlliance"))
    assert [link.b for link in links] == ["Dropout", "Empathy"]


def test_slots_take_the_claim_before_its_study_and_leave_unknown_unknown() -> None:
    oxytocin = claim("OxytocinLevel", "TherapeuticAlliance", start=20)
    made = reading(1, claim("Empathy", "TherapeuticAlliance"), oxytocin)
    study = replace(made.study, specimens=("saliva",), population="adults with depression")
    links = link_claims([replace(made, study=study)])
    by_pair = {link.pair: link for link in links}
    with_oxytocin = by_pair["OxytocinLevel", "TherapeuticAlliance"].supports
    without = by_pair["Empathy", "TherapeuticAlliance"].supports
    assert slot_values(with_oxytocin, "specimen") == ("saliva",)
    assert slot_values(without, "specimen") == ()
    assert slot_values(without, "population") == ("depression",)
    assert slot_values(without, "rater") == ()
