"""What the encoder sees: numbers for the words of sentences, for their trees and their pairs.

Each thing that it can tell apart (a word, a tag, a construct, ...) has a code of the encoder's
`Vocabulary`; of a sentence it gets the codes of each word, of a pair its place and its codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.candidates import Candidate, SentenceView, Topics, domain_of
from extract.features import standing_of

#: Longer sentences are cut; of so long ones the rest is lists of numbers and the like.
MOST_WORDS = 150
#: The furthest way through the tree that is told from further ones, and "no way at all".
FURTHEST, APART = 7, 8
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The codes of what words and pairs are called; an unknown name has the code of its kind."""

    words: Mapping[str, int]
    pairs: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence in numbers: one row for the sentence as such, then one for each word.

    ``words`` are (rows, 7) codes, ``ways`` (rows, rows) steps through the tree; a pair has in
    ``spans`` the rows where its mentions begin and end (0, 0 if carried) and in ``pairs`` 10 codes.
    """

    words: Codes
    ways: Codes
    spans: Codes
    pairs: Codes


def vocabulary(words: Iterable[str], pairs: Iterable[str]) -> Vocabulary:
    """Codes for names in their order, from 1 on; 0 is nothing."""
    return Vocabulary(
        words={name: place for place, name in enumerate(words, 1)},
        pairs={name: place for place, name in enumerate(pairs, 1)},
    )


def word_names(view: SentenceView) -> list[tuple[str, ...]]:
    """For a sentence and each of its words what it is called by; empty where there is nothing."""
    place = f"{min(view.index, 3)}|{min(view.count - 1 - view.index, 3)}"
    role = f"role={view.role}"
    constructs = [""] * len(view.tokens)
    for mention in view.named:
        start, end = mention.start - view.span.start, mention.end - view.span.start
        constructs[start:end] = [mention.construct] * (end - start)
    found: list[tuple[str, ...]] = [("sentence=", role, f"place={place}", "", "", "", "")]
    found += [
        (
            f"word={word.lower_}",
            f"end={word.lower_[-3:]}",
            f"tag={word.tag_}",
            f"dep={word.dep_}",
            role,
            f"construct={construct}" if construct else "",
            f"domain={domain_of(construct)}" if construct else "",
        )
        for word, construct in zip(view.tokens[:MOST_WORDS], constructs, strict=False)
    ]
    return found


def pair_names(candidate: Candidate, topics: Topics) -> tuple[str, ...]:
    """What a pair is called by: its constructs, where they come from, how the text has them."""
    first, second = candidate.first, candidate.second
    kind, (fewer, more), titled, together, _ = standing_of(candidate, topics)
    return (
        f"first={first.construct}",
        f"second={second.construct}",
        f"first.domain={domain_of(first.construct)}",
        f"second.domain={domain_of(second.construct)}",
        f"kind={kind}",
        f"first.carried={first.carried}",
        f"second.carried={second.carried}",
        f"counts={fewer}|{more}",
        f"titled={titled}",
        f"together={together}",
    )


def in_numbers(
    view: SentenceView, candidates: Sequence[Candidate], topics: Topics, known: Vocabulary
) -> Sentence:
    """A sentence with its candidates in an encoder's numbers."""
    words = [[code(name, known.words) for name in names] for names in word_names(view)]
    pairs = [
        [code(name, known.pairs) for name in pair_names(candidate, topics)]
        for candidate in candidates
    ]
    spans = [_spans(candidate) for candidate in candidates]
    return Sentence(
        words=np.array(words, np.int64),
        ways=_ways(view),
        spans=np.array(spans, np.int64).reshape(-1, 4),
        pairs=np.array(pairs, np.int64).reshape(-1, 10),
    )


def code(name: str, known: Mapping[str, int]) -> int:
    """The code of a name; that of its kind if it is not known, 0 if there is none."""
    found = known.get(name)
    return known.get(name[: name.find("=") + 1], 0) if found is None else found


def _spans(candidate: Candidate) -> list[int]:
    """Where the rows of its two mentions begin and end; 0, 0 for what no row stands for."""
    start = candidate.view.span.start - 1
    found: list[int] = []
    for mention in (candidate.first, candidate.second):
        seen = not mention.carried and mention.start - start <= MOST_WORDS
        end = min(mention.end - start, MOST_WORDS + 1)
        found += (mention.start - start, end) if seen else (0, 0)
    return found


def _ways(view: SentenceView) -> Codes:
    """How many steps of the tree lie between each two rows, up to 7; 8 for the sentence's own."""
    count = min(len(view.tokens), MOST_WORDS)
    start = view.tokens[0].i
    heads = np.array([word.head.i - start for word in view.tokens[:count]])
    outside = (heads < 0) | (heads >= count)
    heads[outside] = np.flatnonzero(outside)
    above = np.eye(count, dtype=np.int32)
    place = np.arange(count)
    while True:
        place = heads[place]
        if above[np.arange(count), place].all():
            break
        above[np.arange(count), place] = 1
    shared = above @ above.T
    depth = shared.diagonal()
    steps = depth[:, None] + depth[None] - 2 * shared
    ways = np.full((count + 1, count + 1), APART, np.int64)
    ways[1:, 1:] = np.where(shared > 0, np.minimum(steps, FURTHEST), APART)
    return ways
