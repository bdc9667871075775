"""A graph out of parts that were made before is the graph that is made anew."""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import pytest
import strategies
from gold_readings import gold_graph, gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad
from test_validate import BREAKAGES, broken, reading

import kg.store
from kg.base import base_in, spliced
from kg.build import assemble_graph, write_graph
from kg.derive import between_parts, derived_between
from kg.difference import difference
from kg.iris import DERIVED, RDF_TYPE, STUDIES, decimal_literal, iri, term
from kg.links import along_path, between_pair, count_links, link_claims
from kg.model import Reading, Relation
from kg.ontology import constructs
from kg.parts import (
    Part,
    part_from_text,
    part_of,
    said_part,
    study_parts,
    whole_text,
)
from kg.rdf import canonical, to_quads
from kg.store import GRAPH_FILE, STORE_FOLDER, canonical_order, open_store, statements, write_trig
from kg.validate import validate_graph, validate_parts
from kg.views.explorer import explorer_html
from kg.views.packing import packed
from kg.views.page_data import listed, used_constructs
from kg.views.page_documents import page_documents
from kg.views.playground import playground_html, playground_of


class Dictionary:
    """A memory that counts what it is given."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.given = 0

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        return {key: self.texts[key] for key in keys if key in self.texts}

    def put(self, values: Iterable[tuple[str, str]]) -> None:
        known = dict(values)
        self.given += len(known)
        self.texts |= known

    def keep(self, keys: Iterable[str]) -> None:
        """Nothing is ever forgotten."""


def written(quads: Iterable[object]) -> str:
    stream = io.BytesIO()
    write_trig(canonical_order(quads), stream)  # type: ignore[arg-type]
    return stream.getvalue().decode()


@given(strategies.readings(), strategies.readings())
@settings(deadline=None)
def test_what_is_remembered_changes_nothing(
    one: Sequence[Reading], other: Sequence[Reading]
) -> None:
    memory = Dictionary()
    before = study_parts(canonical(one), memory=memory)
    parts = study_parts(canonical(other), memory=memory)
    assert parts == study_parts(canonical(other))
    assert whole_text(parts) == written(to_quads(other))
    gone, new = difference(before, parts)
    assert gone <= set(to_quads(one))
    assert set(to_quads(one)) - gone | new == set(to_quads(other))


@given(strategies.readings(), strategies.readings())
@settings(deadline=None)
def test_what_follows_between_two_constructs_is_that_of_all_claims(
    one: Sequence[Reading], other: Sequence[Reading]
) -> None:
    memory, known = Dictionary(), constructs()
    labels = {name: construct.label for name, construct in known.items()}
    between_parts(canonical(one), known, memory)
    parts = between_parts(canonical(other), known, memory)
    assert parts == between_parts(canonical(other), known)
    whole = said_part(DERIVED, derived_between(canonical(other), labels))
    assert whole_text(parts) == whole_text([whole])
    assert sum(part.triples for part in parts) == whole.triples


@given(strategies.readings())
@settings(deadline=None)
def test_links_are_counted_without_being_made(readings: Sequence[Reading]) -> None:
    for place in (between_pair, along_path):
        assert count_links(readings, place) == len(link_claims(readings, place=place))


def test_what_follows_depends_on_the_studies_and_on_names() -> None:
    memory, readings, known = Dictionary(), list(gold_readings()), dict(constructs())
    place = next(i for i, r in enumerate(readings) if r.claims and r.document.year)
    between_parts(canonical(readings), known, memory)
    first = readings[place]
    readings[place] = replace(first, document=replace(first.document, year=1950))
    parts = between_parts(canonical(readings), known, memory)
    assert parts == between_parts(canonical(readings), known)
    assert "1950" in whole_text(parts)
    name = first.claims[0].object
    renamed = known | {name: replace(known[name], label="something else")}
    assert "something else" in whole_text(between_parts(canonical(readings), renamed, memory))


@given(strategies.readings(), strategies.readings())
@settings(deadline=None, max_examples=30)
def test_a_document_that_was_on_the_page_before_is_there_alike(
    one: Sequence[Reading], other: Sequence[Reading]
) -> None:
    memory = Dictionary()
    known = listed(constructs().values(), used_constructs([*one, *other], []))
    quoted = {reading.document.id for reading in other[::2]}
    page_documents(one, known, quoted, memory)
    assert page_documents(other, known, quoted, memory) == page_documents(other, known, quoted)


def test_the_explorer_is_the_same_with_a_memory() -> None:
    graph, memory = gold_graph(), Dictionary()
    pages = [
        explorer_html(graph.readings, graph.gaps, title="Gold", build_id="1", memory=known)
        for known in (None, memory, memory)
    ]
    assert pages[0] == pages[1] == pages[2]
    assert memory.given == len(graph.readings)


@given(strategies.readings())
@settings(deadline=None)
def test_a_part_of_each_study_holds_all_that_is_said_of_it(readings: Sequence[Reading]) -> None:
    parts = study_parts(canonical(readings))
    quads = [quad for part in parts for quad in part.quads()]
    assert len(set(quads)) == len(quads) == sum(part.triples for part in parts)
    for part in parts:
        assert part_from_text(part.name, part.to_text()) == part


def test_a_graph_is_written_in_canonical_order() -> None:
    assert gold_graph().data.decode() == written(gold_graph().quads)


def test_a_study_that_is_known_is_not_made_again() -> None:
    memory, readings = Dictionary(), canonical(gold_readings())
    study_parts(readings[1:], memory=memory)
    memory.given = 0
    study_parts(readings, memory=memory)
    assert memory.given == 1


@pytest.mark.parametrize("files", [0, 60])
def test_a_store_that_is_brought_up_to_date_holds_what_is_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    monkeypatch.setattr(kg.store, "_MANY_FILES", files)
    memory, readings = Dictionary(), gold_readings()[:40]
    first, second, third = (tmp_path / name for name in "abc")
    for folder in (first, second, third):
        folder.mkdir()
    write_graph(assemble_graph(readings[2:], memory=memory), first, memory=memory)
    when = datetime(2025, 1, 31, tzinfo=UTC)
    graph = assemble_graph(readings[:-2], when=when, memory=memory, before=first)
    counted = write_graph(graph, second, memory=memory)
    anew = assemble_graph(readings[:-2], when=when)
    assert graph.base
    assert graph.gone
    assert graph.data == anew.data
    assert (graph.properties, graph.classes) == (anew.properties, anew.classes)
    assert counted.quads == len(anew.quads)
    assert set(open_store(second)) == set(open_store(second / GRAPH_FILE)) == set(anew.quads)
    (second / STORE_FOLDER / "CURRENT").write_text("damaged", encoding="utf-8")
    again = assemble_graph(readings, memory=memory, before=second)
    write_graph(again, third, memory=memory)
    assert again.base
    assert set(open_store(third)) == set(assemble_graph(readings).quads)


def test_what_the_base_lost_is_made_anew(tmp_path: Path) -> None:
    memory, readings = Dictionary(), gold_readings()[:40]
    write_graph(assemble_graph(readings[2:], memory=memory), tmp_path, memory=memory)
    memory.texts = {k: text for k, text in memory.texts.items() if not k.startswith("part:")}
    graph = assemble_graph(readings, memory=memory, before=tmp_path)
    assert graph.base is None
    assert graph.data == assemble_graph(readings).data


def test_a_graph_that_another_wrote_is_no_base(tmp_path: Path) -> None:
    memory = Dictionary()
    assert base_in(tmp_path, memory) is None
    write_graph(gold_graph(), tmp_path, memory=memory)
    base = base_in(tmp_path, memory)
    assert base
    assert base.names == {part.name for part in gold_graph().parts}
    with (tmp_path / GRAPH_FILE).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert base_in(tmp_path, memory) is None


@given(strategies.readings(), strategies.readings())
@settings(deadline=None)
def test_a_text_is_spliced_as_it_is_written(
    one: Sequence[Reading], other: Sequence[Reading]
) -> None:
    old, new = (study_parts(canonical(some)) for some in (one, other))
    names = {part.name for part in old} & {part.name for part in new}
    gone, come = ([part for part in some if part.name not in names] for some in (old, new))
    assert spliced(whole_text(old).encode(), gone, come).decode() == whole_text(new)


@pytest.fixture(scope="module")
def damaged() -> list[Part]:
    """A part of each broken reading, and of a good one of each relation."""
    good = [to_quads([reading(f"good-{relation}", relation)]) for relation in Relation]
    found = [*good, *(broken(name) for name in BREAKAGES)]
    return [
        part_of(
            str(place),
            canonical_order(Quad(q.subject, q.predicate, q.object, STUDIES) for q in quads),
        )
        for place, quads in enumerate(found)
    ]


def test_what_is_wrong_is_found_part_by_part(damaged: list[Part]) -> None:
    whole = validate_graph(quad for part in damaged for quad in part.quads())
    memory = Dictionary()
    assert validate_parts(damaged[::2], memory).found
    assert validate_parts(damaged, memory).found == whole.found
    given = memory.given
    assert validate_parts(damaged, memory) == validate_parts(damaged) == whole
    assert memory.given == given


def test_a_graph_in_parts_is_checked_as_a_whole() -> None:
    assert validate_parts(gold_graph().parts) == validate_graph(gold_graph().quads)


def test_the_playground_of_parts_is_that_of_the_quads() -> None:
    graph, memory = gold_graph(), Dictionary()
    made = "".join(playground_of(graph, title="Gold", build_id="1", memory=memory))
    assert made == playground_html(graph.quads, title="Gold", build_id="1")
    given = memory.given
    again = playground_of(graph, title="Gold", build_id="1", memory=memory)
    assert "".join(again) == made
    assert memory.given == given


IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
NAMES = st.builds(
    lambda kind, name: iri(kind, name), st.sampled_from(["okgc", "claim", "gap"]), IDS
)
PREDICATES = st.sampled_from([RDF_TYPE, *map(term, ("okg:claim", "okg:nStudies", "rdfs:label"))])
VALUES = st.one_of(
    NAMES,
    st.text(st.characters(codec="utf-8")).map(Literal),
    st.integers(-5, 5000).map(Literal),
    st.floats(-1e9, 1e9).map(decimal_literal),
)


@given(st.lists(st.tuples(NAMES, PREDICATES, VALUES), max_size=40))
@settings(deadline=None)
def test_terms_that_are_text_are_written_as_quads_are(
    triples: list[tuple[NamedNode, NamedNode, NamedNode | Literal]],
) -> None:
    said = [(str(subject), str(predicate), [str(value)]) for subject, predicate, value in triples]
    quads = canonical_order(Quad(*triple, DERIVED) for triple in triples)
    part, same = said_part(DERIVED, said), part_of("", quads)
    assert part.statements == same.statements == tuple(statements(quads))
    assert (part.properties, part.classes) == (same.properties, same.classes)


@given(st.lists(st.text(max_size=20), max_size=30), st.lists(st.text(max_size=20), max_size=30))
@settings(deadline=None)
def test_what_is_packed_in_blocks_is_the_text_in_gzip(one: list[str], other: list[str]) -> None:
    memory = Dictionary()
    texts = [[piece.encode("utf-8", "replace") * 4000 for piece in p] for p in (one, other)]
    for pieces in texts:
        whole, ends = b"".join(pieces), list(accumulate(map(len, pieces)))
        made = packed(whole, ends, memory)
        assert made == packed(whole, ends)
        assert gzip.decompress(base64.b64decode(made, validate=True)) == whole
