"""Whether a schema keeps to OWL 2 RL, by its syntax alone; no reasoner.

The check is stricter than the profile: it allows named classes and properties only, no class
expressions, so that every tool reads the schema the same way. See OWL 2 Web Ontology Language
Profiles (W3C Recommendation, 2012), section 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from kg.validate import Problem

_OWL, _RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"

#: The words of OWL that a schema may use; all are in OWL 2 RL.
_WORDS = frozenset(
    (
        "AnnotationProperty", "AsymmetricProperty", "Class", "DatatypeProperty",
        "FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty",
        "NamedIndividual", "ObjectProperty", "Ontology", "SymmetricProperty",
        "TransitiveProperty", "disjointWith", "equivalentClass", "equivalentProperty",
        "inverseOf", "imports", "priorVersion", "propertyDisjointWith", "versionIRI",
        "versionInfo",
    )
)  # fmt: skip
#: Datatypes that OWL 2 RL allows and a schema of ours may need.
_DATATYPES = frozenset(
    (
        "string", "boolean", "decimal", "integer", "nonNegativeInteger", "positiveInteger",
        "double", "float", "dateTime", "dateTimeStamp", "anyURI", "token", "language",
    )
)  # fmt: skip
_KINDS = ("AnnotationProperty", "DatatypeProperty", "ObjectProperty")


_Fact: TypeAlias = tuple[str, str, str]


def check_rl(triples: Iterable[Triple]) -> Iterator[Problem]:
    """What stands outside OWL 2 RL, or leaves the kind of a property open."""
    facts: list[_Fact] = []
    for subject, predicate, value in triples:
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
            yield Problem(str(subject), f"a class expression or list at {predicate.value}")
        elif isinstance(value, NamedNode):
            facts.append((subject.value, predicate.value, value.value))
        else:
            yield from _foreign_words(subject.value, predicate.value)
    for where, name, value in facts:
        yield from _foreign_words(where, name, value)
    yield from _properties(facts)


def _foreign_words(where: str, *names: str) -> Iterator[Problem]:
    for name in names:
        if name.startswith(_OWL) and name.removeprefix(_OWL) not in _WORDS:
            yield Problem(where, f"{name} is not in the part of OWL 2 RL that is used here")


def _properties(facts: Iterable[_Fact]) -> Iterator[Problem]:
    known = list(facts)
    kinds, classes = _declared(known)
    for name, found in sorted(kinds.items()):
        for one, other in combinations(sorted(found), 2):
            yield Problem(name, f"both an owl:{one} and an owl:{other}")
    for where, name, value in known:
        if name == f"{_RDFS}subPropertyOf" and not kinds[where] & kinds[value]:
            yield Problem(where, f"no kind of property in common with {value}")
        if name == f"{_RDFS}range" and "DatatypeProperty" in kinds[where]:
            if value.removeprefix(_XSD) not in _DATATYPES:
                yield Problem(where, f"{value} is no datatype of OWL 2 RL")
        elif name in (f"{_RDFS}range", f"{_RDFS}domain") and value not in classes:
            yield Problem(where, f"{name} {value} is no declared class")


def _declared(facts: Iterable[_Fact]) -> tuple[dict[str, set[str]], set[str]]:
    """The kinds of each property, and the classes, as declared."""
    kinds: dict[str, set[str]] = defaultdict(set)
    classes: set[str] = set()
    for where, name, value in facts:
        if name == f"{_RDF}type" and value.removeprefix(_OWL) in _KINDS:
            kinds[where].add(value.removeprefix(_OWL))
        elif (name, value) == (f"{_RDF}type", f"{_OWL}Class"):
            classes.add(where)
    return kinds, classes
