"""How often does the gap finder find gaps that are known to be there? A simulated literature.

Constructs have power-law frequencies and belong to fields; two of one field are studied together
more often. Some pairs that the process would study often are withheld: the planted gaps. Then the
literature is published (nulls less often) and read with errors: claims are missed, and claims are
read that nobody made, between constructs that the same text names or with a neighbour of the right
construct. Run ``python -m benchmarks.simulation`` for the table and the figure of docs/gaps.md.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from kg.gaps.finder import find_gaps
from kg.gaps.model import Pair
from kg.gaps.signals import MISREAD, SHRINKAGE
from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study

#: How many constructs, fields and planted gaps; the exponent of the power law of frequencies.
CONSTRUCTS, FIELDS, PLANTED, EXPONENT = 80, 6, 40, 1.0
#: How much likelier two constructs of one field are studied together, and how much pairs vary.
WITHIN, SPREAD = 4.0, 0.5
#: A planted gap is drawn from this share of the pairs that would be studied most.
PLANTED_FROM = 0.08
#: Claims of a study beyond the first, all about one construct of the first; share of nulls.
MORE_CLAIMS, NULLS, NULLS_PUBLISHED = (0, 0, 1, 2), 0.25, 0.6
_POPULATIONS = ("depressed patients", "mothers and infants", "couples", "students", "veterans")
_SENTENCE = "It went with it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How the texts are misread: share of claims missed, and of read claims that nobody made.

    ``within`` is the share of the latter that join two constructs of the same text; in the others
    one end is taken for another construct of its field. ``unasked`` is the share of findings that
    are taken for questions.
    """

    missed: float = 0.0
    invented: float = 0.0
    within: float = 0.5
    unasked: float = 0.0


PERFECT = Errors()


