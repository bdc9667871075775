"""A built graph to a server: graph by graph, only what changed, checked afterwards.

The server keeps a list (`PUBLISHED`) of what it was sent: each graph with its SHA-256 and number of
triples. An entry is taken out before its graph is touched and comes back when the graph was
read back and found right, so a publication that was killed is finished by the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.errors import OxykgError
from kg.iris import PREFIXES, term
from kg.remote.client import Client
from kg.remote.servers import Server

#: The server's graph that lists what was published.
PUBLISHED = term("graph:published")
_SHA256, _TRIPLES = term("okg:sha256"), term("okg:triples")
#: Graphs that are entered into the list at once.
_BATCH = 50
#: Triples in one update.
_PER_UPDATE = 2000
_XSD = PREFIXES["xsd"]
_NUMBERS = frozenset(
    f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a publication does: graphs to send (new or changed), to remove, and left as they are."""

    send: tuple[str, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A named graph: its triples as lines of N-Triples in order, and their SHA-256."""

    triples: tuple[Triple, ...]
    sha256: str

    @property
    def text(self) -> bytes:
        """The triples as N-Triples."""
        return "".join(f"{triple} .\n" for triple in self.triples).encode()


class UnlikeError(OxykgError):
    """A graph that the server does not give back as it was sent."""

    def __init__(self, graph: str, missing: int, foreign: int) -> None:
        problem = f"{missing} triples are missing and {foreign} are not ours"
        super().__init__(f"{graph}: after sending, {problem}; the publication stopped there")
        self.graph, self.missing, self.foreign = graph, missing, foreign


def parts_of(quads: Iterable[Quad]) -> dict[str, Part]:
    """The named graphs by IRI, sorted."""
    found: dict[str, list[Triple]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            found.setdefault(quad.graph_name.value, []).append(quad.triple)
    return {name: _part(found[name]) for name in sorted(found)}


def _part(triples: Iterable[Triple]) -> Part:
    lines = {str(triple): triple for triple in triples}
    ordered = sorted(lines)
    digest = hashlib.sha256("".join(f"{line} .\n" for line in ordered).encode()).hexdigest()
    return Part(triples=tuple(lines[line] for line in ordered), sha256=digest)


def plan(client: Client, server: Server, parts: Mapping[str, Part]) -> Plan:
    """Compare with what the server has, by checksum and number of triples."""
    listed, counted = _listed(client, server), _counted(client, server)
    keep = {
        name
        for name, part in parts.items()
        if listed.get(name) == part.sha256 and counted.get(name) == len(_normal(part.triples))
    }
    ours = {name for name in counted if name.startswith(PREFIXES["graph"])} | set(listed)
    return Plan(
        send=tuple(name for name in parts if name not in keep),
        remove=tuple(sorted(ours - set(parts) - {PUBLISHED.value})),
        keep=tuple(sorted(keep)),
    )


def _listed(client: Client, server: Server) -> dict[str, str]:
    rows = client.select(
        server.query, f"SELECT ?g ?sha {{ GRAPH {PUBLISHED} {{ ?g {_SHA256} ?sha }} }}"
    ).rows
    return {str(name): str(sha) for name, sha in rows}


def _counted(client: Client, server: Server) -> dict[str, int]:
    begin = PREFIXES["graph"]
    rows = client.select(
        server.query,
        f"SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} "
        f'FILTER(STRSTARTS(STR(?g), "{begin}")) }} GROUP BY ?g',
    ).rows
    return {str(name): int(str(count)) for name, count in rows if name is not None}


def publish(
    client: Client,
    server: Server,
    parts: Mapping[str, Part],
    doing: Plan,
    progress: Callable[[Sequence[str]], Iterable[str]] = lambda names: names,
) -> None:
    """Do what was planned, and check each graph that was sent.

    Raises `UnlikeError` where a graph does not come back as it was sent, `ServerError` where the
    server refuses; what was done until then stays, and need not be done again.
    """
    store = _store(client, server)
    store.put(PUBLISHED.value, _entries(doing.keep, parts))
    for name in doing.remove:
        store.delete(name)
    sending = iter(progress(doing.send))
    while batch := list(islice(sending, 1)):
        batch += islice(sending, _BATCH - 1)
        for name in batch:
            _send(store, name, parts[name])
        store.add(PUBLISHED.value, _entries(batch, parts))
    again = plan(client, server, parts)
    if again.send or again.remove:
        raise OxykgError(f"{server.query}: {len(again.send)} graphs are not as sent; run it again")


def _send(store: _Graphs, name: str, part: Part) -> None:
    store.put(name, part)
    sent, found = _normal(part.triples), _normal(store.get(name))
    if sent != found:
        raise UnlikeError(name, len(sent - found), len(found - sent))


def _entries(names: Iterable[str], parts: Mapping[str, Part]) -> Part:
    return _part(
        triple
        for name in names
        for triple in (
            Triple(NamedNode(name), _SHA256, Literal(parts[name].sha256)),
            Triple(NamedNode(name), _TRIPLES, Literal(len(parts[name].triples))),
        )
    )


def _normal(triples: Iterable[Triple]) -> set[tuple[object, ...]]:
    """Triples by value: servers may keep a number in another form, or truth as 1."""
    return {(t.subject, t.predicate, _value(t.object)) for t in triples}


def _value(node: object) -> object:
    if not isinstance(node, Literal):
        return node
    kind = node.datatype.value
    if kind == f"{_XSD}boolean":
        return Decimal(node.value in ("true", "1"))
    if kind in _NUMBERS:
        try:
            return Decimal(node.value)
        except InvalidOperation:
            return node
    return Literal(node.value, language=node.language.lower()) if node.language else node


class _Graphs:
    """Whole graphs at a server, by the Graph Store Protocol."""

    def __init__(self, client: Client, server: Server) -> None:
        self._client, self._server = client, server

    @property
    def _store(self) -> str:
        assert self._server.store is not None
        return self._server.store

    def put(self, name: str, part: Part) -> None:
        if part.triples:
            self._client.put_graph(self._store, name, part.text)
        else:
            self.delete(name)

    def add(self, name: str, part: Part) -> None:
        self._client.add_to_graph(self._store, name, part.text)

    def delete(self, name: str) -> None:
        self._client.delete_graph(self._store, name)

    def get(self, name: str) -> list[Triple]:
        return self._client.get_graph(self._store, name)


class _Updates(_Graphs):
    """The same by SPARQL Update and queries, for servers without a Graph Store."""

    def put(self, name: str, part: Part) -> None:
        self.delete(name)
        self.add(name, part)

    def add(self, name: str, part: Part) -> None:
        for piece in _pieces(part.triples):
            lines = "\n".join(f"{triple} ." for triple in piece)
            self._update(f"INSERT DATA {{ GRAPH <{name}> {{\n{lines}\n}} }}")

    def delete(self, name: str) -> None:
        self._update(f"DROP SILENT GRAPH <{name}>")

    def get(self, name: str) -> list[Triple]:
        sparql = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
        return self._client.construct(self._server.query, sparql)

    def _update(self, sparql: str) -> None:
        assert self._server.update is not None
        self._client.update(self._server.update, sparql)


def _pieces(triples: Sequence[Triple]) -> Iterator[Sequence[Triple]]:
    for start in range(0, len(triples), _PER_UPDATE):
        yield triples[start : start + _PER_UPDATE]


def _store(client: Client, server: Server) -> _Graphs:
    return _Updates(client, server) if server.update else _Graphs(client, server)
