"""Correcting what was read: ``curate export``, ``apply``, ``sample``, ``report``, ``compare``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import (
    DEMO,
    STDOUT,
    FolderArgument,
    Format,
    FormatOption,
    OutputOption,
    open_graph,
    output_file,
    print_table,
    put,
    shown_format,
)
from kg.cli.run import BAD_INPUT, say
from kg.errors import OxykgError

if TYPE_CHECKING:
    from kg.curation.model import Judgement
    from kg.curation.overlay import Overlay
    from kg.model import Reading
    from kg.tables import Table

SheetArgument = Annotated[
    Path, typer.Argument(metavar="FILE", show_default=False, help="A sheet that was filled in.")
]
CuratorOption = Annotated[
    str, typer.Option("--curator", metavar="ORCID", help="Who judged rows that name nobody.")
]
#: Lines of one kind that are told; the rest is counted.
_TOLD = 20


def export(folder: FolderArgument = None, output: OutputOption = STDOUT) -> None:
    """Write every claim as a row to judge: a TSV that opens in a spreadsheet.

    Fill in 'verdict' (correct, wrong, unsure), for a wrong one 'error_tag' and if you like what is
    right in the right_ columns, your ORCID iD, the date. Leave the other columns as they are.
    """
    from kg.curation.sheet import blank_rows, judged_row, sheet_text

    readings = _read(_place(folder))
    judged = {judgement.claim: judgement for judgement in _known(_home(folder))}
    rows = []
    for row in blank_rows(readings, _labels()):
        known = judged.get(row["claim_id"].removeprefix("claim:"))
        rows.append(row | {k: v for k, v in judged_row(known).items() if v} if known else row)
    _write(sheet_text(rows), output)


def sample(
    folder: FolderArgument = None,
    n: Annotated[int, typer.Option("--n", metavar="N", min=1, help="How many claims.")] = 100,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another seed, others.")] = 1,
    output: OutputOption = STDOUT,
) -> None:
    """Draw claims to judge, by direction and confidence, so that few verdicts tell much.

    The same graph and seed give the same sample. The weights go into 'curate report'.
    """
    from kg.curation.draw import draw_sample
    from kg.curation.sheet import blank_rows, sheet_text

    readings = _read(_place(folder))
    drawn = draw_sample(readings, n, seed=seed)
    _write(sheet_text(blank_rows(readings, _labels(), only=drawn)), output)


def apply(file: SheetArgument, folder: FolderArgument = None, curator: CuratorOption = "") -> None:
    """Check a sheet and build the graph of DIR anew with its verdicts over what was read.

    Rejected claims are gone from the graph and from every question, corrected ones are replaced;
    who said so stands in a graph of its own. All verdicts are kept in DIR/curation.tsv and applied
    again at every 'oxykg build', also to a new extraction: they find their claims by place and
    content.
    """
    from kg.cli.folder import CLAIMS_FILE
    from kg.curation.match import match_judgements
    from kg.curation.sheet import merged

    place = _place(folder)
    readings = _read(place)
    judgements, problems = _sheet(file, curator)
    unknown = [j for j in match_judgements(judgements, readings).lost if not j.document]
    for judgement in unknown:
        what = f"claim:{judgement.claim} is not in {place / CLAIMS_FILE}"
        problems.append(OxykgError(f"{file}: {what}; check the id, or keep all columns"))
    _tell(problems)
    kept = merged(_known(_home(folder)), (j for j in judgements if j not in unknown))
    if not kept:
        raise OxykgError(f"{file}: no verdict could be used, so nothing was written")
    found = _rebuild(folder, readings, kept)
    put(f"{summary(found)}\n")
    if problems or found.conflicts:
        raise typer.Exit(BAD_INPUT)


def _rebuild(
    folder: Path | None, readings: tuple[Reading, ...], judgements: list[Judgement]
) -> Overlay:
    """Build the graph anew with these verdicts; a project keeps them beside its sources."""
    from kg.cli.folder import rebuild_folder, write_curation
    from kg.cli.project import build_project
    from kg.curation.overlay import overlay
    from kg.project.layout import Project, is_project

    home = _home(folder)
    if not is_project(home):
        return rebuild_folder(home, readings, judgements)
    write_curation(judgements, Project(home).curation)
    build_project(home)
    return overlay(readings, judgements)


def report(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DIR|FILE]...",
            show_default=False,
            help="Sheets, or folders with a curation.tsv. Default: this folder, else the demo's.",
        ),
    ] = None,
    curator: CuratorOption = "",
    style: FormatOption = None,
) -> None:
    """Tell how many claims were read right: by rule, stratum and direction, with intervals.

    Also the kinds of error, the agreement of curators (Cohen's kappa), how well confidence fits
    before and after recalibration, and the verdicts whose claims are not read any more.
    """
    from kg.curation import accuracy

    places = files or [_home(None)]
    judgements, problems = _all_judgements(places, curator)
    _tell(problems)
    if not judgements:
        raise OxykgError("no verdict yet; 'oxykg curate sample -o FILE' writes claims to judge")
    tables = {
        "precision": accuracy.precision_table(judgements),
        "errors": accuracy.tags_table(judgements),
        "curators": accuracy.kappa_table(judgements),
        "calibration": accuracy.calibration_table(judgements),
    }
    _print_all(tables, style)
    _tell_lost(places, judgements)
    if problems:
        raise typer.Exit(BAD_INPUT)


def _print_all(tables: Mapping[str, Table], style: Format | None) -> None:
    """The tables one below the other, empty ones left out; in JSON one object."""
    from kg.tables import json_rows, json_text

    if shown_format(style) == "json":
        put(json_text({name: json_rows(table) for name, table in tables.items()}))
        return
    for number, table in enumerate(table for table in tables.values() if table.rows):
        put("\n" if number else "")
        print_table(table, style)


def compare(
    one: Annotated[Path, typer.Argument(metavar="ONE", help="A sheet (.tsv) or claims (.jsonl).")],
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another of the same kind.")],
    style: FormatOption = None,
) -> None:
    """Show two readers side by side, only where they differ.

    Two sheets: the verdicts of two people. Two files of claims, each line a 'key' and 'claims': two
    people's annotations, or a person's and the machine's.
    """
    from kg.curation.compare import compare_readings, compare_verdicts
    from kg.evaluate.readings import read_claims

    kinds = {path.suffix.lower() == ".jsonl" for path in (one, other)}
    if len(kinds) > 1:
        raise OxykgError(f"{one} and {other}: one is a sheet, one are claims; give two of a kind")
    if kinds == {True}:
        found = compare_readings(read_claims(one), read_claims(other))
    else:
        sheets = [_sheet(path, "") for path in (one, other)]
        _tell([problem for _, problems in sheets for problem in problems])
        found = compare_verdicts(sheets[0][0], sheets[1][0])
    print_table(found.table, style)
    say(found.summary)


def summary(found: Overlay) -> str:
    """What became of the verdicts in one line."""
    from collections import Counter

    counts = Counter(decision.outcome.value for decision in found.decisions)
    parts = [f"{counts[name]} {name}" for name in ("kept", "corrected", "rejected")]
    line = f"{len(found.decisions)} claims judged: {', '.join(parts)}"
    if found.conflicts:
        line += f"; {len(found.conflicts)} disputed"
    if found.lost:
        line += f"; {len(found.lost)} verdicts on claims that are not read any more"
    if found.calibrated:
        line += f"; confidence recalibrated on {found.calibrated.n} verdicts"
    return line


def _place(folder: Path | None) -> Path:
    """The folder of the graph that is meant; raises OxykgError if there is none."""
    from kg.project.layout import Project, is_project

    home = _home(folder)
    return Project(home).graph if is_project(home) else home


def _home(folder: Path | None) -> Path:
    """Where the verdicts are kept: the project, else the folder of the graph."""
    from kg.project.layout import is_project
    from kg.store import GRAPH_FILE, STORE_FOLDER

    open_graph(folder)
    if folder:
        return folder
    here = Path()
    found = is_project(here) or (here / STORE_FOLDER).is_dir() or (here / GRAPH_FILE).is_file()
    return here if found else DEMO


def _read(place: Path) -> tuple[Reading, ...]:
    from kg.cli.folder import machine_readings

    return machine_readings(place)


def _known(place: Path) -> list[Judgement]:
    from kg.cli.folder import judgements_in

    return judgements_in(place)


def _labels() -> Mapping[str, str]:
    from kg.ontology import constructs

    return {name: construct.label for name, construct in constructs().items()}


def _sheet(file: Path, curator: str) -> tuple[list[Judgement], list[OxykgError]]:
    """The judgements of a sheet, and its problems; what was mended is told in one line."""
    from kg.curation.parse import distinct, read_sheet

    sheet = read_sheet(file, curator=curator)
    if sheet.mended:
        say(f"{file}: as a spreadsheet saved it ({', '.join(sheet.mended)}); read as meant")
    judgements, conflicts = distinct(file, sheet)
    return judgements, [*sheet.problems, *conflicts]


def _all_judgements(
    places: Iterable[Path], curator: str
) -> tuple[list[Judgement], list[OxykgError]]:
    judgements: list[Judgement] = []
    problems: list[OxykgError] = []
    for place in places:
        if place.is_dir():
            judgements += _known(place)
        else:
            found, wrong = _sheet(place, curator)
            judgements += found
            problems += wrong
    return judgements, problems


def _tell(problems: Iterable[OxykgError]) -> None:
    for problem in problems:
        say(f"Error: {problem}")


def _tell_lost(places: Iterable[Path], judgements: Iterable[Judgement]) -> None:
    from kg.curation.match import match_judgements

    for place in places:
        if place.is_dir():
            tell_lost(match_judgements(judgements, _read(_place(place))).lost)


def tell_lost(lost: Iterable[Judgement]) -> None:
    """Name the verdicts whose claims are not read any more, the first of them one by one."""
    found = list(lost)
    for judgement in found[:_TOLD]:
        said = f"{judgement.subject} {judgement.relation} {judgement.object}".strip()
        where = judgement.key or judgement.document
        say(f"Not read any more: claim:{judgement.claim} ({where}: {said}, {judgement.direction})")
    if len(found) > _TOLD:
        say(f"... and {len(found) - _TOLD} more; all are kept in curation.tsv")


def _write(text: str, output: Path) -> None:
    with output_file(output) as stream:
        stream.write(text.encode("utf-8"))
    if output != STDOUT:
        put(f"{output}\n")


#: The commands of the group in the order of their help, each with an example.
COMMANDS: dict[Callable[..., None], str] = {
    export: "oxykg curate export my-review -o sheet.tsv",
    apply: "oxykg curate apply sheet.tsv my-review",
    sample: "oxykg curate sample my-review --n 100 -o sample.tsv",
    report: "oxykg curate report my-review",
    compare: "oxykg curate compare by-hand.jsonl my-review/claims.jsonl",
}
curate = typer.Typer(
    help="Correct what was read, once and for all, in a spreadsheet.", no_args_is_help=True
)
for _command, _example in COMMANDS.items():
    curate.command(epilog=f"\b\nExample:\n{indent(_example, '  ')}")(_command)
