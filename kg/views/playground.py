"""``playground.html``: graph, SPARQL engine, editor and questions in one offline file.

Oxigraph runs in a worker as WebAssembly, Yasqe is the editor; both are in the file, as is the graph
(TriG, compressed). The page's policy forbids it any connection, so nothing that is asked leaves the
computer. All named graphs together are the default graph, as for `kg.queries.run_query`.
"""

from __future__ import annotations

import base64
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad

from kg.files import write_text
from kg.iris import PREFIXES, RDF_TYPE, term
from kg.views.assets import (
    PLAYGROUND_SCRIPTS,
    bundle,
    oxigraph_wasm,
    oxigraph_worker,
    static_text,
    yasqe,
)
from kg.views.encoding import DIRECTIONS
from kg.views.packing import packed
from kg.views.page import clean, json_block, render

if TYPE_CHECKING:
    from kg.build import Graph
    from kg.memory import Memory

_log = logging.getLogger(__name__)

#: Beyond so many triples a browser takes long to read the graph.
MANY_TRIPLES = 400_000
#: A graph of more bytes is packed in more than one piece.
LONG_GRAPH = 100_000
_GRAPH_END, _SUBJECT_END = re.compile(rb"\n}\n"), re.compile(rb" \.\n")
#: What a local name must be like to be written after a prefix as it is.
_LOCAL = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
#: The words of papers: left out of a graph without quotes.
_QUOTED = frozenset(map(term, ("okg:sentence", "okg:cue", "dcterms:abstract")))

Terms = list[tuple[str, str, str]]
#: Property -> what it says of a name.
_SAID = {
    term("rdfs:label"): "label",
    term("skos:prefLabel"): "label",
    term("rdfs:comment"): "comment",
    term("skos:definition"): "comment",
    term("skos:altLabel"): "name",
}


def write_playground(
    quads: Iterable[Quad],
    path: str | PathLike[str],
    *,
    title: str,
    build_id: str,
    quotes: bool = True,
    explorer: str = "",
) -> None:
    """Write the page to ``path``, whole or not at all; the same quads give the same bytes.

    ``quads`` in canonical order. ``quotes=False`` leaves out abstracts, digests and sentences.
    ``explorer`` is the name of the explorer's file beside the page, if there is one.
    """
    page = playground_html(quads, title=title, build_id=build_id, quotes=quotes, explorer=explorer)
    write_text(str(path), page)


def playground_html(
    quads: Iterable[Quad],
    *,
    title: str,
    build_id: str,
    quotes: bool = True,
    explorer: str = "",
) -> str:
    """The page that `write_playground` writes."""
    from kg.store import trig_chunks

    known = [quad for quad in quads if quotes or quad.predicate not in _QUOTED]
    text = _packed("".join(trig_chunks(known)).encode())
    return "".join(_page(Names(known), text, title=title, build_id=build_id, explorer=explorer))


def playground_of(
    graph: Graph, *, title: str, build_id: str, explorer: str = "", memory: Memory | None = None
) -> Iterator[str]:
    """The same page in pieces, with quotes, of a graph in parts.

    ``memory`` spares packing all of it again.
    """
    names = Names(quad for part in graph.names for quad in part.quads())
    names.count(graph.properties, graph.classes)
    text = _packed(graph.data, memory)
    return _page(names, text, title=title, build_id=build_id, explorer=explorer)


def _packed(trig: bytes, memory: Memory | None = None) -> str:
    return packed(trig, graph_ends(trig), memory)


def graph_ends(trig: bytes) -> Iterator[int]:
    """Where a file of TriG may be cut: between graphs, and in a long graph between subjects."""
    start = 0
    for end in (*_behind(_GRAPH_END, trig, 0, len(trig)), len(trig)):
        if end - start > LONG_GRAPH:
            yield from _behind(_SUBJECT_END, trig, start, end)
        yield end
        start = end


def _behind(mark: re.Pattern[bytes], text: bytes, start: int, end: int) -> Iterator[int]:
    return (found.end() for found in mark.finditer(text, start, end))


