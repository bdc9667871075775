"""The graph at rest: one order, one triple one graph, the same answers from file and store."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import rdflib
from gold_readings import gold_graph
from hypothesis import given, settings
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse
from strategies import readings

from kg.iris import DERIVED, STUDIES, term
from kg.model import Reading
from kg.rdf import from_quads, to_quads
from kg.store import (
    GRAPH_FILE,
    STORE_FOLDER,
    BrokenGraphError,
    NoGraphError,
    canonical_order,
    memory_store,
    open_store,
    write_store,
    write_trig,
)

A, B = term("okgc:Empathy"), term("okg:subject")


def trig(quads: list[Quad]) -> bytes:
    stream = io.BytesIO()
    write_trig(canonical_order(quads), stream)
    return stream.getvalue()


@given(readings())
@settings(max_examples=40, deadline=None)
def test_what_is_written_reads_back(said: list[Reading]) -> None:
    quads = list(to_quads(said))
    again = list(parse(input=trig(quads), format=RdfFormat.TRIG))
    assert set(again) == set(quads)
    assert from_quads(again) == from_quads(quads)


def test_the_order_of_the_input_does_not_show() -> None:
    quads = list(gold_graph().quads)
    written = trig(quads)
    Random(3).shuffle(quads)
    assert trig(quads) == written


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_another_engine_reads_the_same_triples() -> None:
    some = [q for q in gold_graph().quads if q.graph_name == STUDIES]
    dataset = rdflib.Dataset()
    dataset.parse(data=trig(some), format="trig")
    assert len(list(dataset.quads())) == len(some)


def test_a_triple_in_two_graphs_stays_in_the_first() -> None:
    twice = [Quad(A, B, A, STUDIES), Quad(A, B, A, DERIVED), Quad(A, B, B, STUDIES)]
    kept = canonical_order(twice)
    assert Quad(A, B, A, DERIVED) in kept
    assert len(kept) == 2


def test_no_triple_of_a_built_graph_stands_in_two_graphs() -> None:
    quads = gold_graph().quads
    assert len({quad.triple for quad in quads}) == len(quads)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Literal(5), b" 5 "),
        (Literal("0.25", datatype=term("xsd:decimal")), b" 0.25 "),
        (Literal("2", datatype=term("xsd:decimal")), b' "2"^^xsd:decimal '),
        (Literal(True), b" true "),
        (Literal("1999", datatype=term("xsd:gYear")), b' "1999"^^xsd:gYear '),
        (Literal('a "b"\n\x07'), rb' "a \"b\"\n\u0007" '),
        (Literal("x", language="en"), b' "x"@en '),
        (NamedNode("https://w3id.org/oxykg/ns#subject"), b" okg:subject "),
        (
            NamedNode("https://w3id.org/oxykg/doc/doi%3A10"),
            b"<https://w3id.org/oxykg/doc/doi%3A10>",
        ),
    ],
)
def test_terms_are_written_readably(value: Literal | NamedNode, written: bytes) -> None:
    assert written in trig([Quad(A, B, value, STUDIES)])


def test_an_empty_graph_is_a_file_without_statements() -> None:
    assert list(parse(input=trig([]), format=RdfFormat.TRIG)) == []


def test_the_store_is_found_in_its_folder_or_made_from_the_file(tmp_path: Path) -> None:
    quads = gold_graph().quads[:200]
    for name in ("both", "file"):
        (tmp_path / name).mkdir()
    write_store(quads, tmp_path / "both" / STORE_FOLDER)
    (tmp_path / "file" / GRAPH_FILE).write_bytes(trig(list(quads)))
    for place in (
        tmp_path / "both",
        tmp_path / "both" / STORE_FOLDER,
        tmp_path / "file",
        tmp_path / "file" / GRAPH_FILE,
    ):
        assert set(open_store(place)) == set(memory_store(quads))


def test_an_opened_store_cannot_be_written(tmp_path: Path) -> None:
    write_store(gold_graph().quads[:10], tmp_path / STORE_FOLDER)
    with pytest.raises(RuntimeError, match="read-write"):
        open_store(tmp_path).add(Quad(A, B, A, STUDIES))


def test_no_graph_and_a_broken_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoGraphError, match="oxykg demo"):
        open_store(tmp_path)
    (tmp_path / GRAPH_FILE).write_bytes(b"\x00 no graph")
    with pytest.raises(BrokenGraphError, match=r"graph\.trig"):
        open_store(tmp_path)
    broken = tmp_path / STORE_FOLDER
    broken.mkdir()
    (broken / "CURRENT").write_text("MANIFEST-000001\n")
    with pytest.raises(BrokenGraphError, match="store"):
        open_store(tmp_path)


def test_nothing_heavy_is_imported_to_open_a_store() -> None:
    heavy = "{'rdflib', 'spacy', 'networkx', 'pyvis', 'pyshacl'}"
    code = f"import sys, kg.store, kg.queries; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_store_in_memory_holds_all_quads() -> None:
    quads = gold_graph().quads
    assert isinstance(memory_store(quads), Store)
    assert len(memory_store(quads)) == len(quads)
