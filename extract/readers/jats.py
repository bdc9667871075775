"""JATS and NLM XML: the front matter of full-text articles.

https://jats.nlm.nih.gov/archiving/tag-library/1.3/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from extract.readers.found import Found, PlacedFound, reader
from extract.readers.names import family_given
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.xml import (
    Element,
    child,
    children,
    cut_records,
    local,
    parse,
    sections,
    text_of,
)
from kg.errors import BadRecordError

_START = re.compile(rb"<((?:\w{1,20}:)?article)(?=[\s>])[^>]{0,3900}>")
_FRONT = re.compile(rb"</(?:\w{1,20}:)?front\s*>")
_ID = re.compile(rb"pub-id-type=\"(?:doi|pmid|pmcid|pmc)\"[^>]*>\s*([^<\s]{1,80})")
#: Abstracts that are no summary of the study.
_ASIDES = re.compile(
    r"graphical|teaser|toc|key-?point|highlight|precis|plain-?language|lay|executive|editor|video"
    r"|web-summary|tweet|impact|capsule|short|author-?summary|summary",
    re.IGNORECASE,
)
#: Dates of publication, the one of the issue first.
_DATES = ("ppub", "epub-ppub", "collection", "pub", "epub", "preprint")
_NOTES = frozenset({"xref", "fn"})


def find_jats(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each article; one that is cut off in its body is told and given all the same."""
    number = 0
    for number, cut in enumerate(cut_records(stream, _START, "</{}>"), 1):
        name = _ID.search(cut.content)
        place = f"record {number}" + (f" ({name[1].decode(errors='replace')})" if name else "")
        front = _FRONT.search(cut.content)
        try:
            if front is None:
                problem = cut.problem or "has no front matter"
                raise ValueError(f"{problem}; fetch the article again")
            yield place, _article(parse(_closed(cut.content[: front.end()])))
            if cut.problem:
                raise ValueError(f"{cut.problem} after its front matter, which was read")
        except ValueError as error:
            on_bad(BadRecordError(source, place, str(error)))
    if not number:
        raise UnreadableFileError(source, "holds no article; check the export")


read_jats = reader(find_jats)


def _closed(front: bytes) -> bytes:
    """Close the article after its front matter; all that follows is left unread."""
    match = _START.match(front)
    return front + b"</" + (match[1] if match else b"") + b">"


def _article(article: Element) -> Found:
    meta = child(article, "front", "article-meta")
    journal = child(article, "front", "journal-meta")
    ids = {i.get("pub-id-type"): text_of(i) for i in children(meta, "article-id")}
    pmc = ids.get("pmcid") or ids.get("pmc") or ids.get("pmc-uid") or ""
    return Found(
        title=_title(meta),
        abstract=_abstract(meta),
        authors=[name for group in children(meta, "contrib-group") for name in _authors(group)],
        year=_year(meta),
        journal=text_of(child(journal, "journal-title-group", "journal-title"))
        or text_of(child(journal, "journal-title"))
        or text_of(child(journal, "journal-title-group", "abbrev-journal-title")),
        doi=ids.get("doi", ""),
        pmid=ids.get("pmid", ""),
        key="" if ids.get("doi") or ids.get("pmid") else re.sub(r"^(?=\d)", "PMC", pmc),
        types=_types(article, meta),
        language=article.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        markup=False,
    )


def _title(meta: Element | None) -> str:
    group = child(meta, "title-group")
    title = text_of(child(group, "article-title"), _NOTES)
    subtitle = text_of(child(group, "subtitle"), _NOTES)
    joint = " " if title.endswith((":", "?", "!", ".")) else ": "
    return f"{title}{joint}{subtitle}" if subtitle else title


def _abstract(meta: Element | None) -> str:
    found = children(meta, "abstract")
    own = [a for a in found if not _ASIDES.search(a.get("abstract-type", ""))]
    untyped = [a for a in own if not a.get("abstract-type")]
    return next((text for a in [*untyped, *own] if (text := sections(a))), "")


def _authors(group: Element) -> Iterator[str]:
    for contributor in children(group, "contrib"):
        if contributor.get("contrib-type", "author") == "author":
            yield _author(contributor)


def _author(contributor: Element) -> str:
    alternatives = child(contributor, "name-alternatives")
    holder = contributor if alternatives is None else alternatives
    name = child(holder, "name")
    name = child(holder, "string-name") if name is None else name
    family, given, suffix = (
        text_of(child(name, part)) for part in ("surname", "given-names", "suffix")
    )
    if family or given:
        return family_given(family or given, given if family else "", suffix)
    group = child(holder, "collab")
    return text_of(name) or text_of(group, _NOTES | {"contrib-group", "aff"})


def _year(meta: Element | None) -> str:
    years: dict[str, str] = {}
    for date in children(meta, "pub-date"):
        kind = date.get("pub-type") or date.get("date-type") or date.get("publication-format")
        years.setdefault(kind or "pub", text_of(child(date, "year")))
    return next((years[kind] for kind in (*_DATES, *years) if years.get(kind)), "")


def _types(article: Element, meta: Element | None) -> list[str]:
    """Give the type of the article, the headings that it is filed under, and its relations."""
    subjects = [
        text_of(child(group, "subject"))
        for group in children(child(meta, "article-categories"), "subj-group")
        if group.get("subj-group-type", "heading") == "heading"
    ]
    relations = [
        inner.get("related-article-type", "")
        for inner in (meta if meta is not None else ())
        if local(inner) == "related-article"
    ]
    return [article.get("article-type", ""), *subjects, *relations]
