"""The guard lets questions through and nothing else, however it is dressed up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.guard import QueryRefusedError, QuerySyntaxError, check_query, names_graphs

ALLOWED = [
    "SELECT * WHERE { ?s ?p ?o }",
    "select * { ?s ?p ?o }",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <https://w3id.org/oxykg/concept/Empathy>",
    "PREFIX service: <http://x/> SELECT * { ?s service:SERVICE ?o }",
    "SELECT ?service ?insert { ?service ?p ?insert }",
    'SELECT * { ?s ?p "SERVICE <http://x/> { }" }',
    "SELECT * { ?s ?p 'INSERT DATA' }",
    'SELECT * { ?s ?p """a "quoted" SERVICE""" }',
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/> { ?s ?p ?o }",
    "SELECT * { ?s <http://x/SERVICE#INSERT> ?o }",
    "SELECT * { ?s ?p ?o FILTER(1 <2 && ?o> 3) }",
    "SELECT * { ?s ?p ?o FILTER(?s<?o) }",
    "BASE <http://select/> PREFIX a: <b#> SELECT * { ?s a ?o }",
    "SELECT * FROM <https://w3id.org/oxykg/graph/studies> { ?s ?p ?o }",
    "SELECT * FROM NAMED <https://w3id.org/oxykg/graph/studies> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX g: <https://w3id.org/oxykg/graph/> SELECT * FROM g:doc\\/doi%3A10.1%2Fx { ?s ?p ?o }",
    "SELECT * FROM graph:studies { ?s ?p ?o }",
]
REFUSED = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service silent<http://x/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICE?s{?a ?b ?c}FILTER(1>0) }",
    "SELECT * { ?s ?p 1.SERVICE ?s { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o } #\nSERVICE",
    "SELECT * { ?s ?p ?o } #\rSERVICE",
    "SELECT * { S\\u0045RVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { S\\U00000045RVICE <http://x/> { ?s ?p ?o } }",
    'SELECT * { ?s ?p "a\\u0022b" SERVICE <http://x/> { ?s ?p ?o } # "\n }',
    "SELECT * { ?s ?p 'a' . SERVICE <http://x/> { ?s ?p 'b' } }",
    "INSERT DATA { <http://a> <http://b> <http://c> }",
    "PREFIX a: <http://a/> delete where { ?s ?p ?o }",
    "LOAD <http://x/>",
    "CLEAR ALL",
    "DROP GRAPH <http://x/>",
    "WITH <http://x/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM <http://example.org/x.ttl> { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///x.ttl> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX g: <file:///x> SELECT * FROM g:.ttl { ?s ?p ?o }",
    "BASE <file:///x/> SELECT * FROM <y.ttl> { ?s ?p ?o }",
    "PREFIX graph: <file:///x/> SELECT * FROM graph:studies { ?s ?p ?o }",
    "SELECT * FROM <https://w3id.org/oxykg/graph/../../evil> { ?s ?p ?o }",
]


@pytest.mark.parametrize("text", ALLOWED)
def test_questions_pass(text: str) -> None:
    assert check_query(text) in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(QueryRefusedError) as caught:
        check_query(text)
    assert "is refused: " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "   ", "# only a comment", "HELLO", "PREFIX a: <http://a/>"])
def test_what_is_no_query_is_called_so(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="not a SPARQL"):
        check_query(text)


@given(st.text(), st.sampled_from(("SERVICE", "service", "SeRvIcE", "S\\u0045RVICE")))
def test_a_service_behind_any_closed_text_is_seen(text: str, word: str) -> None:
    quoted = text.replace("\\", "").replace('"', "").replace("\n", "").replace("\r", "")
    query = f'SELECT * {{ ?s ?p "{quoted}" . {word} <http://x/> {{ ?a ?b ?c }} }}'
    with pytest.raises(QueryRefusedError):
        check_query(query)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("SELECT * FROM <https://w3id.org/oxykg/graph/studies> { ?s ?p ?o }", True),
        ("SELECT ?from { ?from ?p 'FROM' }", False),
    ],
)
def test_a_query_that_chooses_its_graphs_is_known(text: str, own: bool) -> None:
    assert names_graphs(text) == own
