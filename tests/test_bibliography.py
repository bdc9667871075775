"""What is written for reference managers, read again by other programs' parsers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import rispy  # type: ignore[import-untyped]
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import (
    NameParts,
    SeparateCoAuthors,
    SplitNameParts,
)
from bibtexparser.model import Field
from pylatexenc.latex2text import LatexNodes2Text  # type: ignore[import-untyped]

from kg.bibliography import FORMATS, csl_items, to_bibtex, to_csl_json, to_ris
from kg.bibliography.csl import Item, Work
from kg.bibliography.names import parse_name
from kg.corpus import load_corpus
from kg.model import Document

CORPUS = load_corpus()
ITEMS = {item["id"]: item for item in csl_items(CORPUS)}
HOSTILE = "Braces } { and {x}, 100 % of $5 & #1_a ~ ^ \\input{x} \x1b[31m\nER  - \n@misc{a, <b>"


def work(**fields: Any) -> Document:
    known = {"id": "key:a", "key": "a", "title": "A title", "abstract": "Some text."}
    return Document(**(known | fields))


def read_bibtex(text: str) -> dict[str, dict[str, Any]]:
    library = parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    assert not library.failed_blocks
    return {
        entry.key: {"entry": entry.entry_type} | {f.key: decoded(f) for f in entry.fields}
        for entry in library.entries
    }


def decoded(field: Field) -> Any:
    value = field.value
    if field.key in {"doi", "url"}:
        return value
    return [one_line(name) for name in value] if isinstance(value, list) else plain(value)


def plain(bibtex: str) -> str:
    text: str = LatexNodes2Text(math_mode="text").latex_to_text(bibtex)
    return text.replace("\u02c6", "^").replace("”", '"').replace("“", '"')


def one_line(name: NameParts) -> str:
    parts = (name.von + name.last, name.first, name.jr)
    return plain(", ".join(" ".join(part) for part in parts if part))


BIBTEX = read_bibtex(to_bibtex(CORPUS))
RIS = {record["id"]: record for record in rispy.loads(to_ris(CORPUS))}


def straight(text: str) -> str:
    return text.replace("”", '"').replace("“", '"')


def written(name: dict[str, str]) -> str:
    parts = (name.get(part) for part in ("literal", "family", "given", "suffix"))
    return ", ".join(part for part in parts if part)


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_bibtex_says_what_csl_says(item: Item) -> None:
    entry = BIBTEX[item["id"]]
    assert entry["title"] == straight(item["title"])
    assert entry.get("doi") == item.get("DOI")
    assert entry.get("pmid") == item.get("PMID")
    assert entry.get("year") == (
        str(item["issued"]["date-parts"][0][0]) if "issued" in item else None
    )
    container = entry.get("journal") or entry.get("booktitle") or entry.get("howpublished")
    assert container == item.get("container-title")
    assert entry["annote"] == straight(item["annote"])
    others = ["others"] if "custom" in item else []
    assert entry.get("author", []) == [written(name) for name in item.get("author", [])] + others


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_ris_says_what_csl_says(item: Item) -> None:
    record = RIS[item["id"]]
    assert record["title"] == item["title"]
    assert record.get("doi") == item.get("DOI")
    assert record.get("accession_number") == item.get("PMID")
    assert record.get("secondary_title") == item.get("container-title")
    assert record.get("authors", []) == [written(name) for name in item.get("author", [])]
    assert record["notes"][-1] == item["annote"]


@pytest.mark.parametrize(
    ("key", "csl", "bibtex", "ris"),
    [
        ("jobst-2018-cbasp", "article-journal", "article", "JOUR"),
        ("bowlby-1973-separation", "book", "book", "BOOK"),
        ("patin-2017-interpersonal", "chapter", "incollection", "CHAP"),
        ("valstad2017central", "article", "misc", "UNPB"),
        ("sinclaircongruence", "thesis", "phdthesis", "THES"),
        ("spencer_otmethylation_empathy", "document", "misc", "GEN"),
    ],
)
def test_works_have_the_type_of_each_format(key: str, csl: str, bibtex: str, ris: str) -> None:
    assert ITEMS[key]["type"] == csl
    assert BIBTEX[key]["entry"] == bibtex
    assert RIS[key]["type_of_reference"] == ris


def test_a_book_has_its_publisher() -> None:
    entry, record = BIBTEX["bowlby-1973-separation"], RIS["bowlby-1973-separation"]
    assert (entry["publisher"], entry["address"]) == ("Basic Books", "New York")
    assert (record["publisher"], record["place_published"]) == ("Basic Books", "New York")
    assert entry["isbn"] == record["issn"] == "0-465-07691-2"


def test_pages_are_a_range() -> None:
    assert BIBTEX["colli-2019-cis-r"]["pages"] == "279–292"
    assert RIS["colli-2019-cis-r"]["start_page"] == "279"
    assert RIS["colli-2019-cis-r"]["end_page"] == "292"


def test_bibtex_is_ascii_where_latex_has_a_name() -> None:
    text = to_bibtex([work(authors=("Røssberg, Jan Ivar", "Küster, A."), title="β-endorphin — 東")])
    assert {character for character in text if ord(character) > 127} == {"東"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            "Receptor (OXTR) genes and trust in Kenya.",
            "Receptor ({OXTR}) genes and trust in {Kenya}.",
        ),
        ("The Role of Trust: A Meta-Analysis", "The Role of Trust: A Meta-Analysis"),
        ("Effects of trust: Evidence from fMRI", "Effects of trust: Evidence from {fMRI}"),
        ("", ""),
    ],
)
def test_titles_keep_the_capitals_that_are_theirs(title: str, expected: str) -> None:
    found = re.search(r"title = \{(.*)\},", to_bibtex([work(title=title)]))
    assert (found[1] if found else "") == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Atzil-Slonim D", {"family": "Atzil-Slonim", "given": "D."}),
        ("van IJzendoorn MH", {"family": "van IJzendoorn", "given": "M. H."}),
        ("Emery Thompson M", {"family": "Emery Thompson", "given": "M."}),
        ("van IJzendoorn, Marinus H.", {"family": "van IJzendoorn", "given": "Marinus H."}),
        ("Bartz, JA", {"family": "Bartz", "given": "J. A."}),
        ("Marinus van der Berg", {"family": "van der Berg", "given": "Marinus"}),
        ("Dennis M. Kivlighan Jr.", {"family": "Kivlighan", "given": "Dennis M.", "suffix": "Jr."}),
        ("Kivlighan, Jr., Dennis", {"family": "Kivlighan", "given": "Dennis", "suffix": "Jr."}),
        ("Kivlighan, Dennis, Jr.", {"family": "Kivlighan", "given": "Dennis", "suffix": "Jr."}),
        ("K. Kanninen", {"family": "Kanninen", "given": "K."}),
        ("J. XU", {"family": "XU", "given": "J."}),
        ("Brüne M", {"family": "Brüne", "given": "M."}),
        ("Şahin Ö", {"family": "Şahin", "given": "Ö."}),
        ("Kartal", {"family": "Kartal"}),
        ("WHO", {"literal": "WHO"}),
        ("Mount Zion Research Group", {"literal": "Mount Zion Research Group"}),
        ("Smith,", {"family": "Smith"}),
        ("Smith\n J\x1b", {"family": "Smith", "given": "J."}),
    ],
)
def test_names_are_taken_apart(text: str, name: dict[str, str]) -> None:
    assert parse_name(text) == name


def test_citation_keys_are_unique_and_plain() -> None:
    keys = ["pmid:1", "Müller 2020", "muller-2020", "東", "Muller 2020", "{x}"]
    items = csl_items([work(key=key) for key in keys])
    assert [item["id"] for item in items] == [
        "pmid:1", "Muller-2020", "muller-2020-2", "work", "Muller-2020-3", "x",
    ]  # fmt: skip


def test_an_abstract_is_told_from_our_digest() -> None:
    (item,) = csl_items([work(retracted=True)])
    assert item["abstract"] == "Some text."
    assert item["note"] == "Retracted."
    assert "annote" not in item
    assert "abstract" not in ITEMS["bowlby-1973-separation"]


def test_a_corpus_document_reads_like_its_record() -> None:
    record = CORPUS[1]
    (from_record,), (from_document,) = csl_items([record]), csl_items([record.document()])
    for name in ("id", "type", "title", "author", "issued", "container-title", "DOI", "annote"):
        assert from_document[name] == from_record[name]


@pytest.mark.parametrize("field", ["title", "abstract", "journal", "doi", "url", "authors"])
def test_hostile_text_stays_in_its_field(field: str) -> None:
    value: object = (HOSTILE, "and others AND some") if field == "authors" else HOSTILE
    works: list[Work] = [work(**{field: value}), work(key="b", title="Second")]
    assert list(read_bibtex(to_bibtex(works))) == ["a", "b"]
    records = rispy.loads(to_ris(works))
    assert [record["id"] for record in records] == ["a", "b"]
    assert records[1]["title"] == "Second"
    for write in FORMATS.values():
        assert "\x1b" not in write(works)
    bibtex = to_bibtex(works)
    assert bibtex.count("{") == bibtex.count("}")


def test_latex_specials_come_back() -> None:
    title = "Costs: 5 % & $3 #1 a_b ~ ^ \\ “q” – ß Łódź"
    (entry,) = read_bibtex(to_bibtex([work(title=title)])).values()
    assert entry["title"] == straight(title)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_gives_an_empty_file(name: str) -> None:
    assert FORMATS[name]([]).strip() in {"", "[]"}


def test_csl_json_is_json_and_the_same_each_time() -> None:
    assert json.loads(to_csl_json(CORPUS)) == list(ITEMS.values())
    for write in FORMATS.values():
        assert write(CORPUS) == write(iter(CORPUS))


@pytest.mark.filterwarnings("ignore:The following arguments for Reference are unsupported")
def test_a_csl_processor_sets_every_work() -> None:
    """Only ``custom`` is unknown to it, which newer CSL has for what is one's own."""
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON(json.loads(to_csl_json(CORPUS)))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    processor = CitationStylesBibliography(style, source, formatter.plain)
    for key in ITEMS:
        processor.register(Citation([CitationItem(key)]))
    found = dict(zip(processor.keys, map(str, processor.bibliography()), strict=True))
    assert len(found) == len(ITEMS)
    for item in ITEMS.values():
        said = found[item["id"].lower()]
        assert plain_words(item["title"]) in plain_words(said)
        assert "issued" not in item or str(item["issued"]["date-parts"][0][0]) in said
        first = item.get("author", [{}])[0]
        assert (first.get("family") or first.get("literal") or "") in said


def plain_words(text: str) -> str:
    """Letters and digits alone: styles choose quotation marks and capitals."""
    return " ".join(re.findall(r"\w+", text.casefold()))
