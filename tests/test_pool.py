"""Pooled values agree with R metafor, and conversions with the books."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.evidence.effects import correlation_of_beta, correlation_of_difference
from kg.evidence.pool import pool_values

#: Conscientiousness and adherence: ``dat.molloy2014`` of the R package metadat.
MOLLOY = (
    (0.187, 0.162, 0.34, 0.32, 0.27, 0, 0.175, 0.05, 0.26, 0.01, -0.09, 0.37, 0, 0.15, 0.24, 0.04),
    (109, 749, 55, 107, 72, 65, 174, 326, 58, 771, 56, 91, 116, 537, 158, 65),
)
#: Log risk ratios and variances of ``dat.bcg``, by ``escalc(measure="RR")``.
BCG = (
    (
        -0.889311333920205, -1.58538865720143, -1.34807314829969, -1.44155119002131,
        -0.217547322211296, -0.786115585818864, -1.62089822359839, 0.0119523335238405,
        -0.469417648738149, -1.37134480347278, -0.339358828338391, 0.445913400571379,
        -0.0173139482168798,
    ),
    (
        0.325584765003961, 0.194581121398144, 0.415367965367965, 0.0200100319022476,
        0.0512101721696309, 0.00690561845590876, 0.223017247572315, 0.00396157929781773,
        0.056434210463249, 0.0730247936130289, 0.0124122139715597, 0.532505845200153,
        0.0714046596839863,
    ),
)  # fmt: skip


def fisher(rs: tuple[float, ...], ns: tuple[int, ...]) -> tuple[list[float], list[float]]:
    return [math.atanh(r) for r in rs], [1 / (n - 3) for n in ns]


#: Name -> values, variances, and what metafor 3.8.1 (R 4.2.2) prints for
#: ``rma(yi, vi, method="PM", test="adhoc")``: estimate, se, interval, tau2, I2, Q, p of Q,
#: prediction interval, p.
METAFOR = {
    "correlations": (
        *fisher(*MOLLOY),
        (0.151007, 0.033065, 0.080530, 0.221483, 0.009479, 0.653423, 38.159515, 0.000855,
         -0.068152, 0.370166, 0.000371),
    ),
    "risk ratios": (
        *map(list, BCG),
        (-0.714970, 0.180898, -1.109113, -0.320828, 0.318094, 0.923309, 152.233008, 0.0,
         -2.005478, 0.575538, 0.001920),
    ),
    "homogeneous": (
        *fisher((0.30, 0.24, 0.41, 0.10, 0.28), (60, 116, 45, 87, 267)),
        (0.264239, 0.042258, 0.146913, 0.381566, 0.0, 0.0, 3.794856, 0.434480,
         0.146913, 0.381566, 0.003335),
    ),
    "three": (
        *fisher((0.5, -0.2, 0.1), (40, 60, 80)),
        (0.139738, 0.215503, -0.787496, 1.066972, 0.120380, 0.868075, 12.691155, 0.001754,
         -1.617627, 1.897103, 0.583215),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", METAFOR)
def test_a_summary_is_that_of_metafor(name: str) -> None:
    values, variances, expected = METAFOR[name]
    found = pool_values(values, variances)
    assert found
    figures = (
        found.z, found.se, found.low, found.high, found.tau2, found.i2, found.q, found.q_p,
        found.prediction_low, found.prediction_high, found.p,
    )  # fmt: skip
    assert figures == pytest.approx(expected, abs=5e-4)


def test_below_three_nothing_is_pooled() -> None:
    assert pool_values([0.1, 0.2], [0.01, 0.01]) is None


@given(st.lists(st.tuples(st.floats(-1.5, 1.5), st.floats(0.001, 1)), min_size=3, max_size=12))
@settings(max_examples=50, deadline=None)
def test_a_summary_lies_among_its_effects_and_turns_with_them(
    effects: list[tuple[float, float]],
) -> None:
    values, variances = (list(column) for column in zip(*effects, strict=True))
    found = pool_values(values, variances)
    turned = pool_values([-value for value in values], variances)
    assert found
    assert turned
    assert min(values) - 1e-9 <= found.z <= max(values) + 1e-9
    assert found.low <= found.z <= found.high
    assert turned.z == pytest.approx(-found.z, abs=1e-6)
    assert 0 <= found.i2 < 1


def test_conversions_are_those_of_the_books() -> None:
    # Borenstein et al. 2009, chapter 7: d = 0.5 with a = 4 is r = 0.2425.
    assert correlation_of_difference(0.5) == pytest.approx(0.2425, abs=5e-5)
    # Peterson & Brown 2005: r = .98 beta + .05 lambda, rounded by them to beta + .05 lambda.
    assert correlation_of_beta(0.20) == pytest.approx(0.25)
    assert correlation_of_beta(-0.20) == pytest.approx(-0.20)
