"""What goes to other programs: ``export``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import STDOUT, FolderArgument, OutputOption, graph_at_hand, output_file

if TYPE_CHECKING:
    from pathlib import Path

    from kg.bibliography import Work


class Bibliography(StrEnum):
    """Formats that reference managers import."""

    CSL_JSON = "csl-json"
    BIBTEX = "bibtex"
    RIS = "ris"


def export(
    folder: FolderArgument = None,
    style: Annotated[
        Bibliography, typer.Option("--format", "-f", help="Format of the bibliography.")
    ] = Bibliography.CSL_JSON,
    output: OutputOption = STDOUT,
) -> None:
    """Write the studies of a graph for a reference manager; without a graph the bundled ones."""
    from kg.bibliography import FORMATS

    text = FORMATS[style](_works(folder))
    with output_file(output) as stream:
        stream.write(text.encode("utf-8"))


def _works(folder: Path | None) -> list[Work]:
    """The works of the graph, as full records where they are among the bundled ones."""
    from kg.cli.folder import readings_in
    from kg.corpus import load_corpus

    records = {record.id: record for record in load_corpus()}
    store = graph_at_hand(folder)
    if store is None:
        return list(records.values())
    documents = (reading.document for reading in readings_in(store))
    return [records.get(document.id, document) for document in documents]
