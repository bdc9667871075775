"""Gaps to start a project from: one section each, as Markdown or as one HTML file without scripts.

Each has the hypothesis, what is missing, doubts, the score taken apart, the sentences that bridge
it and that speak of it, what was nearly studied, a design, search strings, and the track record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.gaps.design import Design, suggest_design
from kg.gaps.model import KIND_MEANINGS, Bridge, Gap, GapKind, Signal
from kg.gaps.searches import psycinfo, pubmed
from kg.model import Claim, Document, Reading
from kg.tables import Table, format_table, markdown_text, plain_text
from kg.wording import citation, claim_sentence, label_of

#: Claims on a pair, and nearly fitting documents, beyond these are counted and not shown.
MOST_CLAIMS, MOST_NEAR = 8, 8
#: What is said instead of a track record.
NO_RECORD = "The backtest judges pairs without a finding; this gap is of another kind."
#: What every page says of itself.
LIMITS = (
    "A gap describes these texts. Run the search strings before you call it one.",
    "Claims were read from abstracts by a program, which misreads some; a link may be missing "
    "because it was not read.",
    "A bridge is an analogy, not an inference: what holds from A to B in mothers and from B to C "
    "in couples need not hold from A to C in anyone.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A claim in words with its sentence and where it stands; ``id`` is the claim's."""

    id: str
    says: str
    sentence: str
    doi: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSection:
    """One bridge in words, with the findings on its two legs."""

    heading: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPage:
    """All that is told of one gap, as plain text."""

    anchor: str
    rank: int
    title: str
    kinds: tuple[str, ...]
    score: str
    importance: int
    hypothesis: str
    sign: str
    wording: str
    doubts: tuple[str, ...]
    signals: tuple[Signal, ...]
    bridges: tuple[BridgeSection, ...]
    said: tuple[Quote, ...]
    unsaid: int
    near: tuple[tuple[str, str | None], ...]
    design: tuple[tuple[str, str], ...]
    pubmed: str
    psycinfo: str
    record: str


