"""RIS in the dialects of EBSCO, Ovid, Scopus, Web of Science, Zotero, EndNote, ASReview, Rayyan.

https://en.wikipedia.org/wiki/RIS_(file_format)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader
from itertools import chain

from extract.readers.found import Found, PlacedFound, find_doi, reader
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.streams import lines
from extract.readers.tagged import Layout, Tagged, tagged_records
from kg.errors import BadRecordError

_FIRST = re.compile(r"\s*(?:\d+[.:)]\s*)?TY( {0,4})-")
_PMID = re.compile(r"PMID:?\s*(\d{1,9})|nlm\.nih\.gov/(?:pubmed/)?(\d{1,9})\b", re.IGNORECASE)
_DATABASES = re.compile(r"medline|pubmed|\b(?:cmedm|mdc|mnh|mesx|nlm)\b|national library of med")
#: A journal's name where a record has several: the full one first.
_JOURNAL = ("JF", "T2", "JO", "JA", "J2", "BT", "T3")
#: Types of reference that a type of work ("M3") need not confirm.
_DIGEST = "digest"
_NOTE = re.compile(r"^(?:.{0,40}\b)?(?:retracted|retraction in|withdrawn)\b.{0,80}$", re.IGNORECASE)


def find_ris(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each record; those whose end is not marked are read too, and told once at the end."""
    numbered, layout = _layout(lines(stream))
    number, unclosed = 0, []
    for number, record in enumerate(tagged_records(numbered, layout), 1):
        place = f"record {number} (line {record.line})"
        yield place, _found(record)
        if not record.closed:
            unclosed.append(place)
    if not number:
        raise UnreadableFileError(source, "holds no RIS record ('TY  - JOUR'); check the export")
    if unclosed:
        others = f" and {len(unclosed) - 1} more" if len(unclosed) > 1 else ""
        problem = f"its end is not marked ('ER  - '){others}; read all the same, was it cut off?"
        on_bad(BadRecordError(source, unclosed[0], problem))


read_ris = reader(find_ris)


def _layout(numbered: Iterator[tuple[int, str]]) -> tuple[Iterator[tuple[int, str]], Layout]:
    """Give the lines from the first record on, and how the tags of this file are spaced."""
    for number, line in numbered:
        if match := _FIRST.match(line):
            space = match[1]
            tag = re.compile(rf"\s?([A-Z][A-Z0-9]){space}-(?: (.*)|(?<=ER{space}-)()|()$)")
            layout = Layout(tag, frozenset({"TY"}), frozenset({"ER"}))
            start = line[match.start(0) :].lstrip(" \t0123456789.:)")
            return chain([(number, start)], numbered), layout
    return iter(()), Layout(re.compile("(?!)"), frozenset())


def _found(record: Tagged) -> Found:
    kind, notes = record.first("TY"), record.values("N1", "M1", "C2", "RN")
    chapter = kind in {"CHAP", "ECHAP"}
    types = record.values("TY", "M3", "PT", "DT") + [n for n in notes if _NOTE.match(n)]
    types += ["retracted publication" for note in notes if _NOTE.match(note)]
    abstract = " ".join(record.values("AB") or record.values("N2"))
    digest = max(notes, key=len, default="") if record.first("M2") == _DIGEST else ""
    urls = record.values("UR", "L2", "LK", "L1")
    return Found(
        title=record.first("TI", "T1", "CT", "BT"),
        abstract=abstract or digest,
        authors=record.values("AU", "A1") or record.values("A2" if not chapter else "A4"),
        year=record.first("PY", "Y1", "YR", "DA"),
        journal=record.first(*(("BT", "T2", *_JOURNAL) if chapter else _JOURNAL)),
        doi=_doi(record),
        pmid=_pmid(record),
        key=record.first("ID", "LB") or record.first("AN", "UT"),
        types=types,
        language=record.first("LA", "LG"),
        url=next((url for url in urls if url.lower().startswith("http") and not find_doi(url)), ""),
        digest=bool(digest and not abstract),
    )


def _doi(record: Tagged) -> str:
    """Give the DOI from the field for it, or from those that vendors put it in."""
    own = find_doi(*record.values("DO", "DI"))
    said = (v for v in record.values("N1", "M1", "M3", "L3") if re.match(r"(?i)\W*doi|10\.", v))
    linked = (v for v in record.values("UR", "L2", "LK") if "doi.org/" in v.lower())
    return own or find_doi(*said) or find_doi(*linked) or ""


def _pmid(record: Tagged) -> str:
    """Give the PubMed number where the record says so; other accession numbers look alike."""
    for value in record.values("PMID", "N1", "M1", "M2", "AN", "ID", "UR", "L2", "C2", "U1", "L3"):
        if match := _PMID.search(value):
            return match[1] or match[2]
    base = " ".join(record.values("DB", "DP")).lower()
    if not base or _DATABASES.search(base):
        return next((value for value in record.values("AN") if value.isdigit()), "")
    return next((v for v in record.values("C2") if v.isdigit()), "") if "scopus" in base else ""
