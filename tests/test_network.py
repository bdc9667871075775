"""The small network of the second look."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extract.network import Network, read_network
from extract.training.fit import fit_network


@pytest.fixture(scope="module")
def either() -> Network:
    """Trained to say yes where just one of two numbers is high, which no linear model can."""
    numbers = np.random.default_rng(0).normal(size=(4000, 2)).astype(np.float32)
    return fit_network(numbers, (numbers > 0).sum(axis=1) == 1, np.ones(len(numbers)))


def test_it_learns_what_holds_for_two_numbers_together(either: Network) -> None:
    numbers = np.array([[2, 2], [2, -2], [-2, 2], [-2, -2]], np.float32)
    assert [*(either.likelihoods(numbers) > 0.5)] == [False, True, True, False]


def test_rows_of_no_weight_teach_nothing() -> None:
    numbers = np.random.default_rng(0).normal(size=(2000, 1)).astype(np.float32)
    labels, weights = numbers[:, 0] > 0, np.ones(len(numbers))
    wrong = np.concatenate([labels, ~labels])
    both = np.concatenate([numbers, numbers]), wrong, np.concatenate([weights, 0 * weights])
    assert fit_network(*both).dumps() == fit_network(numbers, labels, weights).dumps()


def test_it_is_written_and_read_alike(either: Network, tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    path.write_bytes(either.dumps())
    again = read_network(path)
    numbers = np.ones((3, 2), np.float32)
    assert (again.likelihoods(numbers) == either.likelihoods(numbers)).all()
    assert again.dumps() == either.dumps()
    assert not len(again.likelihoods(np.empty((0, 2), np.float32)))
