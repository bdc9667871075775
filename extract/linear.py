"""Sparse linear models: named features in, a probability for each label out.

Trained once by ``extract.training`` (multinomial logistic regression, scikit-learn) and kept as
JSON, so that reading needs neither scikit-learn nor pickles and gives the same digits everywhere.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "model" / "claims"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """``weights`` holds, for each feature, one number for each of the ``labels``."""

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """The probability of each label (they sum to 1) for a set of features."""
        scores = list(self.intercepts)
        weights = self.weights
        for name in features:
            row = weights.get(name)
            if row is not None:
                for place, weight in enumerate(row):
                    scores[place] += weight
        top = max(scores)
        powers = [math.exp(score - top) for score in scores]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels, powers, strict=True)}

    def log_odds(self, features: Iterable[str]) -> float:
        """The log odds of the last of two labels against the first."""
        score = self.intercepts[-1] - self.intercepts[0]
        weights = self.weights
        for name in features:
            row = weights.get(name)
            if row is not None:
                score += row[-1] - row[0]
        return score

    def dumps(self) -> bytes:
        """The model as compressed JSON; the same model gives the same bytes."""
        fields = {
            "labels": self.labels,
            "intercepts": [round(number, 4) for number in self.intercepts],
            "weights": {
                name: [round(number, 4) for number in row]
                for name, row in sorted(self.weights.items())
            },
        }
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), mtime=0)


#: A model for each decision by name.
Models = Mapping[str, LinearModel]

#: The decisions that are learned, and so the files of the folder ``model/claims``.
MODEL_NAMES = (
    "claim", "context", "direction", "order", "path", "path_direction", "path_here", "relation",
    "sense", "status", "status_context",
)  # fmt: skip


def model_path(name: str, folder: Path = _FOLDER) -> Path:
    """Where the model of a decision is kept."""
    return folder / f"{name}.json.gz"


def read_model(path: Path) -> LinearModel:
    """The model that `LinearModel.dumps` wrote to a file."""
    fields = json.loads(gzip.decompress(path.read_bytes()))
    return LinearModel(
        labels=tuple(fields["labels"]),
        intercepts=tuple(fields["intercepts"]),
        weights={feature: tuple(row) for feature, row in fields["weights"].items()},
    )


@cache
def own_models() -> Models:
    """The package's own models."""
    return {name: read_model(model_path(name)) for name in MODEL_NAMES}
