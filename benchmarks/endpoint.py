"""How the endpoint holds up: beside Oxigraph's own server on the same store, in the same run.

The bare server has no time limit, no row limit, no checks of Host and Origin, and answers in the
process that listens. The two take turns in short blocks, so that whatever else the machine does
hits both alike. Loopback only.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import quantiles

from benchmarks.servers import Place, ask, bare_server, connect, our_server, send, stands_back
from kg.build import assemble_graph
from kg.model import Reading
from kg.queries import list_queries
from kg.store import STORE_FOLDER, write_store
from kg.tables import Table, to_terminal

#: Clients at once, seconds for which they ask each server, and into how many turns these are cut.
CLIENTS, SECONDS, TURNS = 50, 60.0, 3
#: Clients beside the endless query, and seconds of a turn.
FEW, TURN = 2, 15.0
#: Studies of the large graph.
LARGE = 20_000
#: Ours may take so many times as long as the bare server, on queries that take it over 10 ms.
SLOWER, COUNTS_FROM = 1.5, 0.010
#: One endless query may raise the 95th percentile of the others to so many times.
DISTURBED = 1.2
_REPEATS = 5
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
#: Seconds within which the endless query has to stand back for the others; two on an idle machine.
_SETTLED = 20.0
#: So long may queries take in ours, and so many rows may they give.
_OPTIONS = ("--max-rows", "1000000", "--timeout", "60")


@dataclass(slots=True)
class Load:
    """What clients saw: seconds of each request, how many failed, seconds until the last answer.

    Until the last, since a server that works at all requests at once ends the long ones last.
    """

    taken: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    @property
    def throughput(self) -> float:
        """Requests answered in a second."""
        return (len(self.taken) - self.errors) / self.seconds

    def percentile(self, share: int) -> float:
        """Seconds within which so many of a hundred requests were answered."""
        return quantiles(self.taken, n=100)[share - 1] if len(self.taken) > 1 else 0.0


def single(places: Sequence[Place], sparql: str) -> list[float]:
    """Seconds of the quickest of some requests by one client, of each server in turn.

    The client stays connected, as clients do that have more than one question.
    """
    taken: list[list[float]] = [[] for _ in places]
    connections = [connect(place) for place in places]
    for _ in range(_REPEATS):
        for place, connection, found in zip(places, connections, taken, strict=True):
            start = time.perf_counter()
            assert ask(connection, place, sparql)
            found.append(time.perf_counter() - start)
    for connection in connections:
        connection.close()
    return [min(found) for found in taken]


def load(place: Place, found: Load, *, clients: int, seconds: float) -> None:
    """Let clients ask all shipped questions in turn, for so long; what they see is added."""
    texts = [query.sparql for query in list_queries()]
    lock = threading.Lock()
    start = time.perf_counter()
    end = start + seconds

    def client(number: int) -> None:
        connection = connect(place)
        for sparql in cycle(texts[number % len(texts) :] + texts[: number % len(texts)]):
            begun = time.perf_counter()
            if begun > end:
                break
            fine = ask(connection, place, sparql)
            now = time.perf_counter()
            with lock:
                found.taken.append(now - begun)
                found.errors += not fine
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds += time.perf_counter() - start


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
    return (what, len(found.taken), found.errors, round(found.throughput, 1), *times)


def crowd(ours: Place, bare: Place) -> tuple[list[tuple[str | float, ...]], bool]:
    """Many clients on each server in turn; whether ours keeps up and answers all."""
    theirs, own = Load(), Load()
    for _ in range(TURNS):
        load(bare, theirs, clients=CLIENTS, seconds=SECONDS / TURNS)
        load(ours, own, clients=CLIENTS, seconds=SECONDS / TURNS)
    slow = max(theirs.throughput / own.throughput, own.percentile(95) / theirs.percentile(95))
    rows = [_row(f"bare, {CLIENTS} clients", theirs), _row(f"ours, {CLIENTS} clients", own)]
    return rows, own.errors == 0 and slow <= SLOWER


def disturbed(ours: Place) -> tuple[list[tuple[str | float, ...]], bool]:
    """A few clients with and without an endless query beside them, in turn."""
    calm, beside = Load(), Load()
    for _ in range(TURNS):
        load(ours, calm, clients=FEW, seconds=TURN)
        with endless(ours):
            load(ours, beside, clients=FEW, seconds=TURN)
        time.sleep(1)  # its worker is replaced
    ratio = beside.percentile(95) / calm.percentile(95)
    name = f"... beside an endless query (p95 x {ratio:.2f})"
    rows = [_row(f"ours, {FEW} clients", calm), _row(name, beside)]
    return rows, calm.errors + beside.errors == 0 and ratio <= DISTURBED


@contextmanager
def endless(place: Place) -> Iterator[None]:
    """A query that runs, and has stood back for the others, until the block ends."""
    connection = connect(place)
    send(connection, place, _ENDLESS)
    end = time.monotonic() + _SETTLED
    while time.monotonic() < end and not stands_back(place.pid):
        time.sleep(0.1)
    try:
        yield
    finally:
        connection.close()


def measure_folder(folder: Path, name: str) -> bool:
    """Print the figures of one built folder; whether all limits are kept."""
    with bare_server(folder) as bare, our_server(folder, *_OPTIONS) as ours:
        if bare is None:
            print("Endpoint: NOT MEASURED, Oxigraph's server is missing (pip install oxigraph)")
            return True
        singles, quick = _singles(ours, bare)
        for place in (bare, ours):
            load(place, Load(), clients=CLIENTS, seconds=3)  # fills the caches
        crowded, steady = crowd(ours, bare)
        beside, calm = disturbed(ours)
    columns = ("load", "requests", "errors", "per second", "p50 ms", "p95 ms", "p99 ms")
    others = f"; other processes included, the machine's load is {os.getloadavg()[0]:.1f}"
    print(f"Endpoint, {name}: {os.cpu_count()} cores{others}")
    print(to_terminal(singles))
    print(to_terminal(Table.of(columns, [*crowded, *beside])))
    for kept, what in (
        (quick, f"a question over 10 ms takes more than {SLOWER} times as long"),
        (steady, f"{CLIENTS} clients: errors, or more than {SLOWER} times as slow"),
        (calm, f"an endless query raises the others' p95 to more than {DISTURBED} times"),
    ):
        print("" if kept else f"MISSED: {what}\n", end="")
    print()
    return quick and steady and calm


def measure(readings: Sequence[Reading], name: str) -> bool:
    """Build a graph of the readings and print its figures; whether all limits are kept."""
    with tempfile.TemporaryDirectory() as place:
        write_store(assemble_graph(readings).quads, Path(place) / STORE_FOLDER)
        return measure_folder(Path(place), f"{name} of {len(readings)} studies")


def report() -> bool:
    """Measure both sizes; whether all limits are kept."""
    from benchmarks.synthetic import synthetic_readings
    from extract.pipeline import extract_readings
    from kg.corpus import load_corpus
    from kg.ontology import constructs

    bundled = tuple(extract_readings(record.document() for record in load_corpus()))
    kept = measure(bundled, "bundled corpus")
    large = tuple(synthetic_readings(LARGE, tuple(constructs())))
    return measure(large, "synthetic corpus") and kept


if __name__ == "__main__":
    sys.exit(0 if report() else 1)
