"""A claim as one plain English sentence, a document as a short citation, an id as words.

The result is plain text on one line. It may hold words of papers: whoever shows it escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.model import Certainty, Claim, Direction, Document, Qualifiers, Relation, Status, Study

_D, _R = Direction, Relation
#: Relation and direction -> the clause. ``[past|present]``: a finding was so; what is concluded,
#: asked or taken as known is so. ``S``, ``O``: subject and object; ``X``: where the path starts.
_CLAUSES: dict[tuple[Relation, Direction], str] = {
    (_R.ASSOCIATED_WITH, _D.POSITIVE): "greater {S} [went|goes] with greater {O}",
    (_R.ASSOCIATED_WITH, _D.NEGATIVE): "greater {S} [went|goes] with lower {O}",
    (_R.ASSOCIATED_WITH, _D.NULL): "{S} [was|is] not associated with {O}",
    (_R.ASSOCIATED_WITH, _D.MIXED): "{S} [was|is] associated with {O} in differing directions",
    (_R.ASSOCIATED_WITH, _D.UNSPECIFIED): "{S} [was|is] associated with {O}",
    (_R.PREDICTS, _D.POSITIVE): "greater {S} [predicted|predicts] greater {O}",
    (_R.PREDICTS, _D.NEGATIVE): "greater {S} [predicted|predicts] lower {O}",
    (_R.PREDICTS, _D.NULL): "{S} [did|does] not predict {O}",
    (_R.PREDICTS, _D.MIXED): "{S} [predicted|predicts] {O} in differing directions",
    (_R.PREDICTS, _D.UNSPECIFIED): "{S} [predicted|predicts] {O}",
    (_R.AFFECTS, _D.POSITIVE): "{S} [raised|raises] {O}",
    (_R.AFFECTS, _D.NEGATIVE): "{S} [lowered|lowers] {O}",
    (_R.AFFECTS, _D.NULL): "{S} [did|does] not affect {O}",
    (_R.AFFECTS, _D.MIXED): "{S} [affected|affects] {O} in differing directions",
    (_R.AFFECTS, _D.UNSPECIFIED): "{S} [affected|affects] {O}",
    (_R.MEDIATES, _D.POSITIVE): "{S} [mediated|mediates] the link from {X} to {O}",
    (_R.MEDIATES, _D.NEGATIVE): (
        "{S} [mediated|mediates] the link from {X} to {O}, with a negative indirect effect"
    ),
    (_R.MEDIATES, _D.NULL): "{S} [did|does] not mediate the link from {X} to {O}",
    (
        _R.MEDIATES,
        _D.MIXED,
    ): "{S} [mediated|mediates] the link from {X} to {O} only in part of the data",
    (_R.MEDIATES, _D.UNSPECIFIED): "{S} [mediated|mediates] the link from {X} to {O}",
    (_R.MODERATES, _D.POSITIVE): "greater {S} [made|makes] the effect of {X} on {O} more positive",
    (_R.MODERATES, _D.NEGATIVE): "greater {S} [made|makes] the effect of {X} on {O} more negative",
    (_R.MODERATES, _D.NULL): "{S} [did|does] not moderate the effect of {X} on {O}",
    (
        _R.MODERATES,
        _D.MIXED,
    ): "{S} [moderated|moderates] the effect of {X} on {O} in differing ways",
    (_R.MODERATES, _D.UNSPECIFIED): "{S} [moderated|moderates] the effect of {X} on {O}",
    (_R.GROUP_DIFFERENCE, _D.POSITIVE): "{S} [was|is] higher in the group {O}",
    (_R.GROUP_DIFFERENCE, _D.NEGATIVE): "{S} [was|is] lower in the group {O}",
    (_R.GROUP_DIFFERENCE, _D.NULL): "{S} [did|does] not differ between the group {O} and others",
    (
        _R.GROUP_DIFFERENCE,
        _D.MIXED,
    ): "{S} [differed|differs] in the group {O} in differing directions",
    (
        _R.GROUP_DIFFERENCE,
        _D.UNSPECIFIED,
    ): "{S} [differed|differs] between the group {O} and others",
}
#: Who stands behind the clause.
_FRAMES = {
    Status.FINDING: "{clause}",
    Status.CONCLUSION: "the authors conclude that {clause}",
    Status.HYPOTHESIS: "the question is raised whether {clause}",
    Status.BACKGROUND: "it is said to be known that {clause}",
    Status.OPEN_QUESTION: "it is said to be unknown whether {clause}",
}
#: What rises or falls, where the construct's own label does not say it.
_VARIABLES = {"OXTRGenotype": "number of OXTR G alleles", "OxytocinSystem": "oxytocin"}
_ROLES = {"dyad": "dyadic", "self": "own"}
#: Qualifiers named in the brackets, in this order, with the words before them.
_ASIDES = {
    "specimen": "",
    "population": "",
    "variant": "",
    "instrument": "measured by ",
    "rater": "rated by ",
    "timepoint": "",
    "level": "",
    "condition": "condition: ",
}
_WORDS = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z]|$|[^A-Za-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_TENSES = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
_INITIALS = re.compile(r"[A-Z](\.?[- ]?[A-Z])*\.?")


def one_line(text: str) -> str:
    """The text with every run of white space as one space, and no control characters."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def label_of(construct: str, labels: Mapping[str, str] | None = None) -> str:
    """The construct's label; without one its id in words (``OxytocinLevel``: "oxytocin level")."""
    if labels and construct in labels:
        return labels[construct]
    words = _WORDS.findall(construct)
    return " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in words) or construct


