from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.iris import decimal_literal, iri, part, term
from kg.model import (
    Claim,
    Direction,
    Document,
    Evidence,
    Qualifiers,
    Reading,
    Relation,
    Statistic,
    Status,
    Study,
)
from kg.rdf import to_quads
from kg.shacl import UnreadShapeError, compile_shapes
from kg.validate import Report, Violation, render, validate_graph

FIXTURE = Path(__file__).parent / "fixtures" / "broken_graphs.tsv"


def reading(name: str, relation: Relation = Relation.PREDICTS) -> Reading:
    """One document with one claim that has everything a claim may have."""
    path = relation in (Relation.MEDIATES, Relation.MODERATES)
    claim = Claim(
        document=f"key:{name}",
        subject="OxytocinLevel",
        relation=relation,
        object="BorderlinePD" if relation is Relation.GROUP_DIFFERENCE else "DepressiveSymptoms",
        direction=Direction.NEGATIVE,
        status=Status.FINDING,
        evidence=Evidence(
            start=10, end=40, sentence="Oxytocin predicted less depression.", cue="predicted"
        ),
        path=("Stress", "DepressiveSymptoms") if path else None,
        qualifiers=Qualifiers(subject_role="patient", specimen="saliva", level="within"),
        statistics=(
            Statistic(kind="r", raw="r = -.31", start=20, end=28, value=-0.31),
            Statistic(kind="p", raw="p < .05", start=30, end=37, value=0.05, comparator="<"),
            Statistic(kind="ci", raw="95% CI .1 to .4", start=30, end=45, low=0.1, high=0.4),
        ),
        rule="predicts",
        confidence=0.75,
    )
    document = Document(
        id=f"key:{name}", key=name, title="A title", abstract="An abstract.", year=2020,
        doi="10.1000/1", pmid="1",
    )  # fmt: skip
    study = Study(id=name, documents=(document.id,), n=37, unit="dyads")
    return Reading(document=document, claims=(claim,), study=study)


@dataclass(frozen=True, kw_only=True)
class Breakage:
    """One thing changed in a good graph: at a node, a property dropped, replaced or added.

    To drop several properties, name them with spaces between.
    """

    relation: str
    node: str
    act: str
    predicate: str
    value: str
    message: str

    @property
    def term(self) -> NamedNode | Literal:
        """The value: a prefixed name, a quoted text, a whole number or a decimal."""
        if self.value.startswith('"'):
            return Literal(self.value.strip('"'))
        if re.fullmatch(r"-?\d+", self.value):
            return Literal(int(self.value))
        if re.fullmatch(r"-?\d+\.\d+", self.value):
            return decimal_literal(float(self.value))
        return term(self.value)


def read_breakages() -> dict[str, Breakage]:
    with FIXTURE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row.pop("name"): Breakage(**row) for row in rows}


BREAKAGES = read_breakages()
CLAIM = "claim"
#: What is noted on the node that was changed, or on the node that points to it.
BLAMED = {"evidence": CLAIM}
BLAMED_IN = {"study of no document": "study", "finding of no study": CLAIM}


def node_of(known: Reading, name: str) -> NamedNode:
    document, claim = iri("doc", known.document.id), iri("claim", known.claims[0].id)
    nodes = {
        "claim": claim,
        "document": document,
        "text": part(document, "text"),
        "study": iri("study", known.study.id),
    }
    return nodes.get(name) or part(claim, name)


def broken(name: str) -> Iterator[Quad]:
    """The quads of a good reading with one thing changed."""
    breakage = BREAKAGES[name]
    known = reading(name, Relation(breakage.relation))
    node = node_of(known, breakage.node)
    changed = {term(predicate) for predicate in breakage.predicate.split()}
    for quad in to_quads([known]):
        if breakage.act == "add" or quad.subject != node or quad.predicate not in changed:
            yield quad
    if breakage.value:
        yield Quad(node, term(breakage.predicate.split()[0]), breakage.term)


