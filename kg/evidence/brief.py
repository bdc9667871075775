"""An evidence brief of two pages: summary, plots, studies, disagreement, gaps, limits, citation.

The same brief is written as Markdown or as one HTML file that loads nothing and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.evidence.dossier import Dossier, voices
from kg.evidence.effects import Effect, primary_effects, published_effects
from kg.evidence.plots import Mark, direction_svg, forest_svg
from kg.evidence.pool import pool
from kg.evidence.tables import groups, links_table, path_name
from kg.evidence.words import (
    apa,
    dossier_sentence,
    link_sentence,
    summary_sentences,
    title,
)
from kg.gaps import Gap
from kg.links import Link
from kg.model import Direction, Reading
from kg.ontology import Construct
from kg.tables import Table, format_table, markdown_text, plain_text
from kg.wording import citation, claim_sentence, label_of, sample

Labels = Mapping[str, str]
#: More studies than this, or gaps, are counted and not listed: a brief is brief.
STUDIES, GAPS, LINKS = 40, 5, 15
_PLACES = {Direction.POSITIVE: 1, Direction.NEGATIVE: -1, Direction.NULL: 0, Direction.MIXED: 0}
_ARROWS = {
    "positive": "▲ positive",
    "negative": "▼ negative",
    "null": "○ null",
    "mixed": "◆ mixed",
    "unspecified": "– no sign",
    "asked": "? asked",
    "background": "background",
}
LIMITS = (
    "Claims were read from abstracts by a program, which misreads some. Look at the sentence "
    "before you cite a claim; 'oxykg curate' corrects it for good.",
    "An abstract tells a part of its paper. Results that it leaves out, nulls above all, are "
    "missing here.",
    "A count of studies by direction says nothing of the size of an effect, nor of the quality of "
    "the studies; none was appraised for bias.",
    "This is what one corpus holds. It was not searched for systematically on this question.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One study in one direction: who, whom, and its claims in words with their sentences."""

    direction: str
    study: str
    doi: str | None
    kind: str
    sample: str
    says: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that a brief tells, ready to be set; every text is plain and still to be escaped."""

    title: str
    summary: tuple[str, ...]
    direction_plot: str = ""
    forest_plot: str = ""
    effects: Table | None = None
    links: Table | None = None
    rows: tuple[Row, ...] = ()
    left_out: int = 0
    paths: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    limits: tuple[str, ...] = LIMITS
    citation: str


def pair_brief(
    found: Dossier, gaps: Iterable[Gap], labels: Labels, *, corpus: Sequence[Reading], build: str
) -> Brief:
    """The brief of a pair; ``gaps`` best first; ``build`` names the build."""
    name = title(found.a, found.b, labels)
    rows = tuple(_rows(found.link, labels))
    effects, published = primary_effects(found.link), published_effects(found.link)
    names = _names(found.link)
    return Brief(
        title=name,
        summary=(dossier_sentence(found, labels), *summary_sentences(found)),
        direction_plot=direction_svg(_marks(found.link), f"Studies by direction: {name}"),
        forest_plot=forest_svg(effects, published, pool(effects), names, f"Effects: {name}"),
        effects=_effects_table(effects, published, names),
        rows=rows[:STUDIES],
        left_out=max(0, len(rows) - STUDIES),
        paths=tuple(f"{path_name(p, labels)}: {link_sentence(p, labels)}" for p in found.paths),
        gaps=_gaps(gaps, {found.a, found.b}, labels),
        citation=_citation(name, corpus, build),
    )


def construct_brief(
    construct: Construct,
    links: Sequence[Link],
    paths: Sequence[Link],
    gaps: Iterable[Gap],
    labels: Labels,
    *,
    corpus: Sequence[Reading],
    build: str,
) -> Brief:
    """The brief of a construct: what it was studied with, and what nobody asked."""
    found = [link for link in links if link.studies]
    told = [f"With {label_of(link.b, labels)}: {link_sentence(link, labels)}" for link in found[:5]]
    return Brief(
        title=construct.label,
        summary=(construct.definition, *told),
        links=links_table(links[:LINKS], labels),
        left_out=max(0, len(links) - LINKS),
        paths=tuple(f"{path_name(p, labels)}: {link_sentence(p, labels)}" for p in paths),
        gaps=_gaps(gaps, {construct.id}, labels),
        citation=_citation(construct.label, corpus, build),
    )


def _rows(link: Link | None, labels: Labels) -> Iterable[Row]:
    for name, said in groups(link):
        for voice in said:
            document = voice.documents[0]
            yield Row(
                direction=_ARROWS[name],
                study=citation(document),
                doi=document.doi,
                kind=f"{voice.study.kind or 'unknown kind'}, {voice.basis}",
                sample=sample(voice.study),
                says=tuple(
                    (
                        claim_sentence(s.claim, s.reading.document, s.study, labels),
                        s.claim.evidence.sentence,
                    )
                    for s in voice.supports
                ),
            )


def _marks(link: Link | None) -> list[Mark]:
    marks = [
        (
            (voice.synthesis, voice.documents[0].year or 0, voice.study.id),
            Mark(
                name=citation(voice.documents[0]),
                place=place,
                n=voice.study.n,
                synthesis=voice.synthesis,
            ),
        )
        for direction, place in _PLACES.items()
        for voice in voices(link, direction)
    ]
    return [mark for _, mark in sorted(marks, key=lambda pair: pair[0])]


def _names(link: Link | None) -> dict[str, str]:
    return {s.study.id: citation(s.reading.document) for s in (link.supports if link else ())}


def _effects_table(
    effects: Iterable[Effect], published: Iterable[Effect], names: Mapping[str, str]
) -> Table | None:
    rows = []
    for effect in (*effects, *published):
        low, high = effect.interval
        kind = "published summary" if effect.synthesis else "primary"
        interval = f"{apa(low)} to {apa(high)}"
        rows.append(
            (
                names[effect.study],
                kind,
                apa(effect.r),
                interval,
                effect.n,
                "; ".join(effect.raw),
                "; ".join(effect.cautions) or None,
            )
        )
    columns = ("study", "kind", "r", "95 % interval", "n", "printed", "assumed")
    return Table.of(columns, rows) if rows else None


def _gaps(gaps: Iterable[Gap], ends: set[str], labels: Labels) -> tuple[str, ...]:
    found = [gap for gap in gaps if {gap.a, gap.b} & ends and {gap.a, gap.b} != ends]
    return tuple(f"{title(g.a, g.b, labels)} ({g.kind}): {g.wording}" for g in found[:GAPS])


def _citation(name: str, corpus: Sequence[Reading], build: str) -> str:
    from kg.provenance import software_version

    return (
        f"oxykg {software_version()}, evidence brief “{name}”, build {build} of "
        f"{len(corpus)} documents."
    )


def brief_html(brief: Brief) -> str:
    """The brief as one HTML file without scripts; every text is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html.j2").render(brief=brief)


