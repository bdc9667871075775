"""Documents in, readings out: the whole extraction as one generator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import tee
from typing import TYPE_CHECKING

from extract.blanking import CleanText, clean
from extract.sections import find_sections
from extract.statistics import find_statistics
from kg.model import Document, Reading

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: Texts that the parser takes at once.
_BATCH = 32


def load_pipeline(model: str | None = None) -> Language:
    """The language pipeline with our step for construct mentions added.

    Raises OxykgError where ``model`` names a pipeline that is not installed.
    """
    import extract.mentions  # noqa: F401  (registers the step)
    from extract.language import load_language

    nlp = load_language(model)
    nlp.add_pipe("oxykg_mentions")
    return nlp


def clean_document(document: Document) -> CleanText:
    """A document's text as the parser gets it."""
    text = document.text
    labels = [
        (section.label_start, section.start)
        for section in find_sections(text, len(document.title))
        if section.label
    ]
    return clean(text, find_statistics(text), labels)


def mark_sections(doc: Doc, text: CleanText, document: Document) -> None:
    """Put the sections of a structured abstract on ``doc.spans["sections"]``, labelled by role."""
    from spacy.tokens import Span

    spans = []
    starts = [text.original(token.idx) for token in doc]
    for section in find_sections(document.text, len(document.title)):
        inside = [i for i, start in enumerate(starts) if section.start <= start < section.end]
        if section.role and inside:
            spans.append(Span(doc, inside[0], inside[-1] + 1, label=section.role))
    doc.spans["sections"] = spans


def read_document(nlp: Language, document: Document) -> tuple[CleanText, Doc]:
    """One document parsed, with its mentions and sections marked."""
    text = clean_document(document)
    doc = nlp(text.text)
    mark_sections(doc, text, document)
    return text, doc


def extract_readings(
    documents: Iterable[Document], *, model: str | None = None, n_process: int = 1
) -> Iterator[Reading]:
    """What each document says, in the order of the documents.

    ``n_process`` above 1 parses in that many processes; the readings are the same.
    """
    from extract.claims import read_claims
    from extract.study import read_study

    nlp = load_pipeline(model)
    kept, parsed = tee(documents)
    texts = ((text.text, text) for text in map(clean_document, parsed))
    docs = nlp.pipe(texts, as_tuples=True, batch_size=_BATCH, n_process=n_process)
    for document, (doc, text) in zip(kept, docs, strict=True):
        mark_sections(doc, text, document)
        yield Reading(
            document=document,
            claims=tuple(read_claims(doc, text, document)),
            study=read_study(document),
        )
