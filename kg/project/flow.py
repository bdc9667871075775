"""How many records went in and what became of them, after the manner of PRISMA 2020.

https://www.prisma-statement.org/prisma-2020-flow-diagram
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kg.model import Reading, Status
from kg.project.records import Publication
from kg.tables import Table

#: How the diagram calls claims of each status, in its order.
STATUSES = {
    Status.FINDING: "findings",
    Status.CONCLUSION: "conclusions",
    Status.HYPOTHESIS: "hypotheses",
    Status.BACKGROUND: "background",
    Status.OPEN_QUESTION: "open questions",
}
NO_ABSTRACT = "no abstract"
#: Width of a box, height of a line of text, space around boxes (all in SVG units).
_WIDTH, _LINE, _GAP = 320, 17, 26
#: Sources that the diagram names; the table has all.
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The counts, each record in just one of ``unreadable``, ``duplicates`` and ``documents``.

    Each document is in one of ``no_abstract``, ``out_of_scope``, ``dropped`` and ``read``.
    """

    sources: Mapping[str, int]
    unreadable: int
    duplicates: int
    documents: int
    no_abstract: int
    out_of_scope: Mapping[str, int]
    dropped: int
    read: int
    retracted: int
    with_claims: int
    studies: int
    claims: Mapping[str, int]

    @property
    def records(self) -> int:
        """All that the sources hold, readable or not."""
        return sum(self.sources.values()) + self.unreadable


def count_flow(
    publications: Sequence[Publication],
    reasons: Mapping[str, str],
    readings: Iterable[Reading],
    *,
    unreadable: int,
    sources: Iterable[str],
) -> Flow:
    """Count; ``reasons`` says why a document (by id) was not read, ``dropped ...`` by a person."""
    known = list(readings)
    standing = [reading for reading in known if not reading.document.retracted]
    from_source = Counter(record.source for p in publications for record in p.records)
    words = [reason.split(" (")[0] for reason in reasons.values()]
    topics = [w for w in words if w != NO_ABSTRACT and not w.startswith("dropped")]
    statuses = Counter(claim.status for reading in standing for claim in reading.claims)
    return Flow(
        sources={name: from_source[name] for name in sources},
        unreadable=unreadable,
        duplicates=sum(len(p.records) - 1 for p in publications),
        documents=len(publications),
        no_abstract=words.count(NO_ABSTRACT),
        out_of_scope=dict(sorted(Counter(topics).items(), key=lambda item: (-item[1], item[0]))),
        dropped=sum(word.startswith("dropped") for word in words),
        read=len(known),
        retracted=len(known) - len(standing),
        with_claims=sum(bool(reading.claims) for reading in standing),
        studies=len({reading.study.id for reading in standing}),
        claims={name: statuses[status] for status, name in STATUSES.items()},
    )


def flow_table(flow: Flow) -> Table:
    """Every count with its stage, for a spreadsheet and for ``status``."""
    rows: list[tuple[str, str, int]] = [("records", "in all sources", flow.records)]
    rows += [("records", f"from {name}", count) for name, count in flow.sources.items()]
    rows += [
        ("removed", "cannot be read", flow.unreadable),
        ("removed", "duplicates", flow.duplicates),
        ("documents", "different publications", flow.documents),
        ("not read", NO_ABSTRACT, flow.no_abstract),
    ]
    rows += [("not read", reason, count) for reason, count in flow.out_of_scope.items()]
    rows += [
        ("not read", "dropped by decision", flow.dropped),
        ("read", "documents", flow.read),
        ("read", "retracted or notices, kept apart", flow.retracted),
        ("read", "documents with claims", flow.with_claims),
        ("read", "studies", flow.studies),
    ]
    rows += [("claims", name, count) for name, count in flow.claims.items()]
    return Table.of(("stage", "what", "count"), rows)


