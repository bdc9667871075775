"""Where a graph comes from, in PROV-O: what read it, and which run built it of which inputs.

Documents name the reading, which is the same in every build by one version of it, so that they stay
as they are while others come; what follows from all of them names the run that built it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.data import BASE
from kg.iris import DERIVED, PROVENANCE, RDF_TYPE, XSD_DATE_TIME, document_graph, iri, part, term
from kg.model import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The search that a file of records comes from; ``sha256`` names the file by its content."""

    sha256: str
    service: str
    query: str
    day: str
    found: int
    fetched: int


def software_version() -> str:
    """The version of the installed distribution; "0" in a checkout that is not installed."""
    try:
        return version("oxykg")
    except PackageNotFoundError:
        return "0"


def run_id(readings: Iterable[Reading]) -> str:
    """A name for a build made of its contents and the software: the same for the same input."""
    digest = hashlib.sha256(software_version().encode())
    for reading in readings:
        digest.update(b"\x1e" + reading.document.id.encode())
        digest.update(b"\x1f" + reading.document.text.encode())
        digest.update(b"".join(b"\x1f" + claim.id.encode() for claim in reading.claims))
    return digest.hexdigest()[:16]


def reading_run(version: str | None = None) -> NamedNode:
    """The reading of texts by one version of how they are read: of the software, unless given."""
    return iri("run", f"reading-{version or software_version()}")


def provenance_quads(
    build: str,
    *,
    read_by: NamedNode,
    inputs: Mapping[str, str] | None = None,
    searches: Iterable[Found] = (),
    when: datetime | None = None,
) -> Iterator[Quad]:
    """One run, what it used, and the reading that it rests on.

    ``build``: see `run_id`; ``read_by``: see `reading_run`; ``inputs`` maps names of files to their
    SHA-256 in hexadecimal; ``searches`` says by which search such a file was found. ``when`` is the
    only clock in a graph; unset, none is written, and the same input gives the same bytes.
    """
    run = iri("run", build)
    software = NamedNode(f"{BASE}software/oxykg-{software_version()}")
    activities = (*_run(run, read_by, when), *_software(software, (run, read_by)))
    for triple in (*activities, *_inputs(run, inputs or {}), *_searches(searches)):
        yield Quad(*triple, PROVENANCE)


def document_provenance(readings: Iterable[Reading], read_by: NamedNode) -> Iterator[Quad]:
    """For the graph of each document, what read it and from which text."""
    for reading in readings:
        graph = document_graph(reading.document.id)
        text = part(iri("doc", reading.document.id), "text")
        yield Quad(graph, term("prov:wasGeneratedBy"), read_by, PROVENANCE)
        yield Quad(graph, term("prov:wasDerivedFrom"), text, PROVENANCE)


def inputs_in(store: Store) -> dict[str, str]:
    """The inputs that a built graph names: file name -> SHA-256."""
    digests = store.quads_for_pattern(None, term("okg:sha256"), None, PROVENANCE)
    return {
        label.object.value: digest.object.value
        for digest in digests
        for label in store.quads_for_pattern(digest.subject, term("rdfs:label"), None, PROVENANCE)
        if isinstance(label.object, Literal) and isinstance(digest.object, Literal)
    }


_Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]


def _run(run: NamedNode, read_by: NamedNode, when: datetime | None) -> Iterator[_Triple]:
    yield run, term("prov:wasInformedBy"), read_by
    yield run, term("prov:used"), NamedNode(f"{BASE}concept")
    yield DERIVED, term("prov:wasGeneratedBy"), run
    if when is not None:
        time = when.isoformat(timespec="seconds").replace("+00:00", "Z")
        yield run, term("prov:endedAtTime"), Literal(time, datatype=XSD_DATE_TIME)


def _software(software: NamedNode, activities: Iterable[NamedNode]) -> Iterator[_Triple]:
    for activity in activities:
        yield activity, RDF_TYPE, term("prov:Activity")
        yield activity, term("prov:wasAssociatedWith"), software
    yield software, RDF_TYPE, term("prov:SoftwareAgent")
    yield software, term("rdfs:label"), Literal("oxykg")
    yield software, term("pav:version"), Literal(software_version())


def _inputs(run: NamedNode, inputs: Mapping[str, str]) -> Iterator[_Triple]:
    for name, digest in sorted(inputs.items()):
        source = NamedNode(f"{BASE}input/{digest}")
        yield run, term("prov:used"), source
        yield source, RDF_TYPE, term("prov:Entity")
        yield source, term("rdfs:label"), Literal(name)
        yield source, term("okg:sha256"), Literal(digest)


def _searches(searches: Iterable[Found]) -> Iterator[_Triple]:
    for search in sorted(searches, key=lambda search: search.sha256):
        source = NamedNode(f"{BASE}input/{search.sha256}")
        yield source, term("okg:searchService"), Literal(search.service)
        yield source, term("okg:searchQuery"), Literal(search.query)
        yield source, term("okg:searchDay"), Literal(search.day)
        yield source, term("okg:recordsFound"), Literal(search.found)
        yield source, term("okg:recordsFetched"), Literal(search.fetched)
