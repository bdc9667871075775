"""Doubts about a gap that come from the reading: a link may be missing because it was not read.

``recall.tsv`` holds, for each construct, how many annotated claims of the development set are on it
and how many of these were read; ``oxykg evaluate --recall`` writes it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.errors import BadRecordError
from kg.gaps.model import Pair
from kg.wording import label_of

#: The shipped figures.
RECALL_FILE = Path(__file__).with_name("recall.tsv")
#: Below this share of claims read, with at least so many annotated, the reader is weak there.
WEAK, ENOUGH = 0.5, 3


@dataclass(frozen=True, slots=True)
class Recall:
    """Claims on a construct that were annotated, and those of them that were read."""

    annotated: int
    read: int

    @property
    def weak(self) -> bool:
        """Whether less than half was read, of enough to tell."""
        return self.annotated >= ENOUGH and self.read < WEAK * self.annotated


@cache
def shipped_recall() -> Mapping[str, Recall]:
    """Recall by construct on the development set."""
    return read_recall(RECALL_FILE)


def read_recall(path: Path) -> dict[str, Recall]:
    """Recall by construct from a file; raises BadRecordError that names the line."""
    found = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, delimiter="\t"), 2):
            try:
                found[row["construct"]] = Recall(int(row["annotated"]), int(row["read"]))
            except (KeyError, TypeError, ValueError):
                problem = "needs construct, annotated and read, the last two whole numbers"
                raise BadRecordError(path.name, f"line {number}", problem) from None
    return found


def doubts(
    pair: Pair, unclaimed: int, recall: Mapping[str, Recall], labels: Mapping[str, str]
) -> Iterator[str]:
    """Why the reading may be to blame for a missing claim, in words.

    ``unclaimed`` counts studies that name both constructs without a claim on the pair.
    """
    if unclaimed:
        documents = "1 study" if unclaimed == 1 else f"{unclaimed} studies"
        yield f"Mentioned together in {documents}, no claim read."
    for name in pair:
        known = recall.get(name)
        if known and known.weak:
            yield (
                f"The reader is weak on {label_of(name, labels)}: of {known.annotated} annotated "
                f"claims on it, {known.read} were read."
            )
