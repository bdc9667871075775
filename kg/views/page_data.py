"""From readings to what the page holds: constructs, documents with their claims, studies and gaps.

The page recomputes links from the claims that pass its filters, so no link is stored. Constructs
are indices into their list, a claim is a row of `CLAIM_FIELDS`; everything is sorted, so that the
same readings in any order give the same data.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from kg.gaps import Gap
from kg.links import PATH_RELATIONS
from kg.memory import Memory
from kg.model import Claim, Reading
from kg.ontology import Construct, domains
from kg.views.encoding import domain_looks, encoding
from kg.views.page import encoded_list
from kg.views.page_documents import (
    CLAIM_FIELDS,
    DIRECTIONS,
    RELATIONS,
    STATUSES,
    page_documents,
)
from kg.wording import label_of

_log = logging.getLogger(__name__)

#: Sentences beyond this many are left out, oldest documents first; the facts stay.
MOST_SENTENCES = 20_000
#: Gap candidates between pairs beyond this many are left out, lowest score first.
MOST_GAPS = 300
#: The domain of constructs that the ontology does not know.
UNKNOWN_DOMAIN = "Other"


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
    spares what is made of each document.
    """
    quoted = _quoted(readings, quotes=quotes)
    documents = page_documents(readings, constructs, quoted, memory)
    studies: dict[str, str] = {}
    for one in documents:
        studies.setdefault(one.study, one.about)
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
            "relation": [str(value) for value in RELATIONS],
            "direction": [str(value) for value in DIRECTIONS],
            "status": [str(value) for value in STATUSES],
        },
        "constructs": [_construct(construct, names) for construct in constructs],
        "documents": encoded_list(one.document for one in documents),
        "studies": encoded_list(studies.values()),
        "claimFields": list(CLAIM_FIELDS),
        "gaps": [_gap(gap) for gap in best_gaps(gaps)],
    }
