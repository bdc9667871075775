"""Which way words turn a variable: "lower X", "a smaller reduction of X", "X improved".

Each mention of a construct carries a degree: +1 for more of it, -1 for less, 0 where nothing is
said. Words multiply: a smaller (-1) reduction (-1) is more (+1). "Improvement" and "worsening"
follow the construct's valence, since symptoms improve by falling. `sign_steps` prints the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from extract.candidates import Candidate, Mention, SentenceView, domain_of
from extract.rows import pattern_rows
from extract.words import Word
from kg.ontology import constructs

_THROUGH = frozenset({"ADP", "DET", "ADJ", "NOUN", "PROPN", "NUM", "ADV", "PRON", "PART"})
#: Prepositions behind which a word of degree belongs to something else: "reduced after X".
_BARRIERS = frozenset(
    {
        "with", "by", "on", "than", "to", "after", "before", "during", "following", "under", "when",
        "if", "among", "between", "across", "from", "through", "via", "because",
    }
)  # fmt: skip
_REACH = 7
_NOUNS = frozenset({"NOUN", "PROPN"})
#: Parts of speech that a noun phrase begins with.
_STARTS = _NOUNS | {"DET", "ADJ", "PRON"}
_DENIALS = frozenset({"not", "nor", "neither"})
_COMPARATIVES = frozenset({"JJR", "RBR"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree:
    """+1 more, -1 less, 0 unsaid; and the tokens that say so, in text order."""

    sign: int = 0
    tokens: tuple[Word, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that say so, as printed."""
        return tuple(token.text for token in self.tokens)


@cache
def degree_words() -> dict[str, str]:
    """Lower-case word to ``+``, ``-``, ``better`` or ``worse`` (``patterns/degrees.jsonl``)."""
    return {word: row["degree"] for row in pattern_rows("degrees") for word in row["words"]}


def word_sign(word: str, construct: str) -> int:
    """The sign that a word gives to a construct; 0 for a word that gives none."""
    degree = degree_words().get(word)
    if degree is None:
        return 0
    if degree in "+-":
        return 1 if degree == "+" else -1
    valence = constructs()[construct].valence or 1
    return valence if degree == "better" else -valence


def product(construct: str, tokens: Iterable[Word]) -> Degree:
    """The signs of some words multiplied, as they apply to a construct."""
    signed = [(token, sign) for token in tokens if (sign := word_sign(token.lower_, construct))]
    if not signed:
        return Degree()
    total = 1
    for _, sign in signed:
        total *= sign
    return Degree(sign=total, tokens=tuple(token for token, _ in signed))


def _before(view: SentenceView, place: int) -> list[Word]:
    """The words of degree in a noun phrase before one of its words: "larger reductions in"."""
    found: list[Word] = []
    for token in reversed(view.between(place - _REACH, place)):
        if token.lower_ in degree_words():
            if token.pos_ in ("VERB", "AUX") and token.tag_ not in ("VBN", "VBG", "JJ"):
                break
            found.insert(0, token)
        elif token.pos_ not in _THROUGH or (
            token.lower_ in _BARRIERS and not _recovers(view, token)
        ):
            break
    return found


def _recovers(view: SentenceView, token: Word) -> bool:
    """Whether a "from" tells what is recovered from: "recovery from X"."""
    word = next(iter(view.between(token.i - 1, token.i)), None)
    noun = token.lower_ == "from" and word is not None and word.pos_ == "NOUN"
    return noun and word is not None and degree_words().get(word.lower_) == "better"


def denial_of(view: SentenceView, mention: Mention) -> Word | None:
    """The "not" or "nor" before a name in its noun phrase: "but not the level of X"."""
    for token in reversed(view.between(mention.start - _REACH, mention.start)):
        if token.lower_ in _DENIALS:
            return token
        if token.pos_ not in _THROUGH or token.lower_ in _BARRIERS or token.lower_ == "only":
            return None
    return None


def _phrase_tokens(mention: Mention, view: SentenceView) -> list[Word]:
    """The words of degree in the noun phrase around a mention: "larger reductions in X".

    What a list begins with holds for all of its members: "higher W and X".
    """
    found = _before(view, mention.start)
    head = mention.head
    if not found and head is not None and head.dep_ == "conj":
        found = _before(view, head.head.i)
    # A name by its opposite ("poor sleep", "empathy deficits") has its words of degree in its sign.
    told = mention.sign > 0 and domain_of(mention.construct) != "Outcome"
    if told and mention.end - mention.start > 1:
        found += view.between(mention.start, mention.end)
    for place in range(mention.end, mention.end + 2):
        pair = view.between(place, place + 2)
        if not pair or pair[0].lower_ not in degree_words() or not _is_noun(*pair):
            break
        found.append(pair[0])
    return found


