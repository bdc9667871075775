"""Write ``ontology.html``: every term of the ontology with definition, mappings and an example.

``python docs/refresh_ontology.py [DIR]`` after ``make demo``; examples are taken from that graph.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.data import BASE, data_dir
from kg.iris import CONCEPTS, ONTOLOGY, PREFIXES, RDF_TYPE, shorten, term
from kg.provenance import software_version
from kg.rdf import from_quads
from kg.store import canonical_order, open_store
from kg.wording import claim_sentence

DOCS = Path(__file__).resolve().parent
TEMPLATE, PAGE = DOCS / "ontology.html.j2", DOCS / "ontology.html"
#: A section: its anchor, its title, its file, the beginning of the names in it.
SECTIONS = (
    ("schema", "Schema: what claims, studies, links and gaps are", "schema.ttl", PREFIXES["okg"]),
    ("relations", "Relations", "relations.ttl", PREFIXES["okgr"]),
    ("concepts", "Constructs", "constructs.ttl", PREFIXES["okgc"]),
    ("instruments", "Instruments", "instruments.ttl", PREFIXES["okgi"]),
)
_DEFINITIONS = (term("skos:definition"), term("rdfs:comment"), term("dcterms:description"))
_LABELS = (term("skos:prefLabel"), term("rdfs:label"), term("dcterms:title"))
#: Not repeated among the facts of a term.
_HIDDEN = {
    *(*_DEFINITIONS, *_LABELS),
    *map(term, ("skos:inScheme", "skos:topConceptOf", "skos:hasTopConcept")),
    *map(term, ("skos:notation", "skos:hiddenLabel")),
}
_Node = dict[NamedNode, list[Any]]


def main() -> None:
    """Write the page."""
    store = open_store(sys.argv[1] if len(sys.argv) > 1 else DOCS.parent / "oxykg-demo")
    PAGE.write_text(render(store), encoding="utf-8")


def render(store: Store) -> str:
    """The page, with examples from the graph."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    examples = _examples(store)
    sections = [
        {
            "anchor": anchor,
            "title": title,
            "file": file,
            "terms": list(_terms(file, begin, examples)),
        }
        for anchor, title, file, begin in SECTIONS
    ]
    page = template.render(sections=sections, version=software_version(), base=BASE)
    return "\n".join(line.rstrip() for line in page.splitlines()) + "\n"


def _terms(file: str, begin: str, examples: dict[str, str]) -> Iterator[dict[str, Any]]:
    nodes: dict[NamedNode, _Node] = defaultdict(lambda: defaultdict(list))
    for triple in parse(path=str(data_dir("ontology") / file), format=RdfFormat.TURTLE):
        if isinstance(triple.subject, NamedNode):
            nodes[triple.subject][triple.predicate].append(triple.object)
    for node, said in nodes.items():
        if node.value.startswith(begin) and "/collection/" not in node.value:
            yield {
                "anchor": anchor_of(node.value),
                "iri": node.value,
                "short": shorten(node.value),
                "label": _text(said, _LABELS) or shorten(node.value),
                "definition": _text(said, _DEFINITIONS) or "",
                "facts": list(_facts(said)),
                "example": examples.get(node.value) or _reading(said),
            }


def anchor_of(iri: str) -> str:
    """``concept/Empathy`` is ``concept-Empathy``, ``ns#subject`` is ``ns-subject``."""
    return re.sub(r"[/#]", "-", iri.removeprefix(BASE))


def _text(said: _Node, predicates: Iterable[NamedNode]) -> str | None:
    return next((str(said[p][0].value) for p in predicates if p in said), None)


def _facts(said: _Node) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for predicate, values in said.items():
        if predicate not in _HIDDEN:
            name = "is a" if predicate == RDF_TYPE else _words(predicate)
            yield name, [_shown(value) for value in values if hasattr(value, "value")]


def _words(predicate: NamedNode) -> str:
    local = re.split(r"[#/]", predicate.value)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()


def _shown(value: Any) -> dict[str, str]:
    if isinstance(value, Literal):
        return {"text": value.value, "link": ""}
    link = f"#{anchor_of(value.value)}" if value.value.startswith(BASE) else value.value
    if "/collection/" in value.value:
        return {"text": re.split("/", value.value)[-1].replace("-", " "), "link": ""}
    return {"text": shorten(value.value), "link": link}


def _reading(said: _Node) -> str:
    """How an instrument is read in a text."""
    measured = said.get(term("okg:measures")) or said.get(term("okg:measuresInverse"))
    if not measured:
        return ""
    names = said.get(term("okg:abbreviation")) or said[term("skos:prefLabel")]
    less = "" if term("okg:measures") in said else "less of "
    return f"“{names[0].value} scores” stand for {less}{shorten(measured[0].value)}."


def _examples(store: Store) -> dict[str, str]:
    """A term -> an example from the graph: a claim in words, or a triple."""
    quads = canonical_order(store)
    found: dict[str, str] = {}
    for name, said in _claims(quads):
        found.setdefault(name, said)
    own = [quad for quad in quads if quad.graph_name not in (ONTOLOGY, CONCEPTS)]
    for quad in [*own, *quads]:
        for node in (quad.predicate, quad.object):
            if isinstance(node, NamedNode) and node.value.startswith(PREFIXES["okg"]):
                found.setdefault(node.value, _triple(quad))
    return found


def _claims(quads: Iterable[Quad]) -> Iterator[tuple[str, str]]:
    """Names of constructs and relations, each with a claim that speaks of it, surest first."""
    labels = {
        str(q.subject.value).removeprefix(PREFIXES["okgc"]): q.object.value  # type: ignore[union-attr]
        for q in quads
        if q.predicate == term("skos:prefLabel")
    }
    for reading in from_quads(quads):
        for claim in sorted(reading.claims, key=lambda c: -(c.confidence or 0)):
            if claim.asserted:
                said = claim_sentence(claim, reading.document, reading.study, labels)
                yield PREFIXES["okgr"] + claim.relation, said
                for name in (claim.subject, claim.object, *(claim.path or ())):
                    yield PREFIXES["okgc"] + name, said


def _triple(quad: Quad) -> str:
    value = quad.object
    last = shorten(value.value) if isinstance(value, NamedNode) else str(value)
    last = last if len(last) <= 120 else f"{last[:117]}…"
    return f"{shorten(quad.subject.value)} {shorten(quad.predicate.value)} {last}"  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
