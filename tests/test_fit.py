"""Fitting the linear models."""

from __future__ import annotations

import numpy as np
import pytest

from extract.training import fit, rows
from extract.training.rows import Row


def test_the_order_in_which_rows_tell_their_features_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = [("b", "a", "c"), ("a", "b", "a"), ("c", "b", "a", "rare"), ("c", "c")]

    def solved(turn: int) -> tuple[list[str], list[list[float]]]:
        numbers = rows.Vocabulary()
        for module in (fit, rows):
            monkeypatch.setattr(module, "VOCABULARY", numbers)
        codes = [rows.numbered(own[::turn]) for own in told]
        matrix, names = fit._matrix([Row(key="", codes=own, label="") for own in codes])
        assert all((np.diff(row.indices) > 0).all() for row in matrix)
        return names.tolist(), matrix.toarray().tolist()

    assert solved(turn=1) == solved(turn=-1)
