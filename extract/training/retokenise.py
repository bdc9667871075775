"""Carries treebank annotation over to spaCy's own tokenisation.

The shipped pipeline splits text by spaCy's English rules, so it must be trained on those tokens.
Words and tokens are aligned by the shortest stretches of text on which both agree:
one token for several words takes the annotation of the word whose head lies outside; several
tokens for one word ("mother-infant") hang on their last part, the other parts as ``compound``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from spacy.language import Language
from spacy.tokens import Doc, Token

from extract.training.conllu import Sentence, Word
from extract.training.lemmas import base_form

#: Lower-case form -> its most frequent (Penn tag, universal part of speech).
TagTable = Mapping[str, tuple[str, str]]
HYPHENS = ("-", "–", "—")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words ``words`` and the tokens ``tokens`` that cover the same characters."""

    words: range
    tokens: range


@dataclass(slots=True)
class Note:
    """What one token is to be annotated with; ``head`` is a token position (its own: a root)."""

    tag: str
    pos: str
    lemma: str
    head: int
    dep: str


def tag_table(sentences: Iterable[Sentence]) -> dict[str, tuple[str, str]]:
    """The commonest tag and part of speech of each lower-case form."""
    counts: dict[str, Counter[tuple[str, str]]] = {}
    for sentence in sentences:
        for word in sentence.words:
            counts.setdefault(word.form.lower(), Counter())[word.tag, word.pos] += 1
    return {form: counter.most_common(1)[0][0] for form, counter in counts.items()}


def to_doc(nlp: Language, sentences: Sequence[Sentence], tags: TagTable) -> Doc | None:
    """One Doc with tags, parts of speech, lemmas, heads, labels and sentence starts.

    None where text and tokens do not meet or the trees do not survive (rare; leave them out).
    An unknown lemma is the empty string, which training takes for missing.
    """
    words = _in_one_row(sentences)
    tokens = nlp.make_doc(_text(words))
    stretches = align(_ends(words), [token.idx + len(token) for token in tokens])
    if stretches is None:
        return None
    notes = _notes(words, list(tokens), stretches, tags)
    if not _is_forest(notes, len(sentences)):
        return None
    doc = Doc(
        nlp.vocab,
        words=[token.text for token in tokens],
        spaces=[bool(token.whitespace_) for token in tokens],
        tags=[note.tag for note in notes],
        pos=[note.pos for note in notes],
        morphs=[""] * len(notes),
        lemmas=[note.lemma for note in notes],
        heads=[note.head for note in notes],
        deps=[note.dep for note in notes],
    )
    return doc if len(list(doc.sents)) == len(sentences) else None


def align(word_ends: Sequence[int], token_ends: Sequence[int]) -> list[Stretch] | None:
    """The shortest common stretches, given where each word and each token ends in the text.

    >>> align([3, 7], [3, 4, 7])
    [Stretch(words=range(0, 1), tokens=range(0, 1)), Stretch(words=range(1, 2), tokens=range(1, 3))]
    """
    token_at = {end: position for position, end in enumerate(token_ends)}
    stretches: list[Stretch] = []
    first_word = first_token = 0
    for position, end in enumerate(word_ends):
        if (last := token_at.get(end)) is not None:
            tokens = range(first_token, last + 1)
            stretches.append(Stretch(range(first_word, position + 1), tokens))
            first_word, first_token = position + 1, last + 1
    whole = first_word == len(word_ends) and first_token == len(token_ends)
    return stretches if whole else None


def _in_one_row(sentences: Sequence[Sentence]) -> list[Word]:
    offsets = accumulate((len(sentence.words) for sentence in sentences), initial=0)
    return [
        replace(word, head=word.head + offset if word.head >= 0 else -1)
        for sentence, offset in zip(sentences, offsets, strict=False)
        for word in sentence.words
    ]


def _text(words: Sequence[Word]) -> str:
    return "".join(word.form + " " * word.space_after for word in words).rstrip(" ")


