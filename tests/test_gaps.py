"""Gaps: what is listed, what never is, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from gold_readings import gold_graph, gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CONSTRUCTS, readings

from kg.errors import OxykgError
from kg.gaps import WITHOUT_FINDING, Gap, GapKind, ancestors, find_gaps, gap_table
from kg.gaps.dismissed import DISMISSED_FILE, dismissed_in
from kg.gaps.evidence import POOLING
from kg.gaps.reading import Recall, doubts
from kg.links import claim_pairs, is_synthesis, standing
from kg.model import (
    Claim,
    Direction,
    Document,
    Evidence,
    Qualifiers,
    Reading,
    Relation,
    Status,
    Study,
)
from kg.ontology import constructs
from kg.populations import POPULATIONS, population_kind

#: Kinds of a pair that no study tested.


@dataclass(frozen=True)
class Named:
    label: str
    broader: tuple[str, ...] = ()
    group: bool = False
    valence: int = 0


KNOWN = {
    "A": Named("alpha"),
    "A1": Named("alpha one", ("A",)),
    "A+": Named("good alpha", ("A",), valence=1),
    "A-": Named("bad alpha", ("A",), valence=-1),
    "A+-": Named("lack of good alpha", ("A+",), valence=-1),
    "B": Named("beta"),
    "C": Named("gamma"),
    "D": Named("delta"),
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


def mediation(number: int, status: Status = Status.HYPOTHESIS) -> Reading:
    said = study(number, ("B", "C"), status=status)
    (claim,) = said.claims
    return replace(said, claims=(replace(claim, relation=Relation.MEDIATES, path=("A", "C")),))


def gaps_of(*said: Reading) -> dict[tuple[str, str], Gap]:
    return {(gap.a, gap.b): gap for gap in find_gaps(said, KNOWN) if not gap.through}


def found_pairs(said: Iterable[Reading]) -> Iterator[tuple[str, str]]:
    """Pairs with a finding of a primary study, or a pooled one, that was not retracted."""
    for r in standing(said):
        pooling = {r.study.kind, r.document.kind} & POOLING
        for claim in r.claims:
            if claim.status is Status.FINDING and (pooling or not is_synthesis(r)):
                yield from claim_pairs(claim)


def test_a_pair_that_shares_a_neighbour_and_no_claim_is_unstudied() -> None:
    gap = gaps_of(study(1, ("A", "C")), study(2, ("B", "C")))["A", "B"]
    assert (gap.kind, gap.observed, gap.expected, gap.bridges) == (
        GapKind.UNSTUDIED, 0, 0.5, ("C",)
    )  # fmt: skip
    assert gap.bridging[0].populations == ("healthy adults",)
    assert gap.sign is Direction.POSITIVE
    assert gap.hypothesis == "greater alpha goes with greater beta"


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
    negative = study(2, ("A", "B"), direction=Direction.NEGATIVE)
    gap = gaps_of(study(1, ("A", "B")), negative)["A", "B"]
    assert gap.kind is GapKind.CONFLICTING
    assert "positive in 1, negative in 1" in gap.wording
    assert "disagreement" in {signal.name for signal in gap.signals}


def test_opposite_findings_in_different_populations_are_explained() -> None:
    negative = study(2, ("A", "B"), direction=Direction.NEGATIVE, population="couples")
    assert ("A", "B") not in gaps_of(study(1, ("A", "B")), negative)


def test_opposite_poles_do_not_contradict_each_other() -> None:
    secure, insecure = study(1, ("A+", "B")), study(2, ("A-", "B"), direction=Direction.NEGATIVE)
    gap = gaps_of(secure, insecure).get(("A", "B"))
    assert gap is None or gap.kind is not GapKind.CONFLICTING
    bad = gaps_of(study(1, ("A+", "B")), study(2, ("A+-", "B")))["A+", "B"]
    assert bad.kind is GapKind.CONFLICTING


def test_evidence_on_a_narrower_construct_counts_for_the_broader_one_and_not_back() -> None:
    found = gaps_of(study(1, ("A1", "B")), study(2, ("A", "C")))
    assert found["A1", "C"].kind is GapKind.ROLL_UP
    assert "alpha and gamma were studied (1 study)" in found["A1", "C"].wording
    assert ("A", "B") not in found or found["A", "B"].observed == 1


def test_a_pair_studied_by_one_narrower_construct_only_says_so() -> None:
    asked = study(3, ("A", "B"), status=Status.HYPOTHESIS)
    gap = gaps_of(study(1, ("A1", "B")), asked)["A", "B"]
    assert gap.kind is GapKind.ONE_FACET
    assert "only as alpha one and beta" in gap.wording


def test_one_study_that_others_ask_for_is_too_few() -> None:
    asked = study(3, ("A", "B"), status=Status.OPEN_QUESTION)
    gap = gaps_of(study(1, ("A", "B"), direction=Direction.NULL), asked)["A", "B"]
    assert gap.kind is GapKind.TESTED_ONCE
    assert "(null)" in gap.wording


def test_studies_that_share_authors_are_one_lab() -> None:
    team = [study(n, ("A", "B"), population=p) for n, p in ((1, "couples"), (2, "infants"))]
    same = [replace(r, document=replace(r.document, authors=("Roe, J.",))) for r in team]
    assert gaps_of(*same)["A", "B"].kind is GapKind.ONE_LAB
    other = replace(team[1], document=replace(team[1].document, authors=("Poe, E.",)))
    assert ("A", "B") not in gaps_of(same[0], other)


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (GapKind.ONE_SPECIMEN, {"specimens": ("saliva",)}, "in one specimen: saliva"),
        (GapKind.ONE_METHOD, {"design": "survey"}, "by one method: comparisons at one time"),
    ],
)
def test_one_specimen_or_method_says_which(
    kind: GapKind, change: dict[str, Any], words: str
) -> None:
    said = [study(n, ("A", "B"), population=p) for n, p in ((1, "couples"), (2, "infants"))]
    gap = gaps_of(*(replace(r, study=replace(r.study, **change)) for r in said))["A", "B"]
    assert gap.kind is kind
    assert words in gap.wording


def test_one_role_says_which() -> None:
    said = [study(n, ("A", "B"), population=p) for n, p in ((1, "couples"), (2, "infants"))]
    role = Qualifiers(subject_role="patient")
    of_patients = [
        replace(r, claims=tuple(replace(c, qualifiers=role) for c in r.claims)) for r in said
    ]
    assert "in one role: patient" in gaps_of(*of_patients)["A", "B"].wording


def test_many_studies_without_a_review_call_for_one_and_a_review_answers() -> None:
    said = [
        study(n, ("A", "B"), population=p)
        for n, p in enumerate(("couples", "infants", "soldiers", "students", "rats"))
    ]
    assert gaps_of(*said)["A", "B"].kind is GapKind.UNSYNTHESISED
    review = study(9, ("A", "B"), kind="review", status=Status.CONCLUSION)
    assert ("A", "B") not in gaps_of(*said, review)


def test_far_fewer_studies_than_expected_are_thin() -> None:
    both = [study(n, ("A", "B"), population=p) for n, p in ((1, "couples"), (2, "infants"))]
    either = [study(n, ("A" if n % 2 else "B", "C")) for n in range(10, 50)]
    gap = gaps_of(*both, *either)["A", "B"]
    assert gap.kind is GapKind.THIN


def test_a_pooled_finding_of_a_meta_analysis_is_a_test() -> None:
    pooled = study(3, ("A", "B"), kind="meta-analysis")
    assert ("A", "B") not in gaps_of(study(1, ("A", "C")), study(2, ("B", "C")), pooled)


def test_a_retracted_study_is_no_test() -> None:
    done = study(3, ("A", "B"))
    retracted = replace(done, document=replace(done.document, retracted=True))
    gap = gaps_of(study(1, ("A", "C")), study(2, ("B", "C")), retracted)["A", "B"]
    assert gap.kind is GapKind.UNSTUDIED


def test_known_legs_without_a_test_of_the_whole_are_a_path() -> None:
    legs = study(1, ("A", "B")), study(2, ("B", "C"))
    known = {gap.constructs: gap for gap in find_gaps(legs, KNOWN)}
    path = known["A", "B", "C"]
    assert path.kind is GapKind.UNTESTED_PATH
    assert path.hypothesis == "beta mediates the link from alpha to gamma"
    tested = find_gaps((*legs, mediation(3, Status.FINDING)), KNOWN)
    assert ("A", "B", "C") not in {gap.constructs for gap in tested}
    asked = {gap.constructs: gap for gap in find_gaps((*legs, mediation(3)), KNOWN)}
    assert asked["A", "B", "C"].score > path.score
    assert asked["A", "B", "C"].claims


def test_constructs_named_together_without_a_claim_raise_a_doubt() -> None:
    named = replace(study(3, ("C", "D")), mentions=("A", "B"))
    gap = gaps_of(study(1, ("A", "C")), study(2, ("B", "C")), named)["A", "B"]
    assert gap.flags == ("Mentioned together in 1 study, no claim read.",)
    assert gap.flags[0] in gap.wording


def test_a_construct_that_the_reader_misses_raises_a_doubt() -> None:
    weak, strong = {"A": Recall(8, 3)}, {"A": Recall(8, 4), "B": Recall(2, 0)}
    assert list(doubts(("A", "B"), 0, weak, {"A": "alpha"})) == [
        "The reader is weak on alpha: of 8 annotated claims on it, 3 were read."
    ]
    assert not list(doubts(("A", "B"), 0, strong, {}))


def test_a_study_of_both_constructs_is_named_as_near() -> None:
    gap = gaps_of(study(1, ("A", "C"), ("B", "C")))["A", "B"]
    assert gap.near == ("pmid:1",)


def test_ancestors_and_groups_are_no_questions() -> None:
    found = gaps_of(study(1, ("A1", "B"), ("A", "C"), ("B", "G")), study(2, ("C", "G")))
    assert ("A", "A1") not in found
    assert not [pair for pair in found if "G" in pair]


def test_a_cycle_in_the_ontology_ends() -> None:
    cyclic = {"X": Named("x", ("Y",)), "Y": Named("y", ("X",))}
    assert ancestors(cyclic)["X"] == {"X", "Y"}


@given(readings())
@settings(max_examples=60, deadline=None)
def test_no_pair_with_a_finding_is_listed_as_without_one(said: list[Reading]) -> None:
    known = {name: Named(name) for name in CONSTRUCTS}
    listed = find_gaps(said, known)
    without = {(gap.a, gap.b) for gap in listed if gap.kind in WITHOUT_FINDING and not gap.through}
    assert not without & set(found_pairs(said))
    assert all(gap.observed for gap in listed if gap.kind not in WITHOUT_FINDING)


@given(readings())
@settings(max_examples=30, deadline=None)
def test_every_score_is_the_sum_of_its_parts(said: list[Reading]) -> None:
    for gap in find_gaps(said, {name: Named(name) for name in CONSTRUCTS}):
        parts = sum(signal.contribution for signal in gap.signals)
        assert gap.score == pytest.approx(parts, abs=1e-5)


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
    found = set(found_pairs(gold_readings()))
    for gap in gold_graph().gaps:
        assert not {known[gap.a].group, known[gap.b].group} & {True}
        assert gap.a not in above[gap.b]
        assert gap.b not in above[gap.a]
        assert gap.through or gap.kind not in WITHOUT_FINDING or (gap.a, gap.b) not in found
        if gap.kind not in (GapKind.UNSTUDIED, GapKind.ROLL_UP, GapKind.UNTESTED_PATH):
            assert gap.claims
        assert gap.wording.startswith("In this corpus ")
        assert gap.hypothesis
        assert gap.signals


def test_the_kinds_occur_in_the_annotated_corpus_and_scores_fall() -> None:
    gaps = gold_graph().gaps
    rare = {GapKind.THIN, GapKind.UNSYNTHESISED, GapKind.ONE_LAB, GapKind.ONE_ROLE}
    assert {gap.kind for gap in gaps} >= set(GapKind) - rare
    assert all(a.score >= b.score for a, b in pairwise(gaps))


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
    gaps = gold_graph().gaps
    assert len(gaps) == len({gap.constructs for gap in gaps})
    assert all(gap.a < gap.b for gap in gaps if not gap.through)


def test_a_dismissed_gap_stays_dismissed(tmp_path: Path) -> None:
    path = tmp_path / DISMISSED_FILE
    path.write_bytes(
        '\ufeffa\tb\treason\tcurator\tdate\r\nB\tA\t"no, ""never"""\tMe\t\r\n'.encode()
    )
    said = study(1, ("A", "C")), study(2, ("B", "C"))
    dismissed = dismissed_in(tmp_path)
    assert dismissed[0].reason == 'no, "never"'
    pairs = {gap.constructs for gap in find_gaps(said, KNOWN, dismissed=dismissed)}
    assert ("A", "B") not in pairs
    assert ("A1", "C") not in pairs
    assert not dismissed_in(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: no column a, b, reason"),
        ("a\tb\nA\tB\n", "line 1: no column reason"),
        ("a\tb\treason\nA\tB\t\n", "line 2: no reason"),
        ("a\tb\treason\nA\n", "line 2: no b, reason"),
    ],
)
def test_a_spoiled_table_of_dismissals_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / DISMISSED_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(OxykgError, match=words):
        dismissed_in(tmp_path)
