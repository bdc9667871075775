"""What the encoder learns from each sentence: the right answers, tempered by earlier encoders'.

An annotation knows yes and no only; an encoder that was trained before also says how near the
question was. One that learns from both reads better than its teacher ("born-again networks",
Furlanello et al. 2018, arXiv:1805.04770), and as well as several together if these are its teachers
(Hinton et al. 2015, arXiv:1503.02531).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extract.encoder import PATHS, RELATIONS, ROLES, SIGNS, STATUSES, Answers, Encoder
from extract.encoding import Codes, Sentence, Vocabulary, codes_of
from extract.network import Numbers
from extract.training.answers import NONE, Item

#: The questions, and how many answers each has; the first is answered by no and yes.
QUESTIONS = {
    "claimed": 2, "sign": len(SIGNS), "relation": len(RELATIONS), "role": len(ROLES),
    "status": len(STATUSES), "path": len(PATHS),
}  # fmt: skip
#: How much of what is to be learnt the teachers say.
_TAUGHT = 0.5
_TOGETHER = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """A sentence, and for each question how likely each answer is to be held.

    ``answers`` are (pairs, answers), those about the sentence as such (1, answers); a row of zeros
    where nothing is known.
    """

    sentence: Sentence
    answers: Mapping[str, Numbers]


def lessons(
    items: Sequence[Item], known: Vocabulary, teachers: Sequence[Encoder] = ()
) -> list[Lesson]:
    """What is to be learnt from sentences in the numbers of ``known``; in order."""
    found = [_annotated(item) for item in items]
    if not teachers:
        return found
    return [
        replace(lesson, answers=_tempered(lesson.answers, said, item))
        for lesson, said, item in zip(found, _said(items, known, teachers), items, strict=True)
    ]


def _annotated(item: Item) -> Lesson:
    right: dict[str, NDArray[np.int64]] = {
        "claimed": np.where(item.doubtful, NONE, item.claimed),
        "sign": item.signs, "relation": item.relations, "role": item.roles,
        "status": np.array([item.status]), "path": np.array([item.path]),
    }  # fmt: skip
    answers = {name: _certain(labels, QUESTIONS[name]) for name, labels in right.items()}
    return Lesson(sentence=item.sentence, answers=answers)


def _certain(labels: NDArray[np.int64], count: int) -> Numbers:
    """One for the label of each row; nothing where there is none."""
    return np.vstack([np.eye(count, dtype=np.float32), np.zeros((1, count), np.float32)])[labels]


def _tempered(
    annotated: Mapping[str, Numbers], said: Mapping[str, Numbers], item: Item
) -> dict[str, Numbers]:
    """Annotation and teachers in their shares; a doubtful claim is as likely as teachers say."""
    tempered = {
        name: (answers.sum(axis=1, keepdims=True) * _TAUGHT * said[name] + (1 - _TAUGHT) * answers)
        for name, answers in annotated.items()
    }
    tempered["claimed"][item.doubtful] = said["claimed"][item.doubtful]
    return tempered


def _said(
    items: Sequence[Item], known: Vocabulary, teachers: Sequence[Encoder]
) -> Iterator[dict[str, Numbers]]:
    """What teachers say of each sentence, on the average."""
    for first in range(0, len(items), _TOGETHER):
        some = items[first : first + _TOGETHER]
        told = [teacher.answer(_translated(some, known, teacher.known)) for teacher in teachers]
        means = _means(told)
        ends = np.cumsum([0, *(len(item.claimed) for item in some)])
        for place, (start, end) in enumerate(pairwise(ends)):
            yield {
                name: mean[place : place + 1] if name in ("status", "path") else mean[start:end]
                for name, mean in means.items()
            }


def _means(told: Sequence[Answers]) -> dict[str, Numbers]:
    scores: dict[str, list[Numbers]] = {
        "claimed": [np.stack([np.zeros_like(a.claimed), a.claimed], axis=1) for a in told],
        "sign": [a.signs for a in told], "relation": [a.relations for a in told],
        "role": [a.roles for a in told], "status": [a.statuses for a in told],
        "path": [a.paths for a in told],
    }  # fmt: skip
    return {name: np.mean([_softmax(one) for one in own], axis=0) for name, own in scores.items()}


def _softmax(scores: Numbers) -> Numbers:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Numbers = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _translated(items: Sequence[Item], ours: Vocabulary, theirs: Vocabulary) -> list[Sentence]:
    """The sentences in another encoder's numbers."""
    words, pairs = _table(ours.words, theirs.words), _table(ours.pairs, theirs.pairs)
    return [
        Sentence(
            words=words[item.sentence.words],
            heads=item.sentence.heads,
            spans=item.sentence.spans,
            pairs=pairs[item.sentence.pairs],
        )
        for item in items
    ]


def _table(ours: Mapping[str, int], theirs: Mapping[str, int]) -> Codes:
    """Their code for each of ours: that of the name, or else that of its kind."""
    return np.array([0, *codes_of([*ours], theirs)], np.int64)
