"""A second reader: two sets of readings of the same texts, side by side where they differ.

Where person and machine agree nothing needs to be looked at; what is left is the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.curation.model import Judgement, Verdict
from kg.evaluate.agreement import distinct, pair_up
from kg.evaluate.readings import ClaimReading, ScoredClaim
from kg.evaluate.scores import prf
from kg.tables import Table

_COLUMNS = ("document", "differs", "one", "other", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs, row by row, and how much does not; ``f1`` (0..1) counts full agreement."""

    table: Table
    agreed: int
    differing: int
    only_one: int
    only_other: int
    f1: float

    @property
    def summary(self) -> str:
        """The counts in one line."""
        return (
            f"{self.agreed} agreed (F1 {self.f1:.3f}), {self.differing} read differently, "
            f"{self.only_one} only by the first, {self.only_other} only by the second"
        )


def compare_readings(
    one: Mapping[str, Sequence[ScoredClaim]], other: Mapping[str, Sequence[ScoredClaim]]
) -> Comparison:
    """Compare the claims of the documents that both have read."""
    rows: list[tuple[str, str, str | None, str | None, str]] = []
    agreed = 0
    for key in sorted(one.keys() & other.keys()):
        same, found = _compared(distinct(one[key]), distinct(other[key]))
        agreed += same
        rows += [(key, *row) for row in found]
    differing = sum(row[2] is not None and row[3] is not None for row in rows)
    only_one = sum(row[3] is None for row in rows)
    only_other = len(rows) - differing - only_one
    counts = (agreed, agreed + differing + only_one, agreed + differing + only_other)
    return Comparison(
        table=Table.of(_COLUMNS, rows),
        agreed=agreed,
        differing=differing,
        only_one=only_one,
        only_other=only_other,
        f1=prf([counts])[2],
    )


_Row = tuple[str, str | None, str | None, str]


def _compared(one: Sequence[ScoredClaim], other: Sequence[ScoredClaim]) -> tuple[int, list[_Row]]:
    """The number of claims that agree, and a row for each that does not."""
    full = pair_up(one, other, "full", None)
    rows: list[_Row] = []
    left, right = full.missed, full.extra
    for level in ("direction", "pair"):
        found = pair_up(left, right, level, None)
        left, right = found.missed, found.extra
        rows += [
            (_difference(a.own, b.own), _said(a.own), _said(b.own), _words(a) or _words(b))
            for a, b in found.pairs
        ]
    rows += [("only the first", _said(claim.own), None, _words(claim)) for claim in left]
    rows += [("only the second", None, _said(claim.own), _words(claim)) for claim in right]
    return len(full.pairs), rows


def _difference(one: ClaimReading, other: ClaimReading) -> str:
    told = {
        "direction": (one.sign, other.sign),
        "relation": (one.family, other.family),
        "status": (one.status_group, other.status_group),
        "order": (one.ids, other.ids),
    }
    return ", ".join(name for name, (a, b) in told.items() if a != b)


def _said(reading: ClaimReading) -> str:
    ends = " – ".join(str(name) for name in reading.ids)
    return f"{ends}: {reading.relation}, {reading.direction}, {reading.status}"


def _words(claim: ScoredClaim) -> str:
    return str(claim.raw.get("cue") or claim.raw.get("sentence") or "")


def compare_verdicts(one: Iterable[Judgement], other: Iterable[Judgement]) -> Comparison:
    """Compare the verdicts of two curators on the claims that both judged."""
    first = {j.claim: j for j in one if j.verdict is not Verdict.UNSURE}
    second = {j.claim: j for j in other if j.verdict is not Verdict.UNSURE}
    shared = sorted(first.keys() & second.keys())
    rows = list(_verdict_rows((first[claim], second[claim]) for claim in shared))
    agreed = len(shared) - len(rows)
    alone = (len(first) - len(shared), len(second) - len(shared))
    return Comparison(
        table=Table.of(_COLUMNS, rows),
        agreed=agreed,
        differing=len(rows),
        only_one=alone[0],
        only_other=alone[1],
        f1=prf([(agreed, len(first), len(second))])[2],
    )


def _verdict_rows(
    pairs: Iterable[tuple[Judgement, Judgement]],
) -> Iterator[tuple[str, str, str, str, str]]:
    for one, other in pairs:
        if one.decision != other.decision:
            place = one.key or one.document or f"claim:{one.claim}"
            yield place, "verdict", _verdict(one), _verdict(other), one.sentence


def _verdict(judgement: Judgement) -> str:
    right = ", ".join(f"{name} {value}" for name, value in sorted(judgement.right.items()))
    parts = (judgement.verdict.value, judgement.tag.value if judgement.tag else "", right)
    return ", ".join(part for part in parts if part)
