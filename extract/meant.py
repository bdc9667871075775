"""What words stand for where it depends on what a sentence says of them.

"Both programs reduced symptoms" says that treatment works, "the two programs did not differ" that
its kind makes no difference; "women with depression had less oxytocin than others" compares
groups, "depression rose with stress" is about symptoms. Two small models (``treatment``,
``disorder``) decide by the sentence's words, the construct on the other side, the sign (of a
treatment), and what the text is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from extract.asking import Asking
from extract.candidates import Candidate, Mention, SentenceView, Topics
from extract.linear import LinearModel, likeliest

#: Treatment as such, its kind, and what it consists of or what is added to it.
TREATMENTS = ("Psychotherapy", "TherapeuticModel", "TherapeuticTechnique")
#: The groups of people that have a disorder, and the symptoms that make it.
DISORDERS = {
    "MajorDepression": "DepressiveSymptoms",
    "AnxietyDisorder": "AnxietySymptoms",
    "SocialAnxietyDisorder": "AnxietySymptoms",
    "PTSD": "PosttraumaticStressSymptoms",
    "BorderlinePD": "BorderlineSymptoms",
    "Autism": "AutisticSymptoms",
    "Schizophrenia": "PsychoticSymptoms",
}
GROUP, SYMPTOMS = "group", "symptoms"


@cache
def alike(construct: str) -> frozenset[str]:
    """The constructs that words for one may stand for, itself included."""
    if construct in TREATMENTS:
        return frozenset(TREATMENTS)
    symptoms = DISORDERS.get(construct, construct)
    return frozenset({construct, symptoms, *(g for g, s in DISORDERS.items() if s == symptoms)})


def kind_of(construct: str) -> str:
    """``group`` or ``symptoms`` for what a disorder's name may stand for; else empty."""
    if construct in DISORDERS:
        return GROUP
    return SYMPTOMS if construct in DISORDERS.values() else ""


def treatment_mention(candidate: Candidate) -> Mention | None:
    """The one of a candidate's mentions that names a treatment; none if both do."""
    return _only([m for m in _pair(candidate) if m.construct in TREATMENTS])


def disorder_mention(candidate: Candidate) -> Mention | None:
    """The one of a candidate's mentions that names a disorder or its symptoms; none if both do."""
    return _only([m for m in _pair(candidate) if kind_of(m.construct)])


def _pair(candidate: Candidate) -> tuple[Mention, Mention]:
    return candidate.first, candidate.second


def _only(found: list[Mention]) -> Mention | None:
    return found[0] if len(found) == 1 else None


def treatment_features(candidate: Candidate, topics: Topics, sign: str) -> list[str]:
    """What tells the meaning of a candidate's treatment where it is claimed with a sign.

    Empty if the candidate has no treatment, or two.
    """
    mention = treatment_mention(candidate)
    if mention is None:
        return []
    view, own = candidate.view, mention.construct
    named = [m.construct for m in view.named if m.construct in TREATMENTS]
    counts = [min(3, named.count(name)) for name in TREATMENTS]
    found = [f"own={own}|sign={sign}", f"named={counts}", f"named={counts}|sign={sign}"]
    found += [f"text={name}{min(4, topics.counts[name])}|own={own}" for name in TREATMENTS]
    for name in topics.title:
        if name in TREATMENTS:
            found += [f"title={name}|own={own}", f"title={name}|sign={sign}"]
    return [*found, *_around(candidate, mention, own)]


def disorder_features(candidate: Candidate, topics: Topics) -> list[str]:
    """What tells whether a candidate's disorder stands for those who have it or for its symptoms.

    Empty if the candidate names no disorder, or two.
    """
    mention = disorder_mention(candidate)
    if mention is None:
        return []
    view, own = candidate.view, kind_of(mention.construct)
    controls = "Healthy" in view.constructs
    family = alike(mention.construct)
    others = sorted(family - {mention.construct})
    counts = [min(3, topics.counts[name]) for name in (mention.construct, "Healthy")]
    found = [f"own={own}|controls={controls}", f"own={own}|text={counts}"]
    found += [f"own={own}|other={name}{min(3, topics.counts[name])}" for name in others]
    found += [f"own={own}|title={name}" for name in topics.title if name in family]
    if mention.head is not None:
        above = mention.head.head
        found += [f"own={own}|above={above.lemma_.lower()}", f"own={own}|above={above.pos_}"]
    return [*found, *_around(candidate, mention, own)]


def _around(candidate: Candidate, mention: Mention, own: str) -> Iterator[str]:
    """A mention with what it is named with: its words, those beside it, those of the sentence."""
    view = candidate.view
    other = candidate.second if mention is candidate.first else candidate.first
    yield f"own={own}"
    yield f"form={own}|{mention.words}"
    yield f"own={own}|carried={mention.carried}"
    yield f"other={other.construct}|own={own}"
    yield f"role={view.role}|own={own}"
    yield from _words_of(view, own)
    if mention.head is not None:
        start, end = mention.start - view.span.start, mention.end - view.span.start
        yield from (f"bef={word}|own={own}" for word in view.words[max(0, start - 2) : start])
        yield from (f"aft={word}|own={own}" for word in view.words[end : end + 2])
        yield f"dep={mention.head.dep_}|own={own}"


@lru_cache(maxsize=16)
def _words_of(view: SentenceView, own: str) -> tuple[str, ...]:
    """The words of a sentence, which all of its candidates have."""
    words = sorted(set(view.words))
    return tuple(name for word in words for name in (f"word={word}", f"word={word}|own={own}"))


def treatments_meant(
    candidates: Sequence[Candidate],
    signed: Sequence[Sequence[tuple[str, float]]],
    topics: Topics,
    model: LinearModel,
) -> Asking[list[list[str]]]:
    """What each candidate's treatment stands for with each of its signs; empty if it has none."""
    features = [
        [treatment_features(candidate, topics, sign) for sign, _ in signs]
        for candidate, signs in zip(candidates, signed, strict=True)
    ]
    likely = yield model.all_probabilities, [own for signs in features for own in signs if own]
    found = iter(likely)
    return [[likeliest(next(found))[0] if own else "" for own in signs] for signs in features]


def disorders_meant(
    candidates: Sequence[Candidate], topics: Topics, model: LinearModel
) -> Asking[list[str]]:
    """What each candidate's disorder stands for; empty if it has none."""
    mentions = [disorder_mention(candidate) for candidate in candidates]
    features = [disorder_features(candidate, topics) for candidate in candidates]
    likely = yield model.all_probabilities, [own for own in features if own]
    found = iter(likely)
    return [
        _in_kind(mention, likeliest(next(found))[0], topics) if mention else ""
        for mention in mentions
    ]


def _in_kind(mention: Mention, kind: str, topics: Topics) -> str:
    if kind == kind_of(mention.construct):
        return mention.construct
    return DISORDERS[mention.construct] if kind == SYMPTOMS else _group(mention, topics)


def _group(mention: Mention, topics: Topics) -> str:
    """The group that has some symptoms: that of which the text speaks most, the first if none."""
    groups = [group for group, symptoms in DISORDERS.items() if symptoms == mention.construct]
    return max(groups, key=lambda group: (topics.counts[group], "social" in mention.words))
