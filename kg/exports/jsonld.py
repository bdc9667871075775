"""The graph as JSON-LD 1.1 whose keys are plain words, with the context that gives them meaning."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from kg.exports.content import Content
from kg.iris import PREFIXES, RDF_TYPE

_XSD = PREFIXES["xsd"]
_INTEGER, _BOOLEAN, _STRING = f"{_XSD}integer", f"{_XSD}boolean", f"{_XSD}string"
_WORD = re.compile(r"[A-Za-z]\w*")
_EXACT = {_INTEGER: re.compile(r"0|-?[1-9]\d{0,14}"), _BOOLEAN: re.compile("true|false")}
#: Keys that JSON-LD or the context itself needs.
_TAKEN = ("id", "type", *PREFIXES)


def to_jsonld(content: Content) -> Iterator[str]:
    """One object: the context, then each named graph with its nodes, a line for each node."""
    quads = content.described
    names = _names(quads)
    kinds = _kinds(quads)
    context = json.dumps(_context(names, kinds), indent=1)
    yield f'{{"@context": {context},\n"@graph": [\n'
    first = True
    for graph, inside in groupby(quads, key=lambda quad: quad.graph_name):
        assert isinstance(graph, NamedNode)
        yield "" if first else ",\n"
        first = False
        yield f'{{"id": {json.dumps(_compact(graph.value))}, "@graph": [\n'
        nodes = (_node(group, names, kinds) for _, group in groupby(inside, key=_subject))
        yield ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
        yield "\n]}"
    yield "\n]}\n"


def _subject(quad: Quad) -> str:
    return str(quad.subject)


def _names(quads: Iterable[Quad]) -> dict[str, str]:
    """A property -> its key: the local name, ours first; with its prefix where that is taken."""
    used = {quad.predicate.value for quad in quads} - {RDF_TYPE.value}
    ours = PREFIXES["okg"]
    names: dict[str, str] = {}
    taken = set(_TAKEN)
    for value in sorted(used, key=lambda iri: (not iri.startswith(ours), iri)):
        local = re.split(r"[#/]", value)[-1]
        free = _WORD.fullmatch(local) and local not in taken
        names[value] = local if free else _compact(value)
        taken.add(names[value])
    return names


def _compact(value: str) -> str:
    """The IRI with its prefix, where JSON-LD can take it apart again."""
    for prefix, namespace in PREFIXES.items():
        local = value.removeprefix(namespace)
        if local != value and not local.startswith("//"):
            return f"{prefix}:{local}"
    return value


def _kinds(quads: Iterable[Quad]) -> dict[str, str]:
    """A property -> what all its values are: ``@id``, a datatype, ``@lang``; else nothing."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        found[quad.predicate.value].add(_kind(quad.object))
    alike = {name: next(iter(kinds)) for name, kinds in found.items() if len(kinds) == 1}
    return {name: kind for name, kind in alike.items() if not kind.startswith("!")}


def _kind(node: object) -> str:
    if not isinstance(node, Literal):
        return "@id"
    if node.language:
        return f"@{node.language}"
    exact = _EXACT.get(node.datatype.value)
    if exact and not exact.fullmatch(node.value):
        return f"!{node.datatype.value}"  # not in the form that JSON would give back
    return node.datatype.value


def _context(names: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, Any]:
    context: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
    context |= {prefix: PREFIXES[prefix] for prefix in sorted(PREFIXES)}
    for value, name in sorted(names.items(), key=lambda item: item[1]):
        meaning = {"@id": _compact(value)} if name != _compact(value) else {"@id": value}
        kind = kinds.get(value, "")
        if kind == "@id" or (kind.startswith(_XSD) and kind not in (_INTEGER, _BOOLEAN, _STRING)):
            context[name] = meaning | {"@type": _compact(kind) if kind != "@id" else kind}
        elif kind.startswith("@"):
            context[name] = meaning | {"@language": kind.removeprefix("@")}
        else:
            context[name] = meaning["@id"]
    return context


def _node(quads: Iterable[Quad], names: Mapping[str, str], kinds: Mapping[str, str]) -> Any:
    node: dict[str, Any] = {}
    for predicate, group in groupby(quads, key=lambda quad: quad.predicate):
        said = list(group)
        node.setdefault("id", _compact(said[0].subject.value))  # type: ignore[union-attr]
        if predicate == RDF_TYPE:
            values = [_compact(quad.object.value) for quad in said]  # type: ignore[union-attr]
            node["type"] = values[0] if len(values) == 1 else values
        else:
            kind = kinds.get(predicate.value, "")
            values = [_value(quad.object, kind) for quad in said]
            node[names[predicate.value]] = values[0] if len(values) == 1 else values
    return node


def _value(node: object, kind: str) -> Any:
    if isinstance(node, NamedNode):
        return _compact(node.value) if kind == "@id" else {"@id": _compact(node.value)}
    assert isinstance(node, Literal)
    own = _kind(node)
    if own == _INTEGER:
        return int(node.value)
    if own == _BOOLEAN:
        return node.value == "true"
    if own == kind or (own == _STRING and not kind):
        return node.value
    if node.language:
        return {"@value": node.value, "@language": node.language}
    return {"@value": node.value, "@type": node.datatype.value}
