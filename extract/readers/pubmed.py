"""PubMed XML: ``PubmedArticleSet`` as PubMed, E-utilities and the yearly baseline ship it.

https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/index.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from extract.readers.found import Found, PlacedFound, reader
from extract.readers.names import family_given
from extract.readers.record import OnBad, UnreadableFileError
from extract.readers.text import label
from extract.readers.xml import Element, child, children, cut_records, parse, text_of
from kg.errors import BadRecordError

_START = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)(?=[\s>])[^>]{0,3900}>")
_PMID = re.compile(rb"<PMID[^>]*>\s*(\d{1,9})")
#: Abstracts of other bodies that are not the authors' own.
_NOT_AUTHORS = frozenset({"plain-language-summary"})


def find_pubmed(stream: BufferedReader, source: str, on_bad: OnBad) -> Iterator[PlacedFound]:
    """Give each article of the set; what is cut off or not well-formed goes to ``on_bad``."""
    number = 0
    for number, cut in enumerate(cut_records(stream, _START, "</{}>"), 1):
        pmid = _PMID.search(cut.content)
        place = f"record {number}" + (f" (PMID {pmid[1].decode()})" if pmid else "")
        try:
            if cut.problem:
                raise ValueError(f"{cut.problem}; fetch the record again")
            yield place, _article(parse(cut.content))
        except ValueError as error:
            on_bad(BadRecordError(source, place, str(error)))
    if not number:
        raise UnreadableFileError(source, "holds no article; check the export")


read_pubmed = reader(find_pubmed)


def _article(record: Element) -> Found:
    citation = child(record, "MedlineCitation")
    book = child(record, "BookDocument")
    citation = book if book is not None else record if citation is None else citation
    article = child(citation, "Article") if book is None else book
    data = child(record, "PubmedData" if book is None else "PubmedBookData")
    return Found(
        title=_title(article),
        abstract=_abstract(article, citation),
        authors=_authors(article),
        year=_year(article),
        journal=text_of(child(article, "Journal", "Title"))
        or text_of(child(article, "Journal", "ISOAbbreviation"))
        or text_of(child(citation, "MedlineJournalInfo", "MedlineTA"))
        or text_of(child(article, "Book", "BookTitle")),
        doi=_doi(article, data),
        pmid=text_of(child(citation, "PMID")),
        types=_types(article, citation) + (["book chapter"] if book is not None else []),
        language=text_of(child(article, "Language")),
        markup=False,
    )


def _title(article: Element | None) -> str:
    return (
        text_of(child(article, "ArticleTitle"))
        or text_of(child(article, "VernacularTitle"))
        or text_of(child(article, "Book", "BookTitle"))
    )


def _abstract(article: Element | None, citation: Element | None) -> str:
    own = _labelled(child(article, "Abstract"))
    if own:
        return own
    others = children(citation, "OtherAbstract")
    others = [other for other in others if other.get("Type") not in _NOT_AUTHORS]
    others.sort(key=lambda other: other.get("Language", "eng") != "eng")
    return next((text for other in others if (text := _labelled(other))), "")


def _labelled(abstract: Element | None) -> str:
    parts: list[str] = []
    for part in children(abstract, "AbstractText"):
        if text := text_of(part):
            parts += [label(part.get("Label", "")), text]
    return " ".join(part for part in parts if part)


def _authors(article: Element | None) -> list[str]:
    lists = [
        names
        for names in children(article, "AuthorList")
        if not names.get("Type", "authors").startswith("editor")
    ]
    return [
        _author(author)
        for author in (children(lists[0], "Author") if lists else [])
        if author.get("ValidYN") != "N"
    ]


def _author(author: Element) -> str:
    parts = [text_of(child(author, name)) for name in ("LastName", "ForeName", "Suffix")]
    family, given, suffix = parts
    given = given or text_of(child(author, "Initials"))
    return family_given(family, given, suffix) or text_of(child(author, "CollectiveName"))


def _year(article: Element | None) -> str:
    date = child(article, "Journal", "JournalIssue", "PubDate")
    return (
        text_of(child(date, "Year"))
        or text_of(child(date, "MedlineDate"))
        or text_of(child(article, "ArticleDate", "Year"))
        or text_of(child(article, "Book", "PubDate", "Year"))
        or text_of(child(article, "ContributionDate", "Year"))
    )


def _doi(article: Element | None, data: Element | None) -> str:
    ids = [
        *(i for i in children(article, "ELocationID") if i.get("ValidYN") != "N"),
        *children(child(data, "ArticleIdList"), "ArticleId"),
        *children(child(article, "ArticleIdList"), "ArticleId"),
    ]
    return next((text_of(i) for i in ids if "doi" in (i.get("EIdType"), i.get("IdType"))), "")


def _types(article: Element | None, citation: Element | None) -> list[str]:
    types = [
        *children(child(article, "PublicationTypeList"), "PublicationType"),
        *children(article, "PublicationType"),
    ]
    relations = children(child(citation, "CommentsCorrectionsList"), "CommentsCorrections")
    return [text_of(kind) for kind in types] + [r.get("RefType", "") for r in relations]
