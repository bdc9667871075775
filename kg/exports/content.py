"""What is exported: the claims that were asked for, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.data import BASE
from kg.errors import OxykgError
from kg.iris import CURATION, PREFIXES, PROVENANCE, RDF_TYPE, decimal_literal, iri, term
from kg.model import Reading
from kg.provenance import run_id, software_version
from kg.rdf import from_quads
from kg.store import canonical_order

LICENCE_NAME, LICENCE = "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"
_VOID = "http://rdfs.org/ns/void#"
#: Graphs that are kept as they are where others are made anew.
_KEPT = (PROVENANCE, CURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What every export says of itself.

    ``expected`` is the mean reading confidence of its claims, which is calibrated: the share of
    them that is expected to be read right, ``None`` where no claim is scored.
    """

    documents: int
    claims: int
    build: str
    version: str
    selection: str
    expected: float | None

    @property
    def title(self) -> str:
        """The corpus by its size."""
        return f"oxykg: claims of {self.documents} documents"

    @property
    def accuracy(self) -> str:
        """How far it can be trusted, in a sentence."""
        if self.expected is None:
            return "Reading confidence of the claims: unknown."
        share = f"{100 * self.expected:.0f} %"
        return f"Claims were read by a program; about {share} of these are expected to be right."

    @property
    def rights(self) -> str:
        """The licence in a sentence."""
        return f"Licence: {LICENCE} (sentences of papers remain their authors')."

    def lines(self) -> list[str]:
        """All of it as lines of plain text."""
        return [
            f"{self.title}, {self.claims} claims, build {self.build}",
            f"Made by oxykg {self.version}; {self.selection}",
            self.accuracy,
            self.rights,
        ]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is exported, as readings and as quads in canonical order, with its header."""

    readings: tuple[Reading, ...]
    quads: tuple[Quad, ...]
    header: Header
    texts: bool

    @cached_property
    def described(self) -> list[Quad]:
        """The quads with those of the header among them."""
        return canonical_order([*self.quads, *header_quads(self.header)])


def select(store: Store, *, min_confidence: float | None = None, texts: bool = True) -> Content:
    """The content of a graph; with less of it links and gaps are counted anew.

    ``min_confidence`` keeps claims that were read at least so surely; unscored ones are left out.
    ``texts=False`` leaves out abstracts and sentences. Raises OxykgError where nothing is left.
    """
    quads: Iterable[Quad] = canonical_order(store)
    readings = from_quads(quads)
    if min_confidence is not None:
        readings = tuple(_surer(reading, min_confidence) for reading in readings)
        if not any(reading.claims for reading in readings):
            raise OxykgError(f"no claim was read with a confidence of at least {min_confidence:g}")
    if min_confidence is not None or not texts:
        quads = _made_anew(store, readings, texts=texts)
    if not texts:
        readings = tuple(map(_without_text, readings))
    return Content(
        readings=readings,
        quads=tuple(quads),
        header=_header(store, readings, min_confidence, texts=texts),
        texts=texts,
    )


def _surer(reading: Reading, least: float) -> Reading:
    return replace(
        reading, claims=tuple(c for c in reading.claims if (c.confidence or 0.0) >= least)
    )


def _without_text(reading: Reading) -> Reading:
    claims = tuple(
        replace(claim, evidence=replace(claim.evidence, sentence="")) for claim in reading.claims
    )
    return replace(reading, document=replace(reading.document, abstract=""), claims=claims)


def _made_anew(store: Store, readings: Iterable[Reading], *, texts: bool) -> list[Quad]:
    from kg.build import assemble_graph

    anew = [q for q in assemble_graph(readings, texts=texts).quads if q.graph_name not in _KEPT]
    kept = [quad for graph in _KEPT for quad in store.quads_for_pattern(None, None, None, graph)]
    return canonical_order([*anew, *kept])


def _header(
    store: Store, readings: tuple[Reading, ...], least: float | None, *, texts: bool
) -> Header:
    claims = [claim for reading in readings for claim in reading.claims]
    scored = [claim.confidence for claim in claims if claim.confidence is not None]
    what = "all claims" if least is None else f"claims read with confidence {least:g} or more"
    return Header(
        documents=len(readings),
        claims=len(claims),
        build=_build(store) or run_id(readings),
        version=software_version(),
        selection=what if texts else f"{what}, without the papers' text",
        expected=round(sum(scored) / len(scored), 3) if scored else None,
    )


def _build(store: Store) -> str:
    """The name of the run that made the graph."""
    runs = store.quads_for_pattern(None, term("prov:wasInformedBy"), None, PROVENANCE)
    names = sorted(str(quad.subject.value) for quad in runs if isinstance(quad.subject, NamedNode))
    return names[0].removeprefix(PREFIXES["run"]) if names else ""


def header_quads(header: Header) -> Iterator[Quad]:
    """The header as a VoID dataset in the graph of provenance."""
    node = NamedNode(f"{BASE}export/{header.build}")
    said: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF_TYPE, NamedNode(f"{_VOID}Dataset")),
        (term("dcterms:title"), Literal(header.title, language="en")),
        (term("dcterms:description"), Literal(header.selection, language="en")),
        (term("dcterms:license"), NamedNode(LICENCE)),
        (term("dcterms:rights"), Literal(header.rights, language="en")),
        (term("pav:version"), Literal(header.version)),
        (term("prov:wasGeneratedBy"), iri("run", header.build)),
        (term("okg:accuracy"), Literal(header.accuracy, language="en")),
    ]
    if header.expected is not None:
        said.append((term("okg:expectedPrecision"), decimal_literal(header.expected)))
    for predicate, value in said:
        yield Quad(node, predicate, value, PROVENANCE)
