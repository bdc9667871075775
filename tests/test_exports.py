"""Every export, read again by a tool that did not write it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import rdflib
import yaml
from biolink import biolink
from gold_readings import gold_readings
from pyoxigraph import Literal, Quad, RdfFormat, Store, Triple, parse
from serving import write_folder
from typer.testing import CliRunner

from extract.settings import own_settings
from kg.build import assemble_graph
from kg.cli import app
from kg.errors import OxykgError
from kg.exports import FILES, FOLDERS, Content, select, to_networkx
from kg.exports.jsonld import to_jsonld
from kg.exports.rdf import to_trig
from kg.iris import DERIVED, PREFIXES, PROVENANCE, RDF_TYPE, STUDIES, term
from kg.links import PATH_RELATIONS, link_claims
from kg.model import Reading
from kg.ontology import constructs
from kg.rdf import from_quads
from kg.store import memory_store

RDF = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS, "json-ld": RdfFormat.JSON_LD}
HOSTILE = "=HYPERLINK(\"x\"), <b>\t'quoted' \\ \x1b[31m\x00 é \U0001f600\nline ]]> &amp;"


@cache
def readings() -> tuple[Reading, ...]:
    """Some annotated studies; every other claim is scored, and one study is hostile."""
    chosen = [reading for reading in gold_readings() if reading.claims][:9]
    chosen += [r for r in gold_readings() if any(c.path for c in r.claims)][:2]
    chosen += [r for r in gold_readings() if any(c.statistics for c in r.claims)][:1]
    scored = []
    for place, reading in enumerate({r.document.id: r for r in chosen}.values()):
        claims = tuple(
            replace(claim, confidence=round(0.3 + 0.1 * (n % 7), 2) if n % 2 == 0 else None)
            for n, claim in enumerate(reading.claims)
        )
        document = reading.document
        if place == 0:
            document = replace(document, title=HOSTILE, journal=HOSTILE)
            rule = HOSTILE
            claims = tuple(
                replace(c, rule=rule, evidence=replace(c.evidence, sentence=HOSTILE))
                for c in claims
            )
        scored.append(replace(reading, document=document, claims=claims))
    return tuple(scored)


@cache
def store() -> Store:
    return memory_store(assemble_graph(readings()).quads)


@cache
def content() -> Content:
    return select(store())


@cache
def textless() -> Content:
    return select(store(), texts=False)


@cache
def turned() -> Content:
    return select(memory_store(reversed(list(store()))))


def text(name: str, of: Content | None = None) -> str:
    return "".join(FILES[name](of or content()))


def claims(of: Content) -> list[str]:
    return sorted(claim.id for reading in of.readings for claim in reading.claims)


# RDF.


@pytest.mark.parametrize("name", RDF)
def test_quads_read_back_as_they_were(name: str) -> None:
    again = set(parse(input=text(name).encode(), format=RDF[name]))
    assert again - set(store()) == {q for q in again if "/export/" in str(q.subject)}
    assert set(store()) <= again
    assert from_quads(again) == content().readings


def test_turtle_holds_every_triple() -> None:
    again = {quad.triple for quad in parse(input=text("turtle").encode(), format=RdfFormat.TURTLE)}
    assert again >= {quad.triple for quad in store()}
    assert len(rdflib.Graph().parse(data=text("turtle"), format="turtle")) == len(again)


def small(quads: Iterable[Quad]) -> Content:
    return Content(readings=(), quads=tuple(quads), header=content().header, texts=True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("write", "style"), [(to_trig, "trig"), (to_jsonld, "json-ld")])
def test_rdflib_reads_the_same_quads(write: Any, style: str) -> None:
    odd = [
        Literal(value, datatype=term(f"xsd:{kind}"))
        for value, kind in (
            ("007", "integer"),
            ("1", "boolean"),
            ("1e3", "double"),
            ("-0", "integer"),
        )
    ]
    values = [*odd, Literal(HOSTILE.replace("\x00", "")), Literal("x", language="en"), Literal(5)]
    mixed = [Quad(term("okgc:A"), term(f"okg:p{n}"), v, DERIVED) for n, v in enumerate(values)]
    mixed += [Quad(term("okgc:B"), term("okg:all"), value, DERIVED) for value in values]
    mixed += [Quad(term("okgc:B"), term("okg:all"), term("okgc:A"), DERIVED)]
    chosen = [q for q in store() if q.graph_name in (STUDIES, PROVENANCE)]
    whole = small([*chosen, *mixed])
    dataset = rdflib.Dataset()
    dataset.parse(data="".join(write(whole)), format=style)
    written = {(str(g), *(node.n3() for node in (s, p, o))) for s, p, o, g in dataset.quads()}
    expected = rdflib.Dataset()
    expected.parse(data="".join(f"{q} .\n" for q in whole.described), format="nquads")
    assert written == {(str(g), *(n.n3() for n in (s, p, o))) for s, p, o, g in expected.quads()}


def test_json_ld_has_words_for_keys() -> None:
    said = json.loads(text("json-ld"))
    nodes = [node for graph in said["@graph"] for node in graph["@graph"]]
    claim = next(node for node in nodes if node.get("type") == "okg:Claim")
    assert claim["direction"].startswith("okg:")
    assert claim["subject"].startswith("okgc:")
    assert not [key for key in claim if ":" in key and key.split(":")[1] not in PREFIXES]


def test_claims_reify_what_they_speak_of() -> None:
    quads = list(parse(input=text("rdf12").encode(), format=RdfFormat.TURTLE))
    reified = {q.subject.value: q.object for q in quads if isinstance(q.object, Triple)}
    assert sorted(name.rsplit("/", 1)[-1] for name in reified) == claims(content())
    asserted = {q.triple for q in quads}
    assert not asserted & set(reified.values())


# Nanopublications.


def test_each_asserted_claim_is_a_nanopublication() -> None:
    quads = list(parse(input=text("nanopub").encode(), format=RdfFormat.TRIG))
    graphs = Counter(str(q.graph_name.value).rpartition("#")[::2] for q in quads)
    names = {name for name, _ in graphs}
    asserted = [c for r in content().readings for c in r.claims if c.asserted]
    assert len(names) == len(asserted)
    parts = ("head", "assertion", "provenance", "pubinfo")
    assert set(graphs) == {(name, part) for name in names for part in parts}
    assert all(
        name.startswith("https://w3id.org/oxykg/np/RA") and len(name) == 71 for name in names
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_names_of_nanopublications_are_trusty() -> None:
    utils = pytest.importorskip("nanopub.sign_utils", reason="NANOPUB LIBRARY MISSING: not tested")
    quads = list(parse(input=text("nanopub").encode(), format=RdfFormat.TRIG))
    names = sorted({str(q.graph_name.value).partition("#")[0] for q in quads})[:8]
    for name in names:
        own = [q for q in quads if str(q.graph_name.value).startswith(f"{name}#")]
        graph = rdflib.ConjunctiveGraph()
        graph.parse(data="".join(f"{q} .\n" for q in own), format="nquads")
        assert utils.verify_trusty(graph, name, rdflib.Namespace(f"{name}#"))


# Networks.


def test_graphml_and_gexf_come_back_as_they_went() -> None:
    graph = to_networkx(content().readings)
    links = link_claims(content().readings)
    assert graph.number_of_edges() == len(links)
    assert graph.nodes["OxytocinLevel"]["domain"] == constructs()["OxytocinLevel"].domain
    for again in (
        nx.read_graphml(io.BytesIO(text("graphml").encode())),
        nx.read_gexf(io.BytesIO(text("gexf").encode())),
    ):
        assert set(again.nodes) == set(graph.nodes)
        for a, b, said in graph.edges(data=True):
            found = again.edges[a, b]
            assert {name: found[name] for name in said} == said
        for node, said in graph.nodes(data=True):
            assert {name: again.nodes[node][name] for name in said} == said


def test_networks_say_what_they_are() -> None:
    assert nx.read_graphml(io.BytesIO(text("graphml").encode())).graph["accuracy"]
    assert "Licence: https://creativecommons" in text("gexf")
    assert "lastmodifieddate" not in text("gexf")


# Tables.


def rows(written: str, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written), delimiter=separator))


def test_the_data_package_says_what_its_tables_hold() -> None:
    files = FOLDERS["csv"](content())
    package = json.loads(files["datapackage.json"])
    tables = {resource["name"]: rows(files[resource["path"]]) for resource in package["resources"]}
    assert sorted(row["id"] for row in tables["claims"]) == claims(content())
    read = {"integer": int, "number": float, "boolean": {"true": 1, "false": 0}.__getitem__}
    for resource in package["resources"]:
        schema, found = resource["schema"], tables[resource["name"]]
        assert found, resource["name"]
        names = [field["name"] for field in schema["fields"]]
        assert list(found[0]) == names
        for field in schema["fields"]:
            convert: Any = read.get(field["type"], str)
            for row in found:
                if row[field["name"]]:
                    convert(row[field["name"]])
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in found]
        assert len(set(keys)) == len(keys)
        for reference in schema.get("foreignKeys", ()):
            (here,), target = reference["fields"], reference["reference"]
            known = {row[target["fields"][0]] for row in tables[target["resource"]]}
            assert {row[here] for row in found} <= known


def test_no_cell_is_a_formula() -> None:
    for name, written in FOLDERS["csv"](content()).items():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(written)):
                assert not [c for c in row if c.startswith(("=", "@")) or "\x1b" in c]


def test_frictionless_finds_no_fault(tmp_path: Path) -> None:
    import frictionless

    for name, written in FOLDERS["csv"](content()).items():
        (tmp_path / name).write_text(written, encoding="utf-8", newline="")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])[:5]


def test_kgx_has_an_edge_for_each_asserted_pair() -> None:
    files = FOLDERS["kgx"](content())
    nodes, edges = rows(files["nodes.tsv"], "\t"), rows(files["edges.tsv"], "\t")
    asserted = [c for r in content().readings for c in r.claims if c.asserted]
    pairs = [c for c in asserted if c.relation not in PATH_RELATIONS]
    assert len(edges) == len(pairs)
    ids = {node["id"] for node in nodes}
    assert {edge[end] for edge in edges for end in ("subject", "object")} == ids
    left_out = json.loads(files["about.json"])["left_out"]
    assert list(left_out.values()) == [len(asserted) - len(pairs)]
    assert all(edge["publications"].partition(":")[2] for edge in edges)


@pytest.mark.slow
def test_biolinks_own_classes_take_every_node_and_edge(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    found = biolink(pytestconfig.cache.mkdir("biolink") if pytestconfig.cache else tmp_path)
    if found is None:
        pytest.skip("NO BIOLINK MODEL: the KGX tables are checked by us alone. pip has no registry")
    classes, schema = found
    files = FOLDERS["kgx"](content())
    for node in rows(files["nodes.tsv"], "\t"):
        kind = getattr(classes, node["category"].removeprefix("biolink:"))
        kind(**said_there(node, ("category", "xref", "provided_by")))
    slots = yaml.load(schema, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["slots"]
    lists = ("category", "publications", "supporting_text")
    for edge in rows(files["edges.tsv"], "\t"):
        classes.Association(**said_there(edge, lists))
        slot = slots[edge["predicate"].removeprefix("biolink:").replace("_", " ")]
        assert "deprecated" not in slot
        while slot["is_a"] != "related to":
            slot = slots[slot["is_a"]]


def said_there(row: dict[str, str], lists: tuple[str, ...]) -> dict[str, Any]:
    """What is said in Biolink's own words, without our further columns."""
    own = {name: cell for name, cell in row.items() if cell and not name.startswith("okg_")}
    return {name: cell.split("|") if name in lists else cell for name, cell in own.items()}


