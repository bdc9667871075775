"""Cue words: what in a sentence says that, and how, two constructs are related.

The classes and their words are data (``extract/patterns/cues.jsonl``); words are matched as
printed, in lower case, since lemmas are the weakest part of a small pipeline.
"""

from __future__ import annotations

from functools import cache

from extract.rows import pattern_rows


@cache
def cue_classes() -> dict[str, tuple[str, ...]]:
    """Lower-case word to the classes of cue that it belongs to."""
    classes: dict[str, list[str]] = {}
    for row in pattern_rows("cues"):
        for word in row["words"]:
            classes.setdefault(word, []).append(row["class"])
    return {word: tuple(names) for word, names in classes.items()}
