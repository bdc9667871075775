"""Several texts judged in step, so that each model is asked once of all of them.

What judges a text is a generator that yields its questions in turn and is sent the answers. All
texts come to the same questions in the same order; a model that is asked of many at once has its
weights at hand, which takes a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

Answer = TypeVar("Answer")
#: What answers several sets of features, one answer each, and the sets.
Question = tuple[Callable[[Sequence[Sequence[str]]], list[Any]], Sequence[Sequence[str]]]
#: What asks such questions, is sent a list of answers to each, and comes to a result.
Asking = Generator[Question, list[Any], Answer]


def ask_together(texts: Sequence[Asking[Answer]]) -> list[Answer]:
    """The result of each text; all ask the same questions in the same order."""
    answers: list[list[Any] | None] = [None] * len(texts)
    while True:
        steps = [_step(text, own) for text, own in zip(texts, answers, strict=True)]
        questions = [step for step in steps if isinstance(step, tuple)]
        if not questions:
            return [step.value for step in steps if isinstance(step, StopIteration)]
        ask = questions[0][0]
        found = iter(ask([features for _, groups in questions for features in groups]))
        answers = [[next(found) for _ in groups] for _, groups in questions]


def _step(text: Asking[Answer], answers: list[Any] | None) -> Question | StopIteration:
    """The next question of a text, or its result as what ends it."""
    try:
        return next(text) if answers is None else text.send(answers)
    except StopIteration as end:
        return end
