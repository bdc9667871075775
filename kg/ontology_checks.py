"""Integrity of the ontology beyond shapes: SKOS, names, mappings.

The numbers are those of the SKOS Reference (W3C Recommendation, 2009). Narrower, inverse and
sub-properties are taken into account; nothing else is inferred.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.data import BASE, data_dir
from kg.ontology import MAPPING_PROPERTIES
from kg.validate import Problem

_SKOS, _OKG = "http://www.w3.org/2004/02/skos/core#", f"{BASE}ns#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: Files that hold data or the schema; shapes may use blank nodes and are no OWL.
_DATA_FILES = ("schema.ttl", "relations.ttl", "constructs.ttl", "instruments.ttl")
_SCHEMA_FILES = ("schema.ttl", "relations.ttl")

#: Kinds of label -> the properties that hold such labels (schema.ttl: okg's are sub-properties).
_LABELS = {
    "preferred": (f"{_SKOS}prefLabel",),
    "other": (f"{_SKOS}altLabel", f"{_OKG}inverseLabel", f"{_OKG}abbreviation"),
    "hidden": (f"{_SKOS}hiddenLabel", f"{_OKG}ambiguousAbbreviation"),
}
#: Names that alone decide which construct is meant.
_TELLING = (
    f"{_SKOS}prefLabel",
    f"{_SKOS}altLabel",
    f"{_SKOS}hiddenLabel",
    f"{_OKG}inverseLabel",
)

#: Mappings with their grounds, in the Simple Standard for Sharing Ontological Mappings.
MAPPING_FILE = "mappings.sssom.tsv"
_NO_TERM = "sssom:NoTermFound"

_Pairs: TypeAlias = set[tuple[str, str]]


class _Facts:
    """Triples by subject and predicate IRI."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.said: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(dict)
        for subject, predicate, value in triples:
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self.said[subject.value].setdefault(predicate.value, []).append(value)

    def of(self, node: str, predicates: Sequence[str]) -> list[NamedNode | Literal]:
        """The objects of a node under any of the predicates."""
        said = self.said.get(node, {})
        return [value for predicate in predicates for value in said.get(predicate, ())]

    def typed(self, kind: str) -> set[str]:
        """The IRIs of all nodes of a class, as stated."""
        return {node for node in self.said if kind in self.types(node)}

    def types(self, node: str) -> set[str]:
        """The IRIs of a node's classes, as stated."""
        return {value.value for value in self.of(node, (_RDF_TYPE,))}

    def pairs(self, predicate: str) -> _Pairs:
        """Subject and object of every triple between IRIs with this predicate."""
        return {
            (node, value.value)
            for node in self.said
            for value in self.of(node, (predicate,))
            if isinstance(value, NamedNode)
        }


def check_ontology(files: Mapping[str, Sequence[Triple]]) -> Iterator[Problem]:
    """What is wrong, given the triples of each file of the ontology."""
    from kg.owl_profile import check_rl

    triples = [triple for name in _DATA_FILES for triple in files[name]]
    yield from _blank_nodes(files)
    yield from check_skos(triples)
    yield from check_names(triples)
    yield from check_rl(triple for name in _SCHEMA_FILES for triple in files[name])
    path = data_dir("ontology") / MAPPING_FILE
    yield from check_mappings(triples, path.read_text(encoding="utf-8"))


def _blank_nodes(files: Mapping[str, Sequence[Triple]]) -> Iterator[Problem]:
    for name in _DATA_FILES:
        for triple in files[name]:
            if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                yield Problem(f"ontology/{name}", f"a blank node at {triple.predicate.value}")


def check_skos(triples: Iterable[Triple]) -> Iterator[Problem]:
    """S9, S13, S14, S27, S37 and S46 of the SKOS Reference, and cycles of ``skos:broader``."""
    facts = _Facts(triples)
    yield from _disjoint_classes(facts)
    yield from _labels(facts)
    yield from _relations(facts)


def _disjoint_classes(facts: _Facts) -> Iterator[Problem]:
    kinds = {name: facts.typed(_SKOS + name) for name in ("Concept", "ConceptScheme", "Collection")}
    for (one, nodes), (other, others) in combinations(sorted(kinds.items()), 2):
        condition = "S9" if "Collection" not in (one, other) else "S37"
        for node in nodes & others:
            yield Problem(node, f"both a skos:{one} and a skos:{other} ({condition})")


