"""Pairs of constructs that a sentence may relate: named in it, or carried over into it.

Abstracts often name one side only and leave the other to the reader: "It was unrelated to trust."
So besides the constructs that a sentence names (`Mention`), each sentence is offered those that
the title, the sentence before and the whole text put into the reader's mind (``carried``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import combinations

from spacy.tokens import Doc, Span

from extract.cues import classes_of, cuts, methods_in
from extract.frames import Frame, find_frame
from extract.reference import (
    REFERENCE,
    is_complement,
    pointing,
    pronouns,
    tells_groups_apart,
)
from extract.words import Word, read_words
from kg.ontology import constructs

#: How many constructs of the title, of the sentence before and of the whole text are carried over.
FROM_TITLE, FROM_BEFORE, FROM_TEXT = 5, 6, 3
#: Words that can stand for two constructs at once, so that a sentence may name neither.
ANAPHORS = frozenset(
    {
        "association", "associations", "relation", "relations", "relationship", "relationships",
        "link", "links", "effect", "effects", "interaction", "correlation", "correlations",
        "difference", "differences", "pattern", "influence", "finding", "result", "it",
        "neither", "both", "reverse", "case", "connection", "held", "so", "did", "was", "were",
        "none", "not",
    }
)  # fmt: skip

#: Pronouns that take up what was named before.
_PRONOUNS = frozenset(
    {"it", "this", "these", "they", "those", "both", "neither", "which", "that", "he", "she"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A construct in a sentence. ``start``, ``end`` count tokens of the document, -1 if carried.

    ``carried`` is empty for what the sentence names; else ``t`` (title), ``p`` (sentence before)
    or ``f`` (frequent in the text) with a rank. ``sign`` is -1 where the words name the opposite.
    """

    construct: str
    start: int = -1
    end: int = -1
    sign: int = 1
    source: str = ""
    words: str = ""
    carried: str = ""
    head: Word | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class SentenceView:
    """A sentence of the abstract with what it names and what is carried over into it.

    ``tokens`` are its words with their tree, ``words`` the same as printed in lower case.
    """

    index: int
    count: int
    span: Span
    role: str
    named: tuple[Mention, ...]
    carried: tuple[Mention, ...]
    tokens: tuple[Word, ...]
    root: Word

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(token.lower_ for token in self.tokens)

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes of cue of its words."""
        return classes_of(self.words)

    @cached_property
    def pronoun(self) -> str:
        """The pronoun that is the subject of the sentence or of a clause of it; else empty."""
        subjects = (token for token in self.tokens if token.dep_ in ("nsubj", "nsubj:pass"))
        return next((token.lower_ for token in subjects if token.lower_ in _PRONOUNS), "")

    @cached_property
    def constructs(self) -> frozenset[str]:
        """The constructs that the sentence names."""
        return frozenset(mention.construct for mention in self.named)

    def names_once(self, construct: str) -> bool:
        """Whether a construct is named in one place only."""
        return sum(mention.construct == construct for mention in self.named) == 1

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where its mentions begin, in text order."""
        return tuple(sorted({mention.start for mention in self.named}))

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """Its tokens from one place in the document to (not including) another."""
        first = self.span.start
        return self.tokens[max(0, start - first) : max(0, end - first)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topics:
    """What a document is about: the constructs of its title, and how often each is named.

    ``frequent`` are the few that are named most, more than twice.

    ``together`` counts, for two constructs in the order of their names, the sentences that name
    both. ``methods`` are those that it speaks of, by kind (``extract/patterns/methods.jsonl``).
    """

    title: tuple[str, ...]
    frequent: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)
    methods: frozenset[str] = frozenset()

    @property
    def constructs(self) -> tuple[str, ...]:
        """All constructs that the document names, in the order of their names."""
        return tuple(sorted({*self.title, *self.counts}))


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """Two constructs that a sentence may relate; in text order where it names both."""

    view: SentenceView
    first: Mention
    second: Mention

    @property
    def kind(self) -> str:
        """``r`` for a mention that the sentence names, ``v`` for one carried over: rr, rv or vv."""
        return ("v" if self.first.carried else "r") + ("v" if self.second.carried else "r")

    @property
    def of_group(self) -> bool:
        """Whether one of the two is a group of people."""
        return not groups().isdisjoint((self.first.construct, self.second.construct))

    @cached_property
    def frame(self) -> Frame | None:
        """How the sentence ties both together, where it names both and a path joins them."""
        first, second = self.first.head, self.second.head
        return None if first is None or second is None else find_frame(first, second)


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two constructs in the order of their names."""
    return (one, other) if one < other else (other, one)


@cache
def parents() -> dict[str, frozenset[str]]:
    """Each construct with those directly above it."""
    return {name: frozenset(c.broader) for name, c in constructs().items()}


@cache
def kin(construct: str) -> frozenset[str]:
    """A construct with its direct parents and children."""
    above = parents().get(construct, frozenset())
    below = {name for name, broader in parents().items() if construct in broader}
    return frozenset({construct, *above, *below})


@cache
def domain_of(construct: str) -> str:
    """The ontology's domain of a construct."""
    return constructs()[construct].domain


