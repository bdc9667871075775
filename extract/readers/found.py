"""What a format says of a record, in its own words, and the document that follows of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from io import BufferedReader

from extract.readers.names import authors
from extract.readers.record import OnBad, Placed, refusal, to_document
from extract.readers.status import is_withdrawn, kind_of
from extract.readers.terms import synonyms
from extract.readers.text import one_line, plain
from kg.model import Document, TextKind

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}\\^`|]+")
_YEAR = re.compile(r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)")
_RESOLVERS = re.compile(
    r"https?://(?:(?:dx\.)?doi\.org/|(?:www\.)?(?:pubmed\.ncbi|ncbi)\.nlm\.nih\.gov/(?:pubmed/)?\d)",
    re.IGNORECASE,
)
_PMID = re.compile(
    r"(?:pmid:?\s*|https?://(?:pubmed\.ncbi|www\.ncbi)\.nlm\.nih\.gov/(?:pubmed/)?)?0*([1-9]\d{0,8})/?",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"\s*\(Psyc\s?INFO Database Record[^()]*(?:\([^()]*\)[^()]*)*\)\s*$", re.I)


@dataclass(slots=True, kw_only=True)
class Found:
    """The loose fields of a record. ``types`` are publication types and relations to others.

    ``markup`` says that title, abstract and journal may hold tags and entities.
    """

    title: str = ""
    abstract: str = ""
    authors: list[str] = field(default_factory=list)
    year: str = ""
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    key: str = ""
    types: list[str] = field(default_factory=list)
    language: str = ""
    url: str = ""
    retracted: bool = False
    digest: bool = False
    markup: bool = True


#: Where a record stands in its file ("record 3 (line 57)"), and what it holds.
PlacedFound = tuple[str, Found]
#: Reads an open file; raises ValueError where the whole file is beyond reading.
Finder = Callable[[BufferedReader, str, OnBad], Iterator[PlacedFound]]


def reader(finder: Finder) -> Callable[[BufferedReader, str, OnBad], Iterator[Placed]]:
    """Make a reader of documents out of a reader of loose fields."""

    @wraps(finder)
    def read(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[Placed]:
        for place, found in finder(stream, source, on_bad):
            try:
                yield place, found_document(found)
            except ValueError as error:
                on_bad(refusal(source, place, error))

    return read


def found_document(found: Found) -> Document:
    """Make the document; identifiers that are none are left out, raises as `to_document` does."""
    text = plain if found.markup else one_line
    title, abstract = text(found.title), _RIGHTS.sub("", text(found.abstract))
    doi, pmid = find_doi(found.doi), _pmid(found.pmid)
    names = tuple(authors(found.authors))
    year = _YEAR.search(found.year)
    key = one_line(found.key)[:500]
    return to_document(
        {
            "key": key
            or doi
            or pmid
            or _made_key(title or abstract, names, year[0] if year else ""),
            "title": title,
            "abstract": abstract,
            "authors": names,
            "year": int(year[0]) if year else None,
            "journal": text(found.journal),
            "doi": doi,
            "pmid": pmid,
            "kind": kind_of(found.types),
            "language": language_code(found.language),
            "retracted": found.retracted or is_withdrawn(title, found.types),
            "url": "" if _RESOLVERS.match(found.url.strip()) else one_line(found.url),
            "text_kind": TextKind.DIGEST if found.digest else TextKind.ABSTRACT,
        }
    )


def find_doi(*texts: str) -> str | None:
    """Give the first DOI in the texts, as written there but for a resolver's address before it."""
    for text in texts:
        if match := _DOI.search(text.replace("%2F", "/").replace("%2f", "/")):
            doi = match[0].rstrip(".,;:'")
            while doi.endswith((")", "]")) and doi.count(doi[-1]) > doi.count(_OPENS[doi[-1]]):
                doi = doi[:-1].rstrip(".,;")
            return doi if _DOI.fullmatch(doi) else None
    return None


_OPENS = {")": "(", "]": "["}


def _pmid(text: str) -> str | None:
    match = _PMID.fullmatch(text.strip())
    return match[1] if match else None


def language_code(text: str) -> str | None:
    """Give the two-letter code of the first language named ("eng", "English", "en-GB")."""
    first = re.split(r"[;,|/]", one_line(text).lower(), maxsplit=1)[0].strip()
    code = re.split(r"[-_]", first)[0]
    known = synonyms("languages")
    return known.get(first) or known.get(code) or None


def _made_key(title: str, names: Iterable[str], year: str) -> str:
    """Name a record without any identifier by its author, year and title; the same everywhere."""
    family = next(iter(names), "").split(",")[0]
    words = re.sub(r"\W+", "-", f"{family} {year}".lower()).strip("-") or "record"
    said = re.sub(r"\W+", " ", f"{family} {year} {title}".casefold()).strip()
    return f"{words[:40]}-{hashlib.sha256(said.encode()).hexdigest()[:8]}" if title else ""
