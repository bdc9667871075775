"""What the encoder says of a document, as features of the linear models.

An answer is told in steps of log odds, so that a model learns how far to trust it, and weighs it
against what the rules of language see (stacking, as in `extract.context`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import permutations

import numpy as np

from extract.candidates import Candidate, SentenceView, Topics, find_candidates
from extract.encoder import (
    PATH_ROLES,
    PATHS,
    ROLES,
    Answers,
    Encoder,
)
from extract.encoding import Sentence, in_numbers
from extract.told import HIGHEST, LOWEST, AllTold, tell

#: A pair that scores less (log odds) is not looked at: of those read as claims none did.
_HOPELESS = -7.0
_ROLE_COLUMNS = {
    (path, *roles): ROLES.index(f"{path}:{'-'.join(roles)}")
    for path in PATHS[1:]
    for roles in permutations(PATH_ROLES, 2)
}
#: A loss (log odds) from which on a word counts as one that decides.
_TELLING = 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoded:
    """A document's sentences, those candidates worth a look, and what the encoder says of them.

    ``places`` and ``pairs`` tell which row of the answers is that of a sentence or of a pair, be
    it worth a look or not.
    """

    views: Sequence[SentenceView]
    topics: Topics
    candidates: Mapping[int, Sequence[Candidate]]
    places: Mapping[int, int]
    pairs: Mapping[tuple[int, str, str], int]
    answers: Answers | None
    told: AllTold | None

    def odds(self, candidate: Candidate) -> float:
        """The log odds that a pair is claimed."""
        assert self.answers is not None
        return float(self.answers.claimed[self._pair(candidate)])

    def claimed(self, candidate: Candidate) -> tuple[str, ...]:
        """Whether a pair is claimed."""
        return _claimed(_step(self.odds(candidate), 0.5), candidate.kind)

    def signs(self, candidate: Candidate) -> tuple[str, ...]:
        """Which way a claimed pair goes."""
        assert self.told is not None
        return self.told.signs.row(self._pair(candidate))

    def relations(self, candidate: Candidate) -> tuple[str, ...]:
        """What kind of relation it is, and which of the two comes first."""
        assert self.told is not None
        return self.told.relations.row(self._pair(candidate))

    def statuses(self, view: SentenceView) -> tuple[str, ...]:
        """Whether a sentence tells findings, conclusions, aims ...; none if it has no candidate."""
        place = self.places.get(view.index)
        return () if place is None or self.told is None else self.told.statuses.row(place)

    def paths(self, view: SentenceView) -> tuple[str, ...]:
        """Whether a sentence tells of mediation or moderation; none if it has no candidate.

        And whether another sentence of the text does: what an aim asks a result tells in fewer
        words ("the association held in women only").
        """
        place = self.places.get(view.index)
        if place is None or self.told is None:
            return ()
        return *self.told.paths.row(place), *self._paths_elsewhere[place]

    @cached_property
    def _paths_elsewhere(self) -> list[list[str]]:
        """For each sentence the highest step that any other one has for each kind of path."""
        assert self.told is not None
        steps = self.told.paths.steps
        kinds = {kind: [own[PATHS.index(kind)] for own in steps] for kind in PATHS[1:]}
        return [
            [
                f"elsewhere:{kind}={max([*own[:place], *own[place + 1 :]], default=-1)}"
                for kind, own in kinds.items()
            ]
            for place in range(len(steps))
        ]

    def roles(
        self, view: SentenceView, relation: str, roles: tuple[str, str], one: str, other: str
    ) -> float:
        """The log odds that two constructs of a sentence have two roles in a path that it tells of.

        ``roles`` are those of ``one`` and ``other``, two of `PATH_ROLES`.
        """
        row = self.pairs.get((view.index, one, other))
        if row is None:
            row = self.pairs.get((view.index, other, one))
            roles = roles[::-1]
        if row is None:
            return LOWEST
        return self._role_odds[row][_ROLE_COLUMNS[relation, *roles]]

    @cached_property
    def _role_odds(self) -> list[list[float]]:
        assert self.answers is not None
        scores = self.answers.roles
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        rest = powers.sum(axis=1, keepdims=True) - powers
        odds: list[list[float]] = np.log(np.maximum(powers, 1e-6) / np.maximum(rest, 1e-6)).tolist()
        return odds

    def hopes_for(self, candidate: Candidate) -> bool:
        """Whether a pair is worth a look."""
        assert self.answers is not None
        return bool(self.answers.claimed[self._pair(candidate)] >= _HOPELESS)

    def _pair(self, candidate: Candidate) -> int:
        return self.pairs[_key(candidate)]


def encode(views: Sequence[SentenceView], topics: Topics, encoder: Encoder) -> Encoded:
    """What an encoder says of the sentences of a document that have candidates."""
    return encode_all([(views, topics)], encoder)[0]


def encode_all(
    texts: Iterable[tuple[Sequence[SentenceView], Topics]], encoder: Encoder
) -> list[Encoded]:
    """What an encoder says of several documents, of each as if of it alone."""
    found = [
        (views, topics, [own for view in views if (own := tuple(find_candidates(view)))])
        for views, topics in texts
    ]
    sentences = [
        in_numbers(own[0].view, own, topics, encoder.known)
        for _, topics, candidates in found
        for own in candidates
    ]
    answers = encoder.answer(sentences) if sentences else None
    told = None if answers is None else tell(answers)
    first, asked, encoded = 0, 0, []
    for views, topics, candidates in found:
        pairs = [candidate for own in candidates for candidate in own]
        rows = slice(first, first + len(candidates)), slice(asked, asked + len(pairs))
        first, asked = first + len(candidates), asked + len(pairs)
        own_answers = answers.part(*rows) if answers and pairs else None
        encoded.append(
            Encoded(
                views=views,
                topics=topics,
                candidates=_hopeful(pairs, own_answers),
                places={own[0].view.index: place for place, own in enumerate(candidates)},
                pairs={_key(pair): place for place, pair in enumerate(pairs)},
                answers=own_answers,
                told=told.part(*rows) if told and pairs else None,
            )
        )
    return encoded


def _hopeful(pairs: Sequence[Candidate], answers: Answers | None) -> dict[int, list[Candidate]]:
    """The candidates worth a look by sentence."""
    found: dict[int, list[Candidate]] = {}
    for place in () if answers is None else np.flatnonzero(answers.claimed >= _HOPELESS).tolist():
        found.setdefault(pairs[place].view.index, []).append(pairs[place])
    return found


def _key(candidate: Candidate) -> tuple[int, str, str]:
    return candidate.view.index, candidate.first.construct, candidate.second.construct


def deciding_words(candidate: Candidate, topics: Topics, encoder: Encoder) -> tuple[str, ...]:
    """The words without which the encoder would believe a claim less, most telling first.

    Each word is hidden in turn (occlusion, Zeiler & Fergus 2014, arXiv:1311.2901).
    """
    whole = in_numbers(candidate.view, [candidate], topics, encoder.known)
    rows = range(1, len(whole.words) - len(candidate.view.carried))
    hidden = [_without(whole, row, encoder) for row in rows]
    score, *others = encoder.answer([whole, *hidden]).claimed.tolist()
    words = candidate.view.words
    lost = [(score - other, -place) for place, other in enumerate(others)]
    named = dict.fromkeys(
        words[-place] for loss, place in sorted(lost, reverse=True) if loss > _TELLING
    )
    return tuple(word for word in named if word.isalnum())


def _without(sentence: Sentence, row: int, encoder: Encoder) -> Sentence:
    words = sentence.words.copy()
    words[row, :2] = encoder.known.words["word="], encoder.known.words["end="]
    return replace(sentence, words=words)


def role_step(odds: float) -> int:
    """The log odds of a pair's roles (`Encoded.roles`) in steps."""
    return _step(odds, 1.0)


def roles_step(odds: Sequence[float]) -> int:
    """The log odds of all pairs of a path in steps."""
    return _step(sum(odds) / len(odds), 0.5)


def _step(value: float, width: float) -> int:
    return math.floor(min(HIGHEST, max(LOWEST, value)) / width)


@lru_cache(maxsize=1 << 10)
def _claimed(step: int, kind: str) -> tuple[str, ...]:
    return f"enc={step}", f"enc={step // 2}|{kind}"
