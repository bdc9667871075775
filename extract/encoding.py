"""What the encoder sees: numbers for the words of sentences, for their trees and their pairs.

Each thing that it can tell apart (a word, a tag, a construct, ...) has a code of the encoder's
`Vocabulary`; of a sentence it gets the codes of each word, of a pair its place and its codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from extract.candidates import (
    FROM_BEFORE,
    FROM_TEXT,
    FROM_TITLE,
    Candidate,
    Mention,
    SentenceView,
    Topics,
    domain_of,
)
from extract.features import Standing, standing_of

#: Longer sentences are cut; of so long ones the rest is lists of numbers and the like.
MOST_WORDS = 150
#: No more constructs can be carried over into a sentence.
MOST_CARRIED = FROM_TITLE + FROM_BEFORE + FROM_TEXT
#: The furthest way through the tree that is told from further ones, and "no way at all".
FURTHEST, APART = 7, 8
Codes = NDArray[np.int64]
#: The rows of what no row stands for.
_NO_ROWS = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """The codes of what words and pairs are called; an unknown name has the code of its kind."""

    words: Mapping[str, int]
    pairs: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sentence:
    """A sentence in numbers: one row for it as such, one for each word, one for what is carried.

    ``words`` are (rows, 7) codes, ``heads`` (rows,) the row above each in the tree; a pair has in
    ``spans`` the rows where its mentions begin and end and in ``pairs`` 10 codes.
    """

    words: Codes
    heads: Codes
    spans: Codes
    pairs: Codes

    @cached_property
    def ways(self) -> Codes:
        """The steps between each two rows, as `tree_steps` has them."""
        found: Codes = tree_steps(self.heads[None])[0]
        return found


def vocabulary(words: Iterable[str], pairs: Iterable[str]) -> Vocabulary:
    """Codes for names in their order, from 1 on; 0 is nothing."""
    return Vocabulary(
        words={name: place for place, name in enumerate(words, 1)},
        pairs={name: place for place, name in enumerate(pairs, 1)},
    )


def word_names(view: SentenceView) -> list[tuple[str, ...]]:
    """For a sentence, each of its words and each construct that is carried over, what it is called.

    A name is empty where there is nothing.
    """
    words = (_word_names(*said) for said in _words(view))
    return [_sentence_names(view), *words, *map(_carried_names, view.carried)]


def _sentence_names(view: SentenceView) -> tuple[str, ...]:
    place = f"{min(view.index, 3)}|{min(view.count - 1 - view.index, 3)}"
    return ("sentence=", f"role={view.role}", f"place={place}", "", "", "", "")


def _words(view: SentenceView) -> Iterator[tuple[str, ...]]:
    """Each word with its tag, its relation, the sentence's role and the construct that it names."""
    constructs = [""] * len(view.tokens)
    for mention in view.named:
        start, end = mention.start - view.span.start, mention.end - view.span.start
        constructs[start:end] = [mention.construct] * (end - start)
    for word, construct in zip(view.tokens[:MOST_WORDS], constructs, strict=False):
        yield word.lower_, word.tag_, word.dep_, view.role, construct


def _word_names(word: str, tag: str, dep: str, role: str, construct: str) -> tuple[str, ...]:
    return (
        f"word={word}",
        f"end={word[-3:]}",
        f"tag={tag}",
        f"dep={dep}",
        f"role={role}",
        f"construct={construct}" if construct else "",
        f"domain={domain_of(construct)}" if construct else "",
    )


def _carried_names(mention: Mention) -> tuple[str, ...]:
    construct = mention.construct
    about = (f"construct={construct}", f"domain={domain_of(construct)}")
    return (f"carried={mention.carried}", f"carried.sign={mention.sign}", "", "", "", *about)


def pair_names(candidate: Candidate, topics: Topics) -> tuple[str, ...]:
    """What a pair is called by: its constructs, where they come from, how the text has them."""
    return (*_side_names(*_sides(candidate)), *_standing_names(standing_of(candidate, topics)))


def _sides(candidate: Candidate) -> tuple[str, str, str, str]:
    first, second = candidate.first, candidate.second
    return first.construct, second.construct, first.carried, second.carried


def _side_names(first: str, second: str, carried: str, carried_too: str) -> tuple[str, ...]:
    return (
        f"first={first}",
        f"second={second}",
        f"first.domain={domain_of(first)}",
        f"second.domain={domain_of(second)}",
        f"first.carried={carried}",
        f"second.carried={carried_too}",
    )


