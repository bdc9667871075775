from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract.blanking import clean
from extract.numerals import NUMERAL, number_value, numeral_value
from extract.rows import pattern_rows
from extract.sample import read_sample
from extract.sections import find_sections
from extract.statistics import find_statistics
from kg.model import Statistic

ROWS = pattern_rows("statistics")
Said = tuple[str, str, float | tuple[float, float]]


def said(statistic: Statistic) -> Said:
    """Kind, comparator and value or bounds."""
    if statistic.low is not None and statistic.high is not None:
        return statistic.kind, statistic.comparator, (statistic.low, statistic.high)
    assert statistic.value is not None
    return statistic.kind, statistic.comparator, statistic.value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["example"]))
def test_a_label_finds_its_example(row: dict[str, Any]) -> None:
    assert tuple(row["expect"]) in [said(found) for found in find_statistics(row["example"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("r = .20 to .35", [("r", "=", (0.20, 0.35))]),
        ("rs = .24-.31", [("r", "=", (0.24, 0.31))]),
        ("rs = .24, .31, and .28", [("r", "=", 0.24), ("r", "=", 0.31), ("r", "=", 0.28)]),
        ("correlations ranged from .20 to .35", [("r", "=", (0.20, 0.35))]),
        ("a correlation of .28", [("r", "=", 0.28)]),
        ("r(58) = −.32, p = .01", [("r", "=", -0.32), ("p", "=", 0.01)]),
        ("F(1,38) = 4.2, partial η² = .10", [("f", "=", 4.2), ("eta2", "=", 0.10)]),
        ("F1,38 = 4.2", [("f", "=", 4.2)]),
        ("t28 = 2.1", [("t", "=", 2.1)]),
        ("χ2(2, N = 204) = 7.1, p = .03", [("chi2", "=", 7.1), ("p", "=", 0.03)]),
        ("95% CI [−0.12, 0.30]", [("ci", "=", (-0.12, 0.30))]),
        ("95 % confidence interval .256 to .299", [("ci", "=", (0.256, 0.299))]),
        ("95% confidence interval = −65.3–135.7", [("ci", "=", (-65.3, 135.7))]),
        ("95% CIs [.1, .3] and [.2, .5]", [("ci", "=", (0.1, 0.3)), ("ci", "=", (0.2, 0.5))]),
        ("OR 1.8, 95% CI: 1.2-2.6", [("or", "=", 1.8), ("ci", "=", (1.2, 2.6))]),
        ("OR = 1.8 (1.2-2.6)", [("or", "=", 1.8), ("ci", "=", (1.2, 2.6))]),
        ("d = 0.32 [0.18, 0.47]", [("d", "=", 0.32), ("ci", "=", (0.18, 0.47))]),
        ("ES=0.15, −0.21 to 0.52", [("es", "=", 0.15), ("ci", "=", (-0.21, 0.52))]),
        ("p = 0,03", [("p", "=", 0.03)]),
        ("p < 0·05", [("p", "<", 0.05)]),
        ("all p's ≥ .10", [("p", ">=", 0.10)]),
        ("p=3.2x10(-5)", [("p", "=", 3.2e-5)]),
        ("p = 2 × 10⁻⁸", [("p", "=", 2e-8)]),
        ("P less than .05", [("p", "<", 0.05)]),
        ("n = 2309 and 1240", [("n", "=", 2309), ("n", "=", 1240)]),
        ("n = 1.024", [("n", "=", 1024)]),
        ("I² = 43%", [("i2", "=", 43)]),
        ("ΔR2 = 5%", [("r2", "=", 0.05)]),
        ("d rose (−0.73; interaction p = .02)", [("b", "=", -0.73), ("p", "=", 0.02)]),
        ("it correlated (.26, p = .01)", [("r", "=", 0.26), ("p", "=", 0.01)]),
        ("Rising by one point made it 1.27 points lower", [("b", "=", -1.27)]),
        ("30 healthy men", [("n", "=", 30)]),
        ("In a meta-analysis of 19 trials with over 3,000 clients",
         [("k", "=", 19), ("n", ">", 3000)]),
    ],
)  # fmt: skip
def test_statistics_are_read_as_printed(text: str, expected: list[Said]) -> None:
    assert [said(found) for found in find_statistics(f"It rose ({text}).")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "rs53576 carriers",
        "in 2010 patients were seen",
        "type 2 diabetes",
        "24 IU of oxytocin",
        "at T2 = 3 months",
        "d = 3 days later",
        "HR = 72 bpm",
        "peak at z = 12 mm",
        "M = 2.62, SD = 1.22",
        "aged 18-30 years, 16 sessions, 3 groups",
        "p = 5",
        "r = 25 km",
        "one of two patients",
    ],
)
def test_other_numbers_are_no_statistics(text: str) -> None:
    assert find_statistics(text) == ()


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("sixty-two", 62), ("One hundred and ninety-four", 194), ("a hundred", 100),
        ("two thousand three hundred", 2300), ("twenty thousand", 20000), ("1,024", 1024),
        ("Fifty-one", 51), ("eleven", 11), ("9", 9),
    ],
)  # fmt: skip
def test_numerals_have_their_value(numeral: str, value: int) -> None:
    match = NUMERAL.fullmatch(numeral)
    assert match is not None
    assert numeral_value(match[0]) == value


@given(st.integers(1, 999_999))
def test_numbers_are_read_with_and_without_thousands(value: int) -> None:
    assert numeral_value(str(value)) == numeral_value(f"{value:,}") == value
    assert number_value(f"{value:,}") == value


@given(st.decimals(-999, 999, places=3), st.sampled_from("-−–"))
def test_decimals_are_read_with_any_minus(value: Any, minus: str) -> None:
    assert number_value(f"{value:.3f}".replace("-", minus)) == float(value)


PIECES = st.lists(
    st.sampled_from(
        ["r = ", ".28", " (", "p < ", "95% CI ", "[", "]", ", ", "−.12", " to ", "N=", "1,024", ")",
         "F(1,38) = ", "30 patients", " and ", "k", "²", "٣", " of ", "×10-", "\n", "RESULTS: ",
         "(1) ", "(Lee, 2010)", "\u200b", "twenty-", "–"]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES | st.text(max_size=200))
@example("p = ٠.٠٥ and n = ٣")
def test_statistics_are_apart_in_order_and_verbatim(text: str) -> None:
    found = find_statistics(text)
    assert all(text[one.start : one.end] == one.raw != "" for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))
    for one in found:
        assert (one.value is None) == (one.low is not None)
        assert one.low is None or (one.high is not None and one.low <= one.high)


def _clean(text: str) -> object:
    return clean(text, find_statistics(text))


READERS: list[Callable[[str], object]] = [find_statistics, find_sections, read_sample, _clean]
HOSTILE = [
    "1", "(", ")", " ", "[1,", "p = .", "n = 2, ", "30 patients ", "30 ", "hundred ", "- ", ".1-",
    "Results. ", "Methods and ", "(r = .1", "95% CI ", "a", "\n", "1,000,", "(n = 12) ",
    "Of 9 men, ",
    "twenty-", "“.", "Study 2 (N = 9). ",
]  # fmt: skip


def _seconds(reader: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    reader(text)
    return time.process_time() - begin


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.__name__))
@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text_only(reader: Callable[[str], object], piece: str) -> None:
    """A tenfold text may take tenfold time, with room for noise; quadratic is a hundredfold."""

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        return min(_seconds(reader, text) for _ in range(3))

    reader(piece)
    short = max(*(seconds(4_000) for _ in range(3)), 0.002)
    assert min(seconds(40_000) for _ in range(3)) < 40 * short
