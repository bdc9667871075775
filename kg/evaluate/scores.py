"""Precision, recall and F1 over documents, with a bootstrap interval."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Matched, gold and predicted claims of one document.
Counts = tuple[int, int, int]

DRAWS = 2000
SEED = 1
_QUANTILES = (0.025, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Micro-averaged precision, recall, F1 (each 0..1) and the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    f1_95: tuple[float, float] | None
    gold: int
    predicted: int

    def to_json(self) -> dict[str, Any]:
        """Give the score rounded to four places."""
        interval = {"f1_95": [round(f, 4) for f in self.f1_95]} if self.f1_95 else {}
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            **interval,
            "gold": self.gold,
            "predicted": self.predicted,
        }


def prf(rows: Sequence[Counts]) -> tuple[float, float, float]:
    """Precision, recall and F1 of all rows taken together; 0 where nothing can be counted."""
    hits, gold, predicted = (sum(row[i] for row in rows) for i in range(3))
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def score(rows: Sequence[Counts], samples: Any = None) -> Score:
    """Score documents; with ``samples`` of them (see `resample`) also the interval."""
    precision, recall, f1 = prf(rows)
    return Score(
        precision=precision,
        recall=recall,
        f1=f1,
        f1_95=None if samples is None else _interval(rows, samples),
        gold=sum(row[1] for row in rows),
        predicted=sum(row[2] for row in rows),
    )


def resample(documents: int, draws: int = DRAWS, seed: int = SEED) -> Any:
    """Draw that many documents, with replacement, ``draws`` times: an array of indices."""
    import numpy as np

    generator = random.Random(seed)
    drawn = [
        generator.choices(range(documents), k=documents) for _ in range(draws if documents else 0)
    ]
    return np.array(drawn, dtype=np.int64)


def _interval(rows: Sequence[Counts], samples: Any) -> tuple[float, float]:
    """Take the 95 % percentile interval of F1 over the samples (Efron 1979)."""
    import numpy as np

    if not len(samples):
        return 0.0, 0.0
    sums = np.array(rows, dtype=np.int64)[samples].sum(axis=1)
    hits, gold, predicted = (sums[:, i].astype(float) for i in range(3))
    precision = np.divide(hits, predicted, out=np.zeros_like(hits), where=predicted > 0)
    recall = np.divide(hits, gold, out=np.zeros_like(hits), where=gold > 0)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros_like(hits), where=both > 0)
    low, high = (np.sort(f1)[int(len(f1) * quantile)] for quantile in _QUANTILES)
    return float(low), float(high)
