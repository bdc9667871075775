"""Cue words: what in a sentence says that, and how, two constructs are related.

The classes and their words are data (``extract/patterns/cues.jsonl``); words are matched as
printed, in lower case, since lemmas are the weakest part of a small pipeline.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def cue_classes() -> dict[str, tuple[str, ...]]:
    """Lower-case word to the classes of cue that it belongs to."""
    path = files("extract") / "patterns" / "cues.jsonl"
    classes: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for word in row["words"]:
            classes.setdefault(word, []).append(row["class"])
    return {word: tuple(names) for word, names in classes.items()}
