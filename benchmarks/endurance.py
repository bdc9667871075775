"""``python -m benchmarks.endurance [REQUESTS]``: whether the endpoint's memory stays flat.

The quickest shipped question is asked over and over by as many clients as there are workers, on
the bundled corpus; memory of all processes is looked at again and again.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.servers import Place, ask, connect, memory, our_server
from kg.build import assemble_graph
from kg.queries import get_query
from kg.serve.pool import default_workers
from kg.store import STORE_FOLDER, write_store
from kg.tables import Table, to_terminal

REQUESTS = 100_000
#: Looks at the memory; the first ones see caches fill.
LOOKS, FILLING = 10, 2
#: What is asked, and how much the memory may differ between the looks after filling (MB).
QUESTION, GROWTH = "moderators", 30.0


@dataclass(slots=True)
class Endured:
    """Memory in MB at each look, errors, and seconds that all took."""

    looks: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    @property
    def growth(self) -> float:
        """MB from the least of the first half after filling to the most of the second half."""
        rest = self.looks[FILLING:]
        half = len(rest) // 2
        return max(rest[half:]) - min(rest[:half])


def endure(place: Place, requests: int) -> Endured:
    """Ask so many times."""
    found, sparql = Endured(), get_query(QUESTION).sparql
    start = time.perf_counter()
    for _ in range(LOOKS):
        found.errors += _asked(place, sparql, requests // LOOKS)
        found.looks.append(memory(place.pid))
    found.seconds = time.perf_counter() - start
    return found


def _asked(place: Place, sparql: str, requests: int) -> int:
    """How many of the requests failed."""
    clients = default_workers()
    errors = [0] * clients

    def client(number: int) -> None:
        connection = connect(place)
        for _ in range(requests // clients):
            errors[number] += not ask(connection, place, sparql)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(errors)


def report(requests: int = REQUESTS) -> bool:
    """Print what was seen; whether nothing failed and memory stayed flat."""
    from extract.pipeline import extract_readings
    from kg.corpus import load_corpus

    bundled = tuple(extract_readings(record.document() for record in load_corpus()))
    with tempfile.TemporaryDirectory() as place:
        write_store(assemble_graph(bundled).quads, Path(place) / STORE_FOLDER)
        with our_server(Path(place)) as ours:
            found = endure(ours, requests)
    return told(found, requests)


def told(found: Endured, requests: int) -> bool:
    """Print it; whether nothing failed and memory stayed flat."""
    rate, load = requests / found.seconds, os.getloadavg()[0]
    print(f"Endurance: {requests} requests, {rate:.0f} a second (the machine's load: {load:.1f})")
    rows = [(requests // LOOKS * (n + 1), round(mb)) for n, mb in enumerate(found.looks)]
    print(to_terminal(Table.of(("requests", "memory of all processes, MB"), rows)))
    print(f"{found.errors} errors; {found.growth:+.0f} MB (limit {GROWTH:.0f})\n")
    return found.errors == 0 and found.growth <= GROWTH


def main(args: Sequence[str]) -> int:
    """Exit code 1 if a limit is missed."""
    return 0 if report(int(args[0]) if args else REQUESTS) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
