from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given, settings
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from strategies import readings

from kg import ontology
from kg.data import BASE, data_dir
from kg.errors import BadRecordError, UnknownNameError
from kg.gaps import GapKind
from kg.model import Certainty, Direction, Reading, Relation, Status, TextKind
from kg.ontology import (
    Construct,
    Instrument,
    ancestors,
    construct,
    constructs,
    domains,
    instruments,
    narrower,
    within,
)
from kg.ontology_checks import check_mappings, check_names, check_skos
from kg.owl_profile import check_rl
from kg.rdf import to_quads
from kg.shacl import Data, compile_shapes, run
from kg.validate import ONTOLOGY_FILES, read_ontology, render_problems, validate_ontology

GOLD, FIXTURES = Path(__file__).parent / "gold", Path(__file__).parent / "fixtures"
OKG, SKOS = f"{BASE}ns#", "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

#: The ids of the annotation scheme.
SCHEME = (FIXTURES / "scheme_ids.txt").read_text(encoding="utf-8").split()


def triples(turtle: str) -> list[Triple]:
    prefixes = f"""
        @prefix : <urn:> .
        @prefix okg: <{OKG}> .
        @prefix okgc: <{BASE}concept/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix skos: <{SKOS}> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    """
    text = (prefixes + turtle).encode()
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


def individuals(kind: str) -> set[str]:
    """The local names of the schema's individuals of one of our classes."""
    return {
        triple.subject.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        for name in ("schema.ttl", "relations.ttl")
        for triple in read_ontology()[name]
        if triple.predicate.value == RDF_TYPE
        and isinstance(triple.object, NamedNode)
        and isinstance(triple.subject, NamedNode)
        and triple.object.value == OKG + kind
    }


def test_the_ontology_is_in_order() -> None:
    assert render_problems(validate_ontology()) == "The ontology is in order."


@pytest.mark.parametrize("known", constructs().values(), ids=lambda c: c.id)
def test_a_construct_is_complete(known: Construct) -> None:
    assert known.label
    assert known.definition.endswith(".")
    assert known.domain in domains()
    assert set(known.broader) <= set(constructs())
    assert known.valence in (-1, 0, 1)
    assert known.alt_labels


@pytest.mark.parametrize("known", constructs().values(), ids=lambda c: c.id)
def test_the_names_of_a_construct_are_told_apart(known: Construct) -> None:
    shown = {known.label, *known.alt_labels}
    assert shown.isdisjoint(known.inverse_labels)
    assert shown.isdisjoint(known.hidden_labels)
    assert set(known.abbreviations).isdisjoint(known.ambiguous_abbreviations)
    names = [known.label, *known.alt_labels, *known.inverse_labels, *known.hidden_labels]
    assert [name for name in names if name != " ".join(name.split())] == []


@pytest.mark.parametrize("known", instruments().values(), ids=lambda i: i.id)
def test_an_instrument_is_complete(known: Instrument) -> None:
    assert known.label
    assert known.kind
    assert known.measures
    assert set(known.inverse) <= set(known.measures) <= set(constructs())


def test_every_id_of_the_annotation_scheme_is_a_construct() -> None:
    assert set(SCHEME) <= set(constructs())


def test_the_hierarchy_is_that_of_the_scores() -> None:
    parents = json.loads((GOLD / "broader.json").read_text(encoding="utf-8"))
    expected = {name: tuple(parents.get(name, ())) for name in SCHEME}
    assert {name: constructs()[name].broader for name in SCHEME} == expected


def test_every_annotated_construct_is_known() -> None:
    used = set()
    for line in (GOLD / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        for claim in json.loads(line)["claims"]:
            used |= {claim["subject"], claim["object"], *claim.get("mediator_of", ())}
    assert used
    assert used <= set(constructs())


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("OxytocinSynchrony", ("OxytocinSystem", "PhysiologicalSynchrony", "Synchrony")),
        ("DisorganizedAttachment", ("Attachment", "AttachmentInsecurity")),
        ("Synchrony", ()),
    ],
)
def test_ancestors_are_all_broader_ones_nearest_first(name: str, above: tuple[str, ...]) -> None:
    assert ancestors(name) == above


