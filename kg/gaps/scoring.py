"""From signals to one score: a weighted sum of standardised signals, which can be read back.

The weights are data (``weights.json``): ``weights`` were learned by the backtest on the bundled
corpus from the ``prior`` (set by hand), ``rules`` weigh what the backtest cannot judge, and
``record`` says what became of pairs of each rank in past years.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.gaps.signals import SIGNALS, Matrix, Network, column, measure

#: The shipped weights.
WEIGHTS_FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of pairs ranked down to this share of all candidates, in the backtest."""

    down_to: float
    pairs: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The model: what one standard deviation of each signal adds to a score."""

    prior: Mapping[str, float]
    weights: Mapping[str, float]
    rules: Mapping[str, float]
    learned_from: str = ""
    record: tuple[Record, ...] = ()

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Weights:
        """The model that a file of weights holds."""
        known = dict(fields)
        record = tuple(Record(**line) for line in known.pop("record"))
        return cls(**known, record=record)

    def vector(self) -> Matrix:
        """The weights in the order of `SIGNALS`."""
        return np.array([self.weights[name] for name in SIGNALS])

    def prior_vector(self) -> Matrix:
        """The prior weights in the order of `SIGNALS`."""
        return np.array([self.prior[name] for name in SIGNALS])


@cache
def shipped_weights() -> Weights:
    """The weights that come with the package."""
    return Weights.from_json(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))


class Scores:
    """Contributions of each signal to the score of each pair of a network.

    `ranked` are the scores of the candidates, the pairs that no primary study reports on, from the
    highest down.
    """

    def __init__(self, network: Network, weights: Weights) -> None:
        self.network, self.weights = network, weights
        self.place = {name: i for i, name in enumerate(network.names)}
        self.values = measure(network)
        candidates = candidate_places(network)
        self.contributions = {
            name: weights.weights[name] * matrix
            for name, matrix in standardised(network, self.values).items()
        }
        #: Name, values and contributions of the signals that count, as lists of rows.
        self.telling = [
            (name, self.values[name].tolist(), contribution.tolist())
            for name, contribution in self.contributions.items()
            if weights.weights[name]
        ]
        self._totals = sum(self.contributions.values(), np.zeros_like(network.studies))
        self.ranked = np.sort([self.total(i, j) for i, j in candidates])[::-1]

    def total(self, i: int, j: int) -> float:
        """The score of a pair by its places."""
        return float(self._totals[i, j])

    def share_above(self, score: float) -> float:
        """The share of candidates with a higher score."""
        if not len(self.ranked):
            return 0.0
        return float((self.ranked > score + 1e-9).sum()) / len(self.ranked)

    def record(self, score: float) -> Record | None:
        """What became of pairs of this rank in the backtest; ``None`` before there was one."""
        share = self.share_above(score)
        return next((r for r in self.weights.record if share < r.down_to), None)


def candidate_places(network: Network) -> list[tuple[int, int]]:
    """Places of the pairs without a finding, relatives left out; the first place is the smaller."""
    free = (network.studies == 0) & (network.others > 0)
    if not network.names:
        return []
    return [(int(i), int(j)) for i, j in np.argwhere(np.triu(free, 1))]


def standardised(network: Network, values: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """Signals in standard deviations from the mean, both over all pairs that are no relatives."""
    places = [(int(i), int(j)) for i, j in np.argwhere(np.triu(network.others > 0, 1))]
    return {name: _standardised(matrix, column(matrix, places)) for name, matrix in values.items()}


def _standardised(values: Matrix, over: Matrix) -> Matrix:
    spread = float(over.std()) if len(over) else 0.0
    if spread < 1e-9:
        return np.zeros_like(values)
    return np.asarray((values - over.mean()) / spread)


def fit_weights(
    values: Matrix, found: Sequence[bool] | NDArray[Any], prior: Matrix, *, strength: float
) -> Matrix:
    """Weights of a logistic model of ``found``, none below zero, pulled towards ``prior``.

    Ridge regression by projected gradient descent; ``strength`` is the precision of the prior. No
    weight may turn a signal round: that would fit noise, and no reader could follow it.
    """
    outcome = np.asarray(found, float)
    if not 0 < outcome.sum() < len(outcome):
        return prior.copy()
    weights = prior.copy()
    rate = outcome.mean()
    intercept = float(np.log(rate / (1 - rate)))
    step = 1 / (0.25 * float(np.linalg.norm(values, 2)) ** 2 + strength)
    for _ in range(500):
        chance = 1 / (1 + np.exp(-(values @ weights + intercept)))
        slope = values.T @ (chance - outcome) + strength * (weights - prior)
        weights = np.maximum(weights - step * slope, 0)
        intercept -= 4 * float((chance - outcome).mean())
    return weights
