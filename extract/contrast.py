"""What a sentence relates here and denies there: "in women but not in men", "only if Z was low".

Such a sentence makes two claims of one pair: a relation, and a null for another group, measure or
time. Whether it does is learned from the words of contrast and of denial in and around the clause
of the pair (`extract.clauses`); the words that stand for the other condition are its qualifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from extract.candidates import Candidate, SentenceView
from extract.clauses import CUTS, clause
from extract.signs import NULLS

_LIMITS = frozenset(
    {
        "absent", "limited", "exclusively", "solely", "except", "restricted", "specific",
        "specifically", "unlike", "disappeared", "reverse", "versa", "rather", "longer",
    }
)  # fmt: skip
_TELLING = NULLS | _LIMITS | CUTS | {"did", "significant", "among"}
#: How many clauses after that of the pair are looked at.
_CLAUSES = 2
_CONDITION_WORDS = 12


def may_contrast(view: SentenceView) -> bool:
    """Whether a sentence has a word that could deny something."""
    return not (NULLS | _LIMITS).isdisjoint(view.words)


def _clauses_from(words: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    """The clauses (see `extract.clauses`) from a place on, as first word and the one after it."""
    while start < len(words):
        end = start + 1
        while end < len(words) and words[end] not in CUTS:
            end += 1
        yield start, end
        start = end


def contrast_features(candidate: Candidate) -> list[str]:
    """Words of denial and contrast before, between and behind a pair, and in the clauses after."""
    view = candidate.view
    words, offset = view.words, view.span.start
    start, end = (place - offset for place in clause(candidate))
    named = [m for m in (candidate.first, candidate.second) if not m.carried]
    first = min((m.start - offset for m in named), default=0)
    last = max((m.end - offset for m in named), default=len(words))
    found = [f"kind={candidate.kind}", f"role={view.role}"]
    found.append(f"named={min(6, len({m.construct for m in view.named}))}")
    for place, part in (
        ("pre", words[start:first]),
        ("btw", words[first:last]),
        ("post", words[last:end]),
    ):
        found += _telling(place, part)
    places = [mention.start - offset for mention in view.named]
    others = [
        (f"after{i}", place) for i, place in enumerate(_clauses_from(words, end)) if i < _CLAUSES
    ]
    for name, (begin, until) in [("before", (0, start)), *others]:
        if begin < until:
            found += _other_clause(
                name, words[begin:until], sum(begin <= p < until for p in places)
            )
    found += [f"any={word}" for word in sorted(set(words) & _TELLING)]
    found += [
        f"not={a}_{b}_{c}"
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
        if {a, b} & {"not", "only", "no"}
    ]
    return found


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
