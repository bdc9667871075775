"""How the endpoint holds up: beside Oxigraph's own server on the same store, in the same run.

Loopback only, and bounded: `SECONDS` for each load, at most `MAX_REQUESTS` requests. The bare
server has no time limit, no row limit, no checks of Host and Origin, and answers in the process
that listens.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from kg.build import assemble_graph
from kg.model import Reading
from kg.queries import list_queries
from kg.store import STORE_FOLDER, write_store
from kg.tables import Table, to_terminal

CLIENTS, SECONDS, MAX_REQUESTS = 50, 15, 100_000
#: Studies of the large graph.
LARGE = 20_000
#: Ours may take so many times as long as the bare server, on queries that take it over 10 ms.
SLOWER, COUNTS_FROM = 1.5, 0.010
#: One endless query may raise the 95th percentile of the others to so many times.
DISTURBED = 1.2
#: Memory of all processes may grow by so much (MB) once their caches are full.
GROWTH = 60
_REPEATS = 9
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
_JSON = "application/sparql-results+json"
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server that runs: where it takes queries, and its process."""

    name: str
    port: int
    path: str
    pid: int


@dataclass(slots=True)
class Load:
    """What clients saw: seconds of each request, and how many were not answered."""

    taken: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    def percentile(self, share: int) -> float:
        """Seconds within which so many of a hundred requests were answered."""
        return quantiles(self.taken, n=100)[share - 1] if len(self.taken) > 1 else 0.0


def _ask(connection: http.client.HTTPConnection, path: str, sparql: str) -> bool:
    body = urlencode({"query": sparql, "union-default-graph": ""})
    connection.request("POST", path, body, {"Accept": _JSON, "Content-Type": _FORM})
    answer = connection.getresponse()
    answer.read()
    return answer.status == 200


def single(places: Sequence[Place], sparql: str) -> list[float]:
    """Seconds of the quickest of some requests by one client, of each server in turn."""
    taken: list[list[float]] = [[] for _ in places]
    for _ in range(_REPEATS):
        for place, found in zip(places, taken, strict=True):
            connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=120)
            start = time.perf_counter()
            assert _ask(connection, place.path, sparql)
            found.append(time.perf_counter() - start)
            connection.close()
    return [min(found) for found in taken]


def load(place: Place, *, clients: int = CLIENTS, seconds: float = SECONDS) -> Load:
    """Let clients ask all shipped questions in turn, for so long."""
    texts = [query.sparql for query in list_queries()]
    found, lock = Load(), threading.Lock()
    start = time.perf_counter()
    end = start + seconds

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=120)
        for sparql in cycle(texts[number % len(texts) :] + texts[: number % len(texts)]):
            begun = time.perf_counter()
            if begun > end or len(found.taken) >= MAX_REQUESTS:
                break
            try:
                fine = _ask(connection, place.path, sparql)
            except (OSError, http.client.HTTPException):
                fine = False
                connection.close()
            with lock:
                found.taken.append(time.perf_counter() - begun)
                found.errors += not fine
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - start
    return found


@contextmanager
def _running(args: Sequence[str], name: str, port: int, path: str) -> Iterator[Place]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        try:
            if not port:
                assert process.stdout is not None
                found = re.search(r":(\d+)/", process.stdout.readline())
                assert found
                port = int(found[1])
            _wait(port)
            yield Place(name=name, port=port, path=path, pid=process.pid)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(port)


def _ours(folder: Path) -> list[str]:
    code = "from kg.cli import main; main()"
    options = ["--port", "0", "--max-rows", "1000000", "--timeout", "60"]
    return [sys.executable, "-c", code, "serve", str(folder), *options]


