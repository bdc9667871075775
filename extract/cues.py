"""Cue words: what in a sentence says that, and how, two constructs are related.

The classes and their words are data (``extract/patterns/cues.jsonl``); words are matched as
printed, in lower case, since lemmas are the weakest part of a small pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from spacy.strings import get_string_id
from spacy.tokens import Doc

from extract.rows import pattern_rows

#: Words of contrast that begin a clause of their own.
CUTS = frozenset(
    {"but", "whereas", "while", "whilst", "although", "though", "however", ";", "yet", "despite"}
)


@cache
def cue_classes() -> dict[str, tuple[str, ...]]:
    """Lower-case word to the classes of cue that it belongs to."""
    classes: dict[str, list[str]] = {}
    for row in pattern_rows("cues"):
        for word in row["words"]:
            classes.setdefault(word, []).append(row["class"])
    return {word: tuple(names) for word, names in classes.items()}


def classes_of(words: Iterable[str]) -> frozenset[str]:
    """The cue classes of some lower-case words."""
    return _classes(tuple(words))


@lru_cache(maxsize=16384)
def _classes(words: tuple[str, ...]) -> frozenset[str]:
    known = cue_classes()
    return frozenset(name for word in words for name in known.get(word, ()))


@lru_cache(maxsize=4096)
def cuts(words: tuple[str, ...]) -> tuple[int, ...]:
    """The places of words of contrast in a sentence."""
    return tuple(place for place, word in enumerate(words) if word in CUTS)


@cache
def _methods() -> dict[int, str]:
    """The hash of each lower-case word of a method with the kind of method."""
    rows = pattern_rows("methods")
    return {get_string_id(word): row["method"] for row in rows for word in row["words"]}


def methods_in(doc: Doc) -> frozenset[str]:
    """The kinds of method that a document speaks of."""
    words = {*doc.to_array("LOWER").tolist()}
    return frozenset(_methods()[word] for word in words & _methods().keys())
