"""The encoder: a small neural network that reads a sentence whole before it is asked of its pairs.

Two layers of self-attention (Vaswani et al. 2017, arXiv:1706.03762) over the words of a sentence,
with a bias for how far two words are apart in the text (Shaw et al. 2018, arXiv:1803.02155) and in
the dependency tree; a pair is judged by the words of its mentions, those between them and the
sentence. Trained by ``extract.training.encoder``; reading needs numpy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import permutations
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from extract.encoding import Codes, Sentence, Vocabulary, vocabulary
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
_EPSILON = 1e-5


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
        whole = rows[starts]
        counts = [len(one.pairs) for one in sentences]
        owner = np.repeat(np.arange(len(sentences)), counts)
        spans = np.concatenate([one.spans for one in sentences]) + starts[owner, None]
        deep = self._pairs(rows, whole, owner, spans, np.concatenate([s.pairs for s in sentences]))
        return Answers(
            claimed=self._linear("claimed", deep)[:, 0],
            signs=self._linear("sign", deep),
            relations=self._linear("relation", deep),
            roles=self._linear("role", deep),
            statuses=self._linear("status", whole),
            paths=self._linear("path", whole),
        )

    def _linear(self, name: str, values: Numbers) -> Numbers:
        return values @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def _norm(self, name: str, values: Numbers) -> Numbers:
        values = values - values.mean(axis=1, keepdims=True)
        values /= np.sqrt((values * values).mean(axis=1, keepdims=True) + np.float32(_EPSILON))
        return values * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def _read(self, sentences: Sequence[Sentence]) -> Numbers:
        """A vector for each row of the sentences, in the light of its sentence."""
        codes = np.concatenate([one.words for one in sentences])
        values = self._norm("norm", self.weights["words.weight"][codes].sum(axis=1))
        biases = [self._bias(one) for one in sentences]
        for layer in range(LAYERS):
            name = f"layers.{layer}"
            asked = self._linear(f"{name}.attend", self._norm(f"{name}.before", values))
            values = values + self._linear(f"{name}.attended", _attend(asked, biases))
            inner = self._linear(f"{name}.inner", self._norm(f"{name}.between", values))
            values = values + self._linear(f"{name}.outer", np.maximum(inner, 0))
        return values

    def _bias(self, sentence: Sentence) -> Numbers:
        """What the distance of two rows adds to their mutual weight: (heads, rows, rows)."""
        places = np.arange(len(sentence.words))
        apart = np.clip(places[None] - places[:, None], -REACH, REACH) + REACH
        near = self.weights["apart.weight"][apart]
        bound = self.weights["ways.weight"][sentence.ways]
        bias: Numbers = np.ascontiguousarray((near + bound).transpose(2, 0, 1))
        return bias

    def _pairs(
        self,
        rows: Numbers,
        whole: Numbers,
        owner: Codes,
        spans: Codes,
        codes: Codes,
    ) -> Numbers:
        sums = np.concatenate([np.zeros_like(rows[:1]), rows.cumsum(axis=0)])

        def mean(start: Codes, end: Codes) -> Numbers:
            length = np.maximum(end - start, 1).astype(np.float32)
            found: Numbers = (sums[np.maximum(start, end)] - sums[start]) / length[:, None]
            return found

        first, second = mean(spans[:, 0], spans[:, 1]), mean(spans[:, 2], spans[:, 3])
        between = mean(np.minimum(spans[:, 1], spans[:, 2]), np.maximum(spans[:, 1], spans[:, 2]))
        values = (
            self._linear("first", first)
            + self._linear("second", second)
            + self._linear("between", between)
            + self._linear("whole", whole)[owner]
            + self._linear("product", first * second)
            + self.weights["pairs.weight"][codes].sum(axis=1)
        )
        return np.maximum(self._linear("deep", np.maximum(values, 0)), 0)


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _attend(asked: Numbers, biases: Sequence[Numbers]) -> Numbers:
    """Each row as a mean of the rows of its sentence; ``asked`` holds query, key and value."""
    found, start = np.empty((len(asked), asked.shape[1] // 3), np.float32), 0
    for bias in biases:
        end = start + bias.shape[1]
        query, key, value = (
            asked[start:end].reshape(end - start, 3, HEADS, -1).transpose(1, 2, 0, 3)
        )
        weights = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[2])) + bias
        weights = np.exp(weights - weights.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        found[start:end] = (weights @ value).transpose(1, 0, 2).reshape(end - start, -1)
        start = end
    return found


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
