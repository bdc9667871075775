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
from kg.store import ENDING, GRAPH_FILE, PROLOGUE, Statements, block_text

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
    left_out = {said for part in gone for said in part.statements}
    said: dict[str, list[Statements]] = defaultdict(list)
    for part in new:
        for one in part.statements:
            said[one.graph].append(one)
    changed = said.keys() | {one.graph for one in left_out}
    blocks: dict[str, bytes | memoryview] = {}
    for graph, block in blocks_in(data):
        if graph in changed:
            said[graph] += (one for one in statements_in(graph, block) if one not in left_out)
        else:
            blocks[graph] = block
    for graph, some in said.items():
        if some:
            blocks[graph] = block_text(graph, (one.text for one in sorted(some))).encode()
    return b"".join((PROLOGUE.encode(), *(blocks[graph] for graph in sorted(blocks))))


def blocks_in(data: bytes) -> Iterator[tuple[str, memoryview]]:
    """Each graph of a file with what `kg.store.block_text` wrote of it."""
    whole, start = memoryview(data), len(PROLOGUE.encode())
    while (end := data.find(_END, start)) >= 0:
        name = data[start + 1 : data.index(_BEGIN, start)].decode()
        yield _in_full(name), whole[start : end + len(_END)]
        start = end + len(_END)


def statements_in(graph: str, block: memoryview) -> Iterator[Statements]:
    """What a block says, subject by subject; a document's graph as one."""
    _, _, body = block[: -len(_END)].tobytes().decode().partition(_BEGIN.decode())
    for said in (body,) if graph.startswith(_DOCUMENT) else body.split(ENDING):
        yield Statements(graph, _in_full(said[2 : said.index(" ", 2)]), said)


def _in_full(written: str) -> str:
    """An IRI as N-Triples has it, of how `kg.store.written` writes it."""
    if written[0] == "<":
        return written
    prefix, _, local = written.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"
