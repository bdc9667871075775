"""What the models see of a candidate: named features, each true or absent.

`claim_features` tells whether there is a claim between two constructs, `sentence_features` who says
it; what is asked of a claimed pair is in `extract.slots`. The names are readable, so that
``oxykg explain`` can say which of them decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from extract.candidates import (
    ANAPHORS,
    Candidate,
    Mention,
    SentenceView,
    Topics,
    domain_of,
    in_order,
    kin,
)
from extract.clauses import clause_words, cuts_between
from extract.cues import classes_of
from extract.degrees import between_words
from extract.frames import frame_features
from extract.words import Word

_VERBAL = ("VERB", "AUX")
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
#: Kind of a pair, how often its constructs are named (up to 4), how many of them the title names,
#: how many sentences name both (up to 3), and where the second is carried over from.
Standing = tuple[str, tuple[int, int], int, int, str]
_MOST_COUNTED, _MOST_TOGETHER = 4, 3
_CLAUSAL = frozenset({"advcl", "parataxis", "ccomp", "acl:relcl"})


def _bucket(number: int, edges: tuple[int, ...] = (0, 1, 2, 3, 5, 8, 12, 20)) -> int:
    return next((edge for edge in edges if number <= edge), 99)


@lru_cache(maxsize=64)
def sentence_features(view: SentenceView) -> tuple[str, ...]:
    """Position, section, cues and root of a sentence: shared by all of its candidates."""
    words = view.words
    root = view.root
    place = view.index / max(1, view.count - 1)
    found = [f"s:cls={name}" for name in sorted(view.classes)]
    found += [
        f"s:pos={int(place * 4.999)}",
        f"s:role={view.role}",
        f"s:len={_bucket(len(words), (8, 14, 20, 28, 38))}",
        f"s:root={root.lemma_.lower()}",
        f"s:roottag={root.tag_}",
        f"s:w0={words[0]}",
        f"s:first2={' '.join(words[:2])}",
    ]
    if view.index == 0:
        found.append("s:first")
    if view.index >= view.count - 2:
        found.append(f"s:last{view.count - view.index}")
    if not {"we", "our"}.isdisjoint(words):
        found.append("s:we")
    if any(token.tag_ == "MD" for token in view.tokens):
        found.append("s:modal")
    return tuple(found)


def status_features(view: SentenceView) -> list[str]:
    """A sentence's features with its words and word pairs."""
    words = view.words
    shape = sentence_features(view)
    pairs = [f"b:{a}_{b}" for a, b in pairwise(words)]
    return [*shape, *(f"w:{word}" for word in sorted(set(words))), *pairs]


def verb_above(token: Word) -> Word:
    """The verb that governs a token, or the last token on the way up to it."""
    for _ in range(12):
        if token.pos_ in _VERBAL or token.head.i == token.i:
            break
        token = token.head
    return token


def _path(first: Word, second: Word) -> tuple[list[Word], Word, list[Word]] | None:
    """The way up from the first token, the token where both meet, and the way down."""
    up = [first]
    while up[-1].head.i != up[-1].i:
        up.append(up[-1].head)
    places = {token.i: place for place, token in enumerate(up)}
    down: list[Word] = []
    token = second
    while token.i not in places:
        down.append(token)
        if token.head.i == token.i:
            return None
        token = token.head
    return up[: places[token.i]], token, down[::-1]


def _path_features(first: Word, second: Word) -> list[str]:
    found = _path(first, second)
    if found is None:
        return []
    up, top, down = found
    labels = [token.dep_ for token in up] + ["^"] + [token.dep_ for token in down]
    inner = (*up[1:], *down[:-1])
    lemma = top.lemma_.lower()
    left = labels[len(up) - 1] if up else "x"
    right = labels[len(up) + 1] if down else "x"
    features = [
        f"plen={_bucket(len(labels))}",
        f"pathend={labels[0]}|{labels[-1]}",
        f"top={lemma}",
        f"toppos={top.pos_}",
        f"topdeps={left}|{right}",
        f"topdeps={lemma}|{left}|{right}",
    ]
    if len(labels) <= 8:
        features.append(f"path={' '.join(labels)}")
    features += [f"plem={token.lemma_.lower()}" for token in inner]
    features += [f"pcls={name}" for name in classes_of(token.lower_ for token in (top, *inner))]
    if "conj" in labels:
        features.append("hasconj")
    if set(labels) <= {"conj", "^"}:
        features.append("purecoord")
    if not _CLAUSAL.isdisjoint(labels):
        features.append("crossclause")
    return features


