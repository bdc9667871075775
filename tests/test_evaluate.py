"""Scoring: the definitions one by one, and the whole against figures of another implementation."""

from __future__ import annotations

import json
import random
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadRecordError, OxykgError
from kg.evaluate import Evaluation, evaluate, evaluate_claims, read_parents, stage_tables
from kg.evaluate.agreement import agrees, collapse, distinct, match, maximum_matching
from kg.evaluate.readings import ScoredClaim, parse_claim
from kg.evaluate.scores import prf, resample, score
from kg.evaluate.stages import calibration, confusion
from kg.model import Direction, Relation, Status
from kg.ontology import constructs
from kg.tables import format_table

GOLD = Path(__file__).parent / "gold"
BROADER = GOLD / "broader.json"
PARENTS = {"AttachmentAnxiety": {"AttachmentInsecurity"}, "AttachmentInsecurity": {"Attachment"}}
RELATIONS = [str(relation) for relation in Relation]
#: The commonest reasons for which predictions are wrong, each for some of the annotated claims.
SPOILS: dict[str, Any] = {
    "direction": [str(direction) for direction in Direction],
    "status": [str(status) for status in Status],
    "subject": sorted(json.loads(BROADER.read_text(encoding="utf-8"))),
}


def raw(text: str, **more: Any) -> dict[str, Any]:
    """A claim from "subject relation object direction status"; a path as "M mediates X>Y ..."."""
    subject, relation, target, direction, status = text.split()
    source, _, last = target.rpartition(">")
    path = {"mediator_of": [source, last]} if source else {}
    names = {"subject": subject, "relation": relation, "object": last}
    return {**names, "direction": direction, "status": status, **path, **more}


def claim(text: str, **more: Any) -> ScoredClaim:
    return parse_claim(raw(text, **more))


def level(one: str, other: str, parents: Any = None) -> str | None:
    """The strictest level at which a prediction agrees with a gold claim."""
    gold, predicted = claim(one).own, claim(other).own
    agreed = [
        name for name in ("pair", "direction", "full") if agrees(gold, predicted, name, parents)
    ]
    assert agreed == ["pair", "direction", "full"][: len(agreed)]
    return agreed[-1] if agreed else None


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ("A predicts B positive finding", "A predicts B positive finding", "full"),
        ("A predicts B positive finding", "A predicts B positive conclusion", "full"),
        ("A predicts B positive finding", "A predicts B positive background", "direction"),
        ("A predicts B positive hypothesis", "A predicts B positive openQuestion", "full"),
        ("A predicts B positive finding", "B predicts A positive finding", "direction"),
        ("A associatedWith B null finding", "B predicts A null finding", "full"),
        ("A affects B mixed finding", "A affects B unspecified finding", "full"),
        ("A affects B null finding", "A affects B unspecified finding", "pair"),
        ("A affects B positive finding", "A affects C positive finding", None),
        ("M mediates X>Y positive finding", "M mediates X>Y positive finding", "full"),
        ("M mediates X>Y positive finding", "M mediates Y>X positive finding", "direction"),
        ("M mediates X>Y positive finding", "X mediates M>Y positive finding", "direction"),
        ("M mediates X>Y positive finding", "M moderates X>Y positive finding", "direction"),
        ("M mediates X>Y positive finding", "M mediates Y positive finding", None),
        ("M mediates Y positive finding", "M mediates Y positive finding", "full"),
        ("M mediates X>Y positive finding", "M predicts Y positive finding", None),
        ("M predicts Y positive finding", "M mediates X>Y positive finding", None),
    ],
)
def test_levels_of_agreement(gold: str, predicted: str, expected: str | None) -> None:
    assert level(gold, predicted) == expected


@pytest.mark.parametrize(
    ("predicted", "expected"),
    [
        ("AttachmentInsecurity", "full"),
        ("AttachmentAnxiety", "full"),
        ("Attachment", None),
        ("Trust", None),
    ],
)
def test_a_direct_parent_or_child_is_near_enough(predicted: str, expected: str | None) -> None:
    for one, other in permutations(("AttachmentAnxiety", predicted)):
        found = level(
            f"{one} predicts Trust positive finding",
            f"{other} predicts Trust positive finding",
            PARENTS,
        )
        assert found == expected


