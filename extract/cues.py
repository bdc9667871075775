"""Cue words: what in a sentence says that, and how, two constructs are related.

The classes and their words are data (``extract/patterns/cues.jsonl``); words are matched as
printed, in lower case, since lemmas are the weakest part of a small pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

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


@lru_cache(maxsize=4096)
def cuts(words: tuple[str, ...]) -> tuple[int, ...]:
    """The places of words of contrast in a sentence."""
    return tuple(place for place, word in enumerate(words) if word in CUTS)


@cache
def _methods() -> dict[str, str]:
    return {word: row["method"] for row in pattern_rows("methods") for word in row["words"]}


def methods_of(words: Iterable[str]) -> frozenset[str]:
    """The kinds of method that some words, in lower case, speak of."""
    found = (_methods().get(word) for word in words)
    return frozenset(method for method in found if method)
