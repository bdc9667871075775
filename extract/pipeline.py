"""Documents in, readings out: the whole extraction as one generator."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, tee
from typing import TYPE_CHECKING

from extract.blanking import CleanText, clean
from extract.sections import Section, find_sections
from extract.statistics import find_statistics
from kg.model import Document, Reading, Statistic

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

#: Texts that the parser takes at once.
_BATCH = 128
#: Of so many the encoder is asked at once: few enough that all it sees stays near the processor.
_TOGETHER = 32


def load_pipeline(model: str | None = None) -> Language:
    """The language pipeline with our step for construct mentions added.

    Raises OxykgError where ``model`` names a pipeline that is not installed.
    """
    import extract.mentions  # noqa: F401  (registers the step)
    from extract.language import load_language

    nlp = load_language(model)
    nlp.add_pipe("oxykg_mentions")
    return nlp


@cache
def _own_pipeline() -> Language:
    """The package's own, kept with the words that it met; it gives the same at each call."""
    return load_pipeline()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document before parsing: the cleaned text, and what was found by its characters."""

    document: Document
    text: CleanText
    sections: tuple[Section, ...]
    statistics: tuple[Statistic, ...]


def prepare(document: Document) -> Prepared:
    """A document's text as the parser gets it, with its sections and statistics."""
    sections = find_sections(document.text, len(document.title))
    statistics = find_statistics(document.text)
    labels = [(section.label_start, section.start) for section in sections if section.label]
    return Prepared(
        document=document,
        text=clean(document.text, statistics, labels),
        sections=sections,
        statistics=statistics,
    )


def mark_structure(doc: Doc, prepared: Prepared) -> None:
    """Put the sections on ``doc.spans["sections"]`` by role, and note the signed statistics."""
    from spacy.tokens import Span

    from extract.clauses import mark_signs

    spans = []
    roles = [(section, section.role) for section in prepared.sections if section.role]
    places = [prepared.text.original(token.idx) for token in doc] if roles else []
    for section, role in roles:
        start, end = bisect_left(places, section.start), bisect_left(places, section.end)
        if start < end:
            spans.append(Span(doc, start, end, label=role))
    doc.spans["sections"] = spans
    mark_signs(doc, ((prepared.text.cleaned(s.start), s) for s in prepared.statistics))


def read_document(nlp: Language, document: Document) -> tuple[CleanText, Doc]:
    """One document parsed, with its mentions and sections marked."""
    prepared = prepare(document)
    doc = nlp(prepared.text.text)
    mark_structure(doc, prepared)
    return prepared.text, doc


def extract_readings(
    documents: Iterable[Document], *, model: str | None = None, n_process: int = 1
) -> Iterator[Reading]:
    """What each document says, in the order of the documents.

    ``n_process`` above 1 parses in that many processes; the readings are the same.
    """
    from threadpoolctl import threadpool_limits

    from extract.claims import look_at, read_claims
    from extract.decisions import decide_all
    from extract.sample import read_study

    nlp = _own_pipeline() if model is None else load_pipeline(model)
    # A study is read beside the statistics, since both rest on the same counts of a text.
    ready, parsed = tee((prepare(document), read_study(document)) for document in documents)
    texts = (prepared.text.text for prepared, _ in parsed)
    # On one core: sentences are so short that others would but wait for each other.
    with threadpool_limits(limits=1, user_api="blas"):
        docs = zip(ready, nlp.pipe(texts, batch_size=_BATCH, n_process=n_process), strict=True)
        while together := list(islice(docs, _TOGETHER)):
            for (prepared, _), doc in together:
                mark_structure(doc, prepared)
            looks = look_at(doc for _, doc in together)
            judged = zip(together, looks, decide_all(looks), strict=True)
            for ((prepared, study), _), encoded, decisions in judged:
                document = prepared.document
                yield Reading(
                    document=document,
                    claims=tuple(
                        read_claims(decisions, prepared.text, document, prepared.statistics)
                    ),
                    study=study,
                    mentions=encoded.topics.constructs,
                )