@pytest.fixture(scope="module")
def everything() -> list[Quad]:
    """All broken readings and one good one of each relation, in one graph: pyshacl is slow."""
    good = [reading(f"good-{relation}", relation) for relation in Relation]
    return [*to_quads(good), *(quad for name in BREAKAGES for quad in broken(name))]


@pytest.fixture(scope="module")
def quick(everything: list[Quad]) -> Report:
    return validate_graph(everything)


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_graph_is_noticed(name: str, quick: Report) -> None:
    breakage, known = BREAKAGES[name], reading(name, Relation(BREAKAGES[name].relation))
    blamed = node_of(known, BLAMED_IN.get(name) or BLAMED.get(breakage.node, breakage.node)).value
    assert breakage.message in {item.message for item in quick.found if item.focus == blamed}


def test_the_quick_check_finds_just_what_pyshacl_finds(
    everything: list[Quad], quick: Report
) -> None:
    assert validate_graph(everything, engine="pyshacl").found == quick.found


def test_what_is_not_broken_is_not_blamed(quick: Report) -> None:
    good = {
        node_of(reading(f"good-{r}", r), name).value for r in Relation for name in (CLAIM, "place")
    }
    assert good.isdisjoint(item.focus for item in quick.found)


@pytest.mark.parametrize("relation", Relation)
def test_a_good_graph_conforms(relation: Relation) -> None:
    report = validate_graph(to_quads([reading("good", relation)]))
    assert report.conforms
    assert report.found == ()


#: Classes of the ontology itself; its shapes are tried in test_ontology.py.
OF_ONTOLOGY = {"Concept", "Ontology", "Instrument"}


def test_every_message_of_the_shapes_for_graphs_is_tried() -> None:
    spoken = set()
    for shape in compile_shapes(triples_of_shapes()):
        if OF_ONTOLOGY.isdisjoint(
            re.split(r"[#/]", target.value)[-1] for _, target in shape.targets
        ):
            spoken |= {shape.message, *(inner.message for inner in shape.properties)}
    assert spoken - {""} == {breakage.message for breakage in BREAKAGES.values()}


def triples_of_shapes() -> list[Triple]:
    from kg.data import data_dir

    return [quad.triple for quad in parse(path=str(data_dir("ontology") / "shapes.ttl"))]


def test_warnings_do_not_break_a_graph() -> None:
    report = validate_graph(broken("nothing but an own end"))
    assert report.conforms
    assert [item.severity for item in report.found] == ["Warning"]


def test_the_order_of_the_quads_does_not_matter(everything: list[Quad], quick: Report) -> None:
    assert validate_graph(reversed(everything)) == quick


def test_an_unknown_constraint_is_refused_not_skipped() -> None:
    shapes = b"""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <urn:s> sh:targetClass <urn:C> ; sh:maxLength 3 .
    """
    triples = [quad.triple for quad in parse(shapes, format=RdfFormat.TURTLE)]
    with pytest.raises(UnreadShapeError, match="sh:maxLength"):
        compile_shapes(triples)


def violation(value: str, number: int = 1) -> Violation:
    return Violation(f"urn:{number}", "cue", value, "a cue is one string", "Violation")


def test_a_report_counts_and_shows_examples() -> None:
    report = Report(triples=9, found=tuple(violation("x", number) for number in range(5)))
    assert render(report, examples=2).splitlines() == [
        "The graph does not conform (9 triples; 5 violations, 0 warnings).",
        "Violation, 5 times: a cue is one string (at cue)",
        "  urn:0: x",
        "  urn:1: x",
        "  and 3 more",
    ]


def test_a_report_of_a_good_graph_is_one_line() -> None:
    assert render(Report(triples=1, found=())) == (
        "The graph conforms (1 triples; 0 violations, 0 warnings)."
    )


def test_a_report_gives_a_terminal_nothing_to_obey() -> None:
    text = render(Report(triples=1, found=(violation("\x1b[2J\nfake line"),)))
    assert "\x1b" not in text
    assert len(text.splitlines()) == 3
