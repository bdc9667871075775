"""What is different between two graphs: studies, claims, links, gaps, retractions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields

from kg.gaps import MINIMUM_STUDIES, Concept
from kg.gaps.kinds import QUESTIONS
from kg.gaps.model import Pair
from kg.links import PATH_RELATIONS, between_pair, is_synthesis
from kg.model import Claim, Direction, Reading, Status
from kg.wording import citation, label_of

#: Entries of a section that are written out in text; JSON has all.
_SHOWN = 50
_SIGNS = {
    Direction.POSITIVE: "+",
    Direction.NEGATIVE: "−",
    Direction.NULL: "0",
    Direction.MIXED: "±",
    Direction.UNSPECIFIED: "?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is new, gone or different, each as one line of words, in alphabetical order.

    A link flips when the sign that most of its studies found changes; its balance changes when its
    counts do. A gap closes when a pair that no study had a finding on gets one.
    """

    new_studies: tuple[str, ...] = ()
    gone_studies: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    new_claims: tuple[str, ...] = ()
    gone_claims: tuple[str, ...] = ()
    new_links: tuple[str, ...] = ()
    gone_links: tuple[str, ...] = ()
    flipped_links: tuple[str, ...] = ()
    changed_links: tuple[str, ...] = ()
    closed_gaps: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, known.name) for known in fields(self))


_TITLES = {
    "new_studies": "New studies",
    "gone_studies": "Studies that are gone",
    "retracted": "Retracted since",
    "new_claims": "New claims",
    "gone_claims": "Claims that are gone",
    "new_links": "Links that appeared",
    "gone_links": "Links that are gone",
    "flipped_links": "Links that flipped",
    "changed_links": "Links whose balance changed",
    "closed_gaps": "Gaps that closed",
}


def compare(
    old: Sequence[Reading], new: Sequence[Reading], constructs: Mapping[str, Concept]
) -> Changes:
    """Compare two sets of readings; retracted documents count in neither."""
    labels = {name: concept.label for name, concept in constructs.items()}
    before, after = _standing(old), _standing(new)
    gone, come = _differing(before, after)
    known = {reading.document.id: reading.document for reading in (*old, *new)}
    claims_before, claims_after = _claims(gone), _claims(come)

    def said(claim: Claim) -> str:
        ends = (label_of(end, labels) for end in (claim.subject, claim.object))
        sign, text = _SIGNS[claim.direction], " – ".join(ends)
        return f"{text} [{sign}, {claim.status.value}] ({citation(known[claim.document])})"

    def only(one: Mapping[str, Claim], other: Mapping[str, Claim]) -> tuple[str, ...]:
        return tuple(sorted(said(claim) for name, claim in one.items() if name not in other))

    studies = _studies(gone), _studies(come)
    pairs = _pairs_of((*gone, *come))
    links = _tallies(before, pairs), _tallies(after, pairs)
    withdrawn = {r.document.id for r in new if r.document.retracted} & {
        r.document.id for r in before
    }
    return Changes(
        new_studies=_minus(studies[1], studies[0]),
        gone_studies=_minus(studies[0], studies[1]),
        retracted=tuple(sorted(citation(known[name]) for name in withdrawn)),
        new_claims=only(claims_after, claims_before),
        gone_claims=only(claims_before, claims_after),
        closed_gaps=_closed(before, *links, labels),
        **_links(*links, labels),
    )


def _differing(
    one: Iterable[Reading], other: Iterable[Reading]
) -> tuple[list[Reading], list[Reading]]:
    """The readings of documents of which two sets do not hold the same."""
    known, now = _by_document(one), _by_document(other)
    names = [name for name in {**known, **now} if known.get(name) != now.get(name)]
    first, second = ([r for name in names for r in some.get(name, ())] for some in (known, now))
    return first, second


def _pairs_of(differing: Iterable[Reading]) -> frozenset[Pair]:
    """The pairs of all readings that only one of two sets holds: no other link can differ."""
    claims = (claim for reading in differing for claim in reading.claims)
    return frozenset((place.a, place.b) for claim in claims for place in between_pair(claim))


