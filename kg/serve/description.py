"""What the endpoint is and what it holds: SPARQL 1.1 Service Description and VoID.

The counts are for people and for editors that complete names from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Triple, serialize

from kg.iris import PREFIXES, RDF_TYPE
from kg.provenance import software_version
from kg.serve.negotiation import TRIPLES, choose, content_type

SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_LICENCE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_COUNTS = {
    "graphs": "SELECT ?name (COUNT(*) AS ?n) { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name",
    "classes": "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s a ?name } GROUP BY ?name",
    "properties": "SELECT ?name (COUNT(*) AS ?n) { ?s ?name ?o } GROUP BY ?name",
}
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"

_Said = tuple[NamedNode, str, NamedNode | Literal]


def figures(store: Store) -> dict[str, Any]:
    """How many triples, subjects, objects; triples by graph and property, instances by class."""
    counted: dict[str, Any] = {"triples": len(store)}
    for name, sparql in _COUNTS.items():
        rows = [(row["name"].value, int(row["n"].value)) for row in _select(store, sparql)]
        counted[name] = dict(sorted(rows))
    for name, sparql in (("subjects", _SUBJECTS), ("objects", _OBJECTS)):
        counted[name] = int(next(iter(_select(store, sparql)))["n"].value)
    return counted


def _select(store: Store, sparql: str) -> QuerySolutions:
    found = store.query(sparql, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return found


def described(endpoint: str, counted: Mapping[str, Any], accept: str) -> tuple[str, bytes]:
    """The description in the format that the client likes best: its type, its bytes."""
    kind = choose(accept, tuple(TRIPLES))
    prefixes = PREFIXES | {"sd": SD, "void": VOID}
    triples = [Triple(s, NamedNode(p), o) for s, p, o in _described(endpoint, counted)]
    body = serialize(triples, format=TRIPLES[kind], prefixes=prefixes) or b""
    return content_type(kind), body


def _described(endpoint: str, counted: Mapping[str, Any]) -> Iterator[_Said]:
    service, data = NamedNode(endpoint), NamedNode(f"{endpoint}#dataset")
    yield from _service(service, data)
    yield from _dataset(service, data, counted)
    graph = NamedNode(f"{endpoint}#default")
    yield data, f"{SD}defaultGraph", graph
    yield graph, RDF_TYPE.value, NamedNode(f"{SD}Graph")
    yield graph, f"{VOID}triples", Literal(counted["triples"])
    for number, (name, triples) in enumerate(counted["graphs"].items(), 1):
        named, graph = (NamedNode(f"{endpoint}#{kind}-{number}") for kind in ("named", "graph"))
        yield data, f"{SD}namedGraph", named
        yield named, RDF_TYPE.value, NamedNode(f"{SD}NamedGraph")
        yield named, f"{SD}name", NamedNode(name)
        yield named, f"{SD}graph", graph
        yield graph, RDF_TYPE.value, NamedNode(f"{SD}Graph")
        yield graph, f"{VOID}triples", Literal(triples)


def _service(service: NamedNode, data: NamedNode) -> Iterator[_Said]:
    yield service, RDF_TYPE.value, NamedNode(f"{SD}Service")
    yield service, f"{SD}endpoint", service
    yield service, f"{SD}supportedLanguage", NamedNode(f"{SD}SPARQL11Query")
    yield service, f"{SD}feature", NamedNode(f"{SD}UnionDefaultGraph")
    yield service, f"{SD}defaultDataset", data
    for name in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV"):
        yield service, f"{SD}resultFormat", NamedNode(_FORMATS + name)
    yield service, f"{SD}resultFormat", NamedNode(f"{_FORMATS}SPARQL_Results_TSV")
    for style in {**dict.fromkeys(TRIPLES.values())}:
        yield service, f"{SD}resultFormat", NamedNode(style.iri)


def _dataset(service: NamedNode, data: NamedNode, counted: Mapping[str, Any]) -> Iterator[_Said]:
    yield data, RDF_TYPE.value, NamedNode(f"{SD}Dataset")
    yield data, RDF_TYPE.value, NamedNode(f"{VOID}Dataset")
    yield data, f"{PREFIXES['dcterms']}title", Literal("oxykg", language="en")
    yield data, f"{PREFIXES['dcterms']}license", _LICENCE
    yield data, f"{PREFIXES['pav']}version", Literal(software_version())
    yield data, f"{VOID}sparqlEndpoint", service
    yield data, f"{VOID}uriSpace", Literal(PREFIXES["okg"].removesuffix("ns#"))
    yield data, f"{VOID}triples", Literal(counted["triples"])
    yield data, f"{VOID}distinctSubjects", Literal(counted["subjects"])
    yield data, f"{VOID}distinctObjects", Literal(counted["objects"])
    yield data, f"{VOID}classes", Literal(len(counted["classes"]))
    yield data, f"{VOID}properties", Literal(len(counted["properties"]))
    for number, (name, count) in enumerate(counted["classes"].items(), 1):
        part = NamedNode(f"{data.value}-class-{number}")
        yield data, f"{VOID}classPartition", part
        yield part, f"{VOID}class", NamedNode(name)
        yield part, f"{VOID}entities", Literal(count)
    for number, (name, count) in enumerate(counted["properties"].items(), 1):
        part = NamedNode(f"{data.value}-property-{number}")
        yield data, f"{VOID}propertyPartition", part
        yield part, f"{VOID}property", NamedNode(name)
        yield part, f"{VOID}triples", Literal(count)
