"""Puts nouns of the field into sentences of other fields, as further training material.

The treebanks know "rupture", "repair", "trust" or "touch" mostly as verbs, or not at all; a parser
trained on them alone takes "rupture episodes" for a verb with its object. So some passages are
read a second time with common nouns replaced by nouns of the field; their trees stay right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from extract.training.conllu import Sentence, Word

#: Singular and plural of the field's nouns that are verbs as well, or are missing elsewhere.
NOUNS = (
    ("rupture", "ruptures"), ("alliance", "alliances"), ("repair", "repairs"),
    ("attachment", "attachments"), ("trust", "trusts"), ("empathy", "empathies"),
    ("touch", "touches"), ("synchrony", "synchronies"), ("bond", "bonds"),
    ("therapist", "therapists"), ("gaze", "gazes"), ("avoidance", "avoidances"),
    ("stress", "stresses"), ("anxiety", "anxieties"), ("support", "supports"),
    ("outcome", "outcomes"), ("care", "cares"), ("security", "securities"),
    ("contact", "contacts"), ("mentalization", "mentalizations"), ("mother", "mothers"),
    ("distress", "distresses"), ("attunement", "attunements"), ("resolution", "resolutions"),
    ("process", "processes"), ("oxytocin", "oxytocins"), ("partner", "partners"),
    ("abuse", "abuses"), ("neglect", "neglects"), ("reward", "rewards"), ("love", "loves"),
)  # fmt: skip
#: One eligible noun in so many is replaced.
EVERY = 3


def with_field_nouns(sentences: Iterable[Sentence], start: int) -> Iterator[Sentence]:
    """The sentences with every third common noun replaced, beginning at ``start`` in the list."""
    seen = 0
    for sentence in sentences:
        words = []
        for word in sentence.words:
            if _is_common_noun(word):
                seen += 1
                if seen % EVERY == 0:
                    word = _replaced(word, NOUNS[(start + seen // EVERY) % len(NOUNS)])
            words.append(word)
        yield replace(sentence, words=tuple(words))


def _is_common_noun(word: Word) -> bool:
    plain = word.tag in ("NN", "NNS") and word.pos == "NOUN" and word.form.isalpha()
    return plain and (word.form.islower() or word.form.istitle()) and word.dep != "fixed"


def _replaced(word: Word, noun: tuple[str, str]) -> Word:
    form = noun[word.tag == "NNS"]
    return replace(word, form=form.title() if word.form.istitle() else form, lemma=noun[0])
