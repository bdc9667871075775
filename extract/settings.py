"""The few numbers that the models were fitted with: thresholds and calibration, as data."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent / "model" / "claims" / "settings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Thresholds of probability above which a candidate is read as a claim, and calibration.

    ``curve`` holds (score, share right) points with both rising; between two points the share is
    interpolated. ``strict`` is the confidence from which on strict mode keeps a claim.
    """

    claim_threshold: float
    path_threshold: float
    strict: float
    curve: tuple[tuple[float, float], ...]

    def confidence(self, claimed: float, direction: float) -> float:
        """The probability that a claim with these model scores is right, pair and sign."""
        score = claimed * direction
        place = bisect_right(self.curve, (score, 2.0))
        if place == 0:
            return self.curve[0][1]
        if place == len(self.curve):
            return self.curve[-1][1]
        (x0, y0), (x1, y1) = self.curve[place - 1], self.curve[place]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0) if x1 > x0 else y1


@cache
def own_settings() -> Settings:
    """The package's own settings, as ``extract.training.fit`` wrote them."""
    fields = json.loads(_FILE.read_text(encoding="utf-8"))
    curve = tuple((float(x), float(y)) for x, y in fields.pop("curve"))
    return Settings(curve=curve, **fields)