def _by_document(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        found[reading.document.id].append(reading)
    return found


@dataclass(slots=True)
class _Tally:
    """Studies on a pair: primary ones by what they found, those that ask, reviews that state."""

    found: dict[Direction, set[str]] = field(default_factory=lambda: defaultdict(set))
    asked: set[str] = field(default_factory=set)
    reviews: set[str] = field(default_factory=set)

    @property
    def counts(self) -> tuple[int, ...]:
        """All that a balance is made of."""
        return (*(len(self.found[d]) for d in Direction), len(self.asked), len(self.reviews))

    @property
    def studied(self) -> bool:
        """Whether any primary study has a finding."""
        return any(self.found.values())


def _tallies(readings: Iterable[Reading], pairs: Collection[Pair]) -> dict[Pair, _Tally]:
    """The studies on each of these pairs, as `kg.links.link_claims` counts them."""
    by_ends = {ends: pair for pair in pairs for ends in (pair, pair[::-1])}
    tallies: dict[Pair, _Tally] = defaultdict(_Tally)
    for reading in readings:
        study = reading.study.id
        for claim in reading.claims:
            pair = by_ends.get((claim.subject, claim.object))
            if pair and claim.relation not in PATH_RELATIONS:
                tally = tallies[pair]
                if claim.status in QUESTIONS:
                    tally.asked.add(study)
                elif claim.asserted and is_synthesis(reading):
                    tally.reviews.add(study)
                elif claim.status is Status.FINDING:
                    tally.found[claim.direction].add(study)
    return tallies


def _standing(readings: Iterable[Reading]) -> list[Reading]:
    return [reading for reading in readings if not reading.document.retracted]


def _claims(readings: Iterable[Reading]) -> dict[str, Claim]:
    return {claim.id: claim for reading in readings for claim in reading.claims}


def _studies(readings: Iterable[Reading]) -> dict[str, str]:
    return {reading.document.id: citation(reading.document) for reading in readings}


def _minus(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(text for name, text in one.items() if name not in other))


def _balance(tally: _Tally) -> str:
    found = (f"{len(tally.found[d])} {_SIGNS[d]}" for d in Direction if tally.found[d])
    return ", ".join(found) or "no finding"


def _sign(tally: _Tally) -> int:
    positive, negative = (len(tally.found[d]) for d in (Direction.POSITIVE, Direction.NEGATIVE))
    return (positive > negative) - (positive < negative)


def _links(
    old: Mapping[Pair, _Tally], new: Mapping[Pair, _Tally], labels: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    def name(pair: Pair) -> str:
        return " – ".join(label_of(end, labels) for end in pair)

    told: dict[bool, list[str]] = {True: [], False: []}
    for pair in old.keys() & new.keys():
        a, b = old[pair], new[pair]
        if a.counts != b.counts:
            flips = _sign(a) * _sign(b) < 0
            told[flips].append(f"{name(pair)}: {_balance(a)} → {_balance(b)}")
    return {
        "new_links": tuple(sorted(f"{name(p)}: {_balance(new[p])}" for p in new.keys() - old)),
        "gone_links": tuple(sorted(name(pair) for pair in old.keys() - new)),
        "flipped_links": tuple(sorted(told[True])),
        "changed_links": tuple(sorted(told[False])),
    }


def _closed(
    readings: Sequence[Reading],
    before: Mapping[Pair, _Tally],
    after: Mapping[Pair, _Tally],
    labels: Mapping[str, str],
) -> tuple[str, ...]:
    """Pairs that have a finding now and had none, though both constructs were studied before."""
    had = {pair for pair, tally in before.items() if tally.studied}
    filled = [pair for pair, tally in after.items() if tally.studied and pair not in had]
    known = _studied(readings) if filled else frozenset[str]()
    closed = [pair for pair in filled if known.issuperset(pair)]
    return tuple(sorted(f"{label_of(a, labels)} – {label_of(b, labels)}" for a, b in closed))


def _studied(readings: Iterable[Reading]) -> frozenset[str]:
    """The constructs that enough primary studies have findings on to speak of gaps."""
    studies: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        for claim in reading.claims if not is_synthesis(reading) else ():
            if claim.status is Status.FINDING:
                for end in (claim.subject, claim.object, *(claim.path or ())):
                    studies[end].add(reading.study.id)
    return frozenset(end for end, found in studies.items() if len(found) >= MINIMUM_STUDIES)


def changes_text(changes: Changes) -> str:
    """The changes for a terminal: a heading with a count, then a line each."""
    if not changes:
        return "Nothing changed.\n"
    return "\n".join(
        f"{title} ({len(lines)})\n" + "".join(f"  {line}\n" for line in _shown(lines))
        for title, lines in _sections(changes)
    )


def changes_markdown(changes: Changes) -> str:
    """The changes as Markdown; what papers say is escaped."""
    from kg.tables import markdown_text

    body = "\n".join(
        f"## {title} ({len(lines)})\n\n"
        + "".join(f"- {markdown_text(line)}\n" for line in _shown(lines))
        for title, lines in _sections(changes)
    )
    return "# What changed\n\n" + (body or "Nothing.\n")


def changes_json(changes: Changes) -> str:
    """All changes by section."""
    return json.dumps(asdict(changes), ensure_ascii=False, indent=1) + "\n"


def changes_line(changes: Changes) -> str:
    """The changes in one line of counts."""
    counted = (f"{len(lines)} {title.lower()}" for title, lines in _sections(changes))
    return ", ".join(counted) or "nothing changed"


def _sections(changes: Changes) -> list[tuple[str, tuple[str, ...]]]:
    named = [(title, getattr(changes, name)) for name, title in _TITLES.items()]
    return [(title, lines) for title, lines in named if lines]


def _shown(lines: Sequence[str]) -> list[str]:
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [*lines[:_SHOWN], *more]
