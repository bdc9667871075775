"""Names in the graph: our own IRIs, made from ids and back, and the borrowed vocabularies.

Every id is percent-encoded as one path segment (``doi:10.1/x`` is ``doc/doi%3A10.1%2Fx``), so any
id gives a valid IRI and any IRI gives its id back.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode

from kg.data import BASE

#: Prefix -> namespace, as written at the head of ``graph.trig`` and shown in tables. No namespace
#: begins with another one, so that an IRI has one short form only.
PREFIXES: dict[str, str] = {
    "claim": f"{BASE}claim/",
    "dcterms": "http://purl.org/dc/terms/",
    "doc": f"{BASE}doc/",
    "fabio": "http://purl.org/spar/fabio/",
    "gap": f"{BASE}gap/",
    "graph": f"{BASE}graph/",
    "link": f"{BASE}link/",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "oa": "http://www.w3.org/ns/oa#",
    "obo": "http://purl.obolibrary.org/obo/",
    "okg": f"{BASE}ns#",
    "okgc": f"{BASE}concept/",
    "okgi": f"{BASE}instrument/",
    "okgr": f"{BASE}relation/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "path": f"{BASE}path/",
    "pav": "http://purl.org/pav/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "proposition": f"{BASE}proposition/",
    "prov": "http://www.w3.org/ns/prov#",
    "question": f"{BASE}question/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "run": f"{BASE}run/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "study": f"{BASE}study/",
    "vann": "http://purl.org/vocab/vann/",
    "verdict": f"{BASE}verdict/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def term(name: str) -> NamedNode:
    """The IRI of a prefixed name, for example ``term("okg:subject")``."""
    prefix, local = name.split(":", 1)
    return NamedNode(PREFIXES[prefix] + local)


@lru_cache(maxsize=100_000)
def iri(kind: str, *ids: str) -> NamedNode:
    """The IRI of one of our things: ``iri("okgc", "Empathy")``; several ids joined by ``--``."""
    return NamedNode(iri_text(kind, *ids))


def iri_text(kind: str, *ids: str) -> str:
    """The text of what `iri` gives."""
    return PREFIXES[kind] + "--".join(map(_segment, ids))


def _segment(name: str) -> str:
    return name if name.isascii() and name.isalnum() else quote(name, safe="")


def id_of(node: NamedNode) -> str:
    """The id that `iri` was given (of one id): the last path segment, decoded."""
    return unquote(node.value.rsplit("/", 1)[-1])


def part(node: NamedNode, name: str) -> NamedNode:
    """The IRI of a part of a thing: the thing's IRI, ``#``, the name of the part."""
    return NamedNode(f"{node.value}#{name}")


def document_graph(document_id: str) -> NamedNode:
    """The named graph that holds one document and its claims."""
    return NamedNode(f"{PREFIXES['graph']}doc/{quote(document_id, safe='')}")


def shorten(value: str) -> str:
    """An IRI as a prefixed name where a prefix is known (for people to read, not to parse)."""
    for prefix, namespace in PREFIXES.items():
        if value.startswith(namespace):
            return f"{prefix}:{unquote(value.removeprefix(namespace))}"
    return value


RDF_TYPE = term("rdf:type")
XSD_DECIMAL = term("xsd:decimal")
XSD_YEAR = term("xsd:gYear")
XSD_DATE_TIME = term("xsd:dateTime")

#: The named graphs that stand once in a store.
CONCEPTS = term("graph:concepts")
ONTOLOGY = term("graph:ontology")
MAPPINGS = term("graph:mappings")
STUDIES = term("graph:studies")
PROVENANCE = term("graph:provenance")
DERIVED = term("graph:derived")
CURATION = term("graph:curation")
QUESTIONS = term("graph:questions")


def decimal_literal(number: float) -> Literal:
    """A number as ``xsd:decimal`` in its shortest form, which reads back as the same float."""
    from decimal import Decimal

    text = format(Decimal(repr(float(number))), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Literal("0" if text == "-0" else text, datatype=XSD_DECIMAL)
