"""Construct pairs that this corpus studies less, or less plainly, than one would expect.

`evidence` counts, `kinds` tells what is missing, `signals` measure how much one would expect a
pair, `scoring` adds them up by weights that the `backtest` learned, `finder` makes the list. Names
are looked up when they are first used: numpy takes a while to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.gaps.model import KIND_MEANINGS, WITHOUT_FINDING, Bridge, Concept, Gap, GapKind, Signal

if TYPE_CHECKING:
    from kg.gaps.evidence import ancestors
    from kg.gaps.finder import MINIMUM_STUDIES, find_gaps
    from kg.gaps.table import gap_json, gap_table

_LATER = {
    "ancestors": "evidence",
    "MINIMUM_STUDIES": "finder",
    "find_gaps": "finder",
    "gap_json": "table",
    "gap_table": "table",
}

__all__ = [
    "KIND_MEANINGS",
    "MINIMUM_STUDIES",
    "WITHOUT_FINDING",
    "Bridge",
    "Concept",
    "Gap",
    "GapKind",
    "Signal",
    "ancestors",
    "find_gaps",
    "gap_json",
    "gap_table",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
