"""Pages of gaps: what a student reads, what a hostile text cannot do, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from explorer_corpus import EVIL
from gold_readings import gold_graph, gold_readings
from test_gaps import study
from typer.testing import CliRunner

from kg.build import build_graph
from kg.claims_io import reading_to_line
from kg.cli import app
from kg.cli.gaps import Kind, chosen_gaps
from kg.gaps import GapKind, find_gaps
from kg.gaps.dismissed import DISMISSED_FILE
from kg.gaps.searches import psycinfo, pubmed, search_terms
from kg.ontology import constructs
from kg.views.gap_pages import gap_pages, gaps_html, gaps_markdown

LABELS = {name: construct.label for name, construct in constructs().items()}


def pages(top: int = 12, **options: bool) -> str:
    chosen = gold_graph().gaps[:top]
    found = gap_pages(chosen, gold_readings(), LABELS, **options)
    return gaps_html(found, title="Gaps")


class Tags(HTMLParser):
    """Collects start tags, and every attribute that could run something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.live: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.live += [name for name, _ in attrs if name.startswith("on") or name == "src"]


def test_a_page_has_all_that_a_project_starts_from() -> None:
    text = pages()
    for part in (
        "Expected sign", "Bridging evidence", "Nearly studied", "A design that its neighbours",
        "PubMed", "APA PsycInfo", "backtest", "What the score is made of",
    ):  # fmt: skip
        assert part in text


def test_every_claim_behind_a_gap_stands_on_its_page() -> None:
    gap = next(gap for gap in gold_graph().gaps if gap.bridging)
    (page,) = gap_pages([gap], gold_readings(), LABELS)
    quoted = {quote.id for bridge in page.bridges for quote in bridge.quotes}
    assert quoted == {name for b in gap.bridging for leg in b.claims for name in leg}


def test_nothing_of_a_paper_runs_in_the_page_or_breaks_the_markdown() -> None:
    said = [study(1, ("Empathy", "Rupture")), study(2, ("OxytocinLevel", "Rupture"))]
    evil = [
        replace(
            r,
            document=replace(r.document, title=EVIL, doi=EVIL, authors=(EVIL,)),
            claims=tuple(replace(c, evidence=replace(c.evidence, sentence=EVIL)) for c in r.claims),
            study=replace(r.study, instruments=(EVIL,), specimens=(EVIL,)),
        )
        for r in said
    ]
    found = gap_pages(find_gaps(evil, constructs()), evil, LABELS)
    seen = Tags(gaps_html(found, title=EVIL))
    assert not seen.tags & {"script", "img", "iframe", "svg", "form", "object"}
    assert not seen.live
    assert all(link.startswith(("#", "https://")) for link in seen.links)
    assert "<script" not in gaps_markdown(found, title=EVIL)


def test_without_quotes_no_sentence_is_in_it() -> None:
    sentence = gold_readings()[0].claims[0].evidence.sentence
    assert "<q>" in pages()
    assert "<q>" not in pages(quotes=False)
    assert sentence not in pages(quotes=False)


@pytest.mark.parametrize("name", sorted(constructs()))
def test_every_construct_can_be_searched_for(name: str) -> None:
    terms = search_terms(name)
    assert terms
    assert not [term for term in terms if '"' in term or term.lower().startswith(("the ", "this "))]
    assert pubmed(name).count("(") == pubmed(name).count(")")


def test_a_search_joins_the_names_of_all_constructs() -> None:
    assert '"alliance"[tiab]' in pubmed("TherapeuticAlliance", "Empathy")
    assert pubmed("A", "B") == '("a"[tiab]) AND ("b"[tiab])'
    assert psycinfo("A", "B") == '("a").ti,ab,id. AND ("b").ti,ab,id.'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("gaps")
    build_graph(gold_readings(), place)
    return place


def run(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in ("gaps", *words)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_filters_and_json_fields(folder: Path) -> None:
    asked = json.loads(
        run(folder, "--for", "Attachment", "--kind", "asked", "--min-importance", 3, "-f", "json")
    )
    assert asked
    fields = {"a", "b", "kind", "score", "signals", "wording", "bridges"}
    for gap in asked:
        assert fields <= set(gap)
        assert "Attachment" in (gap["a"], gap["b"])
        assert "asked" in (gap["kind"], *gap["also"])
        assert gap["importance"] >= 3
        total = sum(signal["contribution"] for signal in gap["signals"])
        assert gap["score"] == pytest.approx(total, abs=1e-4)


def test_two_constructs_choose_the_pair(folder: Path) -> None:
    found = json.loads(run(folder, "--for", "Rupture", "--for", "OxytocinLevel", "-f", "json"))
    assert {"Rupture", "OxytocinLevel"} <= {found[0]["a"], found[0]["b"], found[0]["through"]}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_chosen(kind: Kind) -> None:
    wanted = GapKind[kind.name]
    chosen = list(chosen_gaps(gold_graph().gaps, [kind], (), 0))
    assert chosen == [gap for gap in gold_graph().gaps if wanted in gap.kinds]


def test_pages_are_written_by_the_name_of_the_file(folder: Path, tmp_path: Path) -> None:
    for name, start in (("g.html", "<!DOCTYPE html>"), ("g.md", "# 2 under-studied")):
        run(folder, "--top", 2, "-o", tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").lstrip().startswith(start)


def test_a_dismissed_gap_is_not_listed(folder: Path, tmp_path: Path) -> None:
    first = json.loads(run(folder, "--top", 1, "-f", "json"))[0]
    table = tmp_path / DISMISSED_FILE
    table.write_text(f"a\tb\treason\n{first['a']}\t{first['b']}\tknown\n", encoding="utf-8")
    again = json.loads(run(folder, "--top", 1, "-f", "json", "--dismissed", table))[0]
    assert (again["a"], again["b"]) != (first["a"], first["b"])


def test_a_build_reads_what_was_dismissed_in_its_folder(tmp_path: Path) -> None:
    said = [study(1, ("Empathy", "Rupture")), study(2, ("OxytocinLevel", "Rupture"))]
    claims = tmp_path / "claims.jsonl"
    claims.write_text("".join(f"{reading_to_line(r)}\n" for r in said), encoding="utf-8")
    table = tmp_path / "graph" / DISMISSED_FILE
    table.parent.mkdir()
    table.write_text("a\tb\treason\nOxytocinLevel\tEmpathy\tknown\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["build", str(claims), "-o", str(table.parent)])
    assert result.exit_code == 0, result.output
    assert table.exists()
    pairs = {(gap["a"], gap["b"]) for gap in json.loads(run(table.parent, "-f", "json"))}
    assert ("Empathy", "OxytocinLevel") not in pairs
    assert ("Empathy", "OxytocinSystem") in pairs
