"""One convention for lemmas across treebanks that each have their own, or none.

The hand-made lemmas of EWT, GUM and PUD count as they are, save for numerals, demonstratives and
"an", on which they disagree. CRAFT's lemmas are automatic, lower-cased and write every digit as 0,
GENIA has none: there, uninflected words (by their Penn tag) keep their form, and inflected ones
take CRAFT's lemma or the commonest lemma of the same form and tag in the other treebanks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from extract.training.conllu import Sentence, Word

#: Lower-case form and Penn tag -> lemma.
LemmaTable = Mapping[tuple[str, str], str]
#: Words on whose lemma the treebanks disagree.
FIXED = {"an": "a", "these": "this", "those": "that"}
#: Penn tags of words in their base form.
UNINFLECTED = frozenset({"NN", "JJ", "RB", "VB"})


def harmonise(
    sentences: Iterable[Sentence], by_hand: bool, table: LemmaTable
) -> Iterator[Sentence]:
    """The sentences with lemmas in the one convention; ``by_hand`` trusts those that are given."""
    for sentence in sentences:
        words = (replace(word, lemma=lemma_of(word, by_hand, table)) for word in sentence.words)
        yield replace(sentence, words=tuple(words))


def lemma_of(word: Word, by_hand: bool, table: LemmaTable) -> str:
    """The lemma of one word, empty where nothing tells it.

    >>> lemma_of(Word("27", "0", "NUM", "CD", -1, "root", True), False, {})
    '27'
    """
    lower = word.form.lower()
    if fixed := FIXED.get(lower):
        return fixed
    if word.tag == "CD" or word.lemma.startswith("#"):
        return lower
    if by_hand:
        return word.lemma
    if word.tag == "NNP":
        return word.form
    if word.tag in UNINFLECTED:
        return base_form(word.form)
    return word.lemma or table.get((lower, word.tag), "")


def lemma_table(sentences: Iterable[Sentence]) -> dict[tuple[str, str], str]:
    """The commonest lemma of each lower-case form and tag."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for sentence in sentences:
        for word in sentence.words:
            if word.lemma:
                counts.setdefault((word.form.lower(), word.tag), Counter())[word.lemma] += 1
    return {key: counter.most_common(1)[0][0] for key, counter in counts.items()}


def base_form(text: str) -> str:
    """The text in lower case, save where capitals after the first letter make a name.

    >>> base_form("Empathy"), base_form("AP-1")
    ('empathy', 'AP-1')
    """
    return text if any(c.isupper() for c in text[1:]) else text.lower()
