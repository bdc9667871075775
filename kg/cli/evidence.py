"""What the studies say together: ``show`` and ``report``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.common import (
    STDOUT,
    Format,
    FormatOption,
    OutputOption,
    open_graph,
    output_file,
    print_table,
    put,
    shown_format,
)
from kg.errors import OxykgError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.evidence.brief import Brief
    from kg.evidence.dossier import Dossier
    from kg.links import Link
    from kg.model import Reading
    from kg.ontology import Construct

ConstructArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONSTRUCT", show_default=False, help="A construct: its id, label or abbreviation."
    ),
]
OtherArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[CONSTRUCT]", show_default=False, help="A second one: the link between the two."
    ),
]
GraphArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", show_default=False, help="Folder of a built graph."),
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help="Only claims on these very constructs, no narrower ones.")
]
MergeOption = Annotated[
    bool,
    typer.Option("--merge", help="Also merge kinds kept apart: oxytocin given, measured, genes."),
]
ConfidenceOption = Annotated[
    float,
    typer.Option(
        "--min-confidence", metavar="P", min=0, max=1, help="Leave out claims read less surely."
    ),
]


def show(
    construct: ConstructArgument,
    other: OtherArgument = None,
    folder: GraphArgument = None,
    exact: ExactOption = False,
    merge: MergeOption = False,
    sure: ConfidenceOption = 0.0,
    style: FormatOption = None,
) -> None:
    """Show what is known of a construct, or of the link between two: studies, balance, disputes.

    Narrower constructs count too, with the sign turned where more of one is less of the other
    (fewer symptoms are a better outcome). JSON has lists of studies by direction ('positive',
    'negative', 'null', 'mixed', 'unspecified', 'asked'), each with its claims.
    """
    from kg.rollup import members
    from kg.select import readings_about

    a, b, place = asked_for(construct, other, folder)
    readings = _surely(readings_about(open_graph(place), members(a, merge=True)), sure)
    labels = _labels()
    if b is None:
        _show_construct(a, readings, labels, exact=exact, merge=merge, style=style)
        return
    from kg.evidence.dossier import dossier

    _show_pair(dossier(readings, a, b, rollup=not exact, merge=merge), labels, style)


def asked_for(
    construct: str, other: str | None, folder: Path | None
) -> tuple[str, str | None, Path | None]:
    """The ids of one or two constructs, and the folder if the last word was one."""
    from kg.ontology import find_construct

    if other and not folder and _is_folder(other):
        folder, other = Path(other), None
    a = find_construct(construct).id
    b = find_construct(other).id if other else None
    if a == b:
        raise OxykgError(f"{a} twice; name another construct, or this one alone")
    return a, b, folder


def _is_folder(name: str) -> bool:
    from kg.ontology import NoSuchConstructError, find_construct

    try:
        find_construct(name)
    except NoSuchConstructError:
        return Path(name).is_dir()
    return False


def _surely(readings: tuple[Reading, ...], least: float) -> tuple[Reading, ...]:
    """The readings without claims whose reading confidence is lower; unscored ones stay."""
    from dataclasses import replace

    def sure(reading: Reading) -> Reading:
        kept = (c for c in reading.claims if c.confidence is None or c.confidence >= least)
        return replace(reading, claims=tuple(kept))

    return tuple(map(sure, readings)) if least else readings


def _labels() -> Mapping[str, str]:
    from kg.ontology import constructs

    return {name: construct.label for name, construct in constructs().items()}


def _show_pair(found: Dossier, labels: Mapping[str, str], style: Format | None) -> None:
    from kg.evidence.as_json import dossier_json
    from kg.evidence.tables import claims_table, paths_table, studies_table

    chosen = shown_format(style)
    if chosen == "json":
        _put_json(dossier_json(found, labels))
    elif chosen != "table":
        print_table(claims_table(found, labels), chosen)
    else:
        _say(_pair_lines(found, labels))
        if found.link:
            put("\n")
            print_table(studies_table(found.link, labels), chosen)
        if found.paths:
            put("\n")
            print_table(paths_table(found.paths, labels), chosen)


def _pair_lines(found: Dossier, labels: Mapping[str, str]) -> list[str]:
    from kg.evidence.words import dossier_sentence, summary_sentences, title
    from kg.wording import label_of

    lines = [title(found.a, found.b, labels), ""]
    lines += [dossier_sentence(found, labels), *summary_sentences(found)]
    if found.apart:
        kinds = ", ".join(label_of(name, labels) for name in found.apart)
        lines += [f"Left out, since kinds of evidence are kept apart (--merge): {kinds}."]
    return lines


def _show_construct(
    name: str,
    readings: tuple[Reading, ...],
    labels: Mapping[str, str],
    *,
    exact: bool,
    merge: bool,
    style: Format | None,
) -> None:
    from kg.evidence.dossier import construct_links, construct_paths
    from kg.evidence.tables import links_table, paths_table
    from kg.ontology import construct

    links = construct_links(readings, name, rollup=not exact, merge=merge)
    paths = construct_paths(readings, name, rollup=not exact, merge=merge)
    chosen = shown_format(style)
    if chosen == "json":
        _put_json(_construct_json(construct(name), links, paths, labels))
        return
    if chosen == "table":
        _say(_construct_lines(construct(name)))
        put("\n")
    print_table(links_table(links, labels), chosen)
    if paths and chosen == "table":
        put("\n")
        print_table(paths_table(paths, labels), chosen)


def _construct_lines(construct: Construct) -> list[str]:
    from kg.ontology import narrower
    from kg.rollup import kept_apart

    lines = [f"{construct.label} ({construct.id})", "", construct.definition]
    if narrower(construct.id):
        lines.append(f"Narrower: {', '.join(narrower(construct.id))}.")
    if kept_apart(construct.id):
        lines.append("Its kinds are kept apart; --merge counts them together.")
    return lines


def _construct_json(
    construct: Construct,
    links: tuple[Link, ...],
    paths: tuple[Link, ...],
    labels: Mapping[str, str],
) -> dict[str, Any]:
    from kg.evidence.as_json import construct_json
    from kg.ontology import narrower

    about = {
        "construct": construct.id,
        "label": construct.label,
        "definition": construct.definition,
        "broader": list(construct.broader),
        "narrower": list(narrower(construct.id)),
        "valence": construct.valence,
    }
    return about | construct_json(links, paths, labels)


def _put_json(value: Any) -> None:
    from kg.tables import json_text

    put(json_text(value))


def _say(lines: list[str]) -> None:
    """Lines of prose, wrapped to the terminal, with nothing in them that it would obey."""
    import shutil
    from textwrap import fill

    from kg.tables import plain_text

    width = shutil.get_terminal_size().columns
    put("".join(f"{fill(plain_text(line), width)}\n" for line in lines))


class BriefFormat(StrEnum):
    """What a brief is written as."""

    MD = "md"
    HTML = "html"


def report(
    construct: ConstructArgument,
    other: OtherArgument = None,
    folder: GraphArgument = None,
    output: OutputOption = STDOUT,
    style: Annotated[
        BriefFormat | None,
        typer.Option("--format", "-f", help="Default: by the name of the file, else md."),
    ] = None,
    exact: ExactOption = False,
    merge: MergeOption = False,
    sure: ConfidenceOption = 0.0,
) -> None:
    """Write an evidence brief on a construct or a pair, in Markdown or HTML.

    Summary, studies by direction, effects where abstracts give any, the sentences, disagreements,
    gaps around it, limits, and how to cite it.
    """
    from kg.cli.folder import readings_in
    from kg.evidence.brief import brief_html, brief_markdown

    a, b, place = asked_for(construct, other, folder)
    readings = _surely(readings_in(open_graph(place)), sure)
    brief = _brief(a, b, readings, exact=exact, merge=merge)
    html = (style or _format_of(output)) is BriefFormat.HTML
    with output_file(output) as stream:
        stream.write((brief_html if html else brief_markdown)(brief).encode("utf-8"))
    if output != STDOUT:
        put(f"{output}\n")


def _format_of(output: Path) -> BriefFormat:
    return BriefFormat.HTML if output.suffix.lower() in (".html", ".htm") else BriefFormat.MD


def _brief(
    a: str, b: str | None, readings: tuple[Reading, ...], *, exact: bool, merge: bool
) -> Brief:
    from kg.evidence.brief import construct_brief, pair_brief
    from kg.evidence.dossier import construct_links, construct_paths, dossier
    from kg.gaps import find_gaps
    from kg.ontology import constructs
    from kg.provenance import run_id

    rollup = not exact
    gaps = find_gaps(readings, constructs())
    about: dict[str, Any] = {"corpus": readings, "build": run_id(readings)}
    if b:
        found = dossier(readings, a, b, rollup=rollup, merge=merge)
        return pair_brief(found, gaps, _labels(), **about)
    links = construct_links(readings, a, rollup=rollup, merge=merge)
    paths = construct_paths(readings, a, rollup=rollup, merge=merge)
    return construct_brief(constructs()[a], links, paths, gaps, _labels(), **about)
