"""The words behind claims: what of a text goes into the page, and which words are marked.

Of an abstract only the sentences that carry claims are quoted, the rest being the publisher's; a
digest is ours and goes in whole. Offsets in the page count UTF-16 units, as JavaScript does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from kg.model import Claim, Document, TextKind
from kg.ontology import Construct

#: Stands where something between two quoted sentences was left out.
ELLIPSIS = " […] "
#: Shorter names than this are matched as they are written: "OT" is not "ot".
_CASE_MATTERS_BELOW = 5
_TOKEN = re.compile(r"\w+")
#: Letters that a pattern takes for another one, though lower case does not: ı, ſ and the like.
_FOLDING = frozenset("\u0130\u0131\u017f\u212a")

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
        self._own = {construct.id: _Names(construct) for construct in known}
        self._near: dict[str, list[str]] = {construct.id: [] for construct in known}
        for construct in known:
            for broader in construct.broader:
                self._near.get(broader, []).append(construct.id)
        for construct in known:
            self._near[construct.id] += [b for b in construct.broader if b in self._own]
        self._tokens_in = lru_cache(1000)(_tokens)
        self._found: dict[tuple[str, str], Span | None] = {}

    def find(self, construct: str, sentence: str) -> Span | None:
        """Start and end of the first words in the sentence that name the construct."""
        key = (construct, sentence)
        if key not in self._found:
            candidates = [construct, *self._near.get(construct, ())]
            names = (self._own[name] for name in candidates if name in self._own)
            tokens = self._tokens_in(sentence)
            spans = (name.find(sentence, tokens) for name in names)
            self._found[key] = next((span for span in spans if span), None)
        return self._found[key]


class _Names:
    """All names of a construct, the longest first; one is looked for if its first word is there."""

    def __init__(self, construct: Construct) -> None:
        names = {
            construct.label,
            *construct.alt_labels,
            *construct.inverse_labels,
            *construct.hidden_labels,
            *construct.abbreviations,
            *construct.ambiguous_abbreviations,
        } - {""}
        self._names = sorted(names, key=lambda name: (-len(name), name))
        self._by_token: dict[str, list[int]] = {}
        self._last = [_words(name.lower())[-1:] for name in self._names]
        self._always: list[int] = []
        for place, name in enumerate(self._names):
            tokens = _tokens_of(name)
            for token in tokens:
                self._by_token.setdefault(token, []).append(place)
            if not tokens:
                self._always.append(place)

    def find(self, text: str, tokens: frozenset[str] | None) -> Span | None:
        """Start and end of the first name in the text with these tokens (`_tokens`)."""
        if tokens is None:
            places = list(range(len(self._names)))
        else:
            begun = (self._by_token[token] for token in self._by_token.keys() & tokens)
            folded = text.lower()
            likely = {p for some in begun for p in some if self._last[p][0] in folded}
            places = sorted({*self._always, *likely})
        first: Span | None = None
        for place in places:
            found = _find(self._names[place], text, folds=tokens is None)
            if found and (first is None or found[0] < first[0]):
                first = found
        return first


def _find(name: str, text: str, *, folds: bool) -> Span | None:
    """What the pattern of a name finds; by hand where that is the same, since it is faster."""
    if folds or not name.isascii():
        match = _pattern(name).search(text)
        return match.span() if match else None
    first, *more = _written_words(name) or ("",)
    looked_at = text if len(name) < _CASE_MATTERS_BELOW else text.lower()
    start = looked_at.find(first) if first else -1
    while start >= 0:
        end = _end(looked_at, start + len(first), more)
        if end and not _in_word(looked_at, start - 1):
            last = more[-1] if more else first
            if last[-1].isalpha() and text.startswith("s", end):
                end += 1
            if not _in_word(looked_at, end):
                return start, end
        start = looked_at.find(first, start + 1)
    return None


def _end(text: str, end: int, words: Iterable[str]) -> int:
    """Where words end of which the first begins behind ``end``, spaces or hyphens between; or 0."""
    for word in words:
        start = end
        while start < len(text) and (text[start].isspace() or text[start] == "-"):
            start += 1
        if start == end or not text.startswith(word, start):
            return 0
        end = start + len(word)
    return end


def _in_word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and (text[place].isalnum() or text[place] == "_")


@cache
def _written_words(name: str) -> list[str]:
    """The words of a name as they are looked for."""
    return _words(name if len(name) < _CASE_MATTERS_BELOW else name.lower())


def _tokens(text: str) -> frozenset[str] | None:
    """The words of a text in lower case; ``None`` where it has letters that fold to others."""
    return frozenset(_TOKEN.findall(text.lower())) if _FOLDING.isdisjoint(text) else None


def _tokens_of(name: str) -> tuple[str, ...]:
    """What a text with the name has among its `_tokens`, one or the other; empty: not known."""
    words = _words(name.lower()) if name.isascii() else []
    first = _TOKEN.match(words[0]) if words else None
    if not first:
        return ()
    token = first.group()
    return (token, f"{token}s") if words == [token] else (token,)


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\s-]+", name) if word]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(map(re.escape, _words(name)))
    plural = "s?" if words[-1:].isalpha() else ""
    flags = "" if len(name) < _CASE_MATTERS_BELOW else "i:"
    return re.compile(rf"(?<!\w)(?{flags or ':'}{words}){plural}(?!\w)" if words else "(?!)")


def find_cue(cue: str, sentence: str) -> Span | None:
    """Where the cue stands in the sentence; ``None`` if it does not."""
    start = sentence.find(cue) if cue else -1
    return (start, start + len(cue)) if start >= 0 else None
