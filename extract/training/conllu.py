"""Reads CoNLL-U treebanks.

One word per line, ten tab-separated columns, a blank line after each sentence
(https://universaldependencies.org/format.html).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadRecordError


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word; ``head`` is the position of its head in the sentence, -1 for the root."""

    form: str
    lemma: str
    pos: str
    tag: str
    head: int
    dep: str
    space_after: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence; ``starts_document`` is false where it follows on from the last."""

    words: tuple[Word, ...]
    starts_document: bool


def read_sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a ``.conllu`` or ``.conllu.gz`` file, in order.

    Raises BadRecordError with file and line where a row has not ten columns or a bad head.
    Rows of multiword tokens (``3-4``) and empty nodes (``3.1``) are passed over.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        words: list[Word] = []
        starts = True
        for number, line in enumerate([*lines, "\n"], start=1):
            line = line.rstrip("\n")
            if line.startswith("#"):
                starts = starts or line.startswith("# newdoc")
            elif line:
                words.extend(_words(line, str(path), number))
            elif words:
                yield _checked(words, starts, str(path), number)
                words, starts = [], False


def passages(sentences: Iterable[Sentence], most: int) -> Iterator[list[Sentence]]:
    """Runs of at most ``most`` sentences that follow each other in one document."""
    run: list[Sentence] = []
    for sentence in sentences:
        if run and (sentence.starts_document or len(run) == most):
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _words(line: str, source: str, number: int) -> Iterator[Word]:
    columns = line.split("\t")
    if len(columns) != 10:
        raise BadRecordError(source, f"line {number}", f"{len(columns)} columns, not 10")
    index, form, lemma, pos, tag, _, head, dep, _, misc = columns
    if not index.isdigit():
        return
    if not head.isdigit():
        raise BadRecordError(source, f"line {number}", f"the head {head!r} is not a number")
    gap = "SpaceAfter=No" not in misc.split("|")
    yield Word(form, "" if lemma == "_" else lemma, pos, tag, int(head) - 1, dep, gap)


def _checked(words: list[Word], starts: bool, source: str, number: int) -> Sentence:
    if any(word.head >= len(words) for word in words):
        raise BadRecordError(source, f"sentence before line {number}", "a head is out of range")
    return Sentence(tuple(words), starts)
