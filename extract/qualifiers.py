"""Of whom, in whom and how measured: the qualifiers of a claim, by words near its constructs.

The words are data (``patterns/qualifiers.jsonl``): a field, a value and the words that give it.
"""

from __future__ import annotations

from functools import cache, lru_cache

from extract.candidates import Mention, SentenceView, domain_of
from extract.cues import CUTS
from extract.decision import Decision
from extract.rows import pattern_rows
from extract.signs import NULLS
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
_STOPS = frozenset(",;.:()")
_NOT = frozenset({"not", "nor"})
_DENIALS = _NOT | {"no", "neither", "never", "n't"}
#: Parts of speech that begin a condition: "not in men", "not when they were alone".
_BEFORE_NOUNS = frozenset({"ADP", "SCONJ"})


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


def _phrase(view: SentenceView, place: int) -> str:
    """From a word of the sentence on to the next mark of punctuation, twelve words at most."""
    behind = view.tokens[place + 1 : place + _CONDITION_WORDS]
    length = next((n for n, token in enumerate(behind) if token.text in _STOPS), len(behind))
    start = view.span.start + place
    return str(view.span.doc[start : start + 1 + length].text) if length else ""


def _condition(view: SentenceView) -> str | None:
    """The words of a condition: "only when attachment anxiety was low", "among women"."""
    if _CONDITIONS.isdisjoint(view.words):
        return None
    for place, word in enumerate(view.words):
        denied = place > 0 and view.words[place - 1] in _NOT
        if word in _CONDITIONS and not denied and (phrase := _phrase(view, place)):
            return phrase
    return None


def _other_condition(view: SentenceView) -> str | None:
    """The words of the condition under which nothing was found: "in men" of "but not in men".

    What holds only for some does not hold "except" for them. Failing both, the clause that denies.
    """
    for place, token in enumerate(view.tokens[1:], 1):
        if token.pos_ in _BEFORE_NOUNS and view.words[place - 1] in _NOT:
            return _phrase(view, place) or None
    own = (_condition(view) or "").split()
    if "only" in own:
        return " ".join(["except", *(word for word in own if word != "only")])
    return _clause_with(view, _DENIALS) or _clause_with(view, NULLS)


def _clause_with(view: SentenceView, words: frozenset[str]) -> str | None:
    """The beginning of the first clause that has one of some words."""
    start = 0
    for place, word in enumerate(view.words):
        if word in CUTS or word in _STOPS:
            start = place + 1
        elif word in words:
            return _phrase(view, start) or None
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
        population=_first(view.words, "population"),
        condition=_other_condition(view) if decision.elsewhere else _condition(view),
        specimen=specimen,
        instrument=", ".join(name.upper() for name in instruments) or None,
        variant=_near(view, subject, "variant"),
        rater=_first(view.words, "rater"),
        timepoint=_first(view.words, "timepoint"),
        level=_first(view.words, "level"),
    )


@lru_cache(maxsize=256)
def _first(words: tuple[str, ...], field: str) -> str | None:
    known = _words(field)
    return next((known[word] for word in words if word in known), None)
