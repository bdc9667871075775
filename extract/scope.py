"""Whether a text is of this field at all, or only shares its words.

Oxytocin is a drug in childbirth, alliances join states, tendons rupture, cells attach and
oscillators synchronise. ``patterns/scope.jsonl`` lists, for each such topic, words with weights,
and the words of psychology and of human studies that speak against it. A text is out of scope
when the words of one topic weigh enough, and more than what speaks against them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from extract.rows import pattern_rows

_WORDS = re.compile(r"\w+")
#: A word counts at most so often, so that no single one decides.
_MOST = 2
#: The words of a topic must weigh at least so much; or only so much where hardly anything, by
#: weight, speaks against it.
_ENOUGH, _SOME, _HARDLY = 8, 4, 3
#: So many words are given in a reason.
_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What of a topic a text holds: its weight, and the terms of the data with their weights."""

    weight: int
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    """Terms as tuples of words, and first letters of words (``transfect*``), by topic."""

    terms: Mapping[tuple[str, ...], tuple[tuple[str, str, int], ...]]
    stems: Mapping[str, tuple[tuple[str, str, int], ...]]
    longest: int


@cache
def _lexicon() -> _Lexicon:
    terms: dict[tuple[str, ...], tuple[tuple[str, str, int], ...]] = {}
    stems: dict[str, tuple[tuple[str, str, int], ...]] = {}
    for row in pattern_rows("scope"):
        for term in row.get("words", ()):
            entry = ((row["topic"], term, row["weight"]),)
            if term.endswith("*"):
                stems[term[:-1]] = stems.get(term[:-1], ()) + entry
            else:
                words = tuple(term.split())
                terms[words] = terms.get(words, ()) + entry
    return _Lexicon(terms=terms, stems=stems, longest=max(map(len, terms)))


@cache
def _topics() -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Each topic outside the field, the topics that speak against it, and how to say it."""
    return tuple(
        (row["topic"], tuple(row["against"]), row["says"])
        for row in pattern_rows("scope")
        if "says" in row
    )


def _found(text: str) -> Iterator[tuple[str, str, int]]:
    """Each (topic, term, weight) at each place where it stands; plurals in -s count as well."""
    lexicon = _lexicon()
    words = _WORDS.findall(text.lower())
    for place, word in enumerate(words):
        for end in range(place + 1, min(len(words), place + lexicon.longest) + 1):
            name = tuple(words[place:end])
            entries = lexicon.terms.get(name, ())
            yield from entries
            if name[-1].endswith("s"):
                topics = {topic for topic, _, _ in entries}
                singular = lexicon.terms.get((*name[:-1], name[-1][:-1]), ())
                yield from (entry for entry in singular if entry[0] not in topics)
        for length in range(3, len(word) + 1):
            yield from lexicon.stems.get(word[:length], ())


def weigh(document_text: str) -> dict[str, Evidence]:
    """For each topic of the data what of it a text holds; a title (first line) counts twice."""
    title = document_text.partition("\n")[0]
    titled = set(_found(title)) if len(title) < len(document_text) else set()
    terms: dict[str, dict[str, int]] = {}
    for (topic, term, weight), count in Counter(_found(document_text)).items():
        times = min(count, _MOST) + ((topic, term, weight) in titled)
        terms.setdefault(topic, {})[term] = weight * times
    return {
        topic: Evidence(weight=sum(found.values()), terms=found) for topic, found in terms.items()
    }


def out_of_scope(document_text: str, keep: frozenset[str] = frozenset()) -> str | None:
    """Why a text (title, newline, abstract) is not of this field, in words; ``None`` if it may be.

    Topics in ``keep`` are no reason. One names the topic and the words that weighed most:
    ``about childbirth as a medical matter (misoprostol, nulliparous)``.
    """
    weighed = weigh(document_text)
    none = Evidence(weight=0, terms={})
    best: tuple[int, str] | None = None
    for topic, against, says in _topics():
        if topic in keep:
            continue
        evidence = weighed.get(topic, none)
        contrary = sum(weighed.get(name, none).weight for name in against)
        margin = evidence.weight - contrary
        enough = _ENOUGH if contrary > _HARDLY else _SOME
        if evidence.weight >= enough and margin > 0 and (best is None or margin > best[0]):
            best = (margin, f"{says} ({_strongest(evidence)})")
    return best[1] if best else None


def _strongest(evidence: Evidence) -> str:
    ranked = sorted(evidence.terms, key=lambda term: (-evidence.terms[term], term))
    return ", ".join(term.rstrip("*") for term in ranked[:_NAMED])
