"""The folder of a graph: all that is made of readings, and what is read back from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.run import say
from kg.errors import OxykgError
from kg.files import atomic_folder, write_text
from kg.model import Reading, Status

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.build import BuildReport, Graph
    from kg.provenance import Found

#: The files of a folder beside graph and store, each with what it is; the first is to be opened.
FILES = {
    "explorer.html": "open this first, in any browser: network, filters, claims with sentences",
    "playground.html": "ask the graph in SPARQL in any browser, with questions to start from",
    "gaps.csv": "under-studied pairs of constructs, with the reason in words (a spreadsheet)",
    "claims.jsonl": "one line a document: its claims with offsets, sentence, rule, confidence",
    "graph.trig": "the whole graph as RDF, in canonical order",
    "store": "the same graph as a database, for 'oxykg query'",
    "README.txt": "these figures, and what to do next",
}
_NEXT = """
What to do next, in this folder:

  oxykg query                          list the questions
  oxykg query mediators                answer one
  oxykg query - < my.rq                your own SPARQL
  oxykg gaps --top 20                  under-studied links
  oxykg export --format ris -o a.ris   the studies, for a reference manager
  oxykg validate                       check the graph

How to read it: claims were read from abstracts by a program, which misreads some; look at the
sentence before you cite one. A pair without a claim is one on which no claim was read in these
texts. It may well have been studied elsewhere.
"""
_PLURALS = {
    Status.FINDING: "findings",
    Status.CONCLUSION: "conclusions",
    Status.HYPOTHESIS: "hypotheses",
    Status.BACKGROUND: "background",
    Status.OPEN_QUESTION: "open questions",
}


def write_folder(
    readings: Iterable[Reading],
    folder: Path,
    *,
    title: str,
    inputs: Mapping[str, str] | None,
    searches: Iterable[Found] = (),
    before: Iterable[str] = (),
    extra: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    curated: Path | None = None,
) -> list[str]:
    """Write graph, store, claims, page and gaps; the lines that count what is in them.

    ``title`` names the corpus; ``inputs`` maps the names of files to their SHA-256, ``searches``
    says by which search they were found; ``before`` are lines on what came before; ``extra`` maps
    further files to their text, ``files`` to what they are; ``curated`` is the folder that holds
    what a curator dismissed, if it is another one.
    """
    from kg.build import assemble_graph, time_from_environment, write_graph
    from kg.gaps.dismissed import dismissed_in

    graph = assemble_graph(
        readings,
        inputs=inputs,
        searches=searches,
        when=time_from_environment(),
        dismissed=dismissed_in(curated or folder),
    )
    conforms = _validated(graph)
    with atomic_folder(folder) as part:
        report = write_graph(graph, part)
        counts = [*before, *count_lines(graph.readings, report), conforms]
        _write_claims(graph.readings, part / "claims.jsonl")
        _write_views(graph, part, title)
        for name, content in (extra or {}).items():
            write_text(part / name, content)
        known = FILES | dict(files or {})
        listed = "".join(f"  {name:<14} {about}\n" for name, about in known.items())
        text = f"{title}\n\n" + "\n".join(counts) + f"\n\nFiles:\n\n{listed}{_NEXT}"
        write_text(part / "README.txt", text)
    return counts


def _validated(graph: Graph) -> str:
    """The verdict of SHACL in one line; raises OxykgError if the graph must not be written."""
    from kg.validate import render, validate_graph

    report = validate_graph(graph.quads)
    verdict, *findings = render(report).splitlines()
    if report.conforms:
        return verdict
    for line in findings:
        say(line)
    raise OxykgError(f"{verdict} Nothing was written; mend the claims that are named above")


def _write_claims(readings: Iterable[Reading], path: Path) -> None:
    from kg.claims_io import reading_to_line

    write_text(path, "".join(f"{reading_to_line(reading)}\n" for reading in readings))


def _write_views(graph: Graph, folder: Path, title: str) -> None:
    from kg.gaps import gap_table
    from kg.ontology import constructs
    from kg.provenance import run_id
    from kg.tables import format_table
    from kg.views import write_explorer, write_playground

    build_id = run_id(graph.readings)
    page, ask = "explorer.html", "playground.html"
    write_explorer(
        graph.readings, graph.gaps, folder / page, title=title, build_id=build_id, playground=ask
    )
    write_playground(graph.quads, folder / ask, title=title, build_id=build_id, explorer=page)
    write_text(folder / "gaps.csv", format_table(gap_table(graph.gaps, constructs()), "csv"))


def count_lines(readings: Iterable[Reading], report: BuildReport) -> list[str]:
    """What went in and what came out, one line a stage, after the manner of PRISMA."""
    known = list(readings)
    with_claims = sum(bool(reading.claims) for reading in known)
    statuses = Counter(claim.status for reading in known for claim in reading.claims)
    by_status = ", ".join(f"{statuses[status]} {name}" for status, name in _PLURALS.items())
    return [
        f"{report.documents} records of {report.studies} studies: {with_claims} with claims, "
        f"{report.documents - with_claims} without",
        f"{report.claims} claims: {by_status}",
        f"{report.links} links between constructs, {report.paths} paths through a third",
        f"{report.gaps} gaps",
        f"{report.quads} quads",
    ]


def readings_in(store: Store) -> tuple[Reading, ...]:
    """All readings of a graph."""
    from kg.rdf import from_quads

    return from_quads(store)
