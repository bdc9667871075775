"""What a graph says: ``gaps``, ``explore``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.common import (
    STDOUT,
    FolderArgument,
    FormatOption,
    open_graph,
    output_file,
    print_table,
    put,
)


class Kind(StrEnum):
    """Kinds of gap, as `kg.gaps.GapKind` has them."""

    UNSTUDIED = "unstudied"
    ASKED = "asked"
    ONE_POPULATION = "one population"
    CONFLICTING = "conflicting"


def gaps(
    folder: FolderArgument = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", show_default=False, help="Only gaps of this kind.")
    ] = None,
    construct: Annotated[
        str | None, typer.Option("--for", metavar="ID", help="Only gaps of this construct.")
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="At most so many.")] = 20,
    style: FormatOption = None,
) -> None:
    """List under-studied links between constructs, best first, with the reason in words.

    Kinds: no claim at all, only asked, studied in one population only, conflicting. A gap describes
    these texts; look whether it was studied elsewhere before you call it one.
    """
    from kg.cli.folder import readings_in
    from kg.gaps import find_gaps, gap_table
    from kg.ontology import construct as known_construct
    from kg.ontology import constructs

    if construct:
        known_construct(construct)  # says which are known if it is not
    found = [
        gap
        for gap in find_gaps(readings_in(open_graph(folder)), constructs())
        if (kind is None or gap.kind.value == kind.value)
        and (construct is None or construct in (gap.a, gap.b))
    ]
    print_table(gap_table(found[:top], constructs()), style)


def explore(
    folder: FolderArgument = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is stdout.")
    ] = Path("explorer.html"),
    title: Annotated[str, typer.Option(metavar="TEXT", help="Name of the corpus.")] = "",
    quotes: Annotated[
        bool, typer.Option("--quotes/--no-quotes", help="With or without the papers' sentences.")
    ] = True,
) -> None:
    """Write the page: network, filters, and the sentences behind each link, in one offline file."""
    from kg.cli.folder import readings_in
    from kg.gaps import find_gaps
    from kg.ontology import constructs
    from kg.provenance import run_id
    from kg.views.explorer import explorer_html

    readings = readings_in(open_graph(folder))
    page = explorer_html(
        readings,
        find_gaps(readings, constructs()),
        title=title or f"{len(readings)} studies",
        build_id=run_id(readings),
        quotes=quotes,
    )
    with output_file(output) as stream:
        stream.write(page.encode("utf-8"))
    if output != STDOUT:
        put(f"{output}\n")
