"""From texts to a graph: ``extract``, ``build``, ``demo``."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import (
    DEMO,
    STDOUT,
    OutputOption,
    Tally,
    each_line,
    output_file,
    progress,
    put,
    sha256,
)
from kg.cli.folder import FILES, write_folder
from kg.cli.run import say
from kg.errors import OxykgError
from kg.model import Document, Reading, Study

if TYPE_CHECKING:
    from kg.curation.model import Judgement

FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE", show_default=False, help="Files to read; - is stdin."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="NAME", help="Another spaCy pipeline, e.g. en_core_web_sm."
    ),
]
ProcessesOption = Annotated[
    int, typer.Option("--processes", "-p", metavar="N", min=1, max=64, help="Worker processes.")
]


KeepOption = Annotated[
    bool,
    typer.Option("--keep-all", help="Read also what is out of scope or not English."),
]


LeastOption = Annotated[
    float,
    typer.Option(
        "--min-confidence", metavar="P", min=0, max=1, help="Leave out claims read less surely."
    ),
]
StrictOption = Annotated[
    bool,
    typer.Option("--strict", help="Keep only what is read surely enough to publish unchecked."),
]


def extract(
    files: FilesArgument,
    output: OutputOption = STDOUT,
    model: ModelOption = None,
    processes: ProcessesOption = 1,
    keep_all: KeepOption = False,
    min_confidence: LeastOption = 0.0,
    strict: StrictOption = False,
) -> None:
    """Read the claims of abstracts from search results, as databases and programs export them.

    Read are PubMed XML and .nbib, RIS, BibTeX, CSL-JSON, CSV and TSV with a header, JATS XML, Web
    of Science and EndNote text, answers of Europe PMC and OpenAlex, and JSON Lines with 'key' (or
    'id'), 'title', 'abstract', and if known 'year', 'doi', 'pmid', 'authors', 'journal'; also
    compressed (.gz). The format is told by the content. One line with its claims comes out for
    each document. What cannot be read is named on stderr and left out. What is out of scope
    (childbirth, animals, cells, other languages ...) is not read for claims; its line says why.
    """
    from extract.pipeline import extract_readings
    from extract.readers import read_documents
    from kg.claims_io import reading_to_line

    _refuse_same_file(files, output)
    least = _least(min_confidence, strict)
    tally = Tally("record")
    with output_file(output) as stream:
        documents = tally.count(read_documents(*files, on_bad=tally.refuse))
        read = partial(extract_readings, model=model, n_process=processes)
        reasons: list[str] = []
        for reading, reason in progress(_screened(documents, read, keep_all), "abstracts"):
            kept = _surely(reading, least)
            stream.write(f"{reading_to_line(kept, left_out=reason)}\n".encode())
            reasons += [reason] if reason else []
        tally.need_one()
    _tell_left_out(reasons)
    tally.close()


def _screened(
    documents: Iterable[Document],
    read: Callable[[Iterable[Document]], Iterable[Reading]],
    keep_all: bool,
) -> Iterator[tuple[Reading, str | None]]:
    """The readings in the order of the documents; one out of scope is empty, with the reason."""
    from extract.triage import left_out, triage

    rules = triage(keep_all=keep_all)
    waiting: deque[tuple[Document, str | None]] = deque()

    def in_scope() -> Iterator[Document]:
        for document in documents:
            reason = left_out(document, rules)
            waiting.append((document, reason))
            if reason is None:
                yield document

    def unread() -> Iterator[tuple[Reading, str | None]]:
        while waiting and waiting[0][1] is not None:
            document, reason = waiting.popleft()
            study = Study(id=f"study:{document.key}", documents=(document.id,), kind=document.kind)
            yield Reading(document=document, claims=(), study=study), reason

    for reading in read(in_scope()):
        yield from unread()
        waiting.popleft()
        yield reading, None
    yield from unread()


def _least(min_confidence: float, strict: bool) -> float:
    if not strict:
        return min_confidence
    from extract.settings import own_settings

    return max(min_confidence, own_settings().strict)


def _surely(reading: Reading, least: float) -> Reading:
    """The reading without the claims that were read less surely."""
    kept = tuple(claim for claim in reading.claims if (claim.confidence or 0.0) >= least)
    return replace(reading, claims=kept)


def _tell_left_out(reasons: Sequence[str]) -> None:
    if reasons:
        counted = Counter(reason.split(" (")[0] for reason in reasons).most_common()
        why = ", ".join(f"{count} {reason}" for reason, count in counted)
        say(f"{len(reasons)} out of scope and not read ({why}); --keep-all reads them too.")


def _refuse_same_file(inputs: Sequence[Path], output: Path) -> None:
    if output != STDOUT and output.resolve() in [path.resolve() for path in inputs]:
        raise typer.BadParameter(f"{output} is read here; name another file", param_hint="-o")


def build(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DIR | CLAIMS...]",
            show_default=False,
            help="A project, or files that 'oxykg extract' wrote. Default: the project here.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder to write into, from CLAIMS."),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Name of the corpus.")
    ] = None,
    model: ModelOption = None,
    processes: ProcessesOption = 1,
    keep_all: KeepOption = False,
    curation: Annotated[
        Path | None,
        typer.Option(
            "--curation", metavar="FILE", help="Verdicts to apply, beside those that DIR holds."
        ),
    ] = None,
) -> None:
    """Build a project's graph, or one from files of claims, with its page and its gaps.

    In a project (oxykg init) this reads what is new in its sources, merges duplicates, leaves out
    what is out of scope, and replaces graph/ when all is done. From claims it writes into the
    folder that -o names: files of the same name are replaced when all is done, others are left
    alone. The same input gives the same bytes (save store/, whose answers are the same).
    SOURCE_DATE_EPOCH, if set, is written as the time of the build.
    """
    from kg.cli.project import build_project
    from kg.project.layout import is_project

    named = files or []
    if output is None and len(named) <= 1 and all(path.is_dir() for path in named):
        folder = named[0] if named else Path()
        if named or is_project(folder):
            build_project(folder, title=title, keep_all=keep_all, model=model, processes=processes)
            return
        problem = "no project here; 'oxykg init DIR' makes one, or name files of claims and -o DIR"
        raise typer.BadParameter(problem, param_hint="DIR")
    if output is None:
        raise typer.BadParameter("say where to write the graph of these claims", param_hint="-o")
    _build_claims(named, output, title, curation)


def _build_claims(
    files: Sequence[Path], output: Path, title: str | None, curation: Path | None
) -> None:
    tally = Tally("document")
    lines = each_line(files, _read_or_left_out, tally)
    readings = [reading for reading in tally.count(progress(lines, "documents")) if reading]
    tally.need_one()
    if not readings:
        raise OxykgError("all documents are out of scope; read them with 'extract --keep-all'")
    inputs = {path.name: sha256(path) for path in files if path.is_file()}
    counts = write_folder(
        readings,
        output,
        title=title or output.resolve().name,
        inputs=inputs,
        judgements=_judgements(output, curation),
    )
    if left := tally.read - len(readings):
        counts.append(f"{left} more documents are out of scope and not in the graph")
    put(_summary(counts, output))
    tally.close()


def _read_or_left_out(line: str) -> Reading | None:
    """The reading of a line; ``None`` for a document that was out of scope."""
    from kg.claims_io import LEFT_OUT, reading_from_line

    reading = reading_from_line(line)
    return None if f'"{LEFT_OUT}": "' in line and json.loads(line).get(LEFT_OUT) else reading


def _judgements(folder: Path, curation: Path | None) -> list[Judgement] | None:
    """The verdicts of a file with those of the folder; ``None``: those of the folder alone."""
    if curation is None:
        return None
    from kg.cli.folder import judgements_in
    from kg.curation.parse import distinct, read_sheet
    from kg.curation.sheet import merged

    judgements, problems = distinct(curation, sheet := read_sheet(curation))
    for problem in (*sheet.problems, *problems):
        raise problem
    return merged(judgements_in(folder), judgements)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write into.")] = DEMO,
    model: ModelOption = None,
    processes: ProcessesOption = 1,
) -> None:
    """Do all of it with the bundled studies: claims, graph, page, gaps.

    Start here. It takes less than a minute, and ends with the names of what it wrote.
    """
    from kg.corpus import load_corpus

    started = time.monotonic()
    records = load_corpus()
    readings = progress(_read_corpus(model, processes), "studies", len(records))
    title = f"The {len(records)} bundled studies"
    counts = write_folder(readings, folder, title=title, inputs=None)
    put(_summary([*counts, f"{time.monotonic() - started:.0f} s"], folder))


def _read_corpus(model: str | None, processes: int) -> Iterator[Reading]:
    """The bundled studies as read, each with the sample that its record describes."""
    from extract.pipeline import extract_readings
    from kg.corpus import load_corpus

    records = {record.id: record for record in load_corpus()}
    documents = (record.document() for record in records.values())
    for reading in extract_readings(documents, model=model, n_process=processes):
        yield replace(reading, study=records[reading.document.id].study())


def _summary(counts: Iterable[str], folder: Path) -> str:
    files = "".join(f"  {folder / name!s:<28}  {about}\n" for name, about in FILES.items())
    return "\n".join(counts) + f"\n\nWritten:\n{files}"
