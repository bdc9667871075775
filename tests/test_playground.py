"""The playground's file: offline, safe, the same for the same graph."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import explorer_corpus as corpus
import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.build import assemble_graph
from kg.queries import list_queries
from kg.views.assets import PLAYGROUND_SCRIPTS, bundle, csp_hash, static_text, vendored
from kg.views.playground import Names, playground_html, terms, write_playground

FILES = {
    "oxigraph-0.5.11.js": "2fcfdcadc79c9146cee98028a273aebc93df3282eb0299c248595bc529deca41",
    "yasqe-4.2.28.min.js": "d9340559e433b4d05979e87f197882ee0dcbee9a7560852f6d74eecbe7df30c0",
    "yasqe-4.2.28.min.css": "117eb023f4f2b8b661075ede627a36290ea07252ae00e1b69b4bad279f1c3a14",
}


@cache
def quads() -> tuple[Quad, ...]:
    return assemble_graph(corpus.readings()).quads


@cache
def page(*, quotes: bool = True, title: str = "Three studies") -> str:
    return playground_html(quads(), title=title, build_id="build-1", quotes=quotes)


def block(name: str, html: str) -> str:
    (text,) = re.findall(rf'<script type="[^"]*" id="{name}">(.*?)</script>', html, re.DOTALL)
    return str(text)


def graph_in(html: str) -> bytes:
    return gzip.decompress(base64.b64decode(block("graph", html)))


def data(html: str) -> Any:
    return json.loads(block("data", html))


def test_the_whole_graph_is_in_the_page() -> None:
    assert set(parse(graph_in(page()), format=RdfFormat.TRIG)) == set(quads())


def test_every_question_is_in_the_page() -> None:
    given = {question["name"]: question["sparql"] for question in data(page())["questions"]}
    assert given == {query.name: query.sparql for query in list_queries()}


def test_every_question_declares_its_prefixes() -> None:
    for query in list_queries():
        Store().query(query.sparql)


def test_without_quotes_no_words_of_a_paper_are_in_the_page() -> None:
    text = graph_in(page(quotes=False)).decode()
    for reading in corpus.readings():
        assert str(reading.document.doi) in text
        for claim in reading.claims:
            assert claim.id in text
            assert claim.evidence.sentence not in text
            assert f'"{claim.evidence.cue}"' not in text


@pytest.mark.parametrize(
    ("name", "kind", "word"),
    [
        ("okg:Claim", "class", "claim"),
        ("okg:subject", "property", "subject"),
        ("okgc:TherapeuticAlliance", "construct", "working alliance"),
        ("okg:positive", "value", "positive"),
        ("okgr:affects", "value", "affects"),
        ("okgc:", "prefix", "https://w3id.org/oxykg/concept/"),
    ],
)
def test_names_of_the_graph_can_be_completed(name: str, kind: str, word: str) -> None:
    known = {found: (what, words) for found, what, words in terms(Names(quads()))}
    assert known[name][0] == kind
    assert word in known[name][1]


def test_names_to_complete_are_told_once_each() -> None:
    names = [name for name, _, _ in terms(Names(quads()))]
    assert len(names) == len(set(names))


def test_the_policy_allows_just_the_scripts_and_the_style_in_the_page() -> None:
    (rules,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page())
    assert rules.startswith("default-src 'none'; script-src 'wasm-unsafe-eval' 'sha256-")
    assert "connect-src 'none'" in rules
    assert "unsafe-inline" not in rules
    assert "'unsafe-eval'" not in rules
    scripts = re.findall(r"<script>(.*?)</script>", page(), re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page(), re.DOTALL)
    for text in (*scripts, style):
        assert csp_hash(text) in rules


def test_nothing_in_the_page_is_loaded_or_run_from_an_attribute() -> None:
    html = re.sub(r"<(script|style)\b.*?</\1>", "", page(), flags=re.DOTALL)
    assert not re.search(r"\s(src|srcset|on\w+|style)=|<link|<iframe|<base|@import", html)
    assert "sourceMappingURL" not in page()


@pytest.mark.parametrize("name", PLAYGROUND_SCRIPTS)
def test_no_module_parses_markup_or_code(name: str) -> None:
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(banned, static_text(name))


def test_hostile_text_stays_text() -> None:
    html = playground_html(
        assemble_graph(corpus.hostile()[0]).quads, title=corpus.EVIL, build_id=corpus.EVIL
    )
    assert "<img src=x" not in html
    assert html.count("</script>") == page().count("</script>")


@pytest.mark.parametrize(("name", "digest"), FILES.items())
def test_software_of_others_is_as_published(name: str, digest: str) -> None:
    import hashlib

    assert hashlib.sha256(vendored(name)).hexdigest() == digest


def test_the_page_without_its_graph_is_below_three_megabytes() -> None:
    html = page()
    assert len(html) - len(block("graph", html)) < 3_000_000
    assert len(bundle(PLAYGROUND_SCRIPTS)) < 60_000


_WRITE = """
import sys
sys.path.insert(0, sys.argv[2])
import explorer_corpus as corpus
from kg.build import assemble_graph
from kg.views import write_playground
write_playground(assemble_graph(corpus.readings()).quads, sys.argv[1], title="t", build_id="b")
"""


@pytest.mark.slow
def test_the_same_bytes_for_any_hash_seed_and_on_a_cp1252_locale(tmp_path: Path) -> None:
    pages = []
    for seed in ("0", "1", "2"):
        target = tmp_path / f"{seed}.html"
        own = {"PYTHONHASHSEED": seed, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
        command = [sys.executable, "-c", _WRITE, str(target), str(Path(__file__).parent)]
        subprocess.run(command, check=True, env=os.environ | own | {"LC_ALL": "C"})
        pages.append(target.read_bytes())
    assert len(set(pages)) == 1


def test_an_empty_graph_makes_a_page(tmp_path: Path) -> None:
    write_playground([], tmp_path / "x.html", title="t", build_id="b")
    assert data((tmp_path / "x.html").read_text(encoding="utf-8"))["constructs"] == []


def test_a_lone_surrogate_in_the_title_does_not_stop_the_writing(tmp_path: Path) -> None:
    write_playground([], tmp_path / "x.html", title="a\ud800b", build_id="b")
    assert "a?b" in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_a_large_graph_is_told(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setattr("kg.views.playground.MANY_TRIPLES", 10)
    playground_html(quads(), title="t", build_id="b")
    assert "takes long to start" in caplog.text


@pytest.mark.parametrize("option", ["--quotes", "--no-quotes"])
def test_the_command_writes_the_page_of_a_built_graph(tmp_path: Path, option: str) -> None:
    from typer.testing import CliRunner

    from kg.build import build_graph
    from kg.cli import app

    build_graph(corpus.readings(), tmp_path / "built")
    target = tmp_path / "ask.html"
    command = ["playground", str(tmp_path / "built"), "-o", str(target), option]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.stdout) == (0, f"{target}\n")
    text = graph_in(target.read_text(encoding="utf-8")).decode()
    assert ("stronger working alliance" in text) == (option == "--quotes")
    assert "3 studies" in target.read_text(encoding="utf-8")


def test_without_a_graph_the_command_says_what_to_do(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from kg.cli import app

    done = CliRunner().invoke(app, ["playground", str(tmp_path), "-o", str(tmp_path / "x.html")])
    assert done.exit_code == 1
    assert "no graph here" in done.stderr
    assert not (tmp_path / "x.html").exists()
