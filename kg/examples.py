"""The shipped questions as part of the graph, so that any SPARQL editor can offer them.

The convention is that of the SIB Swiss Institute of Bioinformatics
(https://github.com/sib-swiss/sparql-examples): each question is a ``sh:SPARQLExecutable`` whose
``rdfs:comment`` is the question and whose ``sh:select`` is its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, Quad

from kg.iris import QUESTIONS, RDF_TYPE, iri, term
from kg.queries import list_queries


def question_quads(folder: Path | None = None) -> Iterator[Quad]:
    """Every question of ``queries/`` in the graph of questions."""
    for query in list_queries(folder):
        node = iri("question", query.name)
        for kind in ("sh:SPARQLExecutable", "sh:SPARQLSelectExecutable"):
            yield Quad(node, RDF_TYPE, term(kind), QUESTIONS)
        for name, text in (("rdfs:label", query.title), ("rdfs:comment", query.description)):
            yield Quad(node, term(name), Literal(text, language="en"), QUESTIONS)
        yield Quad(node, term("sh:select"), Literal(query.sparql), QUESTIONS)
