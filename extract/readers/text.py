"""Clean text out of what sources write: markup, entities, odd white space, broken encodings."""

from __future__ import annotations

import html
import re
import unicodedata

_BLOCKS = (
    r"p|br|div|h[1-6]|li|ul|ol|list|list-item|sec|section|title|label|abstract|break|tr|td|table"
)
_INLINE = (
    r"i|b|u|em|strong|sub|sup|inf|italic|bold|underline|sc|tt|small|big|span|font|a|mark|s|strike"
    r"|ext-link|xref|named-content|styled-content|monospace|roman|sans-serif|inline-formula"
    r"|math|mrow|mi|mo|mn|msub|msup|msubsup|mfrac|msqrt|mtext|mspace|mover|munder|mstyle|semantics"
)
_PREFIX = r"(?:(?:jats|mml|m|xhtml|html):)?"
_REST = r"(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+)){0,20}\s*/?>"
_BLOCK = re.compile(rf"</?{_PREFIX}(?:{_BLOCKS}){_REST}", re.IGNORECASE)
_TAG = re.compile(rf"</?{_PREFIX}(?:{_INLINE}){_REST}", re.IGNORECASE)
_HEADING = re.compile(
    rf"<({_PREFIX}(?:h[1-6]|title)){_REST}([^<>]{{0,200}})</\1\s*>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_TAG = re.compile(r"&lt;/?[A-Za-z:]{1,20}(?:\s|/?&gt;)", re.IGNORECASE)
_BROKEN_BYTES = re.compile("[\udc80-\udcff]+")


def one_line(text: str) -> str:
    """Put a text on one line, composed (NFC), without control and invisible characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    odd: dict[str, str | int | None] = {
        c: " " if c.isspace() else ""
        for c in set(text)
        if c != " " and (c.isspace() or unicodedata.category(c)[0] == "C")
    }
    return " ".join((text.translate(str.maketrans(odd)) if odd else text).split())


def plain(text: str) -> str:
    """Give a text that may hold HTML, JATS or MathML tags and entities as one clean line.

    Only known tags go, so that "p <.05, r> .3" stays; headings become labels ("BACKGROUND: ").
    """
    if _ESCAPED_TAG.search(text):
        text = html.unescape(text)
    if "<" in text:
        text = _HEADING.sub(lambda match: f" {label(match[2])} ", text)
        text = _TAG.sub("", _BLOCK.sub(" ", text))
    if "&" in text:
        text = _ENTITY.sub(_character, text)
        text = _ENTITY.sub(_character, text) if "&" in text else text
    return one_line(text)


def label(heading: str) -> str:
    """Write the heading of a section as PubMed does: "METHODS:"; none for "Abstract"."""
    name = one_line(html.unescape(heading)).rstrip(" :.").upper()
    return "" if name in {"", "ABSTRACT", "SUMMARY", "UNLABELLED", "UNASSIGNED"} else f"{name}:"


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


def decode(content: bytes, encoding: str = "utf-8") -> str:
    """Decode by the encoding named; bytes that are not UTF-8 are read as Windows-1252."""
    if encoding != "utf-8":
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _BROKEN_BYTES.sub(_legacy, content.decode("utf-8", "surrogateescape"))


def _legacy(broken: re.Match[str]) -> str:
    content = broken[0].encode("utf-8", "surrogateescape")
    return "".join(
        bytes([b]).decode("latin-1" if b in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for b in content
    )