@dataclass(slots=True)
class _Corpus:
    readings: Sequence[Reading]
    labels: Mapping[str, str]
    quotes: bool
    claims: dict[str, tuple[Claim, Reading]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for reading in self.readings:
            self.documents[reading.document.id] = reading.document
            for claim in reading.claims:
                self.claims[claim.id] = claim, reading

    def quote(self, name: str) -> Quote:
        """A claim by its id."""
        claim, reading = self.claims[name]
        return Quote(
            id=name,
            says=claim_sentence(claim, reading.document, reading.study, self.labels),
            sentence=" ".join(claim.evidence.sentence.split()) if self.quotes else "",
            doi=reading.document.doi,
        )


def gap_pages(
    gaps: Iterable[Gap],
    readings: Sequence[Reading],
    labels: Mapping[str, str],
    *,
    quotes: bool = True,
) -> tuple[GapPage, ...]:
    """A page for each gap, ranked as they come; ``quotes=False`` leaves out sentences of papers."""
    corpus = _Corpus(readings, labels, quotes)
    return tuple(_page(gap, rank, corpus) for rank, gap in enumerate(gaps, 1))


def _page(gap: Gap, rank: int, corpus: _Corpus) -> GapPage:
    labels = corpus.labels
    known = [name for name in gap.claims if name in corpus.claims]
    known.sort(key=lambda name: (-(corpus.claims[name][1].document.year or 0), name))
    return GapPage(
        anchor="gap-" + "-".join(gap.constructs),
        rank=rank,
        title=" – ".join(label_of(name, labels) for name in gap.constructs),
        kinds=tuple(f"{kind} ({KIND_MEANINGS[kind]})" for kind in gap.kinds),
        score=f"{gap.score:.2f}",
        importance=gap.importance,
        hypothesis=f"{gap.hypothesis[:1].upper()}{gap.hypothesis[1:]}.",
        sign=_sign(gap),
        wording=_without(gap.wording, gap.flags),
        doubts=gap.flags,
        signals=gap.signals,
        bridges=tuple(_bridge(gap, bridge, corpus) for bridge in gap.bridging),
        said=tuple(corpus.quote(name) for name in known[:MOST_CLAIMS]),
        unsaid=max(len(known) - MOST_CLAIMS, 0),
        near=tuple(_near(gap, corpus)),
        design=tuple(_design(suggest_design(gap, corpus.readings), labels)),
        pubmed=pubmed(*gap.constructs),
        psycinfo=psycinfo(*gap.constructs),
        record=gap.record
        or "The backtest judges pairs without a finding; this is of another kind.",
    )


def _without(wording: str, sentences: Iterable[str]) -> str:
    for sentence in sentences:
        wording = wording.replace(f" {sentence}", "")
    return wording


def _sign(gap: Gap) -> str:
    if gap.kind is GapKind.UNTESTED_PATH:
        return "An indirect effect; its sign follows from the legs below."
    sign = f"Expected sign: {gap.sign}" if gap.sign else "No sign is expected"
    return f"{sign} ({gap.sign_reason})."


def _bridge(gap: Gap, bridge: Bridge, corpus: _Corpus) -> BridgeSection:
    ends = [label_of(name, corpus.labels) for name in (gap.a, gap.b)]
    populations = ", ".join(bridge.populations)
    shared = f"both legs in {populations}" if populations else "no population shared by both legs"
    sign = f"; the signs multiply to {bridge.sign}" if bridge.sign else ""
    first, second = bridge.studies
    return BridgeSection(
        heading=(
            f"{label_of(bridge.through, corpus.labels)}: {first} with {ends[0]}, {second} with "
            f"{ends[1]} (studies); {shared}{sign}"
        ),
        quotes=tuple(corpus.quote(name) for leg in bridge.claims for name in leg),
    )


def _near(gap: Gap, corpus: _Corpus) -> Iterator[tuple[str, str | None]]:
    documents = [corpus.documents[name] for name in gap.near if name in corpus.documents]
    documents.sort(key=lambda d: (-(d.year or 0), d.id))
    for document in documents[:MOST_NEAR]:
        yield f"{citation(document)}: {document.title}", document.doi


def _design(design: Design, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "studies it is drawn from", f"{design.studies} with findings on either construct"
    if design.populations:
        yield "populations", ", ".join(design.populations)
    if design.methods:
        yield "designs", ", ".join(design.methods)
    for name, found in design.instruments:
        yield f"instruments for {label_of(name, labels)}", ", ".join(found)
    if design.specimens:
        yield "specimens", ", ".join(design.specimens)
    if design.size:
        yield "sample", f"median {design.size} over {design.sized} studies"


def gaps_html(pages: Sequence[GapPage], *, title: str) -> str:
    """One HTML file that loads nothing and runs nothing; every text is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("kg.views"),
        autoescape=True,
        finalize=lambda value: plain_text(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("gaps.html.j2")
    return template.render(pages=pages, title=title, limits=LIMITS)


def gaps_markdown(pages: Sequence[GapPage], *, title: str) -> str:
    """The same as Markdown."""
    rows = ((page.rank, page.title, page.kinds[0].split(" (")[0], page.score) for page in pages)
    index = format_table(Table.of(("rank", "pair", "kind", "score"), rows), "md")
    parts = [f"# {markdown_text(title)}", _list(LIMITS), index]
    for page in pages:
        parts += _section(page)
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _section(page: GapPage) -> Iterator[str]:
    yield f"## {page.rank}. {markdown_text(page.title)}"
    yield _list([f"Kind: {'; '.join(page.kinds)}", f"Score: {page.score}", page.record])
    yield f"**Hypothesis.** {markdown_text(page.hypothesis)} {markdown_text(page.sign)}"
    yield markdown_text(page.wording)
    yield _list(page.doubts)
    yield "### What the score is made of"
    rows = ((s.name, round(s.contribution, 2), s.wording) for s in page.signals)
    yield format_table(Table.of(("signal", "adds", "because"), rows), "md")
    if page.bridges:
        yield "### Bridging evidence"
    for bridge in page.bridges:
        yield markdown_text(bridge.heading)
        yield _quotes(bridge.quotes)
    if page.said:
        yield "### What is said of the pair"
        yield _quotes(page.said)
        if page.unsaid:
            yield f"{page.unsaid} more are left out here."
    if page.near:
        yield "### Nearly studied: findings on both, none on the two together"
        yield _list(f"{said}{f' (doi: {doi})' if doi else ''}" for said, doi in page.near)
    yield "### A design that its neighbours suggest"
    yield _list(f"{name}: {value}" for name, value in page.design)
    yield "### Is it really unstudied?"
    yield f"PubMed:\n\n    {plain_text(page.pubmed)}"
    yield f"APA PsycInfo (Ovid):\n\n    {plain_text(page.psycinfo)}"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown_text(line)}" for line in lines)


def _quotes(quotes: Iterable[Quote]) -> str:
    return "\n".join(
        f"- {markdown_text(one.says)}"
        + (f" “{markdown_text(one.sentence)}”" if one.sentence else "")
        + (f" (doi: {markdown_text(one.doi)})" if one.doi else "")
        for one in quotes
    )
