"""From readings to what the page holds: constructs, documents, studies, claims and gaps.

The page recomputes links from the claims that pass its filters, so no link is stored. Values that
repeat are indices into lists, a claim is a row of `CLAIM_FIELDS`; everything is sorted, so that the
same readings in any order give the same data.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from textwrap import shorten
from typing import Any

from kg.designs import NOT_REPORTED, OTHER, design_class
from kg.gaps import Gap
from kg.links import PATH_RELATIONS, is_synthesis
from kg.memory import Memory
from kg.model import (
    Certainty,
    Claim,
    Direction,
    Document,
    Qualifiers,
    Reading,
    Relation,
    Status,
    given,
)
from kg.ontology import Construct, domains
from kg.populations import population_kind
from kg.views.encoding import domain_looks, encoding
from kg.views.quotations import NOTHING, UNQUOTED, Quotation, in_text_order, quotations_of
from kg.wording import label_of, one_line, surname

_log = logging.getLogger(__name__)

#: What the columns of a claim's row mean. ``document``, ``subject``, ``object``, ``source``,
#: ``target``, ``qualifiers`` and the three vocabularies are indices; -1 means none.
CLAIM_FIELDS = (
    "id",
    "document",
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
#: Sentences beyond this many are left out, oldest documents first; the facts stay.
MOST_SENTENCES = 20_000
#: Gap candidates between pairs beyond this many are left out, lowest score first.
MOST_GAPS = 300
#: The domain of constructs that the ontology does not know.
UNKNOWN_DOMAIN = "Other"

_RELATIONS, _DIRECTIONS, _STATUSES = tuple(Relation), tuple(Direction), tuple(Status)


def pair_key(a: str, b: str) -> tuple[str, str]:
    """The two constructs of a link in the order in which the page names them."""
    return (a, b) if a <= b else (b, a)


def claim_pair(claim: Claim) -> tuple[str, str] | None:
    """The pair of constructs that a claim speaks to; none if it is about a path or about itself."""
    if claim.relation in PATH_RELATIONS or claim.subject == claim.object:
        return None
    return pair_key(claim.subject, claim.object)


def studies_by_pair(readings: Iterable[Reading]) -> dict[tuple[str, str], int]:
    """How many studies say anything about each pair of constructs."""
    studies: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reading in readings:
        for claim in reading.claims:
            pair = claim_pair(claim)
            if pair is not None:
                studies[pair].add(reading.study.id)
    return {pair: len(ids) for pair, ids in sorted(studies.items())}


def used_constructs(readings: Iterable[Reading], gaps: Iterable[Gap]) -> set[str]:
    """Ids of all constructs that a claim or a gap names."""
    used = {name for gap in gaps for name in gap.constructs}
    for reading in readings:
        for claim in reading.claims:
            used |= {claim.subject, claim.object, *(claim.path or ())}
    return used


def listed(known: Iterable[Construct], used: Iterable[str]) -> list[Construct]:
    """The ontology's constructs and those that are used without being in it, by id."""
    constructs = {construct.id: construct for construct in known}
    for name in used:
        if name not in constructs:
            constructs[name] = Construct(
                id=name, label=label_of(name), definition="", domain=UNKNOWN_DOMAIN, valence=0
            )
    return [constructs[name] for name in sorted(constructs)]


def in_order(readings: Iterable[Reading]) -> list[Reading]:
    """Readings by document, so that the order in which they came does not matter."""
    return sorted(readings, key=lambda reading: (reading.document.id, reading.document.key))


