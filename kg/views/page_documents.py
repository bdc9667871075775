"""A document on the page: what is said of it, its claims and its study, as JSON that is made once.

It names nothing that depends on other documents, so that it stays the same while others come.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from textwrap import shorten
from typing import Any, NamedTuple

from kg.designs import NOT_REPORTED, OTHER, design_class
from kg.links import is_synthesis
from kg.memory import Memory, name_of, reading_names, remembered
from kg.model import Certainty, Claim, Direction, Document, Reading, Relation, Status, given
from kg.ontology import Construct
from kg.populations import population_kind
from kg.views.page import json_block
from kg.views.passages import Marker
from kg.views.quotations import NOTHING, UNQUOTED, Quotation, in_text_order, quotation
from kg.wording import one_line, surname

#: What the columns of a claim's row mean. ``subject``, ``object``, ``source``, ``target``
#: and the three vocabularies are indices; -1 means none.
CLAIM_FIELDS = (
    "id",
    "subject",
    "relation",
    "object",
    "direction",
    "status",
    "source",
    "target",
    "hedged",
    "start",
    "end",
    "marks",
    "qualifiers",
    "statistics",
    "rule",
    "confidence",
)
RELATIONS, DIRECTIONS, STATUSES = tuple(Relation), tuple(Direction), tuple(Status)


class PageDocument(NamedTuple):
    """One reading as JSON: the id of its study, the study, and the document with its claims."""

    study: str
    about: str
    document: str

    def to_text(self) -> str:
        """The three as `_from_text` reads them; no line end stands in JSON."""
        return "\n".join(self)


def _from_text(_name: str, text: str) -> PageDocument:
    return PageDocument(*text.split("\n"))


def page_documents(
    readings: Sequence[Reading],
    constructs: Sequence[Construct],
    quoted: Collection[str],
    memory: Memory | None = None,
) -> list[PageDocument]:
    """Each reading, made or remembered; of documents in ``quoted`` with their sentences.

    ``constructs`` are all that the page lists: rows name them by their places.
    """
    known = name_of(repr(constructs))
    shown = [reading.document.id in quoted for reading in readings]
    names = [
        name_of(known, str(quotes), name)
        for quotes, name in zip(shown, reading_names(readings), strict=True)
    ]
    places = {construct.id: place for place, construct in enumerate(constructs)}
    marker = Marker(constructs)

    def made(_name: str, thing: tuple[Reading, bool]) -> PageDocument:
        reading, quotes = thing
        return _page_document(reading, quotation(reading, marker) if quotes else NOTHING, places)

    things = dict(zip(names, zip(readings, shown, strict=True), strict=True))
    some = remembered("page", things, made, memory, write=PageDocument.to_text, read=_from_text)
    found = dict(zip(things, some, strict=True))
    return [found[name] for name in names]


def _page_document(reading: Reading, quoted: Quotation, places: Mapping[str, int]) -> PageDocument:
    claims: dict[str, Claim] = {}
    for claim in in_text_order(reading.claims):
        claims.setdefault(claim.id, claim)
    rows = [_row(claim, quoted, places) for claim in claims.values()]
    return PageDocument(
        json_block(reading.study.id),
        json_block(_study(reading)),
        json_block(_document(reading, quoted.text) | {"claims": rows}),
    )


def _row(claim: Claim, quoted: Quotation, places: Mapping[str, int]) -> list[Any]:
    source, target = claim.path or ("", "")
    start, end, marks = quoted.places.get(claim.id, UNQUOTED)
    return [
        claim.id,
        places[claim.subject],
        RELATIONS.index(claim.relation),
        places[claim.object],
        DIRECTIONS.index(claim.direction),
        STATUSES.index(claim.status),
        places.get(source, -1),
        places.get(target, -1),
        int(claim.certainty is Certainty.HEDGED),
        start,
        end,
        marks,
        given(claim.qualifiers),
        [statistic.raw for statistic in claim.statistics],
        claim.rule or "",
        None if claim.confidence is None else round(claim.confidence, 3),
    ]


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", (), [])}


def _study(reading: Reading) -> dict[str, Any]:
    study = reading.study
    known = _present(
        {
            "id": study.id,
            "kind": study.kind or reading.document.kind,
            "design": study.design,
            "n": study.n,
            "unit": study.unit,
            "population": study.population,
            "instruments": list(study.instruments),
            "specimens": list(study.specimens),
        }
    )
    return known | {
        "designClass": design_class(study.design, study.kind or reading.document.kind),
        "populationClass": _population_class(study.population),
        "synthesis": is_synthesis(reading),
    }


def _population_class(population: str | None) -> str:
    return population_kind(population) or (OTHER if population else NOT_REPORTED)


def _document(reading: Reading, text: str | None) -> dict[str, Any]:
    document: Document = reading.document
    known = _present(
        {
            "id": document.id,
            "title": one_line(document.title),
            "by": _authors(document),
            "authors": list(document.authors),
            "year": document.year,
            "journal": document.journal,
            "doi": document.doi,
            "pmid": document.pmid,
            "kind": document.kind,
            "retracted": document.retracted or None,
            "text": text,
        }
    )
    return known | {"study": reading.study.id, "textKind": str(document.text_kind)}


def _authors(document: Document) -> str:
    """Who wrote it, as short as a citation has it; without authors the start of the title."""
    names = [surname(author) for author in document.authors]
    if not names:
        return shorten(one_line(document.title).split(":")[0], 60, placeholder="\u2026")
    return " & ".join(names) if len(names) < 3 else f"{names[0]} et al."
