"""Questions to the graph: the shipped ones (``queries/*.rq``) by name, and a user's own.

A shipped question is a file that runs as it stands. Its head says what it asks and what can be
chosen::

    # title: Mediators of an outcome
    # description: What mediates ...
    # param outcome (construct): The end of the path; narrower constructs count too.

and a line ``VALUES ?outcome { okgc:TreatmentOutcome }`` holds each parameter's default. Another
value replaces what stands between the braces as a serialised RDF term, never as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from kg.data import BASE, data_dir
from kg.errors import BadRecordError, OxykgError, UnknownNameError
from kg.guard import QuerySyntaxError, check_query, names_graphs
from kg.iris import PREFIXES, XSD_DECIMAL, iri, term
from kg.model import Direction, Relation, Status
from kg.tables import Cell, Table

Term = NamedNode | Literal
#: What a parameter may be given as: text that is read by the parameter's type, a number, or a term.
Given = str | int | float | Term

_HEAD = re.compile(r"#\s*(title|description|param)\b\s*(?:(\w+)\s*\(([\w -]+)\))?\s*:\s*(.+)")
_NUMBERS = frozenset(f"{PREFIXES['xsd']}{name}" for name in ("integer", "nonNegativeInteger"))
_FRACTIONS = frozenset(f"{PREFIXES['xsd']}{name}" for name in ("decimal", "double", "float"))


@dataclass(frozen=True, slots=True)
class Param:
    """What can be chosen in a question: its name, its type (a key of `TYPES`), what it means."""

    name: str
    type: str
    explanation: str
    default: str = ""


class BadParameterError(OxykgError):
    """A value that does not fit its parameter."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Parameter {name}: {problem}")
        self.name, self.problem = name, problem


@dataclass(frozen=True, slots=True)
class Query:
    """A shipped question, as its file has it."""

    name: str
    title: str
    description: str
    params: tuple[Param, ...]
    sparql: str

    def bind(self, **params: Given | Iterable[Given]) -> str:
        """The SPARQL text with other values for its parameters; those not given keep theirs.

        Several values mean any of them. A construct may be given by id, label or another of its
        names. Raises `UnknownNameError` for a parameter or value that is not known.
        """
        known = {param.name: param for param in self.params}
        text = self.sparql
        for name, given in params.items():
            if name not in known:
                raise UnknownNameError(f"parameter of {self.name!r}", name, known)
            single = isinstance(given, str | int | float | NamedNode | Literal)
            values: Iterable[Given] = [given] if single else given  # type: ignore[list-item, assignment]
            terms = [str(as_term(known[name], value)) for value in values]
            if not terms:
                raise BadParameterError(name, "no value is given")
            text = _replaced(text, name, " ".join(terms))
        return text


def _replaced(text: str, name: str, terms: str) -> str:
    return _values_line(name).sub(lambda found: f"{found[1]} {terms} {found[3]}", text)


def list_queries(folder: Path | None = None) -> tuple[Query, ...]:
    """All shipped questions, by name."""
    return tuple(_read(path) for path in sorted((folder or data_dir("queries")).glob("*.rq")))


def get_query(name: str, folder: Path | None = None) -> Query:
    """The shipped question of that name; raises `UnknownNameError` with those that there are."""
    place = folder or data_dir("queries")
    known = {path.stem: path for path in place.glob("*.rq")}
    if name not in known:
        raise UnknownNameError("question", name, known)
    return _read(known[name])


def run_query(store: Store, sparql: str) -> Table:
    """The answer to a read-only query over all graphs together (unless it names graphs by FROM).

    An ASK gives one cell ``answer``; CONSTRUCT and DESCRIBE give columns ``subject``,
    ``predicate``, ``object``. IRIs and texts come as ``str``, numbers and truth values as such,
    unbound as ``None``.
    Raises `QueryRefusedError` for anything but a question, `QuerySyntaxError` for what is none.
    """
    check_query(sparql)
    union = not names_graphs(sparql)
    try:
        answer = store.query(
            sparql, base_iri=BASE, prefixes=PREFIXES, use_default_graph_as_union=union
        )
        return _as_table(answer)
    except SyntaxError as error:
        raise QuerySyntaxError(str(error)) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise OxykgError(f"The query could not be answered: {error}") from error


