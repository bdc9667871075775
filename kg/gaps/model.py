"""What a gap is: its kinds, the evidence that bridges it, and all that is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kg.model import Direction, Word

Pair = tuple[str, str]


class GapKind(Word):
    """What is missing. The first four say that no primary study found anything on the pair."""

    UNSTUDIED = "unstudied"
    ASKED = "asked"
    ROLL_UP = "roll-up"
    UNTESTED_PATH = "untested path"
    CONFLICTING = "conflicting"
    ONE_FACET = "one facet"
    TESTED_ONCE = "tested once"
    ONE_LAB = "one lab"
    ONE_POPULATION = "one population"
    ONE_ROLE = "one role"
    ONE_SPECIMEN = "one specimen"
    ONE_METHOD = "one method"
    THIN = "thin"
    UNSYNTHESISED = "unsynthesised"


#: Kinds of a pair (of a path: as a whole) on which no primary study reports a finding.
WITHOUT_FINDING = frozenset(
    {GapKind.UNSTUDIED, GapKind.ASKED, GapKind.ROLL_UP, GapKind.UNTESTED_PATH}
)

#: Each kind in a sentence, for help texts and pages.
KIND_MEANINGS: dict[GapKind, str] = {
    GapKind.UNSTUDIED: "no claim on the pair was read in this corpus",
    GapKind.ASKED: "asked, expected, said to be known or concluded, but not found by any study",
    GapKind.ROLL_UP: "broader constructs were studied together, this pair was not",
    GapKind.UNTESTED_PATH: "both legs of a mediation are known, nobody tested it as a whole",
    GapKind.CONFLICTING: "studies found opposite signs, and nothing known of them explains it",
    GapKind.ONE_FACET: "studied only by way of one narrower construct",
    GapKind.TESTED_ONCE: "one study in this corpus",
    GapKind.ONE_LAB: "several studies that share an author",
    GapKind.ONE_POPULATION: "found in one kind of population only",
    GapKind.ONE_ROLE: "found in one role only (patients, therapists, mothers ...)",
    GapKind.ONE_SPECIMEN: "found in one specimen only (saliva, plasma ...)",
    GapKind.ONE_METHOD: "found by one kind of design only",
    GapKind.THIN: "studied several times, yet in less than a quarter of the expected studies",
    GapKind.UNSYNTHESISED: "many primary studies, but no review or meta-analysis of them",
}


class Concept(Protocol):
    """What is needed to know of a construct; `kg.ontology.Construct` has it."""

    @property
    def label(self) -> str:
        """The name that people read."""

    @property
    def broader(self) -> tuple[str, ...]:
        """The ids of what it is filed under."""

    @property
    def group(self) -> bool:
        """Whether it labels a group of people, not something measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One part of a score: the measured ``value``, its ``contribution``, and both in words."""

    name: str
    value: float
    contribution: float
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A construct that primary studies found with both ends of a gap.

    ``studies`` counts those on either leg; ``populations`` are the kinds in which both legs were
    studied; ``sign`` is the product of the legs' signs, ``None`` unless both are clear.
    ``claims`` are the ids of the findings on either leg, newest first.
    """

    through: str
    studies: tuple[int, int]
    populations: tuple[str, ...] = ()
    sign: Direction | None = None
    claims: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An under-studied pair (with ``through``: a path from a to b), with all that is said of it.

    ``score`` is the sum of the contributions of `signals`. ``also`` are further kinds that hold.
    ``observed`` counts primary studies with a finding, ``expected`` those expected by chance,
    ``importance`` the primary studies on the rarer of the two constructs. ``claims`` are the ids of
    the claims that touch the pair, ``bridges`` the constructs that were found with both (with most
    studies first; `bridging` has the evidence of the first few), ``near`` the ids of documents of
    studies that report on both constructs without relating them. ``flags`` are doubts about the
    reading. ``hypothesis`` is worded with ``sign``, the expected direction, and
    ``sign_reason`` says where that comes from; ``record`` how pairs ranked alike fared.
    """

    a: str
    b: str
    kind: GapKind
    score: float
    observed: int
    expected: float
    through: str | None = None
    also: tuple[GapKind, ...] = ()
    importance: int = 0
    bridges: tuple[str, ...] = ()
    bridging: tuple[Bridge, ...] = ()
    claims: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    flags: tuple[str, ...] = ()
    hypothesis: str = ""
    sign: Direction | None = None
    sign_reason: str = ""
    wording: str = ""
    record: str = ""

    @property
    def kinds(self) -> tuple[GapKind, ...]:
        """The kind and the further kinds that hold."""
        return (self.kind, *self.also)

    @property
    def constructs(self) -> tuple[str, ...]:
        """The constructs that it is about."""
        return (self.a, self.b) if self.through is None else (self.a, self.through, self.b)