def test_narrower_is_one_step_and_within_is_all() -> None:
    assert narrower("Attachment") == (
        "AttachmentInsecurity",
        "AttachmentSecurity",
        "AttachmentSystemActivation",
        "AttachmentToTherapist",
        "DisorganizedAttachment",
    )
    assert {"Attachment", "AttachmentAnxiety"} <= set(within("Attachment"))
    assert within("Loneliness") == ("Loneliness",)


@pytest.mark.parametrize("name", sorted(constructs()))
def test_within_and_ancestors_agree(name: str) -> None:
    below = [other for other in constructs() if name == other or name in ancestors(other)]
    assert list(within(name)) == sorted(below)


@pytest.mark.parametrize("ask", [ancestors, narrower, within, construct])
def test_an_unknown_construct_is_said_to_be_unknown(ask: Callable[[str], object]) -> None:
    with pytest.raises(UnknownNameError, match=r"No construct named 'Phlogiston'\. Known: Affect"):
        ask("Phlogiston")


def test_valence_follows_the_scheme() -> None:
    valence = {known.id: known.valence for known in constructs().values()}
    assert [valence[name] for name in ("Resilience", "Dropout", "Empathy")] == [1, -1, 0]
    assert {valence[name] for name in within("Symptoms")} == {-1}


def test_groups_are_what_stands_in_group_differences() -> None:
    groups = {known.id for known in constructs().values() if known.group}
    assert {"BorderlinePD", "Sex", "Age", "Healthy", "Couples"} <= groups
    assert "DepressiveSymptoms" not in groups


def test_an_instrument_of_difficulties_is_reversed() -> None:
    assert instruments()["DERS"].reversed
    assert not instruments()["BDI-II"].reversed
    assert instruments()["OQ-45"].measures == ("Symptoms", "TreatmentOutcome")
    assert instruments()["OQ-45"].inverse == ("TreatmentOutcome",)
    assert not instruments()["OQ-45"].reversed


def test_an_abbreviation_with_rivals_is_ambiguous() -> None:
    assert instruments()["CTQ"].ambiguous
    assert "OT" in constructs()["OxytocinSystem"].ambiguous_abbreviations
    assert not instruments()["CES-D"].ambiguous


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AttachmentSecurity", {"securely attached", "secure attachment"}),
        ("AttachmentAvoidance", {"avoidantly attached", "dismissing"}),
        ("TherapeuticAlliance", {"working alliance", "helping alliance", "alliance"}),
        ("Dropout", {"drop-out", "premature termination"}),
        ("Mentalization", {"mind-reading", "theory of mind", "reflective functioning"}),
        ("SocialFunctioning", {"interpersonal problems", "social impairment"}),
        ("EmotionRegulation", {"emotion dysregulation", "dysregulation"}),
        ("Compassion", {"fear of compassion"}),
        ("Synchrony", {"attunement", "co-regulation"}),
    ],
)
def test_authors_words_are_known(name: str, words: set[str]) -> None:
    known = constructs()[name]
    assert words <= {*known.alt_labels, *known.inverse_labels}


def test_both_spellings_are_known() -> None:
    assert "mentalisation" in constructs()["Mentalization"].hidden_labels
    assert "social behaviour" in constructs()["SocialFunctioning"].hidden_labels


