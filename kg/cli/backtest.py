"""How past lists of gaps fared: ``backtest``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.common import FolderArgument, FormatOption, open_graph, print_table, progress, put
from kg.cli.run import say
from kg.errors import OxykgError
from kg.files import write_text
from kg.tables import Table, format_table

if TYPE_CHECKING:
    from kg.gaps.backtest import Backtest, Figures, YearResult
    from kg.gaps.measures import Interval

#: Where the pairs and their scores are written unless another place is named.
PAIRS = Path("backtest-pairs.csv")


def backtest(
    folder: FolderArgument = None,
    until: Annotated[
        list[int] | None,
        typer.Option(
            metavar="YEAR",
            show_default=False,
            help="The graph as of this year; again for another. Default: every year.",
        ),
    ] = None,
    pairs: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write all pairs with their scores (CSV).")
    ] = PAIRS,
    details: Annotated[
        bool, typer.Option("--details", help="A row for every signal, and AUC by importance.")
    ] = False,
    learn: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", show_default=False, help="Write weights learned from all years (JSON)."
        ),
    ] = None,
    style: FormatOption = None,
) -> None:
    """Test the ranking of gaps on the past, by what was found next.

    Documents and constructs as of a year; candidates are pairs without a finding by then, targets
    those that a later primary study first reports on. Printed are AUC (over all candidates, and
    against candidates of the same degree), average precision, and the share of targets among the
    first 10 and 20, with 95 % bootstrap intervals; beside them preferential attachment (the product
    of how many constructs each was found with) and the best single signal. Weights are learned from
    earlier years alone. A year with too few targets gets no figure; JSON says so in "refused".
    """
    from kg.cli.folder import readings_in
    from kg.gaps.backtest import Backtest
    from kg.gaps.scoring import shipped_weights
    from kg.ontology import constructs

    tested = Backtest(readings_in(open_graph(folder)), constructs(), shipped_weights())
    years = sorted(set(until)) if until else tested.all_years()
    results = [tested.judge(year) for year in progress(years, "years")]
    judged = [result for result in results if result.figures]
    if (style or "") == "json":
        found = {"years": [result.to_json() for result in results], "mean": _mean_json(judged)}
        put(json.dumps(found, indent=1) + "\n")
    for result in results:
        if result.refused and (until or not judged):
            say(f"{result.until}: {result.refused}.")
    if not judged and (style or "") == "json":
        return
    if not judged:
        raise OxykgError("no year has enough targets, so there is nothing to print")
    if (style or "") != "json":
        print_table(_table(judged, details), style)
    _write_pairs(judged, pairs)
    if learn:
        _write_weights(tested, learn, folder)


def _write_pairs(judged: list[YearResult], path: Path) -> None:
    from kg.gaps.backtest import PAIR_COLUMNS

    table = Table.of(PAIR_COLUMNS, (row for result in judged for row in result.rows))
    write_text(path, format_table(table, "csv"))
    say(f"All pairs with their scores: {path}")


def _write_weights(tested: Backtest, path: Path, folder: Path | None) -> None:
    from kg.gaps.backtest import learn

    count = len(tested.readings)
    found = learn(tested, f"{folder or 'the graph here'}: {count} documents with a year")
    write_text(path, json.dumps(found, indent=1) + "\n")
    say(f"Weights: {path}")


_COLUMNS = ("until", "targets", "ranking", "AUC", "matched", "avg. prec.", "P@10", "P@20", "lift")
_STRATA = ("low", "medium", "high")


def _table(judged: list[YearResult], details: bool) -> Table:
    rows = [row for result in judged for row in _rows(result, details)]
    if len(judged) > 1:
        rows += _mean_rows(judged, details)
    return Table.of((*_COLUMNS, *(_STRATA if details else ())), rows)


def _rows(result: YearResult, details: bool) -> list[tuple[Any, ...]]:
    from kg.gaps.backtest import BASELINE, COMBINED

    chosen = [result.of(COMBINED), result.of(BASELINE), result.best_single()]
    rows = []
    for one in result.figures if details else chosen:
        cells = (result.until, result.targets, one.ranking, *_cells(one))
        strata = (f"{auc:.2f}" if auc is not None else "" for auc in one.strata.values())
        rows.append((*cells, *(strata if details else ())))
    return rows


def _cells(one: Figures) -> tuple[str, ...]:
    return (
        _with_interval(one.auc),
        f"{one.matched_auc:.2f}",
        f"{one.average_precision.value:.2f}",
        f"{one.precision_at_10.value:.2f}",
        _with_interval(one.precision_at_20),
        "" if one.lift is None else f"{one.lift:.1f}",
    )


def _with_interval(figure: Interval) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})"


def _means(judged: list[YearResult]) -> dict[str, tuple[float, ...]]:
    """A ranking -> mean AUC, matched AUC, average precision, P@10 and P@20 over the years."""
    from kg.gaps.backtest import BASELINE, COMBINED, SHIPPED
    from kg.gaps.signals import SIGNALS

    means = {}
    for name in (COMBINED, SHIPPED, BASELINE, *SIGNALS):
        figures = [result.of(name) for result in judged]
        values = [
            (
                one.auc.value,
                one.matched_auc,
                one.average_precision.value,
                one.precision_at_10.value,
                one.precision_at_20.value,
            )
            for one in figures
        ]
        means[name] = tuple(sum(column) / len(values) for column in zip(*values, strict=True))
    return means


def _mean_rows(judged: list[YearResult], details: bool) -> list[tuple[Any, ...]]:
    from kg.gaps.backtest import BASELINE, COMBINED
    from kg.gaps.signals import SIGNALS

    means = _means(judged)
    best = max(SIGNALS, key=lambda name: means[name][0])
    shown = means if details else (COMBINED, BASELINE, best)
    padding = ("",) * (1 + (len(_STRATA) if details else 0))
    return [
        ("mean", None, name, *(f"{value:.2f}" for value in means[name]), *padding) for name in shown
    ]


def _mean_json(judged: list[YearResult]) -> dict[str, dict[str, float]]:
    if not judged:
        return {}
    names = ("auc", "matched_auc", "average_precision", "precision_at_10", "precision_at_20")
    return {
        ranking: dict(zip(names, (round(value, 3) for value in values), strict=True))
        for ranking, values in _means(judged).items()
    }
