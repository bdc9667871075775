"""The page of the ontology covers every term, and every name has a rule that leads to it."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
from gold_readings import gold_graph, gold_store
from pyoxigraph import NamedNode

from kg.data import BASE
from kg.ontology import constructs, instruments

DOCS = Path(__file__).resolve().parent.parent / "docs"
RULE = re.compile(r"^RewriteRule (\S+) (\S+) \[([^\]]*)\]$")


@cache
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_ontology", DOCS / "refresh_ontology.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def page() -> str:
    return str(generator().render(gold_store()))


def anchors(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def test_every_term_is_on_the_page_with_its_definition() -> None:
    here = anchors(page())
    for name, construct in constructs().items():
        assert f"concept-{name}" in here
        assert construct.definition.split(",")[0].split("'")[0] in page()
    assert {f"instrument-{name}" for name in instruments()} <= here
    assert {"ns-Claim", "ns-subject", "relation-predicts", "schema", "identifiers"} <= here


def test_every_link_within_the_page_leads_somewhere() -> None:
    inside = set(re.findall(r'href="#([^"]+)"', page()))
    missing = {link for link in inside - anchors(page()) if "collection" not in link}
    assert not {link for link in missing if link.startswith(("concept-", "relation-", "ns-"))}


def test_terms_in_use_have_an_example() -> None:
    sections = re.findall(r'<section id="([^"]+)">(.*?)</section>', page(), re.DOTALL)
    with_example = {name for name, text in sections if 'class="example"' in text}
    used = {q.predicate.value for q in gold_graph().quads} | {
        q.object.value for q in gold_graph().quads if isinstance(q.object, NamedNode)
    }
    schema = {f"{BASE}ns#{name.removeprefix('ns-')}": name for name, _ in sections}
    assert not {name for iri, name in schema.items() if iri in used} - with_example


def test_the_page_needs_nothing_else() -> None:
    assert "<script" not in page()
    assert not re.findall(r'(?:src|<link[^>]*href)="', page())


def test_the_written_page_has_the_terms_of_a_fresh_one() -> None:
    written = (DOCS / "ontology.html").read_text(encoding="utf-8")
    assert {"schema", "concepts", "relations", "instruments", "identifiers"} <= anchors(written)
    missing = anchors(page()) - anchors(written)
    assert not missing, "make it anew: oxykg demo, then python docs/refresh_ontology.py"


def target(path: str) -> str | None:
    """Where a browser is sent from a name below the base."""
    for line in (DOCS / "w3id" / ".htaccess").read_text(encoding="utf-8").splitlines():
        found = RULE.match(line)
        if found and "R=303" in found[3] and "NE" in found[3]:
            matched = re.search(found[1], path)
            if matched:
                return matched.expand(
                    re.sub(r"\$(\d)", r"\\\1", found[2].replace("%{ENV:HOME}", ""))
                )
    return None


@pytest.mark.parametrize("prefix", ["ns", "concept", "relation", "instrument"])
def test_names_of_terms_lead_to_their_anchor(prefix: str) -> None:
    here = anchors(page())
    for name in [n for n in here if n.startswith(f"{prefix}-")]:
        path = "ns" if prefix == "ns" else name.replace("-", "/", 1)
        led = target(path)
        assert led
        anchor = led.partition("#")[2]
        assert anchor in here
        assert prefix == "ns" or anchor == name


def test_every_name_in_a_graph_leads_somewhere() -> None:
    names = {
        node.value
        for quad in gold_graph().quads
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(node, NamedNode) and node.value.startswith(BASE)
    }
    kinds = {re.split(r"[/#]", name.removeprefix(BASE))[0] for name in names}
    for kind in kinds - {".well-known"}:
        example = next(n for n in sorted(names) if n.startswith(f"{BASE}{kind}"))
        path = unquote(example.removeprefix(BASE).partition("#")[0])
        assert target(path), example
