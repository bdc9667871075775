"""How well a ranking puts what was found later before what was not: plain functions on arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Resamples behind an interval.
DRAWS = 200
#: Candidates of the nearest degree that each target is compared with.
MATCHED = 10
_SEED = 20


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> list[float]:
        """Value, low, high, to three decimals."""
        return [round(self.value, 3), round(self.low, 3), round(self.high, 3)]


#: A figure for each draw, of scores, what was found, and how often each draw has each pair.
Measure = Callable[[Numbers, Flags, Numbers], Numbers]


def auc(scores: Numbers, found: Flags, drawn: Numbers) -> Numbers:
    """Chance that a found pair is ranked before one not found; ties count half."""
    order = np.argsort(scores, kind="stable")
    _, starts = np.unique(scores[order], return_index=True)
    positive = np.add.reduceat(drawn[:, order] * found[order], starts, axis=1)
    negative = np.add.reduceat(drawn[:, order] * ~found[order], starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return np.asarray((positive * below).sum(axis=1) / np.maximum(pairs, 1e-9))


def descending(scores: Numbers) -> NDArray[np.int64]:
    """Places from the highest score down; ties in a fixed shuffled order."""
    shuffled = np.random.default_rng(_SEED).permutation(len(scores))
    return np.asarray(np.lexsort((shuffled, -scores)))


def precision_at(k: int) -> Measure:
    """Share of the k best that were found."""

    def measure(scores: Numbers, found: Flags, drawn: Numbers) -> Numbers:
        order = descending(scores)
        upto = np.minimum(np.cumsum(drawn[:, order], axis=1), k)
        taken = np.diff(upto, axis=1, prepend=0)
        return np.asarray((taken * found[order]).sum(axis=1) / k)

    return measure


def average_precision(scores: Numbers, found: Flags, drawn: Numbers) -> Numbers:
    """Mean of the precision at each found pair."""
    order = descending(scores)
    hits = drawn[:, order] * found[order]
    precision = np.cumsum(hits, axis=1) / np.maximum(np.cumsum(drawn[:, order], axis=1), 1e-9)
    return np.asarray((precision * hits).sum(axis=1) / np.maximum(hits.sum(axis=1), 1e-9))


def once(measure: Measure, scores: Numbers, found: Flags) -> float:
    """A figure of all pairs, each counted once."""
    return float(measure(scores, found, np.ones((1, len(scores))))[0])


def matched_auc(scores: Numbers, found: Flags, degree: Numbers) -> float:
    """AUC against negatives of the same degree: each target meets the `MATCHED` nearest.

    What is left when being well studied is no help.
    """
    negatives = np.flatnonzero(~found)
    wins = []
    for target in np.flatnonzero(found):
        distance = np.abs(degree[negatives] - degree[target])
        rivals = scores[negatives[np.argsort(distance, kind="stable")[:MATCHED]]]
        wins.append(float(((rivals < scores[target]) + (rivals == scores[target]) / 2).mean()))
    return float(np.mean(wins))


def resampled(pairs: int, draws: int = DRAWS) -> Numbers:
    """How often each pair is drawn in each resample with replacement; the same every time."""
    chance = np.random.default_rng(_SEED)
    return chance.multinomial(pairs, np.full(pairs, 1 / pairs), size=draws).astype(float)


def interval(measure: Measure, scores: Numbers, found: Flags, draws: Numbers) -> Interval:
    """A figure with its interval over the draws of `resampled`."""
    low, high = np.quantile(measure(scores, found, draws), (0.025, 0.975))
    return Interval(once(measure, scores, found), float(low), float(high))