def _named_features(view: SentenceView, mention: Mention) -> Iterator[str]:
    head = mention.head
    assert head is not None
    words, start = view.words, view.span.start
    verb = verb_above(head)
    yield f"src={mention.source}"
    yield f"form={mention.words}"
    yield f"verb={verb.lemma_.lower()}"
    yield f"verbdep={verb.lemma_.lower()}|{head.dep_}"
    here, behind = mention.start - start, mention.end - start
    yield from (f"bef={word}" for word in words[max(0, here - 2) : here])
    yield from (f"aft={word}" for word in words[behind : behind + 2])


def joining_features(candidate: Candidate) -> list[str]:
    """How the words of a sentence join two constructs that it names."""
    view, first, second = candidate.view, candidate.first, candidate.second
    between = view.between(first.end, second.start)
    words = between_words(candidate)
    others = {m.construct for m in view.named if first.end <= m.start < second.start}
    finite = sum([token.tag_ in _FINITE and token.pos_ in _VERBAL for token in between])
    found = [
        f"gap={_bucket(len(words))}",
        f"btwm={min(4, len(others))}",
        f"commas={min(3, words.count(','))}",
        f"finv={min(3, finite)}",
        f"cuts={min(2, cuts_between(candidate))}",
    ]
    if len(words) <= 12:
        found += [f"btw={word}" for word in words]
        found += [f"btw2={a}_{b}" for a, b in pairwise(words)]
    found += [f"bcls={name}" for name in classes_of(words)]
    if ";" in words or ":" in words:
        found.append("semicolon")
    if len(words) == 1 and words[0] in (",", "and", "or"):
        found.append("adjcoord")
    found += _rank_features(candidate)
    assert first.head is not None
    assert second.head is not None
    found += _path_features(first.head, second.head)
    found += frame_features(candidate.frame)
    return found


def _rank_features(candidate: Candidate) -> Iterator[str]:
    """Where two constructs stand among those that a sentence names, and whether nearer ones rival.

    Those of one domain rival: of two measures of alliance the nearer one goes with the outcome.
    """
    view, first, second = candidate.view, candidate.first, candidate.second
    places = view.places
    one, other, count = places.index(first.start), places.index(second.start), min(7, len(places))
    yield f"rank={min(one, 4)}|{min(other, 6)}|{count}"
    yield f"rank1={min(one, 4)}|{count}"
    yield f"apart={min(5, other - one)}|{count}"
    yield f"behind={min(4, len(places) - 1 - other)}|{count}"
    mine, theirs = domain_of(first.construct), domain_of(second.construct)
    inside = {domain_of(m.construct) for m in view.named if first.end <= m.start < second.start}
    before = [domain_of(m.construct) for m in view.named if m.start < first.start]
    after = [domain_of(m.construct) for m in view.named if m.start > second.start]
    yield f"inside={mine in inside}|{theirs in inside}|{bool(inside)}"
    yield f"outside={min(2, len(before))}|{min(2, len(after))}|{mine in before}|{theirs in after}"


def carrying_features(view: SentenceView) -> list[str]:
    """What tells whether a sentence speaks of something that it does not name."""
    found = [f"an={word}" for word in view.words if word in ANAPHORS]
    found.append(f"w0|v={view.words[0]}")
    if view.pronoun:
        found.append(f"pronsubj={view.pronoun}")
    found += [f"vr:cls={name}" for name in view.classes]
    found.append(f"vr:nreal={min(3, len(view.constructs))}")
    return found


