"""The bundled studies: complete, valid, and refused with a clear word when they are not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.corpus import CorpusRecord, load_corpus
from kg.data import data_dir
from kg.errors import BadRecordError, OxykgError
from kg.model import TextKind

CORPUS = load_corpus()
BY_KEY = {record.key: record for record in CORPUS}
GOLD = Path(__file__).parent / "gold"
ERRATA = (data_dir("corpus") / "ERRATA.md").read_text(encoding="utf-8")

GOOD: dict[str, Any] = {
    "key": "smith-2020",
    "title": "Trust",
    "journal": "Journal of Trust",
    "kind": "empirical",
    "design": "cross-sectional",
    "digest": "Trust was studied.",
    "digest_basis": "abstract",
}


def written(folder: Path, *records: Any) -> Path:
    path = folder / "studies.yaml"
    path.write_text(yaml.safe_dump(list(records), allow_unicode=True), encoding="utf-8")
    return path


def test_the_review_its_references_and_the_further_studies_are_there() -> None:
    assert len(CORPUS) == 132
    assert [record.in_review for record in CORPUS] == [True] * 26 + [False] * 106
    assert CORPUS[0].key == "oxytocin-indicator-review-2025"


def test_the_documents_read_as_in_the_development_set() -> None:
    lines = (GOLD / "dev_documents.jsonl").read_text(encoding="utf-8").splitlines()
    expected = {d["key"]: f"{d['title']}\n{d['abstract']}" for d in map(json.loads, lines)}
    assert {record.key: record.document().text for record in CORPUS} == expected


@pytest.mark.parametrize("record", CORPUS, ids=lambda record: record.key)
def test_a_record_makes_a_document_and_a_study(record: CorpusRecord) -> None:
    document, study = record.document(), record.study()
    assert document.text_kind is TextKind.DIGEST
    assert study.documents == (document.id,)
    assert study.id == f"study:{record.key}"
    assert (study.n is None) == (study.unit is None)
    assert record.oxytocin is not None or "xytocin" not in record.title
    assert len(record.digest.split()) >= 20


@pytest.mark.parametrize(
    ("key", "curie"),
    [
        ("jobst-2018-cbasp", "doi:10.1016/j.jad.2017.10.037"),
        ("bartz2011context", "pmid:21696997"),
        ("bowlby-1973-separation", "key:bowlby-1973-separation"),
    ],
)
def test_a_document_is_called_by_its_best_identifier(key: str, curie: str) -> None:
    assert BY_KEY[key].id == curie


def test_identifiers_of_documents_are_unique() -> None:
    assert len({record.id for record in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("record", CORPUS, ids=lambda record: record.key)
def test_authors_are_written_family_first(record: CorpusRecord) -> None:
    for author in record.authors:
        assert not re.search(r" [A-Z]{1,4}$", author), author
        assert author == author.strip().strip(",")


def test_specimens_are_fluids_and_routes_not_genes() -> None:
    assert BY_KEY["ebner-2019-oxtr"].study().specimens == ("plasma",)
    assert BY_KEY["atzil-slonim-2022-reactivity"].study().specimens == ("saliva",)
    assert BY_KEY["kosfeld2005trust"].study().specimens == ("intranasal",)


def test_every_erratum_is_documented() -> None:
    with_errata = {record.key for record in CORPUS if record.errata}
    assert set(re.findall(r"^### `(.+)`$", ERRATA, re.MULTILINE)) == with_errata
    assert all(BY_KEY[key].in_review for key in with_errata)


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("atzil-slonim-2022-reactivity", "pages", "755-760"),
        ("bowlby-1973-separation", "isbn", "0-465-07691-2"),
        ("colli-2019-cis-r", "year", 2019),
        ("engel-2022-ptsd", "doi", "10.1159/000506028"),
        ("jobst-2016-bpd", "issue", None),
        ("zetzel-1956-transference", "pages", None),
    ],
)
def test_errata_are_applied(key: str, field: str, value: object) -> None:
    assert getattr(BY_KEY[key], field) == value


def test_names_are_spelled_right() -> None:
    assert BY_KEY["fisher-2023-therapist-ot"].authors[0] == "Fisher, H."
    assert "Falkenström, F." in BY_KEY["fisher-2023-therapist-ot"].authors
    assert "Carter, C. S." in BY_KEY["ebner-2019-oxtr"].authors


def test_numbers_may_stand_without_quotes(tmp_path: Path) -> None:
    (record,) = load_corpus(written(tmp_path, GOOD | {"pmid": 123, "volume": 4}))
    assert (record.id, record.volume) == ("pmid:123", "4")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"doi": "https://doi.org/10.1000/1"}, "doi"),
        ({"pmid": "PMC12"}, "pmid"),
        ({"year": 20200}, "year"),
        ({"kind": "opinion"}, "'theory' or 'protocol'"),
        ({"digest": "  "}, "digest"),
        ({"journal": None}, "a work of type article-journal needs journal"),
        ({"type": "book"}, "a work of type book needs publisher"),
        ({"sample_size": 3}, "sample_size and sample_unit go together"),
        (
            {"sample_size": 3, "sample_unit": "persons", "sample_groups": [1, 1]},
            "sample_groups must add up to sample_size",
        ),
        ({"abstract": "copied"}, "abstract: is not a field; known fields: key, title"),
        ({"oxytocin": {"measure": "hair"}}, "oxytocin.measure"),
        ({"authors": "Smith, J."}, "authors"),
    ],
)
def test_a_bad_field_is_named(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    path = written(tmp_path, GOOD, GOOD | {"key": "two"} | change)
    with pytest.raises(BadRecordError) as caught:
        load_corpus(path)
    assert str(caught.value).startswith(f"{path}, record two: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("field", ["key", "doi", "pmid"])
def test_a_double_is_named(tmp_path: Path, field: str) -> None:
    one = GOOD | {"doi": "10.1000/a", "pmid": "1"}
    two = GOOD | {"key": "other", "doi": "10.1000/B", "pmid": "2"}
    two[field] = str(one[field]).upper() if field == "doi" else one[field]
    with pytest.raises(BadRecordError, match=f"{field} .* is already that of smith-2020"):
        load_corpus(written(tmp_path, one, two))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- key: [", "not valid YAML"),
        ("- key: a\n  key: b\n", "line 2: not valid YAML: 'key' is given twice"),
        ("key: a\n", "must be a list of records"),
        ("- just words\n", "record number 1: must be a record of fields"),
        ("", "must be a list of records"),
    ],
)
def test_what_is_no_list_of_records_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "studies.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRecordError, match=re.escape(problem)):
        load_corpus(path)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "studies.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRecordError, match="not valid YAML"):
        load_corpus(path)


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(OxykgError, match="cannot be read"):
        load_corpus(tmp_path / name)
