"""Sparse linear models: named features in, a probability for each label out.

Trained once by ``extract.training`` (multinomial logistic regression, scikit-learn) and kept as
JSON, so that reading needs neither scikit-learn nor pickles and gives the same digits everywhere.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

#: Weights are kept in ten-thousandths, as whole numbers: their sums are exact in any order.
UNIT = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearModel:
    """``weights`` holds, for each feature, one number for each of the ``labels``, as `UNIT` says.

    Sums do not depend on the order of the features, which differs between processes (sets of
    words), nor on the parts that they are made of.
    """

    labels: tuple[str, ...]
    intercepts: tuple[int, ...]
    weights: dict[str, tuple[int, ...]]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each label (they sum to 1) for a set of features."""
        rows = filter(None, map(self.weights.get, features))
        scores = [sum(column) for column in zip(self.intercepts, *rows, strict=True)]
        top = max(scores)
        powers = [math.exp((score - top) / UNIT) for score in scores]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels, powers, strict=True)}

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

    @cached_property
    def _odds(self) -> dict[str, int]:
        return {name: row[-1] - row[0] for name, row in self.weights.items()}

    def dumps(self) -> bytes:
        """The model as compressed JSON, its weights by label; the same model, the same bytes."""
        features = sorted(self.weights)
        fields = {
            "labels": self.labels,
            "intercepts": self.intercepts,
            "features": features,
            "weights": list(zip(*(self.weights[name] for name in features), strict=True)),
        }
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), mtime=0)


def read_model(path: Path) -> LinearModel:
    """The model that `LinearModel.dumps` wrote to a file."""
    fields = json.loads(gzip.decompress(path.read_bytes()))
    return LinearModel(
        labels=tuple(fields["labels"]),
        intercepts=tuple(fields["intercepts"]),
        weights=dict(zip(fields["features"], zip(*fields["weights"], strict=True), strict=True)),
    )
