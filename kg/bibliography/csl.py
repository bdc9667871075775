"""Works as CSL-JSON items, the form from which the other formats are written.

https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from kg.bibliography.names import clean, parse_name
from kg.corpus import CorpusRecord
from kg.model import Document, TextKind

#: What can be cited: a document as any reader made it, or a record of the corpus, which knows more.
Work = Document | CorpusRecord
#: One item of CSL-JSON.
Item = dict[str, Any]

_TYPES = {"preprint": "article"}
_DOCUMENT_TYPES = {
    "book": "book",
    "chapter": "chapter",
    "preprint": "article",
    "thesis": "thesis",
}
#: Kinds of document that say themselves that they report no finding of their own.
_NOTICES = frozenset({"erratum", "retraction", "expression-of-concern"})
#: CSL variable -> field of a work, for what is copied as it stands.
_VARIABLES = {
    "title": "title",
    "container-title": "journal",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "publisher": "publisher",
    "publisher-place": "publisher_place",
    "ISBN": "isbn",
    "DOI": "doi",
    "PMID": "pmid",
    "URL": "url",
    "language": "language",
    "genre": "kind",
}


def csl_items(works: Iterable[Work]) -> list[Item]:
    """Give one CSL item for each work, in the order given; each ``id`` is a unique citation key.

    Our own digest of a work is its ``annote``; the authors' abstract is its ``abstract``.
    """
    taken: set[str] = set()
    return [_item(_citation_key(work.key, taken), work) for work in works]


def to_csl_json(works: Iterable[Work]) -> str:
    """Write works as CSL-JSON, which Zotero, Mendeley, Pandoc and citeproc read."""
    return json.dumps(csl_items(works), ensure_ascii=False, indent=1) + "\n"


def _citation_key(key: str, taken: set[str]) -> str:
    """Make a key that BibTeX takes, and that no other work has, whatever the case of letters."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_:.-]+", "-", plain).strip("-") or "work"
    wanted, number = stem, 1
    while wanted.casefold() in taken:
        number += 1
        wanted = f"{stem}-{number}"
    taken.add(wanted.casefold())
    return wanted


def _item(key: str, work: Work) -> Item:
    copied = {name: getattr(work, field, None) for name, field in _VARIABLES.items()}
    item: Item = {"id": key, "type": _type(work)}
    item |= {name: clean(value) for name, value in copied.items() if value}
    item["author"] = [parse_name(author) for author in work.authors]
    if work.year is not None:
        item["issued"] = {"date-parts": [[work.year]]}
    if isinstance(work, CorpusRecord):
        item["annote"] = clean(work.digest)
        if work.authors_incomplete:
            item["custom"] = {"authors-incomplete": "true"}
    else:
        item["annote" if work.text_kind is TextKind.DIGEST else "abstract"] = clean(work.abstract)
    item["note"] = _note(work)
    return {name: value for name, value in item.items() if value}


def _type(work: Work) -> str:
    if isinstance(work, CorpusRecord):
        return _TYPES.get(work.type, work.type)
    known = work.journal or work.doi or work.pmid
    return _DOCUMENT_TYPES.get(work.kind or "", "article-journal" if known else "document")


def _note(work: Work) -> str:
    if isinstance(work, CorpusRecord):
        english = f"English title: {work.title_en}" if work.title_en else ""
        return clean(" ".join(part for part in (english, work.note) if part))
    return "Retracted." if work.retracted and work.kind not in _NOTICES else ""
