"""A running ``oxykg serve`` for tests, and plain HTTP to it, header by header."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import Quad, QueryResultsFormat, QuerySolutions, Store

from kg.data import BASE
from kg.iris import PREFIXES
from kg.store import STORE_FOLDER, write_store

JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
#: Runs for hours.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_COMMAND = [sys.executable, "-c", "from kg.cli import main; main()", "serve"]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers["content-type"].partition(";")[0]

    def values(self) -> list[list[str]]:
        """The rows of a JSON answer."""
        return json_rows(self.body)


def json_rows(written: bytes) -> list[list[str]]:
    """The rows of a result in JSON, unbound as empty text."""
    said = json.loads(written)
    names = said["head"]["vars"]
    rows = said["results"]["bindings"]
    return [[row[n]["value"] if n in row else "" for n in names] for row in rows]


def rows_of(store: Store, sparql: str) -> list[list[str]]:
    """The same of a store here."""
    found = store.query(sparql, base_iri=BASE, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return json_rows(found.serialize(format=QueryResultsFormat.JSON) or b"")


def normal(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    """Rows in one order, and what was put together in one cell (GROUP_CONCAT) too."""
    return sorted([", ".join(sorted(cell.split(", "))) for cell in row] for row in rows)


@dataclass(frozen=True, slots=True)
class Server:
    process: subprocess.Popen[str]
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        timeout: Any = 30,
        **headers: str | None,
    ) -> Reply:
        """One request; ``Host`` is right unless given, other headers are as given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            given = {"Host": f"127.0.0.1:{self.port}"}
            given |= {name.replace("_", "-"): value for name, value in headers.items() if value}
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def ask(
        self,
        sparql: str,
        *,
        form: str = "get",
        accept: str | None = JSON,
        more: Iterable[tuple[str, str]] = (),
        **headers: str | None,
    ) -> Reply:
        """The query in one of the three forms of the protocol: ``get``, ``form``, ``direct``."""
        fields = [("query", sparql), *more]
        headers |= {"Accept": accept}
        if form == "get":
            return self.send("GET", f"/sparql?{urlencode(fields)}", **headers)
        if form == "form":
            body = urlencode(fields).encode()
            return self.send("POST", "/sparql", body, **{"Content_Type": FORM} | headers)
        path = "/sparql" + (f"?{urlencode([*more], quote_via=quote)}" if more else "")
        return self.send("POST", path, sparql.encode(), **{"Content_Type": DIRECT} | headers)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def write_folder(folder: Path, quads: Iterable[Quad]) -> None:
    """A built folder that has no more than a server needs."""
    folder.mkdir(exist_ok=True)
    write_store(quads, folder / STORE_FOLDER)


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1, stopped at the end."""
    process = subprocess.Popen(
        [*_COMMAND, str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, line + process.stderr.read()
        yield Server(process, int(found[1]))
    finally:
        process.kill() if process.poll() is None else None
        process.wait(20)
        process.stdout.close()
        process.stderr.close()


def children(process: subprocess.Popen[Any]) -> list[int]:
    """The processes that it started."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []
