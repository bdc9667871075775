"""What two graphs in parts differ in: found in their text, and only then read as quads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Quad

from kg.parts import Part, quads_of
from kg.store import BETWEEN, ENDING, Statements

#: Graph, node, and the node as it is written -> what is said of it, predicate by predicate. A text
#: on several nodes is one line, of the node "".
_Lines = dict[tuple[str, str, str], set[str]]


def difference(old: Iterable[Part], new: Iterable[Part]) -> tuple[set[Quad], set[Quad]]:
    """The quads that only the old parts have, and those that only the new ones have."""
    was, came = ({said for part in parts for said in part.statements} for parts in (old, new))
    one, other = _lines(was - came), _lines(came - was)
    removed, added = set[Statements](), set[Statements]()
    for key in one.keys() | other.keys():
        lines, others = one.get(key, set()), other.get(key, set())
        before, after = _objects(lines - others), _objects(others - lines)
        removed.update(_only(key, before, after))
        added.update(_only(key, after, before))
    gone, come = set(quads_of(removed)), set(quads_of(added))
    return gone - come, come - gone


def _lines(some: Iterable[Statements]) -> _Lines:
    found: _Lines = defaultdict(set)
    for graph, node, text in some:
        if ENDING in text:
            found[graph, node, ""].add(text)
        else:
            name = text[: text.index(" ", 2) + 1]
            found[graph, node, name].update(text[len(name) :].split(BETWEEN))
    return found


def _only(
    key: tuple[str, str, str], one: Mapping[str, set[str]], other: Mapping[str, set[str]]
) -> Iterator[Statements]:
    """What only the one says of a node: object by object, save for texts that differ anywhere."""
    graph, node, name = key
    for predicate, objects in one.items():
        if left := objects - other.get(predicate, set()):
            yield Statements(graph, node, f"{name}{predicate} {' , '.join(left)}")


def _objects(lines: Iterable[str]) -> dict[str, set[str]]:
    """Predicate -> what is said by it; lines with a literal in quotes are left together."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        predicate, _, objects = line.partition(" ")
        whole = '"' in objects or ENDING in objects
        found[predicate].update((objects,) if whole else objects.split(" , "))
    return found
