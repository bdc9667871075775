"""The values that everything else passes around: documents, claims, studies, links and gaps.

All are frozen: a claim read twice from one text is the same claim, with the same id.
An unset number is ``None``, never 0 or 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, Self


class Word(StrEnum):
    """A word of a closed list; in sets and as a key it is the same as its text, and as quick."""

    __hash__ = str.__hash__


class Relation(Word):
    """How subject and object are related; the last three are about groups or a third construct."""

    ASSOCIATED_WITH = "associatedWith"
    PREDICTS = "predicts"
    AFFECTS = "affects"
    MEDIATES = "mediates"
    MODERATES = "moderates"
    GROUP_DIFFERENCE = "groupDifference"


class Direction(Word):
    """The sign between the two variables as their ids name them, after all inversions."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NULL = "null"
    MIXED = "mixed"
    UNSPECIFIED = "unspecified"


class Status(Word):
    """Who stands behind a claim: this paper's data, its authors, or nobody yet."""

    FINDING = "finding"
    CONCLUSION = "conclusion"
    HYPOTHESIS = "hypothesis"
    BACKGROUND = "background"
    OPEN_QUESTION = "openQuestion"


#: The kinds of status by name: what a paper says itself, what it reports as known, what it asks.
STATUS_GROUPS = {
    "asserted": (Status.FINDING, Status.CONCLUSION),
    "background": (Status.BACKGROUND,),
    "asked": (Status.HYPOTHESIS, Status.OPEN_QUESTION),
}
#: What the paper itself says, as against what it asks or reports as known.
ASSERTED = frozenset(STATUS_GROUPS["asserted"])


class Certainty(Word):
    """Whether the authors hedge: "may", "appears to", "tentatively"."""

    PLAIN = "plain"
    HEDGED = "hedged"


class TextKind(Word):
    """What the text of a document is: the authors' abstract, or our digest of it."""

    ABSTRACT = "abstract"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One publication and the text that is read of it.

    ``id`` is a CURIE (``doi:10.1000/1``, ``pmid:1``, ``key:smith-2020``); ``key`` is the name that
    the source gave the record. Every offset refers to `text`.
    """

    id: str
    key: str
    title: str
    abstract: str
    year: int | None = None
    authors: tuple[str, ...] = ()
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    kind: str | None = None
    language: str | None = None
    retracted: bool = False
    url: str | None = None
    text_kind: TextKind = TextKind.ABSTRACT

    @property
    def text(self) -> str:
        """Title, newline, abstract: what is read, and what all offsets count in."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualifiers:
    """Of whom, in whom, when and how measured. Claims that differ here are different claims."""

    subject_role: str | None = None
    object_role: str | None = None
    population: str | None = None
    condition: str | None = None
    specimen: str | None = None
    instrument: str | None = None
    variant: str | None = None
    rater: str | None = None
    timepoint: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One number of a text: ``kind`` (r, d, g, beta, or, eta2, p, n, k, ci, ...), as in ``raw``.

    ``comparator`` is ``<``, ``>``, ``<=``, ``>=`` or ``=``; an interval has ``low`` and ``high``
    and no ``value``. Offsets count characters of the document's text.
    """

    kind: str
    raw: str
    start: int
    end: int
    value: float | None = None
    comparator: str = "="
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a claim stands: the sentence by offsets into the document's text, and the cue in it."""

    start: int
    end: int
    sentence: str
    cue: str


class _Remembering:
    """Room for a text that is made once, when it is first asked for."""

    __slots__ = ("_text",)
    _text: str

    def once(self, make: Callable[[Self], str]) -> str:
        """What ``make`` makes of it; always asked with the same function."""
        try:
            return self._text
        except AttributeError:
            return self.remember(make(self))

    def remember(self, text: str) -> str:
        """Keep the text as what `once` gives."""
        object.__setattr__(self, "_text", text)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(_Remembering):
    """One thing that one document says about two constructs (three, if a path is given).

    For ``mediates`` and ``moderates`` the subject is the third construct, ``path`` is (source,
    target) and ``object`` is the target. ``confidence`` is the probability that the sentence was
    read right (0..1), ``None`` if not scored; it says nothing about whether the claim is true.
    """

    document: str
    subject: str
    relation: Relation
    object: str
    direction: Direction
    status: Status
    evidence: Evidence
    path: tuple[str, str] | None = None
    certainty: Certainty = Certainty.PLAIN
    qualifiers: Qualifiers = Qualifiers()
    statistics: tuple[Statistic, ...] = ()
    rule: str | None = None
    confidence: float | None = None

    @property
    def id(self) -> str:
        """A name made of the document, the place and what is claimed; the same in every run."""
        try:
            return self._text
        except AttributeError:
            return self.remember(self._made_id())

    def _made_id(self) -> str:
        place = f"{self.evidence.start}-{self.evidence.end}"
        said = (self.subject, self.relation, self.object, self.direction, self.status)
        about = tuple(getattr(self.qualifiers, name) or "" for name in Qualifiers.__slots__)
        parts = (self.document, place, *said, *(self.path or ()), self.certainty, *about)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    @property
    def asserted(self) -> bool:
        """Whether the paper itself says so: a finding or a conclusion."""
        return self.status in ASSERTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One sample that was studied; several documents may report it. ``n`` counts ``unit``."""

    id: str
    documents: tuple[str, ...]
    kind: str | None = None
    design: str | None = None
    n: int | None = None
    unit: str | None = None
    population: str | None = None
    instruments: tuple[str, ...] = ()
    specimens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(_Remembering):
    """What was read of one document: its claims and what it says of its sample.

    ``mentions`` are the ids of all constructs that the text names, claimed about or not, sorted.
    """

    document: Document
    claims: tuple[Claim, ...]
    study: Study
    mentions: tuple[str, ...] = ()


def given(value: Document | Study | Qualifiers | Statistic) -> dict[str, Any]:
    """The fields that are set, by name in their order: neither ``None`` nor empty."""
    pairs = zip(value.__slots__, _SAID[type(value)](value), strict=True)
    return {name: said for name, said in pairs if said is not None and said not in ((), "")}


_SAID = {kind: attrgetter(*kind.__slots__) for kind in (Document, Study, Qualifiers, Statistic)}
