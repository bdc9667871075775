"""Readings survive the graph: the round trip, adding twice, any order."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import claims, readings

from kg.iris import PREFIXES, decimal_literal, document_graph, id_of, iri, shorten, term
from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study
from kg.rdf import canonical, from_quads, proposition_iri, to_quads

DOCUMENT = Document(id="doi:10.1/a", key="smith-2020", title="T", abstract="A b c.", year=2020)
CLAIM = Claim(
    document=DOCUMENT.id,
    subject="OxytocinSynchrony",
    relation=Relation.MEDIATES,
    object="DepressiveSymptoms",
    direction=Direction.NEGATIVE,
    status=Status.FINDING,
    evidence=Evidence(start=2, end=8, sentence="A b c.", cue="b"),
    path=("SocialFunctioning", "DepressiveSymptoms"),
)
READING = Reading(
    document=DOCUMENT,
    claims=(CLAIM,),
    study=Study(id="smith-2020", documents=(DOCUMENT.id,), n=37, unit="dyads"),
)


@given(readings())
@settings(max_examples=60, deadline=None)
def test_readings_survive_the_round_trip(said: list[Reading]) -> None:
    assert from_quads(to_quads(said)) == canonical(said)


@given(readings())
@settings(max_examples=30, deadline=None)
def test_readings_survive_the_store(said: list[Reading]) -> None:
    store = ox.Store()
    store.bulk_extend(to_quads(said))
    assert from_quads(store) == canonical(said)


@given(readings(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_neither_order_nor_repetition_matters(said: list[Reading], random: object) -> None:
    shuffled = [*said, *said]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list(to_quads(shuffled)) == list(to_quads(said))


@given(readings())
@settings(max_examples=30, deadline=None)
def test_each_triple_stands_once_and_without_blank_nodes(said: list[Reading]) -> None:
    triples = [quad.triple for quad in to_quads(said)]
    assert len(triples) == len(set(triples))
    assert not any(isinstance(t.subject, ox.BlankNode) for t in triples)
    assert not any(isinstance(t.object, ox.BlankNode) for t in triples)


@given(claims())
def test_an_id_comes_back_from_its_iri(claim: Claim) -> None:
    assert id_of(iri("doc", claim.evidence.sentence)) == claim.evidence.sentence


@pytest.mark.parametrize("number", [0.0, -0.0, 1.0, 0.05, 1e-12, 123456.789, -3.5e20])
def test_a_number_keeps_its_value_and_is_a_decimal(number: float) -> None:
    literal = decimal_literal(number)
    assert float(literal.value) == number
    assert "e" not in literal.value.lower()
    assert literal.datatype == term("xsd:decimal")


def test_a_document_and_its_claims_share_one_graph() -> None:
    graphs = {str(quad.graph_name) for quad in to_quads([READING])}
    assert graphs == {
        "<https://w3id.org/oxykg/graph/doc/doi%3A10.1%2Fa>",
        "<https://w3id.org/oxykg/graph/studies>",
    }
    assert str(document_graph(DOCUMENT.id)) in graphs


def test_the_hash_is_that_of_title_newline_abstract() -> None:
    (digest,) = [
        quad.object.value
        for quad in to_quads([READING])
        if quad.predicate == term("okg:textSha256") and isinstance(quad.object, ox.Literal)
    ]
    assert digest == hashlib.sha256(b"T\nA b c.").hexdigest()


def test_without_texts_neither_abstract_nor_sentence_is_left_but_the_ids_are() -> None:
    quads = list(to_quads([READING], texts=False))
    assert "A b c." not in {str(getattr(quad.object, "value", "")) for quad in quads}
    (bare,) = from_quads(quads)
    assert [claim.id for claim in bare.claims] == [CLAIM.id]


def test_claims_on_one_path_share_a_proposition() -> None:
    other = replace(CLAIM, direction=Direction.NULL, document="pmid:2")
    assert proposition_iri(other) == proposition_iri(CLAIM)
    assert shorten(proposition_iri(CLAIM).value) == (
        "proposition:OxytocinSynchrony--mediates--SocialFunctioning--DepressiveSymptoms"
    )


def test_two_documents_on_one_sample_meet_in_one_study() -> None:
    second = replace(READING, document=replace(DOCUMENT, id="pmid:9"), claims=())
    (first, _) = canonical([READING, replace(second, study=replace(READING.study, n=None))])
    assert first.study.documents == ("doi:10.1/a", "pmid:9")
    assert first.study.n == 37


def test_no_namespace_begins_with_another() -> None:
    spaces = sorted(PREFIXES.values())
    assert not [a for a in spaces for b in spaces if a != b and b.startswith(a)]
