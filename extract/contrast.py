"""What a sentence relates here and denies there: "in women but not in men", "only if Z was low".

Such a sentence makes two claims of one pair: a relation, and a null for another group, measure or
time. Whether it does is learned from the words of contrast and of denial in and around the clause
of the pair (`extract.clauses`); the words that stand for the other condition are its qualifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from extract.candidates import Candidate, Mention, SentenceView, groups
from extract.clauses import clause
from extract.cues import CUTS, cuts
from extract.degrees import denial_of
from extract.signs import NULLS

_LIMITS = frozenset(
    {
        "absent", "limited", "exclusively", "solely", "except", "restricted", "specific",
        "specifically", "unlike", "disappeared", "reverse", "versa", "rather", "longer",
    }
)  # fmt: skip
_DENIALS = frozenset({"not", "only", "no"})
_TELLING = NULLS | _LIMITS | CUTS | {"did", "significant", "among"}
#: The verbs that stand for the whole predicate of the clause before: "whereas Y did".
_STANDING_IN = frozenset({"did", "does", "do", "was", "were", "is", "are", "had", "has", "have"})
#: How many clauses after that of the pair are looked at.
_CLAUSES = 2
_PLACES = ("before", "after0", "after1")


def may_contrast(view: SentenceView) -> bool:
    """Whether a sentence has a word that could deny something."""
    return not (NULLS | _LIMITS).isdisjoint(view.words)


def denies_others(candidate: Candidate) -> bool:
    """Whether each word of denial is said of another name.

    It stands before it ("predicted Y but not Z"), or in a last clause of which that is the subject
    ("predicted Y, whereas Z was not affected").
    """
    view, pair = candidate.view, (candidate.first.start, candidate.second.start)
    others = [m for m in view.named if m.construct not in groups() and m.start not in pair]
    theirs = {word.i for m in others if (word := denial_of(view, m))}
    last = view.span.start + _last_clause(view)
    if max(pair) < last and any(m.start >= last and _is_subject(m) for m in others):
        theirs |= set(range(last, view.span.end))
    return all(t.i in theirs for t in view.tokens if t.lower_ in NULLS or t.lower_ in _LIMITS)


def _last_clause(view: SentenceView) -> int:
    """The place of the word of contrast that begins the last clause of a sentence; 0 if none."""
    return max(cuts(view.words), default=0)


def _is_subject(mention: Mention) -> bool:
    return mention.head is not None and mention.head.dep_.startswith("nsubj")


def affirmed(candidate: Candidate) -> bool:
    """Whether an ellipsis affirms of the pair what is denied of another: "X did not, but Y did".

    Not where both are of one kind ("alliance at session 4 did not, at session 12 it did").
    """
    view, second = candidate.view, candidate.second
    cut = _last_clause(view)
    if second.carried or not cut:
        return False
    start = view.span.start + cut
    last = [word for word in view.words[cut:] if word.isalpha()]
    apart = view.names_once(second.construct) and candidate.first.start < start < second.start
    return apart and not _STANDING_IN.isdisjoint(last[-1:]) and NULLS.isdisjoint(last)


def _clauses_from(words: tuple[str, ...], start: int) -> Iterator[tuple[int, int]]:
    """The clauses (see `extract.clauses`) from a place on, as first word and the one after it."""
    return pairwise([start, *(place for place in cuts(words) if place > start), len(words)])


def contrast_features(candidate: Candidate) -> list[str]:
    """Words of denial and contrast before, between and behind a pair, and in the clauses after."""
    view = candidate.view
    words, offset = view.words, view.span.start
    start, end = (place - offset for place in clause(candidate))
    named = [m for m in (candidate.first, candidate.second) if not m.carried]
    first = min((m.start - offset for m in named), default=0)
    last = max((m.end - offset for m in named), default=len(words))
    variables = [m for m in view.named if m.construct not in groups()]
    rivals = sum(m not in named and denial_of(view, m) is not None for m in variables)
    found = [f"kind={candidate.kind}", f"role={view.role}"]
    found += [f"named={min(6, len(view.constructs))}", f"rivals={min(2, rivals)}"]
    found += _telling("pre", words[start:first])
    found += _telling("btw", words[first:last])
    found += _telling("post", words[last:end])
    clauses = [(0, start), *islice(_clauses_from(words, end), _CLAUSES)]
    for name, (begin, until) in zip(_PLACES, clauses, strict=False):
        if begin < until:
            own = sum(begin <= m.start - offset < until for m in variables)
            found += _other_clause(name, words[begin:until], own)
    found += [f"any={word}" for word in sorted(set(words) & _TELLING)]
    found += _around_denials(words)
    return found


def _around_denials(words: Sequence[str]) -> Iterator[str]:
    """Each three words of which one of the first two denies or limits."""
    for three in zip(words, words[1:], words[2:], strict=False):
        if not _DENIALS.isdisjoint(three[:2]):
            yield f"not={'_'.join(three)}"


def _telling(place: str, words: Sequence[str]) -> Iterator[str]:
    yield from (f"{place}={word}" for word in sorted(set(words) & _TELLING))
    yield from (f"{place}2={a}_{b}" for a, b in pairwise(words) if a in _TELLING or b in _TELLING)


def _other_clause(name: str, words: Sequence[str], mentions: int) -> Iterator[str]:
    """What a clause beside the pair's denies, and whether it names constructs of its own."""
    denials = sorted(set(words) & NULLS)
    yield f"{name}={words[0]}|{mentions}"
    yield f"{name}={words[0]}|{bool(denials)}|{min(mentions, 2)}|{min(3, len(words) // 3)}"
    yield from (f"{name}:{word}|{min(mentions, 1)}" for word in sorted(set(words) & _TELLING))
    yield from (f"{name}:{a}_{b}" for a, b in pairwise(words))
    yield from (f"denied={word}|{min(mentions, 2)}" for word in denials)
