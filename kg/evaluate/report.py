"""The stages of an evaluation as tables to print."""

from __future__ import annotations

from collections.abc import Iterator

from kg.evaluate.agreement import LEVELS
from kg.evaluate.stages import Calibration, Confusion, Stages
from kg.tables import Cell, Table


def stage_tables(stages: Stages) -> Iterator[tuple[str, Table]]:
    """Give each stage as a title, which sums it up, and a table."""
    yield "By relation (both sides restricted to it; F1)", _relations(stages)
    confusions = (
        ("Direction", stages.directions),
        ("Relation", stages.relation_labels),
        ("Status", stages.statuses),
        ("Status group", stages.status_groups),
    )
    for name, confusion in confusions:
        figures = f"accuracy {_figure(confusion.accuracy)}, macro-F1 {_figure(confusion.macro_f1)}"
        yield (
            f"{name} given the pair: {figures} (rows: gold; columns: predicted)",
            _table(confusion),
        )
    if stages.calibration:
        found = stages.calibration
        title = f"Confidence: expected calibration error {found.ece:.3f}, Brier {found.brier:.3f}"
        yield title, _calibration(found)


def _relations(stages: Stages) -> Table:
    columns = ("relation", "gold", "predicted", *LEVELS)
    rows: list[tuple[Cell, ...]] = []
    for name, levels in stages.relations.items():
        figures = (round(levels[level].f1, 3) for level in LEVELS)
        rows.append((name, levels["full"].gold, levels["full"].predicted, *figures))
    return Table.of(columns, rows)


def _table(confusion: Confusion) -> Table:
    rows = zip(confusion.labels, confusion.counts, strict=True)
    return Table.of(("gold", *confusion.labels), ((label, *counts) for label, counts in rows))


def _calibration(found: Calibration) -> Table:
    rows = ((low, n, round(mean, 3), round(share, 3)) for low, n, mean, share in found.bins)
    return Table.of(("from", "claims", "confidence", "right"), rows)


def _figure(number: float | None) -> str:
    return "–" if number is None else f"{number:.3f}"
