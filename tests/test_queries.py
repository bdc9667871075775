"""Questions: each shipped one answers, parameters are terms, strangers' queries only read."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from gold_readings import CURATORS, curated_quads, gold_graph, gold_readings, gold_store
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.build import assemble_graph
from kg.errors import BadRecordError, OxykgError, UnknownNameError
from kg.guard import QueryRefusedError, QuerySyntaxError
from kg.iris import STUDIES, document_graph, iri, term
from kg.queries import (
    TYPES,
    BadParameterError,
    Param,
    Query,
    as_term,
    get_query,
    list_queries,
    run_query,
)
from kg.store import memory_store
from kg.tables import Table

SHIPPED = list_queries()
TEXT = Param("word", "text", "Any text.")


@cache
def curated() -> Store:
    """The annotated claims with verdicts."""
    return memory_store(curated_quads())


def ask(name: str, **params: object) -> Table:
    return run_query(curated(), get_query(name).bind(**params))  # type: ignore[arg-type]


@pytest.mark.parametrize("query", SHIPPED, ids=lambda q: q.name)
def test_a_shipped_question_answers_within_a_second(query: Query) -> None:
    store = curated()
    start = time.process_time()
    table = run_query(store, query.sparql)
    assert time.process_time() - start < 1
    assert table.rows
    assert table == run_query(curated(), query.sparql)


def test_of_what_was_retracted_only_the_evidence_of_a_paper_tells() -> None:
    withdrawn = [replace(r, document=replace(r.document, retracted=True)) for r in gold_readings()]
    graph = assemble_graph(withdrawn)
    assert (graph.links, graph.paths, graph.gaps) == ((), (), ())
    store = memory_store(graph.quads)
    told = {query.name for query in SHIPPED if run_query(store, query.sparql).rows}
    assert told == {"evidence"}


@pytest.mark.parametrize("query", SHIPPED, ids=lambda q: q.name)
def test_a_shipped_question_says_what_it_asks(query: Query) -> None:
    assert query.title
    assert query.description.endswith(".")
    assert all(param.explanation.endswith((".", ")", "...")) for param in query.params)
    assert query.bind() == query.sparql


@pytest.mark.parametrize(
    ("query", "param"),
    [(query, param) for query in SHIPPED for param in query.params],
    ids=lambda value: value.name,
)
def test_a_parameter_changes_its_values_line_alone(query: Query, param: Param) -> None:
    bound = query.bind(**{param.name: term("okgc:Empathy")})
    changed = [
        (old, new)
        for old, new in zip(query.sparql.splitlines(), bound.splitlines(), strict=False)
        if old != new
    ]
    assert "<https://w3id.org/oxykg/concept/Empathy>" in bound
    assert param.default not in {"", bound}
    assert changed[0][1].strip().startswith(f"VALUES ?{param.name}")
    run_query(curated(), bound)


def test_the_fifteen_competency_questions_are_there() -> None:
    assert {
        "predictors", "between", "contradictions", "null-results", "mediators", "moderators",
        "specimens", "evidence", "effect-sizes", "gaps", "untested-hypotheses", "reviews",
        "beneficial", "by-mesh", "independent-evidence",
    } <= {query.name for query in SHIPPED}  # fmt: skip


@pytest.mark.parametrize("outcome", ["DepressiveSymptoms", "Depressive Symptoms", "okgc:Symptoms"])
def test_mediators_are_asked_by_id_or_label(outcome: str) -> None:
    rows = ask("mediators", outcome=outcome).rows
    assert ("social functioning", "oxytocin synchrony", "depressive symptoms") in [
        row[:3] for row in rows
    ]


def test_several_values_mean_any_of_them() -> None:
    both = ask("links", construct=["Rupture", "TherapistEmpathy"]).rows
    single = [
        *ask("links", construct="Rupture").rows,
        *ask("links", construct="TherapistEmpathy").rows,
    ]
    assert set(both) == set(single)


def test_the_evidence_of_a_claim_is_a_cut_of_the_text() -> None:
    key = "zilcha-mano-2021-synchrony"
    (text,) = {r.document.text for r in gold_graph().readings if r.document.key == key}
    columns = ask("evidence").columns
    for row in ask("evidence", document=key).rows:
        found = dict(zip(columns, row, strict=True))
        assert text[int(str(found["start"])) : int(str(found["end"]))] == found["sentence"]


def test_a_document_is_found_by_its_doi_too() -> None:
    assert ask("evidence", document="10.1037/ccp0000619") == ask("evidence")


def test_gaps_can_be_asked_by_construct_and_kind() -> None:
    rows = ask("gaps", construct="TherapistEmpathy", kind="okg:asked").rows
    assert {row[2] for row in rows} == {"asked"}
    assert all("therapist empathy" in row[:2] for row in rows)


def rows(name: str, **params: object) -> list[dict[str, object]]:
    table = ask(name, **params)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_what_curators_found_wrong_is_told() -> None:
    turned, gone = sorted(rows("rejected"), key=lambda row: str(row["outcome"]))
    assert (turned["outcome"], turned["kindOfError"]) == ("corrected", "wrong direction")
    assert (gone["outcome"], gone["kindOfError"]) == ("rejected", "no relation")
    assert (turned["date"], turned["note"]) == (
        "2026-05-04",
        "The sign is that of the control group.",
    )
    assert gone["corrected"] is None
    was, becomes = (str(turned[name]).split(" ") for name in ("read", "corrected"))
    assert [*was[:3], was[4]] == [*becomes[:3], becomes[4]]
    assert was[3] != becomes[3]
    assert turned["curator"] == CURATORS[0]
    assert all(row["document"] for row in (turned, gone))
    assert rows("rejected", error="no relation", outcome="rejected") == [gone]
    assert rows("rejected", outcome=["kept", "disputed"]) == []
    asked = f"ASK {{ {iri('claim', str(gone['claim']).rpartition('/')[2])} ?p ?o }}"
    assert run_query(curated(), asked).rows == ((False,),)


def test_what_curators_confirmed_is_told() -> None:
    (row,) = rows("confirmed", minimum=2)
    assert row["curators"] == 2
    assert row["sentence"]
    assert rows("confirmed", construct=str(row["subject"])) == [row]
    assert rows("confirmed", minimum=3) == []


@pytest.mark.parametrize(
    ("name", "params", "error"),
    [
        ("mediators", {"outcome": "NoSuchThing"}, UnknownNameError),
        ("mediators", {"outcmoe": "Symptoms"}, UnknownNameError),
        ("mediators", {"outcome": []}, BadParameterError),
        ("contradictions", {"minimum": "many"}, BadParameterError),
        ("effect-sizes", {"minimum": "NaN"}, BadParameterError),
        ("predictors", {"direction": "upwards"}, UnknownNameError),
        ("by-mesh", {"descriptor": "not an iri"}, BadParameterError),
        ("evidence", {"claim": "a b"}, BadParameterError),
    ],
)
def test_a_wrong_parameter_is_named(
    name: str, params: dict[str, object], error: type[OxykgError]
) -> None:
    with pytest.raises(error):
        ask(name, **params)


def test_an_unknown_question_names_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="mediators"):
        get_query("mediator")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_parameter_stays_a_text(word: str) -> None:
    query = Query("q", "t", "d", (TEXT,), "SELECT ?word { VALUES ?word { UNDEF } }")
    assert run_query(Store(), query.bind(word=Literal(word))).rows == ((word,),)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_refuses_or_reads_hostile_text(kind: str) -> None:
    given_text = '" } INSERT DATA { <a:b> <a:c> "'
    try:
        read = as_term(Param("p", kind, ""), given_text)
    except OxykgError:
        return
    assert read == Literal(given_text)


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("# description: d.\n", "title"),
        ("# title: t\n", "description"),
        ("# title: t\n# description: d.\n# param x (text): X.\n", "VALUES"),
        ("# title: t\n# description: d.\n# param x (thing): X.\nVALUES ?x { 1 }", "unknown type"),
    ],
)
def test_a_question_with_a_wrong_head_is_named(tmp_path: Path, head: str, problem: str) -> None:
    (tmp_path / "mine.rq").write_text(head + "ASK {}")
    with pytest.raises(BadRecordError, match=problem):
        list_queries(tmp_path)


def test_a_question_of_ones_own_folder_runs(tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text("# title: t\n# description: d.\nASK { ?s ?p ?o }")
    assert run_query(gold_store(), get_query("mine", tmp_path).sparql).rows == ((True,),)


@pytest.mark.parametrize(
    ("sparql", "table"),
    [
        ("ASK { ?s a okg:NoSuchThing }", Table(("answer",), ((False,),))),
        (
            "SELECT ?a ?b ?c ?d ?e { VALUES (?a ?b ?c ?d ?e) { (1 0.5 'x' true UNDEF) } }",
            Table(("a", "b", "c", "d", "e"), ((1, 0.5, "x", True, None),)),
        ),
        (
            "CONSTRUCT { <http://a> <http://b> 3 } WHERE {}",
            Table(("subject", "predicate", "object"), (("http://a", "http://b", 3),)),
        ),
    ],
)
def test_each_form_gives_a_table(sparql: str, table: Table) -> None:
    assert run_query(gold_store(), sparql) == table


def test_describe_tells_of_a_construct() -> None:
    assert run_query(gold_store(), "DESCRIBE okgc:Empathy").rows


@pytest.mark.parametrize("sparql", ["SELECT", "SELECT * { ?s ?p }", "SELECT * { nope:x ?p ?o }"])
def test_bad_syntax_is_one_line(sparql: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        run_query(gold_store(), sparql)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sparql",
    ["DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"],
)
def test_what_is_no_question_is_refused(sparql: str) -> None:
    with pytest.raises(QueryRefusedError):
        run_query(gold_store(), sparql)


def test_a_query_that_names_a_graph_sees_that_graph_alone() -> None:
    inside = "SELECT (COUNT(*) AS ?n) FROM graph:studies { ?s ?p ?o }"
    ((count,),) = run_query(gold_store(), inside).rows
    assert count == len([q for q in gold_graph().quads if q.graph_name == STUDIES])


def test_percent_encoded_iris_are_found() -> None:
    name = "doi:10.1002/(SICI)1097<1::AID-X>3.0.CO;2-#"
    store = Store()
    store.add(Quad(iri("doc", name), term("okg:authors"), Literal("A"), document_graph(name)))
    node = iri("doc", name)
    assert run_query(store, f"SELECT ?o {{ {node} ?p ?o }}").rows == (("A",),)
    graph = document_graph(name)
    assert run_query(store, f"SELECT ?o FROM {graph} {{ ?s ?p ?o }}").rows == (("A",),)
    bound = as_term(Param("d", "iri", ""), node.value)
    assert bound == node
    assert isinstance(bound, NamedNode)


def test_every_question_is_in_the_graph_itself() -> None:
    asked = "SELECT ?q ?text WHERE { ?q a sh:SPARQLExecutable ; sh:select ?text }"
    rows = run_query(gold_store(), asked).rows
    assert {text for _, text in rows} == {query.sparql for query in list_queries()}
