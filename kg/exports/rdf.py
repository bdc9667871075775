"""The graph in the syntaxes of RDF. All keep one order: the same graph gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, Triple

from kg.exports.content import Content, header_quads
from kg.iris import PREFIXES, RDF_TYPE, decimal_literal, iri
from kg.model import Claim
from kg.store import canonical_order, trig_chunks, turtle_chunks


def to_trig(content: Content) -> Iterator[str]:
    """TriG: the named graphs with prefixes, one line a predicate."""
    yield from _comments(content)
    yield from trig_chunks(content.described)


def to_nquads(content: Content) -> Iterator[str]:
    """N-Quads, one line a quad, sorted."""
    yield from sorted(f"{quad} .\n" for quad in content.described)


def to_turtle(content: Content) -> Iterator[str]:
    """Turtle: all graphs together."""
    yield from _comments(content)
    ordered = sorted({quad.triple for quad in content.described}, key=_order)
    yield from turtle_chunks(ordered)


def _order(triple: Triple) -> tuple[str, str, str]:
    predicate = "" if triple.predicate == RDF_TYPE else triple.predicate.value
    return str(triple.subject), predicate, str(triple.object)


def _comments(content: Content) -> Iterator[str]:
    yield from (f"# {line}\n" for line in content.header.lines())


def to_rdf12(content: Content) -> Iterator[str]:
    """Turtle of RDF 1.2: each claim reifies the plain triple that it speaks of.

    ``claim rdf:reifies <<( subject relation object )>>`` says nothing about whether that is so;
    direction and status do.
    """
    yield from _comments(content)
    for prefix, namespace in sorted(PREFIXES.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    for reading in content.readings:
        for claim in reading.claims:
            yield from _reifier(claim, texts=content.texts)
    for quad in canonical_order(header_quads(content.header)):
        yield f"{quad.triple} .\n"


def _reifier(claim: Claim, *, texts: bool) -> Iterator[str]:
    subject, relation = iri("okgc", claim.subject), iri("okgr", claim.relation)
    node, other = iri("claim", claim.id), iri("okgc", claim.object)
    yield f"\n{node} rdf:reifies <<( {subject} {relation} {other} )>> ;\n"
    yield f"  okg:direction okg:{claim.direction} ; okg:status okg:{claim.status} ;\n"
    if claim.path:
        source, target = (iri("okgc", name) for name in claim.path)
        yield f"  okg:pathSource {source} ; okg:pathTarget {target} ;\n"
    if claim.confidence is not None:
        yield f"  okg:confidence {decimal_literal(claim.confidence)} ;\n"
    if texts:
        yield f"  okg:sentence {Literal(claim.evidence.sentence)} ;\n"
    yield f"  okg:reportedIn {iri('doc', claim.document)} .\n"
