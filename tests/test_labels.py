"""Parses in other schemes become Universal Dependencies; noun phrases are found on them."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from extract import labels
from extract.labels import needs_conversion, noun_chunks, to_ud

NLP = spacy.blank("en")
#: Each row: word/POS/label/head, with heads counted from 0; on the right, label-head after it.
CASES = {
    "prepositions": (
        "Effects/NOUN/nsubj/5 of/ADP/prep/0 oxytocin/NOUN/pobj/1 on/ADP/prep/0 trust/NOUN/pobj/3"
        " vanished/VERB/ROOT/5 in/ADP/prep/5 women/NOUN/pobj/6",
        "nsubj-5 case-2 nmod-0 case-4 nmod-0 ROOT-5 case-7 obl-5",
    ),
    "passive with agent": (
        "Outcome/NOUN/nsubjpass/3 was/AUX/auxpass/3 not/PART/neg/3 predicted/VERB/ROOT/3"
        " by/ADP/agent/3 empathy/NOUN/pobj/4",
        "nsubj:pass-3 aux:pass-3 advmod-3 ROOT-3 case-5 obl:agent-3",
    ),
    "copula": (
        "Alliance/NOUN/nsubj/1 is/AUX/ROOT/1 a/DET/det/3 predictor/NOUN/attr/1 of/ADP/prep/3"
        " outcome/NOUN/pobj/4",
        "nsubj-3 cop-3 det-3 ROOT-3 case-5 nmod-3",
    ),
    "adjective after the copula": (
        "Anxiety/NOUN/nsubj/1 was/AUX/ROOT/1 unrelated/ADJ/acomp/1 to/ADP/prep/2"
        " oxytocin/NOUN/pobj/3",
        "nsubj-2 cop-2 ROOT-2 case-4 obl-2",
    ),
    "existence": (
        "There/PRON/expl/1 was/AUX/ROOT/1 no/DET/det/3 effect/NOUN/attr/1",
        "expl-1 ROOT-1 det-3 nsubj-1",
    ),
    "coordination": (
        "Trust/NOUN/nsubj/5 ,/PUNCT/punct/0 empathy/NOUN/conj/0 and/CCONJ/cc/2 gaze/NOUN/conj/2"
        " raised/VERB/ROOT/5 it/PRON/dobj/5",
        "nsubj-5 punct-0 conj-0 cc-4 conj-0 ROOT-5 obj-5",
    ),
    "clause after a preposition": (
        "It/PRON/nsubj/1 helps/VERB/ROOT/1 by/ADP/prep/1 raising/VERB/pcomp/2 trust/NOUN/dobj/3",
        "nsubj-1 ROOT-1 mark-3 advcl-1 obj-3",
    ),
    "prepositions in a row": (
        "It/PRON/nsubj/1 fell/VERB/ROOT/1 due/ADP/prep/1 to/ADP/prep/2 stress/NOUN/pobj/3",
        "nsubj-1 ROOT-1 case-4 case-4 obl-1",
    ),
    "coordinated prepositions": (
        "From/ADP/prep/6 mothers/NOUN/pobj/0 and/CCONJ/cc/0 to/ADP/conj/0 infants/NOUN/pobj/3"
        " it/PRON/nsubj/6 passes/VERB/ROOT/6",
        "case-1 obl-6 cc-4 case-4 conj-1 nsubj-6 ROOT-6",
    ),
    "infinitive and possessive": (
        "Their/PRON/poss/1 wish/NOUN/ROOT/1 to/PART/aux/3 help/VERB/acl/1 grew/VERB/relcl/1",
        "nmod:poss-1 ROOT-1 mark-3 acl-1 acl:relcl-1",
    ),
    "Stanford labels": (
        "Trust/NOUN/nsubjpass/2 was/AUX/auxpass/2 raised/VERB/ROOT/2 by/ADP/case/4"
        " oxytocin/NOUN/nmod/2",
        "nsubj:pass-2 aux:pass-2 ROOT-2 case-4 nmod-2",
    ),
    "Universal Dependencies": (
        "Trust/NOUN/nsubj:pass/2 was/AUX/aux:pass/2 raised/VERB/ROOT/2 by/ADP/case/4"
        " oxytocin/NOUN/obl:agent/2",
        "nsubj:pass-2 aux:pass-2 ROOT-2 case-4 obl:agent-2",
    ),
}


def parsed(rows: str) -> Doc:
    words, pos, deps, heads = zip(*(row.split("/") for row in rows.split()), strict=True)
    lemmas = ["be" if word in {"is", "was"} else word.lower() for word in words]
    tags = [
        "TO" if part == "PART" and word == "to" else part[0]
        for word, part in zip(words, pos, strict=True)
    ]
    return Doc(
        NLP.vocab,
        words=list(words),
        pos=list(pos),
        tags=tags,
        lemmas=lemmas,
        deps=list(deps),
        heads=[int(head) for head in heads],
    )


def tree_of(doc: Doc) -> str:
    return " ".join(f"{token.dep_}-{token.head.i}" for token in doc)


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES)
def test_every_scheme_becomes_ud(rows: str, expected: str) -> None:
    assert tree_of(to_ud(parsed(rows))) == expected


@pytest.mark.parametrize("rows", [rows for rows, _ in CASES.values()], ids=CASES)
def test_converting_twice_changes_nothing_and_leaves_one_tree(rows: str) -> None:
    doc = to_ud(parsed(rows))
    once = tree_of(doc)
    assert tree_of(to_ud(doc)) == once
    assert labels.FOREIGN.isdisjoint({token.dep_ for token in doc})
    assert len(list(doc.sents)) == 1
    assert all(token in list(token.head.subtree) for token in doc)


def test_sentences_stay_apart() -> None:
    first, _ = CASES["prepositions"]
    doc = Doc.from_docs([parsed(first), parsed(CASES["copula"][0])])
    assert [len(sentence) for sentence in to_ud(doc).sents] == [8, 6]


PHRASES = {
    "determiner and modifiers": (
        "The/DET/det/3 higher/ADJ/amod/3 plasma/NOUN/compound/3 oxytocin/NOUN/nsubj/4"
        " predicted/VERB/ROOT/4 trust/NOUN/obj/4",
        ["The higher plasma oxytocin", "trust"],
    ),
    "prepositions stay outside": (
        "effects/NOUN/ROOT/0 of/ADP/case/4 attachment/NOUN/compound/4 -/PUNCT/punct/4"
        " security/NOUN/nmod/0",
        ["effects", "attachment - security"],
    ),
    "coordination within and between": (
        "social/ADJ/amod/3 and/CCONJ/cc/2 cognitive/ADJ/conj/0 empathy/NOUN/ROOT/3"
        " or/CCONJ/cc/5 trust/NOUN/conj/3",
        ["social and cognitive empathy", "trust"],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), PHRASES.values(), ids=PHRASES)
def test_noun_phrases_run_from_their_first_modifier_to_their_head(
    rows: str, expected: list[str]
) -> None:
    doc = parsed(rows)
    assert [doc[start:end].text for start, end, _ in noun_chunks(doc)] == expected


@pytest.mark.parametrize(
    ("known", "foreign"), [(["nsubj", "obl", "case"], False), (["nsubj", "pobj", "prep"], True)]
)
def test_a_parser_tells_its_scheme_by_its_labels(known: list[str], foreign: bool) -> None:
    nlp = spacy.blank("en")
    parser = nlp.add_pipe("parser")
    for label in known:
        parser.add_label(label)  # type: ignore[attr-defined]
    assert needs_conversion(nlp) is foreign
