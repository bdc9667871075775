"""All that a graph says on one question: a pair of constructs, rolled up, with its paths.

A study speaks once for each direction: by its findings, and only where it has none by what its
authors conclude. Reviews and meta-analyses are marked, so that they can be counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.errors import OxykgError
from kg.links import Link, Placement, Support, along_path, link_claims
from kg.model import Claim, Direction, Document, Reading, Status, Study
from kg.rollup import around, between, kept_apart, members, paths_between

_ASKED = frozenset({Status.HYPOTHESIS, Status.OPEN_QUESTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one study says in one direction: its claims, newest document last."""

    study: Study
    direction: Direction
    supports: tuple[Support, ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The publications that say so, each once, by id."""
        found = {s.reading.document.id: s.reading.document for s in self.supports}
        return tuple(found[name] for name in sorted(found))

    @property
    def synthesis(self) -> bool:
        """Whether it is a review, a meta-analysis or a work of theory."""
        return any(support.synthesis for support in self.supports)

    @property
    def basis(self) -> Status:
        """A finding, unless the study only concludes, asks, or reports it as known."""
        statuses = {support.claim.status for support in self.supports}
        return next(status for status in Status if status in statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The evidence on a pair: the link (``None`` if no claim joins the two), and its paths."""

    a: str
    b: str
    link: Link | None
    paths: tuple[Link, ...]
    #: Narrower constructs of either end whose claims were left out, since nobody asked for them.
    apart: tuple[str, ...] = ()

    def voices(self, direction: Direction) -> tuple[Voice, ...]:
        """The studies that assert this direction."""
        return voices(self.link, direction)


def dossier(
    readings: Iterable[Reading], a: str, b: str, *, rollup: bool = True, merge: bool = False
) -> Dossier:
    """Gather all on the pair; see `kg.rollup.between` for ``rollup`` and ``merge``.

    Raises `UnknownNameError` for an unknown construct, OxykgError where one end lies in the other.
    """
    known = tuple(readings)
    if members(a, merge=True) & members(b, merge=True) & {a, b} and rollup:
        raise OxykgError(f"{a} and {b}: one counts as a kind of the other; ask without roll-up")
    options = {"rollup": rollup, "merge": merge}
    links = link_claims(known, place=between(a, b, **options))
    paths = link_claims(known, place=paths_between(a, b, **options))
    apart = {*kept_apart(a), *kept_apart(b)} if rollup and not merge else set()
    return Dossier(
        a=a, b=b, link=links[0] if links else None, paths=paths, apart=tuple(sorted(apart))
    )


def construct_links(
    readings: Iterable[Reading], a: str, *, rollup: bool = True, merge: bool = False
) -> tuple[Link, ...]:
    """The links of a construct, those with most studies first."""
    links = link_claims(readings, place=around(a, rollup=rollup, merge=merge))
    return tuple(sorted(links, key=_by_studies))


def construct_paths(
    readings: Iterable[Reading], a: str, *, rollup: bool = True, merge: bool = False
) -> tuple[Link, ...]:
    """The mediations and moderations that the construct has any part in, as read."""
    side = members(a, merge=merge) if rollup else frozenset({a})

    def place(claim: Claim) -> Iterator[Placement]:
        if side & {claim.subject, *(claim.path or ())}:
            yield from along_path(claim)

    return link_claims(readings, place=place)


def _by_studies(link: Link) -> tuple[int, int, int, str]:
    return -len(link.studies), -len(link.reviews.studies), -len(link.supports), link.b


def speaking(link: Link | None) -> tuple[Support, ...]:
    """The claims that count: each study's findings, or without any its conclusions."""
    if link is None:
        return ()
    by_study: dict[str, list[Support]] = defaultdict(list)
    for support in link.supports:
        if support.claim.asserted:
            by_study[support.study.id].append(support)
    kept: list[Support] = []
    for said in by_study.values():
        findings = [s for s in said if s.claim.status is Status.FINDING]
        kept += findings or said
    return tuple(sorted(kept, key=lambda s: s.claim.id))


def voices(link: Link | None, direction: Direction) -> tuple[Voice, ...]:
    """The studies that assert one direction, by year and name."""
    return _voices((s for s in speaking(link) if s.direction is direction), direction)


def asked(link: Link | None) -> tuple[Voice, ...]:
    """The studies that ask, expect, or call it an open question."""
    return _of_status(link, _ASKED)


def background(link: Link | None) -> tuple[Voice, ...]:
    """The studies that report it as known before."""
    return _of_status(link, frozenset({Status.BACKGROUND}))


def _of_status(link: Link | None, statuses: frozenset[Status]) -> tuple[Voice, ...]:
    supports = (s for s in (link.supports if link else ()) if s.claim.status in statuses)
    return _voices(supports, None)


def _voices(supports: Iterable[Support], direction: Direction | None) -> tuple[Voice, ...]:
    by_study: dict[str, list[Support]] = defaultdict(list)
    for support in supports:
        by_study[support.study.id].append(support)
    found = (
        Voice(study=said[0].study, direction=direction or _only(said), supports=_in_order(said))
        for said in by_study.values()
    )
    return tuple(sorted(found, key=lambda v: (v.documents[-1].year or 0, v.study.id)))


def _only(said: Iterable[Support]) -> Direction:
    directions = {support.direction for support in said}
    return directions.pop() if len(directions) == 1 else Direction.UNSPECIFIED


def _in_order(said: Iterable[Support]) -> tuple[Support, ...]:
    key = [(s.reading.document.year or 0, s.claim.evidence.start, s.claim.id) for s in said]
    return tuple(s for _, s in sorted(zip(key, said, strict=True), key=lambda pair: pair[0]))
