"""What plain "oxytocin" stands for in a sentence: what was given, what was measured, or the system.

Nothing beside the word may tell: "Oxytocin increased trust" means the spray in a trial and the
hormone's level in a study of saliva. What the rest of the text measures or gives, its methods, the
sentence's place and its words tell well enough for a small model (``sense``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from extract.candidates import Mention, SentenceView, Topics
from extract.features import sentence_features
from extract.linear import LinearModel, likeliest

#: The sense that the lexicon gives to the plain word, and those that it may have.
PLAIN = "OxytocinSystem"
SENSES = (PLAIN, "OxytocinAdministration", "OxytocinLevel", "OxytocinReactivity")
#: Constructs that belong together with one of the senses, so that none is read into the word.
FAMILY = frozenset({*SENSES, "OxytocinSynchrony", "OXTRGenotype", "OXTRMethylation"})


def plain_mention(view: SentenceView) -> Mention | None:
    """The first plain mention of a sentence, named or carried over into it."""
    return next((m for m in (*view.named, *view.carried) if m.construct == PLAIN), None)


def sense_features(view: SentenceView, topics: Topics) -> list[str]:
    """What tells the sense of the plain word in a sentence that has it; empty if it has not."""
    mention = plain_mention(view)
    if mention is None:
        return []
    counts = topics.counts
    given = min(3, counts["OxytocinAdministration"])
    measured = min(3, counts["OxytocinLevel"] + counts["OxytocinReactivity"])
    genes = min(2, counts["OXTRGenotype"] + counts["OXTRMethylation"])
    found = [f"given={given}", f"measured={measured}", f"genes={genes}"]
    found.append(f"given={min(2, given)}|measured={min(2, measured)}")
    found += [f"title={name}" for name in topics.title if name in FAMILY]
    shape = [name for name in sentence_features(view) if name.startswith(_SHAPE)]
    done = "+".join(sorted(topics.methods & _OF_STUDIES))
    found += shape
    found += [f"{name}|given={min(2, given)}" for name in shape]
    found += [f"method={name}" for name in sorted(topics.methods)]
    found += [f"{name}|methods={done}" for name in ("", *shape)]
    found.append(f"form={mention.words or mention.carried}")
    found += [
        f"carried={other.construct}|{other.carried[0]}"
        for other in view.carried
        if other.construct in FAMILY
    ]
    if mention.head is not None:
        start = view.span.start
        before = view.words[max(0, mention.start - start - 2) : mention.start - start]
        after = view.words[mention.end - start : mention.end - start + 2]
        head = mention.head
        found += [f"bef={word}" for word in before]
        found += [f"aft={word}" for word in after]
        found += [f"dep={head.dep_}", f"dep={head.dep_}|{head.head.lemma_.lower()}"]
    return found


_SHAPE = ("s:cls", "s:role", "s:pos")
#: The methods that tell a trial of what was given from a study of what was measured.
_OF_STUDIES = frozenset({"trial", "assay", "level"})


@lru_cache(maxsize=16)
def sense_of(view: SentenceView, topics: Topics, model: LinearModel) -> str:
    """The likeliest sense of the plain word in a sentence."""
    return likeliest(model.probabilities(sense_features(view, topics)))[0]


def with_sense(mentions: Iterable[Mention], sense: str) -> tuple[Mention, ...]:
    """Mentions with the plain word in its sense, unless another of them is of its family."""
    mentions = tuple(mentions)
    family = sum(mention.construct in FAMILY for mention in mentions)
    if family != 1:
        return mentions
    return tuple(
        replace(mention, construct=sense) if mention.construct == PLAIN else mention
        for mention in mentions
    )
