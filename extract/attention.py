"""Self-attention over the sentences of a text at once, in few large products.

Sentences lie side by side in a block, padded to the longest. What a padded row is worth is 0, and
so is its share in the sum that means are divided by; so no row sees it. A norm's scale and shift
are taken into the product that follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from extract.encoding import Codes, tree_steps
from extract.network import Numbers

#: Weights as (in, out), and what is added.
Linear = tuple[Numbers, Numbers]
_EPSILON = np.float32(1e-5)
#: Scores are kept within these bounds, so that no power overflows or is lost.
_BOUND = 60.0
#: A block has at most so many scores for a head, save for a single sentence.
_CELLS = 1 << 14


class Layer(NamedTuple):
    """The products of a layer; ``attend`` as `asking` makes it, norms taken in."""

    attend: Linear
    attended: Linear
    inner: Linear
    outer: Linear


class Block(NamedTuple):
    """Sentences side by side: ``rows`` (sentences, rows) are places in the text's rows.

    -1 where a sentence is shorter. ``cells`` are the flat places of the others in the block;
    ``bias`` is (heads, sentences, rows, rows).
    """

    rows: Codes
    cells: Codes
    bias: Numbers


def linear(weights: Linear, values: Numbers) -> Numbers:
    """Values times weights, plus what is added."""
    found = values @ weights[0]
    found += weights[1]
    return found


def normed(values: Numbers) -> Numbers:
    """Each row with mean 0 and deviation 1."""
    values = values - values.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", values, values) / np.float32(values.shape[1])
    values /= np.sqrt(spread + _EPSILON)[:, None]
    return values


def after_norm(norm: Linear, weights: Linear) -> Linear:
    """Weights that take a norm's scale and shift in."""
    scale, shift = norm
    return scale[:, None] * weights[0], shift @ weights[0] + weights[1]


def beside(parts: Iterable[Linear]) -> Linear:
    """Several products of the same values as one."""
    weights, added = zip(*parts, strict=True)
    return np.concatenate(weights, axis=1), np.concatenate(added)


def asking(weights: Linear, heads: int) -> Linear:
    """Weights for query, key and value: the query's scaled, and a 1 behind each head's value."""
    (query, key, value), (more, of_key, of_value) = (np.split(w, 3, axis=-1) for w in weights)
    width = query.shape[1] // heads
    scale = np.float32(1 / np.sqrt(width))
    ones = np.zeros((*value.shape[:1], heads, 1), np.float32)
    value = np.concatenate([value.reshape(-1, heads, width), ones], axis=2)
    of_value = np.concatenate([of_value.reshape(heads, width), np.ones((heads, 1))], axis=1)
    return (
        np.concatenate([query * scale, key, value.reshape(len(query), -1)], axis=1),
        np.concatenate([more * scale, of_key, of_value.ravel()]).astype(np.float32),
    )


def side_by_side(heads: Sequence[Codes]) -> Iterator[tuple[Codes, Codes]]:
    """Sentences in blocks of like length: the rows of each (see `Block`), and the row above each.

    ``heads`` are those of each sentence, as `extract.encoding.Sentence` has them.
    """
    starts = np.cumsum([0, *map(len, heads)]).tolist()
    order = sorted(range(len(heads)), key=lambda place: -len(heads[place]))
    while order:
        size = len(heads[order[0]])
        count = max(1, _CELLS // size**2)
        own, order = order[:count], order[count:]
        above = np.tile(np.arange(size), (len(own), 1))
        rows = np.full((len(own), size), -1)
        for line, place in enumerate(own):
            length = len(heads[place])
            above[line, :length] = heads[place]
            rows[line, :length] = np.arange(starts[place], starts[place] + length)
        yield rows, above


def make_block(rows: Codes, heads: Codes, apart: Numbers, ways: Numbers) -> Block:
    """A block with what the distance of its rows adds to their mutual weights.

    ``apart`` (heads, rows, rows) is for the distance in the text, ``ways`` (heads, steps) for that
    in the tree.
    """
    size = rows.shape[1]
    bias = ways.take(tree_steps(heads), axis=1)
    bias += apart[:, None, :size, :size]
    return Block(rows, np.flatnonzero(rows.ravel() >= 0), bias)


def attend(values: Numbers, weights: Linear, blocks: Sequence[Block], heads: int) -> Numbers:
    """Each row as a mean of the rows of its sentence, weighed by ``weights`` (see `asking`)."""
    count, width = values.shape
    asked = np.zeros((count + 1, weights[0].shape[1]), np.float32)
    np.matmul(values, weights[0], out=asked[:-1])
    asked[:-1] += weights[1]
    found = np.empty_like(values)
    for block in blocks:
        padded = asked.take(block.rows, axis=0)
        query, key, value = (
            part.reshape(*block.rows.shape, heads, -1).transpose(2, 0, 1, 3)
            for part in np.split(padded, (width, 2 * width), axis=2)
        )
        shares = query @ key.transpose(0, 1, 3, 2)
        shares += block.bias
        np.exp(np.clip(shares, -_BOUND, _BOUND, out=shares), out=shares)
        sums = shares @ value
        means = (sums[..., :-1] / sums[..., -1:]).transpose(1, 2, 0, 3).reshape(-1, width)
        found[block.rows.ravel()[block.cells]] = means.take(block.cells, axis=0)
    return found
