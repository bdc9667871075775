"""The graph that stands, as what the next one is made of: what did not change is taken as text."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.iris import PREFIXES
from kg.memory import Memory, code_version
from kg.parts import Part
from kg.store import GRAPH_FILE, PROLOGUE, Statements, trig_text

#: How the named graphs of documents begin, each of which is part of one study as a whole.
_DOCUMENT = f"<{PREFIXES['graph']}doc/"
_BEGIN, _END = " {\n", " .\n}\n"
#: Characters that are written at once, so that a graph need not stand in memory twice.
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A graph that was written before: its file as text, its parts by name, and all their counts.

    ``properties`` and ``classes`` count as those of `kg.parts.Part` do.
    """

    folder: Path
    text: str
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
        text=data.decode("utf-8"),
        names=frozenset(names),
        properties=properties,
        classes=classes,
    )


def write_text(text: str, file: Path) -> str:
    """Write a file of TriG; the digest of its bytes."""
    digest = hashlib.sha256()
    with file.open("wb") as stream:
        for place in range(0, len(text), _PIECE):
            data = text[place : place + _PIECE].encode("utf-8")
            digest.update(data)
            stream.write(data)
    return digest.hexdigest()


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


def spliced(text: str, gone: Iterable[Part], new: Iterable[Part]) -> str:
    """A file of `kg.parts.whole_text` without some of its parts and with others."""
    left_out = {said for part in gone for said in part.statements}
    said = [one for one in statements_in(text) if one not in left_out]
    said += (one for part in new for one in part.statements)
    return "".join(trig_text(sorted(said)))


def statements_in(text: str) -> Iterator[Statements]:
    """What `kg.store.trig_text` was given, subject by subject; a document's graph as one."""
    start = len(PROLOGUE)
    while (end := text.find(_END, start)) >= 0:
        head = text.index(_BEGIN, start)
        name, body = _in_full(text[start + 1 : head]), text[head + len(_BEGIN) : end]
        for said in (body,) if name.startswith(_DOCUMENT) else body.split(" .\n"):
            yield Statements(name, _in_full(said[2 : said.index(" ", 2)]), said)
        start = end + len(_END)


def _in_full(written: str) -> str:
    """An IRI as N-Triples has it, of how `kg.store.written` writes it."""
    if written[0] == "<":
        return written
    prefix, _, local = written.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"