@cache
def groups() -> frozenset[str]:
    """The constructs that are groups of people, not variables."""
    return frozenset(name for name, construct in constructs().items() if construct.group)


def title_end(doc: Doc) -> int:
    """The index of the first token after the title's line end; 0 if there is no title."""
    return next((token.i + 1 for token in doc if "\n" in token.text), 0)


def _mention(span: Span, words: Sequence[Word]) -> Mention:
    return Mention(
        construct=span.label_,
        start=span.start,
        end=span.end,
        sign=-1 if span.kb_id_ == "-" else 1,
        source=span.id_,
        words=span.text.lower(),
        head=words[span.root.i],
    )


@lru_cache(maxsize=1 << 12)
def _carried_over(construct: str, carried: str, sign: int) -> Mention:
    return Mention(construct=construct, carried=carried, sign=sign)


def _carried(
    named: Sequence[Mention], before: Sequence[Mention], topics: Topics
) -> tuple[Mention, ...]:
    taken = set().union(*(kin(mention.construct) for mention in named))
    previous = {mention.construct for mention in before}
    found: list[Mention] = []

    def carry(construct: str, carried: str, sign: int = 1) -> None:
        if construct not in taken:
            taken.add(construct)
            found.append(_carried_over(construct, carried, sign))

    for rank, construct in enumerate(topics.title[:FROM_TITLE]):
        carry(construct, f"t{min(rank, 2)}" + ("p" if construct in previous else ""))
    for rank, mention in enumerate(before[:FROM_BEFORE]):
        carry(mention.construct, f"p{min(rank, 2)}", mention.sign)
    for construct in topics.frequent:
        carry(construct, "f")
    return tuple(found)


def _with_references(
    named: tuple[Mention, ...], before: Sequence[Mention], tokens: Sequence[Word]
) -> tuple[Mention, ...]:
    """What a sentence names, and what it takes up of the sentence before or of its first clause."""
    found = [*_pointed_at(named, before, tokens), *_restated(named, tokens)]
    return tuple(sorted((*named, *found), key=lambda mention: mention.start)) if found else named


def _pointed_at(
    named: Sequence[Mention], before: Sequence[Mention], tokens: Sequence[Word]
) -> Iterator[Mention]:
    known = {mention.construct for mention in named}
    for pointer, noun, fits in pointing(tokens) if before else ():
        meant = next((mention for mention in before if mention.construct in fits), None)
        inside = any(mention.start <= noun.i < mention.end for mention in named)
        if meant is not None and meant.construct not in known and not inside:
            known.add(meant.construct)
            yield _referring(meant, pointer, noun)


