"""Files to documents: what is read, and one clear line for everything that cannot be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.readers import read_documents
from extract.readers.jsonl import MAX_LINE
from extract.readers.record import MAX_TEXT, UnreadableFileError, to_document
from kg.errors import BadRecordError, OxykgError
from kg.model import Document, TextKind

GOOD = {"key": "a", "title": "Title", "abstract": "Empathy predicted the alliance."}
OTHER = {"key": "z", "title": "Other", "abstract": "Trust was unrelated to oxytocin."}


def line(**fields: Any) -> bytes:
    return json.dumps(GOOD | fields).encode() + b"\n"


def read(path: Path, content: bytes) -> tuple[list[Document], list[OxykgError]]:
    path.write_bytes(content)
    bad: list[OxykgError] = []
    return list(read_documents(path, on_bad=bad.append)), bad


def test_all_fields_of_a_record_are_read() -> None:
    document = to_document(
        GOOD
        | {"year": "2021", "doi": "https://doi.org/10.1000/ABC", "pmid": 12, "journal": "J"}
        | {"authors": "Roe J; Doe A", "kind": "review", "language": "en", "text_kind": "digest"}
        | {"retracted": True, "url": "https://example.org/a", "abstract_source": "ignored"}
    )
    assert document == Document(
        id="doi:10.1000/ABC",
        key="a",
        title="Title",
        abstract="Empathy predicted the alliance.",
        year=2021,
        authors=("Roe J", "Doe A"),
        journal="J",
        doi="10.1000/ABC",
        pmid="12",
        kind="review",
        language="en",
        retracted=True,
        url="https://example.org/a",
        text_kind=TextKind.DIGEST,
    )


@pytest.mark.parametrize(
    ("fields", "key", "identifier"),
    [
        ({"key": "a"}, "a", "key:a"),
        ({"id": 17}, "17", "key:17"),
        ({"key": "a", "id": "b"}, "a", "key:a"),
        ({"pmid": "PMID: 99"}, "99", "pmid:99"),
        ({"doi": "doi:10.1000/X", "pmid": "99"}, "10.1000/X", "doi:10.1000/X"),
        ({"key": "a", "doi": "  ", "pmid": None}, "a", "key:a"),
    ],
)
def test_a_record_is_named_by_its_best_identifier(
    fields: dict[str, Any], key: str, identifier: str
) -> None:
    document = to_document({"abstract": "Text."} | fields)
    assert (document.key, document.id) == (key, identifier)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"abstract": ""}, "no abstract"),
        ({"abstract": " \n"}, "no abstract"),
        ({"abstract": None}, "no abstract"),
        ({"key": None}, "no key"),
        ({"key": " "}, "no key"),
        ({"key": "x" * 501}, "field 'key'"),
        ({"key": ["a"]}, "field 'key'"),
        ({"abstract": ["a"]}, "field 'abstract'"),
        ({"title": {"en": "a"}}, "field 'title'"),
        ({"year": "in press"}, "field 'year'"),
        ({"year": -5}, "field 'year'"),
        ({"doi": "n/a"}, "'n/a' is no DOI"),
        ({"pmid": "PMC12"}, "'PMC12' is no PubMed number"),
        ({"authors": [{"family": "Roe"}]}, "field 'authors'"),
        ({"abstract": "x" * MAX_TEXT}, "100,000 characters"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_and_the_next_is_read(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    path = tmp_path / "in.jsonl"
    documents, bad = read(path, line(**fields) + json.dumps(OTHER).encode())
    assert [document.key for document in documents] == ["z"]
    assert len(bad) == 1
    assert str(bad[0]).startswith(f"{path}, line 1: ")
    assert said in str(bad[0])
    assert "\n" not in str(bad[0])


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(line()[:40] + b"\n", id="cut off"),
        pytest.param(b'{"key": "b", "abstract": "caf\xe9"}\n', id="latin-1"),
        pytest.param(b'{"key": "b", "abstract": "\\ud800"}\n', id="lone surrogate"),
        pytest.param(b'{"key": "b", "abstract": "\\udc00 x"}\n', id="lone low surrogate"),
        pytest.param(b'{"key": "b", "abstract": "\xed\xa0\x80"}\n', id="encoded surrogate"),
        pytest.param(b'{"key": "b", "abstract": "a\x00b"}\n', id="raw NUL"),
        pytest.param(b"\x00\x00\x00\n", id="NUL line"),
        pytest.param(b"[" * 100_000 + b"\n", id="deep list"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n", id="deep object"),
        pytest.param(b'{"key": "b", "year": ' + b"9" * 5000 + b"}\n", id="huge number"),
        pytest.param(b'{"key": "b", "year": NaN, "abstract": "x"}\n', id="NaN"),
        pytest.param(b'"text"\n', id="no object"),
        pytest.param(b"null\n", id="null"),
        pytest.param(line() + line(key="b")[:-1] + b"garbage\n", id="trailing"),
    ],
)
def test_a_broken_line_is_one_message_and_the_rest_is_read(tmp_path: Path, broken: bytes) -> None:
    documents, bad = read(tmp_path / "in.jsonl", line() + broken + json.dumps(OTHER).encode())
    assert {document.key for document in documents} == {"a", "z"}
    assert {type(error) for error in bad} == {BadRecordError}
    assert all(str(error).isprintable() for error in bad)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\n \r\n\n", "empty", id="blank lines"),
        pytest.param(b"\xef\xbb\xbf", "empty", id="only a mark"),
        pytest.param(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", "PDF", id="pdf"),
        pytest.param(bytes(range(256)) * 40, "binary", id="binary"),
        pytest.param(b"PK\x03\x04\x14\x00", "office", id="docx"),
        pytest.param(b"<?xml version='1.0'?><a/>", "XML", id="xml"),
    ],
)
def test_another_kind_of_file_is_one_message(tmp_path: Path, content: bytes, said: str) -> None:
    documents, bad = read(tmp_path / "in.jsonl", content)
    assert documents == []
    assert said in str(bad[0])
    assert str(bad[0]).startswith(f"{tmp_path / 'in.jsonl'}")
    assert len(bad) == 1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(line()), id="gzip"),
        pytest.param(line().decode().encode("utf-16"), id="utf-16"),
        pytest.param(line().decode().encode("utf-16-le"), id="utf-16, no mark"),
        pytest.param(b"[" + line() + b"]", id="list"),
        pytest.param(json.dumps(GOOD, indent=1).encode(), id="indented"),
    ],
)
def test_json_is_read_however_it_is_wrapped(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path / "in.jsonl", content) == read(tmp_path / "in.jsonl", line())


@pytest.mark.parametrize("name", ["missing.jsonl", ".", "a\x00b"])
def test_what_is_no_file_is_one_message(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"no such file|folder"):
        list(read_documents(tmp_path / name))


def test_a_line_beyond_the_limit_is_skipped_unread(tmp_path: Path) -> None:
    long = line(key="long", abstract="x" * (MAX_LINE + 9))
    documents, bad = read(tmp_path / "in.jsonl", line() + long + json.dumps(OTHER).encode())
    assert [document.key for document in documents] == ["a", "z"]
    assert [str(error).split(": ", 1)[1][:12] for error in bad] == ["longer than "]
    assert "line 2" in str(bad[0])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_marks_and_line_ends_do_not_matter(tmp_path: Path, mark: bytes, end: bytes) -> None:
    content = mark + end.join([line().strip(), b"", json.dumps(OTHER).encode()])
    documents, bad = read(tmp_path / "in.jsonl", content)
    assert [document.key for document in documents] == ["a", "z"]
    assert bad == []


@pytest.mark.parametrize(
    "again", [{"key": "a"}, {"key": "b", "doi": "10.1000/ONE"}, {"key": "10.1000/one"}]
)
def test_of_duplicates_the_first_is_kept(tmp_path: Path, again: dict[str, Any]) -> None:
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    first.write_bytes(line(doi="10.1000/one") + line(key="10.1000/one", abstract="Second."))
    second.write_bytes(line(**again, abstract="Third."))
    bad: list[OxykgError] = []
    documents = list(read_documents(first, second, on_bad=bad.append))
    assert documents[0].abstract == GOOD["abstract"]
    assert "Third." not in [document.abstract for document in documents]
    assert f"{first}, line" in str(bad[-1])


def test_the_text_keeps_its_length_so_that_offsets_hold(tmp_path: Path) -> None:
    title, abstract = " A\u2028title\n\x1b[31m", " One\r\ntwo.\x00\x85 \ue000 "
    (document,), bad = read(tmp_path / "in.jsonl", line(title=title, abstract=abstract))
    assert bad == []
    assert len(document.title) == len(title)
    assert len(document.abstract) == len(abstract)
    assert "\n" not in document.title
    assert not set("\x00\x1b\r") & set(document.text)


@given(st.binary(max_size=300))
def test_no_bytes_break_a_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "in.jsonl"
    read(path, content)
    read(path, line() + content)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "year", "doi", "pmid", "authors"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
    )
)
def test_fields_of_any_type_are_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        document = to_document(fields)
    except ValueError:
        return
    assert document.abstract.strip()
    assert document.key
