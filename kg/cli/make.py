"""From texts to a graph: ``extract``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.common import STDOUT, OutputOption, Tally, output_file, progress

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


def refuse_same_file(inputs: Sequence[Path], output: Path) -> None:
    """Keep a command from writing over what it reads."""
    if output != STDOUT and output.resolve() in [path.resolve() for path in inputs]:
        raise typer.BadParameter(f"{output} is read here; name another file", param_hint="-o")


def extract(
    files: FilesArgument,
    output: OutputOption = STDOUT,
    model: ModelOption = None,
    processes: ProcessesOption = 1,
) -> None:
    """Read the claims of abstracts from JSON Lines.

    One JSON document a line goes in, one line with its claims comes out. A document has 'key' (or
    'id'), 'title', 'abstract', and if known 'year', 'doi', 'pmid', 'authors', 'journal'. What
    cannot be read is named on stderr and left out.
    """
    from extract.pipeline import extract_readings

    from extract.readers import read_documents
    from kg.claims_io import reading_to_line

    refuse_same_file(files, output)
    tally = Tally("record")
    with output_file(output) as stream:
        documents = tally.count(read_documents(*files, on_bad=tally.refuse))
        readings = extract_readings(documents, model=model, n_process=processes)
        for reading in progress(readings, "abstracts"):
            stream.write(f"{reading_to_line(reading)}\n".encode())
        tally.need_one()
    tally.close()