def mention_features(view: SentenceView, mention: Mention) -> list[str]:
    """What a pair has of a mention, be it its first or its second."""
    if mention.carried:
        return carried_features(mention.construct, mention.carried, view.pronoun)
    return [f"id={mention.construct}", *_named_features(view, mention)]


def carried_features(construct: str, carried: str, pronoun: str) -> list[str]:
    """What a pair has of a construct that is carried over, perhaps taken up by a pronoun."""
    found = [f"id={construct}", f"virt={carried}", f"virt={carried[0]}|{construct}"]
    return [*found, f"virt={carried}|{pronoun}"] if pronoun else found


def place_features(mention: Mention, place: str) -> tuple[str, ...]:
    """What depends on whether a mention is the first (``a``) or the second (``b``) of a pair."""
    return () if mention.head is None else (f"dep={mention.head.dep_}|{place}",)


def construct_features(first: str, second: str, kind: str) -> list[str]:
    """Which constructs a pair is of; ``kind`` as `Candidate` has it."""
    pair = in_order(first, second)
    one, other = domain_of(first), domain_of(second)
    domains = in_order(one, other)
    found = [f"kind={kind}", f"dom={domains[0]}|{domains[1]}", f"ids={pair[0]}|{pair[1]}"]
    if second in kin(first):
        found.append("related")
    if one == other:
        found.append("samedom")
    if kind == "rr":
        found += [f"order={one}<{other}", f"oid={first}<", f"oid=<{second}"]
    elif kind == "rv":
        found.append(f"vr:ord={other}>{one}")
    return found


def standing_features(standing: Standing) -> list[str]:
    """What the document makes of a pair's constructs."""
    kind, counts, titled, together, carried = standing
    found = [f"cnt={counts[0]}|{counts[1]}", f"title={titled}"]
    found.append(f"together={together}|{kind != 'rr'}")
    if kind == "rv":
        found.append(f"vr:{carried}|title{titled}")
    return found


def standing_of(candidate: Candidate, topics: Topics) -> Standing:
    """How a pair's constructs stand in a document; few pairs differ in it."""
    first, second = candidate.first.construct, candidate.second.construct
    counts, titled = topics.counts, topics.title
    one, other = counts.get(first, 0), counts.get(second, 0)
    fewer, more = (one, other) if one < other else (other, one)
    together = topics.together.get(in_order(first, second), 0)
    return (
        candidate.kind,
        (min(fewer, _MOST_COUNTED), min(more, _MOST_COUNTED)),
        (first in titled) + (second in titled),
        min(together, _MOST_TOGETHER),
        candidate.second.carried[:1],
    )


def clause_features(words: Iterable[str]) -> list[str]:
    """What a pair has of the words of its clause."""
    return [f"cls={name}" for name in classes_of(words)]


def setting_features(candidate: Candidate) -> list[str]:
    """What a pair has of its sentence, the same whichever construct is carried over."""
    view, start = candidate.view, candidate.first.start
    found = [f"nreal={min(6, len(view.constructs))}"]
    if candidate.of_group:
        found.append("group")
        found += [f"group&{name}" for name in view.classes]
    if candidate.kind == "rv":
        found.append(f"vr:first={int(all(start <= m.start for m in view.named))}")
    return found


def claim_features(candidate: Candidate, topics: Topics, shared: Iterable[str]) -> list[str]:
    """All features of a pair; ``shared`` are those of its sentence (`sentence_features`).

    What occurs twice counts twice, so that a sum over the parts is a sum over the whole.
    """
    view, first, second = candidate.view, candidate.first, candidate.second
    found = [*shared, *(carrying_features(view) if second.carried else ())]
    for mention, place in ((first, "a"), (second, "b")):
        found += mention_features(view, mention)
        found += place_features(mention, place)
    found += construct_features(first.construct, second.construct, candidate.kind)
    found += standing_features(standing_of(candidate, topics))
    found += setting_features(candidate)
    found += clause_features(clause_words(candidate))
    found += () if second.carried else joining_features(candidate)
    return found