def _ends(words: Sequence[Word]) -> list[int]:
    lengths = [len(word.form) + word.space_after for word in words]
    ends = accumulate(lengths)
    return [end - word.space_after for end, word in zip(ends, words, strict=True)]


def _notes(
    words: Sequence[Word], tokens: Sequence[Token], stretches: Iterable[Stretch], tags: TagTable
) -> list[Note]:
    stretches = list(stretches)
    carrier = [position for stretch in stretches for position in _carriers(stretch, words, tokens)]
    notes: list[Note] = []
    for stretch in stretches:
        for position in stretch.tokens:
            carried = [i for i in stretch.words if carrier[i] == position]
            if carried:
                whole = len(carried) == 1 and len(stretch.tokens) == 1
                notes.append(_note(position, carried, words, carrier, tokens[position].text, whole))
            else:
                head = max(carrier[i] for i in stretch.words)
                notes.append(_part(tokens[position].text, position, head, tags))
    return notes


def _carriers(stretch: Stretch, words: Sequence[Word], tokens: Sequence[Token]) -> list[int]:
    """For each word of the stretch, the token that stands for it."""
    texts = {tokens[position].text: position for position in reversed(stretch.tokens)}
    if len(stretch.words) == 1:
        return [_head_part([tokens[i].text for i in stretch.tokens]) + stretch.tokens.start]
    return [texts.get(words[i].form, stretch.tokens[-1]) for i in stretch.words]


def _head_part(parts: Sequence[str]) -> int:
    """Which part of a split word carries it: the last with a letter, in "and/or" the first."""
    lettered = [i for i, part in enumerate(parts) if any(c.isalnum() for c in part)]
    if not lettered:
        return len(parts) - 1
    slashed = "/" in parts and not any(hyphen in parts for hyphen in HYPHENS)
    return lettered[0] if slashed else lettered[-1]


def _note(
    position: int,
    carried: Sequence[int],
    words: Sequence[Word],
    carrier: Sequence[int],
    text: str,
    whole: bool,
) -> Note:
    outward = (i for i in carried if words[i].head < 0 or carrier[words[i].head] != position)
    word = words[next(outward, carried[0])]
    if word.head < 0:
        head, dep = position, "ROOT"
    else:
        head, dep = carrier[word.head], word.dep
    lemma = word.lemma if whole else _part_lemma(word, text)
    return Note(word.tag, word.pos, lemma, head, dep)


def _part_lemma(word: Word, text: str) -> str:
    """The lemma of the part ``text`` of a split word: the last part of the whole's lemma."""
    if word.lemma.count("-") and word.form.endswith(text):
        return word.lemma.rsplit("-", 1)[-1]
    if not word.lemma:
        return ""
    return text if word.pos == "PROPN" else base_form(text)


def _part(text: str, position: int, head: int, tags: TagTable) -> Note:
    """A part of a split word that does not carry it: punctuation, a modifier or a second name."""
    if not any(c.isalnum() for c in text):
        tag, pos = ("HYPH", "PUNCT") if text in HYPHENS else tags.get(text, ("SYM", "SYM"))
        if text == "/":
            tag, pos = ",", "PUNCT"
        return Note(tag, pos, text, head, "punct")
    tag, pos = tags.get(text.lower(), ("NN", "NOUN"))
    if text.replace(".", "").replace(",", "").isdigit():
        tag, pos = "CD", "NUM"
    return Note(tag, pos, base_form(text), head, "conj" if position > head else "compound")


def _is_forest(notes: Sequence[Note], roots: int) -> bool:
    """Whether every token leads to one of exactly ``roots`` roots."""
    if sum(note.head == position for position, note in enumerate(notes)) != roots:
        return False
    safe: set[int] = {position for position, note in enumerate(notes) if note.head == position}
    for position in range(len(notes)):
        path: set[int] = set()
        while position not in safe and position not in path:
            path.add(position)
            position = notes[position].head
        if position in path:
            return False
        safe |= path
    return True
