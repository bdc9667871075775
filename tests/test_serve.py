"""The endpoint, driven over HTTP: the protocol to the letter, and nothing beyond questions."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import rdflib
from gold_readings import gold_graph, gold_store
from hypothesis import given
from hypothesis import strategies as st
from npm import installed
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store
from serving import (
    DIRECT,
    ENDLESS,
    FORM,
    JSON,
    Server,
    children,
    normal,
    rows_of,
    serving,
    write_folder,
)

from kg.iris import STUDIES, document_graph, iri, term
from kg.queries import get_query, list_queries, run_query
from kg.serve.answers import count_rows, exceeds
from kg.serve.door import host_allowed
from kg.serve.errors import RefusedError
from kg.serve.negotiation import ROWS, TRIPLES, choose
from kg.serve.pool import LOW
from kg.serve.snapshots import identity, take_snapshot

#: An identifier with everything that percent-encoding is about.
ODD = "doi:10.1002/(SICI)1097<1::AID-X%2FY>3.0.CO;2-#é +&"
FORMS = ("get", "form", "direct")
MAX_ROWS = 3000
G1, G2 = document_graph("key:one"), document_graph("key:two")
A, P = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")


def quads() -> list[Quad]:
    mine = [Quad(A, P, Literal(1), G1), Quad(A, P, Literal(2), G2)]
    mine.append(Quad(iri("doc", ODD), term("okg:authors"), Literal("Odd"), document_graph(ODD)))
    return [*gold_graph().quads, *mine]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served") / "graph"
    write_folder(folder, quads())
    (folder / "explorer.html").write_text("<!doctype html><title>Explorer</title>")
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    options = ("--timeout", "3", "--max-rows", str(MAX_ROWS), "--workers", "2")
    with serving(folder, *options) as server:
        yield server


# What is asked is answered.


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_request_is_answered(server: Server, form: str) -> None:
    reply = server.ask("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a okg:Claim }", form=form)
    assert (reply.status, reply.type) == (200, JSON)
    claims = sum(len(reading.claims) for reading in gold_graph().readings)
    assert reply.values() == [[str(claims)]]


@pytest.mark.parametrize("form", FORMS)
def test_percent_encoded_iris_are_found_in_every_form(server: Server, form: str) -> None:
    sparql = f"SELECT ?o {{ {iri('doc', ODD)} okg:authors ?o }}"
    assert server.ask(sparql, form=form).values() == [["Odd"]]
    graph = document_graph(ODD)
    more = [("default-graph-uri", graph.value)]
    assert server.ask("SELECT ?o { ?s ?p ?o }", form=form, more=more).values() == [["Odd"]]
    assert server.ask(f"SELECT ?o FROM {graph} {{ ?s ?p ?o }}", form=form).values() == [["Odd"]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", ["a+b c%20d&e=f;g#h é 漢 \U0001f600", "100 %", "\\u0041", "'"])
def test_text_arrives_as_it_was_sent(server: Server, form: str, text: str) -> None:
    sparql = f"SELECT ?x {{ VALUES ?x {{ {Literal(text)} }} }}"
    expected = text.replace("\\u0041", "\\u0041")
    assert server.ask(sparql, form=form).values() == [[expected]]


@pytest.mark.parametrize("name", [query.name for query in list_queries()])
def test_every_shipped_question_gives_the_rows_of_the_embedded_store(
    server: Server, name: str
) -> None:
    sparql = get_query(name).sparql
    expected = rows_of(gold_store(), sparql)
    assert normal(server.ask(sparql, form="form").values()) == normal(expected)


DEFAULT, NAMED = (
    "SELECT ?o { ?s <http://example.org/p> ?o }",
    ("SELECT ?o { GRAPH ?g { ?s <http://example.org/p> ?o } }"),
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("sparql", "more", "found"),
    [
        (DEFAULT, [], ["1", "2"]),
        (NAMED, [], ["1", "2"]),
        (DEFAULT, [("default-graph-uri", G1.value)], ["1"]),
        (DEFAULT, [("default-graph-uri", G1.value), ("default-graph-uri", G2.value)], ["1", "2"]),
        (NAMED, [("default-graph-uri", G1.value)], []),
        (NAMED, [("named-graph-uri", G2.value)], ["2"]),
        (NAMED, [("named-graph-uri", G1.value), ("named-graph-uri", G2.value)], ["1", "2"]),
        (DEFAULT, [("named-graph-uri", G2.value)], []),
        (DEFAULT, [("default-graph-uri", G1.value), ("named-graph-uri", G2.value)], ["1"]),
        (NAMED, [("default-graph-uri", G1.value), ("named-graph-uri", G2.value)], ["2"]),
        # The protocol's dataset goes before the query's own.
        (DEFAULT.replace("{", f"FROM {G2} {{", 1), [("default-graph-uri", G1.value)], ["1"]),
        (DEFAULT.replace("{", f"FROM {G2} {{", 1), [], ["2"]),
        (NAMED.replace("{", f"FROM NAMED {G2} {{", 1), [], ["2"]),
    ],
)
def test_the_dataset_is_chosen_by_request_or_query(
    server: Server, form: str, sparql: str, more: list[tuple[str, str]], found: list[str]
) -> None:
    reply = server.ask(sparql, form=form, more=more)
    assert sorted(value for (value,) in reply.values()) == found


# Formats.


@pytest.mark.parametrize("kind", ROWS)
def test_rows_come_in_every_format(server: Server, kind: str) -> None:
    reply = server.ask("SELECT ?x { VALUES ?x { 'a\"b,c\\n' 1 <http://x> } }", accept=kind)
    assert (reply.status, reply.type) == (200, kind)
    style = ROWS[kind]
    parsed = {
        QueryResultsFormat.JSON: "json",
        QueryResultsFormat.XML: "xml",
        QueryResultsFormat.TSV: "tsv",
        QueryResultsFormat.CSV: "csv",
    }[style]
    result = rdflib.query.Result.parse(io.BytesIO(reply.body), format=parsed, content_type=kind)
    assert len(list(result)) == 3


@pytest.mark.parametrize("kind", TRIPLES)
@pytest.mark.parametrize(
    "sparql", ["CONSTRUCT { ?s ?p ?o } { ?s a okg:Study ; ?p ?o }", "DESCRIBE okgc:Empathy"]
)
def test_triples_come_in_every_format(server: Server, kind: str, sparql: str) -> None:
    reply = server.ask(sparql, accept=kind)
    assert (reply.status, reply.type) == (200, kind)
    style = TRIPLES[kind]
    names = {"N-Triples": "nt", "JSON-LD": "json-ld", "RDF/XML": "xml"}
    if style.supports_datasets:
        return
    parsed = rdflib.Graph().parse(data=reply.body, format=names.get(style.name, "turtle"))
    assert len(parsed) > 20


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.1, text/tab-separated-values;q=0.2", "text/tab-separated-values"),
        ("application/sparql-results+xml;q=0.5, */*;q=0.4", "application/sparql-results+xml"),
        ("text/*", "text/csv"),
        (
            "application/*;q=0.5, application/sparql-results+json;q=0",
            "application/sparql-results+xml",
        ),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("APPLICATION/SPARQL-RESULTS+XML ; q = 1", "application/sparql-results+xml"),
        ("nonsense", JSON),
    ],
)
def test_the_best_liked_format_is_sent(accept: str, kind: str) -> None:
    assert choose(accept, tuple(ROWS)) == kind


@pytest.mark.parametrize("accept", ["text/html", "image/*", "application/json;q=0", "*/*;q=0"])
def test_what_cannot_be_sent_is_406(server: Server, accept: str) -> None:
    with pytest.raises(RefusedError):
        choose(accept, tuple(ROWS))
    assert server.ask("SELECT ?x {}", accept=accept).status == 406


@given(st.text())
def test_no_accept_header_breaks_the_choice(accept: str) -> None:
    with suppress(RefusedError):
        assert choose(accept, tuple(ROWS)) in ROWS


def test_an_ask_is_answered(server: Server) -> None:
    assert json.loads(server.ask("ASK { ?s a okg:Claim }").body)["boolean"] is True
    assert b"<boolean>false" in server.ask("ASK { ?s a 1 }", accept="text/xml").body


# The cases of the W3C protocol tests that an endpoint must refuse.


@pytest.mark.parametrize(
    ("method", "path", "kind", "body", "status"),
    [
        ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, 400),
        ("POST", "/sparql", FORM, b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
        ("POST", "/sparql?query=ASK%20%7B%7D", DIRECT, b"ASK {}", 400),
        ("PUT", "/sparql?query=ASK%20%7B%7D", None, None, 405),
        ("DELETE", "/sparql", None, None, 405),
        ("POST", "/sparql", "text/plain", b"ASK {}", 415),
        ("POST", "/sparql", None, b"query=ASK%20%7B%7D", 415),
        ("POST", "/sparql", None, b"ASK {}", 415),
        ("POST", "/sparql", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
        ("POST", "/sparql", DIRECT, b"ASK { \xff }", 400),
        ("GET", "/sparql?query=%FF", None, None, 400),
        ("GET", "/sparql?query=SELECT%20%7B", None, None, 400),
        ("GET", "/sparql?query=", None, None, 400),
        ("GET", "/sparql?nothing=1", None, None, 400),
        ("POST", "/sparql", FORM, b"", 400),
        ("POST", "/sparql", DIRECT, b"", 400),
        ("GET", "/nowhere", None, None, 404),
        ("GET", "/playground.html", None, None, 404),
    ],
)
def test_bad_requests_have_their_status_and_a_sentence(
    server: Server, method: str, path: str, kind: str | None, body: bytes | None, status: int
) -> None:
    reply = server.send(method, path, body, Content_Type=kind)
    assert reply.status == status
    assert reply.type == "text/plain"
    assert len(reply.text.splitlines()) == 1
    assert reply.text.strip()[-1] in ".}"


def test_a_body_that_is_too_long_is_413(server: Server) -> None:
    body = b"query=" + b"a" * (2 << 20)
    # The server may answer and close before all of it is sent.
    with suppress(BrokenPipeError, ConnectionResetError):
        assert server.send("POST", "/sparql", body, Content_Type=FORM).status == 413


# What is refused.

REFUSED = [
    "INSERT DATA { <http://a> <http://b> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:9/x.ttl>",
    "LOAD <file:///etc/passwd>",
    "CLEAR ALL",
    "DROP GRAPH <http://a>",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "select*{service<http://127.0.0.1:9/>{?s ?p ?o}}",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://127.0.0.1:9/x.ttl> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <https://w3id.org/oxykg/graph/../../secret> { ?s ?p ?o }",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sparql", REFUSED)
def test_what_is_no_question_to_this_graph_is_403(server: Server, form: str, sparql: str) -> None:
    reply = server.ask(sparql, form=form)
    assert reply.status == 403
    assert "refused" in reply.text


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["file:///etc/passwd", "http://127.0.0.1:9/x", ""])
def test_graphs_of_elsewhere_are_403(server: Server, name: str, graph: str) -> None:
    assert server.ask(DEFAULT, more=[(name, graph)]).status == 403


@pytest.mark.parametrize("path", ["/sparql", "/update", "/store", "/sparql/update", "/data"])
def test_no_route_changes_the_graph(server: Server, path: str) -> None:
    update = b"INSERT DATA { <http://a> <http://b> 1 }"
    form = urlencode({"update": update.decode()}).encode()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for kind, body in (
            (FORM, form),
            ("application/sparql-update", update),
            ("text/turtle", b""),
        ):
            reply = server.send(method, path, body, Content_Type=kind)
            assert reply.status in (403, 404, 405, 415)
    assert server.send("GET", f"{path}?{form.decode()}").status in (403, 404)
    assert server.ask("ASK { <http://a> ?p ?o }").body.endswith(b"false}")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "localhost:1",
        "localhost",
        "user@127.0.0.1:{port}",
        "127.0.0.1:{port}/",
        "[::1",
        "",
    ],
)
def test_another_name_for_this_computer_is_refused(server: Server, host: str) -> None:
    for path in ("/", "/questions", "/sparql?query=ASK%7B%7D"):
        reply = server.send("GET", path, Host=host.format(port=server.port) or " ")
        assert reply.status in (400, 403)
        assert "boolean" not in reply.text


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}"])
def test_local_names_are_served(server: Server, host: str) -> None:
    assert server.send("GET", "/questions", Host=host.format(port=server.port)).status == 200


@pytest.mark.parametrize(
    ("header", "port", "hosts", "allowed"),
    [
        ("localhost", 80, (), True),
        ("LOCALHOST:80", 80, (), True),
        ("graph.lab.org", 7880, ("graph.lab.org",), True),
        ("graph.lab.org:443", 7880, ("graph.lab.org",), True),
        ("other.lab.org", 7880, ("graph.lab.org",), False),
        ("127.0.0.1:x", 7880, (), False),
    ],
)
def test_names_are_compared_whole(
    header: str, port: int, hosts: tuple[str, ...], allowed: bool
) -> None:
    assert host_allowed(header, port, frozenset(hosts)) is allowed


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1.evil.org"])
def test_other_sites_may_neither_ask_nor_read(server: Server, origin: str) -> None:
    preflight = server.send(
        "OPTIONS", "/sparql", Origin=origin, Access_Control_Request_Method="POST"
    )
    asked = server.ask("ASK {}", Origin=origin)
    for reply in (preflight, asked):
        assert reply.status == 403
        assert not [name for name in reply.headers if name.startswith("access-control")]
    quiet = server.ask("ASK {}", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")
    assert quiet.status == 403


def test_ones_own_pages_may_ask(server: Server) -> None:
    own = f"http://127.0.0.1:{server.port}"
    assert server.ask("ASK {}", form="form", Origin=own).status == 200


# Limits.


def test_a_long_query_is_stopped_and_leaves_the_others_alone(server: Server) -> None:
    started = time.monotonic()
    replies = []
    threads = [
        threading.Thread(target=lambda: replies.append(server.ask(ENDLESS))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.status for reply in replies] == [503] * 3
    assert all("3 s" in reply.text or "busy" in reply.text for reply in replies)
    assert all("retry-after" in reply.headers for reply in replies)
    assert time.monotonic() - started < 20
    assert server.ask("ASK {}").status == 200


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes as Linux shows them")
def test_a_long_query_stands_back_for_the_others(folder: Path) -> None:
    with serving(folder, "--workers", "1") as server:
        (worker,) = children(server.process)
        # Linux shares a processor by sessions first: priorities count within one only.
        assert os.getsid(worker) == os.getsid(server.process.pid)
        assert os.getpgid(worker) != os.getpgid(server.process.pid)
        threading.Thread(target=ask_in_vain, args=(server,)).start()
        for _ in range(200):
            if os.getpriority(os.PRIO_PROCESS, worker) == LOW:
                break
            time.sleep(0.1)
        assert os.getpriority(os.PRIO_PROCESS, worker) == LOW
        assert server.stop() == 0


def test_small_answers_are_sent_at_once() -> None:
    """Only where a socket names its protocol does asyncio switch Nagle's algorithm off."""
    from kg.cli.serve import _listening

    with _listening("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("kind", [JSON, "text/csv", "text/tab-separated-values", "text/xml"])
def test_too_many_rows_are_refused_before_any_is_sent(server: Server, kind: str) -> None:
    fits = server.ask(f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {MAX_ROWS}", accept=kind)
    assert fits.status == 200
    over = server.ask(f"SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {MAX_ROWS + 1}", accept=kind)
    assert over.status == 403
    assert str(MAX_ROWS) in over.text


def test_too_many_triples_are_refused(server: Server) -> None:
    sparql = f"CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o }} LIMIT {MAX_ROWS + 1}"
    assert server.ask(sparql, accept="text/turtle").status == 403


HARD = ["}},{", "}},{}", "{}", '"', '"}},{"', "a\r\nb\n", "\\", "</result><result>", "", ",{"]


@given(st.lists(st.lists(st.sampled_from([*HARD, None]), min_size=2, max_size=2), max_size=6))
def test_rows_are_counted_whatever_stands_in_them(rows: list[list[str | None]]) -> None:
    values = " ".join(
        f"({' '.join('UNDEF' if v is None else str(Literal(v)) for v in row)})" for row in rows
    )
    sparql = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}"
    for style in set(ROWS.values()):
        found = Store().query(sparql)
        assert isinstance(found, QuerySolutions)
        written = found.serialize(format=style) or b""
        assert count_rows(written, style) == len(rows)
        for limit in (1, max(len(rows) - 1, 1), max(len(rows), 1), len(rows) + 1):
            assert exceeds(written, style, limit) is (len(rows) > limit)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes as Linux shows them")
def test_who_hangs_up_is_no_longer_worked_for(server: Server) -> None:
    before = set(children(server.process))
    with pytest.raises(TimeoutError):
        server.send("GET", f"/sparql?query={quote(ENDLESS)}", timeout=0.5)
    for _ in range(40):
        time.sleep(0.1)
        if set(children(server.process)) != before:
            break
    assert set(children(server.process)) != before
    assert server.ask("ASK {}").status == 200


# Descriptions and pages.


def test_the_service_describes_itself(server: Server) -> None:
    reply = server.send("GET", "/sparql", Accept="text/turtle")
    assert reply.type == "text/turtle"
    graph = rdflib.Graph().parse(data=reply.text, format="turtle")
    counts = graph.query(
        """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?endpoint ?triples ?studies { ?s a sd:Service ; sd:endpoint ?endpoint ;
          sd:defaultDataset ?d . ?d void:triples ?triples ; sd:namedGraph ?named .
          ?named sd:name ?name ; sd:graph/void:triples ?studies .
          FILTER(STRENDS(STR(?name), "graph/studies")) }"""
    )
    ((endpoint, triples, studies),) = list(counts)  # type: ignore[misc]
    assert str(endpoint) == server.endpoint
    of_studies = [quad for quad in gold_graph().quads if quad.graph_name == STUDIES]
    assert (str(triples), str(studies)) == (str(len(quads())), str(len(of_studies)))
    assert server.send("GET", "/.well-known/void").headers["location"] == "/sparql"


def test_a_browser_at_the_endpoint_is_sent_to_the_questions(server: Server) -> None:
    reply = server.send("GET", "/sparql", Accept="text/html,*/*;q=0.8")
    assert (reply.status, reply.headers["location"]) == (303, "/questions")


def test_the_questions_are_in_the_graph_as_shacl_has_them(server: Server) -> None:
    sparql = "SELECT ?q ?text { ?q a sh:SPARQLExecutable ; rdfs:comment ?about ; sh:select ?text }"
    found = {q.rsplit("/", 1)[-1]: text for q, text in server.ask(sparql).values()}
    assert found == {query.name: query.sparql for query in list_queries()}


def test_pages_are_served_with_a_policy(server: Server) -> None:
    for path, title in (("/", "Explorer"), ("/questions", "Questions to the graph")):
        reply = server.send("GET", path)
        assert (reply.status, reply.type) == (200, "text/html")
        assert f"<title>{title}</title>" in reply.text
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert server.send("HEAD", "/").body == b""


# Its life.


#: Runs for hours even on an empty store.
_DIGITS = [f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 }}" for n in range(12)]
SLOW = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(_DIGITS)} }}"