def test_kgx_itself_finds_no_fault(tmp_path: Path) -> None:
    """Its validator loads the Biolink model from the web when it is imported.

    It knows the prefixes that are registered there, and ours is not.
    """
    try:
        kgx = import_module("kgx.cli.cli_utils")
    except (ImportError, OSError):
        pytest.skip("KGX OR ITS NETWORK MISSING: see the test by Biolink's own classes")
    for name, written in FOLDERS["kgx"](content()).items():
        (tmp_path / name).write_text(written, encoding="utf-8", newline="")
    files = [str(tmp_path / name) for name in ("nodes.tsv", "edges.tsv")]
    said = kgx.validate(files, "tsv", None, None, False)
    problems = [text for kinds in said.values() for texts in kinds.values() for text in texts]
    assert not [text for text in problems if "CURIE prefix 'OKGC'" not in text]


def test_the_mappings_are_sssom() -> None:
    lines = text("sssom").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert [line for line in head if line.startswith("#license: https://")]
    table = rows("\n".join(lines[len(head) :]), "\t")
    for needed in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        assert all(row[needed] for row in table)
    parsers = pytest.importorskip(
        "sssom.parsers", reason="SSSOM-PY MISSING: the mappings are checked by us alone"
    )
    assert len(parsers.parse_sssom_table(io.StringIO(text("sssom"))).df) == len(table)


