"""Works of the corpus and of users, written for reference managers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.bibliography.bibtex import to_bibtex
from kg.bibliography.csl import Work, csl_items, to_csl_json
from kg.bibliography.ris import to_ris

#: The name of a format -> the function that writes a whole file of it.
FORMATS: dict[str, Callable[[Iterable[Work]], str]] = {
    "bibtex": to_bibtex,
    "csl-json": to_csl_json,
    "ris": to_ris,
}

__all__ = ["FORMATS", "Work", "csl_items", "to_bibtex", "to_csl_json", "to_ris"]