def flow_lines(flow: Flow) -> list[str]:
    """The counts in a few lines of words."""
    left = [f"{count} {reason}" for reason, count in flow.out_of_scope.items()]
    out = sum(flow.out_of_scope.values())
    lines = [
        f"{flow.records} records from {len(flow.sources)} sources: {flow.duplicates} duplicates, "
        f"{flow.unreadable} that cannot be read",
        f"{flow.documents} publications: {flow.no_abstract} without abstract, "
        f"{out} out of scope, {flow.dropped} dropped by decision, {flow.read} read",
    ]
    if left:
        lines.append(f"out of scope: {'; '.join(left)}")
    if flow.retracted:
        lines.append(f"{flow.retracted} retracted or notices: kept, but counted in no answer")
    return lines


def flow_svg(flow: Flow) -> str:
    """The flow diagram as a picture that stands alone, for the appendix of a paper."""
    out = [f"{count} {reason}" for reason, count in flow.out_of_scope.items()]
    rows: list[tuple[list[str], list[str]]] = [
        (
            [f"Records identified (n = {flow.records})", *_named_sources(flow.sources)],
            [
                "Records removed",
                f"duplicates: {flow.duplicates}",
                f"cannot be read: {flow.unreadable}",
            ],
        ),
        (
            [f"Publications screened (n = {flow.documents})"],
            [
                "Publications not read",
                f"no abstract: {flow.no_abstract}",
                f"out of scope: {sum(flow.out_of_scope.values())}",
                *(f"    {line}" for line in out),
                f"dropped by decision: {flow.dropped}",
            ],
        ),
        (
            [f"Abstracts read (n = {flow.read})", f"studies: {flow.studies}"],
            ["Kept apart", f"retracted or notices: {flow.retracted}"],
        ),
        (
            [
                f"Publications with claims (n = {flow.with_claims})",
                f"claims: {sum(flow.claims.values())}",
                *(f"    {name}: {count}" for name, count in flow.claims.items()),
            ],
            [],
        ),
    ]
    return _drawn(rows)


def _named_sources(sources: Mapping[str, int]) -> list[str]:
    named = [f"{name}: {count}" for name, count in sources.items()]
    rest = sum(list(sources.values())[_NAMED:])
    more = [f"{len(sources) - _NAMED} more sources: {rest}"] if len(sources) > _NAMED else []
    return named[:_NAMED] + more


def _drawn(rows: Sequence[tuple[Sequence[str], Sequence[str]]]) -> str:
    parts: list[str] = []
    top = _GAP
    right = _GAP + _WIDTH + 2 * _GAP
    for number, (main, side) in enumerate(rows):
        height = _height(main)
        parts += _box(_GAP, top, main)
        middle = _GAP + _WIDTH // 2
        if side:
            parts += _box(right, top, side)
            parts.append(_arrow(_GAP + _WIDTH, top + _LINE, right, top + _LINE))
        below = top + max(height, _height(side) if side else 0) + _GAP
        if number + 1 < len(rows):
            parts.append(_arrow(middle, top + height, middle, below))
        top = below
    width = right + _WIDTH + _GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" '
        f'height="{top}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="13">\n'
        "<title>Flow of records</title>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'
        f'<rect width="{width}" height="{top}" fill="#fff"/>\n'
    )
    return head + "\n".join(parts) + "\n</svg>\n"


def _height(lines: Sequence[str]) -> int:
    return len(lines) * _LINE + _LINE


def _box(left: int, top: int, lines: Sequence[str]) -> list[str]:
    height = _height(lines)
    parts = [
        f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{height}" rx="3" fill="#fff" '
        'stroke="#333"/>'
    ]
    for number, line in enumerate(lines):
        weight = ' font-weight="bold"' if number == 0 else ""
        indent = 10 + 14 * line.startswith("    ")
        baseline = top + (number + 1) * _LINE + 4
        said = escape(_shortened(line.strip(), 44 - 2 * (indent > 10)))
        parts.append(f'<text x="{left + indent}" y="{baseline}"{weight}>{said}</text>')
    return parts


def _shortened(text: str, longest: int) -> str:
    from kg.tables import plain_text

    text = plain_text(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _arrow(x: int, y: int, to_x: int, to_y: int) -> str:
    return f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="#333" marker-end="url(#tip)"/>'
