"""One work in every format that is read; what vendors do to it; and files that are broken."""

from __future__ import annotations

import gzip
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.readers import Format, read_documents, read_file
from extract.readers.record import NoAbstractError
from kg.bibliography import FORMATS, Work
from kg.errors import OxykgError
from kg.model import Document, TextKind

FOLDER = Path(__file__).parent / "fixtures" / "readers"
SAMPLES = sorted(FOLDER.iterdir())
EXPECTED = Document(
    id="doi:10.1000/jdr.2021.17",
    key="",
    title="Oxytocin and β-endorphin in dyads: trust, alliance & outcome.",
    abstract=(
        "BACKGROUND: Trust is said to rest on oxytocin. METHODS: We sampled 40 dyads (N = 80) "
        "before and after four sessions. RESULTS: Oxytocin predicted trust (r = .31, p < .05), "
        "but H2O intake did not. CONCLUSIONS: Trust may follow oxytocin; "
        '"more is better" is too simple.'
    ),
    year=2021,
    authors=("Müller, J. A.", "O'Neil, S.", "Dyads Study Group"),
    journal="Journal of Dyadic Research",
    doi="10.1000/jdr.2021.17",
    pmid="34567890",
    language="en",
)
#: An article with that number that is no well-formed XML.
JATS_ID = '<article><front><article-id pub-id-type="pmid">{}</article></front></article>'
#: What a format has no place for.
UNSAID = {"endnote.enw": {"pmid": None}}


def read(path: Path) -> tuple[list[Document], list[str]]:
    bad: list[OxykgError] = []
    return [document for _, document in read_file(path, bad.append)], [str(e) for e in bad]