def test_reading_the_constructs_loads_nothing_heavy() -> None:
    code = (
        "import sys; from kg.ontology import constructs; constructs();"
        "sys.exit(bool({'rdflib', 'spacy', 'pyshacl'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The files


@pytest.mark.parametrize("name", ONTOLOGY_FILES)
def test_a_file_reads_alike_in_rdflib(name: str) -> None:
    from rdflib import Graph

    assert len(Graph().parse(data_dir("ontology") / name)) == len(set(read_ontology()[name]))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Direction", Direction),
        ("Status", Status),
        ("Certainty", Certainty),
        ("TextKind", TextKind),
        ("Relation", Relation),
        ("GapKind", GapKind),
    ],
)
def test_the_closed_lists_are_those_of_the_types(kind: str, words: type[StrEnum]) -> None:
    assert {name.lower() for name in individuals(kind)} == {
        word.value.replace(" ", "").replace("-", "").lower() for word in words
    }


@pytest.mark.parametrize(
    ("kind", "predicate"),
    [("Role", "subjectRole"), ("Role", "objectRole"), ("Specimen", "specimen")],
)
def test_the_shapes_allow_what_the_schema_lists(kind: str, predicate: str) -> None:
    shapes = compile_shapes(read_ontology(["shapes.ttl"])["shapes.ttl"])
    words = individuals(kind)
    assert words
    for word in (*words, "unheard-of"):
        claim = triples(f':c a okg:Claim ; okg:{predicate} "{word}" .')
        wrong = [r for r in run(shapes, Data(claim)) if r.path == predicate]
        assert bool(wrong) is (word == "unheard-of")


def declared() -> set[str]:
    return {
        triple.subject.value
        for triple in read_ontology()["schema.ttl"]
        if isinstance(triple.subject, NamedNode)
    }


def own_terms(values: Iterator[object]) -> set[str]:
    return {v.value for v in values if isinstance(v, NamedNode) and v.value.startswith(OKG)}


@settings(max_examples=25, deadline=None)
@given(readings())
def test_every_term_of_the_written_graph_is_declared(written: list[Reading]) -> None:
    quads = list(to_quads(written))
    used = own_terms(term for quad in quads for term in (quad.predicate, quad.object))
    assert used <= declared()


def test_every_term_of_the_ontology_is_declared() -> None:
    said = [triple for found in read_ontology().values() for triple in found]
    assert own_terms(term for t in said for term in (t.predicate, t.object)) <= declared()


def closure_errors(turtle: str = "") -> list[str]:
    """What an OWL 2 RL reasoner finds inconsistent in schema, relations and further statements."""
    from owlrl.OWLRL import OWLRL_Semantics
    from rdflib import Graph

    graph = Graph()
    for name in ("schema.ttl", "relations.ttl"):
        graph.parse(data_dir("ontology") / name)
    graph.parse(data=f"@prefix okg: <{OKG}> . {turtle}", format="turtle")
    semantics = OWLRL_Semantics(graph, False, False)
    semantics.closure()
    return list(semantics.error_messages)


def test_the_schema_is_consistent_for_a_reasoner() -> None:
    assert closure_errors() == []


def test_the_reasoner_would_notice_an_inconsistency() -> None:
    disjoint = """
        okg:Claim <http://www.w3.org/2002/07/owl#disjointWith> okg:Study .
        <urn:c> okg:claim <urn:d> ; okg:reportsStudy <urn:d> .
    """
    assert closure_errors(disjoint)


# What the checks would notice


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        (":a a skos:Concept, skos:ConceptScheme .", "S9"),
        (':a skos:prefLabel "x"@en ; skos:altLabel "x"@en .', "S13"),
        (':a okg:abbreviation "X"@en ; skos:prefLabel "X"@en .', "S13"),
        (':a skos:altLabel "x"@en ; skos:hiddenLabel "x"@en .', "S13"),
        (':a skos:prefLabel "x"@en, "y"@en .', "S14"),
        (":a skos:related :c . :a skos:broader :b . :b skos:broader :c .", "S27"),
        (":c skos:related :a . :b skos:narrower :a . :c skos:narrower :b .", "S27"),
        (":a a skos:Concept, skos:Collection .", "S37"),
        (":a a skos:ConceptScheme, skos:Collection .", "S37"),
        (":a skos:exactMatch :b ; skos:relatedMatch :b .", "S46"),
        (":a skos:exactMatch :b . :b skos:narrowMatch :a .", "S46"),
        (":a skos:broader :b . :b skos:broader :a .", "cycle"),
        (":a skos:broader :a .", "cycle"),
    ],
)
def test_a_breach_of_skos_is_noticed(turtle: str, message: str) -> None:
    problems = list(check_skos(triples(turtle)))
    assert problems
    assert {message in problem.message for problem in problems} == {True}


