"""Which format a client gets: the Accept header with its q-values (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.serve.errors import RefusedError

_JSON, _XML = QueryResultsFormat.JSON, QueryResultsFormat.XML
#: Media type -> format, best first; the names that clients use beside the registered ones last.
ROWS: Mapping[str, QueryResultsFormat] = {
    "application/sparql-results+json": _JSON,
    "application/sparql-results+xml": _XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/json": _JSON,
    "application/xml": _XML,
    "text/xml": _XML,
}
TRIPLES: Mapping[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "text/n3": RdfFormat.N3,
    "application/json": RdfFormat.JSON_LD,
    "application/xml": RdfFormat.RDF_XML,
    "application/x-turtle": RdfFormat.TURTLE,
    "text/plain": RdfFormat.N_TRIPLES,
}
#: An ASK has no CSV or TSV of its own in the recommendation.
TRUTH: Mapping[str, QueryResultsFormat] = {
    name: style for name, style in ROWS.items() if style in (_JSON, _XML)
}
#: Types whose charset has to be said.
_TEXT = ("text/csv", "text/tab-separated-values", "text/plain", "text/xml")


def choose(accept: str, offered: Sequence[str]) -> str:
    """The offered media type that the client likes best, the first of those it likes equally.

    An empty header takes anything. Raises `RefusedError` (406) where nothing suits.
    """
    ranges = _ranges(accept) or [("*/*", 1.0)]
    liked = [(_quality(kind, ranges), kind) for kind in offered]
    best = max(quality for quality, _ in liked)
    if best == 0:
        known = ", ".join(offered)
        raise RefusedError(406, f"Nothing of what is accepted can be sent. Known: {known}.")
    return next(kind for quality, kind in liked if quality == best)


def content_type(kind: str) -> str:
    """The header for a media type: with its charset, where the type is text."""
    return f"{kind}; charset=utf-8" if kind in _TEXT else kind


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        if "/" in name:
            found.append((name, _weight(parameters)))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _quality(kind: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that takes this type."""
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        weights = [weight for wanted, weight in ranges if wanted == name]
        if weights:
            return max(weights)
    return 0.0
