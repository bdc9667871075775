"""How the rules see a parse: always as basic Universal Dependencies (version 2).

Our own pipeline is trained on those. spaCy's ``en_core_web_*`` pipelines speak ClearNLP's scheme,
scispaCy's ``en_core_sci_*`` a mixture; there ``to_ud`` renames the labels and turns the tree where
the schemes differ: prepositions become ``case`` or ``mark`` of what they introduce, the copula
``cop`` of its predicate, and conjuncts all hang on the first of them.
The shape of the trees follows https://universaldependencies.org/u/overview/syntax.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

#: A label of another scheme -> the UD label, where the tree stays as it is.
RENAMED = {
    "acomp": "xcomp",
    "attr": "xcomp",
    "auxpass": "aux:pass",
    "csubjpass": "csubj:pass",
    "dative": "iobj",
    "dobj": "obj",
    "intj": "discourse",
    "meta": "dep",
    "mwe": "fixed",
    "neg": "advmod",
    "nmod:npmod": "nmod:unmarked",
    "nmod:tmod": "nmod:unmarked",
    "npadvmod": "obl:unmarked",
    "nsubjpass": "nsubj:pass",
    "oprd": "xcomp",
    "poss": "nmod:poss",
    "preconj": "cc:preconj",
    "predet": "det:predet",
    "prt": "compound:prt",
    "quantmod": "advmod",
    "relcl": "acl:relcl",
}
#: Labels of prepositions that stand above what they introduce.
PREPOSITIONS = frozenset({"prep", "agent"})
#: Labels of what a preposition introduces.
COMPLEMENTS = frozenset({"pobj", "pcomp"})
#: Labels that only the other schemes use: a parser that knows one of them needs ``to_ud``.
FOREIGN = PREPOSITIONS | COMPLEMENTS | frozenset(RENAMED)
#: Universal parts of speech whose prepositional modifiers are ``nmod`` (or ``acl``), not ``obl``.
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "DET", "SYM", "X"})

#: UD labels of the heads of noun phrases, and of what belongs to a phrase in front of its head.
PHRASES = frozenset({
    "ROOT", "acl", "acl:relcl", "advcl", "appos", "ccomp", "conj", "dep", "iobj", "nmod",
    "nmod:unmarked", "nsubj", "nsubj:pass", "obj", "obl", "obl:agent", "obl:unmarked",
    "parataxis", "xcomp",
})  # fmt: skip
PREMODIFIERS = frozenset({"amod", "compound", "det", "det:predet", "nmod:poss", "nummod"})


def needs_conversion(nlp: Language) -> bool:
    """Whether the pipeline's parser speaks another scheme than UD."""
    return not FOREIGN.isdisjoint(nlp.get_pipe("parser").labels)  # type: ignore[attr-defined]


@Language.component("oxykg_ud_labels")
def to_ud(doc: Doc) -> Doc:
    """Rewrites a ClearNLP or Stanford parse to UD, in place; a UD parse stays as it is."""
    if FOREIGN.isdisjoint({token.dep_ for token in doc}):
        return doc
    tree = Tree(doc)
    for turn in TURNS:
        turn(tree)
    tree.write()
    return doc


def noun_chunks(phrase: Doc | Span) -> Iterator[tuple[int, int, int]]:
    """Base noun phrases of a UD parse, as spaCy's ``noun_chunks`` wants them: start, end, label.

    A phrase runs from its first determiner or premodifier to its head; none lies in another.
    """
    label = phrase.doc.vocab.strings.add("NP")
    last = -1
    for head in phrase:
        if head.pos_ not in ("NOUN", "PROPN", "PRON") or head.dep_ not in PHRASES:
            continue
        start = max(_phrase_start(head), last + 1)
        last = head.i
        yield start, head.i + 1, label


def _phrase_start(head: Token) -> int:
    start: int = head.i
    for child in reversed(list(head.lefts)):
        if child.dep_ in PREMODIFIERS or (child.dep_ == "advmod" and child.pos_ == "ADV"):
            start = child.left_edge.i
        elif child.dep_ != "punct":
            break
    return start