def _as_table(answer: QuerySolutions | QueryBoolean | QueryTriples) -> Table:
    if isinstance(answer, QueryBoolean):
        return Table.of(("answer",), [(bool(answer),)])
    if isinstance(answer, QueryTriples):
        rows = ((cell(t.subject), cell(t.predicate), cell(t.object)) for t in answer)
        return Table.of(("subject", "predicate", "object"), sorted(rows, key=repr))
    names = [variable.value for variable in answer.variables]
    return Table.of(names, ([cell(row[name]) for name in names] for row in answer))


def cell(node: object) -> Cell:
    """An RDF term as what a table holds: the IRI, the text, the number, ``None`` if unbound."""
    if isinstance(node, Literal):
        return _literal(node)
    if node is None or isinstance(node, NamedNode):
        return None if node is None else node.value
    return f"_:{node.value}" if isinstance(node, BlankNode) else str(node)


def _literal(node: Literal) -> Cell:
    kind = node.datatype.value
    try:
        if kind in _NUMBERS:
            return int(node.value)
        if kind in _FRACTIONS:
            return float(node.value)
    except ValueError:
        return node.value
    return node.value == "true" if kind == f"{PREFIXES['xsd']}boolean" else node.value


def _read(path: Path) -> Query:
    text = path.read_text(encoding="utf-8")
    said: dict[str, str] = {}
    params = []
    for line in text.splitlines():
        found = _HEAD.fullmatch(line.strip())
        if found and found[1] == "param" and found[2]:
            params.append(_param(path, text, *found.groups()[1:]))
        elif found:
            said[found[1]] = found[4]
    for needed in ("title", "description"):
        if needed not in said:
            raise BadRecordError(path.name, "head", f"no line '# {needed}: ...'")
    return Query(path.stem, said["title"], said["description"], tuple(params), text)


def _param(path: Path, text: str, name: str, kind: str, explanation: str) -> Param:
    found = _values_line(name).search(text)
    if not found:
        raise BadRecordError(path.name, f"param {name}", f"no line 'VALUES ?{name} {{ ... }}'")
    if kind not in TYPES:
        problem = f"unknown type {kind!r}; known: {', '.join(sorted(TYPES))}"
        raise BadRecordError(path.name, f"param {name}", problem)
    return Param(name, kind, explanation, found[2].strip())


def _values_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{)([^{{}}]*)(\}})")


def as_term(param: Param, given: Given) -> Term:
    """The RDF term for a parameter's value, read by the parameter's type; a term stays as it is."""
    if isinstance(given, NamedNode | Literal):
        return given
    try:
        return TYPES[param.type](str(given).strip())
    except (ValueError, InvalidOperation) as error:
        if isinstance(error, OxykgError):
            raise
        problem = f"{given!r} is not a value of type {param.type}"
        raise BadParameterError(param.name, problem) from error


def _construct(text: str) -> NamedNode:
    """A construct by id, label, other name or abbreviation (no matter which case), or by IRI."""
    from kg.ontology import constructs

    if text.startswith(PREFIXES["okgc"]):
        return NamedNode(text)
    text = text.removeprefix("okgc:")
    known = constructs()
    if text in known:
        return iri("okgc", text)
    wanted = text.casefold()
    for name, construct in known.items():
        names = (name, construct.label, *construct.alt_labels, *construct.abbreviations)
        if wanted in (other.casefold() for other in names):
            return iri("okgc", name)
    raise UnknownNameError("construct", text, known)


def _one_of(kind: str, prefix: str, words: Iterable[str]) -> Callable[[str], NamedNode]:
    known = {word.casefold(): word for word in words}

    def read(text: str) -> NamedNode:
        if text.casefold() not in known:
            raise UnknownNameError(kind, text, known.values())
        return term(f"{prefix}:{known[text.casefold()]}")

    return read


def _node(text: str) -> NamedNode:
    prefix, _, local = text.partition(":")
    if prefix in PREFIXES and not local.startswith("//"):
        return NamedNode(PREFIXES[prefix] + local)
    return NamedNode(text.removeprefix("<").removesuffix(">"))


def _decimal(text: str) -> Literal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return Literal(format(number, "f"), datatype=XSD_DECIMAL)


#: The type of a parameter -> the function that reads its value.
TYPES: Mapping[str, Callable[[str], Term]] = {
    "construct": _construct,
    "direction": _one_of("direction", "okg", Direction),
    "status": _one_of("status", "okg", Status),
    "relation": _one_of("relation", "okgr", Relation),
    "claim": lambda text: _node(text if ":" in text else f"claim:{text}"),
    "iri": _node,
    "integer": lambda text: Literal(int(text)),
    "decimal": _decimal,
    "text": Literal,
}
