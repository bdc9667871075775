"""What sources call things, as tables: a line is our name, a tab, and theirs joined by ``|``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def terms(name: str) -> tuple[str, ...]:
    """Give the lines of the list ``<name>.tsv``, without comments."""
    lines = (files(__package__) / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))


@cache
def synonyms(name: str) -> dict[str, str]:
    """Give what each of their names (lower case) means, from the table ``<name>.tsv``."""
    rows = (line.split("\t") for line in terms(name))
    return {theirs: ours for ours, names in rows for theirs in (*names.split("|"), ours)}
