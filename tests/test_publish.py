"""The graph on real servers: sent, sent again only where it changed, with the same answers."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from gold_readings import curated_quads
from pyoxigraph import Literal, NamedNode, Quad
from servers import Running, oxigraph, oxigraph_binary, virtuoso, virtuoso_binary
from serving import write_folder
from typer.testing import CliRunner

from kg.cli import app
from kg.errors import OxykgError
from kg.guard import QueryRefusedError
from kg.iris import STUDIES, document_graph, iri, term
from kg.queries import list_queries, run_query
from kg.remote.client import Client, ServerError, with_prefixes
from kg.remote.publishing import PUBLISHED, Part, Plan, parts_of, plan, publish
from kg.remote.servers import Server, known_server
from kg.store import memory_store
from kg.tables import Table, cell_text

pytestmark = pytest.mark.slow
ODD = "doi:10.1002/(SICI)1097<1::AID-X%2FY>3.0.CO;2-#é"
P = term("okg:authors")
FOREIGN = "http://example.org/someone-elses"


@contextmanager
def started(name: str, folder: Path) -> Iterator[Running]:
    if name == "oxigraph":
        if oxigraph_binary() is None:
            pytest.skip("NO OXIGRAPH: publication is NOT TESTED on it. pip install oxigraph")
        with oxigraph(folder) as running:
            yield running
    else:
        if virtuoso_binary() is None:
            pytest.skip("NO VIRTUOSO: publication is NOT TESTED on it. Install Debian's package.")
        with virtuoso(folder) as running:
            yield running


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    with started(request.param, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with Client(login=running.login) as client:
        yield client


def small() -> list[Quad]:
    texts = ['é \U0001f600 "quoted" \\ <b>', "line\nend\ttab", ""]
    values = [*map(Literal, texts), Literal("x", language="en-GB"), Literal(7), Literal(True)]
    values.append(Literal("0.50", datatype=term("xsd:decimal")))
    values.append(Literal("1999", datatype=term("xsd:gYear")))
    odd = [Quad(iri("doc", ODD), P, value, document_graph(ODD)) for value in values]
    others = [
        Quad(iri("doc", f"key:{n}"), P, Literal(n + 10), document_graph(f"key:{n}"))
        for n in range(60)
    ]
    return [*odd, *others, Quad(iri("study", "s"), P, Literal("S"), STUDIES)]


def send(client: Client, server: Server, quads: Iterable[Quad]) -> Plan:
    parts = parts_of(quads)
    doing = plan(client, server, parts)
    publish(client, server, parts, doing)
    return doing


def count(client: Client, server: Server, graph: str) -> int:
    table = client.select(
        server.query, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    )
    return int(str(table.rows[0][0]))


def normal(table: Table) -> list[list[str]]:
    rows = ([cell_text(cell) for cell in row] for row in table.rows)
    return sorted([", ".join(sorted(cell.split(", "))) for cell in row] for row in rows)


@cache
def part_graph() -> tuple[Quad, ...]:
    """The annotated claims of some of the studies, with verdicts on a few."""
    return curated_quads(24)


def test_every_question_has_the_same_answer_there(running: Running, client: Client) -> None:
    server, parts = running.server, parts_of(part_graph())
    assert set(send(client, server, part_graph()).send) == set(parts)
    here = memory_store(part_graph())
    for query in list_queries():
        found, expected = client.select(server.query, query.sparql), run_query(here, query.sparql)
        assert found.columns == expected.columns
        assert normal(found) == normal(expected), query.name
    again = plan(client, server, parts)  # which compares checksums and counts
    assert (again.send, again.remove) == ((), ())


def test_only_what_changed_is_sent(running: Running, client: Client) -> None:
    server = running.server
    send(client, server, small())
    changed = [*small(), Quad(iri("doc", ODD), P, Literal("new"), document_graph(ODD))]
    changed = [quad for quad in changed if quad.graph_name != document_graph("key:5")]
    doing = send(client, server, changed)
    assert doing.send == (document_graph(ODD).value,)
    assert doing.remove == (document_graph("key:5").value,)
    assert count(client, server, document_graph("key:5").value) == 0
    assert send(client, server, changed).send == ()


def test_what_is_not_ours_is_left_alone(running: Running, client: Client) -> None:
    server = running.server
    assert server.store is not None
    client.put_graph(server.store, FOREIGN, b"<http://a/s> <http://a/p> 1 .")
    send(client, server, small())
    send(client, server, small()[:-1])
    assert count(client, server, FOREIGN) == 1
    client.delete_graph(server.store, FOREIGN)


def test_a_graph_that_was_changed_there_is_sent_again(running: Running, client: Client) -> None:
    server = running.server
    assert server.store is not None
    send(client, server, small())
    client.add_to_graph(server.store, STUDIES.value, b"<http://a/s> <http://a/p> 1 .")
    assert send(client, server, small()).send == (STUDIES.value,)
    assert count(client, server, STUDIES.value) == 1


def test_a_break_in_the_middle_loses_and_doubles_nothing(running: Running, client: Client) -> None:
    server = running.server
    parts = parts_of([*small(), Quad(iri("study", "t"), P, Literal("T"), STUDIES)])
    send(client, server, [])

    def breaking(names: Sequence[str]) -> Iterator[str]:
        for number, name in enumerate(names):
            if number == 55:
                raise KeyboardInterrupt
            yield name

    with pytest.raises(KeyboardInterrupt):
        publish(client, server, parts, plan(client, server, parts), breaking)
    doing = plan(client, server, parts)
    assert 0 < len(doing.send) < len(parts)
    publish(client, server, parts, doing)
    assert [count(client, server, name) for name in parts] == [
        len(part.triples) for part in parts.values()
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Server]:
    """Oxigraph's server alone, empty."""
    (tmp_path / "there").mkdir()
    with started("oxigraph", tmp_path / "there") as running:
        yield running.server


