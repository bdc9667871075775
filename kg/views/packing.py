"""A long text compressed for a page, block by block: a block that was packed before is not again.

The result is gzip (RFC 1952) in base64, the same bytes with or without a memory. Each block is
deflated by itself up to a byte boundary and filled up to whole groups of base64.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.memory import Memory

_LEVEL = 6
#: A stored block of no bytes (RFC 1951, 3.2.4): changes nothing but the length.
_NOTHING = b"\x00\x00\x00\xff\xff"
#: Deflate, no name, no time, any system; then nothing, so that the length is a multiple of three.
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + _NOTHING
#: The last block, empty, with fixed codes.
_LAST = b"\x03\x00"
#: How long blocks are: most of them about so much, none much longer than so much (bytes).
_USUAL, _LONGEST = 200_000, 1_000_000


def packed(text: bytes, ends: Iterable[int], memory: Memory | None = None) -> str:
    """The text packed; it may be cut at ``ends``, in order. ``memory`` spares what it knows."""
    blocks = list(_blocks(memoryview(text), ends))
    keys = [f"packed:{_LEVEL}:{hashlib.sha256(block).hexdigest()}" for block in blocks]
    known = memory.get(keys) if memory else {}
    fresh = {
        key: _deflated(block) for key, block in zip(keys, blocks, strict=True) if key not in known
    }
    if memory:
        memory.put(fresh.items())
    tail = zlib.crc32(text).to_bytes(4, "little") + (len(text) & 0xFFFFFFFF).to_bytes(4, "little")
    middle = (known.get(key) or fresh[key] for key in keys)
    return "".join((_coded(_HEAD), *middle, _coded(_LAST + tail)))


def _blocks(text: memoryview, ends: Iterable[int]) -> Iterator[memoryview]:
    """The blocks; where one ends depends on the piece there alone, so that others stay."""
    begin = start = 0
    for end in (*ends, len(text)):
        piece = text[start:end]
        if end - begin >= _LONGEST or zlib.crc32(piece) % _USUAL < len(piece):
            yield text[begin:end]
            begin = end
        start = end
    if begin < len(text):
        yield text[begin:]


def _deflated(block: memoryview) -> str:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    while len(data) % 3:
        data += _NOTHING
    return _coded(data)


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
