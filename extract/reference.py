"""Reference back to what was named before: "this response", "such a change", "related to it".

A general noun behind "this", "these", "that", "those" or "such" stands for the first construct of
the sentence before that it can stand for (``patterns/references.jsonl``); "it" or "them" in a
second clause, for what stands in that place in the first. Both count as named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from extract.rows import pattern_rows
from extract.words import Word
from kg.ontology import constructs

#: What points back from before a noun.
_POINTERS = frozenset({"this", "these", "that", "those", "such"})
_PRONOUNS = frozenset({"it", "them"})
#: What a noun or pronoun is where it is no subject.
_COMPLEMENTS = frozenset({"obj", "iobj", "obl", "nmod"})
#: Whom a study compares, and what tells one such group from another.
_PEOPLE = frozenset(
    {
        "patients", "clients", "participants", "women", "men", "children", "adolescents", "adults",
        "individuals", "people", "persons", "couples", "mothers", "fathers", "students", "those",
    }
)  # fmt: skip
_DESCRIBED = frozenset({"nmod", "acl", "amod"})
_COMPARATIVES = frozenset({"JJR", "RBR"})
#: What hangs on a noun that has a meaning of its own.
_OWN = frozenset({"nmod", "acl", "amod", "compound", "appos"})
#: The source of a mention that takes up another one.
REFERENCE = "reference"


@cache
def _general_nouns() -> dict[str, frozenset[str]]:
    """Each general noun with the constructs that it can stand for."""
    variables = {name for name, construct in constructs().items() if not construct.group}
    return {
        noun: frozenset(
            variables.intersection(row.get("only", variables)).difference(row.get("not", ()))
        )
        for row in pattern_rows("references")
        for noun in row["nouns"]
    }


def pointing(tokens: Sequence[Word]) -> Iterator[tuple[Word, Word, frozenset[str]]]:
    """Each general noun that points back: its first word, itself, and what it can stand for.

    A noun that something is said of ("these changes in empathy", "this social skill") points to
    nothing else.
    """
    for token in tokens:
        fits = _general_nouns().get(token.lower_)
        if fits is None or token.pos_ != "NOUN":
            continue
        pointer = next((c for c in token.children if c.lower_ in _POINTERS), None)
        if pointer is not None and pointer.i < token.i and not _OWN.intersection(_labels(token)):
            yield pointer, token, fits


def _labels(token: Word) -> Iterator[str]:
    return (child.dep_.split(":")[0] for child in token.children)


def pronouns(tokens: Sequence[Word], start: int) -> Iterator[Word]:
    """The "it" and "them" from a place in the document on that are no subjects."""
    for token in tokens:
        if token.i >= start and token.lower_ in _PRONOUNS and is_complement(token):
            yield token


def is_complement(token: Word) -> bool:
    """Whether a word is an object or hangs on a preposition."""
    return token.dep_.split(":")[0] in _COMPLEMENTS


def tells_groups_apart(verb: Word) -> bool:
    """Whether a verb compares people of one description: "patients of novices improved less".

    What makes the difference is said by the description, and not in a sentence before.
    """
    subject = next((c for c in verb.children if c.dep_.split(":")[0] == "nsubj"), None)
    if subject is None or subject.lower_ not in _PEOPLE:
        return False
    compared = any(child.tag_ in _COMPARATIVES for child in verb.children)
    return compared and not _DESCRIBED.isdisjoint(_labels(subject))
