"""Each asserted claim as a nanopublication with a trusty URI, as TriG.

https://nanopub.net/guidelines/working_draft/ and https://arxiv.org/abs/1401.5775 (module RA): the
name of a nanopublication holds the hash of its content, so nobody can change it unseen.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Quad

from kg.data import BASE
from kg.exports.content import LICENCE, Content, Header
from kg.iris import RDF_TYPE, iri, part, term
from kg.model import Claim, Reading
from kg.rdf import to_quads
from kg.store import canonical_order, trig_chunks

NAMESPACE = f"{BASE}np/"
_NP = "http://www.nanopub.org/nschema#"
#: Stands for the hash while that is not known.
_OPEN = " "
#: The end of a name of a part, and the property of the head that leads to it.
_PARTS = {
    "assertion": f"{_NP}hasAssertion",
    "provenance": f"{_NP}hasProvenance",
    "pubinfo": f"{_NP}hasPublicationInfo",
}
#: Properties of a claim that say where it comes from, not what it says.
_SOURCES = frozenset(
    term(name)
    for name in (
        "okg:reportedIn", "okg:evidence", "okg:sentence", "okg:cue", "okg:rule", "okg:confidence",
        "okg:assertionMethod",
    )
)  # fmt: skip
_Line = tuple[str, str, NamedNode, str | Literal]


def to_nanopubs(content: Content) -> Iterator[str]:
    """All of them, in the order of documents and places."""
    quads: list[Quad] = []
    for reading in content.readings:
        for claim in reading.claims:
            if claim.asserted:
                quads += nanopub(reading, claim, content.header, texts=content.texts)
    yield from (f"# {line}\n" for line in content.header.lines())
    yield from trig_chunks(canonical_order_of_graphs(quads))


def canonical_order_of_graphs(quads: Sequence[Quad]) -> list[Quad]:
    """Each graph in canonical order; a triple may stand in several, as nanopublications want it."""
    by_graph = groupby(sorted(quads, key=_graph), key=_graph)
    return [quad for _, group in by_graph for quad in canonical_order(group)]


def _graph(quad: Quad) -> str:
    return str(quad.graph_name)


def nanopub(reading: Reading, claim: Claim, header: Header, *, texts: bool) -> list[Quad]:
    """The four graphs of one claim: head, assertion, provenance, publication info."""
    lines = [*_head(), *_claim(reading, claim, texts=texts), *_pubinfo(header)]
    name = trusty_name(lines)
    return [
        Quad(_closed(s, name), p, _closed(o, name) if isinstance(o, str) else o, _closed(g, name))
        for g, s, p, o in lines
    ]


def _head() -> Iterator[_Line]:
    head = f"{NAMESPACE}{_OPEN}#head"
    yield head, NAMESPACE + _OPEN, RDF_TYPE, f"{_NP}Nanopublication"
    for end, predicate in _PARTS.items():
        yield head, NAMESPACE + _OPEN, NamedNode(predicate), f"{NAMESPACE}{_OPEN}#{end}"


def _claim(reading: Reading, claim: Claim, *, texts: bool) -> Iterator[_Line]:
    assertion, origin = (f"{NAMESPACE}{_OPEN}#{end}" for end in ("assertion", "provenance"))
    node = iri("claim", claim.id)
    alone = Reading(document=reading.document, claims=(claim,), study=reading.study)
    said = [q for q in to_quads([alone], texts=texts) if q.subject.value.startswith(node.value)]  # type: ignore[union-attr]
    places = {part(node, "evidence").value, part(node, "place").value}
    for quad in said:
        subject = str(quad.subject.value)  # type: ignore[union-attr]
        source = subject in places or quad.predicate in _SOURCES
        value = quad.object if isinstance(quad.object, Literal) else quad.object.value  # type: ignore[union-attr]
        yield origin if source else assertion, subject, quad.predicate, value
    document = reading.document
    url = f"https://doi.org/{document.doi}" if document.doi else iri("doc", document.id).value
    yield origin, assertion, term("prov:wasDerivedFrom"), NamedNode(url).value
    yield origin, assertion, term("prov:wasAttributedTo"), f"{BASE}software/oxykg"


def _pubinfo(header: Header) -> Iterator[_Line]:
    graph, node = f"{NAMESPACE}{_OPEN}#pubinfo", NAMESPACE + _OPEN
    yield graph, node, term("dcterms:license"), LICENCE
    yield graph, node, term("dcterms:rights"), Literal(header.rights, language="en")
    yield graph, node, term("okg:accuracy"), Literal(header.accuracy, language="en")
    yield graph, node, term("pav:createdWith"), f"{BASE}software/oxykg"
    yield graph, node, term("pav:version"), Literal(header.version)
    yield graph, node, term("prov:wasGeneratedBy"), iri("run", header.build).value


def _closed(value: str, name: str) -> NamedNode:
    return NamedNode(value.replace(_OPEN, name))


def trusty_name(lines: Sequence[_Line]) -> str:
    """The artifact code of module RA: the hash of all statements in their normal order."""
    digest = hashlib.sha256("".join(map(_normal, sorted(lines, key=_order))).encode()).digest()
    return "RA" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _order(line: _Line) -> tuple[object, ...]:
    graph, subject, predicate, value = line
    if isinstance(value, str):
        last: tuple[object, ...] = (0, value.encode(), b"", b"")
    else:
        kind = b"" if value.language else value.datatype.value.encode()
        last = (1, value.value.encode(), kind, (value.language or "").encode())
    return graph.encode(), subject.encode(), predicate.value.encode(), *last


def _normal(line: _Line) -> str:
    graph, subject, predicate, value = line
    if isinstance(value, str):
        last = value
    else:
        text = value.value.replace("\\", "\\\\").replace("\n", "\\n")
        kind = f"@{value.language.lower()}" if value.language else f"^{value.datatype.value}"
        last = f"{kind} {text}"
    return f"{graph}\n{subject}\n{predicate.value}\n{last}\n"
