"""A build is whole or not there, says where it comes from, and is the same twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gold_readings import gold_graph, gold_readings
from pyoxigraph import BlankNode, NamedNode, Store

import kg.build
from kg.build import (
    Graph,
    assemble_graph,
    build_graph,
    ontology_quads,
    report,
    time_from_environment,
)
from kg.errors import OxykgError
from kg.iris import (
    CONCEPTS,
    DERIVED,
    MAPPINGS,
    ONTOLOGY,
    PROVENANCE,
    QUESTIONS,
    STUDIES,
    document_graph,
    iri,
    term,
)
from kg.mappings import mapping_quads
from kg.ontology import constructs
from kg.provenance import reading_run, run_id
from kg.queries import run_query
from kg.rdf import canonical, from_quads
from kg.store import GRAPH_FILE, memory_store, open_store

SOME = gold_readings()[:12]


def graph_names() -> set[object]:
    return {quad.graph_name for quad in gold_graph().quads}


def test_every_graph_of_the_plan_is_there_and_nothing_else() -> None:
    once = {CONCEPTS, ONTOLOGY, QUESTIONS, MAPPINGS, STUDIES, PROVENANCE, DERIVED}
    assert once < graph_names()
    others = graph_names() - once
    assert len(others) == len(gold_readings())
    assert all("/graph/doc/" in str(name) for name in others)


def test_the_readings_come_back_from_the_whole_graph() -> None:
    assert from_quads(gold_graph().quads) == canonical(gold_readings())


def test_there_is_no_blank_node() -> None:
    for quad in gold_graph().quads:
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


def test_building_twice_gives_identical_bytes(tmp_path: Path) -> None:
    build_graph(SOME, tmp_path / "a")
    build_graph(reversed(SOME), tmp_path / "b")
    build_graph(SOME, tmp_path / "b")
    a, b = (tmp_path / name / GRAPH_FILE for name in "ab")
    assert a.read_bytes() == b.read_bytes()


def test_file_and_store_hold_the_same(tmp_path: Path) -> None:
    made = build_graph(SOME, tmp_path)
    stored = set(open_store(tmp_path))
    assert len(stored) == made.quads
    assert stored == set(open_store(tmp_path / GRAPH_FILE))


def test_a_failed_build_leaves_the_old_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_graph(SOME[:2], tmp_path)
    before = (tmp_path / GRAPH_FILE).read_bytes()

    def fail(graph_file: Path, folder: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(kg.build, "load_store", fail)
    with pytest.raises(OSError, match="disk full"):
        build_graph(SOME, tmp_path)
    assert (tmp_path / GRAPH_FILE).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.trig", "store"]
    assert run_query(open_store(tmp_path), "ASK { ?c a okg:Claim }").rows == ((True,),)


def test_the_report_counts_what_is_there() -> None:
    counted = report(gold_graph())
    assert counted.documents == counted.studies == len(gold_readings())
    assert counted.claims == sum(len(r.claims) for r in canonical(gold_readings()))
    assert counted.quads == len(gold_graph().quads)
    assert min(counted.links, counted.paths, counted.gaps) > 0


def test_no_readings_still_make_a_graph(tmp_path: Path) -> None:
    assert build_graph([], tmp_path).documents == 0
    assert run_query(open_store(tmp_path), "ASK { ?c a okg:Claim }").rows == ((False,),)


def test_a_document_names_what_read_it_whatever_else_is_built() -> None:
    def said(graph: Graph) -> set[tuple[object, object]]:
        name = document_graph(SOME[0].document.id)
        return {(q.predicate, q.object) for q in graph.quads if q.subject == name}

    alone, among = assemble_graph(SOME[:1]), assemble_graph(SOME)
    assert (term("prov:wasGeneratedBy"), reading_run()) in said(alone) == said(among)
    assert (term("prov:wasGeneratedBy"), reading_run("2")) in said(
        assemble_graph(SOME[:1], version="2")
    )
    (run,) = (q for q in among.quads if q.predicate == term("prov:wasInformedBy"))
    assert run.subject == iri("run", run_id(among.readings))
    assert run.object == reading_run()


def test_every_document_graph_names_its_reading_and_its_text() -> None:
    made = {
        (quad.subject, quad.predicate)
        for quad in gold_graph().quads
        if quad.graph_name == PROVENANCE
    }
    graphs = {name for name in graph_names() if "/graph/doc/" in str(name)}
    for predicate in ("prov:wasGeneratedBy", "prov:wasDerivedFrom"):
        assert graphs <= {s for s, p in made if p == term(predicate)}


def test_a_clock_is_written_only_where_one_is_given() -> None:
    assert "dateTime" not in {
        str(q.object)[-10:-2] for q in gold_graph().quads if q.graph_name == PROVENANCE
    }
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    inputs = {"search.ris": "ab" * 32}
    quads = assemble_graph(SOME[:1], when=when, inputs=inputs).quads
    written = {str(quad.object) for quad in quads if quad.graph_name == PROVENANCE}
    assert '"2026-01-02T03:04:05Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>' in written
    assert '"search.ris"' in written


def test_the_environment_can_fix_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert time_from_environment() is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert time_from_environment() == datetime(1970, 1, 1, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(OxykgError, match="SOURCE_DATE_EPOCH"):
        time_from_environment()


def test_without_texts_no_sentence_is_in_the_graph() -> None:
    predicates = {quad.predicate for quad in assemble_graph(SOME, texts=False).quads}
    assert not predicates & {term("okg:sentence"), term("dcterms:abstract")}
    assert term("okg:cue") in predicates


@pytest.mark.parametrize(
    "query",
    [
        # nothing in the derived graph speaks of a construct that the ontology does not know
        "SELECT ?x { ?l okg:end ?x . FILTER NOT EXISTS { ?x a skos:Concept } }",
        # every asserted claim with a direction other than null is a shortcut, and no other is
        """SELECT ?c { ?c a okg:Claim ; okg:subject ?s ; okg:object ?o ; okg:relation ?r ;
             okg:status okg:finding ; okg:direction okg:positive .
           FILTER(?r IN (okgr:predicts, okgr:affects, okgr:associatedWith))
           FILTER NOT EXISTS { ?s ?r ?o } }""",
        """SELECT ?s { ?s okgr:predicts ?o FILTER NOT EXISTS { ?c a okg:Claim ;
             okg:subject ?s ; okg:object ?o ; okg:relation okgr:predicts ; okg:status ?st ;
             okg:direction ?d FILTER(?d != okg:null && ?st IN (okg:finding, okg:conclusion)) } }""",
        # every claim speaks to a proposition, and every claim of a link is there
        "SELECT ?c { ?c a okg:Claim FILTER NOT EXISTS { ?c okg:proposition/a okg:Proposition } }",
        "SELECT ?c { ?l okg:claim ?c FILTER NOT EXISTS { ?c a okg:Claim } }",
        # no study votes that is not counted
        "SELECT ?l { ?l a okg:Link ; okg:nStudies ?n ; okg:nPositive ?p FILTER(?p > ?n) }",
    ],
)
def test_the_derived_graph_agrees_with_the_claims(query: str, store: Store) -> None:
    assert run_query(store, query).rows == ()


@pytest.fixture
def store() -> Store:
    return memory_store(gold_graph().quads)


def test_within_is_the_closure_of_broader(store: Store) -> None:
    closure = "SELECT ?x ?y { ?x a skos:Concept ; skos:inScheme <concept> ; skos:broader* ?y }"
    derived = "SELECT ?x ?y { ?x okg:within ?y }"
    assert set(run_query(store, closure).rows) == set(run_query(store, derived).rows)
    assert len(run_query(store, derived).rows) >= len(constructs())


def test_gaps_stand_in_the_graph_with_reason_and_claims(store: Store) -> None:
    rows = run_query(store, "SELECT ?g ?w { ?g a okg:Gap ; okg:wording ?w }").rows
    assert len(rows) == len(gold_graph().gaps)


def test_mappings_name_their_justification() -> None:
    quads = [quad for quad in gold_graph().quads if quad.graph_name == MAPPINGS]
    assert any("exactMatch" in str(quad.object) for quad in quads)
    assert all(isinstance(quad.subject, NamedNode) for quad in quads)


def test_a_mapping_without_a_known_prefix_is_named(tmp_path: Path) -> None:
    head = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    file = tmp_path / "x.sssom.tsv"
    file.write_text(f'#  a: "http://a/"\n{head}a:1\ta:2\tb:3\ta:4\n')
    with pytest.raises(OxykgError, match=r"x\.sssom\.tsv, row 1"):
        list(mapping_quads(file))


def test_blank_nodes_of_an_ontology_get_names(tmp_path: Path) -> None:
    (tmp_path / "odd.ttl").write_text("<http://a> <http://b> [ <http://c> [] ] .")
    nodes = {node for q in ontology_quads(tmp_path) for node in (q.subject, q.object)}
    assert len(nodes) == 3
    assert all(isinstance(node, NamedNode) for node in nodes)


def test_a_paper_that_is_read_again_replaces_its_graph() -> None:
    first, second = SOME[0], replace(SOME[0], claims=SOME[0].claims[:1])
    assert assemble_graph([first, second]).quads == assemble_graph([second, first]).quads
