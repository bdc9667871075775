"""The graph at rest: a file in one canonical order, and a store that answers at once.

``graph.trig`` is the archive (same quads, same bytes); ``store/`` is an Oxigraph database made of
the same quads (its bytes differ from build to build, its answers do not).
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple

from kg.errors import OxykgError
from kg.iris import PREFIXES, RDF_TYPE

#: Names within the folder of a built graph.
GRAPH_FILE, STORE_FOLDER = "graph.trig", "store"

#: A store is put in order when it is of more files: each update adds about ten, and answers take
#: twice the time at fifty.
_MANY_FILES = 60

#: What stands behind a prefix without escapes.
LOCAL_NAME = re.compile(r"[A-Za-z_](?:[\w-]*\w)?", re.ASCII)
#: A namespace, all of which end in "/" or "#" -> its prefix.
_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_XSD = PREFIXES["xsd"]
#: Datatypes whose literals TriG writes bare -> the forms that may be.
_BARE = {
    f"{_XSD}integer": re.compile(r"-?\d+"),
    f"{_XSD}decimal": re.compile(r"-?\d+\.\d+"),
    f"{_XSD}boolean": re.compile(r"true|false"),
}


class NoGraphError(OxykgError):
    """No graph where one was looked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: no graph here (no {STORE_FOLDER}/ and no {GRAPH_FILE}); "
            "name the folder that 'oxykg build' or 'oxykg demo' wrote"
        )
        self.folder = folder


