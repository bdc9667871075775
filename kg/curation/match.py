"""Finding the claim again that a curator judged, after a new extraction.

First by id. Else within the same document the claim that says the same at a place that overlaps or
in the same sentence: same constructs (and path), same direction, same group of status. Each
claim is given to one judgement of a curator at most, the most alike first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.curation.model import ErrorTag, Judgement
from kg.model import ASSERTED, Claim, Reading, Relation, Status

_UNORDERED = frozenset({Relation.ASSOCIATED_WITH})
_LINKS = frozenset({Relation.ASSOCIATED_WITH, Relation.PREDICTS, Relation.AFFECTS})
_ASKED = frozenset({Status.HYPOTHESIS, Status.OPEN_QUESTION})
#: Tags that judge the relation or the status itself: those must be the same to match.
_ABOUT_RELATION = frozenset({ErrorTag.WRONG_RELATION})
_ABOUT_STATUS = frozenset({ErrorTag.HYPOTHESIS_AS_FINDING})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Judgements with the id of the claim that each is about now, and those without one."""

    found: tuple[tuple[Judgement, str], ...]
    lost: tuple[Judgement, ...]


def match_judgements(judgements: Iterable[Judgement], readings: Iterable[Reading]) -> Matches:
    """Find the claims of these readings that the judgements are about."""
    claims: dict[str, Claim] = {}
    by_document: dict[str, list[Claim]] = defaultdict(list)
    for reading in readings:
        for claim in reading.claims:
            claims[claim.id] = claim
            by_document[claim.document].append(claim)
    by_curator: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        by_curator[judgement.curator].append(judgement)
    pairs = {
        judgement.id: claim
        for said in by_curator.values()
        for judgement, claim in _assign(said, claims, by_document)
    }
    every = [judgement for said in by_curator.values() for judgement in said]
    return Matches(
        found=tuple((j, pairs[j.id]) for j in every if j.id in pairs),
        lost=tuple(j for j in every if j.id not in pairs),
    )


def _assign(
    judgements: Sequence[Judgement],
    claims: Mapping[str, Claim],
    by_document: Mapping[str, Sequence[Claim]],
) -> list[tuple[Judgement, str]]:
    found = [(j, j.claim) for j in judgements if j.claim in claims]
    taken = {claim for _, claim in found}
    known = {judgement.id for judgement, _ in found}
    candidates = [
        (likeness, judgement.id, claim.id, judgement)
        for judgement in judgements
        if judgement.id not in known
        for claim in by_document.get(judgement.document, ())
        if claim.id not in taken and (likeness := _likeness(judgement, claim))
    ]
    for _, _, claim_id, judgement in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if judgement.id not in known and claim_id not in taken:
            found.append((judgement, claim_id))
            known.add(judgement.id)
            taken.add(claim_id)
    return found


def _likeness(judgement: Judgement, claim: Claim) -> float:
    """How well a claim fits a judgement; 0: it is not the same claim."""
    if not (_same_ends(judgement, claim) and judgement.direction == claim.direction):
        return 0.0
    if not _same_status(judgement, claim):
        return 0.0
    place = _same_place(judgement, claim)
    if not place:
        return 0.0
    return place + (judgement.relation == claim.relation) + (judgement.status == claim.status)


def _same_ends(judgement: Judgement, claim: Claim) -> bool:
    ends = (judgement.subject, judgement.object)
    if claim.path or judgement.path_source:
        path = claim.path or ("", "")
        same = (judgement.relation, *ends, judgement.path_source)
        return same == (claim.relation, claim.subject, path[1], path[0])
    if judgement.relation != claim.relation:
        if judgement.tag in _ABOUT_RELATION or "relation" in judgement.right:
            return False
        if not {judgement.relation, str(claim.relation)} <= _LINKS:
            return False
    if ends == (claim.subject, claim.object):
        return True
    return claim.relation in _UNORDERED and ends == (claim.object, claim.subject)


def _same_status(judgement: Judgement, claim: Claim) -> bool:
    if judgement.status == claim.status:
        return True
    if judgement.tag in _ABOUT_STATUS or "status" in judgement.right:
        return False
    pair = {judgement.status, str(claim.status)}
    return pair <= ASSERTED or pair <= _ASKED


def _same_place(judgement: Judgement, claim: Claim) -> float:
    """2 for the same sentence, else the share that overlaps (0..1); 0 where neither."""
    words = _WORD.findall(judgement.sentence.casefold())
    if words and words == _WORD.findall(claim.evidence.sentence.casefold()):
        return 2.0
    if judgement.start is None or judgement.end is None:
        return 0.0
    start, end = claim.evidence.start, claim.evidence.end
    shared = min(end, judgement.end) - max(start, judgement.start)
    return max(0.0, shared / max(1, max(end, judgement.end) - min(start, judgement.start)))
