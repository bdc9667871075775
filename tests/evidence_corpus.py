"""A few studies made by hand, to weigh: who found what on one pair, in whom, by what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.model import (
    Claim,
    Direction,
    Document,
    Evidence,
    Qualifiers,
    Reading,
    Relation,
    Statistic,
    Status,
    Study,
)

_WORDS = {
    Direction.POSITIVE: "rose with",
    Direction.NEGATIVE: "fell with",
    Direction.NULL: "was unrelated to",
    Direction.MIXED: "varied with",
    Direction.UNSPECIFIED: "was linked to",
}


def statistic(kind: str, value: float | None = None, *, start: int = 0, **fields: Any) -> Statistic:
    """A number as if printed at ``start``."""
    raw = f"{kind} = {value}"
    return Statistic(kind=kind, value=value, raw=raw, start=start, end=start + len(raw), **fields)


def said(
    subject: str,
    other: str,
    direction: str = "positive",
    *,
    status: Status = Status.FINDING,
    relation: Relation = Relation.PREDICTS,
    path: tuple[str, str] | None = None,
    statistics: tuple[Statistic, ...] = (),
    confidence: float | None = 0.8,
    **qualifiers: str,
) -> Claim:
    """A claim; `study` gives it its document and its place."""
    way = Direction(direction)
    sentence = f"{subject} {_WORDS[way]} {other}."
    return Claim(
        document="",
        subject=subject,
        relation=relation,
        object=other,
        direction=way,
        status=status,
        path=path,
        evidence=Evidence(start=0, end=len(sentence), sentence=sentence, cue=_WORDS[way]),
        qualifiers=Qualifiers(**qualifiers),
        statistics=statistics,
        rule="by hand",
        confidence=confidence,
    )


def study(name: str, *claims: Claim, kind: str = "empirical", **fields: Any) -> Reading:
    """A study of one document whose abstract is the sentences of its claims."""
    document, text, placed = f"key:{name}", "A title\n", []
    for claim in claims:
        start = len(text)
        text += f"{claim.evidence.sentence} "
        placed.append(_at(claim, document, start))
    sample: dict[str, Any] = {"n": 50, "unit": "persons"} | fields
    year = int(name[-4:]) if name[-4:].isdigit() else None
    return Reading(
        document=Document(
            id=document,
            key=name,
            title="A title",
            abstract=text.removeprefix("A title\n"),
            year=year,
            authors=(f"{name[:-5].title()}, A.",) if year else (),
            kind=kind,
        ),
        claims=tuple(placed),
        study=Study(
            id=f"study:{name}",
            documents=(document,),
            kind=kind,
            **sample,
        ),
    )


def _at(claim: Claim, document: str, start: int) -> Claim:
    evidence = replace(claim.evidence, start=start, end=start + len(claim.evidence.sentence))
    return replace(claim, document=document, evidence=evidence)


#: Oxytocin level and depressive symptoms: saliva and plasma disagree.
SPECIMENS = (
    study(
        "ames-2019", said("OxytocinLevel", "DepressiveSymptoms", specimen="plasma"),
        population="adults with borderline personality disorder",
    ),
    study(
        "berg-2020", said("OxytocinLevel", "Symptoms", specimen="plasma"),
        population="patients with borderline personality disorder",
    ),
    study(
        "cole-2021", said("OxytocinLevel", "DepressiveSymptoms", "negative", specimen="saliva"),
        population="adults with depression",
    ),
    study("dorn-2022", said("OxytocinLevel", "DepressiveSymptoms", "null", specimen="plasma")),
)  # fmt: skip
