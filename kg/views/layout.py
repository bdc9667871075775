"""Where constructs stand in the drawing: two layouts, in whole pixels, the same in every run.

``by domain``: each domain is a staggered block; the one with most links to others stands in the
middle, the others around it. ``by links``: a force layout (Fruchterman and Reingold 1991, as in
networkx), begun at the first, with labels pushed apart. No layout here needs SciPy.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Point = tuple[int, int]
Pair = tuple[str, str]

#: Room for one construct with its label of two lines, in pixels.
CELL_WIDTH, CELL_HEIGHT = 146, 92
#: Room between two blocks.
_MARGIN = 62
#: Above this many constructs the force layout is not computed: the picture says nothing then.
_MOST_FOR_FORCE = 300
#: A drawing is shown wider than high.
_ASPECT = 1.1


@dataclass(frozen=True)
class _Block:
    members: Sequence[str]
    columns: int

    @property
    def width(self) -> float:
        return (self.columns + (0.5 if len(self.members) > self.columns else 0)) * CELL_WIDTH

    @property
    def height(self) -> float:
        return math.ceil(len(self.members) / self.columns) * CELL_HEIGHT + 30


def by_domain(domains: Mapping[str, str], weights: Mapping[Pair, int]) -> dict[str, Point]:
    """A place for each construct; ``domains`` by construct, ``weights`` are studies by pair."""
    members: dict[str, list[str]] = defaultdict(list)
    strength: Counter[str] = Counter()
    for (a, b), weight in weights.items():
        strength.update({a: weight, b: weight})
    for construct in sorted(domains, key=lambda name: (-strength[name], name)):
        members[domains[construct]].append(construct)
    blocks = {
        domain: _Block(names, max(1, round(math.sqrt(len(names) * 0.8))))
        for domain, names in members.items()
    }
    centres = _place(blocks, _ring_order(domains, weights))
    points: dict[str, Point] = {}
    for domain, block in blocks.items():
        points |= _fill(block, *centres[domain])
    return points


def _ring_order(domains: Mapping[str, str], weights: Mapping[Pair, int]) -> list[str]:
    """The best linked domain, then the others so that neighbours are linked with each other."""
    between: Counter[Pair] = Counter()
    for (a, b), weight in weights.items():
        between[domains[a], domains[b]] += weight
        between[domains[b], domains[a]] += weight
    rest = sorted(set(domains.values()))
    if not rest:
        return []
    total = {d: sum(n for (a, b), n in between.items() if a == d != b) for d in rest}
    order = [min(rest, key=lambda d: (-total[d], d))]
    while rest := [d for d in rest if d not in order]:
        last = order[-1]
        order.append(min(rest, key=lambda d: (-between[last, d], -total[d], d)))
    return order


def _place(blocks: Mapping[str, _Block], order: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The centre of each block: the first in the middle, the others as near as they fit."""
    centres: dict[str, tuple[float, float]] = {}
    for place, domain in enumerate(order):
        angle = 2 * math.pi * (place - 1) / max(1, len(order) - 1) - math.pi / 2
        radius = 0.0
        while any(
            _overlap(blocks[domain], _at(angle, radius), blocks[other], centre)
            for other, centre in centres.items()
        ):
            radius += 10
        centres[domain] = _at(angle, radius)
    return centres


def _at(angle: float, radius: float) -> tuple[float, float]:
    return _ASPECT * radius * math.cos(angle), radius * math.sin(angle)


def _overlap(
    block: _Block, centre: tuple[float, float], other: _Block, place: tuple[float, float]
) -> bool:
    near_x = abs(centre[0] - place[0]) < (block.width + other.width) / 2 + _MARGIN
    near_y = abs(centre[1] - place[1]) < (block.height + other.height) / 2 + _MARGIN
    return near_x and near_y


def _fill(block: _Block, x: float, y: float) -> dict[str, Point]:
    """Cells of a block, every other row set off by half; the best linked are nearest the middle."""
    rows = math.ceil(len(block.members) / block.columns)
    cells = [
        (
            round(x - block.width / 2 + (column + 0.5 + (row % 2) / 2) * CELL_WIDTH),
            round(y - block.height / 2 + 30 + (row + 0.5) * CELL_HEIGHT),
        )
        for row in range(rows)
        for column in range(block.columns)
    ]
    cells.sort(key=lambda cell: (round(math.hypot(*cell)), cell))
    return dict(zip(block.members, cells, strict=False))


def by_links(start: Mapping[str, Point], weights: Mapping[Pair, int]) -> dict[str, Point]:
    """Places by force: linked constructs come close; the start itself if there are too many."""
    if not 2 < len(start) <= _MOST_FOR_FORCE:
        return dict(start)
    import networkx as nx

    names = sorted(start)
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from(
        (a, b, math.log2(1 + weight)) for (a, b), weight in sorted(weights.items()) if a != b
    )
    scale = 0.62 * math.sqrt(len(names) * CELL_WIDTH * CELL_HEIGHT)
    free = nx.spring_layout(
        graph,
        pos={name: (start[name][0] / 2000, start[name][1] / 2000) for name in names},
        iterations=60,
        seed=1,
        k=2.5 / math.sqrt(len(names)),
    )
    # A drawing in whole pixels from here on: no last bit of a float can reach the file.
    points = {
        name: (round(free[name][0] * scale * _ASPECT), round(free[name][1] * scale))
        for name in names
    }
    return _apart(points)


def _apart(points: Mapping[str, Point], rounds: int = 300) -> dict[str, Point]:
    """Push constructs apart until no two share a cell, or the rounds are over."""
    place = {name: [float(x), float(y)] for name, (x, y) in sorted(points.items())}
    pairs = list(combinations(place.values(), 2))
    for _ in range(rounds):
        moved = False
        for one, other in pairs:
            if abs(other[0] - one[0]) < CELL_WIDTH and abs(other[1] - one[1]) < CELL_HEIGHT:
                moved = _push(one, other) or moved
        if not moved:
            break
    return {name: (round(x), round(y)) for name, (x, y) in place.items()}


def _push(a: list[float], b: list[float]) -> bool:
    """Move two places half the missing room each, along the axis where less is missing."""
    missing = (CELL_WIDTH - abs(b[0] - a[0]), CELL_HEIGHT - abs(b[1] - a[1]))
    if min(missing) <= 0:
        return False
    axis = 0 if missing[0] / CELL_WIDTH < missing[1] / CELL_HEIGHT else 1
    step = (missing[axis] / 2 + 0.5) * (1 if b[axis] >= a[axis] else -1)
    a[axis] -= step
    b[axis] += step
    return True
