"""Statements out of terms that are text already (as N-Triples has them): many at little cost.

`kg.store.statements` of the same quads in canonical order gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.iris import PREFIXES, RDF_TYPE, decimal_literal, iri_text
from kg.store import BETWEEN, LOCAL_NAME, Statements, written

#: Subject, predicate and objects, each as N-Triples has it.
Said = tuple[str, str, list[str]]
_TYPE = str(RDF_TYPE)
#: How an IRI begins whose namespace is a path -> its prefix.
_OWN = {f"<{name}": prefix for prefix, name in PREFIXES.items() if name.endswith("/")}


@lru_cache(maxsize=100_000)
def node(kind: str, *ids: str) -> str:
    """The text of what `kg.iris.iri` gives."""
    return f"<{iri_text(kind, *ids)}>"


@lru_cache(maxsize=10_000)
def number(value: int) -> str:
    """The text of a whole number."""
    return str(Literal(value))


def decimal(value: float) -> str:
    """The text of an ``xsd:decimal``."""
    return str(decimal_literal(value))


def words(text: str) -> str:
    """The text of a string."""
    return str(Literal(text))


def in_canonical_order(said: Iterable[Said]) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    """Each subject with its predicates (types first) and their objects, each triple once."""
    subjects: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, values in said:
        about = subjects.setdefault(subject, {})
        if known := about.get(predicate):
            known += values
        elif values:
            about[predicate] = values
    for subject in sorted(subjects):
        about = subjects[subject]
        yield (
            subject,
            [
                (name, sorted(set(about[name])) if len(about[name]) > 1 else about[name])
                for name in _in_order(tuple(about))
            ],
        )


@lru_cache(maxsize=10_000)
def _in_order(predicates: tuple[str, ...]) -> list[str]:
    return sorted(predicates, key=lambda name: "" if name == _TYPE else name[1:-1])


def said_statements(
    graph: NamedNode, ordered: Iterable[tuple[str, list[tuple[str, list[str]]]]]
) -> Iterator[Statements]:
    """The statements in a graph of what `in_canonical_order` gives."""
    name = str(graph)
    for subject, about in ordered:
        lines = []
        for predicate, values in about:
            terms = [value if value[-1] == '"' else _written(value) for value in values]
            lines.append(f"{_written(predicate)} {' , '.join(terms)}")
        yield Statements(name, subject, f"  {_written(subject)} {BETWEEN.join(lines)}")


@lru_cache(maxsize=200_000)
def _written(term: str) -> str:
    """A term that is no plain string (which is written as it is)."""
    return "a" if term == _TYPE else _short(term) or written(_parsed(term))


def _short(term: str) -> str:
    """One of our IRIs by its prefix, or as it is where it cannot be; empty for other terms."""
    place = term.rfind("/") + 1
    prefix = _OWN.get(term[:place])
    if not prefix:
        return ""
    if LOCAL_NAME.fullmatch(term, place, len(term) - 1):
        return f"{prefix}:{term[place:-1]}"
    return "" if "#" in term else term


def _parsed(term: str) -> NamedNode | Literal:
    """The term of a text: an IRI, or a literal of a type whose values need no escapes."""
    if term[0] == "<":
        return NamedNode(term[1:-1])
    value, _, datatype = term[1:-1].partition('"^^<')
    return Literal(value, datatype=NamedNode(datatype))
