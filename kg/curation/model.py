"""What a curator says of one claim: right, wrong, or what it should have been."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from kg.model import Claim, Direction, Qualifiers, Relation, Status

#: The rule that stands on a claim which a person corrected.
CURATED = "curated"


class Verdict(StrEnum):
    """The answer to the one question, whether the sentence says this."""

    CORRECT = "correct"
    WRONG = "wrong"
    UNSURE = "unsure"


class ErrorTag(StrEnum):
    """What is wrong with a reading."""

    NO_RELATION = "no relation"
    WRONG_RELATION = "wrong relation"
    WRONG_CONSTRUCT = "wrong construct"
    WRONG_SPAN = "wrong span"
    WRONG_DIRECTION = "wrong direction"
    HYPOTHESIS_AS_FINDING = "hypothesis as finding"
    NULL_MISSED = "null missed"
    MISSING_QUALIFIER = "missing qualifier"
    OTHER = "other"


class Outcome(StrEnum):
    """What becomes of a claim."""

    KEPT = "kept"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One verdict of one curator on one claim, with enough of the claim to find it again.

    ``right`` holds the fields as they should be (subject, relation, object, path_source,
    direction, status, and qualifiers by their names). ``curator`` is an ORCID, ``date`` ISO 8601;
    ``weight`` is how many claims this one stands for in a stratified sample.
    """

    claim: str
    key: str = ""
    document: str = ""
    start: int | None = None
    end: int | None = None
    sentence: str = ""
    subject: str = ""
    relation: str = ""
    object: str = ""
    path_source: str = ""
    direction: str = ""
    status: str = ""
    rule: str = ""
    confidence: float | None = None
    stratum: str = ""
    weight: float | None = None
    verdict: Verdict
    tag: ErrorTag | None = None
    right: Mapping[str, str] = field(default_factory=dict)
    curator: str = ""
    date: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """A name made of the claim and the curator: one verdict each."""
        return hashlib.sha256(f"{self.claim}\x1f{self.curator}".encode()).hexdigest()[:16]

    @property
    def outcome(self) -> Outcome:
        """What the verdict means for the claim; a qualifier that is missing rejects nothing."""
        if self.verdict is not Verdict.WRONG:
            return Outcome.KEPT
        if self.right:
            return Outcome.CORRECTED
        return Outcome.KEPT if self.tag is ErrorTag.MISSING_QUALIFIER else Outcome.REJECTED

    @property
    def decision(self) -> tuple[Outcome, tuple[tuple[str, str], ...]]:
        """What two curators must have in common not to be in conflict."""
        return self.outcome, tuple(sorted(self.right.items()))


def corrected(claim: Claim, right: Mapping[str, str]) -> Claim:
    """The claim with the fields that a curator gave; its confidence is no longer the machine's."""
    about = {name: right[name] for name in _QUALIFIERS if name in right}
    relation = Relation(right.get("relation", claim.relation))
    target = right.get("object", claim.object)
    source = right.get("path_source") or (claim.path[0] if claim.path else None)
    third = relation in (Relation.MEDIATES, Relation.MODERATES)
    return replace(
        claim,
        subject=right.get("subject", claim.subject),
        relation=relation,
        object=target,
        path=(source, target) if third and source else None,
        direction=Direction(right.get("direction", claim.direction)),
        status=Status(right.get("status", claim.status)),
        qualifiers=replace(claim.qualifiers, **about),
        rule=CURATED,
        confidence=None,
    )


_QUALIFIERS = tuple(f.name for f in fields(Qualifiers))
