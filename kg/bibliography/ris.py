"""Works as RIS, one tag a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.bibliography.csl import Item, Work, csl_items
from kg.bibliography.names import Name

#: CSL type -> RIS type of reference.
_TYPES = {
    "article-journal": "JOUR",
    "article": "UNPB",
    "book": "BOOK",
    "chapter": "CHAP",
    "document": "GEN",
    "thesis": "THES",
}
#: RIS tag -> CSL variable, for what is copied as it stands.
_TAGS = {
    "T2": "container-title",
    "VL": "volume",
    "IS": "issue",
    "PB": "publisher",
    "CY": "publisher-place",
    "SN": "ISBN",
    "DO": "DOI",
    "AN": "PMID",
    "UR": "URL",
    "LA": "language",
    "AB": "abstract",
    "M3": "genre",
}


def to_ris(works: Iterable[Work]) -> str:
    """Write works as a ``.ris`` file, which every reference manager and screening tool reads."""
    return "\n".join(_record(item) for item in csl_items(works))


def _record(item: Item) -> str:
    return "".join(f"{tag}  - {value}\n" for tag, value in _lines(item))


def _lines(item: Item) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES[item["type"]]
    yield "ID", item["id"]
    yield "TI", item.get("title", "")
    for name in item.get("author", ()):
        yield "AU", _author(name)
    if "issued" in item:
        yield "PY", str(item["issued"]["date-parts"][0][0])
    first, *last = re.split(r"\s*[-–—]+\s*", item.get("page", ""), maxsplit=1)
    pages = {"SP": first, "EP": "".join(last)}
    copied = {tag: item.get(variable, "") for tag, variable in _TAGS.items()}
    yield from ((tag, value) for tag, value in (copied | pages).items() if value)
    if "annote" in item:
        yield "M2", "digest"
    for note in ("note", "annote"):
        if note in item:
            yield "N1", item[note]
    yield "ER", ""


def _author(name: Name) -> str:
    parts = (name.get(part) for part in ("literal", "family", "given", "suffix"))
    return ", ".join(part for part in parts if part)
