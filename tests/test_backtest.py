"""The backtest: its measures against a reference, its cuts, its refusals, and its weights."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from gold_readings import gold_readings
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from test_gaps import KNOWN, study
from typer.testing import CliRunner

from kg.build import build_graph
from kg.cli import app
from kg.gaps.backtest import BASELINE, COMBINED, FEWEST_TARGETS, Backtest, YearResult
from kg.gaps.evidence import count_evidence
from kg.gaps.finder import network_of
from kg.gaps.measures import (
    auc,
    average_precision,
    interval,
    matched_auc,
    once,
    precision_at,
    resampled,
)
from kg.gaps.scoring import WEIGHTS_FILE, fit_weights, shipped_weights
from kg.gaps.signals import SIGNALS, measure, preferential_attachment
from kg.model import Reading
from kg.ontology import constructs

_SCORES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=4, max_size=40).filter(
    lambda pairs: len({found for _, found in pairs}) == 2
)


@cache
def gold_backtest() -> Backtest:
    return Backtest(gold_readings(), constructs(), shipped_weights())


@cache
def judged(year: int) -> YearResult:
    return gold_backtest().judge(year)


@given(_SCORES)
@settings(max_examples=60, deadline=None)
def test_auc_is_that_of_the_reference_ties_included(pairs: list[tuple[int, bool]]) -> None:
    scores, found = np.array([s for s, _ in pairs], float), np.array([f for _, f in pairs])
    assert once(auc, scores, found) == pytest.approx(roc_auc_score(found, scores))


@given(st.lists(st.booleans(), min_size=3, max_size=30).filter(any))
@settings(max_examples=40, deadline=None)
def test_average_precision_is_that_of_the_reference(hits: list[bool]) -> None:
    found, scores = np.array(hits), np.arange(len(hits), 0, -1.0)
    wanted = average_precision_score(found, scores)
    assert once(average_precision, scores, found) == pytest.approx(wanted)


def test_precision_at_k_counts_the_first_k() -> None:
    found = np.array([True, False, True, False, False])
    assert once(precision_at(4), np.array([5.0, 4, 3, 2, 1]), found) == 0.5


def test_an_interval_holds_its_value_and_is_the_same_every_time() -> None:
    chance = np.random.default_rng(1)
    found = chance.random(200) < 0.2
    scores = chance.random(200) + found / 2
    first = interval(auc, scores, found, resampled(200))
    assert first.low < first.value < first.high
    assert interval(auc, scores, found, resampled(200)) == first


def test_against_negatives_of_the_same_degree_degree_is_no_help() -> None:
    chance = np.random.default_rng(2)
    degree = chance.random(400)
    found = chance.random(400) < degree / 4
    assert once(auc, degree, found) > 0.6
    assert matched_auc(degree, found, degree) == pytest.approx(0.5, abs=0.1)


def test_the_fit_is_that_of_the_reference_where_no_weight_would_fall_below_zero() -> None:
    chance = np.random.default_rng(3)
    values = chance.standard_normal((500, 2))
    found = chance.random(500) < 1 / (1 + np.exp(-values @ [1.0, 0.5] + 1))
    own = fit_weights(values, found, np.zeros(2), strength=10.0)
    wanted = LogisticRegression(C=0.1).fit(values, found).coef_[0]
    assert own == pytest.approx(wanted, abs=0.02)


def test_a_weight_never_falls_below_zero_and_one_outcome_teaches_nothing() -> None:
    values = np.array([[1.0], [-1.0]] * 20)
    prior = np.array([0.3])
    assert fit_weights(values, [False, True] * 20, prior, strength=1.0)[0] == 0
    assert fit_weights(values, [False] * 40, prior, strength=1.0) == prior


def test_signals_are_those_of_networkx_on_a_network_of_single_links() -> None:
    pairs = [("A", "C"), ("B", "C"), ("A", "D"), ("B", "D")]
    said = [study(number, pair) for number, pair in enumerate(pairs)]
    network = network_of(count_evidence(said, KNOWN), KNOWN)
    assert (network.weights == nx.to_numpy_array(nx.Graph(pairs), network.names)).all()
    values = measure(network)
    i, j = network.names.index("A"), network.names.index("B")
    assert 2 ** values["common neighbours"][i, j] - 1 == pytest.approx(2)
    shared = next(nx.resource_allocation_index(nx.Graph(pairs), [("A", "B")]))[2]
    assert 2 ** values["resource allocation"][i, j] - 1 == pytest.approx(shared)
    ranks = nx.pagerank(nx.Graph(pairs), personalization={"A": 1}, max_iter=1000)
    assert 2 ** values["PageRank"][i, j] == pytest.approx(ranks["B"], abs=2e-4)
    assert preferential_attachment(network)[i, j] == 4


def test_every_signal_has_words_a_prior_and_a_weight() -> None:
    weights = shipped_weights()
    assert set(weights.prior) == set(weights.weights) == set(SIGNALS)
    assert json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["learned_from"]


def test_a_cut_knows_nothing_of_later_years() -> None:
    whole = gold_backtest()
    past = [r for r in gold_readings() if (r.document.year or 9999) <= 2014]
    alone = Backtest(past, constructs(), shipped_weights())
    assert whole.cut(2014).pairs == alone.cut(2014).pairs
    assert (whole.cut(2014).values == alone.cut(2014).values).all()


def test_candidates_have_no_finding_by_then_and_targets_have_one_later() -> None:
    cut = gold_backtest().cut(2014)
    assert (cut.filled > 2014).all()
    assert (cut.found >= cut.filled).all()


@pytest.mark.slow
def test_the_combination_beats_preferential_attachment_on_the_annotated_corpus() -> None:
    figures = [judged(year) for year in (2010, 2014, 2018)]
    assert all(result.targets >= FEWEST_TARGETS for result in figures)
    own, base = (
        np.mean([result.of(name).auc.value for result in figures]) for name in (COMBINED, BASELINE)
    )
    assert own > base
    for result in figures:
        assert result.of(COMBINED).auc.high >= result.best_single().auc.value


def test_too_few_targets_get_no_figure() -> None:
    result = judged(1990)
    assert not result.figures
    assert "too few" in result.refused
    assert "figures" not in result.to_json()


def test_readings_without_a_year_are_left_out() -> None:
    tested = Backtest([study(1, ("A", "B"))], KNOWN, shipped_weights())
    assert not tested.readings
    assert not tested.all_years()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("backtest")
    build_graph(gold_readings(), place)
    return place


def run(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_a_year_is_judged_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    code, out, _ = run(
        "backtest", folder, "--until", 2014, "--until", 1990, "--pairs", pairs, "-f", "json"
    )
    years = json.loads(out)["years"]
    assert code == 0
    assert [year["until"] for year in years] == [1990, 2014]
    assert "refused" in years[0]
    assert {"auc", "average_precision", "precision_at_20"} <= set(years[1]["figures"][0])
    assert len(pairs.read_text(encoding="utf-8").splitlines()) == years[1]["candidates"] + 1


def test_the_table_shows_the_combination_the_baseline_and_the_best_signal(
    folder: Path, tmp_path: Path
) -> None:
    code, out, _ = run("backtest", folder, "--until", 2014, "--pairs", tmp_path / "p", "-f", "csv")
    assert code == 0
    rows = out.splitlines()
    assert [row.split(",")[2] for row in rows[1:3]] == [COMBINED, BASELINE]
    assert re.search(r"\d\.\d\d \(\d\.\d\d–\d\.\d\d\)", rows[1])


def test_a_corpus_without_enough_targets_is_refused_in_words(tmp_path: Path) -> None:
    few: list[Reading] = [study(1, ("OxytocinLevel", "Rupture"))]
    build_graph(few, tmp_path / "few")
    pairs = tmp_path / "pairs.csv"
    code, out, err = run("backtest", tmp_path / "few", "--until", 2000, "--pairs", pairs)
    assert (code, out) == (1, "")
    assert "too few" in err
    assert not pairs.exists()
    code, out, _ = run("backtest", tmp_path / "few", "--until", 2000, "-f", "json")
    assert code == 0
    assert "too few" in json.loads(out)["years"][0]["refused"]
