"""What goes to other programs: ``export``."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import (
    STDOUT,
    FolderArgument,
    OutputOption,
    graph_at_hand,
    open_graph,
    output_file,
    put,
)
from kg.files import atomic_folder, write_text

if TYPE_CHECKING:
    from kg.bibliography import Work


class ExportFormat(StrEnum):
    """Formats of `kg.bibliography`, then those of `kg.exports`."""

    CSL_JSON = "csl-json"
    BIBTEX = "bibtex"
    RIS = "ris"
    TRIG = "trig"
    NQUADS = "nquads"
    TURTLE = "turtle"
    JSON_LD = "json-ld"
    RDF12 = "rdf12"
    NANOPUB = "nanopub"
    GRAPHML = "graphml"
    GEXF = "gexf"
    KGX = "kgx"
    CSV = "csv"
    SSSOM = "sssom"


#: Formats for reference managers; they hold works, not claims.
_WORKS = (ExportFormat.CSL_JSON, ExportFormat.BIBTEX, ExportFormat.RIS)
#: Formats of several files.
_FOLDERS = (ExportFormat.KGX, ExportFormat.CSV)


def export(
    folder: FolderArgument = None,
    style: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="What to write; see above.")
    ] = ExportFormat.CSL_JSON,
    output: OutputOption = STDOUT,
    strict: Annotated[
        bool, typer.Option("--strict", help="Only claims that were read very surely.")
    ] = False,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            "--min-confidence",
            metavar="P",
            min=0,
            max=1,
            show_default=False,
            help="Only claims read with at least this confidence; unscored ones are left out.",
        ),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text/--no-text", help="With or without abstracts and sentences.")
    ] = True,
) -> None:
    """Write the graph, or its studies, for other programs.

    Studies for a reference manager: csl-json, bibtex, ris (without a graph the bundled ones).
    RDF: trig, nquads, turtle, json-ld, rdf12 (claims as reifiers), nanopub (findings and
    conclusions, each by itself). Networks of links: graphml, gexf (Gephi, Cytoscape). Tables, into
    a folder: csv (with a Frictionless data package), kgx (Biolink). Mappings: sssom.
    """
    if style in _WORKS:
        if strict or min_confidence is not None or not text:
            raise typer.BadParameter("only for exports of claims", param_hint="--strict")
        _write(output, [_bibliography(style, folder)])
        return
    if style in _FOLDERS and output == STDOUT:
        raise typer.BadParameter(f"{style} is several files; name a folder", param_hint="-o")
    from kg.exports import FILES, FOLDERS, select

    least = max(_strict() if strict else 0.0, min_confidence or 0.0) or min_confidence
    content = select(open_graph(folder), min_confidence=least, texts=text)
    if style in _FOLDERS:
        with atomic_folder(output) as part:
            for name, written in FOLDERS[style](content).items():
                write_text(part / name, written)
    else:
        _write(output, FILES[style](content))
    if output != STDOUT:
        put("".join(f"{line}\n" for line in (str(output), *content.header.lines())))


def _strict() -> float:
    from extract.settings import own_settings

    return own_settings().strict


def _write(output: Path, pieces: Iterable[str]) -> None:
    with output_file(output) as stream:
        for piece in pieces:
            stream.write(piece.encode("utf-8"))


def _bibliography(style: ExportFormat, folder: Path | None) -> str:
    from kg.bibliography import FORMATS

    return FORMATS[style](_works(folder))


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
