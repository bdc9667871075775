"""The arithmetic of signs: degrees of both variables, the verb between them, and nulls.

``sign = degree(first) x degree(second) x link x naming``: "lower (-) X predicted a smaller (-)
reduction (-) of Y" is negative times positive. Where only one factor is known the rest count
as +1; where none is, there is no sign. `add_up` keeps its steps, so that they can be printed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

from extract.candidates import Candidate, in_order
from extract.degrees import Degree, between_words, degree_words, pair_degrees, product, word_sign
from extract.words import Word
from kg.ontology import constructs

_POSITIVELY = frozenset({"positively", "positive", "directly"})
_NEGATIVELY = frozenset({"negatively", "negative", "inversely", "inverse"})
#: Words that state the sign itself, so that they are no words of degree.
_STATED = _POSITIVELY | _NEGATIVELY
#: Of these, what is no other word either ("both directly and indirectly").
_PLAIN = _STATED - {"directly"}
#: What is positive or negative for whom it befalls, not along a scale.
_EFFECTS = frozenset({"effect", "effects", "impact", "impacts", "influence", "consequences"})
#: Words that deny a relation, or say that levels are alike.
NULLS = frozenset(
    {
        "not", "no", "nor", "neither", "none", "never", "unrelated", "without", "failed",
        "fail", "nonsignificant", "non-significant", "insignificant", "unaffected", "unchanged",
        "similar", "similarly", "comparable", "equal", "equally", "independent", "n't",
        "cannot", "unassociated", "uncorrelated", "irrespective", "regardless", "alike", "same",
        "only",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """The outcome (+1, -1, 0 for none), what it rests on, and the steps in words.

    ``degrees`` are those of both mentions, ``link`` that of what stands between them.
    """

    sign: int
    degrees: tuple[int, int]
    evidence: str
    link: int
    null: str
    steps: tuple[str, ...]


def _adverb_sign(words: tuple[str, ...]) -> int:
    positive = sum(word in _POSITIVELY for word in words)
    negative = sum(word in _NEGATIVELY for word in words)
    return 0 if positive == negative else 1 if positive > negative else -1


def _last_stated(words: tuple[str, ...]) -> int:
    """Of several signs that are stated the last: "related positively to X, negatively to Y"."""
    return _adverb_sign(tuple(word for word in words if word in _STATED)[-1:])


def _valued_effect(words: tuple[str, ...], construct: str) -> int:
    """The sign of "a positive effect on X": for the better, so less of X where X is a burden."""
    for place, word in enumerate(words):
        if word in _EFFECTS:
            sign = _adverb_sign(words[max(0, place - 2) : place])
            if sign:
                return sign * (constructs()[construct].valence or 1)
    return 0


def _verb_between(candidate: Candidate) -> Word | None:
    """The verb of which one mention is (in) the subject and the other (in) the complement."""
    first, second = candidate.first.head, candidate.second.head
    if first is None or second is None:
        head = first or second
        return None if head is None else _climb(head)[0]
    one, one_role = _climb(first)
    other, other_role = _climb(second)
    if one is None or other is None:
        return None
    if one.i == other.i:
        return one if one_role != other_role else None
    return other if _shares_subject(one, other, one_role) else None


def _shares_subject(first: Word, verb: Word, role: str) -> bool:
    """Whether a coordinated verb takes the subject of the first: "X buffers Y and raises Z"."""
    if not role.startswith("nsubj") or any(c.dep_.startswith("nsubj") for c in verb.children):
        return False
    for _ in range(6):
        if verb.i == first.i:
            return True
        if verb.dep_ not in ("conj", "xcomp", "advcl", "acl"):
            return False
        verb = verb.head
    return False


def _climb(token: Word) -> tuple[Word | None, str]:
    for _ in range(10):
        head = token.head
        if head.i == token.i:
            return None, ""
        if head.pos_ in ("VERB", "AUX", "ADJ") and token.dep_ not in ("conj", "amod", "compound"):
            return head, token.dep_.split(":")[0]
        token = head
    return None, ""


def _null_word(candidate: Candidate, verb: Word | None) -> str:
    near = set(between_words(candidate))
    if verb is not None:
        near |= {child.lower_ for child in verb.children}
    found = sorted(near & NULLS)
    if found:
        return found[0]
    return "sentence" if not NULLS.isdisjoint(candidate.view.words) else ""


@lru_cache(maxsize=128)
def add_up(candidate: Candidate) -> Arithmetic:
    """The sign between two variables as their words give it, with its steps.

    It is asked of a claimed pair twice, for itself and for what other sentences say of it.
    """
    first, second = candidate.first, candidate.second
    degrees = pair_degrees(candidate)
    verb = _verb_between(candidate)
    object_ = second.construct
    link = 0
    linking: tuple[Word, ...] = ()
    used = {token.i for degree in degrees for token in degree.tokens}
    if verb is not None and verb.lower_ in degree_words() and verb.i not in used:
        link, linking = word_sign(verb.lower_, object_), (verb,)
    elif not degrees[1].sign:
        loose = product(object_, _loose_words(candidate, used))
        link, linking = loose.sign, loose.tokens
    between = between_words(candidate)
    said = (*_edge_words(candidate), *between)
    adverb = _valued_effect(said, object_) or _adverb_sign(said) or _last_stated(between)
    factors = [d.sign for d in degrees] + [link, adverb]
    named = first.sign * second.sign
    sign = named if any(factors) else 0
    for factor in factors:
        sign *= factor or 1
    return Arithmetic(
        sign=sign,
        degrees=(degrees[0].sign, degrees[1].sign),
        evidence="".join("1" if factor else "0" for factor in factors),
        link=link,
        null=_null_word(candidate, verb),
        steps=_steps(candidate, degrees, linking, adverb),
    )


def is_stated(candidate: Candidate) -> bool:
    """Whether the predicate of a pair states its sign: "X was negatively related to Y"."""
    if candidate.frame is None or candidate.frame.head.lower_ in _EFFECTS:
        return False
    return any(child.lower_ in _PLAIN for child in candidate.frame.head.children)


def _loose_words(candidate: Candidate, used: set[int]) -> list[Word]:
    """The last word of degree between the two that belongs to neither: "a way to ease stress"."""
    first, second = candidate.first, candidate.second
    if second.carried:
        start, end = candidate.view.span.start, first.start
    else:
        start, end = first.end, second.start
    words = degree_words()
    for token in reversed(candidate.view.between(max(start, end - 8), end)):
        if token.lower_ in words and token.i not in used and token.lower_ not in _STATED:
            return [token]
        if token.text in (";", ":"):
            break
    return []


def _edge_words(candidate: Candidate) -> tuple[str, ...]:
    """A few words before and after the pair, where "a negative correlation" stands."""
    if candidate.second.carried:
        return ()
    first, second, view = candidate.first, candidate.second, candidate.view
    before = view.between(first.start - 5, first.start)
    after = view.between(second.end, second.end + 2)
    return tuple(token.lower_ for token in (*before, *after))


def _steps(
    candidate: Candidate,
    degrees: tuple[Degree, Degree],
    linking: tuple[Word, ...],
    adverb: int,
) -> tuple[str, ...]:
    signs = {1: "+", -1: "-"}
    steps = []
    for mention, degree in zip((candidate.first, candidate.second), degrees, strict=True):
        if degree.sign:
            steps.append(f"{mention.construct} {signs[degree.sign]} ({' '.join(degree.words)})")
        if mention.sign < 0:
            steps.append(f"{mention.construct} named by its opposite -")
    steps += [f"between them {token.text}" for token in linking]
    if adverb:
        steps.append(f"stated {signs[adverb]}")
    return tuple(steps)


#: For each pair of constructs the (index of sentence, sign) that its sentences give.
Said = dict[tuple[str, str], list[tuple[int, int]]]


def pair_of(candidate: Candidate) -> tuple[str, str]:
    """The two constructs of a candidate in the order of their names."""
    return in_order(candidate.first.construct, candidate.second.construct)


def signs_said(
    candidates: Iterable[Candidate], pairs: Container[tuple[str, str]] | None = None
) -> Said:
    """What each sentence that names both constructs says of their sign, for those that do not.

    ``candidates`` are those of a document; with ``pairs`` only of those (see `pair_of`).
    """
    said: Said = {}
    for candidate in candidates:
        if candidate.second.carried or (pairs is not None and pair_of(candidate) not in pairs):
            continue
        total = add_up(candidate)
        if total.sign:
            said.setdefault(pair_of(candidate), []).append((candidate.view.index, total.sign))
    return said


def sign_elsewhere(candidate: Candidate, said: Said) -> tuple[int, int]:
    """The sign of the nearest sentence before that gives the pair one, and of the nearest after."""
    index = candidate.view.index
    places = said.get(pair_of(candidate), ())
    before = next((sign for i, sign in reversed(list(places)) if i < index), 0) if places else 0
    after = next((sign for i, sign in places if i > index), 0)
    return before, after
