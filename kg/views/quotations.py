"""What is quoted of a reading: its text, where claims stand in it, and the marked words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kg.model import Claim, Reading
from kg.views.passages import Marker, Passage, Span, find_cue, quote

#: Start and end of a sentence and its marks; what there is of a claim without a sentence.
Place = tuple[int, int, list[Any]]
UNQUOTED: Place = (-1, -1, [])


class Quotation(NamedTuple):
    """The quoted text of a document, and by the ids of its claims where they stand in it.

    Offsets count UTF-16 units.
    """

    text: str | None
    places: Mapping[str, Place]


NOTHING = Quotation(None, {})


def in_text_order(claims: Iterable[Claim]) -> list[Claim]:
    """Claims by the place of their sentence."""
    return sorted(claims, key=lambda c: (c.evidence.start, c.evidence.end, c.id))


def quotation(reading: Reading, marker: Marker) -> Quotation:
    """What is quoted of a reading."""
    claims = in_text_order(reading.claims)
    passage = quote(reading.document, claims)
    places: dict[str, Place] = {}
    for claim in claims:
        span = passage.place(claim)
        if span and claim.id not in places:
            start, end = map(passage.in_utf16, span)
            places[claim.id] = (start, end, _marks(claim, passage, span, marker))
    return Quotation(passage.text, places)


def _marks(claim: Claim, passage: Passage, span: Span, marker: Marker) -> list[list[Any]]:
    """``[start, end, kind]`` in the quoted text; kinds: s, o, t (path's source), c (cue)."""
    sentence = passage.text[slice(*span)]
    target = claim.path[0] if claim.path else None
    found = [
        (marker.find(claim.subject, sentence), "s"),
        (marker.find(claim.object, sentence), "o"),
        (marker.find(target, sentence) if target else None, "t"),
        (find_cue(claim.evidence.cue, sentence), "c"),
    ]
    return [
        [passage.in_utf16(span[0] + mark[0]), passage.in_utf16(span[0] + mark[1]), kind]
        for mark, kind in found
        if mark
    ]
