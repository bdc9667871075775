"""``python -m extract.training.encoder``: trains the encoder on the abstracts written for training.

It never sees the digests, so that these stay a test for it. Three further encoders are trained
without a third of the abstracts each: what these say of the third that they did not see is what
the models of ``extract.training.fit`` learn from (stacking). The encoders of the run before are the
teachers: all four of the encoder, of each part the one that did not see that part either. So
abstracts may be added at the end only. Wants PyTorch; takes an hour.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from extract.encoder import (
    ENCODER_FILE,
    HEADS,
    LAYERS,
    PATHS,
    REACH,
    RELATIONS,
    ROLES,
    SIGNS,
    STATUSES,
    Encoder,
    read_encoder,
)
from extract.encoding import APART, Vocabulary, vocabulary
from extract.pipeline import load_pipeline
from extract.training.answers import items_of, names_of
from extract.training.examples import load_written
from extract.training.lessons import QUESTIONS, Lesson, lessons
from extract.training.parts import PARTS, PARTS_FOLDER, part_files

WIDTH = 96
EPOCHS = 8
_ROWS = 1500
_RATE, _DECAY, _WARM = 2e-3, 0.05, 200
#: How much a wrong answer to each question counts.
_PRICES = {"claimed": 3.0, "sign": 4.0, "relation": 1.2, "role": 0.6, "status": 1.5, "path": 1.2}
#: Share of words that are hidden in training, of constructs whose names are, so that what is learnt
#: holds for all of a domain, and of values that are dropped.
_HIDDEN, _UNNAMED, _DROPPED = 0.15, 0.3, 0.25


class Net(nn.Module):
    """`extract.encoder.Encoder` as PyTorch trains it, on sentences padded to one length."""

    def __init__(self, known: Vocabulary) -> None:
        super().__init__()
        self.hidden = (known.words["word="], known.words["end="])
        self.unnamed = known.words["construct="]
        self.unnamed_sides = (known.pairs["first="], known.pairs["second="])
        self.words = nn.Embedding(len(known.words) + 1, WIDTH, padding_idx=0)
        self.pairs = nn.Embedding(len(known.pairs) + 1, WIDTH, padding_idx=0)
        nn.init.normal_(self.words.weight, 0, 0.3)
        nn.init.normal_(self.pairs.weight, 0, 0.1)
        with torch.no_grad():
            self.words.weight[0] = self.pairs.weight[0] = 0
        self.norm = nn.LayerNorm(WIDTH)
        self.apart, self.ways = nn.Embedding(2 * REACH + 1, HEADS), nn.Embedding(APART + 1, HEADS)
        self.layers = nn.ModuleList(_Layer() for _ in range(LAYERS))
        for name in ("first", "second", "between", "whole", "product"):
            self.add_module(name, nn.Linear(WIDTH, WIDTH))
        self.deep = nn.Linear(WIDTH, 2 * WIDTH)
        self.claimed = nn.Linear(2 * WIDTH, 1)
        for name, labels in (("sign", SIGNS), ("relation", RELATIONS), ("role", ROLES)):
            self.add_module(name, nn.Linear(2 * WIDTH, len(labels)))
        self.status, self.path = (nn.Linear(WIDTH, len(x)) for x in (STATUSES, PATHS))
        self.drop = nn.Dropout(_DROPPED)

    def _hide(self, words: Tensor) -> None:
        hide = (torch.rand(words.shape[:2]) < _HIDDEN) & (words[..., 2] > 0)
        for place, unknown in enumerate(self.hidden):
            words[..., place][hide] = unknown
        words[..., 5][(torch.rand(words.shape[:2]) < _UNNAMED) & (words[..., 5] > 0)] = self.unnamed

    def _hide_sides(self, pairs: Tensor) -> None:
        for place, unknown in enumerate(self.unnamed_sides):
            pairs[:, place][torch.rand(len(pairs)) < _UNNAMED] = unknown

    def read(self, words: Tensor, ways: Tensor, real: Tensor) -> Tensor:
        """A vector for each row of each sentence."""
        if self.training:
            self._hide(words)
        values = self.drop(self.norm(self.words(words).sum(2)))
        place = torch.arange(words.shape[1])
        apart = (place[None] - place[:, None]).clamp(-REACH, REACH) + REACH
        bias = (self.apart(apart)[None] + self.ways(ways)).permute(0, 3, 1, 2)
        bias = bias.masked_fill(~real[:, None, None, :], -1e4)
        for layer in self.layers:
            values = layer(values, bias, self.drop)
        return values

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The scores of `extract.encoder.Answers`, by question."""
        rows = self.read(batch["words"].clone(), batch["ways"], batch["real"])
        sums = functional.pad(rows.cumsum(1), (0, 0, 1, 0))
        owner, spans, pairs = batch["owner"], batch["spans"], batch["pairs"].clone()
        if self.training:
            self._hide_sides(pairs)

        def mean(start: Tensor, end: Tensor) -> Tensor:
            length = (end - start).clamp(min=1)[:, None]
            return (sums[owner, torch.maximum(start, end)] - sums[owner, start]) / length

        first, second = mean(spans[:, 0], spans[:, 1]), mean(spans[:, 2], spans[:, 3])
        between = mean(
            torch.minimum(spans[:, 1], spans[:, 2]), torch.maximum(spans[:, 1], spans[:, 2])
        )
        whole = rows[:, 0]
        values = (
            self.first(first)
            + self.second(second)
            + self.between(between)
            + self.whole(whole[owner])
            + self.product(first * second)
            + self.pairs(pairs).sum(1)
        )
        deep = self.drop(torch.relu(self.deep(self.drop(torch.relu(values)))))
        return {
            "claimed": self.claimed(deep)[:, 0],
            "sign": self.sign(deep),
            "relation": self.relation(deep),
            "role": self.role(deep),
            "status": self.status(whole),
            "path": self.path(whole),
        }


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attend, self.attended = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.inner, self.outer = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)

    def forward(self, values: Tensor, bias: Tensor, drop: nn.Dropout) -> Tensor:
        shape = (*values.shape[:2], 3, HEADS, WIDTH // HEADS)
        query, key, value = self.attend(self.before(values)).view(shape).permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        values = values + drop(self.attended(found.transpose(1, 2).flatten(2)))
        return values + drop(self.outer(torch.relu(self.inner(self.between(values)))))


def batches(learnt: Sequence[Lesson]) -> list[list[Lesson]]:
    """Lessons of like length together, some 1 500 words each."""
    found: list[list[Lesson]] = [[]]
    for lesson in sorted(learnt, key=lambda lesson: len(lesson.sentence.words)):
        if len(found[-1]) * len(lesson.sentence.words) >= _ROWS:
            found.append([])
        found[-1].append(lesson)
    return found


def tensors(learnt: Sequence[Lesson]) -> dict[str, Tensor]:
    """A batch, padded to its longest sentence."""
    sentences = [lesson.sentence for lesson in learnt]
    size = max(len(sentence.words) for sentence in sentences)
    words = np.zeros((len(sentences), size, 7), np.int64)
    ways = np.full((len(sentences), size, size), APART, np.int64)
    for place, sentence in enumerate(sentences):
        count = len(sentence.words)
        words[place, :count], ways[place, :count, :count] = sentence.words, sentence.ways
    joined: dict[str, list[NDArray[Any]]] = {
        "spans": [sentence.spans for sentence in sentences],
        "pairs": [sentence.pairs for sentence in sentences],
        "owner": [np.full(len(one.pairs), place) for place, one in enumerate(sentences)],
    }
    joined |= {name: [lesson.answers[name] for lesson in learnt] for name in QUESTIONS}
    found = {name: torch.from_numpy(np.concatenate(parts)) for name, parts in joined.items()}
    found |= {"words": torch.from_numpy(words), "ways": torch.from_numpy(ways)}
    found["real"] = found["words"].sum(2) > 0
    return found


def loss_of(said: Mapping[str, Tensor], batch: Mapping[str, Tensor]) -> Tensor:
    """What the wrong answers of a batch cost, by pair: cross-entropy with what is to be learnt."""
    yes = said["claimed"]
    scores = {**said, "claimed": torch.stack([torch.zeros_like(yes), yes], 1)}
    loss = torch.zeros(())
    for name, price in _PRICES.items():
        loss = loss - price * (batch[name] * scores[name].log_softmax(1)).sum()
    return loss / len(yes)


def train(learnt: Sequence[Lesson], known: Vocabulary, note: str) -> Net:
    """A net trained on some sentences; the same lessons give the same net on one machine.

    On one core: the sums of several would come in another order each time.
    """
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rng = random.Random(0)
    net = Net(known)
    dealt = batches(learnt)
    steps = len(dealt) * EPOCHS
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / _WARM) * (1 - step / steps) + 1e-3
    )
    with tqdm(total=steps, desc=note, file=sys.stderr) as bar:
        for _ in range(EPOCHS):
            rng.shuffle(dealt)
            for chosen in dealt:
                batch = tensors(chosen)
                loss = loss_of(net(batch), batch)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimiser.step()
                pace.step()
                bar.update()
    return net.eval()