def test_a_fair_other_reading_is_as_good() -> None:
    fair = raw("A predicts B null finding")
    gold = claim("A predicts B positive finding", alt=[{**fair, "object": "C"}, {"nonsense": 1}, 3])
    (other,) = gold.readings[1:]
    assert (other.ids, other.direction) == (("A", "C"), "null")
    predicted = claim("A predicts C null finding")
    assert match([gold], [predicted], "full", None).counts == (1, 1, 1)


def test_claims_that_differ_in_a_qualifier_count_once() -> None:
    same = [claim("A associatedWith B null finding", qualifiers={"n": i}) for i in range(2)]
    turned = claim("B associatedWith A null conclusion")
    other = claim("B predicts A null finding")
    assert distinct([*same, turned, other]) == [same[0], other]


def test_a_level_counts_once_what_it_cannot_tell_apart() -> None:
    texts = ("positive finding", "positive background", "null finding")
    claims = [claim(f"A predicts B {text}") for text in texts]
    counts = [len(collapse(claims, name)) for name in ("pair", "direction", "full")]
    assert counts == [1, 2, 3]


@given(
    st.lists(st.lists(st.integers(0, 5), unique=True, max_size=6), max_size=6).map(tuple),
)
def test_the_matching_is_a_largest_one(edges: tuple[list[int], ...]) -> None:
    import networkx as nx

    graph = nx.Graph((("gold", i), ("found", j)) for i, row in enumerate(edges) for j in row)
    top = [node for node in graph if node[0] == "gold"]
    largest = len(nx.bipartite.hopcroft_karp_matching(graph, top)) // 2
    found = maximum_matching(edges)
    assert len(found) == len(set(found.values())) == largest
    assert all(j in edges[i] for j, i in found.items())


def test_the_matching_of_a_long_chain_needs_no_recursion() -> None:
    edges = [[i, i + 1] for i in range(5000)] + [[0]]
    assert len(maximum_matching(edges)) == 5001


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], (0, 0, 0)),
        ([(0, 0, 3)], (0, 0, 0)),
        ([(0, 3, 0)], (0, 0, 0)),
        ([(1, 2, 4), (1, 2, 0)], (0.5, 0.5, 0.5)),
    ],
)
def test_precision_recall_and_f1(
    rows: list[tuple[int, int, int]], expected: tuple[float, float, float]
) -> None:
    assert prf(rows) == expected


def test_the_interval_is_that_of_a_plain_bootstrap() -> None:
    rows = [(i % 3, 2 + i % 2, 3 - i % 2) for i in range(17)] + [(0, 0, 0)]
    generator = random.Random(1)
    plain = sorted(prf(generator.choices(rows, k=len(rows)))[2] for _ in range(2000))
    assert score(rows, resample(len(rows))).f1_95 == (plain[50], plain[1950])