class _Index:
    """Numbers for values, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.values: list[Any] = []

    def __call__(self, value: Any) -> int:
        key = repr(value)
        if key not in self._numbers:
            self._numbers[key] = len(self.values)
            self.values.append(value)
        return self._numbers[key]


class _Page:
    """Collects the lists of the page while going through the readings once."""

    def __init__(self, constructs: Sequence[Construct]) -> None:
        self.number = {construct.id: place for place, construct in enumerate(constructs)}
        self.documents: list[dict[str, Any]] = []
        self.studies: dict[str, dict[str, Any]] = {}
        self.claims: list[list[Any]] = []
        self.qualifiers = _Index()
        self._seen: dict[Qualifiers, int] = {}

    def add(self, reading: Reading, quotation: Quotation) -> None:
        place = len(self.documents)
        study = self.studies.setdefault(reading.study.id, _study(reading, len(self.studies)))
        study["documents"].append(place)
        self.documents.append(_document(reading, quotation.text, study["place"]))
        seen: set[str] = set()
        for claim in in_text_order(reading.claims):
            if claim.id not in seen:
                seen.add(claim.id)
                self.claims.append(self._row(claim, place, quotation))

    def _row(self, claim: Claim, document: int, quotation: Quotation) -> list[Any]:
        source, target = claim.path or (None, None)
        start, end, marks = quotation.places.get(claim.id, UNQUOTED)
        row: list[Any] = [
            claim.id,
            document,
            self.number[claim.subject],
            _RELATIONS.index(claim.relation),
            self.number[claim.object],
            _DIRECTIONS.index(claim.direction),
            _STATUSES.index(claim.status),
            self.number.get(source or "", -1),
            self.number.get(target or "", -1),
            int(claim.certainty is Certainty.HEDGED),
            start,
            end,
            marks,
            self._qualifiers(claim.qualifiers),
            [statistic.raw for statistic in claim.statistics],
            claim.rule or "",
            None if claim.confidence is None else round(claim.confidence, 3),
        ]
        return row

    def _qualifiers(self, said: Qualifiers) -> int:
        if said not in self._seen:
            self._seen[said] = self.qualifiers(given(said))
        return self._seen[said]


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", (), [])}


def _study(reading: Reading, place: int) -> dict[str, Any]:
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
        "documents": [],
        "place": place,
    }


def _population_class(population: str | None) -> str:
    return population_kind(population) or (OTHER if population else NOT_REPORTED)


def _document(reading: Reading, text: str | None, study: int) -> dict[str, Any]:
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
    return known | {"study": study, "textKind": str(document.text_kind)}


def _authors(document: Document) -> str:
    """Who wrote it, as short as a citation has it; without authors the start of the title."""
    names = [surname(author) for author in document.authors]
    if not names:
        return shorten(one_line(document.title).split(":")[0], 60, placeholder="\u2026")
    return " & ".join(names) if len(names) < 3 else f"{names[0]} et al."


def _quoted(readings: Sequence[Reading], *, quotes: bool) -> set[str]:
    """Documents whose sentences go into the page: all, or the newest up to `MOST_SENTENCES`."""
    left = MOST_SENTENCES if quotes else 0
    quoted = set()
    for reading in sorted(readings, key=lambda r: (-(r.document.year or 0), r.document.id)):
        left -= len(reading.claims)
        if left < 0:
            break
        quoted.add(reading.document.id)
    return quoted


def _domains(constructs: Sequence[Construct]) -> list[str]:
    own = {construct.domain for construct in constructs}
    return [*(name for name in domains() if name in own), *sorted(own - set(domains()))]


def _construct(construct: Construct, order: Sequence[str]) -> dict[str, Any]:
    names = [*construct.alt_labels, *construct.inverse_labels, *construct.abbreviations]
    return {
        "id": construct.id,
        "label": construct.label or construct.id,
        "names": sorted(set(names) - {construct.label}),
        "domain": order.index(construct.domain),
        "broader": sorted(construct.broader),
        "definition": construct.definition,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    """A pair in the order of its link; a path from its source ``a`` to its target ``b``."""
    a, b = pair_key(gap.a, gap.b) if gap.through is None else (gap.a, gap.b)
    path = {} if gap.through is None else {"through": gap.through}
    return path | {
        "a": a,
        "b": b,
        "kind": str(gap.kind),
        "score": round(float(gap.score), 3),
        "wording": gap.wording,
        "bridges": list(gap.bridges),
    }


def best_gaps(gaps: Iterable[Gap]) -> list[Gap]:
    """The gaps that go into the page, best first: the best pairs and all untested paths."""
    ranked = sorted(gaps, key=_rank)
    pairs = [gap for gap in ranked if gap.through is None][:MOST_GAPS]
    return sorted((*pairs, *(gap for gap in ranked if gap.through is not None)), key=_rank)


def _rank(gap: Gap) -> tuple[Any, ...]:
    return -gap.score, gap.kind, gap.a, gap.b, gap.through or ""


def page_data(
    readings: Sequence[Reading],
    gaps: Sequence[Gap],
    constructs: Sequence[Construct],
    *,
    quotes: bool = True,
    memory: Memory | None = None,
) -> dict[str, Any]:
    """All that the page shows, as JSON values; ``readings`` in order, ``constructs`` all listed.

    Without ``quotes`` no sentence, cue or digest is in it: only facts and identifiers. ``memory``
    spares marking sentences again.
    """
    page = _Page(constructs)
    quoted = _quoted(readings, quotes=quotes)
    shown = [reading for reading in readings if reading.document.id in quoted]
    quotations = iter(quotations_of(shown, constructs, memory))
    for reading in readings:
        page.add(reading, next(quotations) if reading.document.id in quoted else NOTHING)
    unquoted = len(readings) - len(quoted) if quotes else 0
    if unquoted:
        _log.warning("The sentences of %d of %d documents are left out.", unquoted, len(readings))
    names = _domains(constructs)
    return {
        "quotes": quotes,
        "unquoted": unquoted,
        "encoding": encoding(),
        "domains": domain_looks(names),
        "vocabularies": {
            "relation": [str(value) for value in _RELATIONS],
            "direction": [str(value) for value in _DIRECTIONS],
            "status": [str(value) for value in _STATUSES],
        },
        "constructs": [_construct(construct, names) for construct in constructs],
        "documents": page.documents,
        "studies": list(page.studies.values()),
        "claimFields": list(CLAIM_FIELDS),
        "claims": page.claims,
        "qualifiers": page.qualifiers.values,
        "gaps": [_gap(gap) for gap in best_gaps(gaps)],
    }
