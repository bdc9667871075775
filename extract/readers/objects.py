"""What the JSON objects of the services and of reference managers say, told apart by their fields.

Every value may be of any type: what is not as expected is taken as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extract.readers.found import Found
from extract.readers.names import family_given

#: Where the answers of services keep their records.
_PATHS = (
    ("resultList", "result"),
    ("results",),
    ("message", "items"),
    ("items",),
    ("references",),
    ("records",),
    ("documents",),
)
_SUBTITLES = re.compile(r"[:?!.]$")
#: Longest abstract by OpenAlex, in words.
_MAX_WORDS = 20_000


def records_of(value: Any) -> list[Any] | None:
    """Give the records in a list, a service's answer, or an object that is one; else ``None``."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    for path in _PATHS:
        inner: Any = value
        for name in path:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, list):
            return inner
    message = value.get("message")
    return [message] if isinstance(message, dict) and "DOI" in message else [value]


def found_of(record: Mapping[str, Any]) -> Found | None:
    """Give what a record of a service or a reference manager says; ``None`` for our own fields."""
    if "abstract_inverted_index" in record or _text(record, "id").startswith("https://openalex."):
        return _from_openalex(record)
    if "abstractText" in record or "authorString" in record or "pubTypeList" in record:
        return _from_europepmc(record)
    if {"issued", "container-title", "DOI", "title-short", "PMID"} & record.keys() or isinstance(
        _first(record.get("author")), dict
    ):
        return _from_csl(record)
    return None


def _text(record: Any, *path: str) -> str:
    """Give the text at a path of names; "" where there is none."""
    for name in path:
        record = record.get(name) if isinstance(record, Mapping) else None
    record = _first(record) if isinstance(record, list) else record
    if isinstance(record, bool) or not isinstance(record, str | int):
        return ""
    return str(record)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _list(value: Any, *path: str) -> list[Any]:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else []


def _from_openalex(work: Mapping[str, Any]) -> Found:
    names = (_text(a, "author", "display_name") for a in _list(work, "authorships"))
    raw = [_text(a, "raw_author_name") for a in _list(work, "authorships")]
    source = _text(work, "primary_location", "source", "display_name")
    return Found(
        title=_text(work, "title") or _text(work, "display_name"),
        abstract=_uninverted(work.get("abstract_inverted_index")) or _text(work, "abstract"),
        authors=[name or said for name, said in zip(names, raw, strict=True)],
        year=_text(work, "publication_year") or _text(work, "publication_date"),
        journal=source or _text(work, "host_venue", "display_name"),
        doi=_text(work, "doi") or _text(work, "ids", "doi"),
        pmid=_text(work, "ids", "pmid"),
        key=_text(work, "id").rpartition("/")[2],
        types=[_text(work, "type"), _text(work, "type_crossref")],
        language=_text(work, "language"),
        retracted=work.get("is_retracted") is True,
    )


def _uninverted(index: Any) -> str:
    """Put the words of an inverted index ({"word": [0, 7]}) back in their places."""
    if not isinstance(index, Mapping):
        return ""
    words = [
        (place, word)
        for word, places in index.items()
        for place in (places if isinstance(places, list) else [])
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(words)[:_MAX_WORDS])


def _from_europepmc(result: Mapping[str, Any]) -> Found:
    source = _text(result, "source")
    identifier = _text(result, "id")
    authors = [_europepmc_author(a) for a in _list(result, "authorList", "author")]
    comments = _list(result, "commentCorrectionList", "commentCorrection")
    return Found(
        title=_text(result, "title"),
        abstract=_text(result, "abstractText"),
        authors=[a for a in authors if a] or _listed(_text(result, "authorString")),
        year=_text(result, "pubYear") or _text(result, "journalInfo", "yearOfPublication"),
        journal=_text(result, "journalInfo", "journal", "title")
        or _text(result, "journalTitle")
        or _text(result, "bookOrReportDetails", "comprisingTitle"),
        doi=_text(result, "doi"),
        pmid=_text(result, "pmid") or (identifier if source == "MED" else ""),
        key=identifier,
        types=[
            *(str(kind) for kind in _list(result, "pubTypeList", "pubType")),
            *(_text(c, "type").replace(" ", "") for c in comments),
            *(["preprint"] if source == "PPR" else []),
        ],
        language=_text(result, "language"),
    )


def _listed(names: str) -> list[str]:
    return [name for name in names.rstrip(".").split(", ") if name]


def _europepmc_author(author: Any) -> str:
    family, given = _text(author, "lastName"), _text(author, "firstName")
    given = given or _text(author, "initials")
    return (
        family_given(family, given) or _text(author, "collectiveName") or _text(author, "fullName")
    )


def _from_csl(item: Mapping[str, Any]) -> Found:
    title, subtitle = _text(item, "title"), _text(item, "subtitle")
    joint = " " if _SUBTITLES.search(title) else ": "
    digest = not item.get("abstract") and bool(_text(item, "annote"))
    relations = item.get("update-to")
    updates = [_text(u, "type") for u in relations] if isinstance(relations, list) else []
    return Found(
        title=f"{title}{joint}{subtitle}" if subtitle and subtitle not in title else title,
        abstract=_text(item, "abstract") or _text(item, "annote"),
        authors=[name for a in _list(item, "author") if (name := _csl_author(a))],
        year=_csl_year(item),
        journal=_text(item, "container-title"),
        doi=_text(item, "DOI"),
        pmid=_text(item, "PMID"),
        key=_text(item, "citation-key") or _text(item, "id"),
        types=[_text(item, "type"), _text(item, "genre"), *updates],
        language=_text(item, "language"),
        url=_text(item, "URL"),
        retracted=bool(re.match(r"\W*(?:retracted|withdrawn)\b", _text(item, "note"), re.I)),
        digest=digest,
    )


def _csl_author(name: Any) -> str:
    if isinstance(name, str):
        return name
    family, given = _text(name, "family"), _text(name, "given")
    if not family:
        return _text(name, "literal") or _text(name, "name") or given
    particle = _text(name, "non-dropping-particle") or _text(name, "dropping-particle")
    return family_given(f"{particle} {family}".strip(), given, _text(name, "suffix"))


def _csl_year(item: Mapping[str, Any]) -> str:
    for field in ("issued", "published", "published-print", "published-online", "event-date"):
        parts = _first(_list(item, field, "date-parts"))
        year = _first(parts) if isinstance(parts, list) else None
        said = year or _text(item, field, "raw") or _text(item, field, "literal")
        if said := said or _text(item, field):
            return str(said)
    return ""
