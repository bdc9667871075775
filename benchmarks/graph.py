"""How fast a graph is built and how fast it answers, at the bundled size and at 20 000 studies."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.build import assemble_graph
from kg.model import Reading
from kg.queries import list_queries, run_query
from kg.store import GRAPH_FILE, STORE_FOLDER, open_store, write_store, write_trig
from kg.tables import Table

#: Synthetic studies of the large graph: about a million quads.
LARGE = 20_000
#: A question may take so long at the bundled size, and at the large one (seconds).
LIMITS = (1.0, 2.0)
_REPEATS = 3


@dataclass(frozen=True, slots=True)
class GraphTimes:
    """One graph measured: ``assembled`` and ``loaded`` in seconds, questions in seconds by name."""

    readings: int
    quads: int
    assembled: float
    written: float
    loaded: float
    questions: Mapping[str, float]

    @property
    def quads_per_second(self) -> float:
        """Quads loaded into a store on disk in a second."""
        return self.quads / self.loaded


def measure_graph(readings: Iterable[Reading], folder: Path) -> GraphTimes:
    """Build the graph in ``folder`` and ask every shipped question (the best of three times)."""
    known = tuple(readings)
    start = time.perf_counter()
    graph = assemble_graph(known)
    assembled = time.perf_counter()
    with (folder / GRAPH_FILE).open("wb") as stream:
        write_trig(graph.quads, stream)
    written = time.perf_counter()
    write_store(graph.quads, folder / STORE_FOLDER)
    loaded = time.perf_counter()
    quads = len(graph.quads)
    del graph
    return GraphTimes(
        readings=len(known),
        quads=quads,
        assembled=assembled - start,
        written=written - assembled,
        loaded=loaded - written,
        questions=_ask_all(folder),
    )


def _ask_all(folder: Path) -> dict[str, float]:
    store = open_store(folder)
    times = {}
    for query in list_queries():
        taken = []
        for _ in range(_REPEATS):
            start = time.perf_counter()
            run_query(store, query.sparql)
            taken.append(time.perf_counter() - start)
        times[query.name] = min(taken)
    return times


def graph_benchmark(bundled: Sequence[Reading], *, studies: int = LARGE) -> Table:
    """Measure both sizes; rows of what was measured, the bundled and the large figure, the unit."""
    from benchmarks.synthetic import synthetic_readings
    from kg.ontology import constructs

    measured = []
    for readings in (bundled, tuple(synthetic_readings(studies, tuple(constructs())))):
        with tempfile.TemporaryDirectory() as folder:
            measured.append(measure_graph(readings, Path(folder)))
    small, large = measured
    rows: list[tuple[str, float, float, str]] = [
        ("documents", small.readings, large.readings, ""),
        ("quads", small.quads, large.quads, ""),
        ("graph assembled", round(small.assembled, 2), round(large.assembled, 2), "s"),
        ("graph.trig written", round(small.written, 2), round(large.written, 2), "s"),
        ("loaded", round(small.quads_per_second), round(large.quads_per_second), "quads/s"),
    ]
    for name, seconds in small.questions.items():
        limits = zip((seconds, large.questions[name]), LIMITS, strict=True)
        slow = " (too slow)" if any(taken > limit for taken, limit in limits) else ""
        at_both = (round(1000 * seconds, 1), round(1000 * large.questions[name], 1))
        rows.append((f"question {name}", *at_both, f"ms{slow}"))
    return Table.of(("measured", "bundled", "synthetic", "unit"), rows)


def report() -> bool:
    """Print the figures; whether every question keeps its limit at both sizes."""
    from extract.pipeline import extract_readings
    from kg.corpus import load_corpus
    from kg.tables import to_terminal

    bundled = tuple(extract_readings(record.document() for record in load_corpus()))
    table = graph_benchmark(bundled)
    print(
        f"Graph (bundled corpus, and {LARGE} synthetic studies; best of {_REPEATS} for questions)"
    )
    print(to_terminal(table))
    return not any(str(row[-1]).endswith("(too slow)") for row in table.rows)
