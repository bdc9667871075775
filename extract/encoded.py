"""What the encoder says of a document, as features of the linear models.

An answer is told in steps of log odds, so that a model learns how far to trust it, and weighs it
against what the rules of language see (stacking, as in `extract.context`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import permutations

import numpy as np

from extract.candidates import Candidate, SentenceView, Topics, find_candidates
from extract.encoder import (
    PATH_ROLES,
    PATHS,
    RELATIONS,
    ROLES,
    SIGNS,
    STATUSES,
    Answers,
    Encoder,
)
from extract.encoding import Sentence, in_numbers
from extract.network import Numbers

_LOWEST, _HIGHEST = -8.0, 5.0
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
    """The candidates of each sentence worth a look, and what the encoder says of them.

    ``places`` and ``pairs`` tell which row of the answers is that of a sentence or of a pair, be
    it worth a look or not.
    """

    candidates: Mapping[int, Sequence[Candidate]]
    places: Mapping[int, int]
    pairs: Mapping[tuple[int, str, str], int]
    answers: Answers | None

    def claimed(self, candidate: Candidate) -> tuple[str, ...]:
        """Whether a pair is claimed."""
        assert self.answers is not None
        score = float(self.answers.claimed[self._pair(candidate)])
        return _claimed(_step(score, 0.5), candidate.kind)

    def signs(self, candidate: Candidate) -> tuple[str, ...]:
        """Which way a claimed pair goes."""
        assert self.answers is not None
        return _told(SIGNS, self.answers.signs[self._pair(candidate)])

    def relations(self, candidate: Candidate) -> tuple[str, ...]:
        """What kind of relation it is, and which of the two comes first."""
        assert self.answers is not None
        return _told(RELATIONS, self.answers.relations[self._pair(candidate)])

    def statuses(self, view: SentenceView) -> tuple[str, ...]:
        """Whether a sentence tells findings, conclusions, aims ...; none if it has no candidate."""
        if self.answers is None or view.index not in self.places:
            return ()
        return _told(STATUSES, self.answers.statuses[self.places[view.index]])

    def paths(self, view: SentenceView) -> tuple[str, ...]:
        """Whether a sentence tells of mediation or moderation; none if it has no candidate."""
        if self.answers is None or view.index not in self.places:
            return ()
        return _told(PATHS, self.answers.paths[self.places[view.index]])

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
            return _LOWEST
        return float(self._role_odds[row, _ROLE_COLUMNS[relation, *roles]])

    @cached_property
    def _role_odds(self) -> Numbers:
        assert self.answers is not None
        scores = self.answers.roles
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        rest = powers.sum(axis=1, keepdims=True) - powers
        odds: Numbers = np.log(np.maximum(powers, 1e-6) / np.maximum(rest, 1e-6))
        return odds

    def hopes_for(self, candidate: Candidate) -> bool:
        """Whether a pair is worth a look."""
        assert self.answers is not None
        return bool(self.answers.claimed[self._pair(candidate)] >= _HOPELESS)

    def _pair(self, candidate: Candidate) -> int:
        return self.pairs[_key(candidate)]


def encode(views: Sequence[SentenceView], topics: Topics, encoder: Encoder) -> Encoded:
    """What an encoder says of the sentences of a document that have candidates."""
    found = {view.index: own for view in views if (own := tuple(find_candidates(view)))}
    seen = [view for view in views if view.index in found]
    sentences = [in_numbers(view, found[view.index], topics, encoder.known) for view in seen]
    answers = encoder.answer(sentences) if sentences else None
    pairs = [candidate for view in seen for candidate in found[view.index]]
    hopeful = () if answers is None else np.flatnonzero(answers.claimed >= _HOPELESS).tolist()
    candidates: dict[int, list[Candidate]] = {}
    for place in hopeful:
        candidates.setdefault(pairs[place].view.index, []).append(pairs[place])
    return Encoded(
        candidates=candidates,
        places={view.index: place for place, view in enumerate(seen)},
        pairs={_key(pair): place for place, pair in enumerate(pairs)},
        answers=answers,
    )


def _key(candidate: Candidate) -> tuple[int, str, str]:
    return candidate.view.index, candidate.first.construct, candidate.second.construct


def deciding_words(candidate: Candidate, topics: Topics, encoder: Encoder) -> tuple[str, ...]:
    """The words without which the encoder would believe a claim less, most telling first.

    Each word is hidden in turn (occlusion, Zeiler & Fergus 2014, arXiv:1311.2901).
    """
    whole = in_numbers(candidate.view, [candidate], topics, encoder.known)
    hidden = [_without(whole, row, encoder) for row in range(1, len(whole.words))]
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


def role_steps(odds: Sequence[float]) -> tuple[int, ...]:
    """The log odds of several pairs of a path (`Encoded.roles`) in steps, and those of all."""
    return *(_step(value, 1.0) for value in odds), _step(sum(odds) / len(odds), 0.5)


def _step(value: float, width: float) -> int:
    return math.floor(min(_HIGHEST, max(_LOWEST, value)) / width)


@lru_cache(maxsize=1 << 10)
def _claimed(step: int, kind: str) -> tuple[str, ...]:
    return f"enc={step}", f"enc={step // 2}|{kind}"


def _told(labels: Sequence[str], scores: Numbers) -> tuple[str, ...]:
    """The log odds of each label against all others, in steps of one, and the likeliest label."""
    powers = np.exp(scores - scores.max())
    total = float(powers.sum())
    found = [f"enc={labels[int(powers.argmax())]}"]
    for label, power in zip(labels, powers.tolist(), strict=True):
        odds = math.log(max(power, 1e-4) / max(total - power, 1e-4))
        found.append(f"enc:{label}={_step(odds, 1.0)}")
    return tuple(found)
