"""The encoder's answers in words: log odds in steps, as features that the linear models know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from extract.encoder import PATHS, RELATIONS, SIGNS, STATUSES, Answers
from extract.network import Numbers

#: Log odds are kept within these bounds.
LOWEST, HIGHEST = -8.0, 5.0
#: The least probability that log odds are made of.
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Told:
    """For each row of scores the log odds of each label against all others, in steps of one.

    ``steps`` count from the lowest on; ``best`` are the likeliest labels.
    """

    labels: tuple[str, ...]
    steps: list[list[int]]
    best: list[int]

    def row(self, place: int) -> tuple[str, ...]:
        """What is told of a row."""
        names = zip(_step_names(self.labels), self.steps[place], strict=True)
        return f"enc={self.labels[self.best[place]]}", *[own[step] for own, step in names]

    def part(self, rows: slice) -> Told:
        """What is told of some of the rows."""
        return Told(self.labels, self.steps[rows], self.best[rows])


def _told(labels: tuple[str, ...], scores: Numbers) -> Told:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    rest = powers.sum(axis=1, keepdims=True).astype(np.float64) - powers
    odds = np.log(np.maximum(powers.astype(np.float64), _LEAST) / np.maximum(rest, _LEAST))
    steps = np.floor(np.clip(odds, LOWEST, HIGHEST)) - LOWEST
    return Told(labels, steps.astype(np.int64).tolist(), powers.argmax(axis=1).tolist())


@dataclass(frozen=True, slots=True, kw_only=True)
class AllTold:
    """What is told of pairs (signs, relations) and of sentences (statuses, paths)."""

    signs: Told
    relations: Told
    statuses: Told
    paths: Told

    def part(self, sentences: slice, pairs: slice) -> AllTold:
        """What is told of some sentences and of their pairs."""
        return AllTold(
            signs=self.signs.part(pairs),
            relations=self.relations.part(pairs),
            statuses=self.statuses.part(sentences),
            paths=self.paths.part(sentences),
        )


def tell(answers: Answers) -> AllTold:
    """All that is told of some answers."""
    return AllTold(
        signs=_told(SIGNS, answers.signs),
        relations=_told(RELATIONS, answers.relations),
        statuses=_told(STATUSES, answers.statuses),
        paths=_told(PATHS, answers.paths),
    )


@cache
def _step_names(labels: tuple[str, ...]) -> list[list[str]]:
    """For each label what it is called with each step, from the lowest on."""
    steps = range(int(LOWEST), int(HIGHEST) + 1)
    return [[f"enc:{label}={step}" for step in steps] for label in labels]