def _page(
    names: Names, packed_trig: str, *, title: str, build_id: str, explorer: str
) -> Iterator[str]:
    triples = sum(names.properties.values())
    if triples > MANY_TRIPLES:
        _log.warning("%d triples: the playground takes long to start.", triples)
    editor, editor_style = yasqe()
    data: dict[str, Any] = {
        "title": clean(title),
        "build": clean(build_id),
        "prefixes": PREFIXES,
        "explorer": explorer,
        "directions": DIRECTIONS,
        "questions": _questions(),
        "constructs": [[node.value, label] for node, label, _ in names.constructs()],
        "terms": terms(names),
    }
    return render(
        "playground.html.j2",
        title=data["title"],
        build=data["build"],
        data=json_block(data),
        scripts=[editor, bundle(PLAYGROUND_SCRIPTS)],
        style=f"{editor_style}\n{static_text('explorer.css')}\n{static_text('playground.css')}",
        beside=explorer,
        worker=oxigraph_worker(),
        wasm=base64.b64encode(oxigraph_wasm()).decode(),
        graph=packed_trig,
    )


def _questions() -> list[dict[str, Any]]:
    from kg.queries import list_queries

    return [
        {
            "name": query.name,
            "title": query.title,
            "description": query.description,
            "params": [[param.name, param.explanation] for param in query.params],
            "sparql": query.sparql,
        }
        for query in list_queries()
    ]


class Names:
    """What the graph says of its own names: types, labels, comments."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.types: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        self.texts: dict[NamedNode, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.classes: Counter[NamedNode] = Counter()
        self.properties: Counter[NamedNode] = Counter()
        for quad in quads:
            self.properties[quad.predicate] += 1
            node, value = quad.subject, quad.object
            if not isinstance(node, NamedNode):
                continue
            if quad.predicate == RDF_TYPE and isinstance(value, NamedNode):
                self.classes[value] += 1
                self.types[node].add(value)
            elif quad.predicate in _SAID and isinstance(value, Literal):
                self.texts[node][_SAID[quad.predicate]].append(value.value)

    def count(self, properties: Mapping[str, int], classes: Mapping[str, int]) -> None:
        """Take the counts of a graph that says more, but nothing of our own names."""
        self.properties = Counter({NamedNode(name): n for name, n in properties.items()})
        self.classes = Counter({NamedNode(name): n for name, n in classes.items()})

    def of(self, node: NamedNode) -> str:
        """Label and explanation of a name, as far as there are any."""
        said = self.texts.get(node, {})
        return "; ".join([*said.get("label", ())[:1], *said.get("comment", ())[:1]])

    def constructs(self) -> Iterator[tuple[NamedNode, str, list[str]]]:
        """Constructs with label and other names, by IRI."""
        for node in sorted(self.texts, key=str):
            label = next(iter(self.texts[node].get("label", ())), None)
            if node.value.startswith(PREFIXES["okgc"]) and label is not None:
                yield node, label, sorted(self.texts[node].get("name", ()))


def terms(words: Names) -> Terms:
    """Names to complete, as (prefixed name, kind, words): most used classes and properties first.

    Kinds: class, property, construct, value (a direction, status, relation ...), prefix.
    """
    found: Terms = []
    for kind, counts in (("class", words.classes), ("property", words.properties)):
        for node, _ in sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))):
            found.append((_short(node), kind, words.of(node)))
    for node, label, names in words.constructs():
        found.append((_short(node), "construct", "; ".join([label, *names])))
    for node in sorted(words.types, key=str):
        if _is_value(node, words.types[node]):
            found.append((_short(node), "value", words.of(node)))
    found += [(f"{prefix}:", "prefix", namespace) for prefix, namespace in PREFIXES.items()]
    once = {name: (name, kind, clean(text)) for name, kind, text in reversed(found) if name}
    return list(reversed(once.values()))


def _is_value(node: NamedNode, types: Iterable[NamedNode]) -> bool:
    """Whether a name of our own vocabulary stands for a value, not for a class or property."""
    if node.value.startswith(PREFIXES["okgr"]):
        return True
    own = node.value.startswith(PREFIXES["okg"])
    return own and any(kind.value.startswith(PREFIXES["okg"]) for kind in types)


def _short(node: NamedNode) -> str:
    """The prefixed name of an IRI, "" if it has none that can be written as it is."""
    for prefix, namespace in PREFIXES.items():
        local = node.value.removeprefix(namespace)
        if local != node.value and _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return ""