def write(net: Net, known: Vocabulary, path: Path) -> None:
    """Write a net as `extract.encoder.read_encoder` reads it; numbers in half precision."""
    fields: dict[str, Any] = {"words": np.array([*known.words]), "pairs": np.array([*known.pairs])}
    for name, values in net.state_dict().items():
        array = values.numpy()
        linear = array.ndim == 2 and name.split(".")[-2] not in ("words", "pairs", "apart", "ways")
        fields[name] = (array.T if linear else array).astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **fields)


def teachers_of(part: int, paths: Sequence[Path]) -> list[Encoder]:
    """Who teaches an encoder, the last of ``paths`` being the package's own.

    Of a part only its own encoder of before, which did not see what it shall not; if there is one.
    """
    chosen = paths if part == PARTS else paths[part : part + 1]
    return [read_encoder(path) for path in chosen if path.exists()]


def main(arguments: list[str] | None = None) -> int:
    """Trains the encoder and those of the parts, one after the other; writes them."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.encoder", description=__doc__)
    parser.add_argument("--claims", type=Path, default=Path(__file__).parent / "claims")
    parser.add_argument("--output", type=Path, default=ENCODER_FILE)
    parser.add_argument("--parts", type=Path, default=PARTS_FOLDER)
    parser.add_argument("--only", type=int, choices=range(PARTS + 1), help="one of them [all]")
    options = parser.parse_args(arguments)
    nlp = load_pipeline()
    documents = load_written(nlp, options.claims)
    known = vocabulary(*names_of([*documents.values()]))
    items = {place: list(items_of(document, known)) for place, document in documents.items()}
    before = [*part_files(), ENCODER_FILE]
    teachers = [teachers_of(part, before) for part in range(PARTS + 1)]
    for part, path in enumerate([*part_files(options.parts), options.output]):
        if options.only is None or options.only == part:
            kept = (own for place, own in items.items() if part == PARTS or place % PARTS != part)
            chosen = [item for own in kept for item in own]
            learnt = lessons(chosen, known, teachers[part])
            write(train(learnt, known, path.stem), known, path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
