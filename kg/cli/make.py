"""From texts to a graph: ``extract``, ``build``, ``demo``."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

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
from kg.model import Reading

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


def extract(
    files: FilesArgument,
    output: OutputOption = STDOUT,
    model: ModelOption = None,
    processes: ProcessesOption = 1,
) -> None:
    """Read the claims of abstracts from search results, as databases and programs export them.

    Read are PubMed XML and .nbib, RIS, BibTeX, CSL-JSON, CSV and TSV with a header, JATS XML, Web
    of Science and EndNote text, answers of Europe PMC and OpenAlex, and JSON Lines with 'key' (or
    'id'), 'title', 'abstract', and if known 'year', 'doi', 'pmid', 'authors', 'journal'; also
    compressed (.gz). The format is told by the content. One line with its claims comes out for
    each document. What cannot be read is named on stderr and left out.
    """
    from extract.pipeline import extract_readings
    from extract.readers import read_documents
    from kg.claims_io import reading_to_line

    _refuse_same_file(files, output)
    tally = Tally("record")
    with output_file(output) as stream:
        documents = tally.count(read_documents(*files, on_bad=tally.refuse))
        readings = extract_readings(documents, model=model, n_process=processes)
        for reading in progress(readings, "abstracts"):
            stream.write(f"{reading_to_line(reading)}\n".encode())
        tally.need_one()
    tally.close()


def _refuse_same_file(inputs: Sequence[Path], output: Path) -> None:
    if output != STDOUT and output.resolve() in [path.resolve() for path in inputs]:
        raise typer.BadParameter(f"{output} is read here; name another file", param_hint="-o")


def build(
    files: FilesArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write into.")
    ],
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Name of the corpus.")
    ] = None,
) -> None:
    """Build a graph from files of claims, with its page and its gaps.

    Files of the same name in DIR are replaced when all is done, others are left alone. The same
    claims give the same bytes (save store/, whose answers are the same). SOURCE_DATE_EPOCH, if
    set, is written as the time of the build.
    """
    from kg.claims_io import reading_from_line

    tally = Tally("document")
    lines = each_line(files, reading_from_line, tally)
    readings = list(tally.count(progress(lines, "documents")))
    tally.need_one()
    inputs = {path.name: sha256(path) for path in files if path.is_file()}
    counts = write_folder(readings, output, title=title or output.resolve().name, inputs=inputs)
    put(_summary(counts, output))
    tally.close()


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
