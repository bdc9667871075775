"""Whether things are as they should be: ``validate``, ``evaluate``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.common import FolderArgument, Format, graph_at_hand, print_table, put
from kg.cli.run import BAD_INPUT
from kg.tables import Table, format_table

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.evaluate import Evaluation


class Engine(StrEnum):
    """Our own quick SHACL check, or the reference implementation."""

    QUICK = "quick"
    PYSHACL = "pyshacl"


def validate(
    folder: FolderArgument = None,
    engine: Annotated[Engine, typer.Option(help="pyshacl is slower.")] = Engine.QUICK,
    style: Annotated[
        Format | None, typer.Option("--format", "-f", help="List every finding as a table.")
    ] = None,
) -> None:
    """Check a graph against its shapes (SHACL), and the ontology.

    Without a graph here, only the ontology. Exit code 1 if something must be mended.
    """
    from kg.validate import render_problems, validate_ontology

    store = graph_at_hand(folder)
    problems = validate_ontology()
    rows = [("Violation", where, "", "", message) for where, message in problems]
    if not style:
        put(f"{render_problems(problems)}\n")
    conforms = not problems
    if store is not None:
        found, fine = _validate_graph(store, engine, quiet=style is not None)
        rows, conforms = rows + found, conforms and fine
    if style:
        print_table(Table.of(("severity", "focus", "path", "value", "message"), rows), style)
    if not conforms:
        raise typer.Exit(BAD_INPUT)


def _validate_graph(
    store: Store, engine: Engine, *, quiet: bool
) -> tuple[list[tuple[str, str, str, str, str]], bool]:
    from kg.validate import render, validate_graph

    report = validate_graph(store, engine=engine.value)
    if not quiet:
        put(f"{render(report)}\n")
    rows = [(v.severity, v.focus, v.path, v.value, v.message) for v in report.found]
    return rows, report.conforms


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Annotated claims.")],
    predicted: Annotated[Path, typer.Argument(metavar="PREDICTED", help="Claims as read.")],
    broader: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSON: id -> parents. Default: the ontology's."),
    ] = None,
    only: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keys of the documents to score.")
    ] = None,
    errors: Annotated[int, typer.Option(metavar="N", min=0, help="List the first N errors.")] = 0,
    stages: Annotated[bool, typer.Option("--stages", help="Where it goes wrong, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    recall: Annotated[
        bool, typer.Option("--recall", help="Recall by construct instead, as a table (TSV).")
    ] = False,
) -> None:
    """Score claims against annotated ones: precision, recall, F1 with 95 % interval.

    'strict' wants the same constructs, 'lenient' takes a direct parent or child; 'asserted' counts
    findings and conclusions only.
    """
    from kg.evaluate import evaluate as score_files

    if recall:
        put(format_table(_recall(gold, predicted, broader), "tsv"))
        return
    keys = only.read_text(encoding="utf-8").split() if only else None
    evaluation = score_files(gold, predicted, broader, keys)
    put(_as_json(evaluation, errors) if as_json else _as_text(evaluation, errors, stages))


def _recall(gold: Path, predicted: Path, broader: Path | None) -> Table:
    from kg.evaluate import ontology_parents, read_parents
    from kg.evaluate.recall import recall_table

    return recall_table(gold, predicted, read_parents(broader) if broader else ontology_parents())


def _as_json(evaluation: Evaluation, errors: int) -> str:
    listed = [
        {"document": key, "kind": kind, "claim": claim}
        for key, kind, claim in evaluation.errors[:errors]
    ]
    found = evaluation.to_json() | ({"errors": listed} if errors else {})
    return json.dumps(found, indent=1) + "\n"


def _as_text(evaluation: Evaluation, errors: int, stages: bool) -> str:
    from kg.evaluate import stage_tables

    parts = [evaluation.table(), *evaluation.error_lines(errors)]
    if stages:
        for title, table in stage_tables(evaluation.stages):
            parts.append(f"\n{title}\n{format_table(table, 'table')}".rstrip())
    return "\n".join(parts) + "\n"