def ask_in_vain(server: Server, sparql: str = ENDLESS) -> None:
    with suppress(OSError, http.client.HTTPException):
        server.ask(sparql)


def test_a_site_that_was_allowed_may_ask(folder: Path) -> None:
    site = "https://notebook.example"
    with serving(folder, "--workers", "1", "--cors", site, "--allow-host", "graph.lab") as server:
        preflight = server.send(
            "OPTIONS", "/sparql", Origin=site, Access_Control_Request_Method="POST"
        )
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == site
        reply = server.ask("ASK {}", Origin=site, Host="graph.lab")
        assert reply.headers["access-control-allow-origin"] == site
        assert "access-control-allow-credentials" not in reply.headers
        assert server.ask("ASK {}", Origin="https://other.example").status == 403


def test_it_ends_well_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    with serving(folder, "--workers", "2", TMPDIR=str(tmp_path)) as server:
        workers = children(server.process)
        thread = threading.Thread(target=ask_in_vain, args=(server,))
        thread.start()
        time.sleep(0.3)
        assert server.stop() == 0
        thread.join()
        assert server.process.stderr is not None
        assert "Traceback" not in server.process.stderr.read()
    assert list(tmp_path.iterdir()) == []
    assert not [pid for pid in workers if Path(f"/proc/{pid}/exe").exists()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_a_killed_server_leaves_nothing_for_long(folder: Path, tmp_path: Path) -> None:
    with serving(folder, "--workers", "2", TMPDIR=str(tmp_path)) as server:
        workers = children(server.process)
        threading.Thread(target=ask_in_vain, args=(server,)).start()
        time.sleep(0.3)
        server.process.kill()
        server.process.wait(10)
        for _ in range(50):
            if not [pid for pid in workers if Path(f"/proc/{pid}/exe").exists()]:
                break
            time.sleep(0.1)
    assert not [pid for pid in workers if Path(f"/proc/{pid}/exe").exists()]
    # Its copy of the graph is cleared away by the next one, which leaves that of a living one.
    (left,) = tmp_path.glob("oxykg-serve-*")
    (tmp_path / "oxykg-serve-of-someone").mkdir()
    (tmp_path / "oxykg-serve-link").symlink_to(folder)
    with serving(folder, "--workers", "1", TMPDIR=str(tmp_path)) as living:
        assert not left.exists()
        with serving(folder, "--workers", "1", TMPDIR=str(tmp_path)) as other:
            assert [each.ask("ASK {}").status for each in (living, other)] == [200, 200]
            assert living.stop() == other.stop() == 0
    kept = {"oxykg-serve-of-someone", "oxykg-serve-link"}
    assert {path.name for path in tmp_path.iterdir()} == kept
    assert (folder / "store").exists()


def test_a_new_build_is_taken_over(tmp_path: Path) -> None:
    place, copies = tmp_path / "graph", tmp_path / "copies"
    copies.mkdir()
    write_folder(place, [Quad(A, P, Literal("old"), G1)])
    with serving(place, "--workers", "2", TMPDIR=str(copies)) as server:
        # One query goes on over the old build, until the server is stopped.
        long = threading.Thread(target=ask_in_vain, args=(server, SLOW))
        long.start()
        time.sleep(0.3)
        assert server.ask(DEFAULT).values() == [["old"]]
        write_folder(tmp_path / "next", [Quad(A, P, Literal("new"), G1)])
        shutil.rmtree(place / "store")
        assert server.ask(DEFAULT).values() == [["old"]]
        (tmp_path / "next" / "store").rename(place / "store")
        for _ in range(100):
            if server.ask(DEFAULT).values() == [["new"]]:
                break
            time.sleep(0.1)
        assert server.ask(DEFAULT).values() == [["new"]]
        assert server.stop() == 0
        long.join()
    assert list(copies.iterdir()) == []


def test_a_store_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    write_folder(tmp_path, [Quad(A, P, Literal(1), G1)])
    before = identity(tmp_path)
    code = (
        "import sys; from pyoxigraph import Store; s = Store(sys.argv[1]); "
        "print(len(s), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "store")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(ValueError, match="being written"):
            take_snapshot(tmp_path)
        writer.communicate("")
    assert identity(tmp_path) != before
    snapshot = take_snapshot(tmp_path)
    assert len(Store.read_only(str(snapshot.store))) == 1
    snapshot.remove()


def test_no_graph_and_a_taken_port_are_one_line(folder: Path, server: Server) -> None:
    from typer.testing import CliRunner

    from kg.cli import app

    for args in (["serve", str(folder / "none")], ["serve", str(folder), "-p", str(server.port)]):
        result = CliRunner().invoke(app, args)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "args", [["--bind", "0.0.0.0"], ["--cors", "a.org"], ["--cors", "https://a.org/x"]]
)
def test_what_would_open_it_too_far_or_not_at_all_is_wrong_usage(
    folder: Path, args: list[str]
) -> None:
    from typer.testing import CliRunner

    from kg.cli import app

    assert CliRunner().invoke(app, ["serve", str(folder), *args]).exit_code == 2


# Clients that people use.


def test_sparqlwrapper_asks(server: Server) -> None:
    from SPARQLWrapper import CSV, GET, POST, POSTDIRECTLY, TURTLE, URLENCODED, SPARQLWrapper
    from SPARQLWrapper import JSON as AS_JSON
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    client = SPARQLWrapper(server.endpoint)
    sparql = f"SELECT ?o {{ {iri('doc', ODD)} okg:authors ?o }}"
    client.setQuery(f"PREFIX okg: <https://w3id.org/oxykg/ns#> {sparql}")
    for method, request in ((GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)):
        client.setMethod(method)
        client.setRequestMethod(request)
        client.setReturnFormat(AS_JSON)
        found: Any = client.queryAndConvert()
        assert [row["o"]["value"] for row in found["results"]["bindings"]] == ["Odd"]
    client.setReturnFormat(CSV)
    text: Any = client.queryAndConvert()
    assert text.split() == [b"o", b"Odd"]
    client.setQuery("DESCRIBE <https://w3id.org/oxykg/concept/Empathy>")
    client.setReturnFormat(TURTLE)
    triples: Any = client.queryAndConvert()
    assert len(rdflib.Graph().parse(data=triples, format="turtle")) > 5
    client.setReturnFormat(AS_JSON)
    client.setQuery("SELECT * { broken")
    with pytest.raises(QueryBadFormed):
        client.queryAndConvert()
    client.setMethod(POST)
    client.setQuery("PREFIX a: <http://a/> INSERT DATA { a:a a:b a:c }")
    with pytest.raises(urllib.error.HTTPError):
        client.query()


def test_rdflibs_remote_store_asks(server: Server) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    for method in ("GET", "POST", "POST_FORM"):
        store = SPARQLStore(server.endpoint, method=method, returnFormat="json")
        graph = rdflib.Graph(store)
        rows = list(graph.query(f"SELECT ?o {{ <{iri('doc', ODD).value}> ?p ?o }}"))
        assert [str(row[0]) for row in rows] == ["Odd"]  # type: ignore[index]
        empathy = rdflib.URIRef("https://w3id.org/oxykg/concept/Empathy")
        assert len(list(graph.triples((empathy, None, None)))) > 5


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl_asks(server: Server) -> None:
    sparql = f"SELECT ?o {{ {iri('doc', ODD)} okg:authors ?o }}"
    base = ["curl", "-sf", server.endpoint, "-H", "Accept: text/csv"]
    for args in (
        ["--data-urlencode", f"query={sparql}"],
        ["-G", "--data-urlencode", f"query={sparql}"],
        ["-H", f"Content-Type: {DIRECT}", "--data-binary", sparql],
    ):
        done = subprocess.run([*base, *args], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["o", "Odd"]


COMUNICA = "@comunica/query-sparql@4.3.0"
#: Each query of the file to the endpoint: its rows as JSON, unbound as empty text.
ASK_ALL = """
const { QueryEngine } = require("@comunica/query-sparql");
const [endpoint, file] = process.argv.slice(2);
(async () => {
  const engine = new QueryEngine(), found = [];
  for (const query of JSON.parse(require("fs").readFileSync(file, "utf8"))) {
    const asked = await engine.query(query, { sources: [{ type: "sparql", value: endpoint }] });
    const names = (await asked.metadata()).variables
      .map((known) => (known.variable ?? known).value);
    const rows = await (await asked.execute()).toArray();
    found.push(rows.map((row) => names.map((name) => row.get(name)?.value ?? "")));
  }
  console.log(JSON.stringify(found));
})();
"""


@pytest.mark.slow
def test_comunica_asks(server: Server, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    place = pytestconfig.cache.mkdir("comunica") if pytestconfig.cache else tmp_path
    node = shutil.which("node")
    if node is None or not installed(COMUNICA, place):
        pytest.skip("NO COMUNICA: it is NOT TRIED on the endpoint. It needs node, npm, a registry.")
    names = ("mediators", "pair", "reviews", "evidence")
    queries = [get_query(name).sparql for name in names]
    odd = f"SELECT ?o {{ {iri('doc', ODD)} <{term('okg:authors').value}> ?o }}"
    (tmp_path / "queries.json").write_text(json.dumps([*queries, odd]))
    (place / "ask.cjs").write_text(ASK_ALL)
    args = [node, str(place / "ask.cjs"), server.endpoint, str(tmp_path / "queries.json")]
    done = subprocess.run(args, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    *found, last = json.loads(done.stdout)
    assert last == [["Odd"]]
    for sparql, rows in zip(queries, found, strict=True):
        assert normal(rows) == normal(rows_of(gold_store(), sparql))


def test_the_embedded_door_answers_alike(server: Server) -> None:
    sparql = "SELECT ?a ?b { ?l a okg:Link ; okg:end ?a, ?b } ORDER BY ?a ?b LIMIT 50"
    rows = [list(map(str, row)) for row in run_query(gold_store(), sparql).rows]
    assert server.ask(sparql).values() == rows
