"""Works as BibTeX: plain ASCII where LaTeX has a name for the character, and safe titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from kg.bibliography.csl import Item, Work, csl_items
from kg.bibliography.names import Name

#: CSL type -> BibTeX entry, and the field that names what the work appeared in.
_ENTRIES = {
    "article-journal": ("article", "journal"),
    "article": ("misc", "howpublished"),
    "book": ("book", "series"),
    "chapter": ("incollection", "booktitle"),
    "document": ("misc", "howpublished"),
    "thesis": ("phdthesis", "series"),
}
#: BibTeX field -> CSL variable, for what is only escaped.
_FIELDS = {
    "volume": "volume",
    "number": "issue",
    "publisher": "publisher",
    "address": "publisher-place",
    "isbn": "ISBN",
    "pmid": "PMID",
    "language": "language",
    "note": "note",
    "abstract": "abstract",
    "annote": "annote",
    "entrysubtype": "genre",
}


def to_bibtex(works: Iterable[Work]) -> str:
    """Write works as a ``.bib`` file for BibTeX, biber and reference managers."""
    return "\n".join(_entry(item) for item in csl_items(works))


def _entry(item: Item) -> str:
    kind, container = _ENTRIES[item["type"]]
    lines = [f"  {name} = {{{value}}}," for name, value in _fields(item, kind, container) if value]
    return "\n".join((f"@{kind}{{{item['id']},", *lines, "}", ""))


def _fields(item: Item, kind: str, container: str) -> Iterator[tuple[str, str]]:
    authors = [_author(name) for name in item.get("author", ())]
    if "custom" in item:
        authors.append("others")
    yield "author", " and ".join(authors)
    yield "title", _title(item.get("title", ""))
    yield container, _escape(item.get("container-title", ""))
    if "issued" in item:
        yield "year", str(item["issued"]["date-parts"][0][0])
    yield "pages", _escape(re.sub(r"\s*[-–—]+\s*", "--", item.get("page", "")))
    if kind == "phdthesis":
        yield "type", "Thesis"
    for name, variable in _FIELDS.items():
        field = "school" if (kind, name) == ("phdthesis", "publisher") else name
        yield field, _escape(item.get(variable, ""))
    # Taken verbatim by styles and reference managers: escaped as a URL is, not as LaTeX.
    yield "doi", _verbatim(item.get("DOI", ""))
    yield "url", _verbatim(item.get("URL", ""))


def _verbatim(identifier: str) -> str:
    unsafe = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
    return "".join(unsafe.get(character, character) for character in identifier)


def _author(name: Name) -> str:
    if "literal" in name:
        return f"{{{_escape(name['literal'])}}}"
    parts = (_escape(name[part]) for part in ("family", "suffix", "given") if part in name)
    return ", ".join(f"{{{p}}}" if re.search(r"\band\b", p, re.IGNORECASE) else p for p in parts)


def _title(title: str) -> str:
    """Escape a title and brace the words whose capitals a style must not lower."""
    words = title.split()
    later = [word for word in words[1:] if len(word) > 3 and word[0].isalpha()]
    headline = 2 * sum(word[0].isupper() for word in later) >= len(later) > 0
    starts = [True, *(word[-1] in ".:?!–—-" for word in words)]
    return " ".join(
        _braced(word) if _keeps_case(word, headline or start) else _escape(word)
        for word, start in zip(words, starts, strict=False)
    )


def _braced(word: str) -> str:
    """Brace a word, but not the punctuation around it, which styles look at."""
    core = word.strip("()[],.:;?!\"'“”‘’")
    before, _, after = word.partition(core)
    return f"{_escape(before)}{{{_escape(core)}}}{_escape(after)}"


def _keeps_case(word: str, initial_is_style: bool) -> bool:
    """Tell whether a capital belongs to the word: ``fMRI``, or ``Kenya`` within a sentence."""
    parts = re.split(r"[\W_]+", word)
    inner = any(letter.isupper() for part in parts for letter in part[1:])
    return inner or (not initial_is_style and any(part[:1].isupper() for part in parts))


def _escape(text: str) -> str:
    return str(_encoder().unicode_to_latex(text))


@cache
def _encoder() -> Any:
    from pylatexenc.latexencode import (  # type: ignore[import-untyped]
        RULE_DICT,
        UnicodeToLatexConversionRule,
        UnicodeToLatexEncoder,
    )

    # BibTeX counts even an escaped brace, so a single one must not stand in a value.
    braces = {ord("{"): r"\textbraceleft", ord("}"): r"\textbraceright"}
    return UnicodeToLatexEncoder(
        conversion_rules=[UnicodeToLatexConversionRule(RULE_DICT, braces), "defaults"],
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
