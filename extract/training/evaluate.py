"""Scores a pipeline on held-out treebanks, on its own tokens and its own sentence boundaries."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import Doc
from spacy.training import Example

from extract.training.corpora import Lexicons, Part, read_docs

MISSING = {"", "_"}


@dataclass(frozen=True, slots=True)
class Scores:
    """Per cent; ``lemma`` is None where the treebank's lemmas were not checked by people.

    ``uas`` and ``las`` leave punctuation out; ``sentence_f`` is the F score of whole sentences.
    """

    words: int
    tag: float
    pos: float
    lemma: float | None
    uas: float
    las: float
    sentence_f: float
    words_per_second: float


def score_part(nlp: Language, folder: Path, part: Part, lexicons: Lexicons) -> Scores:
    """Reads a part of the treebanks and scores the pipeline on it."""
    return score_docs(nlp, list(read_docs(folder, part, nlp, lexicons)), part.lemmas_by_hand)


def score_docs(nlp: Language, gold: Sequence[Doc], lemmas: bool = True) -> Scores:
    """Parses the texts of the gold documents afresh and compares."""
    start = time.perf_counter()
    predicted = list(nlp.pipe([doc.text for doc in gold]))
    seconds = time.perf_counter() - start
    examples = [Example(ours, theirs) for ours, theirs in zip(predicted, gold, strict=True)]
    result = Scorer.score_token_attr(examples, "tag", missing_values=MISSING)
    result |= Scorer.score_token_attr(examples, "pos", missing_values=MISSING)
    result |= Scorer.score_token_attr(examples, "lemma", missing_values=MISSING)
    result |= Scorer.score_deps(examples, "dep", ignore_labels=("punct",), missing_values=MISSING)
    result |= Scorer.score_spans(examples, "sents", getter=lambda doc, _: list(doc.sents))
    words = sum(map(len, gold))
    return Scores(
        words=words,
        tag=_per_cent(result["tag_acc"]),
        pos=_per_cent(result["pos_acc"]),
        lemma=_per_cent(result["lemma_acc"]) if lemmas else None,
        uas=_per_cent(result["dep_uas"]),
        las=_per_cent(result["dep_las"]),
        sentence_f=_per_cent(result["sents_f"]),
        words_per_second=words / seconds if seconds else 0.0,
    )


def _per_cent(share: float | None) -> float:
    return round(100 * (share or 0.0), 2)
