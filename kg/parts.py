"""A graph in parts: each study with its documents is one, each of the other named graphs another.

A part is named by what it is made of, so that a part of that name can be taken from a `Memory`
instead of being made, checked and loaded again. No triple stands in two parts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg.iris import PROVENANCE, RDF_TYPE, STUDIES
from kg.memory import Memory, name_of, reading_names, remembered
from kg.model import Reading
from kg.provenance import document_provenance
from kg.rdf import to_quads
from kg.store import ENDING, Statements, canonical_order, statements, trig_text
from kg.terms import Said, in_canonical_order, said_statements

#: Between statements and between their fields, as text; no term holds them unescaped.
_RECORD, _FIELD = "\x1e", "\x1f"
T = TypeVar("T")
_TYPE = str(RDF_TYPE)
#: Graphs in which several studies say something.
_SHARED = frozenset(map(str, (STUDIES, PROVENANCE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some quads as text: what is said in each graph, and how often each property and class is."""

    name: str
    statements: tuple[Statements, ...]
    properties: Mapping[str, int]
    classes: Mapping[str, int]

    @property
    def triples(self) -> int:
        """How many there are."""
        return sum(self.properties.values())

    def quads(self) -> Iterator[Quad]:
        """All quads, in canonical order."""
        return quads_of(self.statements)

    def to_text(self) -> str:
        """The part as `part_from_text` reads it, without its name."""
        said = _RECORD.join(map(_FIELD.join, self.statements))
        return f"{json.dumps([self.properties, self.classes])}{_RECORD}{said}"


def part_from_text(name: str, text: str) -> Part:
    """The part that `Part.to_text` wrote."""
    counts, _, said = text.partition(_RECORD)
    properties, classes = json.loads(counts)
    records = said.split(_RECORD) if said else ()
    return Part(
        name=name,
        statements=tuple(Statements(*record.split(_FIELD)) for record in records),
        properties=properties,
        classes=classes,
    )


def quads_of(said: Iterable[Statements]) -> Iterator[Quad]:
    """The quads of statements, in canonical order."""
    yield from parse(input="".join(trig_text(sorted(said))), format=RdfFormat.TRIG)


def study_parts(
    readings: Sequence[Reading],
    *,
    texts: bool = True,
    read_by: NamedNode | None = None,
    memory: Memory | None = None,
    standing: Collection[str] = (),
) -> list[Part]:
    """The studies with their documents, made or remembered; ``readings`` as of `canonical`.

    ``read_by``: what read them, to be named (`kg.provenance.reading_run`); ``standing``: see
    `remembered_parts`.
    """
    studies: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        studies[reading.study.id].append(reading)
    named = {
        name_of("study", str(texts), str(read_by), *reading_names(found)): found
        for found in studies.values()
    }

    def made(name: str, found: list[Reading]) -> Part:
        origin = document_provenance(found, read_by) if read_by else ()
        return part_of(name, canonical_order((*to_quads(found, texts=texts), *origin)), _joined)

    return remembered_parts(named, made, memory, standing)


def remembered_parts(
    things: Mapping[str, T],
    make: Callable[[str, T], Part],
    memory: Memory | None,
    standing: Collection[str] = (),
) -> list[Part]:
    """The parts of these names, made of what they name or remembered.

    Of the parts that are ``standing``, which another graph has too, come the names alone.
    """
    if memory and standing:
        memory.keep(f"part:{name}" for name in things if name in standing)
    other = {name: thing for name, thing in things.items() if name not in standing}
    made = remembered("part", other, make, memory, write=Part.to_text, read=part_from_text)
    found = dict(zip(other, made, strict=True))
    return [found[name] if name in found else _unsaid(name) for name in things]


def _unsaid(name: str) -> Part:
    return Part(name=name, statements=(), properties={}, classes={})


def graph_parts(quads: Iterable[Quad], memory: Memory | None = None) -> list[Part]:
    """Each named graph of the quads as a part."""
    groups = groupby(canonical_order(quads), key=lambda quad: quad.graph_name)
    return _named([part_of("", list(group)) for _, group in groups], memory)


def said_part(graph: NamedNode, said: Iterable[Said], memory: Memory | None = None) -> Part:
    """What is said in one named graph as a part."""
    return _named([part_of_said("", graph, said)], memory)[0]


def part_of_said(name: str, graph: NamedNode, said: Iterable[Said]) -> Part:
    """A part of what is said in one named graph."""
    properties, classes = defaultdict[str, int](int), Counter[str]()
    ordered = list(in_canonical_order(said))
    for _, about in ordered:
        for predicate, values in about:
            properties[predicate] += len(values)
            if predicate == _TYPE:
                classes.update(value[1:-1] for value in values if value[0] == "<")
    return Part(
        name=name,
        statements=tuple(said_statements(graph, ordered)),
        properties={predicate[1:-1]: number for predicate, number in properties.items()},
        classes=classes,
    )


def _named(parts: Iterable[Part], memory: Memory | None) -> list[Part]:
    """The parts, each named by what it says, and kept."""
    named = {name_of(part.to_text()): part for part in parts}
    if memory:
        memory.put((f"part:{name}", part.to_text()) for name, part in named.items())
    return [replace(part, name=name) for name, part in named.items()]


def part_of(
    name: str,
    ordered: Collection[Quad],
    join: Callable[[Iterable[Statements]], Iterable[Statements]] = iter,
) -> Part:
    """A part of quads in canonical order; ``join`` puts statements together."""
    properties, classes = Counter[str](), Counter[str]()
    for quad in ordered:
        properties[quad.predicate.value] += 1
        if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
            classes[quad.object.value] += 1
    return Part(
        name=name,
        statements=tuple(join(statements(ordered))),
        properties=properties,
        classes=classes,
    )


def _joined(said: Iterable[Statements]) -> Iterator[Statements]:
    """The statements of a graph as one, except where studies of other parts come in between."""
    for graph, group in groupby(said, key=lambda statement: statement.graph):
        some = list(group)
        if graph in _SHARED:
            yield from some
        else:
            yield Statements(graph, some[0].subject, ENDING.join(one.text for one in some))


def whole_text(parts: Iterable[Part]) -> str:
    """All parts together as `kg.store.write_trig` writes a graph."""
    return "".join(trig_text(sorted(one for part in parts for one in part.statements)))


def recalled(names: Iterable[str], memory: Memory) -> dict[str, Part]:
    """Those parts that are remembered, by name."""
    keys = {f"part:{name}": name for name in names}
    return {keys[key]: part_from_text(keys[key], text) for key, text in memory.get(keys).items()}
