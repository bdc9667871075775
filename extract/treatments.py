"""Whether "treatment" means psychotherapy: it does not where a drug or a device was given.

So it is in "escitalopram treatment" and "treatment with lithium", and throughout a text that tells
of a drug and of no therapist. Drugs are known by name, or by the stem that their names end in (WHO
2018, The use of stems in the selection of International Nonproprietary Names). What is data stands
in ``extract/patterns/treatments.jsonl``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from spacy.tokens import Doc, Span, Token

from extract.candidates import domain_of, title_end
from extract.meant import TREATMENTS
from extract.rows import pattern_rows

#: A text tells of a drug if its title names one, or so many of its words do.
_OFTEN = 3
#: Parts of speech of what stands before a noun, and the words behind it that tell what was given.
_BEFORE = frozenset({"ADJ", "NOUN", "PROPN", "X"})
_WITH = frozenset({"with", "by", "using"})
#: Names are no shorter than this; what ends alike is another word.
_SHORTEST = 6
#: Words to the left and to the right in which a drug is looked for.
_NEAR = 5
#: With these it is psychotherapy after all: "non-pharmacological", "MDMA-assisted".
_OTHERWISE = ("non", "assisted")


@cache
def _words(kind: str) -> frozenset[str]:
    rows = (row for row in pattern_rows("treatments") if row["kind"] == kind)
    return frozenset(word for row in rows for word in row.get("words", ()))


@cache
def _stems() -> tuple[str, ...]:
    return tuple(stem for row in pattern_rows("treatments") for stem in row.get("stems", ()))


@cache
def _of_therapy() -> tuple[frozenset[str], frozenset[str]]:
    """The domains, and the further constructs, that are spoken of where there are therapists."""
    row = next(row for row in pattern_rows("treatments") if row["kind"] == "therapy")
    return frozenset(row["domains"]), frozenset(row["constructs"])


def is_drug(word: str) -> bool:
    """Whether a lower-case word names a drug, a class of drugs, or a device."""
    return word in _words("drug") or (len(word) >= _SHORTEST and word.endswith(_stems()))


def without_drugs(doc: Doc, spans: Sequence[Span]) -> list[Span]:
    """The mentions without general words for a treatment that is no psychotherapy."""
    general = [is_general(span) for span in spans]
    if not any(general):
        return list(spans)
    others = (span for span, own in zip(spans, general, strict=True) if not own)
    throughout = not any(map(_is_therapy, others)) and _tells_of_drug(doc)
    return [
        span
        for span, own in zip(spans, general, strict=True)
        if not own or not (throughout or _is_given(span))
    ]


def is_general(span: Span) -> bool:
    """Whether a mention of a treatment does not say which."""
    return span.label_ in TREATMENTS and _words("general").issuperset(span.text.lower().split())


def _is_therapy(span: Span) -> bool:
    domains, constructs = _of_therapy()
    return span.label_ in constructs or domain_of(span.label_) in domains


def _tells_of_drug(doc: Doc) -> bool:
    named = [token.i for token in doc if is_drug(token.lower_)]
    return len(named) >= _OFTEN or bool(named and named[0] < title_end(doc))


def _is_given(span: Span) -> bool:
    """Whether a drug stands before the noun ("antidepressant treatment"), or behind "with"."""
    doc, sent = span.doc, span.sent
    left = reversed(doc[max(sent.start, span.start - _NEAR) : span.start])
    near = [*takewhile(_stands_before, left)]
    right = doc[span.end : min(sent.end, span.end + _NEAR)]
    if right and right[0].lower_ in _WITH:
        near += right
    otherwise = any(part in token.lower_ for token in near for part in _OTHERWISE)
    return any(map(_names_drug, near)) and not otherwise


def _stands_before(token: Token) -> bool:
    return token.pos_ in _BEFORE or token.lower_ in ("-", "non")


def _names_drug(token: Token) -> bool:
    return is_drug(token.lower_) or token.lower_ in _words("class")
