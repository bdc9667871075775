"""Gaps: what is listed, what never is, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import pytest
from gold_readings import gold_graph, gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CONSTRUCTS, readings

from kg.gaps import Gap, GapKind, ancestors, find_gaps, gap_table
from kg.links import claim_pairs
from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study
from kg.ontology import constructs
from kg.populations import POPULATIONS, population_kind


@dataclass(frozen=True)
class Named:
    label: str
    broader: tuple[str, ...] = ()
    group: bool = False


KNOWN = {
    "A": Named("alpha"),
    "A1": Named("alpha one", ("A",)),
    "B": Named("beta"),
    "C": Named("gamma"),
    "G": Named("group", group=True),
}


def study(
    number: int,
    *pairs: tuple[str, str],
    direction: Direction = Direction.POSITIVE,
    status: Status = Status.FINDING,
    kind: str = "empirical",
    population: str = "students",
) -> Reading:
    name = f"pmid:{number}"
    claims = tuple(
        Claim(
            document=name,
            subject=a,
            relation=Relation.PREDICTS,
            object=b,
            direction=direction,
            status=status,
            evidence=Evidence(start=place, end=place + 5, sentence="Words", cue="Words"),
        )
        for place, (a, b) in enumerate(pairs)
    )
    return Reading(
        document=Document(id=name, key=name, title="T", abstract="A", kind=kind),
        claims=claims,
        study=Study(id=name, documents=(name,), kind=kind, population=population),
    )


def gaps_of(*said: Reading) -> dict[tuple[str, str], Gap]:
    return {(gap.a, gap.b): gap for gap in find_gaps(said, KNOWN, minimum_studies=1)}


def test_a_pair_that_shares_a_neighbour_and_no_claim_is_unstudied() -> None:
    gap = gaps_of(study(1, ("A", "C")), study(2, ("B", "C")))["A", "B"]
    assert (gap.kind, gap.observed, gap.expected, gap.bridges) == (
        GapKind.UNSTUDIED, 0, 0.5, ("C",)
    )  # fmt: skip
    assert gap.score == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.HYPOTHESIS, "empirical"),
        (Status.OPEN_QUESTION, "empirical"),
        (Status.BACKGROUND, "empirical"),
        (Status.CONCLUSION, "review"),
        (Status.FINDING, "review"),
    ],
)
def test_a_pair_without_a_primary_finding_is_only_asked(status: Status, kind: str) -> None:
    asked = study(3, ("A", "B"), status=status, kind=kind)
    gap = gaps_of(study(1, ("A", "C")), study(2, ("B", "C")), asked)["A", "B"]
    assert gap.kind is GapKind.ASKED
    assert gap.claims == tuple(claim.id for claim in asked.claims)


def test_a_pair_found_in_one_kind_of_population_says_which() -> None:
    gap = gaps_of(study(1, ("A", "B")), study(2, ("A", "B")))["A", "B"]
    assert gap.kind is GapKind.ONE_POPULATION
    assert "healthy adults" in gap.wording


def test_two_populations_are_no_gap() -> None:
    found = gaps_of(study(1, ("A", "B")), study(2, ("A", "B"), population="couples"))
    assert ("A", "B") not in found


def test_an_unknown_population_is_not_taken_for_the_same() -> None:
    found = gaps_of(study(1, ("A", "B")), study(2, ("A", "B"), population="?"))
    assert ("A", "B") not in found


def test_opposite_findings_are_a_conflict_with_its_votes() -> None:
    negative = study(2, ("A", "B"), direction=Direction.NEGATIVE, population="couples")
    gap = gaps_of(study(1, ("A", "B")), negative)["A", "B"]
    assert gap.kind is GapKind.CONFLICTING
    assert "positive in 1, negative in 1" in gap.wording


def test_evidence_on_a_narrower_construct_counts_for_the_broader_one_and_not_back() -> None:
    found = gaps_of(study(1, ("A1", "B")), study(2, ("A", "C")))
    assert found["A1", "C"].kind is GapKind.UNSTUDIED
    assert ("A", "B") not in found or found["A", "B"].observed == 1


def test_ancestors_and_groups_are_no_questions() -> None:
    found = gaps_of(study(1, ("A1", "B"), ("A", "C"), ("B", "G")), study(2, ("C", "G")))
    assert ("A", "A1") not in found
    assert not [pair for pair in found if "G" in pair]


def test_a_cycle_in_the_ontology_ends() -> None:
    cyclic = {"X": Named("x", ("Y",)), "Y": Named("y", ("X",))}
    assert ancestors(cyclic)["X"] == {"X", "Y"}


@given(readings())
@settings(max_examples=60, deadline=None)
def test_no_pair_with_a_finding_is_listed_as_unstudied(said: list[Reading]) -> None:
    known = {name: Named(name) for name in CONSTRUCTS}
    found = {
        pair
        for r in said
        for claim in r.claims
        if claim.status is Status.FINDING
        for pair in claim_pairs(claim)
    }
    listed = find_gaps(said, known, minimum_studies=1)
    assert not found & {(gap.a, gap.b) for gap in listed if gap.kind is GapKind.UNSTUDIED}


@given(readings(), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_neither_order_nor_repetition_changes_the_gaps(said: list[Reading], seed: int) -> None:
    known = {name: Named(name) for name in CONSTRUCTS}
    shuffled = [*said, *said]
    Random(seed).shuffle(shuffled)
    assert find_gaps(shuffled, known) == find_gaps(said, known)


def test_the_annotated_corpus_keeps_the_same_promises() -> None:
    known = constructs()
    above = ancestors(known)
    found: set[tuple[str, str]] = set()
    for r in gold_readings():
        for claim in r.claims:
            if claim.status is Status.FINDING:
                found |= claim_pairs(claim)
    for gap in gold_graph().gaps:
        assert not {known[gap.a].group, known[gap.b].group} & {True}
        assert gap.a not in above[gap.b]
        assert gap.b not in above[gap.a]
        assert gap.kind is not GapKind.UNSTUDIED or (gap.a, gap.b) not in found
        assert bool(gap.claims) == (gap.kind is not GapKind.UNSTUDIED)
        assert gap.wording.startswith("In this corpus ")
        assert "not proof" in gap.wording


def test_all_four_kinds_occur_in_the_annotated_corpus_and_scores_fall() -> None:
    gaps = gold_graph().gaps
    assert {gap.kind for gap in gaps} == set(GapKind)
    assert all(a.score >= b.score for a, b in pairwise(gaps))


def test_therapist_empathy_and_oxytocin_are_linked_by_the_review_alone() -> None:
    gaps = {(gap.a, gap.b): gap for gap in gold_graph().gaps}
    assert gaps["OxytocinSystem", "TherapistEmpathy"].kind is GapKind.ASKED
    assert gaps["OxytocinReactivity", "TherapistEmpathy"].kind is GapKind.ASKED


def test_the_table_has_a_row_for_each_gap_with_rank_first() -> None:
    gaps = gold_graph().gaps[:5]
    table = gap_table(gaps, constructs())
    assert [row[0] for row in table.rows] == [1, 2, 3, 4, 5]
    assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mothers with depression", "parents and infants"),
        ("adults treated for depression", "depression"),
        ("new couples", "couples"),
        ("healthy men", "healthy adults"),
        ("raters", None),
        ("", None),
        (None, None),
    ],
)
def test_populations_are_sorted_by_whole_words(text: str | None, kind: str | None) -> None:
    assert population_kind(text) == kind


@pytest.mark.parametrize(("kind", "words"), POPULATIONS.items())
def test_each_word_of_a_population_is_recognised(kind: str, words: tuple[str, ...]) -> None:
    assert {population_kind(word.rstrip("*")) for word in words} - {None}


def test_pairs_are_named_once_and_in_order() -> None:
    pairs = [(gap.a, gap.b) for gap in gold_graph().gaps]
    assert len(pairs) == len(set(pairs))
    assert all(a < b for a, b in pairs)