def _standing_names(standing: Standing) -> tuple[str, ...]:
    kind, (fewer, more), titled, together, _ = standing
    return (f"kind={kind}", f"counts={fewer}|{more}", f"titled={titled}", f"together={together}")


@lru_cache(maxsize=1 << 16)
def _word_codes(known: Vocabulary, *said: str) -> tuple[int, ...]:
    return codes_of(_word_names(*said), known.words)


@lru_cache(maxsize=1 << 14)
def _carried_codes(known: Vocabulary, mention: Mention) -> tuple[int, ...]:
    return codes_of(_carried_names(mention), known.words)


@lru_cache(maxsize=1 << 16)
def _side_codes(known: Vocabulary, *sides: str) -> tuple[int, ...]:
    return codes_of(_side_names(*sides), known.pairs)


@lru_cache(maxsize=1 << 12)
def _standing_codes(known: Vocabulary, standing: Standing) -> tuple[int, ...]:
    return codes_of(_standing_names(standing), known.pairs)


def in_numbers(
    view: SentenceView, candidates: Sequence[Candidate], topics: Topics, known: Vocabulary
) -> Sentence:
    """A sentence with its candidates in an encoder's numbers."""
    words = [codes_of(_sentence_names(view), known.words)]
    words += [_word_codes(known, *said) for said in _words(view)]
    rows = {_key(mention): _rows(mention, view.span.start - 1) for mention in view.named}
    rows |= {_key(m): (row, row + 1) for row, m in enumerate(view.carried, len(words))}
    words += [_carried_codes(known, mention) for mention in view.carried]
    pairs = [
        (
            *_side_codes(known, *_sides(candidate)),
            *_standing_codes(known, standing_of(candidate, topics)),
        )
        for candidate in candidates
    ]
    spans = [[rows[_key(mention)] for mention in (own.first, own.second)] for own in candidates]
    return Sentence(
        words=np.array(words, np.int64),
        heads=np.array(_heads(view), np.int64),
        spans=np.array(spans, np.int64).reshape(-1, 4),
        pairs=np.array(pairs, np.int64).reshape(-1, 10),
    )


def _key(mention: Mention) -> tuple[int, str]:
    return mention.start, mention.construct


def codes_of(names: Sequence[str], known: Mapping[str, int]) -> tuple[int, ...]:
    """The code of each name; that of its kind if it is not known, 0 if there is none."""
    unknown = (name[: name.find("=") + 1] for name in names)
    return tuple(
        known.get(name, known.get(kind, 0)) for name, kind in zip(names, unknown, strict=True)
    )


def _rows(mention: Mention, start: int) -> tuple[int, int]:
    """Where the rows of a mention begin and end; 0, 0 where the sentence was cut before it."""
    if mention.start - start > MOST_WORDS:
        return _NO_ROWS
    return mention.start - start, min(mention.end - start, MOST_WORDS + 1)


def _heads(view: SentenceView) -> list[int]:
    """The row above each row; a root has its own, as have a word cut off and what is carried."""
    tokens = view.tokens[:MOST_WORDS]
    start, count = tokens[0].i - 1, len(tokens)
    above = (token.head.i - start for token in tokens)
    words = (head if 0 < head <= count else row for row, head in enumerate(above, 1))
    return [0, *words, *range(count + 1, count + 1 + len(view.carried))]


def tree_steps(heads: Codes) -> Codes:
    """How many steps of the tree lie between each two rows, up to 7; 8 for the sentence's own.

    ``heads`` (sentences, rows) are as `Sentence` has them; the steps (sentences, rows, rows).
    """
    count, rows = heads.shape
    first = np.repeat(np.arange(count) * rows, rows)
    higher, place = heads.ravel() + first, np.arange(count * rows)
    above = np.zeros(count * rows * rows, np.float32)
    lines = place * rows - first
    while True:
        above[lines + place] = 1
        if (higher[place] == place).all():
            break
        place = higher[place]
    above = above.reshape(count, rows, rows)
    shared = above @ above.transpose(0, 2, 1)
    depth = shared.diagonal(axis1=1, axis2=2)
    steps = np.minimum(depth[:, :, None] + depth[:, None] - 2 * shared, FURTHEST)
    ways = np.where(shared > 0, steps, APART).astype(np.int64)
    ways[:, 0, 0] = APART
    return ways
