"""Synthetic readings of any size from a seed, with the shape of a real corpus.

Constructs are chosen by a power law, studies have one to three claims, a tenth of the findings are
null. Nothing in them is true; they are for measuring speed and memory.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

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

_T = TypeVar("_T")
#: Some 50 quads for each study.
CLAIMS_PER_STUDY = (1, 1, 1, 2)
_DIRECTIONS = {
    Direction.POSITIVE: 45,
    Direction.NEGATIVE: 25,
    Direction.NULL: 12,
    Direction.MIXED: 3,
    Direction.UNSPECIFIED: 15,
}
_STATUSES = {
    Status.FINDING: 55,
    Status.CONCLUSION: 15,
    Status.HYPOTHESIS: 15,
    Status.BACKGROUND: 12,
    Status.OPEN_QUESTION: 3,
}
_RELATIONS = {
    Relation.ASSOCIATED_WITH: 35,
    Relation.PREDICTS: 25,
    Relation.AFFECTS: 25,
    Relation.MEDIATES: 8,
    Relation.MODERATES: 7,
}
_KINDS = {"empirical": 75, "review": 15, "meta-analysis": 10}
_POPULATIONS = ("major depression", "mothers and infants", "couples", "healthy adults", "PTSD")
_SPECIMENS = ("saliva", "plasma", "intranasal", None, None)
_SENTENCE = "In this sample, greater {} was related to {} at the end of the observed period."


def synthetic_readings(
    studies: int, constructs: Sequence[str], *, seed: int = 20
) -> Iterator[Reading]:
    """So many readings over the given construct ids; the same for the same seed."""
    chance = random.Random(seed)
    names = sorted(constructs)
    chance.shuffle(names)
    weights = [1 / rank for rank in range(1, len(names) + 1)]
    for number in range(studies):
        yield _reading(chance, number, names, weights)


def _pick(chance: random.Random, weighted: dict[_T, int]) -> _T:
    return chance.choices(list(weighted), list(weighted.values()))[0]


def _reading(
    chance: random.Random, number: int, names: Sequence[str], weights: Sequence[float]
) -> Reading:
    document_id = f"doi:10.5555/synthetic.{number}"
    claims, text = [], ""
    for _ in range(chance.choice(CLAIMS_PER_STUDY)):
        claim = _claim(chance, document_id, len(text) + 20, names, weights)
        text += f" {claim.evidence.sentence}"
        claims.append(claim)
    kind = _pick(chance, _KINDS)
    document = Document(
        id=document_id,
        key=f"synthetic-{number}",
        title=f"Synthetic study {number:06d}",
        abstract=text.strip(),
        year=chance.randint(1995, 2025),
        authors=(f"Author{number % 997}, A", "Other, B"),
        journal=f"Journal {number % 53}",
        doi=document_id.removeprefix("doi:"),
        kind=kind,
    )
    study = Study(
        id=f"study:synthetic-{number}",
        documents=(document_id,),
        kind=kind,
        n=chance.randint(12, 900),
        unit=chance.choice(("persons", "dyads")),
        population=chance.choice(_POPULATIONS),
    )
    return Reading(document=document, claims=tuple(claims), study=study)


def _claim(
    chance: random.Random,
    document_id: str,
    start: int,
    names: Sequence[str],
    weights: Sequence[float],
) -> Claim:
    chosen: list[str] = []
    while len(chosen) < 3:
        (name,) = chance.choices(names, weights)
        if name not in chosen:
            chosen.append(name)
    subject, other, source = chosen
    relation = _pick(chance, _RELATIONS)
    sentence = _SENTENCE.format(subject, other)
    size = round(chance.uniform(-0.6, 0.6), 2)
    return Claim(
        document=document_id,
        subject=subject,
        relation=relation,
        object=other,
        direction=_pick(chance, _DIRECTIONS),
        status=_pick(chance, _STATUSES),
        evidence=Evidence(
            start=start, end=start + len(sentence), sentence=sentence, cue="was related to"
        ),
        path=(source, other) if relation in (Relation.MEDIATES, Relation.MODERATES) else None,
        qualifiers=Qualifiers(specimen=chance.choice(_SPECIMENS)),
        statistics=(Statistic(kind="r", raw=f"r = {size}", start=start, end=start + 8, value=size),)
        if chance.random() < 0.2
        else (),
        rule="synthetic",
        confidence=round(chance.uniform(0.4, 0.99), 2),
    )
