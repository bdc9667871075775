"""The curation graph: who said what of which claim, what was rejected, what replaces what.

A rejected claim stands in no other graph, so that no question counts it; its verdict tells what it
was, and of which document.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kg.curation.model import Judgement, Verdict
from kg.curation.overlay import Overlay
from kg.iris import CURATION, RDF_TYPE, decimal_literal, iri, term

_VERDICT, _ABOUT = term("okg:Verdict"), term("okg:aboutClaim")
_VERDICTS = {
    Verdict.CORRECT: term("okg:readRight"),
    Verdict.WRONG: term("okg:readWrong"),
    Verdict.UNSURE: term("okg:readUnsure"),
}
_SAID, _TAG, _OUTCOME = term("okg:verdict"), term("okg:errorTag"), term("okg:outcome")
_READING, _NOTE = term("okg:judgedReading"), term("rdfs:comment")
_BY, _REVISION = term("prov:wasAttributedTo"), term("prov:wasRevisionOf")
_SOURCE, _DATE, _XSD_DATE = term("prov:hadPrimarySource"), term("dcterms:date"), term("xsd:date")
_SHIFT = term("okg:recalibrationIntercept"), term("okg:recalibrationSlope")

_Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]


def curation_quads(found: Overlay) -> Iterator[Quad]:
    """All verdicts: in force, in conflict, and those whose claim is not read any more."""
    described: list[_Triple] = []
    for decision in found.decisions:
        for judgement in decision.judgements:
            described += _verdict(judgement, decision.claim, decision.outcome.value)
        if decision.replacement:
            new = iri("claim", decision.replacement.id)
            described.append((new, _REVISION, iri("claim", decision.claim)))
    for conflict in found.conflicts:
        for judgement in conflict.judgements:
            described += _verdict(judgement, conflict.claim, "disputed")
    for judgement in found.lost:
        described += _verdict(judgement, judgement.claim, "not read any more")
    if found.calibrated:
        line = (found.calibrated.intercept, found.calibrated.slope)
        for predicate, number in zip(_SHIFT, line, strict=True):
            described.append((CURATION, predicate, decimal_literal(number)))
    for subject, predicate, object_ in described:
        yield Quad(subject, predicate, object_, CURATION)


def _verdict(judgement: Judgement, claim: str, outcome: str) -> Iterator[_Triple]:
    node = iri("verdict", judgement.id)
    yield node, RDF_TYPE, _VERDICT
    yield node, _ABOUT, iri("claim", claim)
    yield node, _SAID, _VERDICTS[judgement.verdict]
    yield node, _OUTCOME, Literal(outcome)
    yield node, _BY, NamedNode(f"https://orcid.org/{judgement.curator}")
    if judgement.document:
        yield node, _SOURCE, iri("doc", judgement.document)
    said = (judgement.subject, judgement.relation, judgement.object, judgement.direction)
    if all(said):
        yield node, _READING, Literal(" ".join((*said, judgement.status)).strip())
    if judgement.tag:
        yield node, _TAG, Literal(judgement.tag.value)
    if judgement.date:
        yield node, _DATE, Literal(judgement.date, datatype=_XSD_DATE)
    if judgement.note:
        yield node, _NOTE, Literal(judgement.note)