@dataclass(frozen=True, slots=True)
class Named:
    """A construct of the simulation."""

    label: str
    domain: str
    broader: tuple[str, ...] = ()
    group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the simulated field would study: constructs, pairs with their chance, the planted."""

    constructs: dict[str, Named]
    pairs: tuple[Pair, ...]
    chances: tuple[float, ...]
    planted: frozenset[Pair]


def make_world(seed: int) -> World:
    """A field with planted gaps; the same for the same seed."""
    chance = np.random.default_rng(seed)
    names = [f"C{number:02d}" for number in range(CONSTRUCTS)]
    sizes = chance.permutation(1 / np.arange(1, CONSTRUCTS + 1) ** EXPONENT)
    fields = chance.integers(0, FIELDS, CONSTRUCTS)
    pairs = list(combinations(range(CONSTRUCTS), 2))
    worth = np.array(
        [sizes[i] * sizes[j] * (WITHIN if fields[i] == fields[j] else 1) for i, j in pairs]
    ) * np.exp(SPREAD * chance.standard_normal(len(pairs)))
    often = np.argsort(-worth)[: int(PLANTED_FROM * len(pairs))]
    withheld = set(chance.choice(often, PLANTED, replace=False).tolist())
    worth[list(withheld)] = 0
    return World(
        constructs={n: Named(n, f"field {fields[i]}") for i, n in enumerate(names)},
        pairs=tuple((names[i], names[j]) for i, j in pairs),
        chances=tuple((worth / worth.sum()).tolist()),
        planted=frozenset((names[pairs[k][0]], names[pairs[k][1]]) for k in withheld),
    )


class _Reader:
    """Writes studies of a world and misreads them."""

    def __init__(self, world: World, errors: Errors, seed: int) -> None:
        self.world, self.errors = world, errors
        self.random = random.Random(seed)
        self.cumulated = np.cumsum(world.chances).tolist()
        self.about: dict[str, tuple[list[Pair], list[float]]] = {}
        for pair, chance in zip(world.pairs, world.chances, strict=True):
            for name in pair:
                pairs, weights = self.about.setdefault(name, ([], []))
                pairs.append(pair)
                weights.append(chance)
        self.beside: dict[str, list[str]] = {}
        for name, construct in world.constructs.items():
            same = [n for n, c in world.constructs.items() if c.domain == construct.domain]
            self.beside[name] = [n for n in same if n != name] or sorted(world.constructs)
        self.often = {name: sum(weights) for name, (_, weights) in self.about.items()}

    def study(self) -> list[Pair]:
        """The pairs that a study reports on."""
        first = self.random.choices(self.world.pairs, cum_weights=self.cumulated)[0]
        pairs, weights = self.about[self.random.choice(first)]
        more = self.random.choices(pairs, weights, k=self.random.choice(MORE_CLAIMS))
        return [
            pair
            for pair in (first, *more)
            if self.random.random() > NULLS or self.random.random() < NULLS_PUBLISHED
        ]

    def read(self, said: Sequence[Pair]) -> Iterator[tuple[Pair, Status]]:
        """What is read of it, with whether it is taken for a finding."""
        kept = [pair for pair in said if self.random.random() >= self.errors.missed]
        rate = self.errors.invented / max(1 - self.errors.invented, 1e-9)
        invented = [self._invented(pair, said) for pair in kept if self.random.random() < rate]
        for pair in (*kept, *invented):
            asked = self.random.random() < self.errors.unasked
            yield pair, Status.HYPOTHESIS if asked else Status.FINDING

    def _invented(self, pair: Pair, said: Sequence[Pair]) -> Pair:
        named = sorted({name for one in said for name in one} - set(pair))
        end = self.random.choice(pair)
        if named and self.random.random() < self.errors.within:
            other = self.random.choice(named)
        else:
            beside = [n for n in self.beside[pair[0] if end == pair[1] else pair[1]] if n != end]
            other = self.random.choices(beside, [self.often[n] for n in beside])[0]
        return (min(end, other), max(end, other))


def simulate(
    world: World, studies: int, errors: Errors = PERFECT, *, seed: int = 20
) -> Iterator[Reading]:
    """A literature of so many studies, as it is read."""
    reader = _Reader(world, errors, seed)
    for number in range(studies):
        said = reader.study()
        yield _reading(reader.random, number, list(reader.read(said)))


def _reading(chance: random.Random, number: int, read: Sequence[tuple[Pair, Status]]) -> Reading:
    name = f"key:simulated-{number}"
    claims = tuple(
        Claim(
            document=name,
            subject=pair[0],
            relation=Relation.ASSOCIATED_WITH,
            object=pair[1],
            direction=Direction.POSITIVE,
            status=status,
            evidence=Evidence(start=place, end=place + 1, sentence=_SENTENCE, cue="with"),
        )
        for place, (pair, status) in enumerate(read)
    )
    population = chance.choice(_POPULATIONS)
    return Reading(
        document=Document(
            id=name, key=name, title="", abstract="", year=chance.randint(1995, 2025),
            authors=(f"Author{chance.randrange(500)}",), kind="empirical",
        ),
        claims=claims,
        study=Study(id=name, documents=(name,), kind="empirical", population=population),
    )  # fmt: skip


def recovered(ranked: Sequence[Pair], planted: frozenset[Pair], k: int = 20) -> float:
    """Share of the k best that were planted."""
    return sum(pair in planted for pair in ranked[:k]) / k


#: The share of invented claims that join two constructs of the same text: 31 of the 89 pairs that
#: the shipped models assert of the bundled digests and no annotation does.
SAME_TEXT = 0.35
_CARD = Path(__file__).parent.parent / "extract" / "model" / "claims" / "MODEL_CARD.md"
_PAIRS = re.compile(r"^asserted\.strict\.pair +P ([\d.]+) +R ([\d.]+)", re.MULTILINE)
_STATUS = re.compile(r"^\| asserted \| (\d+) \| (\d+) \| (\d+) \|", re.MULTILINE)


def measured_errors(card: str) -> Errors:
    """The error rates that a model card reports, measured out of fold.

    ``card`` is its text. A finding is lost if its pair is missed or if it is taken for a question
    or for what is known; recall of asserted pairs counts both, so they are taken apart here.
    """
    pairs, status = _PAIRS.search(card), _STATUS.search(card)
    if not (pairs and status):
        raise ValueError("the model card lacks the row asserted.strict.pair or the table of status")
    precision, recall = (float(share) for share in pairs.groups())
    right, asked, known = (int(number) for number in status.groups())
    unasked = (asked + known) / (right + asked + known)
    return Errors(
        missed=round(1 - recall / (1 - unasked), 3),
        invented=round(1 - precision, 3),
        within=SAME_TEXT,
        unasked=round(unasked, 3),
    )


#: Misreading as the card of the shipped models reports it.
MEASURED = measured_errors(_CARD.read_text(encoding="utf-8"))
#: Shrinkage and share of misread findings that are tried.
SHRINKAGES, MISREAD_SHARES = (0.5, 1.0, 2.0, 4.0), (0.0, 0.1, 0.2)
#: How many times the measured error rates.
WORSE = (0.0, 0.5, 1.0, 1.5, 2.0)
SIZES = {2_000: (1, 2, 3, 4, 5), 20_000: (1, 2, 3)}


def errors_times(factor: float) -> Errors:
    """The measured error rates, so many times."""
    return Errors(
        missed=MEASURED.missed * factor,
        invented=MEASURED.invented * factor,
        within=MEASURED.within,
        unasked=MEASURED.unasked * factor,
    )


def ranked_pairs(
    world: World, readings: Iterable[Reading], shrinkage: float, misread: float
) -> list[Pair]:
    """The pairs of the gap list, best first."""
    gaps = find_gaps(readings, world.constructs, shrinkage=shrinkage, misread=misread)
    return [(min(g.a, g.b), max(g.a, g.b)) for g in gaps if g.through is None]


def precision(
    studies: int, seeds: Iterable[int], errors: Errors, shrinkage: float, misread: float
) -> float:
    """The mean share of planted gaps among the first 20, over worlds of different seeds."""
    shares = []
    for seed in seeds:
        world = make_world(seed)
        readings = simulate(world, studies, errors, seed=seed)
        ranked = ranked_pairs(world, readings, shrinkage, misread)
        shares.append(recovered(ranked, world.planted))
    return sum(shares) / len(shares)


def choose() -> None:
    """Print how each shrinkage and share of misread findings does at the measured error rates."""
    studies, seeds = next(iter(SIZES.items()))
    for shrinkage in SHRINKAGES:
        row = [precision(studies, seeds, MEASURED, shrinkage, m) for m in MISREAD_SHARES]
        cells = "  ".join(f"{share:.2f}" for share in row)
        print(f"{studies:6d} studies, shrinkage {shrinkage}: {cells}", flush=True)


def degrade() -> dict[int, list[float]]:
    """P@20 by how many times the measured error rates, at both sizes, with what is shipped."""
    found: dict[int, list[float]] = {}
    for studies, seeds in SIZES.items():
        for factor in WORSE:
            share = MISREAD if factor else 0.0
            value = precision(studies, seeds, errors_times(factor), SHRINKAGE, share)
            found.setdefault(studies, []).append(round(value, 3))
            print(f"{studies:6d} studies, errors x {factor}: P@20 {value:.2f}", flush=True)
    return found


def figure(found: Mapping[int, Sequence[float]]) -> str:
    """The figure of docs/gaps.md: one line for each size."""
    looks = (("#0b5394", 22), ("#b45f06", -12))
    parts = [_FRAME]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        y = 260 - 220 * tick
        parts.append(f'<line x1="60" y1="{y}" x2="460" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="52" y="{y + 4}" text-anchor="end">{tick:.1f}</text>')
    for factor in WORSE:
        x = 60 + 200 * factor
        parts.append(f'<text x="{x}" y="280" text-anchor="middle">{factor:g}</text>')
    for (studies, values), (colour, above) in zip(found.items(), looks, strict=True):
        places = [(60 + 200 * f, 260 - 220 * v) for f, v in zip(WORSE, values, strict=True)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
        x, y = places[2]
        label = f'<text x="{x}" y="{y + above:.1f}" text-anchor="middle" fill="{colour}">'
        parts.append(f"{label}{studies:,} studies</text>")
    return "\n".join((*parts, "</svg>")) + "\n"


_FRAME = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 540 310" role="img"
 font-family="sans-serif" font-size="12"><title>Planted gaps among the first 20, by reading
 errors</title>
<rect width="540" height="310" fill="#fff"/>
<text x="60" y="20">Share of planted gaps among the first 20 </text>
<text x="260" y="302" text-anchor="middle">reading errors, times those measured</text>"""


def main() -> None:
    """Print the tables and write the figure to docs/."""
    choose()
    path = Path(__file__).parent.parent / "docs" / "gaps-simulation.svg"
    path.write_text(figure(degrade()), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
