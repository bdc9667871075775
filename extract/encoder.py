"""The encoder: a small neural network that reads a sentence whole before it is asked of its pairs.

Two layers of self-attention (Vaswani et al. 2017, arXiv:1706.03762) over the words of a sentence
and the constructs that the text around carries over into it, with a bias for how far two words are
apart in the text (Shaw et al. 2018, arXiv:1803.02155) and in the dependency tree; a pair is judged
by the rows of its mentions, those between them and the sentence. Trained by
``extract.training.encoder``; reading needs numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import permutations
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from extract.attention import (
    Layer,
    Linear,
    after_norm,
    asking,
    attend,
    beside,
    linear,
    make_block,
    normed,
    side_by_side,
)
from extract.encoding import MOST_CARRIED, MOST_WORDS, Codes, Sentence, Vocabulary, vocabulary
from extract.network import Numbers

#: The package's own encoder.
ENCODER_FILE = Path(__file__).resolve().parent / "model" / "claims" / "encoder.npz"
#: What each answer is about, and its labels in order.
SIGNS = ("+", "-", "0", "?")
RELATIONS = (
    "associatedWith", "predicts>", "predicts<", "affects>", "affects<", "groupDifference",
)  # fmt: skip
STATUSES = ("finding", "conclusion", "hypothesis", "background", "openQuestion")
PATHS = ("none", "mediates", "moderates")
#: Who is who in a mediation or moderation of a path from source to target.
PATH_ROLES = ("third", "source", "target")
#: The roles that a pair may have in one: its relation, and which two of its three the first and the
#: second construct are.
ROLES = (
    "none",
    *(
        f"{path}:{first}-{second}"
        for path in PATHS[1:]
        for first, second in permutations(PATH_ROLES, 2)
    ),
)
#: Words further apart than this are as far as this.
REACH = 20
HEADS, LAYERS = 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the encoder says, as scores whose softmax is a probability.

    ``claimed`` (pairs,) are log odds; ``signs`` (pairs, 4), ``relations`` (pairs, 6), ``roles``
    (pairs, 13), ``statuses`` (sentences, 5) and ``paths`` (sentences, 3) have a score for each
    label.
    """

    claimed: Numbers
    signs: Numbers
    relations: Numbers
    roles: Numbers
    statuses: Numbers
    paths: Numbers

    def part(self, sentences: slice, pairs: slice) -> Answers:
        """The answers for some of the sentences and for their pairs."""
        return Answers(
            claimed=self.claimed[pairs],
            signs=self.signs[pairs],
            relations=self.relations[pairs],
            roles=self.roles[pairs],
            statuses=self.statuses[sentences],
            paths=self.paths[sentences],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoder:
    """``weights`` by the names that they have in training, matrices as (in, out)."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    weights: dict[str, Numbers]

    @cached_property
    def known(self) -> Vocabulary:
        """The code of each name."""
        return vocabulary(self.words, self.pairs)

    def answer(self, sentences: Sequence[Sentence]) -> Answers:
        """What the encoder says of some sentences and of their pairs, in order."""
        with _blas().limit(limits=1, user_api="blas"):  # so small products gain nothing from more
            return self._answer(sentences)

    def _answer(self, sentences: Sequence[Sentence]) -> Answers:
        rows = self._read(sentences)
        starts = np.cumsum([0, *(len(one.words) for one in sentences)])[:-1]
        whole = rows.take(starts, axis=0)
        told = np.split(linear(self._of_sentences, whole), [len(STATUSES)], axis=1)
        asked = np.split(
            linear(self._of_pairs, self._pairs(rows, whole, sentences, starts)),
            np.cumsum([1, len(SIGNS), len(RELATIONS)]),
            axis=1,
        )
        return Answers(
            claimed=asked[0][:, 0],
            signs=asked[1],
            relations=asked[2],
            roles=asked[3],
            statuses=told[0],
            paths=told[1],
        )

    def _named(self, name: str) -> Linear:
        return self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]

    @cached_property
    def _layers(self) -> tuple[Layer, ...]:
        return tuple(
            Layer(
                attend=asking(
                    after_norm(self._named(f"{name}.before"), self._named(f"{name}.attend")), HEADS
                ),
                attended=self._named(f"{name}.attended"),
                inner=after_norm(self._named(f"{name}.between"), self._named(f"{name}.inner")),
                outer=self._named(f"{name}.outer"),
            )
            for name in (f"layers.{layer}" for layer in range(LAYERS))
        )

    @cached_property
    def _of_words(self) -> Linear:
        return beside(self._named(name) for name in ("first", "second", "between"))

    @cached_property
    def _of_pairs(self) -> Linear:
        return beside(self._named(name) for name in ("claimed", "sign", "relation", "role"))

    @cached_property
    def _of_sentences(self) -> Linear:
        return beside(self._named(name) for name in ("status", "path"))

    @cached_property
    def _apart(self) -> Numbers:
        """What the distance of two rows of the text adds to their mutual weight: (heads, ., .)."""
        places = np.arange(1 + MOST_WORDS + MOST_CARRIED)
        apart = np.clip(places[None] - places[:, None], -REACH, REACH) + REACH
        return np.ascontiguousarray(self.weights["apart.weight"][apart].transpose(2, 0, 1))

    def _read(self, sentences: Sequence[Sentence]) -> Numbers:
        """A vector for each row of the sentences, in the light of its sentence."""
        codes = np.concatenate([one.words for one in sentences]).T
        scale, shift = self._named("norm")
        values = normed(self.weights["words.weight"].take(codes, axis=0).sum(axis=0)) * scale
        values += shift
        near, ways = self._apart, np.ascontiguousarray(self.weights["ways.weight"].T)
        blocks = [
            make_block(*own, near, ways) for own in side_by_side([s.heads for s in sentences])
        ]
        for layer in self._layers:
            values += linear(layer.attended, attend(normed(values), layer.attend, blocks, HEADS))
            inner = linear(layer.inner, normed(values))
            values += linear(layer.outer, np.maximum(inner, 0, out=inner))
        return values

    def _pairs(
        self, rows: Numbers, whole: Numbers, sentences: Sequence[Sentence], starts: Codes
    ) -> Numbers:
        """A vector for each pair, made of its words, those between and those of the sentence."""
        owner = np.repeat(np.arange(len(sentences)), [len(one.pairs) for one in sentences])
        spans = np.concatenate([one.spans for one in sentences])
        named = np.flatnonzero(spans[:, 1::2].all(axis=1))
        means, (first, second, between) = _means(rows, spans + starts[owner, None])
        parts = np.split(linear(self._of_words, means), 3, axis=1)
        values = linear(self._named("whole"), whole).take(owner, axis=0)
        for part, place in zip(parts, (first, second, between), strict=True):
            values += part.take(place, axis=0)
        product, added = self._named("product")
        both = means.take(first[named], axis=0) * means.take(second[named], axis=0)
        values[named] += both @ product
        codes = np.concatenate([one.pairs for one in sentences]).T
        values += self.weights["pairs.weight"].take(codes, axis=0).sum(axis=0)
        values += added
        deep = linear(self._named("deep"), np.maximum(values, 0, out=values))
        return np.maximum(deep, 0, out=deep)


def _means(rows: Numbers, spans: Codes) -> tuple[Numbers, Codes]:
    """The means of the rows of all spans, each once, and which is whose: (3, pairs).

    The three of a pair are its mentions (see `Sentence`) and what stands between them.
    """
    one, end, other, last = spans.T
    begins = np.stack([one, other, np.minimum(end, other)])
    lengths = np.stack([end, last, np.maximum(end, other)]) - begins
    begins[lengths == 0] = 0
    spread = len(rows) + 1
    keys, places = np.unique(begins * spread + lengths, return_inverse=True)
    begins, lengths = keys // spread, keys % spread
    ends = np.stack([begins, begins + lengths], axis=1).ravel()
    sums = np.add.reduceat(np.concatenate([rows, rows[:1]]), ends, axis=0)[::2]
    means = sums / np.maximum(lengths, 1).astype(np.float32)[:, None]
    means[lengths == 0] = 0
    return means, places.reshape(3, -1)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def read_encoder(path: Path) -> Encoder:
    """The encoder that training wrote to a file."""
    with np.load(path, allow_pickle=False) as fields:
        words, pairs = (tuple(fields[name].tolist()) for name in ("words", "pairs"))
        weights = {name: fields[name].astype(np.float32) for name in fields if "." in name}
        return Encoder(words=words, pairs=pairs, weights=weights)


@cache
def own_encoder() -> Encoder:
    """The package's own encoder."""
    return read_encoder(ENCODER_FILE)
