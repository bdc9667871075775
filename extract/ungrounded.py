"""What texts relate to something, but no construct of ours names: a work list for the ontology.

Noun phrases that stand where a construct would, as subject, object or complement of a word that
claims a relation ("X predicted Y"), and that hold no mention. By frequency they say which synonym
or construct is missing most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Span

from extract.candidates import title_end
from extract.frames import predicate_class
from extract.pipeline import prepare
from extract.rows import pattern_rows
from kg.model import Document

_PLACES = frozenset({"nsubj", "nsubj:pass", "obj", "obl", "obl:agent", "nmod", "conj", "appos"})
_LEFT_OUT = frozenset({"DET", "PRON", "NUM", "PUNCT", "SYM"})


@cache
def _about_the_study() -> frozenset[str]:
    """Heads of phrases about the study itself, not about what is studied."""
    return frozenset(word for row in pattern_rows("worklist") for word in row["words"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ungrounded:
    """A phrase with the number of documents and of sentences, and the key of one document."""

    phrase: str
    documents: int
    sentences: int
    example: str


def ungrounded_phrases(doc: Doc) -> Iterator[str]:
    """The phrases of a read document that no mention covers, in lower case, in text order."""
    covered = {token.i for span in doc.spans["constructs"] for token in span}
    start = title_end(doc)
    for chunk in doc.noun_chunks:
        inside = range(max(start, chunk.start), chunk.end)
        if chunk.root.i < start or not covered.isdisjoint(inside):
            continue
        if chunk.root.dep_ in _PLACES and _in_a_claim(chunk):
            words = [doc[i].lower_ for i in inside if doc[i].pos_ not in _LEFT_OUT]
            if (
                words
                and words[-1] not in _about_the_study()
                and words[-1].isalpha()
                and len(words[-1]) > 2
            ):
                yield " ".join(words[-4:])


def _in_a_claim(chunk: Span) -> bool:
    token = chunk.root
    for _ in range(4):
        if token.head.i == token.i:
            return False
        token = token.head
        if predicate_class(token.lower_) in ("association", "prediction", "effect", "mediation"):
            return True
    return False


def work_list(nlp: Language, documents: Iterable[Document]) -> list[Ungrounded]:
    """The phrases of all documents, those of most documents first."""
    sentences: Counter[str] = Counter()
    where: dict[str, list[str]] = defaultdict(list)
    ready = ((prepare(document).text.text, document.key) for document in documents)
    for doc, key in nlp.pipe(ready, as_tuples=True, batch_size=32):
        found = Counter(ungrounded_phrases(doc))
        sentences.update(found)
        for phrase in found:
            where[phrase].append(key)
    ranked = sorted(where, key=lambda phrase: (-len(where[phrase]), -sentences[phrase], phrase))
    return [
        Ungrounded(
            phrase=phrase,
            documents=len(where[phrase]),
            sentences=sentences[phrase],
            example=where[phrase][0],
        )
        for phrase in ranked
    ]
