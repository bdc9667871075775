"""How a sentence ties two mentions together: the predicates between them, and what each is of them.

A dependency path is too varied to learn from: "levels of X were associated with Y", "the
association of X levels with Y". Here the path is folded: nouns that only carry a construct
("levels of", "symptoms", "scores"), coordination and apposition are stepped over, light verbs
("had an effect on") merge with their noun, and each predicate left is replaced by its class of
cue (``patterns/cues.jsonl``). What remains is a short frame: ``nsubj>association<with``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extract.cues import cue_classes
from extract.words import Word

#: Classes of cue that make a word a predicate between constructs, the most telling first.
PREDICATES = (
    "mediation", "moderation", "prediction", "association", "effect", "difference", "increase",
    "decrease",
)  # fmt: skip
#: Classes of cue that govern a claim from above: asked, reported, concluded.
GOVERNORS = ("question", "unknown", "method", "report", "conclude", "hedge", "mixed")
_KINDS = PREDICATES + GOVERNORS
_TRANSPARENT = frozenset(
    {"conj", "appos", "compound", "flat", "fixed", "nummod", "det", "goeswith"}
)
_LIGHT = frozenset({"have", "has", "had", "having", "exert", "exerts", "exerted", "show", "showed"})
_NEGATORS = frozenset(
    {"not", "no", "n't", "never", "neither", "nor", "without", "none", "little", "failed", "fail"}
)
_MOST_STEPS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The folded path: roles on the first mention's side, the class on top, roles on the other's.

    ``tokens`` are the predicates on the path; ``first`` and ``second`` the nearest predicate of
    each mention with its role there.
    """

    up: tuple[str, ...]
    top: str
    down: tuple[str, ...]
    first: str
    second: str
    tokens: tuple[Word, ...]
    head: Word


def _most_telling(classes: tuple[str, ...]) -> dict[str, str]:
    """Each cue word that is of one of some classes with the first of them that it is of."""
    known = {word: set(names) for word, names in cue_classes().items()}
    telling = ((word, [n for n in classes if n in names]) for word, names in known.items())
    return {word: names[0] for word, names in telling if names}


@cache
def _predicates() -> dict[str, str]:
    return _most_telling(PREDICATES)


@cache
def _kinds() -> dict[str, str]:
    return _most_telling(_KINDS)


def predicate_class(word: str) -> str:
    """The most telling class of cue of a word that can be a predicate; empty if it has none."""
    return _predicates().get(word, "")


def _kind(token: Word) -> str:
    found = _kinds().get(token.lower_)
    return found or ("be" if token.lemma_ == "be" else token.pos_)


def _preposition(token: Word) -> str:
    for child in token.children:
        if child.dep_ in ("case", "mark") and child.i < token.i:
            return child.lower_
    return ""


def role(token: Word) -> str:
    """What a token is to its head: ``nsubj``, ``obj``, or the preposition that brings it in."""
    label = token.dep_
    if label.split(":")[0] in ("obl", "nmod", "acl", "advcl"):
        return _preposition(token) or label
    return label


def _carries(token: Word, head: Word) -> bool:
    """Whether a step from a token up to its head changes nothing: "levels of X", "X and Y"."""
    label = token.dep_.split(":")[0]
    if label in _TRANSPARENT:
        return label in ("conj", "appos") or not predicate_class(head.lower_)
    if label in ("nmod", "amod") and head.pos_ in ("NOUN", "PROPN"):
        return not predicate_class(head.lower_) and _preposition(token) in ("of", "")
    return False


def _chain(token: Word) -> list[Word]:
    found = [token]
    while found[-1].head.i != found[-1].i and len(found) < _MOST_STEPS:
        found.append(found[-1].head)
    return found


def _fold(side: list[Word], top: Word) -> tuple[list[str], list[Word]]:
    """The roles and predicates of one side of a path, from the mention up to the token on top."""
    roles: list[str] = []
    predicates: list[Word] = []
    for place, token in enumerate(side):
        head = side[place + 1] if place + 1 < len(side) else top
        if _carries(token, head):
            continue
        label = role(token)
        if place and predicates and predicates[-1].i == token.i:
            roles.append(_kind(token))
        roles.append(label)
        predicates.append(head)
    return roles, predicates


def find_frame(first: Word, second: Word) -> Frame | None:
    """The frame of two tokens of a sentence; ``None`` if no path joins them."""
    up, down = _chain(first), _chain(second)
    places = {token.i: place for place, token in enumerate(up)}
    meet = next((token for token in down if token.i in places), None)
    if meet is None:
        return None
    left = up[: places[meet.i]]
    right = down[: next(k for k, token in enumerate(down) if token.i == meet.i)]
    roles_left, predicates_left = _fold(left, meet)
    roles_right, predicates_right = _fold(right, meet)
    top = "light" if meet.lower_ in _LIGHT else _kind(meet)
    governor = meet
    if not roles_left and not roles_right and not predicate_class(meet.lower_):
        top, governor = _governed(meet)
    near = [
        f"{roles[0]}:{_kind(predicates[0])}" if roles else f"self:{top}"
        for roles, predicates in ((roles_left, predicates_left), (roles_right, predicates_right))
    ]
    tokens = {token.i: token for token in (*predicates_left, *predicates_right, meet, governor)}
    return Frame(
        up=tuple(roles_left),
        top=top,
        down=tuple(reversed(roles_right)),
        first=near[0],
        second=near[1],
        tokens=tuple(tokens[i] for i in sorted(tokens)),
        head=governor,
    )


def _governed(token: Word) -> tuple[str, Word]:
    """What mentions side by side depend on together: "the association between X and Y"."""
    for _ in range(_MOST_STEPS):
        if token.head.i == token.i or not _carries(token, token.head):
            break
        token = token.head
    if token.head.i == token.i:
        return _kind(token), token
    return f"{role(token)}>{_kind(token.head)}", token.head


def negated(token: Word) -> bool:
    """Whether a word of denial hangs on a predicate or on its determiner."""
    return any(child.lower_ in _NEGATORS for child in token.children)


def governors(token: Word) -> list[str]:
    """The classes of the words above a predicate, and the word that brings its clause in."""
    found: list[str] = []
    for _ in range(4):
        found += [f"mark={child.lower_}" for child in token.children if child.dep_ == "mark"]
        if token.head.i == token.i:
            break
        token = token.head
        known = cue_classes().get(token.lower_, ())
        found += [name for name in GOVERNORS if name in known]
    return found


def frame_features(frame: Frame | None) -> list[str]:
    """The frame of two mentions as features, from the whole to its parts."""
    if frame is None:
        return ["fr:none"]
    outer = (frame.up[-1] if frame.up else "-", frame.down[0] if frame.down else "-")
    kinds = sorted({name for token in frame.tokens if (name := predicate_class(token.lower_))})
    found = [
        f"fr={'>'.join(frame.up)}[{frame.top}]{'<'.join(frame.down)}",
        f"fr:n={min(6, len(frame.up) + len(frame.down))}",
        f"fr:ends={frame.first}|{frame.second}",
        f"fr:top={frame.top}|{outer[0]}|{outer[1]}",
        f"fr:a={frame.first}",
        f"fr:b={frame.second}",
        f"fr:kinds={'+'.join(kinds)}",
        f"fr:neg={any(negated(token) for token in frame.tokens)}",
    ]
    found += [f"fr:k={name}" for name in kinds]
    for name in governors(frame.head):
        found += [f"fr:gov={name}", f"fr:gov={name}|{bool(kinds)}"]
    return found