def _printable(value: object) -> object:
    """Text of papers without control characters; what is markup already stays."""
    return plain_text(value) if type(value) is str else value


def brief_markdown(brief: Brief) -> str:
    """The brief as Markdown; the plots become tables."""
    parts = [f"# {markdown_text(brief.title)}", _list(brief.summary)]
    if brief.effects:
        parts += ["## Effects", format_table(brief.effects, "md")]
    if brief.links:
        parts += ["## Links", format_table(brief.links, "md")]
    if brief.rows:
        columns = ("direction", "study", "kind", "sample", "says")
        rows = (
            (r.direction, r.study, r.kind, r.sample, " / ".join(said for said, _ in r.says))
            for r in brief.rows
        )
        parts += ["## Studies by direction", format_table(Table.of(columns, rows), "md")]
        parts += ["## Sentences", "\n".join(_quotes(brief.rows))]
    if brief.left_out:
        parts.append(f"{brief.left_out} more are left out here.")
    for heading, lines in (("Paths", brief.paths), ("Gaps around it", brief.gaps)):
        if lines:
            parts += [f"## {heading}", _list(lines)]
    parts += ["## Limits", _list(brief.limits), "## How to cite", markdown_text(brief.citation)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown_text(line)}" for line in lines)


def _quotes(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        link = f" (doi: {markdown_text(row.doi)})" if row.doi else ""
        for sentence in dict.fromkeys(sentence for _, sentence in row.says if sentence):
            yield f"- {markdown_text(row.study)}{link}: “{markdown_text(sentence)}”"