def spoiled() -> dict[str, list[dict[str, Any]]]:
    """The annotated claims, many of them spoiled; some documents and claims left out."""
    generator = random.Random(7)
    found: dict[str, list[dict[str, Any]]] = {}
    for line in (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        if generator.random() < 0.05:
            continue
        found[document["key"]] = claims = []
        for fields in document["claims"]:
            changed = {name: value for name, value in fields.items() if name != "alt"}
            for name, values in SPOILS.items():
                if generator.random() < 0.3:
                    changed[name] = generator.choice(values)
            if changed["relation"] not in ("mediates", "moderates") and generator.random() < 0.3:
                changed["relation"] = generator.choice(RELATIONS[:3])
                changed["subject"], changed["object"] = changed["object"], changed["subject"]
            claims += [changed] * generator.choice([0, 1, 1, 1, 2])
    return found


@pytest.fixture(scope="module")
def predicted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("predicted") / "claims.jsonl"
    lines = (json.dumps({"key": key, "claims": claims}) for key, claims in spoiled().items())
    path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def evaluation(predicted: Path) -> Evaluation:
    return evaluate(GOLD / "dev.jsonl", predicted, BROADER)


def test_the_table_is_that_of_the_reference_scorer(evaluation: Evaluation) -> None:
    expected = (GOLD / "spoiled_scores.txt").read_text(encoding="utf-8")
    assert "\n".join((evaluation.table(), *evaluation.error_lines(40), "")) == expected


def test_the_parents_of_the_ontology_are_those_of_the_gold_standard(
    predicted: Path, evaluation: Evaluation
) -> None:
    known = {name: set(construct.broader) for name, construct in constructs().items()}
    assert {name: known[name] for name in read_parents(BROADER)} == read_parents(BROADER)
    assert evaluate(GOLD / "dev.jsonl", predicted).table() == evaluation.table()


def test_the_gold_standard_is_perfect_against_itself() -> None:
    perfect = evaluate(GOLD / "dev.jsonl", GOLD / "dev.jsonl")
    assert {found.f1 for found in perfect.scores.values()} == {1.0}
    assert perfect.stages.directions.accuracy == perfect.stages.statuses.macro_f1 == 1.0
    assert perfect.errors == ()


def test_each_level_is_stricter_than_the_one_before(evaluation: Evaluation) -> None:
    f1 = {name: found.f1 for name, found in evaluation.scores.items()}
    for scope in ("all", "asserted"):
        for strictness in ("strict", "lenient"):
            pair, direction, full = (
                f1[f"{scope}.{strictness}.{level}"] for level in ("pair", "direction", "full")
            )
            assert pair > direction > full > 0
    assert f1["all.lenient.full"] > f1["all.strict.full"]


def test_only_some_documents() -> None:
    found = evaluate(GOLD / "dev.jsonl", GOLD / "dev.jsonl", only={"jobst-2018-cbasp", "none"})
    assert found.documents == 1


def test_nothing_predicted_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("", encoding="utf-8")
    found = evaluate(GOLD / "dev.jsonl", path)
    assert (found.documents, found.without_prediction) == (132, 132)
    assert {s.f1 for s in found.scores.values()} == {0.0}
    assert evaluate(path, path).documents == 0


def test_lines_of_one_document_are_put_together(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    claims = [raw("A predicts B null finding"), raw("A predicts C null finding")]
    lines = (json.dumps({"key": "a", "claims": [claim], "more": 1}) for claim in claims)
    path.write_text("\n".join(lines), encoding="utf-8")
    found = evaluate_claims({"a": claims}, {"a": claims})
    assert evaluate(path, path).to_json() == found.to_json()
    assert found.scores["all.strict.full"].gold == 2


def test_confusions_set_claims_of_one_pair_side_by_side() -> None:
    gold = {"a": [raw("A predicts B null finding"), raw("C affects D positive background")]}
    found = {"a": [raw("B affects A positive hypothesis"), raw("C affects D positive conclusion")]}
    stages = evaluate_claims(gold, found, PARENTS).stages
    assert stages.directions.to_json() == {
        "accuracy": 0.5,
        "macro_f1": 0.3333,
        "counts": {"positive": {"positive": 1}, "null": {"positive": 1}},
    }
    assert stages.status_groups.accuracy == 0
    assert stages.relation_labels.to_json()["counts"] == {
        "predicts": {"affects": 1},
        "affects": {"affects": 1},
    }
    assert stages.relations["affects"]["pair"].to_json() == {
        "precision": 0.5, "recall": 1.0, "f1": 0.6667, "gold": 1, "predicted": 2,
    }  # fmt: skip


def test_where_claims_compete_the_one_that_agrees_is_chosen() -> None:
    gold = {"a": [raw("A predicts B positive finding"), raw("A predicts B null background")]}
    found = {"a": [raw("A predicts B null background"), raw("A predicts B positive finding")]}
    stages = evaluate_claims(gold, found, PARENTS).stages
    assert stages.directions.accuracy == stages.statuses.accuracy == 1


def test_macro_f1_is_the_mean_over_the_labels_of_the_gold_standard() -> None:
    found = confusion("abc", [("a", "a"), ("a", "b"), ("b", "b"), ("b", "c")])
    assert found.accuracy == 0.5
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert confusion("ab", []).macro_f1 is None


def test_calibration_compares_confidence_with_outcome() -> None:
    judged = [(0.95, True), (0.95, False), (0.25, False), (1.0, True)]
    found = calibration(judged)
    assert found is not None
    assert [row[:2] for row in found.bins] == [(0.2, 1), (0.9, 3)]
    assert found.ece == pytest.approx((0.25 + abs(0.95 + 0.95 + 1.0 - 2)) / 4)
    assert found.brier == pytest.approx((0.05**2 + 0.95**2 + 0.25**2) / 4)
    assert calibration([]) is None


def test_confidences_are_used_where_predictions_carry_them() -> None:
    gold = {"a": [raw("A predicts B null finding")]}
    found = {
        "a": [
            raw("A affects B null background", confidence=0.75),
            raw("A affects B positive finding", confidence=0.25),
            raw("A affects C positive finding"),
        ]
    }
    calibrated = evaluate_claims(gold, found, PARENTS).stages.calibration
    assert calibrated is not None
    assert calibrated.bins == ((0.2, 1, 0.25, 0.0), (0.7, 1, 0.75, 1.0))


def test_the_stages_are_printed_as_tables(evaluation: Evaluation) -> None:
    tables = dict(stage_tables(evaluation.stages))
    assert len(tables) == 5
    assert len(json.dumps(evaluation.to_json())) > 1000
    for title, table in tables.items():
        assert "None" not in title
        assert format_table(table, "csv").count("\n") == len(table.rows) + 1


def test_an_error_line_is_safe_for_a_terminal() -> None:
    gold = {"a\x1b": [raw("A predicts B null finding", cue="\x1b[31m was\nred")]}
    (line,) = evaluate_claims(gold, {}).error_lines(9)
    assert line.startswith("missed  a")
    assert line.isprintable()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2: not valid JSON"),
        ("[" * 100_000, "line 2: not valid JSON"),
        ("[]", 'line 2: must be an object with a "key"'),
        ('{"claims": []}', 'line 2: must be an object with a "key"'),
        ('{"key": "a", "claims": {}}', 'line 2: must have a list of "claims"'),
        ('{"key": "a", "claims": [1]}', "line 2, claim 1: a claim must be an object"),
        ('{"key": "a", "claims": [{}]}', "claim 1: a claim needs the id of its subject and object"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(f'{{"key": "good", "claims": []}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadRecordError) as caught:
        evaluate(GOLD / "dev.jsonl", path)
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"{path}, line 2")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"relation": "causes"}, "unknown relation 'causes'; known: associatedWith"),
        ({"direction": None}, "unknown direction None; known: positive"),
        ({"status": ["finding"]}, "unknown status"),
        ({"relation": "mediates", "mediator_of": ["A"]}, "mediator_of must be a list of two"),
        ({"relation": "mediates", "mediator_of": [[], "A"]}, "construct ids must be strings"),
    ],
)
def test_a_bad_claim_is_named(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadRecordError) as caught:
        evaluate_claims({"doc": [raw("A predicts B null finding") | change]}, {})
    assert str(caught.value).startswith("claims, doc, claim 1: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    for broader in (tmp_path / name, BROADER):
        with pytest.raises(OxykgError, match="cannot be read"):
            evaluate(tmp_path / name, GOLD / "dev.jsonl", broader)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OxykgError, match="UTF-8"):
        evaluate(path, path)


@pytest.mark.parametrize("text", ["[", "[]", '{"A": 1}'])
def test_parents_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broader.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRecordError, match="must be a JSON object"):
        evaluate(GOLD / "dev.jsonl", GOLD / "dev.jsonl", path)
