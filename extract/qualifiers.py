"""Of whom, in whom and how measured: the qualifiers of a claim, by words near its constructs.

The words are data (``patterns/qualifiers.jsonl``): a field, a value and the words that give it.
"""

from __future__ import annotations

from functools import cache

from spacy.tokens import Span

from extract.candidates import Mention, SentenceView, domain_of
from extract.decision import Decision
from extract.rows import pattern_rows
from kg.model import Qualifiers

_HEDGES = frozenset(
    {
        "may", "might", "could", "appear", "appears", "appeared", "seem", "seems", "seemed",
        "possibly", "perhaps", "probably", "likely", "tentatively", "presumably", "potentially",
        "suggest", "suggests",
    }
)  # fmt: skip
_CONDITIONS = frozenset(["when", "only", "among", "especially", "if", "particularly"])
_CONDITION_WORDS = 12


@cache
def _words(field: str) -> dict[str, str]:
    rows = [row for row in pattern_rows("qualifiers") if row["field"] == field]
    return {word: row["value"] for row in rows for word in row["words"]}


def is_hedged(view: SentenceView) -> bool:
    """Whether the sentence says so with a reserve."""
    return not _HEDGES.isdisjoint(view.words)


def _near(view: SentenceView, mention: Mention, field: str) -> str | None:
    """The value of a field by the words up to six before and three after a mention."""
    if mention.carried:
        return None
    known = _words(field)
    nearest = sorted(
        (abs(token.i - mention.start), known[token.lower_])
        for token in view.between(mention.start - 6, mention.end + 3)
        if token.lower_ in known
    )
    return nearest[0][1] if nearest else None


def _condition(span: Span) -> str | None:
    """The words of a condition: "only when attachment anxiety was low", "among women"."""
    doc = span.doc
    for token in span:
        if token.lower_ in _CONDITIONS and token.i + 1 < span.end:
            end = token.i + 1
            limit = min(span.end, token.i + _CONDITION_WORDS)
            while end < limit and doc[end].text not in (",", ";", ".", ":"):
                end += 1
            if end - token.i >= 2:
                return str(doc[token.i : end].text)
    return None


def find_qualifiers(decision: Decision) -> Qualifiers:
    """The qualifiers of a claim, ``None`` where its sentence says nothing."""
    view = decision.candidate.view
    subject, object_ = decision.mentions[0], decision.mentions[-1]
    oxytocin = next(
        (m for m in (subject, object_) if domain_of(m.construct).startswith("Oxytocin")), None
    )
    specimen = None
    if oxytocin is not None:
        given = oxytocin.construct == "OxytocinAdministration"
        specimen = "intranasal" if given else _near(view, oxytocin, "specimen")
    instruments = sorted({m.words for m in (subject, object_) if m.source == "instrument"})
    return Qualifiers(
        subject_role=_near(view, subject, "role"),
        object_role=_near(view, object_, "role"),
        population=_first(view, "population"),
        condition=_condition(view.span),
        specimen=specimen,
        instrument=", ".join(name.upper() for name in instruments) or None,
        variant=_near(view, subject, "variant"),
        rater=_first(view, "rater"),
        timepoint=_first(view, "timepoint"),
        level=_first(view, "level"),
    )


def _first(view: SentenceView, field: str) -> str | None:
    known = _words(field)
    return next((known[word] for word in view.words if word in known), None)