def _restated(named: Sequence[Mention], tokens: Sequence[Word]) -> Iterator[Mention]:
    start = tokens[0].i
    for cut in cuts(tuple(token.lower_ for token in tokens)) if named else ():
        first = [m for m in named if m.end <= start + cut and m.head and is_complement(m.head)]
        if first:
            yield from (_referring(first[-1], it, it) for it in pronouns(tokens, start + cut))
            return


def _referring(meant: Mention, first: Word, last: Word) -> Mention:
    return Mention(
        construct=meant.construct,
        start=first.i,
        end=last.i + 1,
        sign=meant.sign,
        source=REFERENCE,
        words=first.lower_ if first is last else f"{first.lower_} {last.lower_}",
        head=last,
    )


def find_topics(doc: Doc) -> Topics:
    """The constructs of the title in order, and the counts of those of the abstract."""
    end = title_end(doc)
    spans = doc.spans["constructs"]
    title = dict.fromkeys(span.label_ for span in spans if span.start < end)
    counts = Counter(span.label_ for span in spans if span.start >= end)
    starts = [sent.start for sent in doc.sents]
    named: dict[int, set[str]] = {}
    for span in spans:
        if span.start >= end:
            named.setdefault(bisect_right(starts, span.start), set()).add(span.label_)
    together = Counter(pair for names in named.values() for pair in combinations(sorted(names), 2))
    most = tuple(name for name, count in counts.most_common(FROM_TEXT) if count > 2)
    return Topics(
        title=tuple(title),
        frequent=most,
        counts=counts,
        together=together,
        methods=methods_in(doc),
    )


def view_sentences(doc: Doc, topics: Topics) -> Iterator[SentenceView]:
    """The sentences of the abstract in order; a title's own sentence is left out."""
    end = title_end(doc)
    words = read_words(doc)
    mentions = [_mention(span, words) for span in doc.spans["constructs"] if span.start >= end]
    mentions.sort(key=lambda mention: mention.start)
    sentences = [sent for sent in doc.sents if sent.end > end]
    before: tuple[Mention, ...] = ()
    for index, sent in enumerate(sentences):
        start = max(sent.start, end)
        span = doc[start : sent.end]
        tokens = words[start : sent.end]
        named = tuple(m for m in mentions if m.start >= start and m.end <= sent.end)
        named = _with_references(named, before, tokens)
        yield SentenceView(
            index=index,
            count=len(sentences),
            span=span,
            role=_role(doc, start),
            named=named,
            carried=_carried(named, before, topics),
            tokens=tokens,
            root=words[span.root.i],
        )
        before = named or before


def _role(doc: Doc, start: int) -> str:
    for section in doc.spans.get("sections", ()):
        if section.start <= start < section.end:
            return str(section.label_)
    return "-"


def _parted(view: SentenceView, first: Mention, second: Mention) -> bool:
    """Whether a word of contrast stands between two mentions."""
    start = view.span.start
    return any(first.start < start + cut < second.start for cut in cuts(view.words))


def find_candidates(view: SentenceView, *, carried: bool = True) -> Iterator[Candidate]:
    """Each pair of different constructs once, the nearest mentions of both.

    With ``carried`` false only pairs of constructs that the sentence names.
    """
    best: dict[tuple[str, str], tuple[int, Mention, Mention]] = {}
    anaphoric = not ANAPHORS.isdisjoint(view.words)
    people = groups()
    again = {mention.construct for mention in view.named if mention.source == REFERENCE}
    for first, second in combinations((*view.named, *(view.carried if carried else ())), 2):
        if first.construct == second.construct:
            continue
        if first.carried and not anaphoric:
            break
        if first.construct in people and second.construct in people:
            continue
        if second.carried and first.head is not None and tells_groups_apart(first.head):
            continue
        key = in_order(first.construct, second.construct)
        distance = 1000 if second.carried else second.start - first.start
        if again and not again.isdisjoint(key):
            distance += 100 * _parted(view, first, second)
        if key not in best or distance < best[key][0]:
            best[key] = (distance, first, second)
    for _, first, second in best.values():
        yield Candidate(view=view, first=first, second=second)