def run(*args: str | Path) -> tuple[int, str, list[str]]:
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    return result.exit_code, result.stdout, result.stderr.splitlines()


def test_a_killed_publication_is_finished_by_the_next(store: Server, tmp_path: Path) -> None:
    write_folder(tmp_path / "graph", part_graph())
    code = "from kg.cli import main; main()"
    command = [sys.executable, "-c", code, "publish", str(store.store), str(tmp_path / "graph")]
    with Client() as client, subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        for _ in range(600):
            if client.select(store.query, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows[20:]:
                break
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    status, said, _ = run("publish", str(store.store), tmp_path / "graph")
    assert status == 0
    assert "All counts and checksums agree" in said
    with Client() as client:
        parts = parts_of(part_graph())
        assert plan(client, store, parts).send == ()
        total = client.select(store.query, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        assert total.rows == ((len(part_graph()) + 2 * len(parts),),)


def test_updates_do_where_there_is_no_graph_store(store: Server) -> None:
    by_update = Server(query=store.query, update=store.query.replace("/query", "/update"))
    with Client() as client:
        assert len(send(client, by_update, small()).send) == 62
        assert send(client, by_update, small()).send == ()
        assert send(client, store, small()).send == ()
        assert len(send(client, by_update, small()[:-1]).remove) == 1


def test_the_command_line_publishes_and_asks(store: Server, tmp_path: Path) -> None:
    write_folder(tmp_path / "graph", small())
    url = str(store.store).removesuffix("/store")
    status, said, _ = run("publish", url, tmp_path / "graph", "--dry-run")
    assert (status, said.split(": ")[1]) == (0, "62 to send, 0 as they were, 0 to remove\n")
    assert run("publish", url, tmp_path / "graph")[0] == 0
    assert "0 sent, 62 as they were" in run("publish", url, tmp_path / "graph")[1]
    (tmp_path / "own.rq").write_text(f"SELECT ?n {{ {iri('doc', 'key:7')} okg:authors ?n }}")
    assert run("query", tmp_path / "own.rq", "--endpoint", store.query)[1] == "n\n17\n"
    (tmp_path / "own.rq").write_text(f"DESCRIBE {iri('doc', 'key:7')}")
    assert "\t17\n" in run("query", tmp_path / "own.rq", "--endpoint", store.query)[1]


@pytest.mark.parametrize("sparql", ["DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:9/> {} }"])
def test_a_server_is_asked_questions_only(sparql: str) -> None:
    with Client() as client, pytest.raises(QueryRefusedError):
        client.select("http://127.0.0.1:9/sparql", sparql)


class Strange(http.server.BaseHTTPRequestHandler):
    """No SPARQL server: a page, a locked door, a way elsewhere."""

    def do_POST(self) -> None:
        status = {"/page": 200, "/locked": 401, "/moved": 302, "/broken": 500}[self.path]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"<h1>\x1b[2J\n")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def strange() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Strange) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/page", "/locked", "/moved", "/broken"])
