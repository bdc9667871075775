"""The folder of a graph: all that is made of readings, and what is read back from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.run import say
from kg.errors import BadRecordError, OxykgError
from kg.files import atomic_file, atomic_folder, write_pieces, write_text
from kg.model import Reading, Status

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.build import BuildReport, Graph
    from kg.curation.model import Judgement
    from kg.curation.overlay import Overlay
    from kg.memory import Memory
    from kg.provenance import Found

#: The claims as they were read, and the verdicts of curators on them, within a folder.
CLAIMS_FILE, CURATION_FILE = "claims.jsonl", "curation.tsv"
README_FILE = "README.txt"
#: The files of a folder beside graph and store, each with what it is; the first is to be opened.
FILES = {
    "explorer.html": "open this first, in any browser: network, filters, claims with sentences",
    "playground.html": "ask the graph in SPARQL in any browser, with questions to start from",
    "gaps.csv": "under-studied pairs of constructs, with the reason in words (a spreadsheet)",
    CLAIMS_FILE: "one line a document: its claims with offsets, sentence, rule, confidence",
    "graph.trig": "the whole graph as RDF, in canonical order",
    "store": "the same graph as a database, for 'oxykg query'",
    README_FILE: "these figures, and what to do next",
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
    version: str | None = None,
    before: Iterable[str] = (),
    extra: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    curated: Path | None = None,
    judgements: Sequence[Judgement] | None = None,
    memory: Memory | None = None,
    old: Path | None = None,
) -> list[str]:
    """Write graph, store, claims, page and gaps; the lines that count what is in them.

    ``title`` names the corpus; ``inputs`` maps the names of files to their SHA-256, ``searches``
    says by which search they were found, ``version`` by which version of the reading they were read
    (the software's unless given); ``before`` are lines on what came before; ``extra`` maps
    further files to their text, ``files`` to what they are; ``curated`` is the folder that holds
    what curators said, if it is another one. The graph is of the readings with their verdicts
    over them: ``judgements``, else those of that folder. ``claims.jsonl`` stays as it was read.
    ``memory`` and the folder of the ``old`` graph spare what is made again: see `kg.parts`.
    """
    from kg.build import assemble_graph, time_from_environment, write_graph
    from kg.cli.curate import summary, tell_lost
    from kg.curation.overlay import overlay
    from kg.curation.quads import curation_quads
    from kg.gaps.dismissed import dismissed_in
    from kg.rdf import canonical

    read = canonical(readings)
    verdicts = judgements_in(curated or folder) if judgements is None else judgements
    found = overlay(read, verdicts)
    tell_lost(found.lost)
    for conflict in found.conflicts:
        say(f"Disputed: {conflict.told}")
    graph = assemble_graph(
        found.readings,
        inputs=inputs,
        searches=searches,
        version=version,
        when=time_from_environment(),
        dismissed=dismissed_in(curated or folder),
        extra=curation_quads(found),
        memory=memory,
        before=old,
    )
    conforms = _validated(graph, memory)
    with atomic_folder(folder) as part:
        report = write_graph(graph, part, memory=memory)
        counts = [*before, *count_lines(graph.readings, report), conforms]
        counts += [summary(found)] if verdicts else []
        _write_claims(read, part / CLAIMS_FILE)
        write_curation(verdicts, part / CURATION_FILE)
        _write_views(graph, part, title, memory)
        for name, content in (extra or {}).items():
            write_text(part / name, content)
        known = FILES | dict(files or {})
        listed = "".join(f"  {name:<14} {about}\n" for name, about in known.items())
        text = f"{title}\n\n" + "\n".join(counts) + f"\n\nFiles:\n\n{listed}{_NEXT}"
        write_text(part / README_FILE, text)
    return counts


def rebuild_folder(
    folder: Path, readings: Sequence[Reading], judgements: Sequence[Judgement]
) -> Overlay:
    """Build a folder anew with these verdicts, under its title; what they came to."""
    from kg.curation.overlay import overlay
    from kg.provenance import inputs_in
    from kg.store import open_store

    inputs = inputs_in(open_store(folder))
    write_folder(readings, folder, title=_title(folder), inputs=inputs, judgements=judgements)
    return overlay(readings, judgements)


def _title(folder: Path) -> str:
    readme = folder / README_FILE
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.is_file() else []
    return lines[0] if lines else folder.resolve().name


def judgements_in(folder: Path) -> list[Judgement]:
    """The verdicts that a folder holds; raises OxykgError for a line that is none."""
    path = folder / CURATION_FILE
    if not path.is_file():
        return []
    from kg.curation.parse import distinct, read_sheet

    sheet = read_sheet(path)
    judgements, conflicts = distinct(path, sheet)
    for problem in (*sheet.problems, *conflicts):
        raise problem
    return judgements


def machine_readings(folder: Path) -> tuple[Reading, ...]:
    """What was read, without the verdicts of curators; raises OxykgError where it is not kept."""
    from kg.claims_io import reading_from_line

    path = folder / CLAIMS_FILE
    if not path.is_file():
        raise OxykgError(f"{path}: not there; 'oxykg build' writes it beside the graph")
    readings = []
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            try:
                readings.append(reading_from_line(line))
            except (LookupError, ValueError, TypeError, AttributeError) as error:
                problem = "not as 'oxykg build' wrote it; build the folder again"
                raise BadRecordError(str(path), f"line {number}", problem) from error
    return tuple(readings)


def write_curation(judgements: Sequence[Judgement], path: Path) -> None:
    """Write verdicts as a sheet; none, no sheet."""
    if judgements:
        from kg.curation.sheet import judged_row, sheet_text

        write_text(path, sheet_text(map(judged_row, judgements)))


def _validated(graph: Graph, memory: Memory | None) -> str:
    """The verdict of SHACL in one line; raises OxykgError if the graph must not be written."""
    from kg.validate import render, validate_parts

    report = validate_parts(graph.parts, memory, triples=graph.triples)
    verdict, *findings = render(report).splitlines()
    if report.conforms:
        return verdict
    for line in findings:
        say(line)
    raise OxykgError(f"{verdict} Nothing was written; mend the claims that are named above")


def _write_claims(readings: Iterable[Reading], path: Path) -> None:
    from kg.claims_io import reading_to_line

    with atomic_file(path) as stream:
        stream.writelines(f"{reading_to_line(reading)}\n".encode() for reading in readings)


def _write_views(graph: Graph, folder: Path, title: str, memory: Memory | None) -> None:
    from kg.gaps import gap_table
    from kg.ontology import constructs
    from kg.tables import format_table
    from kg.views import write_explorer
    from kg.views.playground import playground_of

    build_id, page, ask = graph.build, "explorer.html", "playground.html"
    write_explorer(
        graph.readings,
        graph.gaps,
        folder / page,
        title=title,
        build_id=build_id,
        playground=ask,
        memory=memory,
    )
    ask_page = playground_of(graph, title=title, build_id=build_id, explorer=page, memory=memory)
    write_pieces(folder / ask, ask_page)
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
