"""Of what kind a publication is, and whether it still stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from extract.readers.terms import synonyms, terms


def kind_of(types: Iterable[str]) -> str | None:
    """Give our word for the first known of the publication types, the most telling one first.

    Notices (erratum, retraction, expression of concern) come before syntheses, these before the
    rest; ``None`` where the types say no more than "Journal Article".
    """
    found = {synonyms("kinds").get(_plain(name)) for name in types} - {None}
    return next((kind for kind in _kinds() if kind in found), None)


def is_withdrawn(title: str, types: Iterable[str]) -> bool:
    """Tell whether a record is retracted, under concern, or a notice that itself reports nothing.

    ``types`` are publication types and the kinds of relation to other papers ("RetractionIn").
    A paper with a published erratum stands; the erratum does not.
    """
    return any(_plain(name) in _withdrawn() for name in types) or any(
        pattern.search(title) for pattern in _titles()
    )


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


@cache
def _kinds() -> tuple[str, ...]:
    return tuple(line.split("\t")[0] for line in terms("kinds"))


@cache
def _withdrawn() -> frozenset[str]:
    return frozenset(terms("withdrawn"))


@cache
def _titles() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(line, re.IGNORECASE) for line in terms("withdrawn_titles"))
