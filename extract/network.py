"""A small network over numbers: one layer of rectified units, one answer. Needs numpy only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Weights for n numbers and u units.

    ``centre`` and ``spread`` (n,) bring each number to mean 0 and deviation 1; ``hidden`` is
    (n, u), ``bias`` and ``output`` (u,), ``rest`` (1,).
    """

    centre: Numbers
    spread: Numbers
    hidden: Numbers
    bias: Numbers
    output: Numbers
    rest: Numbers

    def likelihoods(self, numbers: Numbers) -> Numbers:
        """The probability of a yes for each row of numbers: (rows, n) to (rows,)."""
        units = np.maximum((numbers - self.centre) / self.spread @ self.hidden + self.bias, 0)
        found: Numbers = 1 / (1 + np.exp(-(units @ self.output + self.rest)))
        return found

    def dumps(self) -> bytes:
        """The network as NumPy's compressed file; the same network, the same bytes."""
        file = BytesIO()
        weights = {field.name: getattr(self, field.name) for field in fields(self)}
        np.savez_compressed(file, allow_pickle=False, **weights)
        return file.getvalue()


def read_network(path: Path) -> Network:
    """The network that `Network.dumps` wrote to a file."""
    with np.load(path, allow_pickle=False) as weights:
        return Network(**{field.name: weights[field.name] for field in fields(Network)})