def _bare(folder: Path, port: int) -> list[str] | None:
    beside = Path(sys.executable).parent / "oxigraph"
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    bind = ["--bind", f"127.0.0.1:{port}"]
    location = str(folder / STORE_FOLDER)
    return [binary, "serve-read-only", "--location", location, *bind] if binary else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _memory(pid: int) -> float:
    """Resident memory of a process and of those it started, in MB."""
    pids, total = [pid], 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children")
    with suppress(OSError):
        pids += [int(child) for child in children.read_text().split()]
    for each in pids:
        with suppress(OSError):
            pages = int(Path(f"/proc/{each}/statm").read_text().split()[1])
            total += pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return total


def _singles(ours: Place, bare: Place) -> tuple[Table, bool]:
    rows, fine = [], True
    for query in list_queries():
        theirs, own = single((bare, ours), query.sparql)
        ratio = own / theirs
        kept = theirs < COUNTS_FROM or ratio <= SLOWER
        fine = fine and kept
        figures = (round(1000 * theirs, 1), round(1000 * own, 1), round(ratio, 2))
        rows.append((query.name, *figures, "" if kept else "too slow"))
    return Table.of(("question, one client", "bare ms", "ours ms", "ratio", ""), rows), fine


def _row(what: str, found: Load) -> tuple[str | float, ...]:
    times = (round(1000 * found.percentile(share), 1) for share in (50, 95, 99))
    return (what, len(found.taken), found.errors, round(len(found.taken) / found.seconds), *times)


def _loads(ours: Place, bare: Place) -> tuple[Table, bool]:
    columns = ("load", "requests", "errors", "per second", "p50 ms", "p95 ms", "p99 ms")
    theirs, own = load(bare), load(ours)
    calm = load(ours, clients=2, seconds=SECONDS)
    with _endless(ours):
        disturbed = load(ours, clients=2, seconds=SECONDS)
    ratio = disturbed.percentile(95) / calm.percentile(95)
    rows = [
        _row(f"bare, {CLIENTS} clients", theirs),
        _row(f"ours, {CLIENTS} clients", own),
        _row("ours, 2 clients", calm),
        _row(f"... beside an endless query (p95 x {ratio:.2f})", disturbed),
    ]
    return Table.of(columns, rows), own.errors == 0 and ratio <= DISTURBED


@contextmanager
def _endless(place: Place) -> Iterator[None]:
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=120)
    body = urlencode({"query": _ENDLESS})
    connection.request("POST", place.path, body, {"Accept": _JSON, "Content-Type": _FORM})
    time.sleep(2)
    yield
    connection.close()


def measure(readings: Sequence[Reading], name: str) -> bool:
    """Print the figures of one size; whether all limits are kept."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_store(assemble_graph(readings).quads, folder / STORE_FOLDER)
        port = _free_port()
        bare_args = _bare(folder, port)
        if bare_args is None:
            print("Endpoint: NOT MEASURED, Oxigraph's server is missing (pip install oxigraph)")
            return True
        with (
            _running(bare_args, "bare", port, "/query") as bare,
            _running(_ours(folder), "ours", 0, "/sparql") as ours,
        ):
            singles, quick = _singles(ours, bare)
            load(ours)  # fills the caches of all workers
            before = _memory(ours.pid)
            loads, steady = _loads(ours, bare)
            time.sleep(3)  # until the worker of the endless query is replaced
            growth = _memory(ours.pid) - before
    print(f"Endpoint, {name}: {len(readings)} studies")
    print(to_terminal(singles))
    print(to_terminal(loads))
    print(f"Memory of all processes of ours: {before:.0f} MB, {growth:+.0f} MB by the loads\n")
    return quick and steady and growth <= GROWTH


def report() -> bool:
    """Measure both sizes; whether all limits are kept."""
    from benchmarks.synthetic import synthetic_readings
    from extract.pipeline import extract_readings
    from kg.corpus import load_corpus
    from kg.ontology import constructs

    bundled = tuple(extract_readings(record.document() for record in load_corpus()))
    kept = measure(bundled, "bundled corpus")
    large = tuple(synthetic_readings(LARGE, tuple(constructs())))
    return measure(large, "synthetic") and kept


if __name__ == "__main__":
    sys.exit(0 if report() else 1)