class BrokenGraphError(OxykgError):
    """A store or file that cannot be read as a graph."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: cannot be read as a graph ({problem}); build it again")
        self.path, self.problem = path, problem


def canonical_order(quads: Iterable[Quad]) -> list[Quad]:
    """The quads sorted by graph, subject, predicate (types first) and object, each triple once.

    A triple that is given in two graphs stays in the first one only, since Oxigraph would count it
    twice in the union of all graphs.
    """
    graphs: dict[object, dict[object, set[Quad]]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, {}).setdefault(quad.subject, set()).add(quad)
    counts = Counter(subject for subjects in graphs.values() for subject in subjects)
    seen: set[Triple] = set()
    kept: list[Quad] = []
    for graph in sorted(graphs, key=str):
        subjects = graphs[graph]
        for subject in sorted(subjects, key=str):
            ordered = sorted(subjects[subject], key=_key)
            if counts[subject] > 1:
                ordered = [quad for quad in ordered if quad.triple not in seen]
                seen.update(quad.triple for quad in ordered)
            kept += ordered
    return kept


def _key(quad: Quad) -> tuple[str, str]:
    predicate = quad.predicate
    return "" if predicate == RDF_TYPE else predicate.value, str(quad.object)


def write_trig(ordered: Iterable[Quad], stream: IO[bytes]) -> None:
    """Write quads that are in canonical order as TriG, one line for each predicate."""
    for chunk in trig_chunks(ordered):
        stream.write(chunk.encode("utf-8"))


def trig_chunks(ordered: Iterable[Quad]) -> Iterator[str]:
    """The text of `write_trig` in pieces."""
    yield from trig_text(statements(ordered))


class Statements(NamedTuple):
    """What a graph says of a subject as TriG, without the full stop; sorts in canonical order."""

    graph: str
    subject: str
    text: str


def statements(ordered: Iterable[Quad]) -> Iterator[Statements]:
    """What quads in canonical order say, subject by subject."""
    names: dict[object, str] = {}
    graph = subject = predicate = None
    text: list[str] = []
    for quad in ordered:
        if quad.subject != subject or quad.graph_name != graph:
            if text:
                yield Statements(str(graph), str(subject), "".join(text))
            graph, subject, predicate = quad.graph_name, quad.subject, quad.predicate
            text = [f"  {_written(subject, names)} {_predicate(predicate, names)} "]
        elif quad.predicate != predicate:
            predicate = quad.predicate
            text.append(f"{BETWEEN}{_predicate(predicate, names)} ")
        else:
            text.append(" , ")
        text.append(_written(quad.object, names))
    if text:
        yield Statements(str(graph), str(subject), "".join(text))


def trig_text(ordered: Iterable[Statements]) -> Iterator[str]:
    """Statements in canonical order as a file of TriG, in pieces: one for each graph."""
    yield PROLOGUE
    for graph, some in groupby(ordered, key=attrgetter("graph")):
        yield block_text(graph, (statement.text for statement in some))


def block_text(graph: str, texts: Iterable[str]) -> str:
    """What is said in one graph, in order, as it stands in a file of TriG."""
    return f"{opening(graph)}{ENDING.join(texts)}{ENDING}}}\n"


def opening(graph: str) -> str:
    """How the block of a graph begins."""
    name = _short(NamedNode(graph[1:-1])) if graph[0] == "<" else graph
    return f"\n{name} {{\n"


#: Stands between two predicates of a subject. No literal holds a line end that is not escaped.
BETWEEN = " ;\n    "
#: Stands behind what is said of a subject.
ENDING = " .\n"
#: How each file of Turtle and TriG begins.
PROLOGUE = "".join(f"@prefix {p}: <{namespace}> .\n" for p, namespace in sorted(PREFIXES.items()))


def turtle_chunks(ordered: Iterable[Triple]) -> Iterator[str]:
    """Triples in order as Turtle, in pieces, one line for each predicate."""
    yield PROLOGUE
    names: dict[object, str] = {}
    subject = predicate = None
    for triple in ordered:
        if triple.subject != subject:
            yield " .\n" if subject else "\n"
            subject, predicate = triple.subject, triple.predicate
            yield f"{_written(subject, names)} {_predicate(predicate, names)} "
        elif triple.predicate != predicate:
            predicate = triple.predicate
            yield f" ;\n  {_predicate(predicate, names)} "
        else:
            yield " , "
        yield _written(triple.object, names)
    yield " .\n" if subject else ""


def written(node: NamedNode | Literal) -> str:
    """A term as TriG has it, by its prefix where one is known."""
    return _written(node, {})


def _predicate(node: NamedNode, names: dict[object, str]) -> str:
    return "a" if node == RDF_TYPE else _written(node, names)


def _written(node: object, names: dict[object, str]) -> str:
    if isinstance(node, Literal):
        bare = _BARE.get(node.datatype.value)
        if bare and bare.fullmatch(node.value):
            return node.value
        if node.datatype.value.startswith(_XSD) and node.datatype.value != f"{_XSD}string":
            quoted = str(Literal(node.value))
            return f"{quoted}^^{_written(node.datatype, names)}"
        return str(node)
    if node not in names:
        names[node] = _short(node) if isinstance(node, NamedNode) else str(node)
    return names[node]


def _short(node: NamedNode) -> str:
    value = node.value
    place = max(value.rfind("/"), value.rfind("#")) + 1
    prefix = _PREFIX_OF.get(value[:place])
    if prefix and LOCAL_NAME.fullmatch(value, place):
        return f"{prefix}:{value[place:]}"
    return str(node)


def memory_store(quads: Iterable[Quad]) -> Store:
    """A store in memory that holds the quads."""
    store = Store()
    store.bulk_extend(quads)
    return store


def write_store(quads: Iterable[Quad], folder: Path) -> None:
    """Make a store on disk in ``folder``, which must not exist; loaded in bulk and closed."""
    store = Store(str(folder))
    store.bulk_extend(quads)
    store.optimize()
    store.flush()


def load_store(graph_file: Path, folder: Path) -> None:
    """Make a store on disk of a file that `write_trig` wrote."""
    store = Store(str(folder))
    store.bulk_load(path=str(graph_file), format=RdfFormat.TRIG)
    store.optimize()
    store.flush()


def _shared(source: str, target: str) -> str:
    """Let two stores have a file of data together, since none is ever written to again."""
    if source.endswith(".sst"):
        with suppress(OSError):
            os.link(source, target)
            return target
    return shutil.copy2(source, target)


def update_store(old: Path, folder: Path, gone: Iterable[Quad], new: Iterable[Quad]) -> bool:
    """Make a store out of a copy of an old one: without some of its quads, and with others.

    ``False``, and no store, where the old one is damaged.
    """
    try:
        ignored = shutil.ignore_patterns("LOCK", "LOG*")
        shutil.copytree(old, folder, ignore=ignored, copy_function=_shared)
        store = Store(str(folder))
        for quad in gone:
            store.remove(quad)
        store.flush()
        store.bulk_extend(new)
        if sum(1 for _ in folder.glob("*.sst")) > _MANY_FILES:
            store.optimize()
    except (OSError, RuntimeError):
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def open_store(folder: Path | str) -> Store:
    """The graph of a built folder, read-only: its store, else its ``graph.trig`` in memory.

    ``folder`` may also be a store itself or a TriG file. Raises `NoGraphError` where there is none,
    `BrokenGraphError` where it cannot be read.
    """
    place = Path(folder)
    for store in (place / STORE_FOLDER, place):
        if (store / "CURRENT").is_file():
            return _read_only(store)
    for file in (place / GRAPH_FILE, place):
        if file.is_file():
            return _load(file)
    raise NoGraphError(place)


def holds_graph(folder: Path) -> bool:
    """Whether `open_store` would find something there."""
    stores, files = (folder / STORE_FOLDER, folder), (folder / GRAPH_FILE, folder)
    return any((s / "CURRENT").is_file() for s in stores) or any(f.is_file() for f in files)


def _read_only(folder: Path) -> Store:
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        raise BrokenGraphError(folder, str(error).splitlines()[0]) from error


def _load(file: Path) -> Store:
    store = Store()
    try:
        store.bulk_load(path=str(file), format=RdfFormat.TRIG)
    except (OSError, SyntaxError, ValueError) as error:
        raise BrokenGraphError(file, str(error).splitlines()[0]) from error
    return store
