"""A quick reading of SHACL Core: as much of it as ``ontology/shapes.ttl`` uses.

pyshacl is the reference; it takes some five seconds for a thousand claims, this a fraction of one.
Tests hold the two together. A shape that uses anything not read here is refused, never skipped.
Classes are compared as they are stated: no subclass reasoning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import OxykgError

Term: TypeAlias = NamedNode | BlankNode | Literal
Node: TypeAlias = NamedNode | BlankNode

_SH = "http://www.w3.org/ns/shacl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _FIRST = NamedNode(f"{_RDF}type"), NamedNode(f"{_RDF}first")
_REST, _NIL = NamedNode(f"{_RDF}rest"), NamedNode(f"{_RDF}nil")
#: What a literal of a datatype looks like; of other datatypes any form will do.
_FORMS = {
    f"{_XSD}integer": re.compile(r"[+-]?\d+"),
    f"{_XSD}decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    f"{_XSD}gYear": re.compile(r"-?\d{4,}(Z|[+-]\d\d:\d\d)?"),
}
_NUMERIC = frozenset(f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float"))
#: Said about a shape, not constraints of it.
_ABOUT = frozenset({"path", "message", "severity", "targetClass", "targetObjectsOf"})
_TARGETS = frozenset({"targetClass", "targetObjectsOf", "targetSubjectsOf"})


class UnreadShapeError(OxykgError):
    """A shape uses a part of SHACL that the quick reading does not know."""

    def __init__(self, term: str) -> None:
        super().__init__(
            f"shapes.ttl: {term} is not known to the quick check. "
            "Use SHACL Core as the other shapes do, or validate with engine='pyshacl'."
        )
        self.term = term


class Data:
    """Triples by subject and by object, for looking up what a shape asks."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: dict[Term, dict[Term, list[Term]]] = {}
        self._pointing: dict[Term, dict[Term, list[Term]]] = {}
        self.triples = 0
        self.add(triples)

    def add(self, triples: Iterable[Triple]) -> None:
        """Take in more triples; a triple that is there already stays one."""
        self._pointing.clear()
        for subject, predicate, value in triples:
            values = self._said.setdefault(subject, {}).setdefault(predicate, [])
            if value not in values:
                values.append(value)
                self.triples += 1

    def _by_object(self, predicate: Term) -> dict[Term, list[Term]]:
        """The subjects of a predicate by object; made when first asked for."""
        if predicate not in self._pointing:
            found: dict[Term, list[Term]] = defaultdict(list)
            for subject, said in self._said.items():
                for value in said.get(predicate, ()):
                    found[value].append(subject)
            self._pointing[predicate] = dict(found)
        return self._pointing[predicate]

    def all(self) -> Iterator[Triple]:
        """Every triple, once."""
        for subject, said in self._said.items():
            for predicate, values in said.items():
                yield from (Triple(subject, predicate, value) for value in values)  # type: ignore[arg-type]

    def values(self, node: Term, predicate: Term) -> list[Term]:
        """The objects of a node's triples with this predicate, in the order given."""
        return self._said.get(node, {}).get(predicate, [])

    def value(self, node: Term, predicate: str) -> Term | None:
        """The first value of a SHACL property, if any."""
        return next(iter(self.values(node, NamedNode(_SH + predicate))), None)

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """The subjects of triples with this predicate and object."""
        return self._by_object(predicate).get(value, [])

    def ends(self, predicate: Term) -> tuple[list[Term], list[Term]]:
        """All subjects and all objects of a predicate, each once."""
        pointing = self._by_object(predicate)
        return list(dict.fromkeys(s for found in pointing.values() for s in found)), list(pointing)

    def said(self, node: Term) -> dict[Term, list[Term]]:
        """Everything that is said of a node, by predicate."""
        return self._said.get(node, {})

    def items(self, head: Term) -> Iterator[Term]:
        """The members of an RDF list."""
        while head != _NIL:
            yield self.values(head, _FIRST)[0]
            head = self.values(head, _REST)[0]


