"""The surface forms of constructs: labels of the ontology, instruments, and the field's wording.

What is data stands in ``extract/patterns/mentions.jsonl``: one construct a line with its phrases;
``inverted`` phrases name the construct's opposite pole ("dysregulation"); ``requires`` lists
constructs of which the document must mention one before the phrase counts, and ``noun`` phrases
count only where they are no verb ("support"). A phrase may stand in several lines: a document reads
it by the first whose requirement it meets ("bond" of the alliance, or any bond). ``other`` is a
second construct that phrases of two words and more name, too ("attachment dimensions").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from extract.rows import pattern_rows

#: Spellings that differ between the British and the American standard, as (from, to).
_SPELLINGS = (("our", "or"), ("isation", "ization"), ("ised", "ized"), ("ising", "izing"))
_SPELLED = re.compile(r"behaviour|favour|isation\b|ised\b|ising\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write a construct: lower-case words, the construct, and how to take it.

    ``other`` is a second construct that the words name with it.
    """

    words: str
    construct: str
    inverted: bool = False
    requires: tuple[str, ...] = ()
    noun: bool = False
    source: str = "phrase"
    other: str = ""


def plural(word: str) -> str:
    """The regular English plural of a lower-case noun."""
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def spellings(words: str) -> Iterator[str]:
    """The phrase as given, hyphens opened, its last word in the plural, and the other spelling."""
    bases = {words, words.replace("-", " ")}
    for base in sorted(bases):
        variants = [base]
        last = base.rsplit(" ", 1)[-1]
        if len(last) > 3 and last.isalpha() and not last.endswith(("ed", "ly", "ing", "ive")):
            variants.append(base[: len(base) - len(last)] + plural(last))
        for variant in variants:
            yield variant
            if _SPELLED.search(variant):
                yield _respell(variant)


def _respell(words: str) -> str:
    for british, american in _SPELLINGS:
        words = words.replace(british, american)
    return words


def _field_forms() -> Iterator[Form]:
    for row in pattern_rows("mentions"):
        for words in row["phrases"]:
            yield Form(
                words=words,
                construct=row["construct"],
                inverted=row.get("inverted", False),
                requires=tuple(row.get("requires", ())),
                noun=row.get("noun", False),
                other=row.get("other", ""),
            )


def _ontology_forms() -> Iterator[Form]:
    from kg.ontology import constructs

    for construct in constructs().values():
        names = (construct.label, *construct.alt_labels, *construct.hidden_labels)
        for name in (*names, *construct.abbreviations):
            yield Form(words=name.lower(), construct=construct.id, source="label")
        for name in construct.inverse_labels:
            yield Form(words=name.lower(), construct=construct.id, inverted=True, source="label")


def _instrument_forms() -> Iterator[Form]:
    from kg.ontology import instruments

    for instrument in instruments().values():
        for name in (instrument.label, *instrument.alt_labels, *instrument.abbreviations):
            yield Form(
                words=name.lower(),
                construct=instrument.measures[0],
                inverted=instrument.reversed,
                source="instrument",
            )


@cache
def readings() -> dict[str, tuple[Form, ...]]:
    """Every surface form in lower case with all that it may stand for; our wording goes first.

    A text takes the first whose requirements it meets; what is behind one without any is idle.
    """
    found: dict[str, list[Form]] = {}
    for form in (*_field_forms(), *_ontology_forms(), *_instrument_forms()):
        for words in spellings(form.words):
            found.setdefault(words, []).append(form)
    return {words: tuple(forms) for words, forms in found.items()}


@cache
def known_forms() -> dict[str, Form]:
    """Every surface form in lower case with the first of its readings."""
    return {words: forms[0] for words, forms in readings().items()}