def read_text(tmp_path: Path, name: str, content: str | bytes) -> tuple[list[Document], list[str]]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_one_work_reads_the_same_in_every_format(path: Path) -> None:
    (document,), bad = read(path)
    assert bad == []
    assert document.key
    same = replace(document, key="", url=None)
    assert asdict(same) == asdict(EXPECTED) | UNSAID.get(path.name, {})


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("suffix", ["", ".txt", ".gz"])
def test_the_content_tells_the_format_whatever_the_name(
    tmp_path: Path, path: Path, suffix: str
) -> None:
    content = path.read_bytes()
    documents, bad = read_text(tmp_path, f"x{suffix}", gzip.compress(content))
    assert (documents, bad) == read_text(tmp_path, f"y{suffix}", content) == read(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encoding_does_not_matter(tmp_path: Path, path: Path, encoding: str) -> None:
    text = path.read_text(encoding="utf-8-sig").replace('encoding="utf-8"', "")
    assert read_text(tmp_path, path.name, text.encode(encoding)) == read(path)


@pytest.mark.parametrize("name", ["zotero.ris", "biblatex.bib", "pubmed.nbib", "german.csv"])
def test_windows_encodings_and_line_ends_are_understood(tmp_path: Path, name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8").replace("β", "ß").replace("\n", "\r\n")
    (document,), bad = read_text(tmp_path, name, text.encode("cp1252"))
    assert bad == []
    assert document.title.startswith("Oxytocin and ß-endorphin")
    assert document.authors[0] == "Müller, J. A."


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_file_that_is_cut_off_anywhere_is_told_or_read(tmp_path: Path, path: Path) -> None:
    content = path.read_bytes()
    for end in range(0, len(content), 97):
        documents, bad = read_text(tmp_path, path.name, content[:end])
        assert len(documents) <= 1
        assert documents or bad
        assert all("\n" not in line for line in bad)


WORKS: list[Work] = [
    EXPECTED.__class__(**asdict(EXPECTED) | {"key": "mueller-2021", "authors": EXPECTED.authors}),
    Document(
        id="key:roe-2020",
        key="roe-2020",
        title="100% of {braces} & $5: a_b ~ ^ \\ #1 “quoted” – Łódź",
        abstract="We digest it in our own words, at more length than a note has, so that it reads.",
        authors=("Roe, Ann, Jr.", "van der Berg, M. A."),
        year=2020,
        journal="Journal of {Odd} Titles",
        kind="meta-analysis",
        language="de",
        url="https://example.org/a_b?c=d&e=%20f",
        text_kind=TextKind.DIGEST,
    ),
    Document(
        id="pmid:99",
        key="doe-1999",
        title="A withdrawn work",
        abstract="Trust was unrelated to oxytocin; p <.05, r> .3 and a < b.",
        pmid="99",
        kind="review",
        retracted=True,
    ),
    Document(
        id="pmid:100",
        key="doe-2000",
        title="What was wrong in an earlier work",
        abstract="A number in the second table was wrong.",
        pmid="100",
        kind="erratum",
        retracted=True,
    ),
]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_exported_reads_back_with_all_fields(tmp_path: Path, name: str) -> None:
    documents, bad = read_text(tmp_path, "works", FORMATS[name](WORKS))
    assert bad == []
    for document, work in zip(documents, WORKS, strict=True):
        assert isinstance(work, Document)
        assert asdict(document) == asdict(work)


PUBMED = (FOLDER / "pubmed.xml").read_text(encoding="utf-8")
LAUGHS = """<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "{}">
<!ENTITY c SYSTEM "file:///etc/passwd">]>""".format("&a;" * 1000)


@pytest.mark.parametrize("entity", ["b", "c", "d"])
@pytest.mark.parametrize("name", ["pubmed.xml", "jats.nxml"])
def test_entities_of_a_file_are_never_expanded(tmp_path: Path, name: str, entity: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    start = text.index("<PubmedArticleSet>" if name == "pubmed.xml" else "<article ")
    hostile = LAUGHS + text[start:].replace("Trust is said", f"&{entity}; Trust is said")
    documents, bad = read_text(tmp_path, name, hostile)
    assert documents == []
    assert len(bad) == 1
    assert f"'&{entity};'" in bad[0]
    assert "record 1" in bad[0]


def test_one_broken_record_of_pubmed_costs_itself_only(tmp_path: Path) -> None:
    record = PUBMED[PUBMED.index("<PubmedArticle>") : PUBMED.index("</PubmedArticleSet>")]
    other = record.replace("34567890", "111").replace("jdr.2021.17", "other")
    broken = record[: len(record) // 2]
    content = f"<PubmedArticleSet>{record}{broken}{other}</PubmedArticleSet>"
    documents, bad = read_text(tmp_path, "a.xml", content)
    assert [document.pmid for document in documents] == ["34567890", "111"]
    assert len(bad) == 1
    assert "record 2 (PMID 34567890): cut off" in bad[0]


@pytest.mark.parametrize(
    ("name", "content", "keys", "said"),
    [
        pytest.param(
            "a.ris",
            "TY  - JOUR\nID  - a\nAB  - One.\nTY  - JOUR\nID  - b\nAB  - Two.\n",
            ["a", "b"],
            "record 1 (line 1): its end is not marked ('ER  - ') and 1 more",
            id="ris without ER",
        ),
        pytest.param(
            "a.bib",
            "@article{a,\n abstract = {One {open.},\n}\n@article{b,\n abstract = {Two.}\n}\n",
            ["a", "b"],
            "record 1 (line 1): its braces are not balanced",
            id="bibtex with open brace",
        ),
        pytest.param(
            "a.csv",
            'key,title,abstract\na,T,One.\nb,"T,Two.\nc,T,Three.\n',
            ["a", "c"],
            "line 3: a quotation mark is open",
            id="csv with open quotation mark",
        ),
        pytest.param(
            "a.csv",
            "key,title,abstract\na,T,One.\nb,T," + "x" * 10_000_000 + "\nc,T,Three.\n",
            ["a", "c"],
            "record 2 (line 3): longer than 100,000 characters",
            id="csv with a huge cell",
        ),
        pytest.param(
            "a.csv",
            "key,title,abstract\na,T,One.\nb,T," + "x" * 17_000_000 + "\nc,T,Three.\n",
            ["a", "c"],
            "line 3: longer than",
            id="csv with a cell beyond all bounds",
        ),
        pytest.param(
            "a.json",
            '[{"key": "a", "abstract": "One."}, {"key": "b", "abs',
            ["a"],
            "record 2: the file is cut off here",
            id="json list cut off",
        ),
        pytest.param(
            "a.json",
            '{"results": [{"key": "a", "abstract": "One."}, 7, null, []]}',
            ["a"],
            "record 2: no JSON object",
            id="odd records",
        ),
    ],
)
def test_a_damaged_file_gives_what_it_holds(
    tmp_path: Path, name: str, content: str, keys: list[str], said: str
) -> None:
    documents, bad = read_text(tmp_path, name, content)
    assert [document.key for document in documents] == keys
    assert said in bad[0]


def test_an_answer_on_one_line_is_read_however_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.readers.json.MAX_LINE", 100_000)
    records = ", ".join(f'{{"key": "{i}", "abstract": "{"One. " * 90}"}}' for i in range(300))
    documents, bad = read_text(tmp_path, "a.json", f'{{"results": [{records}]}}')
    assert (len(documents), bad) == (300, [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (b"<!DOCTYPE html><html><body>Results</body></html>", "web page"),
        (b"<xml><records><record></record></records></xml>", "export it as RIS"),
        (b"<opml/>", "XML of a kind that is not known"),
        (b"Dear all,\nplease find attached\n", "a kind that is not known"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (gzip.compress(b"x" * 100, mtime=0)[:20], "cut off or damaged"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "compressed twice"),
        (b"title,year\n", "holds a header but no record"),
        (b"{}", "no abstract"),
        (b"[]", "no list of records"),
    ],
)
def test_another_kind_of_file_is_one_line_with_what_to_do(
    tmp_path: Path, content: bytes, said: str
) -> None:
    documents, bad = read_text(tmp_path, "some.file", content)
    assert documents == []
    assert len(bad) == 1
    assert said in bad[0] or "no key" in bad[0]
    assert bad[0].startswith(str(tmp_path / "some.file"))


def test_a_record_without_abstract_is_refused_with_what_else_it_says(tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_text("TY  - JOUR\nTI  - Only a title\nDO  - 10.1000/1\nER  - \n", encoding="utf-8")
    bad: list[OxykgError] = []
    assert list(read_documents(path, on_bad=bad.append)) == []
    (error,) = bad
    assert isinstance(error, NoAbstractError)
    assert error.document.title == "Only a title"


@pytest.mark.parametrize(
    ("name", "old", "new", "kind", "retracted"),
    [
        ("pubmed.xml", "Journal Article<", "Retracted Publication<", None, True),
        ("pubmed.xml", "Journal Article<", "Published Erratum<", "erratum", True),
        ("pubmed.xml", "Journal Article<", "Randomized Controlled Trial<", "empirical", False),
        ("pubmed.xml", "Journal Article<", "Meta-Analysis<", "meta-analysis", False),
        (
            "pubmed.xml",
            "</MedlineCitation>",
            '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"/>'
            "</CommentsCorrectionsList></MedlineCitation>",
            None,
            True,
        ),
        (
            "pubmed.xml",
            "</MedlineCitation>",
            '<CommentsCorrectionsList><CommentsCorrections RefType="ErratumIn"/>'
            "</CommentsCorrectionsList></MedlineCitation>",
            None,
            False,
        ),
        ("pubmed.nbib", "PT  - Journal Article", "PT  - Retracted Publication", None, True),
        ("pubmed.nbib", "LA  - eng", "RIN - J Dyad Res. 2022", None, True),
        ("zotero.ris", "T2  -", "N1  - Retracted.\nT2  -", None, True),
        ("scopus.csv", "Oxytocin and", "RETRACTED: Oxytocin and", None, True),
        ("openalex.json", '"is_retracted": false', '"is_retracted": true', None, True),
        ("europepmc.json", "Journal Article", "systematic-review", "review", False),
        ("wos.txt", "DT Article", "DT Review", "review", False),
        ("bibtex.bib", "month ", "note = {Retracted in 2023}, month ", None, True),
    ],
)
def test_kinds_and_retractions_are_recognised(
    tmp_path: Path, name: str, old: str, new: str, kind: str | None, retracted: bool
) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8-sig")
    assert old in text
    (document,), _ = read_text(tmp_path, name, text.replace(old, new))
    assert (document.kind, document.retracted) == (kind, retracted)


@pytest.mark.parametrize(
    "text",
    [
        "About the data: Exported on May 3, 2021; criteria: x.\n"
        "Rank,Publication ID,DOI,PMID,Title,Abstract,Source title,PubYear,Authors\n"
        '1,pub.1,10.1000/a,7,T,"One, two.",Journal,2021,"Roe, J.; Doe, A."\n',
        "Lens ID,Title,Publication Year,Source Title,Abstract,Author/s,PMID,DOI\n"
        '0-1,T,2021,Journal,"One, two.","Roe, J.; Doe, A.",7,10.1000/a\n',
        "sep=;\nTitle;Authors;Abstract;Published Year;Journal;DOI;Notes\n"
        "T;Roe, J.; Doe, A.;One, two.;2021;Journal;10.1000/a;PMID: 7\n".replace(
            "Roe, J.; Doe, A.", '"Roe, J.; Doe, A."'
        ),
        "@article{ WOS:1,\nAuthor = {Roe, J. and Doe, A.},\nTitle = {{T}},\n"
        "Journal = {{Journal}},\nYear = {{2021}},\nAbstract = {{One, two.}},\n"
        "DOI = {{10.1000/a}},\nPMID = {{7}},\nUnique-ID = {{WOS:1}}\n}\n",
        '{"status":"ok","message":{"items":[{"DOI":"10.1000/a","title":["T"],"abstract":'
        '"<jats:title>Abstract</jats:title><jats:p>One, two.</jats:p>","author":[{"given":"J.",'
        '"family":"Roe"},{"given":"A.","family":"Doe"}],"container-title":["Journal"],"published":'
        '{"date-parts":[[2021]]},"PMID":"7"}]}}',
        "TY - JOUR\nA1 - Roe, J.\nA1 - Doe, A.\nT1 - T\nJO - Journal\nY1 - 2021/05/03\n"
        "N2 - One,\ntwo.\nUR - https://doi.org/10.1000/a\nN1 - PMID: 7\nER -\n",
    ],
)
def test_what_other_services_write_is_read_too(tmp_path: Path, text: str) -> None:
    (document,), bad = read_text(tmp_path, "export", text)
    assert bad == []
    assert (document.title, document.abstract) == ("T", "One, two.")
    assert (document.year, document.journal) == (2021, "Journal")
    assert (document.doi, document.pmid) == ("10.1000/a", "7")
    assert document.authors == ("Roe, J.", "Doe, A.")


def test_every_format_has_a_sample() -> None:
    from extract.readers import recognised

    known = set()
    for path in SAMPLES:
        with path.open("rb") as stream:
            known.add(recognised(stream, path.name)[1])
    assert known == set(Format)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", "title,abs\rtract,doi\nT,One.,10.1000/a\n", id="csv header with CR"),
        pytest.param("a.ris", "TY  -\nAB  - One.\nID  -\nER  -\n", id="ris tags without value"),
        pytest.param("a.json", '{"abstractText": "One.", "id": "1"}', id="europe pmc, no author"),
        pytest.param("a.enw", "%0 \n%X One.\n", id="endnote without type"),
        pytest.param("a.ris", f"TY  - JOUR\nAU  - {'é' * 20_000}\nAB  - A.\nER  - \n", id="name"),
        pytest.param("a.bib", "\n" * 50_000 + "@article{a, author = {x\n}}", id="blank lines"),
        pytest.param("a.bib", "@article{a, author = {" + "\r " * 20_000 + "}}", id="blank author"),
        pytest.param("a.bib", "@misc{a, abstract = {" + "\\a{" * 90_000 + "}}", id="macros"),
        pytest.param("a.nxml", JATS_ID.format("1\0\x1b[31m"), id="control characters in a number"),
    ],
)
def test_what_once_broke_a_reader(tmp_path: Path, name: str, content: str) -> None:
    documents, bad = read_text(tmp_path, name, content)
    assert documents or bad
    assert all(map(str.isprintable, bad))


BYTES = {path.name: path.read_bytes() for path in SAMPLES}
#: What formats are made of.
MARKS = [
    b"", b"\x00", b"\xff", b"\xc3", b"\n", b"\r", b"{", b"}", b"[", b"]", b'"', b"\\", b"<", b">",
    b"&", b"&#0;", b"&#x110000;", b"&#55296;", b"&x;", b"]]>", b"<!--", b"<![CDATA[", b"@", b"%",
    b"$", b",", b";", b"\t", b"TY  - ", b"ER  - ", b"PMID- ", b"AU  - ,,,", b"null", b"1e999",
    b"-1", b"\\u0000", b"\\ud800", b"10.1000/", b"10.1000/x)]}", b"9" * 400, b"a" * 2000,
    b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\\begin{x}", b"\\input{/etc/passwd}", b"\\def\\a{\\a}\\a",
]  # fmt: skip


@given(
    name=st.sampled_from(sorted(BYTES)),
    places=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(MARKS), st.integers(0, 40))),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
def test_no_damage_breaks_a_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, places: list[tuple[float, bytes, int]]
) -> None:
    content = BYTES[name]
    for share, mark, lost in places:
        place = int(share * len(content))
        content = content[:place] + mark + content[place + lost :]
    documents, bad = read_text(tmp_path_factory.getbasetemp(), name, content)
    assert documents or bad
    assert all(line.isprintable() or "\x00" not in line for line in bad)
    for document in documents:
        assert document.abstract.strip()
        assert "\n" not in document.title