# What is chosen.


def test_only_claims_read_surely_enough_are_kept() -> None:
    least = 0.6
    chosen = select(store(), min_confidence=least)
    expected = [c.id for r in readings() for c in r.claims if (c.confidence or 0) >= least]
    assert claims(chosen) == sorted(expected)
    assert len(chosen.readings) == len(readings())
    again = from_quads(chosen.quads)
    assert claims(replace_readings(chosen, again)) == sorted(expected)
    nodes = {str(quad.subject) for quad in chosen.quads if quad.predicate == RDF_TYPE}
    links = {q for q in chosen.quads if q.predicate == term("okg:claim")}
    assert {str(q.object) for q in links} <= nodes
    assert chosen.header.expected is not None
    assert chosen.header.expected >= least
    with pytest.raises(OxykgError, match="confidence"):
        select(store(), min_confidence=1)


def replace_readings(of: Content, again: tuple[Reading, ...]) -> Content:
    return Content(readings=again, quads=of.quads, header=of.header, texts=of.texts)


@pytest.mark.parametrize("name", [*FILES, *FOLDERS])
def test_without_text_no_sentence_is_left(name: str) -> None:
    bare = textless()
    texts = [text(name, bare)] if name in FILES else list(FOLDERS[name](bare).values())
    sentences = {c.evidence.sentence for r in readings()[1:] for c in r.claims}
    abstracts = {r.document.abstract for r in readings()}
    found = "".join(texts)
    assert not [said for said in sentences | abstracts if len(said) > 20 and said in found]
    assert claims(bare) == claims(content())


