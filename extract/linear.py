"""Sparse linear models: named features in, a probability for each label out.

Trained once by ``extract.training`` (multinomial logistic regression, scikit-learn) and kept as
JSON, so that reading needs neither scikit-learn nor pickles and gives the same digits everywhere.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Weights are kept in ten-thousandths, as whole numbers: their sums are exact in any order.
UNIT = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearModel:
    """``weights`` (features, labels) says what each feature adds to each label, as `UNIT` says.

    Sums do not depend on the order of the features, which differs between processes (sets of
    words), nor on the parts that they are made of.
    """

    labels: tuple[str, ...]
    intercepts: tuple[int, ...]
    features: tuple[str, ...]
    weights: NDArray[np.int32]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each label (they sum to 1) for a set of features."""
        return self.all_probabilities([tuple(features)])[0]

    def all_probabilities(self, groups: Sequence[Sequence[str]]) -> list[dict[str, float]]:
        """The probability of each label for each of several sets of features."""
        return [
            dict(zip(self.labels, _shares(scores), strict=True)) for scores in self._scores(groups)
        ]

    def all_log_odds(self, groups: Sequence[Sequence[str]]) -> list[float]:
        """The log odds of the last of two labels for each of several sets of features."""
        return [(scores[-1] - scores[0]) / UNIT for scores in self._scores(groups)]

    def _scores(self, groups: Sequence[Sequence[str]]) -> list[list[int]]:
        scores: list[list[int]] = (self._sums(groups) + np.array(self.intercepts)).tolist()
        return scores

    def _sums(self, groups: Sequence[Sequence[str]]) -> NDArray[np.int64]:
        """The weights of each set of features added up, for each label."""
        keys, weights = self._table
        lengths = np.fromiter(map(len, groups), np.int64, len(groups))
        ends = lengths.cumsum()
        asked = np.fromiter(map(hash, chain.from_iterable(groups)), np.int64)
        found = keys.searchsorted(asked)
        places = np.full(len(asked) + 1, len(keys) - 1)
        np.copyto(places[:-1], found, where=keys.take(found) == asked)
        sums = np.add.reduceat(weights.take(places, axis=0), ends - lengths, dtype=np.int64)
        sums[lengths == 0] = 0
        return sums

    @cached_property
    def _table(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The features' hashes (of this process) in order with their weights; the last has none.

        Half the size of a dictionary, and all features of a text are looked up in one step: what
        takes time is to fetch what lies far apart in memory.
        """
        names = np.fromiter(map(hash, self.features), np.int64, len(self.features))
        rows = np.zeros((len(names) + 1, len(self.labels)), np.int32)
        order = np.argsort(names)
        rows[:-1] = self.weights[order]
        return np.append(names[order], np.iinfo(np.int64).max), rows

    def log_odds(self, features: Iterable[str]) -> float:
        """The log odds of the last of two labels against the first."""
        return self.log_odds_of(self.weigh(features))

    def log_odds_of(self, weight: int) -> float:
        """The log odds where the features' parts (`weigh`) add up to a weight."""
        return (self.intercepts[-1] - self.intercepts[0] + weight) / UNIT

    def likelihood(self, features: Iterable[str]) -> float:
        """The probability of the last of two labels."""
        return 1 / (1 + math.exp(-self.log_odds(features)))

    def weigh(self, features: Iterable[str]) -> int:
        """What features add to the log odds in `UNIT`, so that a sum can be made part by part."""
        return sum(filter(None, map(self._odds.get, features)))

    def weigh_all(self, groups: Sequence[Sequence[str]]) -> list[int]:
        """What each of several sets of features adds to the log odds."""
        sums = self._sums(groups)
        weights: list[int] = (sums[:, -1] - sums[:, 0]).tolist()
        return weights

    @cached_property
    def _odds(self) -> dict[str, int]:
        odds = self.weights[:, -1] - self.weights[:, 0]
        return dict(zip(self.features, odds.tolist(), strict=True))

    def dumps(self) -> bytes:
        """The model as compressed JSON, its weights by label; the same model, the same bytes."""
        fields = {
            "labels": self.labels,
            "intercepts": self.intercepts,
            "features": self.features,
            "weights": self.weights.T.tolist(),
        }
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), mtime=0)


def _shares(scores: Sequence[int]) -> list[float]:
    top = max(scores)
    powers = [math.exp((score - top) / UNIT) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def likeliest(probabilities: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest label with its probability, the first by name of several."""
    label = max(sorted(probabilities), key=lambda name: probabilities[name])
    return label, probabilities[label]


def read_model(path: Path) -> LinearModel:
    """The model that `LinearModel.dumps` wrote to a file."""
    fields = json.loads(gzip.decompress(path.read_bytes()))
    return LinearModel(
        labels=tuple(fields["labels"]),
        intercepts=tuple(fields["intercepts"]),
        features=tuple(fields["features"]),
        weights=np.array(fields["weights"], np.int32).T,
    )