@pytest.mark.parametrize(
    "turtle",
    [
        ':a skos:prefLabel "x"@en, "x"@de .',
        ":a skos:related :b . :b skos:broader :c .",
        ":a skos:exactMatch :b ; skos:broadMatch :c .",
        ":a skos:broader :b, :c . :b skos:broader :d . :c skos:broader :d .",
    ],
)
def test_what_skos_allows_is_allowed(turtle: str) -> None:
    assert list(check_skos(triples(turtle))) == []


def two(names_of_a: str, names_of_b: str, kind: str = "skos:Concept") -> list[Triple]:
    return triples(
        f"okgc:A a {kind} ; okg:measures :c ; {names_of_a} ."
        f"okgc:B a {kind} ; okg:measures :c ; {names_of_b} ."
    )


@pytest.mark.parametrize("kind", ["skos:Concept", "okg:Instrument"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('skos:prefLabel "trust"@en', 'skos:altLabel "Trust"@en'),
        ('skos:altLabel "trust"@en', 'okg:inverseLabel "trust"@en'),
        ('skos:altLabel "trust"@en', 'skos:hiddenLabel "trust"@en'),
        ('okg:abbreviation "ToM"@en', 'okg:abbreviation "ToM"@en'),
    ],
)
def test_a_shared_name_is_noticed(one: str, other: str, kind: str) -> None:
    (problem,) = check_names(two(one, other, kind))
    assert problem.where == f"{BASE}concept/A, {BASE}concept/B"


def test_ambiguous_abbreviations_and_false_friends_may_be_shared() -> None:
    same = 'okg:ambiguousAbbreviation "RR"@en ; okg:falseFriend "x"@en'
    assert list(check_names(two(same, same))) == []


def test_an_instrument_that_measures_nothing_is_noticed() -> None:
    (problem,) = check_names(triples(':i a okg:Instrument ; skos:prefLabel "I"@en .'))
    assert "measures nothing" in problem.message


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        (":A owl:unionOf :B .", "unionOf is not"),
        (":p a owl:ObjectProperty, owl:DatatypeProperty .", "both an owl:DatatypeProperty"),
        (":A rdfs:subClassOf [ a owl:Class ] .", "class expression"),
        (":p a owl:DatatypeProperty ; rdfs:range xsd:gYear .", "no datatype of OWL 2 RL"),
        (":p a owl:ObjectProperty ; rdfs:range :A .", "no declared class"),
        (":p a owl:DatatypeProperty ; rdfs:domain :A .", "no declared class"),
        (
            ":p a owl:ObjectProperty ; rdfs:subPropertyOf :q . :q a owl:DatatypeProperty .",
            "no kind of property in common",
        ),
    ],
)
def test_what_is_not_owl_rl_is_noticed(turtle: str, message: str) -> None:
    assert any(message in problem.message for problem in check_rl(triples(turtle)))


SSSOM = f"""#curie_map:
#  okgc: "{BASE}concept/"
#  skos: "{SKOS}"
#  x: "urn:x:"
subject_id	predicate_id	predicate_modifier	object_id
okgc:A	skos:exactMatch		x:1
okgc:A	skos:closeMatch	Not	x:2
okgc:B	skos:exactMatch		sssom:NoTermFound
"""


