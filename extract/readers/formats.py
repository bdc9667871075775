"""What a file holds, told by its first bytes; its name decides only where these do not."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import PurePath

from extract.readers.csv import PREAMBLE, header_of
from extract.readers.record import UnreadableFileError
from extract.readers.text import decode


class Format(StrEnum):
    """The formats that are read, by the names that people know them by."""

    PUBMED = "PubMed XML"
    JATS = "JATS XML"
    NBIB = "MEDLINE"
    RIS = "RIS"
    BIBTEX = "BibTeX"
    WOS = "Web of Science"
    ENDNOTE = "EndNote"
    JSON = "JSON"
    CSV = "CSV"


_SUFFIXES = {
    ".json": Format.JSON,
    ".jsonl": Format.JSON,
    ".ndjson": Format.JSON,
    ".ris": Format.RIS,
    ".nbib": Format.NBIB,
    ".medline": Format.NBIB,
    ".bib": Format.BIBTEX,
    ".enw": Format.ENDNOTE,
    ".ciw": Format.WOS,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".nxml": Format.JATS,
}
#: First bytes -> why such a file is not read.
_OTHERS = {
    b"%PDF": "this is a PDF; export title and abstract from where you found it",
    b"PK\x03\x04": "this is a zip or office file; unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "this is an office file; save the sheet as CSV",
    b"BZh": "this is a bzip2 file; unpack it first",
    b"\xfd7zXZ": "this is an xz file; unpack it first",
    b"7z\xbc\xaf": "this is a 7z file; unpack it first",
    b"{\\rtf": "this is rich text; export RIS or save as plain text",
}
#: Elements of XML (without namespace) -> what they are the root of.
_PUBMED = re.compile(
    rb"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle|MedlineCitation(?:Set)?)[\s>]"
)
_JATS = re.compile(rb"<(?:\w{1,20}:)?(?:article|pmc-articleset)[\s>]|<!DOCTYPE\s+article\b")
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_ENDNOTE_XML = re.compile(rb"<records>\s*<record>")
#: How lines of a format start, in the order in which they are looked for.
_LINES = (
    (Format.NBIB, re.compile(r"^PMID {0,2}- ?\d", re.MULTILINE)),
    (Format.RIS, re.compile(r"^[ \t]*(?:\d+[.:)][ \t]*)?TY {0,4}- ?[A-Z]", re.MULTILINE)),
    (Format.WOS, re.compile(r"\A\s*(?:FN |VR |PT [JBSPC]\s*$)", re.MULTILINE)),
    (Format.ENDNOTE, re.compile(r"^%0 [A-Z]", re.MULTILINE)),
    (Format.BIBTEX, re.compile(r"^[ \t]*@[ \t]*[A-Za-z]{3,20}\s*[({]", re.MULTILINE)),
)
#: Bytes that no text holds.
_BINARY = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1a\x1b\x1c\x1d\x1e\x1f")
_KNOWN = "PubMed XML, .nbib, RIS, BibTeX, CSL-JSON, CSV with a header, JATS XML, JSON Lines"


def format_of(head: bytes, name: str) -> Format:
    """Give the format of a file that starts so (in UTF-8, unpacked) and is called so.

    Raises `UnreadableFileError` with what it seems to be and what to do.
    """
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise UnreadableFileError(name, "empty, it holds no record; check the export")
    for mark, problem in _OTHERS.items():
        if start.startswith(mark):
            raise UnreadableFileError(name, problem)
    if start.startswith(b"<"):
        return _xml(start, name)
    if start[:1] in (b"{", b"["):
        return Format.JSON
    return _text(start, name)


def _xml(start: bytes, name: str) -> Format:
    if _PUBMED.search(start):
        return Format.PUBMED
    if _HTML.search(start[:2000]):
        problem = "this is a web page; use the site's export of citations instead"
        raise UnreadableFileError(name, problem)
    if _JATS.search(start):
        return Format.JATS
    if _ENDNOTE_XML.search(start):
        raise UnreadableFileError(name, "this is EndNote's XML; export it as RIS instead")
    raise UnreadableFileError(name, f"XML of a kind that is not known; what is read: {_KNOWN}")


def _text(start: bytes, name: str) -> Format:
    text = decode(start)
    if any(header_of(line) for line in text.split("\n", PREAMBLE)[:PREAMBLE]):
        return Format.CSV
    for known, pattern in _LINES:
        if pattern.search(text):
            return known
    if any(byte in _BINARY for byte in start[:4096]):
        raise UnreadableFileError(name, f"a binary file; what is read: {_KNOWN}")
    suffixes = [suffix for suffix in PurePath(name).suffixes[-2:] if suffix.lower() != ".gz"]
    if suffixes and suffixes[-1].lower() in _SUFFIXES:
        return _SUFFIXES[suffixes[-1].lower()]
    raise UnreadableFileError(name, f"a file of a kind that is not known; what is read: {_KNOWN}")
