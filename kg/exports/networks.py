"""Links as a network for Gephi, Cytoscape and networkx: one node a construct, one edge a link."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from kg.data import BASE
from kg.exports.content import Content
from kg.iris import iri
from kg.links import Link, link_claims
from kg.model import Direction, Reading
from kg.ontology import constructs
from kg.wording import label_of

_XML_FORBIDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CLOCK = re.compile(r'(<meta\b[^>]*?) lastmodifieddate="[^"]*"')


def to_networkx(readings: Iterable[Reading]) -> Any:
    """A ``networkx.Graph``: nodes are ids of constructs, an edge is the evidence on a pair.

    Nodes have ``label``, ``domain``, ``valence``, ``studies``, ``iri``. Edges count studies:
    ``studies`` (primary ones with a finding), ``positive``, ``negative``, ``null``, ``mixed``,
    ``unspecified``, ``reviews``, ``asked``; and have ``claims``, ``first_year``, ``last_year``,
    ``balance`` (positive minus negative, divided by both; absent without either), ``weight``.
    """
    import networkx as nx

    known = tuple(readings)
    links = link_claims(known)
    graph = nx.Graph()
    studies = Counter(end for link in links for end in (link.a, link.b) for _ in link.studies)
    ontology = constructs()
    for name in sorted({end for link in links for end in (link.a, link.b)}):
        construct = ontology.get(name)
        graph.add_node(
            name,
            label=label_of(name, {name: construct.label} if construct else None),
            domain=construct.domain if construct else "",
            valence=construct.valence if construct else 0,
            studies=studies[name],
            iri=iri("okgc", name).value,
        )
    for link in links:
        graph.add_edge(link.a, link.b, **_edge(link))
    return graph


def _edge(link: Link) -> dict[str, Any]:
    votes = {d.value: len(link.findings.of(d)) for d in Direction}
    signed = votes["positive"] + votes["negative"]
    found: dict[str, Any] = {
        "iri": iri("link", link.a, link.b).value,
        "studies": len(link.studies),
        **votes,
        "reviews": len(link.reviews.studies),
        "asked": len(link.asked),
        "claims": len(link.claims),
        "weight": float(max(len(link.studies), 1)),
        "first_year": link.first_year,
        "last_year": link.last_year,
        "balance": (votes["positive"] - votes["negative"]) / signed if signed else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def to_graphml(content: Content) -> Iterator[str]:
    """GraphML with typed attributes; the header stands as attributes of the graph."""
    import networkx as nx

    graph = _headed(content)
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out, named_key_ids=True)
    yield out.getvalue().decode("utf-8") + "\n"


def to_gexf(content: Content) -> Iterator[str]:
    """GEXF 1.2 for Gephi; the header is its description."""
    import networkx as nx

    graph = _headed(content)
    described = "; ".join(content.header.lines())
    graph.graph.clear()
    graph.graph |= {"name": content.header.title}
    out = io.BytesIO()
    nx.write_gexf(graph, out)
    text = _CLOCK.sub(r"\1", out.getvalue().decode("utf-8"))
    yield _described(text, described) + "\n"


def _described(text: str, description: str) -> str:
    from xml.sax.saxutils import escape

    creator, said = escape(f"oxykg ({BASE})"), escape(description)
    meta = f"<meta><creator>{creator}</creator><description>{said}</description></meta>"
    return re.sub(r"<meta\b.*?</meta>|<meta\b[^>]*/>", lambda _: meta, text, count=1, flags=re.S)


def _headed(content: Content) -> Any:
    graph = to_networkx(content.readings)
    header = content.header
    graph.graph |= {
        "title": header.title,
        "build": header.build,
        "version": header.version,
        "selection": header.selection,
        "accuracy": header.accuracy,
        "rights": header.rights,
    }
    for _, attributes in graph.nodes(data=True):
        attributes["label"] = _XML_FORBIDS.sub("", attributes["label"])
    return graph
