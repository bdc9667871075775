"""Which records are one publication, and what becomes of their fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import OxykgError
from kg.model import Document, TextKind
from kg.project.decisions import Decision, read_decisions
from kg.project.records import Record, Resolved, resolve
from kg.project.retractions import is_listed, is_retraction_list, read_retractions

TITLE = "Oxytocin and the therapeutic alliance in forty dyads"


def record(key: str, source: str = "a.ris", **fields: Any) -> Record:
    known: dict[str, Any] = {
        "key": key,
        "title": TITLE,
        "abstract": "Trust predicted the alliance.",
        "authors": ("Roe, J.",),
        "year": 2020,
    }
    known |= fields
    doi, pmid = known.get("doi"), known.get("pmid")
    name = f"doi:{doi}" if doi else f"pmid:{pmid}" if pmid else f"key:{known['key']}"
    return Record(source=source, place=f"record {key}", document=Document(id=name, **known))


def merged(*records: Record, decisions: list[Decision] | None = None) -> Resolved:
    return resolve(records, decisions or [])


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"doi": "10.1000/A"}, {"doi": "10.1000/a", "title": "Something else entirely"}, True),
        ({"pmid": "1"}, {"pmid": "1", "title": "Something else entirely"}, True),
        ({}, {}, True),
        ({}, {"title": f"{TITLE}."}, True),
        ({}, {"title": TITLE.upper(), "authors": ("ROE, Jane",)}, True),
        ({}, {"title": TITLE.replace("forty", "fourty")}, True),
        ({"doi": "10.1000/a"}, {"pmid": "1"}, True),
        ({}, {"year": 2021}, True),
        ({}, {"year": None, "authors": ()}, True),
        ({}, {"year": 2023}, False),
        ({}, {"authors": ("Doe, A.",)}, False),
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, False),
        ({"pmid": "1"}, {"pmid": "2"}, False),
        ({}, {"kind": "erratum"}, False),
        ({"title": "Editorial"}, {"title": "Editorial"}, False),
        ({"title": f"{TITLE}: study 1"}, {"title": f"{TITLE}: study 2"}, False),
        ({"title": f"{TITLE}: part I"}, {"title": f"{TITLE}: part II"}, False),
    ],
)
def test_records_of_one_publication_are_found(
    first: dict[str, Any], second: dict[str, Any], same: bool
) -> None:
    found = merged(record("a", **first), record("b", "b.ris", **second))
    assert len(found.publications) == (1 if same else 2)
    assert len(found.decided) == (1 if same else 0)


def test_the_fullest_record_is_the_base_and_others_fill_its_gaps() -> None:
    thin = record("a", doi="10.1000/a", abstract="", journal="Journal")
    full = record("b", "b.ris", pmid="7", language="en")
    cut = record("c", "c.ris", pmid="7", abstract="Trust (ABSTRACT TRUNCATED AT 250 WORDS)")
    own = record("d", "d.ris", pmid="7", text_kind=TextKind.DIGEST, abstract="Words of ours.")
    (publication,) = merged(thin, cut, own, full).publications
    document = publication.document
    assert (document.id, document.doi, document.pmid) == ("doi:10.1000/a", "10.1000/a", "7")
    assert (document.journal, document.language) == ("Journal", "en")
    assert document.abstract == "Trust predicted the alliance."
    assert publication.origin["abstract"] is full
    assert publication.origin["journal"] is thin
    assert document.text_kind is TextKind.ABSTRACT


def test_one_retracted_record_makes_the_publication_retracted() -> None:
    (publication,) = merged(record("a"), record("b", retracted=True)).publications
    assert publication.document.retracted


def test_other_works_of_one_key_keep_apart() -> None:
    found = merged(record("1"), record("1", "b.ris", title="Empathy in the first hour of therapy"))
    ids = [publication.document.id for publication in found.publications]
    assert ids[0] == "key:1"
    assert ids[1].startswith("key:1-")


def test_a_preprint_and_its_article_are_one_study() -> None:
    preprint = record("a", doi="10.31234/osf.io/abc")
    article = record("b", doi="10.1000/b", year=2021)
    found = merged(preprint, article)
    assert len(found.publications) == 2
    assert set(found.studies.values()) == {"doi:10.31234/osf.io/abc"}
    assert [decided.word for decided in found.decided] == ["same-study"]


def test_a_person_overrules() -> None:
    one, other = record("a", doi="10.1000/a"), record("b", "b.ris", pmid="2")
    third = record("c", doi="10.1000/c", title="Rupture and repair in brief therapy for grief")
    apart = Decision(word="different", record="doi:10.1000/a", other="pmid:2")
    same = Decision(word="same", record="10.1000/a", other="10.1000/c")
    study = Decision(word="same-study", record="a", other="c")
    assert len(merged(one, other, third).publications) == 2
    assert len(merged(one, other, third, decisions=[apart]).publications) == 3
    assert len(merged(one, other, third, decisions=[same]).publications) == 1
    joined = merged(one, other, third, decisions=[study])
    assert len(joined.publications) == 2
    assert len(set(joined.studies.values())) == 1


RECORDS = st.lists(
    st.builds(
        record,
        st.sampled_from("abcdef"),
        doi=st.sampled_from([None, "10.1000/a", "10.1000/b"]),
        pmid=st.sampled_from([None, "1", "2"]),
        title=st.sampled_from([TITLE, f"{TITLE} x", "Another title of more than five words"]),
        year=st.sampled_from([None, 2020, 2021]),
        retracted=st.booleans(),
    ),
    max_size=8,
)


@given(RECORDS)
def test_no_record_is_lost_and_ids_are_unique(records: list[Record]) -> None:
    found = resolve(records)
    kept = [r for publication in found.publications for r in publication.records]
    assert sorted(map(id, kept)) == sorted(map(id, records))
    ids = [publication.document.id for publication in found.publications]
    keys = [publication.document.key.casefold() for publication in found.publications]
    assert len(set(keys)) == len(keys)
    assert set(found.studies) == set(ids)


@given(RECORDS)
def test_merging_what_is_merged_changes_nothing(records: list[Record]) -> None:
    once = resolve(records).publications
    again = resolve([Record(source="x", place="x", document=p.document) for p in once])
    assert len(again.publications) <= len(once)
    assert resolve(records).publications == once


def test_decisions_are_read_from_what_spreadsheets_write(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    rows = ["decision;record;other;note", "Same;https://doi.org/10.1000/A;PMID: 2;x;y", ";;;"]
    path.write_text("\n".join([*rows, "# a note", "drop;roe-2020;;off topic"]), encoding="utf-8")
    found, bad = read_decisions(path)
    assert bad == []
    assert found == [
        Decision(word="same", record="10.1000/a", other="pmid:2", note="x", line=2),
        Decision(word="drop", record="roe-2020", note="off topic", line=5),
    ]
    assert read_decisions(tmp_path / "none.csv") == ([], [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("merge,a,b", "'merge' is no decision; there are same"),
        ("same,a,", "needs two records"),
        ("drop,,", "needs a record"),
    ],
)
def test_a_wrong_decision_is_one_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(f"decision,record,other,note\n{line}\n", encoding="utf-8")
    found, bad = read_decisions(path)
    assert found == []
    assert isinstance(bad[0], OxykgError)
    assert said in str(bad[0])
    assert "line 2" in str(bad[0])


def test_lists_of_retractions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "retractions.csv"
    path.write_text(
        "\ufeffRecord ID,Title,RetractionNature,OriginalPaperDOI,OriginalPaperPubMedID\n"
        '1,"A, b",Retraction,10.1000/A,11\n'
        "2,C,Expression of concern,unavailable,12\n"
        "3,D,Correction,10.1000/D,13\n"
        "4,E,Reinstatement,10.1000/E,0\n",
        encoding="utf-8",
    )
    listed = read_retractions(path)
    assert is_retraction_list(path)
    assert listed == {"doi:10.1000/a", "pmid:11", "pmid:12"}
    assert is_listed(record("a", doi="10.1000/A").document, listed)
    assert not is_listed(record("a", doi="10.1000/D", pmid="13").document, listed)
    assert not is_retraction_list(tmp_path / "none")
