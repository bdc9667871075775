"""The graph that stands, as what the next one is made of: what did not change is taken as it is."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.iris import PREFIXES
from kg.memory import Memory, code_version
from kg.parts import Part
from kg.store import ENDING, GRAPH_FILE, PROLOGUE, opening

#: How the named graphs of documents begin, each of which is part of one study as a whole.
_DOCUMENT = f"<{PREFIXES['graph']}doc/"
_BEGIN, _END = b" {\n", b" .\n}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A graph that was written before: its file, its parts by name, and all their counts.

    ``properties`` and ``classes`` count as those of `kg.parts.Part` do.
    """

    folder: Path
    data: bytes
    names: frozenset[str]
    properties: Mapping[str, int]
    classes: Mapping[str, int]


def base_in(folder: Path, memory: Memory) -> Base | None:
    """The graph in a folder; ``None`` where there is none that was written with this memory."""
    file = folder / GRAPH_FILE
    if not file.is_file():
        return None
    data = file.read_bytes()
    key = _key(hashlib.sha256(data).hexdigest())
    known = memory.get([key]).get(key)
    if known is None:
        return None
    names, properties, classes = json.loads(known)
    return Base(
        folder=folder,
        data=data,
        names=frozenset(names),
        properties=properties,
        classes=classes,
    )


def keep_base(
    digest: str,
    names: Iterable[str],
    properties: Mapping[str, int],
    classes: Mapping[str, int],
    memory: Memory,
) -> None:
    """Keep what `base_in` is to tell of the graph in a file of this digest."""
    memory.put([(_key(digest), json.dumps([list(names), properties, classes]))])


def _key(digest: str) -> str:
    return f"base:{code_version()}:{digest}"


def total(
    before: Mapping[str, int], gone: Iterable[Mapping[str, int]], new: Iterable[Mapping[str, int]]
) -> Counter[str]:
    """Counts without those of what is gone and with those of what is new; no zeros."""
    counts = Counter(before)
    for some in gone:
        counts.subtract(some)
    for some in new:
        counts.update(some)
    return +counts


def spliced(data: bytes, gone: Iterable[Part], new: Iterable[Part]) -> bytes:
    """A file of `kg.parts.whole_text` without some of its parts and with others.

    Graphs in which nothing changes are taken as they stand.
    """
    left_out = {(said.graph, said.text.encode()) for part in gone for said in part.statements}
    said: dict[str, list[_Said]] = defaultdict(list)
    for part in new:
        for graph, node, text in part.statements:
            said[graph].append((node, text.encode()))
    changed = said.keys() | {graph for graph, _ in left_out}
    blocks: dict[str, bytes | memoryview] = {}
    for graph, block in blocks_in(data):
        if graph in changed:
            said[graph] += (one for one in _said(graph, block) if (graph, one[1]) not in left_out)
        else:
            blocks[graph] = block
    for graph, some in said.items():
        if some:
            texts = ENDING.encode().join(text for _, text in sorted(some))
            blocks[graph] = b"".join((opening(graph).encode(), texts, _END))
    return b"".join((PROLOGUE.encode(), *(blocks[graph] for graph in sorted(blocks))))


#: A node, and what is said of it as it is written.
_Said = tuple[str, bytes]


def blocks_in(data: bytes) -> Iterator[tuple[str, memoryview]]:
    """Each graph of a file with what `kg.store.block_text` wrote of it."""
    whole, start = memoryview(data), len(PROLOGUE.encode())
    while (end := data.find(_END, start)) >= 0:
        name = data[start + 1 : data.index(_BEGIN, start)].decode()
        yield _in_full(name), whole[start : end + len(_END)]
        start = end + len(_END)


def _said(graph: str, block: memoryview) -> Iterator[_Said]:
    """What a block says, node by node; a document's graph as one."""
    _, _, body = block[: -len(_END)].tobytes().partition(_BEGIN)
    for text in (body,) if graph.startswith(_DOCUMENT) else body.split(ENDING.encode()):
        yield _in_full(text[2 : text.index(b" ", 2)].decode()), text


def _in_full(written: str) -> str:
    """An IRI as N-Triples has it, of how `kg.store.written` writes it."""
    if written[0] == "<":
        return written
    prefix, _, local = written.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"
