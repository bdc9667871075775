"""A parsed document to its claims, with their sentences, statistics and qualifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from spacy.tokens import Doc

from extract.attachment import attach
from extract.blanking import CleanText
from extract.candidates import find_topics, view_sentences
from extract.decision import Decision
from extract.encoded import Encoded, encode_all
from extract.encoder import own_encoder
from extract.qualifiers import find_qualifiers, is_hedged
from extract.settings import own_settings
from kg.model import Certainty, Claim, Document, Evidence, Statistic

_TWELVE_WORDS = re.compile(r"\S+(?:\s+\S+){0,11}")
#: A cue of fewer tokens than this is prolonged to the right.
_SHORTEST_CUE = 6


def _sentence(decision: Decision, text: CleanText, document: Document) -> tuple[int, int]:
    """The sentence of a decision, in characters of the document's text, without outer space."""
    span = decision.candidate.view.span
    start, end = text.original(span.start_char), text.original_end(span.end_char)
    raw = document.text[start:end]
    return start + len(raw) - len(raw.lstrip()), end - len(raw) + len(raw.rstrip())


def _words(decision: Decision, text: CleanText) -> tuple[int, int]:
    """From the first of the mentions that the sentence names to the last, in characters."""
    span = decision.candidate.view.span
    named = [mention for mention in decision.mentions if not mention.carried]
    first = min((mention.start for mention in named), default=span.start)
    last = max((mention.end for mention in named), default=span.end)
    tokens = span.doc[first : max(last, min(span.end, first + _SHORTEST_CUE))]
    return text.original(tokens.start_char), text.original_end(tokens.end_char)


def _cue(document: Document, words: tuple[int, int]) -> str:
    found = _TWELVE_WORDS.match(document.text[words[0] : words[1]])
    return found.group() if found else ""


def _claim(
    decision: Decision,
    document: Document,
    sentence: tuple[int, int],
    words: tuple[int, int],
    statistics: tuple[Statistic, ...],
) -> Claim:
    start, end = sentence
    view = decision.candidate.view
    confidence = own_settings().confidence(decision.claimed, decision.direction_probability)
    return Claim(
        document=document.id,
        subject=decision.subject,
        relation=decision.relation,
        object=decision.object,
        direction=decision.direction,
        status=decision.status,
        path=decision.path,
        certainty=Certainty.HEDGED if is_hedged(view) else Certainty.PLAIN,
        qualifiers=find_qualifiers(decision),
        statistics=statistics,
        evidence=Evidence(
            start=start, end=end, sentence=document.text[start:end], cue=_cue(document, words)
        ),
        rule="path" if decision.path else "pair",
        confidence=round(confidence, 3),
    )


def look_at(docs: Iterable[Doc]) -> list[Encoded]:
    """What the encoder says of some parsed documents, asked together, which takes less time."""
    topics = [(doc, find_topics(doc)) for doc in docs]
    return encode_all([(tuple(view_sentences(*own)), own[1]) for own in topics], own_encoder())


def read_claims(
    decisions: Iterable[Decision],
    text: CleanText,
    document: Document,
    statistics: Sequence[Statistic] = (),
) -> list[Claim]:
    """The claims of one document in text order, each once.

    ``decisions`` are those of the document, ``statistics`` those of its text; each goes to the
    claim whose words it follows.
    """
    found: dict[str, Claim] = {}
    for _, group in groupby(decisions, key=lambda decision: decision.candidate.view.index):
        together = list(group)
        sentence = _sentence(together[0], text, document)
        places = [_words(decision, text) for decision in together]
        numbers = attach(statistics, sentence, places)
        for decision, words, own in zip(together, places, numbers, strict=True):
            claim = _claim(decision, document, sentence, words, own)
            found.setdefault(claim.id, claim)
    return sorted(found.values(), key=lambda claim: (claim.evidence.start, claim.id))