class Tree:
    """Heads and labels of a parse as plain lists, so that they can be turned step by step."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.heads = [token.head.i for token in doc]
        self.labels = [token.dep_ for token in doc]

    def children(self, head: int) -> list[int]:
        """Positions of the tokens that hang on ``head``, in the order of the text."""
        near = self.doc[head].sent
        return [i for i in range(near.start, near.end) if self.heads[i] == head and i != head]

    def having(self, *labels: str) -> list[int]:
        """Positions of the tokens with one of the labels."""
        return [i for i, label in enumerate(self.labels) if label in labels]

    def attach(self, child: int, head: int, label: str) -> None:
        """Hangs ``child`` on ``head``; a token that is its own head is a root."""
        self.heads[child], self.labels[child] = head, label

    def swap(self, upper: int, lower: int, label: str) -> None:
        """``lower`` takes the place of ``upper``, which hangs on it as ``label`` from then on."""
        root = self.heads[upper] == upper
        for child in self.children(upper):
            self.heads[child] = lower
        self.attach(lower, lower if root else self.heads[upper], self.labels[upper])
        self.attach(upper, lower, label)

    def write(self) -> None:
        """Puts heads and labels back into the Doc."""
        strings = self.doc.vocab.strings
        relative = np.array(self.heads, dtype=np.int64) - np.arange(len(self.heads))
        labels = np.array([strings.add(label) for label in self.labels], dtype=np.uint64)
        values = np.stack([relative.astype(np.uint64), labels], axis=1)
        self.doc.from_array(["HEAD", "DEP"], values)  # type: ignore[arg-type]


def _flatten_coordination(tree: Tree) -> None:
    """Conjuncts hang on the first one, the conjunction on the conjunct that follows it."""
    for cc in tree.having("cc"):
        later = [i for i in tree.children(tree.heads[cc]) if i > cc and tree.labels[i] == "conj"]
        if later and tree.heads[cc] < cc:
            tree.heads[cc] = later[0]
    for conjunct in tree.having("conj"):
        first = tree.heads[conjunct]
        while tree.labels[first] == "conj" and tree.heads[first] != conjunct:
            first = tree.heads[first]
        tree.heads[conjunct] = first


def _turn_prepositions(tree: Tree) -> None:
    """Turn "effect -prep-> of -pobj-> oxytocin" into "effect -nmod-> oxytocin -case-> of"."""
    for position in reversed(tree.having(*PREPOSITIONS, "dative", "conj", "pcomp")):
        introduced = [i for i in tree.children(position) if tree.labels[i] in COMPLEMENTS]
        if not introduced:
            continue
        clause = tree.labels[introduced[0]] == "pcomp" and tree.doc[introduced[0]].tag_[:1] == "V"
        place = tree.labels[position]
        tree.swap(position, introduced[0], "mark" if clause else "case")
        if place == "conj" or place == "pcomp":
            continue
        nested = tree.labels[tree.heads[introduced[0]]] in PREPOSITIONS
        label = "pobj" if nested else _modifier_label(tree, introduced[0], place, clause)
        tree.labels[introduced[0]] = label
    for stranded in tree.having("prep", "agent"):
        tree.labels[stranded] = "advmod" if tree.doc[stranded].pos_ == "ADV" else "case"
    for rest in tree.having("pobj", "pcomp"):
        tree.labels[rest] = "obl"


def _modifier_label(tree: Tree, modifier: int, place: str, clause: bool) -> str:
    nominal = tree.doc[tree.heads[modifier]].pos_ in NOMINAL
    if clause:
        return "acl" if nominal else "advcl"
    if place == "agent":
        return "obl:agent"
    return "nmod" if nominal and place == "prep" else "obl"


def _turn_copulas(tree: Tree) -> None:
    """Turn "is -attr-> predictor" into "predictor -cop-> is"; "there is" keeps its verb."""
    for position in tree.having("attr", "acomp"):
        verb = tree.heads[position]
        if tree.doc[verb].lemma_ != "be":
            continue
        if any(tree.labels[child] == "expl" for child in tree.children(verb)):
            tree.labels[position] = "nsubj"
        else:
            tree.swap(verb, position, "cop")


def _rename(tree: Tree) -> None:
    """The labels that differ by name alone, or by the parts of speech on either side."""
    for i, label in enumerate(tree.labels):
        token, head = tree.doc[i], tree.doc[tree.heads[i]]
        if label == "aux" and token.tag_ == "TO":
            tree.labels[i] = "mark"
        elif label == "npadvmod" and head.pos_ in NOMINAL:
            tree.labels[i] = "nmod:unmarked"
        elif label == "nmod" and i < head.i and not _has_case(tree, i):
            tree.labels[i] = "compound"
        else:
            tree.labels[i] = RENAMED.get(label, label)


def _has_case(tree: Tree, position: int) -> bool:
    return any(tree.labels[child] == "case" for child in tree.children(position))


#: The steps of ``to_ud``, in order: coordination first, while prepositions still head phrases.
TURNS: tuple[Callable[[Tree], None], ...] = (
    _flatten_coordination,
    _turn_prepositions,
    _turn_copulas,
    _rename,
)
