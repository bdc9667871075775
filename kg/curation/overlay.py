"""Readings as corrected: rejected claims are gone, corrected ones replaced, the rest recalibrated.

What the machine read is left as it is in ``claims.jsonl``; the overlay is made anew from it and the
judgements at every build, so that a verdict can be taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.curation.calibrate import Recalibration, recalibration
from kg.curation.match import match_judgements
from kg.curation.model import Judgement, Outcome, Verdict, corrected
from kg.model import Claim, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of one claim: by which judgements, and what replaces it if it was corrected."""

    claim: str
    outcome: Outcome
    judgements: tuple[Judgement, ...]
    replacement: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Judgements of one claim that exclude each other; the claim stays as it was read."""

    claim: str
    judgements: tuple[Judgement, ...]

    @property
    def told(self) -> str:
        """The conflict in one line."""
        said = "; ".join(f"{j.curator} says {_said(j)}" for j in self.judgements)
        return f"claim:{self.claim}: {said}; agree on one, until then it stays as it was read"


def _said(judgement: Judgement) -> str:
    right = ", ".join(f"{name} {value}" for name, value in sorted(judgement.right.items()))
    return f"{judgement.verdict} ({right})" if right else judgement.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The corrected readings, and what was decided, disputed, and not found again."""

    readings: tuple[Reading, ...]
    decisions: tuple[Decision, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    lost: tuple[Judgement, ...] = ()
    calibrated: Recalibration | None = None


def overlay(readings: Iterable[Reading], judgements: Sequence[Judgement]) -> Overlay:
    """Apply judgements to what the machine read; without any the readings are as they were."""
    read = tuple(readings)
    if not judgements:
        return Overlay(readings=read)
    matches = match_judgements(judgements, read)
    by_claim: dict[str, list[Judgement]] = defaultdict(list)
    for judgement, claim in matches.found:
        if judgement.verdict is not Verdict.UNSURE:
            by_claim[claim].append(judgement)
    conflicts = [
        Conflict(claim=claim, judgements=tuple(said))
        for claim, said in sorted(by_claim.items())
        if len({judgement.decision for judgement in said}) > 1
    ]
    disputed = {conflict.claim for conflict in conflicts}
    claims = {claim.id: claim for reading in read for claim in reading.claims}
    decisions = [
        _decision(claims[name], said)
        for name, said in sorted(by_claim.items())
        if name not in disputed
    ]
    fitted = recalibration([judgement for judgement, _ in matches.found])
    return Overlay(
        readings=_applied(read, {d.claim: d for d in decisions}, fitted),
        decisions=tuple(decisions),
        conflicts=tuple(conflicts),
        lost=matches.lost,
        calibrated=fitted,
    )


def _decision(claim: Claim, said: Sequence[Judgement]) -> Decision:
    outcome = said[0].outcome
    changed = corrected(claim, said[0].right) if outcome is Outcome.CORRECTED else None
    return Decision(claim=claim.id, outcome=outcome, judgements=tuple(said), replacement=changed)


def _applied(
    readings: Iterable[Reading], decisions: Mapping[str, Decision], fitted: Recalibration | None
) -> tuple[Reading, ...]:
    return tuple(
        replace(reading, claims=tuple(_kept(reading.claims, decisions, fitted)))
        for reading in readings
    )


def _kept(
    claims: Iterable[Claim], decisions: Mapping[str, Decision], fitted: Recalibration | None
) -> Iterable[Claim]:
    for claim in claims:
        decision = decisions.get(claim.id)
        if decision and decision.outcome is Outcome.REJECTED:
            continue
        if decision and decision.replacement:
            yield decision.replacement
        elif fitted and claim.confidence is not None:
            yield replace(claim, confidence=fitted.of(claim.confidence))
        else:
            yield claim
