"""Links: what all studies together say about a pair of constructs, or about one path.

A study votes once for each direction that it reports, however many sentences it takes. Primary
studies, syntheses and mere questions are counted apart, and nulls are evidence of their own kind.
How surely a sentence was read (`Claim.confidence`) plays no part here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from kg.model import Claim, Direction, Reading, Relation, Status, Study

#: Kinds of study that put others' results together instead of reporting their own sample.
SYNTHESES = frozenset(
    {"review", "meta-analysis", "systematic review", "theory", "letter", "editorial", "book"}
)
#: Relations whose claims are about a path (source, target) and a third construct.
PATH_RELATIONS = frozenset({Relation.MEDIATES, Relation.MODERATES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """The ids of the studies for each direction, sorted; a study may stand in several."""

    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    null: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    unspecified: tuple[str, ...] = ()

    def of(self, direction: Direction) -> tuple[str, ...]:
        """The studies that reported this direction."""
        studies: tuple[str, ...] = getattr(self, direction)
        return studies

    @property
    def studies(self) -> tuple[str, ...]:
        """All studies that voted, each once, sorted."""
        some = (self.positive, self.negative, self.null, self.mixed, self.unspecified)
        return tuple(sorted(set().union(*some)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample of one study: ``n`` counts ``unit``; both ``None`` where the text did not say."""

    study: str
    n: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The evidence on one pair of constructs, or on one path with its third construct.

    For a pair ``a`` and ``b`` are in alphabetical order and `through` is ``None``. For a path ``a``
    is its source, ``b`` its target, `through` the construct that mediates or moderates.
    """

    a: str
    b: str
    through: str | None = None
    relation: Relation | None = None
    #: Every claim on the link, by id.
    supports: tuple[Support, ...]
    #: Findings of primary studies.
    findings: Votes
    #: What the authors of primary studies conclude.
    conclusions: Votes
    #: Findings and conclusions of reviews, meta-analyses and theoretical works.
    reviews: Votes
    #: Studies that ask or expect, or call it an open question.
    asked: tuple[str, ...]
    #: Studies that report it as known before.
    background: tuple[str, ...]
    samples: tuple[Sample, ...]
    first_year: int | None
    last_year: int | None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims, each as it was read, by id."""
        return tuple(support.claim for support in self.supports)

    @property
    def pair(self) -> tuple[str, str]:
        """The two ends, in alphabetical order."""
        return (self.a, self.b) if self.a <= self.b else (self.b, self.a)

    @property
    def studies(self) -> tuple[str, ...]:
        """The primary studies with a finding, sorted."""
        return self.findings.studies

    @property
    def conflicting(self) -> bool:
        """Whether primary studies found opposite signs."""
        return bool(self.findings.positive and self.findings.negative)

    @property
    def primary(self) -> Iterator[Support]:
        """The findings of primary studies, by id."""
        finding = Status.FINDING
        return (s for s in self.supports if s.claim.status is finding and not s.synthesis)


