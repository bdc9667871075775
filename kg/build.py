"""Readings to a built graph: all named graphs together, written as a file and as a store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from kg.base import Base, base_in, keep_base, spliced, total
from kg.data import BASE, data_dir
from kg.derive import between_parts, derived
from kg.difference import difference
from kg.errors import OxykgError
from kg.examples import question_quads
from kg.files import atomic_folder
from kg.gaps import Concept, Gap, find_gaps
from kg.gaps.dismissed import Dismissal
from kg.iris import CONCEPTS, DERIVED, ONTOLOGY
from kg.links import Link, along_path, between_pair, count_links, link_claims, link_paths
from kg.mappings import mapping_quads
from kg.memory import Memory
from kg.model import Reading
from kg.parts import (
    Part,
    graph_parts,
    recalled,
    said_part,
    study_parts,
    whole_text,
)
from kg.provenance import Found, provenance_quads, reading_run, run_id
from kg.rdf import canonical
from kg.store import GRAPH_FILE, STORE_FOLDER, load_store, update_store

#: A file of ``ontology/`` -> the graph that it is loaded into; ``None``: not loaded.
_GRAPHS: dict[str, NamedNode | None] = {
    "constructs.ttl": CONCEPTS,
    "instruments.ttl": CONCEPTS,
    "relations.ttl": CONCEPTS,
    "shapes.ttl": None,
}


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A whole graph in memory, with what it was made of.

    ``build`` names it by its contents (see `kg.provenance.run_id`); ``names`` are the parts that
    say what our own names mean: ontology, mappings, questions. What stands in the ``base`` already
    is not in the parts again; ``gone`` are those of its parts that this graph has not.
    """

    names: tuple[Part, ...]
    studies: tuple[Part, ...]
    derived: tuple[Part, ...]
    readings: tuple[Reading, ...]
    gaps: tuple[Gap, ...]
    build: str
    base: Base | None = None
    gone: tuple[Part, ...] = ()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All parts."""
        return (*self.names, *self.studies, *self.derived)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links between constructs."""
        return link_claims(self.readings)

    @cached_property
    def paths(self) -> tuple[Link, ...]:
        """The paths through a third construct."""
        return link_paths(self.readings)

    @cached_property
    def new(self) -> tuple[Part, ...]:
        """The parts that the base has not; all, if there is no base."""
        known = self.base.names if self.base else ()
        return tuple(part for part in self.parts if part.name not in known)

    @cached_property
    def properties(self) -> Mapping[str, int]:
        """How often each property is said."""
        before = self.base.properties if self.base else {}
        return total(before, (p.properties for p in self.gone), (p.properties for p in self.new))

    @cached_property
    def classes(self) -> Mapping[str, int]:
        """How many things are said to be of each class."""
        before = self.base.classes if self.base else {}
        return total(before, (p.classes for p in self.gone), (p.classes for p in self.new))

    @property
    def triples(self) -> int:
        """How many there are."""
        return sum(self.properties.values())

    @cached_property
    def data(self) -> bytes:
        """The whole graph as a file of TriG, in canonical order."""
        if self.base:
            return spliced(self.base.data, self.gone, self.new)
        return whole_text(self.parts).encode()

    @cached_property
    def quads(self) -> tuple[Quad, ...]:
        """All quads in canonical order."""
        return tuple(parse(input=self.data, format=RdfFormat.TRIG))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """How much was built."""

    documents: int
    studies: int
    claims: int
    links: int
    paths: int
    gaps: int
    quads: int


def assemble_graph(
    readings: Iterable[Reading],
    *,
    texts: bool = True,
    inputs: Mapping[str, str] | None = None,
    searches: Iterable[Found] = (),
    version: str | None = None,
    when: datetime | None = None,
    constructs: Mapping[str, Concept] | None = None,
    dismissed: Iterable[Dismissal] = (),
    extra: Iterable[Quad] = (),
    memory: Memory | None = None,
    before: Path | None = None,
) -> Graph:
    """All graphs of the readings: documents, studies, ontology, provenance, and what follows.

    The same readings in any order give the same graph. ``texts``: see `kg.rdf.to_quads`;
    ``inputs``, ``searches`` and ``when``: see `kg.provenance.provenance_quads`; ``version``: by
    which version of the reading, see `kg.provenance.reading_run`; ``constructs``:
    the ontology unless given; ``dismissed``: gaps that a curator dismissed; ``extra``: quads of
    other graphs, such as `kg.curation.quads` gives; ``memory``: takes in and gives back parts, so
    that only what is new is made; ``before``: the folder of a graph that was written with this
    memory, of which is taken what did not change.
    """
    known = canonical(readings)
    if constructs is None:
        from kg.ontology import constructs as read_constructs

        constructs = read_constructs()
    gaps = find_gaps(known, constructs, dismissed=dismissed)
    read_by = reading_run(version)
    build = run_id(known)
    origin = provenance_quads(build, read_by=read_by, inputs=inputs, searches=searches, when=when)
    names = graph_parts([*ontology_quads(), *question_quads()], memory)
    said = said_part(DERIVED, derived(known, constructs, gaps), memory)
    overall = (said, *graph_parts((*origin, *extra), memory))

    def on(base: Base | None) -> Graph:
        standing = base.names if base else ()
        studies = study_parts(known, texts=texts, read_by=read_by, memory=memory, standing=standing)
        return Graph(
            names=tuple(names),
            studies=tuple(studies),
            derived=(*overall, *between_parts(known, constructs, memory, standing)),
            readings=known,
            gaps=gaps,
            build=build,
            base=base,
        )

    return _on_base(on, before, memory)


