"""The baseline that every accuracy figure stands beside: names of constructs in one sentence.

Two constructs of the ontology whose names stand in the same sentence are said to be associated, as
a finding with the commonest sign, positive. (Without a sign it would be right about the direction
half as often.) No parser, no cue words, no abbreviations of the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations

from kg.model import Claim, Direction, Document, Evidence, Relation, Status
from kg.ontology import constructs

_WORD = re.compile(r"[^\W_]+")
#: A full stop or the like with brackets and quotes, and the space before what may be a beginning.
_BOUNDARY = re.compile(r"""([.!?])["'”’)\]]*(\s+)(?=["'“‘(\[]*[A-Z0-9])""")
_NO_END = re.compile(r"\b(?:[A-Z]|al|cf|ca|e\.g|etc|fig|i\.e|vs|no)\.$", re.IGNORECASE)

#: Words of a name -> id of its construct. Names are in lower case, abbreviations as they are.
_Lexicon = Mapping[tuple[str, ...], str]


def baseline_claims(document: Document) -> tuple[Claim, ...]:
    """Claim an association of every two constructs named in one sentence of the abstract.

    Each pair comes once a sentence, in the order of the text; groups are not constructs here.
    """
    found: list[Claim] = []
    for start, end in sentences(document.text, len(document.title) + 1):
        sentence = document.text[start:end]
        evidence = Evidence(start=start, end=end, sentence=sentence, cue="")
        named = dict.fromkeys(construct_names(sentence))
        found += (_claim(document, pair, evidence) for pair in combinations(named, 2))
    return tuple(found)


def _claim(document: Document, pair: tuple[str, str], evidence: Evidence) -> Claim:
    return Claim(
        document=document.id,
        subject=pair[0],
        relation=Relation.ASSOCIATED_WITH,
        object=pair[1],
        direction=Direction.POSITIVE,
        status=Status.FINDING,
        evidence=evidence,
        rule="baseline",
    )


def sentences(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Find where sentences begin and end, by punctuation and the capital that follows it."""
    for boundary in _BOUNDARY.finditer(text, start):
        if not _NO_END.search(text, start, boundary.end(1)):
            yield start, boundary.start(2)
            start = boundary.end()
    rest = text[start:].rstrip()
    if rest:
        yield start, start + len(rest)


def construct_names(sentence: str) -> Iterator[str]:
    """Find the constructs that a sentence names, the longest name where several begin together."""
    lexicon, longest = _lexicon()
    words = _WORD.findall(sentence)
    position = 0
    while position < len(words):
        step = 1
        for length in range(min(longest, len(words) - position), 0, -1):
            construct = _look_up(tuple(words[position : position + length]), lexicon)
            if construct:
                yield construct
                step = length
                break
        position += step


def _look_up(words: tuple[str, ...], lexicon: _Lexicon) -> str | None:
    lower = tuple(word.lower() for word in words)
    singular = (*lower[:-1], lower[-1].removesuffix("s"))
    return lexicon.get(words) or lexicon.get(lower) or lexicon.get(singular)


@cache
def _lexicon() -> tuple[_Lexicon, int]:
    """Collect the names of all constructs but the groups, and how many words the longest has."""
    names: dict[tuple[str, ...], str] = {}
    for construct in constructs().values():
        if construct.group:
            continue
        for label in (construct.label, *construct.alt_labels, *construct.hidden_labels):
            names.setdefault(tuple(_WORD.findall(label.lower())), construct.id)
        for abbreviation in construct.abbreviations:
            names.setdefault(tuple(_WORD.findall(abbreviation)), construct.id)
    return names, max(map(len, names))
