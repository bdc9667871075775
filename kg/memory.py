"""What was made before, by a name that tells all that it was made of; made anew it is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeVar

from kg.claims_io import reading_to_line
from kg.data import data_dir
from kg.model import Reading
from kg.provenance import software_version

T = TypeVar("T")
V = TypeVar("V")


class Memory(Protocol):
    """Texts by key that outlast a build, such as `kg.project.cache.Cache`."""

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the texts of those keys that are known."""

    def put(self, values: Iterable[tuple[str, str]]) -> None:
        """Keep texts by their keys."""

    def keep(self, keys: Iterable[str]) -> None:
        """Go on keeping what is known of these keys, though it is not asked for."""


@cache
def code_version() -> str:
    """A name for how things are made and checked: of this package's code, and of the ontology."""
    versions = (software_version(), version("pyoxigraph"))
    digest = hashlib.sha256("\x1f".join(versions).encode())
    package = Path(__file__).parent
    for path in sorted([*package.rglob("*.py"), *data_dir("ontology").glob("*.ttl")]):
        digest.update(path.name.encode() + b"\x1f" + path.read_bytes())
    return digest.hexdigest()[:16]


def name_of(*parts: str) -> str:
    """A name for what today's code makes of these texts."""
    said = "\x1e".join((code_version(), *parts))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def reading_names(readings: Iterable[Reading]) -> list[str]:
    """A name for each reading, all that stands in it included."""
    return [_digest(reading_to_line(reading)) for reading in readings]


@lru_cache(maxsize=100_000)
def _digest(line: str) -> str:
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def remembered(
    kind: str,
    things: Mapping[str, T],
    make: Callable[[str, T], V],
    memory: Memory | None,
    *,
    write: Callable[[V], str],
    read: Callable[[str, str], V],
) -> list[V]:
    """What ``make`` makes of each name and thing, in their order; what is known is not made.

    ``read`` takes a name and what ``write`` wrote. A name tells the code and all that the thing
    depends on (`name_of`); ``kind`` keeps apart what is made of one thing.
    """
    texts = memory.get(f"{kind}:{name}" for name in things) if memory else {}
    found = {
        name: read(name, text)
        for name in things
        if (text := texts.get(f"{kind}:{name}")) is not None
    }
    made = {name: make(name, thing) for name, thing in things.items() if name not in found}
    if memory and made:
        memory.put((f"{kind}:{name}", write(value)) for name, value in made.items())
    found |= made
    return [found[name] for name in things]
