"""The words of a parsed document as plain values: read once, asked often.

Each attribute of a spaCy token is looked up anew whenever it is asked, and the rules ask the same
few attributes of the same tokens thousands of times. A `Word` has them under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc


@dataclass(slots=True, eq=False)
class Word:
    """A token with its place in the document, its head and its children in text order.

    The attributes are named and defined as those of `spacy.tokens.Token`; a root is its own head.
    """

    i: int
    text: str
    lower_: str
    lemma_: str
    tag_: str
    pos_: str
    dep_: str
    children: list[Word] | tuple[()] = field(default=(), repr=False)
    head: Word = field(init=False, repr=False)


#: The strings that were met so far by their hashes, which are those of any vocabulary.
_STRINGS: dict[int, str] = {}


def read_words(doc: Doc) -> tuple[Word, ...]:
    """All words of a document in order."""
    table = doc.to_array(["ORTH", "LOWER", "LEMMA", "TAG", "POS", "DEP", "HEAD"])
    *columns, _ = table.T.tolist()
    strings = _STRINGS
    for key in set().union(*columns).difference(strings):
        strings[key] = doc.vocab.strings[key]
    texts = [[strings[key] for key in column] for column in columns]
    words = tuple(map(Word, range(len(doc)), *texts))
    for word, step in zip(words, table[:, -1].astype("int64").tolist(), strict=True):
        head = word.head = words[word.i + step]
        if step and head.children:
            head.children.append(word)
        elif step:
            head.children = [word]
    return words
