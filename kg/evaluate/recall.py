"""Recall by construct: of the annotated claims on each, how many were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kg.evaluate.agreement import Parents, distinct, match
from kg.evaluate.readings import ScoredClaim, read_claims
from kg.tables import Table

COLUMNS = ("construct", "annotated", "read")


def recall_table(gold: Path, predicted: Path, parents: Parents) -> Table:
    """A row for each construct of the annotated claims, by id.

    A claim counts as read if some prediction has its pair, a direct parent or child allowed.
    """
    annotated, read = Counter[str](), Counter[str]()
    wanted, found = read_claims(gold), read_claims(predicted)
    for key, claims in wanted.items():
        matching = match(distinct(claims), distinct(found.get(key, ())), "pair", parents)
        hits = [claim for claim, _ in matching.pairs]
        annotated.update(_names([*hits, *matching.missed]))
        read.update(_names(hits))
    return Table.of(COLUMNS, ((name, annotated[name], read[name]) for name in sorted(annotated)))


def _names(claims: Iterable[ScoredClaim]) -> Iterable[str]:
    for claim in claims:
        yield from {name for name in claim.own.ids if name}
