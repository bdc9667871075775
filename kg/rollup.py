"""Roll-up: which claims support a link between wider constructs, and with which sign.

Evidence goes up, never scores: a claim on "oxytocin synchrony" supports a link of "oxytocin system"
as itself. Its sign is turned by valence: "negative on symptoms" supports "positive on treatment
outcome". Nothing is rolled up unless someone asks, and the kinds of evidence on oxytocin (given,
measured, genes) are merged only where that too is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from kg.links import PATH_RELATIONS, Placement, Placer
from kg.model import Claim, Direction, Relation
from kg.ontology import ancestors, construct, constructs, within

_OPPOSITE = {Direction.POSITIVE: Direction.NEGATIVE, Direction.NEGATIVE: Direction.POSITIVE}


def flip(direction: Direction) -> Direction:
    """The opposite sign; null, mixed and unspecified stay what they are."""
    return _OPPOSITE.get(direction, direction)


@cache
def orientation(name: str) -> int:
    """+1 if more of a construct counts as good, -1 if as bad, for comparing kinds with each other.

    A construct without valence has that of the nearest wider one that has (more cortisol is more
    stress), else it is read by its good pole (more attachment is more secure attachment).
    """
    valences = (construct(one).valence for one in (name, *ancestors(name)))
    return next((valence for valence in valences if valence), 1)


def sign(narrow: str, wide: str) -> int:
    """What a rise of ``narrow`` counts as for ``wide``: +1 a rise, -1 a fall."""
    return orientation(narrow) * orientation(wide)


def turned(direction: Direction, *signs: int) -> Direction:
    """The direction after as many flips as there are signs of -1."""
    return flip(direction) if sum(s < 0 for s in signs) % 2 else direction


@cache
def members(name: str, *, merge: bool = False) -> frozenset[str]:
    """The constructs whose claims support links of this one: itself, narrower ones, indicators.

    An indicator (`Construct.indicates`) counts with everything below it: fewer symptoms are a
    better treatment outcome. Of a construct that keeps its kinds apart only itself, unless
    ``merge``. Raises `UnknownNameError` for an unknown construct.
    """
    if construct(name).kept_apart and not merge:
        return frozenset({name})
    below = {*within(name)}
    for other in constructs().values():
        if below & {*other.indicates}:
            below |= {*within(other.id)}
    return frozenset(below)


def kept_apart(name: str) -> tuple[str, ...]:
    """The narrower constructs that are not merged into this one unless asked, sorted."""
    return tuple(sorted({*within(name)} - members(name)))


def between(a: str, b: str, *, rollup: bool = True, merge: bool = False) -> Placer:
    """Claims on the pair, and if ``rollup`` on any members of its ends, either way round."""
    side_a, side_b = (_side(name, rollup=rollup, merge=merge) for name in (a, b))

    def place(claim: Claim) -> Iterator[Placement]:
        ends = (claim.subject, claim.object)
        if claim.relation in PATH_RELATIONS or claim.subject == claim.object:
            return
        for x, y in (ends, ends[::-1]):
            if x in side_a and y in side_b:
                yield _placed(claim, a, b, sign(x, a) * sign(y, b), swapped=x != ends[0])
                return

    return place


def _placed(claim: Claim, a: str, b: str, way: int, *, swapped: bool) -> Placement:
    direction = turned(claim.direction, way)
    return Placement(a=a, b=b, direction=direction, sign=way, swapped=swapped)


def paths_between(a: str, b: str, *, rollup: bool = True, merge: bool = False) -> Placer:
    """Mediations and moderations of the path between the two ends, either way round.

    The third construct stays as it was read. A mediation is supported or not and has no sign to
    turn; a moderation is turned by both ends.
    """
    side_a, side_b = (_side(name, rollup=rollup, merge=merge) for name in (a, b))

    def place(claim: Claim) -> Iterator[Placement]:
        if not claim.path or claim.relation not in PATH_RELATIONS:
            return
        source, target = claim.path
        for (x, y), (start, end) in (((a, b), (side_a, side_b)), ((b, a), (side_b, side_a))):
            if source in start and target in end:
                yield Placement(
                    a=x,
                    b=y,
                    through=claim.subject,
                    relation=claim.relation,
                    direction=_along(claim, sign(source, x), sign(target, y)),
                )
                return

    return place


def _along(claim: Claim, *signs: int) -> Direction:
    moderates = claim.relation is Relation.MODERATES
    return turned(claim.direction, *signs) if moderates else claim.direction


def _side(name: str, *, rollup: bool, merge: bool) -> frozenset[str]:
    construct(name)
    return members(name, merge=merge) if rollup else frozenset({name})


def around(a: str, *, rollup: bool = True, merge: bool = False) -> Placer:
    """Claims that join the construct, or a member of it, with any other; that one as read."""
    side = _side(a, rollup=rollup, merge=merge)

    def place(claim: Claim) -> Iterator[Placement]:
        ends = (claim.subject, claim.object)
        if claim.relation in PATH_RELATIONS:
            return
        for x, y in (ends, ends[::-1]):
            if x in side and y not in side:
                yield _placed(claim, a, y, sign(x, a), swapped=x != ends[0])
                return

    return place