def _labels(facts: _Facts) -> Iterator[Problem]:
    for node in facts.said:
        labels = {kind: set(facts.of(node, names)) for kind, names in _LABELS.items()}
        for one, other in combinations(labels, 2):
            for label in labels[one] & labels[other]:
                yield Problem(node, f"{label.value!r} is both {one} and {other} label (S13)")
        languages = [
            label.language if isinstance(label, Literal) else ""
            for label in facts.of(node, _LABELS["preferred"])
        ]
        for language in {x for x in languages if languages.count(x) > 1}:
            yield Problem(node, f"several preferred labels in language {language!r} (S14)")


def _relations(facts: _Facts) -> Iterator[Problem]:
    above = _closure(_joined(facts, "broader", "narrower"))
    for node, parent in above:
        if node == parent:
            yield Problem(node, "filed under itself: a cycle of skos:broader")
    for pair in _symmetric(facts, "related") & (above | _turned(above)):
        yield Problem(pair[0], f"related to {pair[1]} and above or below it (S27)")
    exact = _symmetric(facts, "exactMatch")
    looser = _joined(facts, "broadMatch", "narrowMatch")
    for pair in exact & (looser | _turned(looser) | _symmetric(facts, "relatedMatch")):
        yield Problem(pair[0], f"matched with {pair[1]} exactly and otherwise (S46)")


def _joined(facts: _Facts, name: str, inverse: str) -> _Pairs:
    return facts.pairs(_SKOS + name) | _turned(facts.pairs(_SKOS + inverse))


def _symmetric(facts: _Facts, name: str) -> _Pairs:
    pairs = facts.pairs(_SKOS + name)
    return pairs | _turned(pairs)


def _turned(pairs: _Pairs) -> _Pairs:
    return {(b, a) for a, b in pairs}


def _closure(pairs: _Pairs) -> _Pairs:
    """The transitive closure of a relation."""
    closed, steps = set(pairs), defaultdict(set)
    for a, b in pairs:
        steps[a].add(b)
    fresh = pairs
    while fresh:
        fresh = {(a, c) for a, b in fresh for c in steps.get(b, ())} - closed
        closed |= fresh
    return closed


def check_names(triples: Iterable[Triple]) -> Iterator[Problem]:
    """No name may stand under two constructs, nor under two instruments (case aside).

    Abbreviations keep their case. Ambiguous abbreviations and false friends may be shared.
    """
    facts = _Facts(triples)
    instruments = facts.typed(f"{_OKG}Instrument")
    for kind in (facts.typed(f"{_SKOS}Concept") - facts.typed(f"{_OKG}Relation"), instruments):
        for name, owners in sorted(_owners(facts, kind).items()):
            if len(owners) > 1:
                yield Problem(", ".join(sorted(owners)), f"share the name {name!r}")
    for node in sorted(instruments):
        if not facts.of(node, (f"{_OKG}measures", f"{_OKG}measuresInverse")):
            yield Problem(node, "an instrument that measures nothing")


def _owners(facts: _Facts, nodes: Iterable[str]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        for label in facts.of(node, _TELLING):
            owners[label.value.casefold()].add(node)
        for label in facts.of(node, (f"{_OKG}abbreviation",)):
            owners[label.value].add(node)
    return owners


def check_mappings(triples: Iterable[Triple], table: str) -> Iterator[Problem]:
    """The SSSOM table and the mappings in the Turtle files must say the same.

    Rows with a ``predicate_modifier`` (false friends) and rows without a term are not mappings.
    """
    facts = _Facts(triples)
    stated = {
        (subject, name.value, target)
        for name in map(NamedNode, (_SKOS + m for m in MAPPING_PROPERTIES))
        for subject, target in facts.pairs(name.value)
        if subject not in facts.typed(f"{_OKG}Instrument")
    }
    listed = set(_listed(table))
    for subject, predicate, target in sorted(stated - listed):
        yield Problem(subject, f"{predicate} {target} is not in {MAPPING_FILE}")
    for subject, predicate, target in sorted(listed - stated):
        yield Problem(subject, f"{predicate} {target} is only in {MAPPING_FILE}")


def _listed(table: str) -> Iterator[tuple[str, str, str]]:
    lines = table.splitlines()
    header = [line[1:].strip() for line in lines if line.startswith("#")]
    prefixes = {}
    for line in header:
        prefix, _, value = line.partition(": ")
        prefixes[prefix] = value.strip('"')
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    for row in rows:
        if row["object_id"] != _NO_TERM and not row["predicate_modifier"]:
            names = (row["subject_id"], row["predicate_id"], row["object_id"])
            subject, predicate, target = (_expand(name, prefixes) for name in names)
            yield subject, predicate, target


def _expand(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = curie.partition(":")
    return prefixes.get(prefix, f"unknown prefix {prefix}:") + local
