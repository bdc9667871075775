"""Under-studied links: ``gaps``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.common import (
    DEMO,
    STDOUT,
    FolderArgument,
    OutputOption,
    open_graph,
    output_file,
    print_table,
    put,
)
from kg.gaps.dismissed import DISMISSED_FILE, Dismissal, dismissed_in, read_dismissed
from kg.gaps.model import KIND_MEANINGS, Gap, GapKind
from kg.model import Reading
from kg.tables import FORMATS, format_table

#: Kinds as they are given on the command line.
Kind = StrEnum("Kind", {kind.name: kind.value.replace(" ", "-") for kind in GapKind})  # type: ignore[misc]
GapFormat = StrEnum("GapFormat", {name: name for name in (*FORMATS, "html")})  # type: ignore[misc]

_KINDS_HELP = "; ".join(
    f"{kind.value.replace(' ', '-')}: {KIND_MEANINGS[kind]}" for kind in GapKind
)


def gaps(
    folder: FolderArgument = None,
    kind: Annotated[
        list[Kind] | None,
        typer.Option(
            "--kind", metavar="KIND", show_default=False, help="Only this kind; again for another."
        ),
    ] = None,
    construct: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="ID",
            show_default=False,
            help="Only gaps of this construct; twice: of the pair.",
        ),
    ] = None,
    min_importance: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Only where the rarer construct has so many primary studies."
        ),
    ] = 0,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="At most so many.")] = 20,
    dismissed: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help=f"Gaps to leave out, as a table. Default: {DISMISSED_FILE} beside the graph.",
        ),
    ] = None,
    style: Annotated[
        GapFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="html and md: a page a gap. Default: by the name of FILE, else a table.",
        ),
    ] = None,
    output: OutputOption = STDOUT,
    quotes: Annotated[
        bool, typer.Option("--quotes/--no-quotes", help="Pages with or without papers' sentences.")
    ] = True,
) -> None:
    """List under-studied links between constructs, best first, with the reasons in words.

    A gap describes these texts; look whether it was studied elsewhere before you call it one.
    """
    from kg.cli.folder import readings_in
    from kg.gaps import find_gaps, gap_table
    from kg.ontology import construct as known_construct
    from kg.ontology import constructs

    for name in construct or ():
        known_construct(name)  # says which are known if it is not
    left_out = _dismissals(folder, dismissed)
    readings = readings_in(open_graph(folder))
    found = find_gaps(readings, constructs(), dismissed=left_out)
    chosen = list(chosen_gaps(found, kind or (), construct or (), min_importance))[:top]
    wanted = style or _format_of(output)
    if output == STDOUT and wanted not in _PAGES and wanted != "json":
        print_table(gap_table(chosen, constructs()), wanted)
        return
    with output_file(output) as stream:
        stream.write(_text(chosen, readings, str(wanted or "tsv"), quotes).encode("utf-8"))
    if output != STDOUT:
        put(f"{output}\n")


_PAGES = ("html", "md")


def _format_of(output: Path) -> GapFormat | None:
    suffix = output.suffix.lower().removeprefix(".")
    known = {str(name): name for name in GapFormat} | {"htm": GapFormat("html")}
    return known.get(suffix)


def _text(chosen: Sequence[Gap], readings: Sequence[Reading], style: str, quotes: bool) -> str:
    from kg.gaps import gap_json, gap_table
    from kg.ontology import constructs

    if style == "json":
        return json.dumps([gap_json(gap) for gap in chosen], indent=1, ensure_ascii=False) + "\n"
    if style not in _PAGES:
        return format_table(gap_table(chosen, constructs()), style)
    from kg.views.gap_pages import gap_pages, gaps_html, gaps_markdown

    labels = {name: construct.label for name, construct in constructs().items()}
    pages = gap_pages(chosen, readings, labels, quotes=quotes)
    title = f"{len(pages)} under-studied links in {len(readings)} documents"
    return (gaps_html if style == "html" else gaps_markdown)(pages, title=title)


def _dismissals(folder: Path | None, file: Path | None) -> tuple[Dismissal, ...]:
    if file:
        return read_dismissed(file)
    places = [folder] if folder else [Path(), DEMO]
    return next((found for place in places if (found := dismissed_in(place))), ())


def chosen_gaps(
    found: Iterable[Gap], kinds: Sequence[str], names: Sequence[str], importance: int
) -> Iterable[Gap]:
    """The gaps of these kinds (any if none) and constructs (all of them) that matter enough."""
    wanted = {kind.replace("-", " ") for kind in kinds}
    for gap in found:
        own = {kind.value.replace("-", " ") for kind in gap.kinds}
        fits = not wanted or wanted & own
        if fits and set(names) <= set(gap.constructs) and gap.importance >= importance:
            yield gap


gaps.__doc__ = f"{cleandoc(gaps.__doc__ or '')}\n\nKinds. {_KINDS_HELP}."
