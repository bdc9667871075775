"""The words behind claims: what of a text goes into the page, and which words are marked.

Of an abstract only the sentences that carry claims are quoted, the rest being the publisher's; a
digest is ours and goes in whole. Offsets in the page count UTF-16 units, as JavaScript does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.model import Claim, Document, TextKind
from kg.ontology import Construct

#: Stands where something between two quoted sentences was left out.
ELLIPSIS = " […] "
#: Shorter names than this are matched as they are written: "OT" is not "ot".
_CASE_MATTERS_BELOW = 5

Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """The quoted part of a document's text, and where its claims' sentences lie in it."""

    text: str
    places: Mapping[Span, Span]

    def place(self, claim: Claim) -> Span | None:
        """Start and end of the claim's sentence in `text`, in characters."""
        return self.places.get((claim.evidence.start, claim.evidence.end))

    @cached_property
    def _astral(self) -> bool:
        return max(self.text, default="") > "\uffff"

    def in_utf16(self, offset: int) -> int:
        """An offset in characters as an offset in UTF-16 units."""
        if not self._astral:
            return offset
        return len(self.text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def quote(document: Document, claims: Sequence[Claim]) -> Passage:
    """Cut out what is quoted: all of a digest, of an abstract the sentences that carry claims.

    A sentence that its offsets do not cut out of the text is quoted at the end.
    """
    text, body = document.text, len(document.title) + 1
    wanted = {(c.evidence.start, c.evidence.end): c.evidence.sentence for c in claims}
    wanted = {span: sentence for span, sentence in wanted.items() if sentence}
    inside = {span for span, sentence in wanted.items() if text[slice(*span)] == sentence}
    whole = {(body, len(text))} if document.text_kind is TextKind.DIGEST else set()
    quoted, places = "", dict[Span, Span]()
    for begin, end in _merged(inside | whole):
        quoted += ELLIPSIS if quoted else ELLIPSIS.lstrip() if begin > body else ""
        shift = len(quoted) - begin
        quoted += text[begin:end]
        places |= {s: (s[0] + shift, s[1] + shift) for s in inside if begin <= s[0] and s[1] <= end}
    for span in sorted(set(wanted) - inside):
        quoted += ELLIPSIS if quoted else ""
        places[span] = (len(quoted), len(quoted) + len(wanted[span]))
        quoted += wanted[span]
    return Passage(quoted, places)


class Marker:
    """Finds words that name a construct: its own names, else narrower ones, else broader ones."""

    def __init__(self, constructs: Iterable[Construct]) -> None:
        known = sorted(constructs, key=lambda construct: construct.id)
        self._own = {construct.id: _names_pattern(construct) for construct in known}
        self._near: dict[str, list[str]] = {construct.id: [] for construct in known}
        for construct in known:
            for broader in construct.broader:
                self._near.get(broader, []).append(construct.id)
        for construct in known:
            self._near[construct.id] += [b for b in construct.broader if b in self._own]
        self._found: dict[tuple[str, str], Span | None] = {}

    def find(self, construct: str, sentence: str) -> Span | None:
        """Start and end of the first words in the sentence that name the construct."""
        key = (construct, sentence)
        if key not in self._found:
            candidates = [construct, *self._near.get(construct, ())]
            patterns = (self._own[name] for name in candidates if name in self._own)
            matches = (pattern.search(sentence) for pattern in patterns)
            match = next((found for found in matches if found), None)
            self._found[key] = match.span() if match else None
        return self._found[key]


def _names_pattern(construct: Construct) -> re.Pattern[str]:
    names = {
        construct.label,
        *construct.alt_labels,
        *construct.inverse_labels,
        *construct.hidden_labels,
        *construct.abbreviations,
        *construct.ambiguous_abbreviations,
    } - {""}
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(_name_pattern, ordered)) or r"(?!)")


def _name_pattern(name: str) -> str:
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", name) if word)
    if not words:
        return r"(?!)"
    plural = "s?" if words[-1].isalpha() else ""
    flags = "" if len(name) < _CASE_MATTERS_BELOW else "i"
    return (
        rf"(?<!\w)(?{flags}:{words}){plural}(?!\w)" if flags else rf"(?<!\w){words}{plural}(?!\w)"
    )


def find_cue(cue: str, sentence: str) -> Span | None:
    """Where the cue stands in the sentence; ``None`` if it does not."""
    start = sentence.find(cue) if cue else -1
    return (start, start + len(cue)) if start >= 0 else None
