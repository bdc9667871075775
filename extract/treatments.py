"""Whether words for a treatment stand for treatment as such, for its kind, or for a part of it.

"Both programs reduced symptoms" says that treatment works; "the two programs did not differ" says
that its kind makes no difference. The words are the same, so that what is said of them decides: a
small model (``treatment``) over the sentence's words, the sign and what the text is about.
"""

from __future__ import annotations

from extract.candidates import Candidate, Mention, Topics
from extract.linear import LinearModel

#: Treatment as such, its kind, and what it consists of or what is added to it.
TREATMENTS = ("Psychotherapy", "TherapeuticModel", "TherapeuticTechnique")


def treatment_mention(candidate: Candidate) -> Mention | None:
    """The one of a candidate's mentions that names a treatment; none if both do."""
    found = [m for m in (candidate.first, candidate.second) if m.construct in TREATMENTS]
    return found[0] if len(found) == 1 else None


def treatment_features(candidate: Candidate, topics: Topics, sign: str) -> list[str]:
    """What tells the meaning of a candidate's treatment where it is claimed with a sign.

    Empty if the candidate has no treatment, or two.
    """
    mention = treatment_mention(candidate)
    if mention is None:
        return []
    view, own = candidate.view, mention.construct
    other = candidate.second if mention is candidate.first else candidate.first
    named = [m.construct for m in view.named if m.construct in TREATMENTS]
    counts = [min(3, named.count(name)) for name in TREATMENTS]
    found = [f"own={own}", f"own={own}|sign={sign}", f"form={own}|{mention.words}"]
    found += [f"own={own}|carried={mention.carried}", f"other={other.construct}|own={own}"]
    found += [f"named={counts}", f"named={counts}|sign={sign}", f"role={view.role}|own={own}"]
    found += [f"text={name}{min(4, topics.counts[name])}|own={own}" for name in TREATMENTS]
    found += [f"title={name}|own={own}" for name in topics.title if name in TREATMENTS]
    found += [f"title={name}|sign={sign}" for name in topics.title if name in TREATMENTS]
    for word in sorted(set(view.words)):
        found += [f"word={word}", f"word={word}|own={own}"]
    if mention.head is not None:
        start = view.span.start
        found += [f"bef={word}|own={own}" for word in view.words[_before(mention, start)]]
        found += [f"aft={word}|own={own}" for word in view.words[_behind(mention, start)]]
        found.append(f"dep={mention.head.dep_}|own={own}")
    return found


def _before(mention: Mention, start: int) -> slice:
    return slice(max(0, mention.start - start - 2), mention.start - start)


def _behind(mention: Mention, start: int) -> slice:
    return slice(mention.end - start, mention.end - start + 2)


def treatment_of(candidate: Candidate, topics: Topics, sign: str, model: LinearModel) -> str:
    """The likeliest construct that a candidate's treatment stands for; empty if it has none."""
    features = treatment_features(candidate, topics, sign)
    if not features:
        return ""
    chances = model.probabilities(features)
    return max(sorted(chances), key=lambda name: chances[name])