@pytest.mark.parametrize("name", [*FILES, *FOLDERS])
def test_every_export_is_the_same_each_time(name: str) -> None:
    again = turned()
    if name in FILES:
        assert text(name, again) == text(name)
    else:
        assert FOLDERS[name](again) == FOLDERS[name](content())


@pytest.mark.parametrize("name", [name for name in FILES if name != "sssom"])
def test_every_export_says_how_far_to_trust_it(name: str) -> None:
    header = content().header
    written = text(name).replace("&#39;", "'")
    assert header.accuracy in written
    assert "https://creativecommons.org/licenses/by/4.0/" in written
    assert header.build in written


# The command.


def run(*args: object) -> Any:
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "graph"
    write_folder(folder, store())
    return folder


@pytest.mark.parametrize("name", [*FILES, *FOLDERS])
def test_the_command_writes_it(folder: Path, tmp_path: Path, name: str) -> None:
    result = run("export", folder, "--format", name, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert "expected to be right" in result.stdout
    if name in FILES:
        assert (tmp_path / "out").read_text(encoding="utf-8") == text(name)
    else:
        assert {p.name for p in (tmp_path / "out").iterdir()} == set(FOLDERS[name](content()))


def test_strict_takes_the_readers_own_threshold(folder: Path) -> None:
    least = own_settings().strict
    result = run("export", folder, "--format", "nquads", "--strict", "--no-text")
    quads = list(parse(input=result.stdout.encode(), format=RdfFormat.N_QUADS))
    found = [q for q in quads if (q.predicate, q.object) == (RDF_TYPE, term("okg:Claim"))]
    expected = [c for r in readings() for c in r.claims if (c.confidence or 0) >= least]
    assert len(found) == len(expected) > 0


@pytest.mark.parametrize(
    "args",
    [
        ["--format", "csv"],
        ["--format", "kgx"],
        ["--format", "ris", "--strict"],
        ["--format", "bibtex", "--no-text"],
        ["--min-confidence", "2"],
        ["--format", "nope"],
    ],
)
def test_wrong_usage_is_2(folder: Path, args: list[str]) -> None:
    assert run("export", folder, *args).exit_code == 2


def test_without_a_graph_there_is_nothing_to_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("export", "--format", "trig")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
