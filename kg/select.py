"""The readings of a graph that are about certain constructs, without reading all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad, Store

from kg.iris import RDF_TYPE, STUDIES, iri, term
from kg.model import Reading
from kg.rdf import from_quads

_ABOUT = tuple(term(f"okg:{name}") for name in ("subject", "object", "pathSource", "pathTarget"))
_CLAIM, _REPORTED_IN = term("okg:Claim"), term("okg:reportedIn")
_REPORTS = term("okg:reportsStudy")


def readings_about(store: Store, constructs: Iterable[str]) -> tuple[Reading, ...]:
    """Whole readings of the documents with a claim on any of the constructs, in canonical order."""
    documents = {
        document
        for name in constructs
        for predicate in _ABOUT
        for quad in store.quads_for_pattern(None, predicate, iri("okgc", name), None)
        for document in _document_of(store, quad)
    }
    return from_quads(_quads(store, documents))


def _document_of(store: Store, quad: Quad) -> Iterator[tuple[NamedNode, NamedNode]]:
    """The document of a claim, with the graph that both are in; nothing for other subjects."""
    claim, graph = quad.subject, quad.graph_name
    if Quad(claim, RDF_TYPE, _CLAIM, graph) in store:
        for found in store.quads_for_pattern(claim, _REPORTED_IN, None, graph):
            if isinstance(found.object, NamedNode) and isinstance(graph, NamedNode):
                yield found.object, graph


def _quads(store: Store, documents: Iterable[tuple[NamedNode, NamedNode]]) -> Iterator[Quad]:
    for document, graph in documents:
        yield from store.quads_for_pattern(None, None, None, graph)
        for reported in store.quads_for_pattern(document, _REPORTS, None, STUDIES):
            study = reported.object
            if isinstance(study, NamedNode):
                yield from store.quads_for_pattern(study, None, None, STUDIES)
                yield from store.quads_for_pattern(None, _REPORTS, study, STUDIES)