def test_what_is_no_sparql_server_is_one_line(strange: str, path: str) -> None:
    status, said, errors = run("query", "mediators", "--endpoint", strange + path)
    assert (status, said, len(errors)) == (1, "", 1)
    assert "\x1b" not in errors[0]


def test_wrong_addresses_are_one_line(tmp_path: Path) -> None:
    write_folder(tmp_path / "graph", small())
    for url in (
        "localhost:1",
        "http://127.0.0.1:9/store",
        "http://a:b@127.0.0.1/store",
        "file:///x",
    ):
        status, _, errors = run("publish", url, tmp_path / "graph")
        assert (status, len(errors)) == (1, 1), url
    assert run("publish", "http://127.0.0.1:9/x", tmp_path / "graph", "--user", "me")[0] == 1
    assert (
        run("query", "mediators", tmp_path / "graph", "--endpoint", "http://127.0.0.1:9/")[0] == 2
    )


@pytest.mark.parametrize(
    ("url", "query", "store"),
    [
        ("http://a:7878", "http://a:7878/query", "http://a:7878/store"),
        ("http://a:7878/query", "http://a:7878/query", "http://a:7878/store"),
        ("http://a/ds/data", "http://a/ds/sparql", "http://a/ds/data"),
        ("http://a/sparql-graph-crud-auth", "http://a/sparql", "http://a/sparql-graph-crud-auth"),
        (
            "http://a/repositories/r/rdf-graphs/service",
            "http://a/repositories/r",
            "http://a/repositories/r/rdf-graphs/service",
        ),
    ],
)
def test_the_doors_of_known_servers_are_found(url: str, query: str, store: str) -> None:
    assert known_server(url) == Server(query=query, store=store)


def test_an_unknown_server_needs_both_addresses() -> None:
    with pytest.raises(OxykgError, match="--query"):
        known_server("http://a/x")
    both = known_server("http://a/x", query="http://a/y")
    assert both == Server(query="http://a/y", store="http://a/x")
    assert known_server("http://a/q", update="http://a/u") == Server(
        query="http://a/q", update="http://a/u"
    )


def test_our_prefixes_are_declared_where_they_are_missing() -> None:
    text = "PREFIX okg: <http://mine/>\nSELECT * { ?s okg:p okgc:Empathy }"
    whole = with_prefixes(text)
    assert whole.endswith(text)
    assert "PREFIX okgc: <https://w3id.org/oxykg/concept/>" in whole
    assert whole.count("PREFIX okg:") == 1
    assert whole.count("\n") == 1


def test_the_checksum_is_of_the_content() -> None:
    quads = small()
    assert parts_of(quads) == parts_of([*reversed(quads), quads[0]])
    assert isinstance(parts_of(quads)[STUDIES.value], Part)
    assert PUBLISHED.value not in parts_of(quads)


def test_a_server_that_is_not_there_is_named() -> None:
    with Client() as client, pytest.raises(ServerError, match=r"127\.0\.0\.1:9"):
        client.select("http://127.0.0.1:9/", "ASK {}")
    assert NamedNode(FOREIGN).value == FOREIGN