class Placement(NamedTuple):
    """Where a claim counts: between which constructs, on which path, and in which direction.

    ``sign`` is -1 where a roll-up turned the signs; ``swapped`` says that the claim's subject
    stands for ``b``.
    """

    a: str
    b: str
    direction: Direction
    through: str | None = None
    relation: Relation | None = None
    sign: int = 1
    swapped: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What claims of one link have in common."""
        return (self.a, self.b, self.through or "", self.relation or "")


#: Which links a claim counts for. `kg.rollup` has one that goes through the ontology.
Placer = Callable[[Claim], Iterable[Placement]]


class Support(NamedTuple):
    """One claim behind a link, with the reading that it is from and where it was placed."""

    claim: Claim
    reading: Reading
    placement: Placement

    @property
    def direction(self) -> Direction:
        """The direction that counts on the link: as read, or turned by a roll-up."""
        return self.placement.direction

    @property
    def turned(self) -> bool:
        """Whether the direction that counts is not the one that was read."""
        return self.placement.direction is not self.claim.direction

    @property
    def study(self) -> Study:
        """The sample that the claim is about."""
        return self.reading.study

    @property
    def synthesis(self) -> bool:
        """Whether the claim is from a review, a meta-analysis or a work of theory."""
        return is_synthesis(self.reading)


def between_pair(claim: Claim) -> Iterator[Placement]:
    """The pair that a claim is about, as read; a claim about a path is about no single pair."""
    if claim.relation not in PATH_RELATIONS and claim.subject != claim.object:
        a, b = claim.subject, claim.object
        if a <= b:
            yield Placement(a, b, claim.direction)
        else:
            yield Placement(b, a, claim.direction, swapped=True)


def along_path(claim: Claim) -> Iterator[Placement]:
    """The path that a mediation or moderation claim is about, as read."""
    if claim.path and claim.relation in PATH_RELATIONS:
        yield Placement(
            a=claim.path[0],
            b=claim.path[1],
            through=claim.subject,
            relation=claim.relation,
            direction=claim.direction,
        )


def standing(readings: Iterable[Reading]) -> Iterator[Reading]:
    """The readings of documents that are neither retracted nor a notice of it."""
    return (reading for reading in readings if not reading.document.retracted)


def link_claims(readings: Iterable[Reading], *, place: Placer = between_pair) -> tuple[Link, ...]:
    """One link for each pair that any claim is about, in alphabetical order.

    The result depends neither on the order of the readings nor on how often a claim is repeated
    within a study. ``place`` decides where a claim counts. Retracted documents do not count.
    """
    placed: dict[tuple[str, str, str, str], dict[str, Support]] = defaultdict(dict)
    for reading in standing(readings):
        for claim in reading.claims:
            for placement in place(claim):
                placed[placement.key][claim.id] = Support(claim, reading, placement)
    return tuple(
        _link([found[name] for name in sorted(found)]) for _, found in sorted(placed.items())
    )


def count_links(readings: Iterable[Reading], place: Placer) -> int:
    """How many links `link_claims` gives."""
    claims = (claim for reading in standing(readings) for claim in reading.claims)
    return len({placement.key for claim in claims for placement in place(claim)})


def link_paths(readings: Iterable[Reading]) -> tuple[Link, ...]:
    """One link for each path with its third construct, for mediation and for moderation."""
    return link_claims(readings, place=along_path)


def is_synthesis(reading: Reading) -> bool:
    """Whether a document puts others' results together: a review, a meta-analysis, theory."""
    return reading.study.kind in SYNTHESES or reading.document.kind in SYNTHESES


def claim_pairs(claim: Claim) -> tuple[tuple[str, str], ...]:
    """Every pair that a claim touches, in order: its two ends, or the three pairs along a path."""
    return _pairs_of(claim.subject, claim.object, *(claim.path or ()))


@lru_cache(maxsize=100_000)
def _pairs_of(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(combinations(sorted(set(names)), 2))


def _link(placed: list[Support]) -> Link:
    first = placed[0].placement
    years = [p.reading.document.year for p in placed if p.reading.document.year is not None]
    studies = {p.study.id: p.study for p in placed}
    reviews = [p for p in placed if p.synthesis]
    own = [p for p in placed if not p.synthesis] if reviews else placed
    finding, conclusion = Status.FINDING, Status.CONCLUSION
    return Link(
        a=first.a,
        b=first.b,
        through=first.through,
        relation=first.relation,
        supports=tuple(placed),
        findings=_votes(p for p in own if p.claim.status is finding),
        conclusions=_votes(p for p in own if p.claim.status is conclusion),
        reviews=_votes(p for p in reviews if p.claim.asserted),
        asked=_studies(placed, Status.HYPOTHESIS, Status.OPEN_QUESTION),
        background=_studies(placed, Status.BACKGROUND),
        samples=tuple(
            Sample(study=name, n=study.n, unit=study.unit)
            for name, study in sorted(studies.items())
        ),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
    )


def _votes(placed: Iterable[Support]) -> Votes:
    voted: dict[str, set[str]] = defaultdict(set)
    for p in placed:
        voted[p.direction].add(p.study.id)
    return Votes(**{direction: tuple(sorted(studies)) for direction, studies in voted.items()})


def _studies(placed: Iterable[Support], *statuses: Status) -> tuple[str, ...]:
    return tuple(sorted({p.study.id for p in placed if p.claim.status in statuses}))
