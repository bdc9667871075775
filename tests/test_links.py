"""Links count studies, once for each direction, and keep findings apart from questions."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from unittest.mock import patch

import pytest
from gold_readings import gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import readings

from kg import changes
from kg.changes import compare
from kg.gaps import GapKind
from kg.links import (
    PATH_RELATIONS,
    Link,
    Placement,
    along_path,
    between_pair,
    claim_pairs,
    is_synthesis,
    link_claims,
    link_paths,
)
from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study, Word


def claim(
    number: int,
    direction: Direction = Direction.POSITIVE,
    status: Status = Status.FINDING,
    subject: str = "Empathy",
    other: str = "TherapeuticAlliance",
) -> Claim:
    return Claim(
        document=f"pmid:{number}",
        subject=subject,
        relation=Relation.PREDICTS,
        object=other,
        direction=direction,
        status=status,
        evidence=Evidence(start=number, end=number + 9, sentence="Something.", cue="some"),
    )


def reading(number: int, *claims: Claim, kind: str = "empirical", study: str = "") -> Reading:
    name = f"pmid:{number}"
    return Reading(
        document=Document(
            id=name, key=name, title="T", abstract="A", year=2000 + number, kind=kind
        ),
        claims=tuple(replace(c, document=name) for c in claims),
        study=Study(id=study or f"s{number}", documents=(name,), kind=kind, n=10 * number or None),
    )


def only(links: tuple[Link, ...]) -> Link:
    (link,) = links
    return link


def test_a_study_votes_once_for_a_direction_however_often_it_says_so() -> None:
    link = only(link_claims([reading(1, claim(1), claim(20))]))
    assert link.findings.positive == ("s1",)
    assert len(link.claims) == 2


def test_a_study_votes_for_each_direction_that_it_reports() -> None:
    link = only(link_claims([reading(1, claim(1), claim(2, Direction.NULL))]))
    assert link.findings.positive == link.findings.null == ("s1",)
    assert link.studies == ("s1",)


def test_two_papers_on_one_sample_are_one_study() -> None:
    said = [reading(1, claim(1), study="trial"), reading(2, claim(1), study="trial")]
    assert only(link_claims(said)).studies == ("trial",)


def test_questions_background_and_reviews_are_no_findings() -> None:
    said = [
        reading(1, claim(1, status=Status.HYPOTHESIS), claim(2, status=Status.OPEN_QUESTION)),
        reading(2, claim(1, status=Status.BACKGROUND)),
        reading(3, claim(1), kind="meta-analysis"),
        reading(4, claim(1, status=Status.CONCLUSION)),
    ]
    link = only(link_claims(said))
    assert link.studies == ()
    assert link.asked == ("s1",)
    assert link.background == ("s2",)
    assert link.reviews.positive == ("s3",)
    assert link.conclusions.positive == ("s4",)


def test_a_pair_is_the_same_either_way_round() -> None:
    turned = claim(2, subject="TherapeuticAlliance", other="Empathy")
    link = only(link_claims([reading(1, claim(1)), reading(2, turned)]))
    assert link.pair == ("Empathy", "TherapeuticAlliance")
    assert link.studies == ("s1", "s2")


def test_years_and_samples_are_those_of_the_studies() -> None:
    link = only(link_claims([reading(3, claim(1)), reading(1, claim(1))]))
    assert (link.first_year, link.last_year) == (2001, 2003)
    assert [(sample.study, sample.n) for sample in link.samples] == [("s1", 10), ("s3", 30)]


def test_opposite_signs_conflict_and_a_null_does_not() -> None:
    both = [reading(1, claim(1)), reading(2, claim(1, Direction.NEGATIVE))]
    assert only(link_claims(both)).conflicting
    null = [reading(1, claim(1)), reading(2, claim(1, Direction.NULL))]
    assert not only(link_claims(null)).conflicting


def test_a_mediation_is_a_path_and_no_pair() -> None:
    path = replace(claim(1), relation=Relation.MEDIATES, path=("Rupture", "TherapeuticAlliance"))
    said = [reading(1, path)]
    assert link_claims(said) == ()
    link = only(link_paths(said))
    assert (link.a, link.through, link.b) == ("Rupture", "Empathy", "TherapeuticAlliance")


def test_another_placement_rolls_claims_up_with_a_turned_sign() -> None:
    def to_outcome(c: Claim) -> list[Placement]:
        return [Placement(a=c.subject, b="TreatmentOutcome", direction=Direction.POSITIVE)]

    said = [reading(1, claim(1, Direction.NEGATIVE, other="Symptoms")), reading(2, claim(1))]
    link = only(link_claims(said, place=to_outcome))
    assert link.findings.positive == ("s1", "s2")


@given(readings(), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_repetition_changes_a_link(said: list[Reading], seed: int) -> None:
    shuffled = [*said, *said]
    Random(seed).shuffle(shuffled)
    assert link_claims(shuffled) == link_claims(said)
    assert link_paths(shuffled) == link_paths(said)


@given(readings())
@settings(max_examples=40, deadline=None)
def test_votes_never_outnumber_studies(said: list[Reading]) -> None:
    studies = {r.study.id for r in said}
    for link in link_claims(said) + link_paths(said):
        assert set(link.studies) <= studies
        assert set(link.asked) | set(link.background) <= studies


def test_every_annotated_claim_is_on_exactly_one_link() -> None:
    said = gold_readings()
    expected = [c for r in said for c in r.claims if c.subject != c.object]
    linked = [c.id for link in link_claims(said) + link_paths(said) for c in link.claims]
    assert sorted(linked) == sorted({c.id for c in expected})


def test_syntheses_say_that_the_alliance_goes_with_better_outcome() -> None:
    links = {link.pair: link for link in link_claims(gold_readings())}
    link = links["TherapeuticAlliance", "TreatmentOutcome"]
    assert len(link.reviews.positive) >= 3
    assert len(link.reviews.negative) == 0
    assert not set(link.reviews.studies) & set(link.studies)


def test_placements_tell_pairs_from_paths() -> None:
    for said in gold_readings():
        for c in said.claims:
            assert bool(list(along_path(c))) == (c.relation in PATH_RELATIONS)
            assert not (list(along_path(c)) and list(between_pair(c)))


def test_a_path_touches_three_pairs() -> None:
    path = replace(claim(1), relation=Relation.MEDIATES, path=("Rupture", "TherapeuticAlliance"))
    assert len(claim_pairs(path)) == 3
    assert len(claim_pairs(claim(1))) == 1


def test_reviews_are_syntheses() -> None:
    assert is_synthesis(reading(1, kind="review"))
    assert not is_synthesis(reading(1, kind="empirical"))


@given(readings(), readings(), st.data())
@settings(deadline=None)
def test_links_that_cannot_differ_need_no_comparison(
    one: list[Reading], other: list[Reading], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(one), max_size=4)) if one else []
    quick = compare(one, [*kept, *other], {})
    every = changes._pairs_of([*one, *other])
    with patch.object(changes, "_pairs_of", lambda differing: every):
        assert compare(one, [*kept, *other], {}) == quick


@given(readings())
@settings(deadline=None)
def test_changes_count_studies_as_links_do(some: list[Reading]) -> None:
    every = changes._pairs_of(some)
    standing = [reading for reading in some if not reading.document.retracted]
    links = {link.pair: link for link in link_claims(some)}
    tallies = changes._tallies(standing, every)
    assert {pair: tally.counts for pair, tally in tallies.items()} == {
        pair: (
            *(len(link.findings.of(way)) for way in Direction),
            len(link.asked),
            len(link.reviews.studies),
        )
        for pair, link in links.items()
    }


@pytest.mark.parametrize("kind", [Relation, Direction, Status, GapKind])
def test_a_word_is_found_by_its_text(kind: type[Word]) -> None:
    known: dict[str, str] = {word: word.name for word in kind}
    assert {word.name: known[word.value] for word in kind} == {
        name: name for name in known.values()
    }
