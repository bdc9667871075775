"""How things look: colours, shapes, line ends and signs, said once for page, legend and exports.

Direction is carried three times (colour, line end, sign) and domain twice (colour, shape), so that
nothing hangs on colour alone. The direction colours keep their distance under simulated
deuteranopia, protanopia and tritanopia and have 4.5:1 contrast on white; the domain colours are
those of Okabe and Ito, drawn with a dark outline. No colour means good or bad.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: Direction -> colour, line end (a vis-network arrow type), sign, and the word in the legend.
DIRECTIONS: dict[str, dict[str, str]] = {
    "positive": {"colour": "#0072B2", "head": "arrow", "sign": "+", "word": "positive"},
    "negative": {"colour": "#C2410C", "head": "bar", "sign": "\u2212", "word": "negative"},
    "null": {"colour": "#737373", "head": "circle", "sign": "0", "word": "no relation found"},
    "mixed": {"colour": "#4B0055", "head": "diamond", "sign": "\u00b1", "word": "mixed"},
    "unspecified": {"colour": "#51677D", "head": "vee", "sign": "~", "word": "no sign given"},
}

#: What has no finding: only asked about or told as known, or nothing at all but suggested.
OPEN = {"colour": "#444444", "head": "", "sign": "?", "word": "no finding"}

#: Status -> the word on the page.
STATUSES = {
    "finding": "finding",
    "conclusion": "conclusion",
    "hypothesis": "hypothesis",
    "background": "background",
    "openQuestion": "open question",
}

#: Relation -> verb between subject and object in a sentence.
RELATIONS = {
    "associatedWith": "is associated with",
    "predicts": "predicts",
    "affects": "affects",
    "mediates": "mediates",
    "moderates": "moderates",
    "groupDifference": "differs in",
}

#: Domain -> colour and shape (vis-network's names). Other domains take what is left, in order.
_KNOWN_DOMAINS = {
    "oxytocin": ("#E69F00", "dot"),
    "attachment": ("#0072B2", "square"),
    "empathy": ("#009E73", "triangle"),
    "relationship": ("#CC79A7", "diamond"),
    "synchrony": ("#56B4E9", "triangleDown"),
    "outcome": ("#D55E00", "star"),
    "stress": ("#8C8C8C", "hexagon"),
    "population": ("#F0E442", "dot"),
}
_SPARE = (
    ("#F0E442", "square"),
    ("#B3A369", "triangle"),
    ("#9ADBC5", "diamond"),
    ("#C7B8EA", "hexagon"),
    ("#E8B5A2", "star"),
    ("#A7C7E7", "dot"),
)


def domain_looks(domains: Iterable[str]) -> list[dict[str, str]]:
    """Name, colour and shape of each domain; one look is never given twice while any is left."""
    free = dict(_KNOWN_DOMAINS)
    spare = list(_SPARE)
    looks = []
    for place, domain in enumerate(domains):
        known = next((word for word in free if word in domain.casefold()), None)
        if known is not None:
            colour, shape = free.pop(known)
        else:
            colour, shape = spare.pop(0) if spare else _SPARE[place % len(_SPARE)]
        looks.append({"name": domain, "colour": colour, "shape": shape})
    return looks


def encoding() -> dict[str, Any]:
    """All of the above but the domains, as the page reads it."""
    return {
        "directions": DIRECTIONS,
        "open": OPEN,
        "statuses": STATUSES,
        "relations": RELATIONS,
    }