@pytest.mark.parametrize(
    ("turtle", "messages"),
    [
        ("okgc:A skos:exactMatch <urn:x:1> .", []),
        ("", [f"{SKOS}exactMatch urn:x:1 is only in mappings.sssom.tsv"]),
        (
            "okgc:A skos:exactMatch <urn:x:1> ; skos:closeMatch <urn:x:2> .",
            [f"{SKOS}closeMatch urn:x:2 is not in mappings.sssom.tsv"],
        ),
    ],
)
def test_the_mapping_table_and_the_constructs_agree(turtle: str, messages: list[str]) -> None:
    found = [problem.message for problem in check_mappings(triples(turtle), SSSOM)]
    assert found == messages


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that stands for ``ontology/``, read afresh."""
    caches = [
        value for value in vars(ontology).values() if callable(getattr(value, "cache_clear", None))
    ]
    monkeypatch.setattr(ontology, "data_dir", lambda _: tmp_path)
    for cached in caches:
        cached.cache_clear()
    yield tmp_path
    for cached in caches:
        cached.cache_clear()


BLOCK = f"""
@prefix okg: <{OKG}> .
@prefix skos: <{SKOS}> .
<{BASE}concept/collection/x> a skos:Collection ; skos:prefLabel "X"@en .
<{BASE}concept/A> a skos:Concept ;
    skos:prefLabel "a"@en ;
    skos:definition "A."@en ;
    okg:domain <{BASE}concept/collection/x> ;
    okg:higherValueIs okg:good .
"""


def test_a_new_block_is_a_new_construct(folder: Path) -> None:
    (folder / "constructs.ttl").write_text(BLOCK, encoding="utf-8")
    expected = Construct(id="A", label="a", definition="A.", domain="X", valence=1)
    assert dict(constructs()) == {"A": expected}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('skos:definition "A."@en ;', "", "concept/A: no definition"),
        ('    skos:prefLabel "a"@en ;', "", "concept/A: no prefLabel"),
        ("okg:good", "okg:splendid", "concept/A: higherValueIs must be okg:good"),
        ('; skos:prefLabel "X"@en', "", "collection/x: no prefLabel"),
        ('"A."@en ;', '"A."@en', "constructs.ttl, line 8: "),
    ],
)
def test_a_bad_block_is_named(folder: Path, old: str, new: str, problem: str) -> None:
    assert old in BLOCK
    (folder / "constructs.ttl").write_text(BLOCK.replace(old, new), encoding="utf-8")
    with pytest.raises(BadRecordError) as error:
        constructs()
    assert problem in str(error.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("constructs.ttl", "okg:higherValueIs okg:good ;", "", "one valence"),
        ("constructs.ttl", "skos:broader okgc:Empathy", "skos:broader okgc:Pity", "known concept"),
        ("constructs.ttl", 'skos:notation "Trust"', 'skos:example "Trust"', "one notation"),
        ("constructs.ttl", 'dcterms:creator "', 'dcterms:source "', "a creator"),
        (
            "instruments.ttl",
            "okg:measures okgc:Wellbeing",
            "okg:measures okgc:Joy",
            "known construct",
        ),
        ("relations.ttl", "/by/4.0/", "/by-nd/4.0/", "the licence"),
    ],
)
def test_the_shapes_notice_a_bad_ontology(file: str, old: str, new: str, message: str) -> None:
    text = {
        name: (data_dir("ontology") / name).read_text(encoding="utf-8") for name in ONTOLOGY_FILES
    }
    assert old in text[file]
    text[file] = text[file].replace(old, new)
    said = [t for part in text.values() for t in parse(part.encode(), format=RdfFormat.TURTLE)]
    shapes = compile_shapes(read_ontology(["shapes.ttl"])["shapes.ttl"])
    assert any(message in result.message for result in run(shapes, Data(q.triple for q in said)))