#: From a node, the nodes that a path leads to.
Path: TypeAlias = Callable[[Data, Term], Sequence[Term]]
#: Of a focus node and its value nodes, those that break a constraint (``None``: no one value does).
Check: TypeAlias = Callable[[Data, Term, Sequence[Term]], Iterable[Term | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One broken constraint: the node, the path as written, the value if one is to blame."""

    focus: Term
    path: str
    value: Term | None
    message: str
    severity: str


@dataclass(slots=True)
class Shape:
    """A compiled node or property shape."""

    severity: str
    message: str
    path: Path | None = None
    path_text: str = ""
    targets: list[tuple[str, Term]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    properties: list[Shape] = field(default_factory=list)

    def is_about(self, predicates: Container[str], classes: Container[str]) -> bool:
        """Whether it may be about a node of data with these predicates and classes."""
        return any(
            term.value in (classes if kind == "targetClass" else predicates)
            for kind, term in self.targets
        )

    def focus_nodes(self, data: Data) -> list[Term]:
        """The nodes that the shape is about, each once."""
        found: list[Term] = []
        for kind, term in self.targets:
            if kind == "targetClass":
                found += data.subjects(_TYPE, term)
            else:
                found += data.ends(term)[kind == "targetObjectsOf"]
        return list(dict.fromkeys(found))

    def results(self, data: Data, focus: Term) -> Iterator[Result]:
        """What is wrong with a node."""
        values = [focus] if self.path is None else self.path(data, focus)
        for check in self.checks:
            for culprit in check(data, focus, values):
                yield Result(
                    focus=focus,
                    path=self.path_text,
                    value=culprit,
                    message=self.message,
                    severity=self.severity,
                )
        for value in values:
            for shape in self.properties:
                yield from shape.results(data, value)

    def holds(self, data: Data, node: Term) -> bool:
        """Whether nothing is wrong with a node."""
        return next(self.results(data, node), None) is None


def compile_shapes(triples: Iterable[Triple]) -> tuple[Shape, ...]:
    """The shapes that have targets, ready to run."""
    source = Data(triples)
    nodes: list[Term] = []
    for kind in sorted(_TARGETS):
        nodes += source.ends(NamedNode(_SH + kind))[0]
    return tuple(_shape(source, node) for node in sorted(dict.fromkeys(nodes), key=str))


def run(shapes: Iterable[Shape], data: Data, context: Iterable[Triple] = ()) -> list[Result]:
    """What is wrong in the data; ``context`` can be looked up but is not itself checked."""
    return [result for _, result in run_by_focus(shapes, data, context)]


def run_by_focus(
    shapes: Iterable[Shape], data: Data, context: Iterable[Triple] = ()
) -> list[tuple[Term, Result]]:
    """The same, each result with the node that its shape is about."""
    focus = [(shape, node) for shape in shapes for node in shape.focus_nodes(data)]
    data.add(context)
    return [(node, result) for shape, node in focus for result in shape.results(data, node)]


def _shape(source: Data, node: Term) -> Shape:
    severity, message = source.value(node, "severity"), source.value(node, "message")
    path = source.value(node, "path")
    shape = Shape(
        severity=_local(severity) if severity else "Violation",
        message=message.value if isinstance(message, Literal) else "",
        path=None if path is None else _path(source, path),
        path_text="" if path is None else _path_text(source, path),
    )
    for predicate, values in source.said(node).items():
        name = _local(predicate)
        if name in _TARGETS:
            shape.targets += [(name, value) for value in values]
        elif name == "property":
            shape.properties += [_shape(source, value) for value in values]
        elif name in _CHECKS:
            shape.checks += [_CHECKS[name](source, value) for value in values]
        elif str(predicate.value).startswith(_SH) and name not in _ABOUT:
            raise UnreadShapeError(f"sh:{name}")
    return shape


def _local(term: Term) -> str:
    return re.split(r"[#/]", term.value)[-1]


def _path(source: Data, node: Term) -> Path:
    if isinstance(node, NamedNode):
        return lambda data, start: data.values(start, node)
    inverse, either = source.value(node, "inversePath"), source.value(node, "alternativePath")
    if inverse is not None:
        return lambda data, start: data.subjects(inverse, start)
    if either is not None:
        ways = [_path(source, item) for item in source.items(either)]
        return lambda data, start: _distinct(end for way in ways for end in way(data, start))
    steps = [_path(source, item) for item in source.items(node)]
    return lambda data, start: _follow(data, start, steps)


def _follow(data: Data, start: Term, steps: Sequence[Path]) -> list[Term]:
    reached = [start]
    for step in steps:
        reached = _distinct(end for node in reached for end in step(data, node))
    return reached


def _distinct(terms: Iterable[Term]) -> list[Term]:
    return list(dict.fromkeys(terms))


def _path_text(source: Data, node: Term) -> str:
    if isinstance(node, NamedNode):
        return _local(node)
    inverse, either = source.value(node, "inversePath"), source.value(node, "alternativePath")
    if inverse is not None:
        return f"^{_path_text(source, inverse)}"
    joint, head = ("/", node) if either is None else ("|", either)
    return joint.join(_path_text(source, item) for item in source.items(head))


def _number(term: Term) -> Decimal | None:
    if not isinstance(term, Literal) or term.datatype.value not in _NUMERIC:
        return None
    try:
        return Decimal(term.value)
    except InvalidOperation:
        return None


def _each(wrong: Callable[[Data, Term], bool]) -> Check:
    return lambda data, _, values: [value for value in values if wrong(data, value)]


def _whole(wrong: Callable[[Sequence[Term]], bool]) -> Check:
    return lambda _, __, values: [None] if wrong(values) else []


def _count(limit: Term, *, least: bool) -> Check:
    number = int(limit.value)
    if least:
        return _whole(lambda values: len(values) < number)
    return _whole(lambda values: len(values) > number)


def _bound(limit: Term, *, least: bool) -> Check:
    bound = Decimal(limit.value)

    def wrong(_: Data, value: Term) -> bool:
        number = _number(value)
        return number is None or (number < bound if least else number > bound)

    return _each(wrong)


def _datatype(wanted: Term) -> Check:
    form = _FORMS.get(wanted.value)

    def wrong(_: Data, value: Term) -> bool:
        if not isinstance(value, Literal) or value.datatype != wanted:
            return True
        return form is not None and not form.fullmatch(value.value)

    return _each(wrong)


def _node_kind(wanted: Term) -> Check:
    if _local(wanted) != "IRI":
        raise UnreadShapeError(f"sh:nodeKind sh:{_local(wanted)}")
    return _each(lambda _, value: not isinstance(value, NamedNode))


def _pattern(wanted: Term) -> Check:
    pattern = re.compile(wanted.value)
    return _each(lambda _, value: isinstance(value, BlankNode) or not pattern.search(value.value))


def _unique_lang(wanted: Term) -> Check:
    if wanted.value != "true":
        raise UnreadShapeError("sh:uniqueLang false")

    def wrong(values: Sequence[Term]) -> bool:
        languages = [v.language for v in values if isinstance(v, Literal) and v.language]
        return len(languages) != len(set(languages))

    return _whole(wrong)


def _equals(other: Term) -> Check:
    return lambda data, focus, values: sorted(set(values) ^ {*data.values(focus, other)}, key=str)


def _disjoint(other: Term) -> Check:
    return lambda data, focus, values: [v for v in values if v in data.values(focus, other)]


def _less(other: Term, *, or_equal: bool) -> Check:
    def check(data: Data, focus: Term, values: Sequence[Term]) -> Iterator[Term]:
        for value in values:
            for limit in data.values(focus, other):
                low, high = _number(value), _number(limit)
                if low is None or high is None or low > high or (low == high and not or_equal):
                    yield value

    return check


def _one_of(shapes: Sequence[Shape], fits: Callable[[int], bool]) -> Check:
    return _each(lambda data, value: not fits(sum(shape.holds(data, value) for shape in shapes)))


def _choice(fits: Callable[[int], bool]) -> Callable[[Data, Term], Check]:
    return lambda source, head: _one_of([_shape(source, i) for i in source.items(head)], fits)


def _listed(source: Data, head: Term) -> Check:
    allowed = frozenset(source.items(head))
    return _each(lambda _, value: value not in allowed)


#: A constraint of SHACL Core -> what makes a check of its value in the shapes graph.
_CHECKS: dict[str, Callable[[Data, Term], Check]] = {
    "minCount": lambda _, limit: _count(limit, least=True),
    "maxCount": lambda _, limit: _count(limit, least=False),
    "minInclusive": lambda _, limit: _bound(limit, least=True),
    "maxInclusive": lambda _, limit: _bound(limit, least=False),
    "class": lambda _, kind: _each(lambda data, value: kind not in data.values(value, _TYPE)),
    "datatype": lambda _, kind: _datatype(kind),
    "nodeKind": lambda _, kind: _node_kind(kind),
    "pattern": lambda _, pattern: _pattern(pattern),
    "uniqueLang": lambda _, wanted: _unique_lang(wanted),
    "in": _listed,
    "hasValue": lambda _, wanted: _whole(lambda values: wanted not in values),
    "equals": lambda _, other: _equals(other),
    "disjoint": lambda _, other: _disjoint(other),
    "lessThan": lambda _, other: _less(other, or_equal=False),
    "lessThanOrEquals": lambda _, other: _less(other, or_equal=True),
    "node": lambda source, node: _one_of([_shape(source, node)], lambda fitting: fitting == 1),
    "not": lambda source, node: _one_of([_shape(source, node)], lambda fitting: fitting == 0),
    "or": _choice(lambda fitting: fitting > 0),
    "xone": _choice(lambda fitting: fitting == 1),
}