def _is_noun(token: Word, following: Word | None = None) -> bool:
    """Whether a word is a noun indeed; before a noun phrase it is a verb ("X eases stress")."""
    verb = following is not None and following.pos_ in _STARTS and token.lower_.endswith("s")
    return token.pos_ in _NOUNS and not verb


def _with_adverbs(token: Word) -> Iterator[Word]:
    """A predicate with the adverbs and adjectives that hang on it: "fell less", "was lower"."""
    yield token
    for child in token.children:
        if child.dep_ in ("advmod", "obj", "xcomp", "amod", "compound:prt"):
            yield child
            yield from (c for c in child.children if c.dep_ in ("amod", "advmod"))


def _predicate_tokens(mention: Mention) -> list[Word]:
    """The words of degree in the predicate of a mention: "X was lower", "X fell less"."""
    head, steps = mention.head, 0
    while head is not None and head.dep_ in ("nmod", "compound", "appos", "conj") and steps < 4:
        head, steps = head.head, steps + 1
    if head is None or head.dep_ not in ("nsubj", "nsubj:pass"):
        return []
    if any(child.dep_ in ("obj", "ccomp") for child in head.head.children):
        return []
    return list(_with_adverbs(head.head))


def mention_degree(mention: Mention, view: SentenceView) -> Degree:
    """More or less of a mention, by its noun phrase, else by its predicate; 0 if carried."""
    if mention.carried:
        return Degree()
    phrase = product(mention.construct, _phrase_tokens(mention, view))
    return phrase if phrase.sign else product(mention.construct, _predicate_tokens(mention))


def _correlates(view: SentenceView) -> list[Word]:
    """The comparatives of a sentence like "the more ..., the less ..."."""
    places = (i for i, word in enumerate(view.words[:-1]) if word == "the")
    found = (view.tokens[i + 1] for i in places)
    return [word for word in found if word.tag_ in _COMPARATIVES and word.lower_ in degree_words()]


def _correlated(candidate: Candidate) -> tuple[Degree, Degree] | None:
    """The degrees of a pair of which each half of "the more ..., the less ..." has one."""
    first, second, view = candidate.first, candidate.second, candidate.view
    comparatives = _correlates(view) if view.words.count("the") > 1 else []
    if first.carried or len(comparatives) != 2:
        return None
    late = first.end > comparatives[1].i
    if not second.carried and (late or second.end <= comparatives[1].i):
        return None
    return (
        _degree_with(first, view, comparatives[late]),
        _degree_with(second, view, comparatives[not late]),
    )


def _degree_with(mention: Mention, view: SentenceView, word: Word) -> Degree:
    """The degree of a mention, and a word that is said of it from afar."""
    own = {token.i: token for token in (word, *mention_degree(mention, view).tokens)}
    return product(mention.construct, own.values())


def pair_degrees(candidate: Candidate) -> tuple[Degree, Degree]:
    """The degrees of both mentions; a word that both reach belongs to the nearer one alone."""
    first, second, view = candidate.first, candidate.second, candidate.view
    found = _correlated(candidate)
    if found:
        return found
    one, other = mention_degree(first, view), mention_degree(second, view)
    shared = {token.i for token in one.tokens} & {token.i for token in other.tokens}
    if not shared:
        return one, other
    near_first = {i for i in shared if _gap(i, first) <= _gap(i, second)}
    return (
        product(first.construct, (t for t in one.tokens if t.i not in shared - near_first)),
        product(second.construct, (t for t in other.tokens if t.i not in near_first)),
    )


def _gap(place: int, mention: Mention) -> int:
    return min(abs(place - mention.start), abs(place - mention.end + 1))


def between_words(candidate: Candidate) -> tuple[str, ...]:
    """The words between two named mentions; the whole sentence where one is carried over."""
    first, second, view = candidate.first, candidate.second, candidate.view
    if second.carried:
        return view.words
    start = view.span.start
    return view.words[first.end - start : second.start - start]
