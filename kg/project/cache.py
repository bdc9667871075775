"""What was read before, by content: a database that a killed run leaves whole.

Values are JSON. A key that is not asked for in a run is forgotten by `Cache.prune`.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import OxykgError

_TABLE = "CREATE TABLE IF NOT EXISTS cache (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
#: Stands before data that is not compressed; no compressed data begins so.
_AS_IT_IS = b"\0"
#: Keys of what most data is, of which a build asks for little: this is compressed, but for what
#: is so long that it is of the whole graph, which each build asks for.
_SELDOM, _LONG = ("part:",), 1_000_000
#: So much of the file is read by mapping it into memory, which spares copying it (bytes).
_MAPPED = 2**30
#: Keys asked for in one question to the database.
_AT_ONCE = 500


class Cache:
    """Values by key; what `put` was given is on disk when it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._used: set[bytes] = set()

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the values of those keys that are known; a damaged one is not."""
        names = {_short(key): key for key in keys}
        self._used |= names.keys()
        wanted, found = list(names), {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, value FROM cache WHERE key IN ({marks})"
            for key, value in self._connection.execute(query, some):
                if (text := _unpacked(value)) is not None:
                    found[names[key]] = text
        return found

    def put(self, values: Iterable[tuple[str, str]]) -> None:
        """Keep values, all of them or none."""
        rows = [
            (_short(key), _packed(value.encode("utf-8"), seldom=key.startswith(_SELDOM)))
            for key, value in values
        ]
        self._used |= {key for key, _ in rows}
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO cache VALUES (?, ?)", rows)

    def keep(self, keys: Iterable[str]) -> None:
        """Go on keeping the values of these keys, though they are not asked for."""
        self._used |= set(map(_short, keys))

    def prune(self) -> None:
        """Forget what was neither asked for nor kept since the cache was opened."""
        stored = {bytes(key) for (key,) in self._connection.execute("SELECT key FROM cache")}
        gone = [(key,) for key in stored - self._used]
        with self._connection:
            self._connection.executemany("DELETE FROM cache WHERE key = ?", gone)


def _packed(data: bytes, *, seldom: bool) -> bytes:
    """The data, compressed if it is seldom asked for, with what tells whether it is damaged."""
    if seldom and len(data) < _LONG:
        return zlib.compress(data, 1)
    return _AS_IT_IS + zlib.crc32(data).to_bytes(4) + data


def _unpacked(value: bytes) -> str | None:
    """The text; ``None`` where it is damaged."""
    if value[:1] == _AS_IT_IS:
        check, data = value[1:5], memoryview(value)[5:]
        return str(data, "utf-8") if zlib.crc32(data).to_bytes(4) == check else None
    try:
        return zlib.decompress(value).decode("utf-8")
    except zlib.error:
        return None


def _short(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8")).digest()[:16]


@contextmanager
def open_cache(path: Path) -> Iterator[Cache]:
    """Open the cache; one that is damaged is begun anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connected(path)
    try:
        yield Cache(connection)
    finally:
        connection.close()


def _connected(path: Path) -> sqlite3.Connection:
    for _ in range(2):
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(f"PRAGMA mmap_size={_MAPPED}")
            connection.execute(_TABLE)
            connection.execute("SELECT count(*) FROM cache").fetchone()
        except sqlite3.DatabaseError:
            connection.close()
            for part in (path, *path.parent.glob(f"{path.name}-*")):
                part.unlink(missing_ok=True)
        else:
            return connection
    raise OxykgError(f"{path}: cannot be used as a cache; delete it")
