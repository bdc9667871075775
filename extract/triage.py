"""Which documents are not read, and why: no reading is silently dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extract.rows import pattern_rows
from extract.scope import out_of_scope
from kg.errors import UnknownNameError
from kg.model import Document

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: The topics outside the field that a project may ask to keep, e.g. "animals".
ANIMALS = "animals"
NO_ABSTRACT = "no abstract"
_WORDS = re.compile(r"[^\W\d_]+")
#: Words that every English abstract is full of, and no text of another language.
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "was",
        "were",
        "is",
        "are",
        "with",
        "that",
        "for",
        "on",
        "by",
        "from",
        "this",
        "which",
        "these",
        "between",
        "not",
        "as",
        "we",
        "be",
        "been",
        "their",
        "whether",
        "than",
        "or",
        "at",
        "an",
        "after",
        "during",
        "but",
        "it",
        "has",
        "have",
        "had",
    ]
)
#: A text is English if so many of its words are such words; in doubt it is looked at closely.
_SURELY = 0.12
#: Probability above which another language is believed, and letters that it takes.
_BELIEVED, _LETTERS = 0.8, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What is read: everything, or all but texts of other languages and topics.

    ``topics`` names those topics outside the field that are read all the same.
    """

    keep_all: bool = False
    topics: frozenset[str] = frozenset()


def topics() -> tuple[str, ...]:
    """Give the names of all topics outside the field."""
    return tuple(row["topic"] for row in pattern_rows("scope") if "says" in row)


def triage(*, keep_all: bool = False, keep: Iterable[str] = ()) -> Triage:
    """Make the rules; raises `UnknownNameError` for a topic that is not known."""
    wanted = frozenset(keep)
    for name in sorted(wanted - set(topics())):
        raise UnknownNameError("topic", name, topics())
    return Triage(keep_all=keep_all, topics=wanted)


def left_out(document: Document, rules: Triage) -> str | None:
    """Say in words why a document is not read; ``None`` if it is.

    The reason stands first, what it rests on in brackets: ``not English (de)``, ``about animals,
    not people (vole, pup)``.
    """
    if not document.abstract.strip():
        return NO_ABSTRACT
    if rules.keep_all:
        return None
    if language := other_language(document.abstract):
        return f"not English ({language})"
    return out_of_scope(document.text, rules.topics)


def other_language(text: str) -> str | None:
    """Give the code of the language of a text that is surely not English, else ``None``."""
    words = _WORDS.findall(text.lower())
    share = sum(word in _ENGLISH for word in words) / max(len(words), 1)
    if share >= _SURELY or sum(map(len, words)) < _LETTERS:
        return None
    language, probability = _identifier().classify(text)
    return str(language) if language != "en" and probability >= _BELIEVED else None


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
