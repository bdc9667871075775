"""What the verdicts tell: precision with intervals, agreement of curators, calibration."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.curation.calibrate import judged, recalibration
from kg.curation.model import Judgement, Verdict
from kg.evaluate.stages import Calibration, calibration
from kg.tables import Cell, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """The share of readings that were right (0..1) with its 95 % Wilson interval.

    ``n`` verdicts count as ``effective`` ones, which is fewer where weights differ (Kish 1965).
    """

    n: int
    effective: float
    share: float
    low: float
    high: float


def precision(judgements: Iterable[Judgement], *, weighted: bool = True) -> Precision | None:
    """The precision of the readings that were judged; verdicts that are unsure do not count."""
    known = [
        (j.verdict is Verdict.CORRECT, (j.weight or 1.0) if weighted else 1.0)
        for j in judgements
        if j.verdict is not Verdict.UNSURE
    ]
    if not known:
        return None
    from statsmodels.stats.proportion import proportion_confint

    total = sum(weight for _, weight in known)
    share = sum(weight for right, weight in known if right) / total
    effective = total**2 / sum(weight**2 for _, weight in known)
    low, high = proportion_confint(share * effective, effective, method="wilson")
    return Precision(
        n=len(known),
        effective=effective,
        share=share,
        low=max(0.0, float(low)),
        high=min(1.0, float(high)),
    )


#: What precision is told by -> the value of one judgement.
GROUPS: dict[str, Callable[[Judgement], str]] = {
    "rule": lambda j: j.rule,
    "stratum": lambda j: j.stratum,
    "direction": lambda j: j.direction,
    "relation": lambda j: j.relation,
    "status": lambda j: j.status,
}


def precision_table(judgements: Sequence[Judgement]) -> Table:
    """Precision of all, and by rule, stratum, direction, relation and status."""
    rows = [
        ("all, as drawn", "", *_figures(precision(judgements, weighted=False))),
        ("all, weighted", "", *_figures(precision(judgements))),
    ]
    for name, value in GROUPS.items():
        groups: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in judgements:
            groups[value(judgement)].append(judgement)
        rows += [
            (name, group, *_figures(precision(groups[group]))) for group in sorted(groups) if group
        ]
    return Table.of(("by", "value", "verdicts", "precision", "low", "high"), rows)


def _figures(found: Precision | None) -> tuple[Cell, ...]:
    if found is None:
        return 0, None, None, None
    return found.n, round(found.share, 3), round(found.low, 3), round(found.high, 3)


def tags_table(judgements: Iterable[Judgement]) -> Table:
    """How often each kind of error was found, most often first."""
    counts = Counter(j.tag.value for j in judgements if j.tag)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Table.of(("error", "verdicts"), rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Cohen's kappa of two curators on the claims that both judged, with its 95 % interval.

    ``agreement`` is the share of equal verdicts; ``kappa`` is ``None`` where both said the same of
    all claims, since then chance cannot be told from agreement.
    """

    one: str
    other: str
    n: int
    agreement: float
    kappa: float | None
    low: float | None = None
    high: float | None = None


def kappas(judgements: Iterable[Judgement]) -> Iterator[Kappa]:
    """The agreement of each two curators who judged claims in common."""
    by_curator: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for judgement in judgements:
        if judgement.verdict is not Verdict.UNSURE:
            by_curator[judgement.curator][judgement.claim] = judgement.verdict
    for one, other in combinations(sorted(by_curator), 2):
        shared = sorted(by_curator[one].keys() & by_curator[other].keys())
        if shared:
            yield _kappa(one, other, [(by_curator[one][c], by_curator[other][c]) for c in shared])


def _kappa(one: str, other: str, pairs: Sequence[tuple[Verdict, Verdict]]) -> Kappa:
    counts = Counter(pairs)
    kinds = (Verdict.CORRECT, Verdict.WRONG)
    table = [[counts[a, b] for b in kinds] for a in kinds]
    agreement = sum(a is b for a, b in pairs) / len(pairs)
    if len({a for a, _ in pairs} | {b for _, b in pairs}) < 2:
        return Kappa(one=one, other=other, n=len(pairs), agreement=agreement, kappa=None)
    from statsmodels.stats.inter_rater import cohens_kappa

    found = cohens_kappa(table)
    return Kappa(
        one=one,
        other=other,
        n=len(pairs),
        agreement=agreement,
        kappa=float(found.kappa),
        low=max(-1.0, float(found.kappa_low)),
        high=min(1.0, float(found.kappa_upp)),
    )


def kappa_table(judgements: Iterable[Judgement]) -> Table:
    """The agreement of each two curators as rows."""
    columns = ("curator", "other", "claims", "agreement", "kappa", "low", "high")
    return Table.of(
        columns,
        (
            (k.one, k.other, k.n, round(k.agreement, 3), *map(_rounded, (k.kappa, k.low, k.high)))
            for k in kappas(judgements)
        ),
    )


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def calibrations(
    judgements: Sequence[Judgement],
) -> tuple[Calibration | None, Calibration | None]:
    """How confidence compares with verdicts, before and after recalibration (in sample)."""
    known = judged(judgements)
    fitted = recalibration(judgements)
    before = calibration((confidence, right) for confidence, right, _ in known)
    if fitted is None:
        return before, None
    return before, calibration((fitted.of(confidence), right) for confidence, right, _ in known)


def calibration_table(judgements: Sequence[Judgement]) -> Table:
    """Expected calibration error and Brier score, before and after."""
    fitted = recalibration(judgements)
    line = f"logit p = {fitted.intercept} + {fitted.slope} logit c" if fitted else None
    names = (("as read", None), ("recalibrated", line))
    rows = [
        (name, line, len(judged(judgements)), round(found.ece, 4), round(found.brier, 4))
        for (name, line), found in zip(names, calibrations(judgements), strict=True)
        if found
    ]
    return Table.of(("confidence", "line", "verdicts", "ece", "brier"), rows)
