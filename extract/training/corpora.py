"""Which treebank files serve for what, and their conversion to spaCy's binary training format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from extract.training.conllu import Sentence, passages, read_sentences
from extract.training.lemmas import LemmaTable, harmonise, lemma_table
from extract.training.retokenise import TagTable, tag_table, to_doc
from kg.errors import OxykgError

ATTRIBUTES = ["ORTH", "SPACY", "TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "SENT_START"]
#: The parser's training time grows with the square of a document's length: keep them short.
TRAIN_SENTENCES = 3
TEST_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Part:
    """A treebank file (its name without ``.conllu.gz``) and how much of it to use.

    ``every`` keeps one passage in so many; ``sentences`` is the most that make one document;
    ``lemmas_by_hand`` says whether its lemmas were checked by people.
    """

    name: str
    every: int = 1
    sentences: int = TRAIN_SENTENCES
    lemmas_by_hand: bool = True


TRAIN = (
    Part("ewt-train"),
    Part("gum-train"),
    Part("pud", sentences=1),
    Part("genia-train", lemmas_by_hand=False),
    Part("genia-future_use", lemmas_by_hand=False),
    Part("craft-train", every=2, lemmas_by_hand=False),
)
#: A small sample, since the parser is scored on it many times during training.
DEV = (
    Part("ewt-dev", every=8),
    Part("gum-dev", every=6),
    Part("genia-dev", every=6, lemmas_by_hand=False),
    Part("craft-dev", every=16, lemmas_by_hand=False),
)
TEST = (
    Part("ewt-test", sentences=TEST_SENTENCES),
    Part("gum-test", sentences=TEST_SENTENCES),
    Part("genia-test", sentences=TEST_SENTENCES, lemmas_by_hand=False),
    Part("craft-test", every=4, sentences=TEST_SENTENCES, lemmas_by_hand=False),
)
#: The tag lexicon for parts of split words comes from the hand-annotated general treebanks,
TAG_SOURCES = ("ewt-train", "gum-train")
#: the lemmas of inflected words that have none from all that have some.
LEMMA_SOURCES = ("ewt-train", "gum-train", "pud", "craft-train")


@dataclass(frozen=True, slots=True)
class Lexicons:
    """What the training treebanks know about single words."""

    tags: TagTable
    lemmas: LemmaTable


def treebank_path(folder: Path, name: str) -> Path:
    """``NAME.conllu.gz`` or ``NAME.conllu`` in the folder; OxykgError says what is missing."""
    for suffix in (".conllu.gz", ".conllu"):
        if (path := folder / f"{name}{suffix}").is_file():
            return path
    raise OxykgError(f"{folder}: no {name}.conllu.gz; the training needs {_needed()}.")


def read_lexicons(folder: Path) -> Lexicons:
    """Tags and lemmas of single words, from the treebanks named above."""

    def sentences(names: Sequence[str]) -> Iterator[Sentence]:
        return chain.from_iterable(read_sentences(treebank_path(folder, name)) for name in names)

    return Lexicons(tag_table(sentences(TAG_SOURCES)), lemma_table(sentences(LEMMA_SOURCES)))


def read_docs(folder: Path, part: Part, nlp: Language, lexicons: Lexicons) -> Iterator[Doc]:
    """Annotated documents of a part; a passage that cannot be carried over goes in by sentence."""
    sentences = read_sentences(treebank_path(folder, part.name))
    sentences = harmonise(sentences, part.lemmas_by_hand, lexicons.lemmas)
    for number, passage in enumerate(passages(sentences, part.sentences)):
        if number % part.every:
            continue
        yield from _carried_over(nlp, passage, lexicons.tags)


def _carried_over(nlp: Language, passage: Sequence[Sentence], tags: TagTable) -> Iterator[Doc]:
    if (doc := to_doc(nlp, passage, tags)) is not None:
        yield doc
        return
    singles = (to_doc(nlp, [sentence], tags) for sentence in passage)
    yield from (single for single in singles if single is not None)


def write_docbin(folder: Path, parts: Sequence[Part], output: Path) -> int:
    """Writes the parts as one ``.spacy`` file; returns the number of tokens."""
    nlp = spacy.blank("en")
    lexicons = read_lexicons(folder)
    binary = DocBin(attrs=ATTRIBUTES, store_user_data=False)
    tokens = 0
    for part in parts:
        for doc in read_docs(folder, part, nlp, lexicons):
            binary.add(doc)
            tokens += len(doc)
    output.parent.mkdir(parents=True, exist_ok=True)
    binary.to_disk(output)
    return tokens


def _needed() -> str:
    return ", ".join(sorted({part.name for part in (*TRAIN, *DEV, *TEST)}))
