"""Would past lists of gaps have named what was found next? The graph as of a year, judged later.

Candidates are the pairs of constructs known by then on which no primary study had a finding. A
target is one on just which a later primary study reports. Pairs filled only by way of a narrower
construct are neither. Weights are learned from earlier years alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kg.gaps.evidence import Evidence, count_evidence
from kg.gaps.finder import network_of
from kg.gaps.measures import (
    Flags,
    Interval,
    Numbers,
    auc,
    average_precision,
    descending,
    interval,
    matched_auc,
    once,
    precision_at,
    resampled,
)
from kg.gaps.model import Concept, Pair
from kg.gaps.scoring import Record, Weights, candidate_places, fit_weights, standardised
from kg.gaps.signals import SIGNALS, column, measure, preferential_attachment
from kg.model import Reading

#: No figure is printed for fewer targets.
FEWEST_TARGETS = 15
#: Earlier years that weights are learned from, and the precision of the prior.
LEARNING_YEARS = 10
PRIOR_STRENGTH = 3000.0
COMBINED, BASELINE = "combined", "preferential attachment"
SHIPPED = "combined, shipped weights"
#: Ranks are summed up down to these shares of all candidates.
RECORD_SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
_NEVER = 9999
#: A stratum with fewer targets has no figure.
_FEWEST_IN_STRATUM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The candidates of one year: standardised signals, degree, importance, and when found.

    ``found`` is the first year of a finding on just that pair, ``filled`` on it or a narrower one.
    """

    until: int
    pairs: tuple[Pair, ...]
    values: Numbers
    degree: Numbers
    importance: Numbers
    found: Numbers
    filled: Numbers

    def known_by(self, year: int) -> tuple[Flags, Flags]:
        """Which pairs count by a year, and which of those were found by then."""
        found = self.found <= year
        return found | (self.filled > year), found


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one ranking did in one year; ``strata`` is the AUC by importance."""

    ranking: str
    auc: Interval
    matched_auc: float
    average_precision: Interval
    precision_at_10: Interval
    precision_at_20: Interval
    lift: float | None
    strata: Mapping[str, float | None]

    def to_json(self) -> dict[str, Any]:
        """JSON values; an interval is value, low, high."""
        return {
            "ranking": self.ranking,
            "auc": self.auc.to_json(),
            "matched_auc": round(self.matched_auc, 3),
            "average_precision": self.average_precision.to_json(),
            "precision_at_10": self.precision_at_10.to_json(),
            "precision_at_20": self.precision_at_20.to_json(),
            "lift_at_20": self.lift,
            "auc_by_importance": dict(self.strata),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class YearResult:
    """One year: its figures, the combined one first; none, with the reason, if targets are few."""

    until: int
    candidates: int
    targets: int
    figures: tuple[Figures, ...] = ()
    weights: Mapping[str, float] | None = None
    refused: str = ""
    rows: tuple[tuple[Any, ...], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        head = {"until": self.until, "candidates": self.candidates, "targets": self.targets}
        if self.refused:
            return head | {"refused": self.refused}
        return head | {
            "figures": [one.to_json() for one in self.figures],
            "weights": {name: round(weight, 3) for name, weight in (self.weights or {}).items()},
        }

    def of(self, ranking: str) -> Figures:
        """The figures of one ranking."""
        return next(one for one in self.figures if one.ranking == ranking)

    def best_single(self) -> Figures:
        """The signal with the highest AUC."""
        single = [one for one in self.figures if one.ranking in SIGNALS]
        return max(single, key=lambda one: one.auc.value)


class Backtest:
    """Cuts of one corpus, each made once; readings without a year are left out."""

    def __init__(
        self, readings: Iterable[Reading], constructs: Mapping[str, Concept], weights: Weights
    ) -> None:
        self.readings = [r for r in readings if r.document.year is not None]
        self.constructs, self.weights = constructs, weights
        self.years = sorted({r.document.year for r in self.readings if r.document.year})
        self._found, self._filled = _first_years(count_evidence(self.readings, constructs))
        self._cuts: dict[int, Cut] = {}

    def cut(self, until: int) -> Cut:
        """The candidates as of the end of a year."""
        if until not in self._cuts:
            self._cuts[until] = self._cut(until)
        return self._cuts[until]

    def _cut(self, until: int) -> Cut:
        past = [r for r in self.readings if r.document.year and r.document.year <= until]
        network = network_of(count_evidence(past, self.constructs), self.constructs)
        places = candidate_places(network)
        pairs = tuple((network.names[i], network.names[j]) for i, j in places)
        signals = standardised(network, measure(network))
        rarer = np.minimum.outer(network.sizes, network.sizes)
        return Cut(
            until=until,
            pairs=pairs,
            values=np.column_stack([column(matrix, places) for matrix in signals.values()]),
            degree=np.log1p(column(preferential_attachment(network), places)),
            importance=column(rarer, places),
            found=np.array([self._found.get(pair, _NEVER) for pair in pairs], float),
            filled=np.array([self._filled.get(pair, _NEVER) for pair in pairs], float),
        )

    def learned(self, until: int) -> Numbers:
        """Weights learned from earlier years, judged by what was known at the end of this one."""
        earlier = [year for year in self.years if year < until][-LEARNING_YEARS:]
        values, found = [], []
        for year in earlier:
            cut = self.cut(year)
            counts, hits = cut.known_by(until)
            values.append(cut.values[counts])
            found.append(hits[counts])
        prior = self.weights.prior_vector()
        if not values:
            return prior
        stacked, outcome = np.vstack(values), np.concatenate(found)
        return fit_weights(stacked, outcome.astype(float), prior, strength=PRIOR_STRENGTH)

    def judge(self, until: int) -> YearResult:
        """The figures of one year."""
        cut = self.cut(until)
        counts, found = cut.known_by(_NEVER - 1)
        targets = int(found.sum())
        if targets < FEWEST_TARGETS or targets == int(counts.sum()):
            refused = f"{targets} targets are too few for a figure; {FEWEST_TARGETS} are needed"
            return YearResult(
                until=until, candidates=int(counts.sum()), targets=targets, refused=refused
            )
        weights = self.learned(until)
        rankings = self._rankings(cut, weights)
        return YearResult(
            until=until,
            candidates=int(counts.sum()),
            targets=targets,
            figures=_figures(cut, rankings, counts, found),
            weights=dict(zip(SIGNALS, weights.tolist(), strict=True)),
            rows=tuple(_rows(cut, rankings[COMBINED], counts)),
        )

    def _rankings(self, cut: Cut, weights: Numbers) -> dict[str, Numbers]:
        return {
            COMBINED: cut.values @ weights,
            SHIPPED: cut.values @ self.weights.vector(),
            BASELINE: cut.degree,
            **{name: cut.values[:, i] for i, name in enumerate(SIGNALS)},
        }

    def all_years(self) -> list[int]:
        """Every year with documents before and after it."""
        return self.years[:-1]


def _first_years(evidence: Evidence) -> tuple[dict[Pair, int], dict[Pair, int]]:
    """A pair -> the first year of a finding: on just that pair, and on it or a narrower one."""
    found: dict[Pair, int] = {}
    filled: dict[Pair, int] = {}
    for pair, claims in evidence.said.items():
        for said in claims.values():
            year = said.reading.document.year
            if said.primary and year is not None:
                filled[pair] = min(year, filled.get(pair, _NEVER))
                if said.pair == pair:
                    found[pair] = min(year, found.get(pair, _NEVER))
    return found, filled


def _figures(
    cut: Cut, rankings: Mapping[str, Numbers], counts: Flags, found: Flags
) -> tuple[Figures, ...]:
    hits, degree = found[counts], cut.degree[counts]
    draws = resampled(int(counts.sum()))
    strata = _strata(cut.importance[counts])
    baseline = once(precision_at(20), rankings[BASELINE][counts], hits)
    return tuple(
        _one(name, scores[counts], hits, degree, draws, strata, baseline)
        for name, scores in rankings.items()
    )


def _one(
    name: str,
    scores: Numbers,
    hits: Flags,
    degree: Numbers,
    draws: Numbers,
    strata: Mapping[str, Flags],
    baseline: float,
) -> Figures:
    at_20 = interval(precision_at(20), scores, hits, draws)
    return Figures(
        ranking=name,
        auc=interval(auc, scores, hits, draws),
        matched_auc=matched_auc(scores, hits, degree),
        average_precision=interval(average_precision, scores, hits, draws),
        precision_at_10=interval(precision_at(10), scores, hits, draws),
        precision_at_20=at_20,
        lift=round(at_20.value / baseline, 2) if baseline else None,
        strata={
            label: _auc_if_enough(scores[inside], hits[inside]) for label, inside in strata.items()
        },
    )


def _auc_if_enough(scores: Numbers, hits: Flags) -> float | None:
    enough = _FEWEST_IN_STRATUM <= int(hits.sum()) < len(hits)
    return round(once(auc, scores, hits), 3) if enough else None


def _strata(importance: Numbers) -> dict[str, Flags]:
    """Thirds of the candidates by the studies on the rarer construct."""
    low, high = np.quantile(importance, (1 / 3, 2 / 3))
    return {
        "low": importance <= low,
        "medium": (importance > low) & (importance <= high),
        "high": importance > high,
    }


def _rows(cut: Cut, scores: Numbers, counts: Flags) -> Iterable[tuple[Any, ...]]:
    """The pair list, best first: year, rank, pair, score, the year found, the signals."""
    order = [place for place in descending(scores) if counts[place]]
    for rank, place in enumerate(order, 1):
        year = int(cut.found[place])
        signals = (round(float(value), 4) for value in cut.values[place])
        yield (
            cut.until,
            rank,
            *cut.pairs[place],
            round(float(scores[place]), 4),
            None if year == _NEVER else year,
            *signals,
        )


#: The columns of the saved pair list.
PAIR_COLUMNS = ("until", "rank", "a", "b", "score", "found", *SIGNALS)


def record_of(results: Sequence[YearResult]) -> tuple[Record, ...]:
    """What became of pairs of each rank, over all years together."""
    seen = {share: [0, 0] for share in RECORD_SHARES}
    for result in results:
        for row in result.rows:
            share = (row[1] - 1) / len(result.rows)
            place = seen[next(limit for limit in RECORD_SHARES if share < limit)]
            place[0] += 1
            place[1] += row[5] is not None
    return tuple(
        Record(down_to=share, pairs=pairs, found=found) for share, (pairs, found) in seen.items()
    )


def learn(backtest: Backtest, learned_from: str) -> dict[str, Any]:
    """New shipped weights: learned from all years of a corpus, with the record of past ranks."""
    last = backtest.years[-1]
    weights = backtest.learned(last + 1)
    results = [backtest.judge(year) for year in backtest.all_years()]
    known = backtest.weights
    return {
        "prior": dict(known.prior),
        "weights": {n: round(w, 4) for n, w in zip(SIGNALS, weights.tolist(), strict=True)},
        "rules": dict(known.rules),
        "learned_from": learned_from,
        "record": [
            {"down_to": one.down_to, "pairs": one.pairs, "found": one.found}
            for one in record_of(results)
        ],
    }
