"""What is different between two graphs: studies, claims, links, gaps, retractions."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from kg.gaps import MINIMUM_STUDIES, Concept
from kg.links import Link, Placement, Placer, between_pair, is_synthesis, link_claims
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
        return any(getattr(self, field.name) for field in fields(self))


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
    place = _between(_pairs_of((*gone, *come)))
    links = link_claims(before, place=place), link_claims(after, place=place)
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


def _pairs_of(differing: Iterable[Reading]) -> frozenset[tuple[str, str]]:
    """The pairs of all readings that only one of two sets holds: no other link can differ."""
    claims = (claim for reading in differing for claim in reading.claims)
    return frozenset((p.a, p.b) for claim in claims for p in between_pair(claim))


def _by_document(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        found[reading.document.id].append(reading)
    return found


def _between(pairs: Collection[tuple[str, str]]) -> Placer:
    """A claim counts between its pair, if it is one of these."""
    either = {*pairs, *((b, a) for a, b in pairs)}

    def place(claim: Claim) -> Iterable[Placement]:
        return between_pair(claim) if (claim.subject, claim.object) in either else ()

    return place


def _standing(readings: Iterable[Reading]) -> list[Reading]:
    return [reading for reading in readings if not reading.document.retracted]


def _claims(readings: Iterable[Reading]) -> dict[str, Claim]:
    return {claim.id: claim for reading in readings for claim in reading.claims}


def _studies(readings: Iterable[Reading]) -> dict[str, str]:
    return {reading.document.id: citation(reading.document) for reading in readings}


def _minus(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(text for name, text in one.items() if name not in other))


def _counts(link: Link) -> tuple[int, ...]:
    return (
        *(len(link.findings.of(d)) for d in Direction),
        len(link.asked),
        len(link.reviews.studies),
    )


def _balance(link: Link) -> str:
    found = (f"{len(link.findings.of(d))} {_SIGNS[d]}" for d in Direction if link.findings.of(d))
    return ", ".join(found) or "no finding"


def _sign(link: Link) -> int:
    positive, negative = len(link.findings.positive), len(link.findings.negative)
    return (positive > negative) - (positive < negative)


def _links(
    before: Sequence[Link], after: Sequence[Link], labels: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    old = {link.pair: link for link in before}
    new = {link.pair: link for link in after}

    def name(link: Link) -> str:
        return " – ".join(label_of(end, labels) for end in link.pair)

    both = [(old[pair], link) for pair, link in new.items() if pair in old]
    changed = [(a, b) for a, b in both if _counts(a) != _counts(b)]
    told = {
        True: [f"{name(b)}: {_balance(a)} → {_balance(b)}" for a, b in changed if _flips(a, b)],
        False: [
            f"{name(b)}: {_balance(a)} → {_balance(b)}" for a, b in changed if not _flips(a, b)
        ],
    }
    return {
        "new_links": tuple(
            sorted(f"{name(b)}: {_balance(b)}" for pair, b in new.items() if pair not in old)
        ),
        "gone_links": tuple(sorted(name(a) for pair, a in old.items() if pair not in new)),
        "flipped_links": tuple(sorted(told[True])),
        "changed_links": tuple(sorted(told[False])),
    }


def _flips(old: Link, new: Link) -> bool:
    return _sign(old) * _sign(new) < 0


def _closed(
    readings: Sequence[Reading],
    before: Sequence[Link],
    after: Sequence[Link],
    labels: Mapping[str, str],
) -> tuple[str, ...]:
    """Pairs that have a finding now and had none, though both constructs were studied before."""
    had = {link.pair for link in before if link.studies}
    filled = [link.pair for link in after if link.studies and link.pair not in had]
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
