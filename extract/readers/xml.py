"""Records cut out of XML as bytes, each parsed on its own: nothing outside it is ever looked at.

The DOCTYPE never reaches a parser, so no DTD is loaded and no entity of its own is expanded; what
is damaged costs one record; memory is that of one record.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

from extract.readers.streams import HEAD
from extract.readers.text import decode, label, one_line

#: An element of lxml, which ships no types.
Element = Any

#: Largest record in bytes that is cut out; of a longer one only the start is kept.
MAX_RECORD = 32_000_000
#: Largest record in bytes that is parsed.
MAX_PARSED = 8_000_000
#: Longest start tag of a record in bytes.
_MAX_TAG = 4000
_SPACES = (
    'xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:m="http://www.w3.org/1998/Math/MathML" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ali="http://www.niso.org/schemas/ali/1.0/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:oasis="urn:oasis" '
    'xmlns:jats="urn:jats" xmlns:nlm="urn:nlm" xmlns:tp="urn:tp"'
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&([A-Za-z_][\w.-]*);")
_NUMERIC = re.compile(r"&#(?:(\d{1,8})|[xX]([0-9A-Fa-f]{1,7}));")
_STRAY = re.compile(r"&(?!#?\w{1,40};)")
_BUILT_IN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_BLOCKS = frozenset(
    {
        "AbstractText", "boxed-text", "break", "def-item", "def-list", "disp-formula",
        "disp-quote", "label", "list", "list-item", "p", "sec", "statement", "table", "td", "th",
        "title", "tr", "verse-line",
    }
)  # fmt: skip
_UNREAD = frozenset(
    {"annotation", "annotation-xml", "fn", "graphic", "inline-graphic", "media", "tex-math"}
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A record's bytes as they stand; ``problem`` says why they are not whole."""

    content: bytes
    problem: str | None = None


def cut_records(stream: BufferedReader, start: re.Pattern[bytes], end: str) -> Iterator[Cut]:
    """Give each record from a match of ``start`` (group 1: the element's name) to its end.

    ``end`` is the end tag to stop at, with ``{}`` for the name. A record that another one starts
    in is not whole, and neither is one that the file ends in, or that is larger than `MAX_RECORD`.
    """
    buffer, more = b"", True
    while True:
        found = start.search(buffer)
        if not found:
            buffer = buffer[-_MAX_TAG:]
            if not more:
                return
            block = stream.read(HEAD)
            more, buffer = bool(block), buffer + block
            continue
        cut, buffer, more = _one(stream, buffer[found.start() :], start, end, more)
        yield cut


def _one(
    stream: BufferedReader, buffer: bytes, start: re.Pattern[bytes], end: str, more: bool
) -> tuple[Cut, bytes, bool]:
    """Cut the record that the buffer starts with, reading on until its end is found."""
    match = start.match(buffer)
    name = match[1] if match else b""
    tag = end.format(name.decode()).encode()
    looked, pieces = 0, bytearray(buffer)
    while True:
        stop = pieces.find(tag, max(looked - len(tag), 0))
        if again := _restart(pieces, start, name, max(looked - _MAX_TAG, 1), stop):
            return Cut(bytes(pieces[:again]), "cut off"), bytes(pieces[again:]), more
        if stop >= 0:
            stop += len(tag)
            return Cut(bytes(pieces[:stop])), bytes(pieces[stop:]), more
        looked = len(pieces)
        if looked > MAX_RECORD:
            return Cut(bytes(pieces[:HEAD]), "too long"), bytes(pieces[-_MAX_TAG:]), more
        block = stream.read(HEAD) if more else b""
        if not block:
            return Cut(bytes(pieces), "cut off"), b"", False
        pieces += block


def _restart(
    pieces: bytearray, start: re.Pattern[bytes], name: bytes, first: int, stop: int
) -> int:
    """Where another record of the same name starts before this one ends; 0 if none does."""
    for match in start.finditer(pieces, first, stop if stop >= 0 else len(pieces)):
        if match[1] == name:
            return match.start()
    return 0


def parse(record: bytes) -> Element:
    """Parse a record; raises ValueError with what is wrong with it in words."""
    from lxml import etree  # type: ignore[import-untyped]

    if len(record) > MAX_PARSED:
        raise ValueError(f"longer than {MAX_PARSED:,} bytes; this is no bibliographic record")
    text = _REFERENCE.sub(_named, _ILLEGAL.sub(" ", decode(record)))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    for mended in (text, _NUMERIC.sub(_numbered, _STRAY.sub("&amp;", text))):
        content = f"<record {_SPACES}>{mended}</record>".encode("utf-8", "replace")
        try:
            return etree.fromstring(content, parser)[0]
        except (etree.XMLSyntaxError, IndexError) as error:
            problem = one_line(getattr(error, "msg", None) or "no element")
    raise ValueError(f"not well-formed XML ({problem}); fetch the record again")


def _named(reference: re.Match[str]) -> str:
    name = reference[1]
    if name in _BUILT_IN:
        return reference[0]
    if character := html.entities.html5.get(f"{name};"):
        return html.escape(character)
    raise ValueError(
        f"refers to the entity '&{name[:40]};' of the file's own, which is never expanded; "
        "write its text instead"
    )


def _numbered(reference: re.Match[str]) -> str:
    number = int(reference[1] or reference[2], 10 if reference[1] else 16)
    legal = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0x110000
    return reference[0] if legal and number not in (0xFFFE, 0xFFFF) else " "


def local(element: Element) -> str:
    """Name an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element | None, *path: str) -> Element | None:
    """Give the first element down the path of names, ``None`` where a step leads nowhere."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def children(element: Element | None, name: str) -> list[Element]:
    """Give the inner elements of that name."""
    return [] if element is None else [inner for inner in element if local(inner) == name]


def text_of(element: Element | None, unread: frozenset[str] = frozenset()) -> str:
    """Give the text in an element on one line: markup gone, formulas as their characters."""
    return "" if element is None else one_line("".join(_pieces(element, _UNREAD | unread)))


def sections(element: Element) -> str:
    """Give an abstract of ``sec`` elements with their headings as labels ("METHODS: ...")."""
    return one_line(" ".join(_section_texts(element)))


def _section_texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        if local(inner) == "title":
            yield label(text_of(inner))
        elif local(inner) == "sec":
            yield from _section_texts(inner)
        elif local(inner) not in _UNREAD:
            yield text_of(inner)
        yield inner.tail or ""


def _pieces(element: Element, unread: frozenset[str]) -> Iterator[str]:
    name = local(element)
    if name == "math":
        yield from _formula(element)
        return
    space = " " if name in _BLOCKS else ""
    yield space + (element.text or "")
    for inner in element:
        if local(inner) not in unread:
            yield from _pieces(inner, unread)
        yield inner.tail or ""
    yield space


def _formula(element: Element) -> Iterator[str]:
    """Give the characters of MathML; a fraction has a slash."""
    yield (element.text or "").strip()
    for number, inner in enumerate(element):
        if number and local(element) == "mfrac":
            yield "/"
        if local(inner) not in _UNREAD:
            yield from _formula(inner)