def _on_base(
    make: Callable[[Base | None], Graph], before: Path | None, memory: Memory | None
) -> Graph:
    """What is made on the graph in a folder; on none, where not all of its parts are remembered."""
    base = base_in(before, memory) if memory and before else None
    if not (memory and base):
        return make(None)
    graph = make(base)
    gone = base.names.difference(part.name for part in graph.parts)
    parts = recalled(gone, memory)
    return replace(graph, gone=tuple(parts.values())) if len(parts) == len(gone) else make(None)


def write_graph(graph: Graph, folder: Path, *, memory: Memory | None = None) -> BuildReport:
    """Write ``graph.trig`` and ``store/`` into a folder that has neither yet.

    Of the base of a graph the store is copied and only what differs is loaded.
    """
    file, store, base = folder / GRAPH_FILE, folder / STORE_FOLDER, graph.base
    file.write_bytes(graph.data)
    changed = difference(graph.gone, graph.new) if base else None
    if not (base and changed and update_store(base.folder / STORE_FOLDER, store, *changed)):
        load_store(file, store)
    if memory:
        names = [part.name for part in graph.parts]
        digest = hashlib.sha256(graph.data).hexdigest()
        keep_base(digest, names, graph.properties, graph.classes, memory)
    return report(graph)


def build_graph(
    readings: Iterable[Reading],
    folder: Path | str,
    *,
    texts: bool = True,
    inputs: Mapping[str, str] | None = None,
    when: datetime | None = None,
) -> BuildReport:
    """Build the graph of the readings in ``folder``: whole, or not at all.

    What stood there under the same names is replaced at the end; other files are left alone.
    """
    graph = assemble_graph(readings, texts=texts, inputs=inputs, when=when)
    with atomic_folder(folder) as part:
        return write_graph(graph, part)


def report(graph: Graph) -> BuildReport:
    """Count what a graph holds."""
    return BuildReport(
        documents=len(graph.readings),
        studies=len({reading.study.id for reading in graph.readings}),
        claims=sum(len(reading.claims) for reading in graph.readings),
        links=count_links(graph.readings, between_pair),
        paths=count_links(graph.readings, along_path),
        gaps=len(graph.gaps),
        quads=graph.triples,
    )


def ontology_quads(folder: Path | None = None) -> Iterator[Quad]:
    """The files of the ontology, each in its graph; blank nodes get IRIs of their own."""
    for path in sorted((folder or data_dir("ontology")).glob("*.ttl")):
        graph = _GRAPHS.get(path.name, ONTOLOGY)
        if graph is not None:
            yield from _named(path, graph)
    for path in sorted((folder or data_dir("ontology")).glob("*.sssom.tsv")):
        yield from mapping_quads(path)


def _named(path: Path, graph: NamedNode) -> Iterator[Quad]:
    names: dict[BlankNode, NamedNode] = {}

    def named(node: object) -> object:
        if not isinstance(node, BlankNode):
            return node
        fallback = NamedNode(f"{BASE}.well-known/genid/{path.stem}-{len(names) + 1}")
        return names.setdefault(node, fallback)

    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        yield Quad(named(quad.subject), quad.predicate, named(quad.object), graph)  # type: ignore[arg-type]


def time_from_environment() -> datetime | None:
    """The time that ``SOURCE_DATE_EPOCH`` (seconds since 1970) asks to be written, if it is set."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        problem = "not a number of seconds since 1970; unset or correct it"
        raise OxykgError(f"SOURCE_DATE_EPOCH={seconds!r}: {problem}") from error
