"""Open files as they come: compressed, in any encoding, with any line ends; in bounded memory."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import TYPE_CHECKING

from extract.readers.record import UnreadableFileError
from extract.readers.text import decode

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Bytes that are looked at to tell what a file holds.
HEAD = 65_536
#: Longest line in characters; what is beyond is dropped.
MAX_LINE = 4_000_000
#: Largest file of a format that must be held as a whole, in bytes.
MAX_WHOLE = 512_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
#: Encodings of eight bits and more that a file of XML may declare.
_FAMILIES = re.compile(
    r"iso8859|latin|cp\d|windows|koi8|mac|gb|big5|euc|shift|ascii|iso2022|johab|hz|tis|kz|ptcp"
)


class _Pieces(io.RawIOBase):
    """A readable stream out of pieces of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def rewound(head: bytes, stream: io.BufferedIOBase) -> BufferedReader:
    """Give the stream as it was before its head was read."""
    return _buffered(_blocks(stream, head))


def unpacked(stream: BufferedReader, source: str) -> BufferedReader:
    """Give the content of a gzip-compressed file; damage is told when it is reached."""
    return _buffered(_unpack(stream, source))


def as_utf8(head: bytes, stream: BufferedReader) -> BufferedReader:
    """Give text of any encoding as UTF-8 without mark, save for stray bytes of Windows-1252.

    Wide encodings are told by their mark or their zero bytes, others by an XML declaration. Lines
    end in line feeds even where the file has carriage returns only.
    """
    encoding = _encoding(head)
    pieces = _blocks(stream)
    if encoding != "utf-8":
        pieces = _transcoded(pieces, encoding)
    elif head.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
    if b"\n" not in head.replace(b"\x00", b"") and b"\r" in head:
        pieces = (piece.replace(b"\r", b"\n") for piece in pieces)
    return _buffered(pieces)


def lines(stream: BufferedReader, longest: int = MAX_LINE) -> Iterator[tuple[int, str]]:
    """Give numbered lines without their ends; of one that is too long the first ``longest``."""
    number = 0
    while line := stream.readline(longest):
        number += 1
        yield number, decode(line).rstrip("\r\n")
        while len(line) >= longest and not line.endswith(b"\n"):
            line = stream.readline(longest)


def whole(stream: BufferedReader, source: str) -> str:
    """Give the whole text of a file that is not too large for it."""
    content = stream.read(MAX_WHOLE + 1)
    if len(content) > MAX_WHOLE:
        problem = f"larger than {MAX_WHOLE // 1_000_000} MB; split it, or write one record a line"
        raise UnreadableFileError(source, problem)
    return decode(content)


def _buffered(pieces: Iterator[bytes]) -> BufferedReader:
    return BufferedReader(_Pieces(pieces), HEAD)


def _blocks(stream: io.BufferedIOBase, head: bytes = b"") -> Iterator[bytes]:
    if head:
        yield head
    while block := stream.read(HEAD):
        yield block


def _unpack(stream: BufferedReader, source: str) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=stream) as file:
            yield from _blocks(file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        problem = f"the compressed file is cut off or damaged ({error}); fetch it again"
        raise UnreadableFileError(source, f"{problem}; what stands before is read") from None


def _transcoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _encoding(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    start = head[:200]
    if start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 3:
        return "utf-16-be"
    match = _DECLARED.match(head.lstrip())
    return _known(match[1].decode()) if match else "utf-8"


def _known(name: str) -> str:
    """Give the codec of that name; UTF-8 if there is none, or the name cannot be true."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    if found in {"iso8859-1", "ascii"}:
        return "utf-8"
    return found if _FAMILIES.match(found.replace("-", "").replace("_", "")) else "utf-8"
