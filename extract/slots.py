"""What the models see of a pair that is claimed: which way it goes, and which is the subject.

Named features as in `extract.features`. The sign's features are the terms of its arithmetic
(`extract.signs`), one by one and together, and the words of denial around the pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from extract.candidates import Candidate, domain_of, groups
from extract.clauses import clause_words, statistic_sign
from extract.cues import classes_of
from extract.degrees import between_words, denial_of
from extract.features import verb_above
from extract.frames import negated
from extract.signs import Arithmetic, Said, add_up, sign_elsewhere
from extract.words import Word
from kg.ontology import constructs

#: What there is none of where nothing was found.
_EVIDENCE = frozenset({"evidence", "indication", "support"})
#: What tells the opposite where one of two constructs is named by its opposite pole ("loneliness").
_TURNED = ("arith=", "bcls=", "btw=", "ccls=", "enc", "stat=", "w=")


def direction_features(candidate: Candidate, said: Said, told: Iterable[str]) -> list[str]:
    """Degrees, link words, negations and constructs: what a sign is computed from.

    ``told`` is what the encoder tells (`Encoded.signs`).
    """
    view, first, second = candidate.view, candidate.first, candidate.second
    total = add_up(candidate)
    between = between_words(candidate)
    before, after = sign_elsewhere(candidate, said)
    found = [
        f"arith={total.sign}",
        f"arith={total.sign}|{total.evidence}",
        f"ev={total.evidence}",
        f"link={total.link}",
        f"null={total.null}",
        f"null={total.null}|{total.sign}",
        f"kind={candidate.kind}",
        f"inverted={first.sign * second.sign}",
        f"role={view.role}",
        f"said={before}|{total.sign}|{bool(second.carried)}",
        f"after={after}|{total.sign}",
    ]
    found += [f"ids={m.construct}" for m in (first, second)]
    for mention in (first, second):
        valence = constructs()[mention.construct].valence
        found.append(f"dom={domain_of(mention.construct)}|{valence}")
    near = clause_words(candidate)
    said_by = statistic_sign(candidate)
    found += [f"stat={said_by}", f"stat={said_by}|{total.sign}"]
    found += [f"bcls={name}" for name in classes_of(between)]
    found += [f"ccls={name}" for name in classes_of(near)]
    found += [f"btw={word}" for word in between]
    found += [f"btw2={a}_{b}" for a, b in pairwise(between)]
    found += [f"w={word}" for word in sorted(set(near))]
    found += _denials(candidate)
    found += _crossed(candidate, total, before, after)
    found += _surroundings(candidate)
    found += told
    if first.sign * second.sign < 0:
        found += [f"inverted|{name}" for name in found if name.startswith(_TURNED)]
    return found


def _crossed(candidate: Candidate, total: Arithmetic, before: int, after: int) -> Iterator[str]:
    """The terms of the arithmetic taken together, and with what both constructs are worth."""
    kind = candidate.kind
    mentions = (candidate.first, candidate.second)
    worth = "".join(str(constructs()[mention.construct].valence) for mention in mentions)
    terms = f"{total.degrees[0]}{total.degrees[1]}{total.link}"
    yield f"x={terms}|{bool(total.null)}|{kind}"
    yield f"x={terms}|{worth}"
    yield f"x={total.sign}|{total.null}|{kind}"
    yield f"x={total.sign}|{before}|{after}|{kind}"
    yield f"x={total.sign}|{candidate.view.role}"
    yield f"x={total.sign}|{worth}"
    yield from (f"x={name}|{worth}" for name in classes_of(clause_words(candidate)))


def _surroundings(candidate: Candidate) -> Iterator[str]:
    """What governs each named construct of a pair, and the words before it."""
    view = candidate.view
    yield f"root={view.root.lemma_.lower()}"
    for mention, place in ((candidate.first, "a"), (candidate.second, "b")):
        if mention.head is not None:
            verb = verb_above(mention.head)
            yield f"{place}:dep={mention.head.dep_}"
            yield f"{place}:verb={verb.lemma_.lower()}|{verb.tag_}|{mention.head.dep_}"
            before = view.between(mention.start - 2, mention.start)
            yield from (f"{place}:bef={token.lower_}" for token in before)


def _denials(candidate: Candidate) -> Iterator[str]:
    """Whether names, the predicates that join them or what governs these are denied."""
    view, frame = candidate.view, candidate.frame
    for mention, place in ((candidate.first, "a"), (candidate.second, "b")):
        if not mention.carried and denial_of(view, mention):
            yield f"denied={place}"
    yield from _denied_above(candidate)
    if frame is None:
        yield f"neg=none|{bool(candidate.second.carried)}"
        return
    yield f"neg={any(negated(token) for token in frame.tokens)}"
    yield f"top={frame.top}"
    for token in frame.tokens:
        yield f"on={token.lower_}"


def plainly_denied(candidate: Candidate) -> bool:
    """Whether a construct is denied by name, or evidence of the relation is.

    "X predicted Y but not Z" denies Z, as "X, but not Z, predicted Y" does, "no evidence that X
    predicted Y" the prediction.
    """
    second = candidate.second
    named = not second.carried and denial_of(candidate.view, second) is not None
    if named or _first_denied(candidate):
        return True
    return any(word.lemma_.lower() in _EVIDENCE for word in _denied_governors(candidate))


def _first_denied(candidate: Candidate) -> bool:
    """Whether "but not Z" denies the first construct, and not one kind of it beside another."""
    view, first = candidate.view, candidate.first
    denial = None if first.carried or candidate.second.carried else denial_of(view, first)
    if denial is None:
        return False
    before = {token.lower_ for token in view.between(denial.i - 1, denial.i)}
    told = not before.isdisjoint(("but", "and", ",")) and first.construct not in groups()
    return told and view.names_once(first.construct)


def _denied_above(candidate: Candidate) -> Iterator[str]:
    """A denied word above the predicate of a pair: "no evidence that X predicted Y"."""
    for word in _denied_governors(candidate):
        yield "above"
        yield f"above={word.lemma_.lower()}"


def _denied_governors(candidate: Candidate) -> Iterator[Word]:
    named = candidate.first.head or candidate.second.head
    if candidate.frame is not None:
        token = candidate.frame.head
    elif named is not None:
        token = verb_above(named)
    else:
        return
    for _ in range(6):
        if token.head.i == token.i:
            break
        token = token.head
        if negated(token):
            yield token


def order_features(candidate: Candidate) -> list[str]:
    """What tells the subject of a pair from its object, and which relation it is."""
    view, first, second = candidate.view, candidate.first, candidate.second
    between = between_words(candidate)
    found = [
        f"order={domain_of(first.construct)}<{domain_of(second.construct)}",
        f"first={first.construct}",
        f"second={second.construct}",
        f"kind={candidate.kind}",
    ]
    if len(between) <= 14 or second.carried:
        found += [f"btw={word}" for word in between]
    found += [f"bcls={name}" for name in classes_of(between)]
    found += [f"scls={name}" for name in view.classes]
    found += _surroundings(candidate)
    return found