def surname(author: str) -> str:
    """The family name of "Zilcha-Mano S", "Zilcha-Mano, Sigal" or "Sigal Zilcha-Mano"."""
    name = one_line(author)
    if "," in name:
        return name.split(",", 1)[0]
    words = name.split()
    while len(words) > 1 and _INITIALS.fullmatch(words[-1]) and len(words[-1]) <= 5:
        words.pop()
        if not words[-1].endswith(".") and not _INITIALS.fullmatch(words[-1]):
            return " ".join(words)
    return words[-1] if words else ""


def citation(document: Document) -> str:
    """First author and year, "Zilcha-Mano 2021"; without authors the document's key."""
    first = surname(document.authors[0]) if document.authors else ""
    if not first:
        return one_line(document.key)
    return first if document.year is None else f"{first} {document.year}"


def sample(study: Study) -> str:
    """The sample in words, "37 dyads"; empty where no number is known."""
    if study.n is None:
        return ""
    unit = study.unit or "in the sample"
    if study.n == 1:
        unit = unit.replace("ies", "y").removesuffix("s")
    return f"{study.n} {unit}"


def _variable(construct: str, role: str | None, labels: Mapping[str, str] | None) -> str:
    label = _VARIABLES.get(construct) or label_of(construct, labels)
    if not role or role.lower() in label.lower():
        return label
    return f"{_ROLES.get(role, f'{role}s’')} {label}"


def claim_clause(
    claim: Claim, labels: Mapping[str, str] | None = None, *, past: bool = False
) -> str:
    """What is claimed, without who says so: "greater oxytocin synchrony predicts lower ..."."""
    template = _CLAUSES[claim.relation, claim.direction]
    clause = _TENSES.sub(r"\1" if past else r"\2", template)
    return one_line(
        clause.format(
            S=_variable(claim.subject, claim.qualifiers.subject_role, labels),
            O=_variable(claim.object, claim.qualifiers.object_role, labels),
            X=label_of(claim.path[0], labels) if claim.path else "an unnamed construct",
        )
    )


def _asides(qualifiers: Qualifiers) -> list[str]:
    return [
        f"{before}{getattr(qualifiers, name)}"
        for name, before in _ASIDES.items()
        if getattr(qualifiers, name)
    ]


def claim_sentence(
    claim: Claim, document: Document, study: Study, labels: Mapping[str, str] | None = None
) -> str:
    """The claim as one sentence with its source, specimen, sample and conditions in brackets.

    "Greater dyadic oxytocin synchrony predicted lower depressive symptoms (Zilcha-Mano 2021,
    saliva, 37 dyads)."
    """
    clause = claim_clause(claim, labels, past=claim.status is Status.FINDING)
    sentence = _FRAMES[claim.status].format(clause=clause)
    asides = [citation(document), *_asides(claim.qualifiers), sample(study)]
    if claim.certainty is Certainty.HEDGED:
        asides.append("said tentatively")
    brackets = ", ".join(one_line(aside) for aside in asides if aside)
    return f"{sentence[:1].upper()}{sentence[1:]} ({brackets})."
