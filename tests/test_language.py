"""The bundled pipeline reads the field's sentences; another one is checked before it is used."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any, cast

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from extract.language import OWN_WEIGHTS, load_language
from kg.errors import OxykgError

#: Sentence -> word, label and head of what must be read right in it.
SENTENCES = {
    "Attachment anxiety mediated the association between maltreatment and symptoms.": [
        ("anxiety", "nsubj", "mediated"),
        ("association", "obj", "mediated"),
        ("maltreatment", "nmod", "association"),
        ("symptoms", "conj", "maltreatment"),
    ],
    "Treatment outcome was predicted by early alliance ratings.": [
        ("outcome", "nsubj:pass", "predicted"),
        ("ratings", "obl:agent", "predicted"),
        ("by", "case", "ratings"),
    ],
    "Salivary oxytocin was not associated with the therapeutic alliance.": [
        ("oxytocin", "nsubj:pass", "associated"),
        ("not", "advmod", "associated"),
        ("alliance", "obl", "associated"),
    ],
    "We found that attachment avoidance predicted lower empathy and weaker alliances.": [
        ("predicted", "ccomp", "found"),
        ("avoidance", "nsubj", "predicted"),
        ("empathy", "obj", "predicted"),
        ("alliances", "conj", "empathy"),
    ],
    "Intranasal oxytocin did not increase trust in the women.": [
        ("oxytocin", "nsubj", "increase"),
        ("not", "advmod", "increase"),
        ("trust", "obj", "increase"),
    ],
}
LEMMAS = {
    "Higher ratings predicted outcomes.": "high rating predict outcome",
    "These studies found that mothers were less anxious.": (
        "this study find that mother be less anxious"
    ),
    "OXTR variants moderated the effects.": "OXTR variant moderate the effect",
}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_language()


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items(), ids=range(len(SENTENCES)))
def test_sentences_of_the_field_are_parsed(
    nlp: Language, text: str, expected: list[tuple[str, str, str]]
) -> None:
    found = {(token.text, token.dep_, token.head.text) for token in nlp(text)}
    assert set(expected) <= found


@pytest.mark.parametrize(("text", "lemmas"), LEMMAS.items(), ids=range(len(LEMMAS)))
def test_words_are_lemmatised(nlp: Language, text: str, lemmas: str) -> None:
    assert " ".join(token.lemma_ for token in nlp(text) if not token.is_punct) == lemmas


def test_every_token_carries_what_the_rules_ask(nlp: Language) -> None:
    doc = nlp(" ".join(SENTENCES))
    assert [sentence.text for sentence in doc.sents] == list(SENTENCES)
    assert all(t.pos_ and t.tag_ and t.lemma_ and t.dep_ for t in doc)


def test_noun_phrases_are_found(nlp: Language) -> None:
    doc = nlp("Higher plasma oxytocin predicted the quality of the working alliance.")
    phrases = [chunk.text for chunk in doc.noun_chunks]
    assert phrases == ["Higher plasma oxytocin", "the quality", "the working alliance"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "5 " * 400, "\u202e\x1b[31m<b>&amp;</b>"])
def test_odd_text_is_read_without_fail(nlp: Language, text: str) -> None:
    assert nlp(text).text == text


def test_the_order_of_texts_does_not_matter(nlp: Language) -> None:
    texts = list(SENTENCES)
    there = [[(t.dep_, t.head.i, t.lemma_) for t in doc] for doc in nlp.pipe(texts)]
    back = [[(t.dep_, t.head.i, t.lemma_) for t in doc] for doc in nlp.pipe(reversed(texts))]
    assert there == back[::-1]


def test_the_weights_stay_small_and_say_their_licence() -> None:
    size = sum(path.stat().st_size for path in OWN_WEIGHTS.rglob("*") if path.is_file())
    assert size < 9_000_000
    card = (OWN_WEIGHTS.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    for source in ("EWT", "GUM", "PUD", "GENIA", "CRAFT", "CC BY-SA 4.0"):
        assert source in card


def test_the_tokenizer_is_the_one_that_comes_with_the_weights(nlp: Language) -> None:
    def rules(pipeline: Language) -> Any:
        return cast(Any, pipeline.tokenizer).to_bytes(exclude=["vocab"])

    whole = spacy.load(OWN_WEIGHTS, exclude=["tok2vec", "tagger", "morphologizer", "parser"])
    assert rules(nlp) == rules(whole)


@pytest.mark.parametrize("collecting", [True, False])
def test_loading_leaves_the_collector_as_it_was(collecting: bool) -> None:
    (gc.enable if collecting else gc.disable)()
    try:
        load_language()
        assert gc.isenabled() is collecting
    finally:
        gc.enable()


def test_an_unknown_pipeline_is_named_with_the_way_out() -> None:
    with pytest.raises(OxykgError, match=r"'en_no_such_pipeline' is not installed.*download"):
        load_language("en_no_such_pipeline")


def test_a_pipeline_without_parser_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(OxykgError, match="lacks a parser and a lemmatizer"):
        load_language(str(tmp_path / "blank"))


def test_a_pipeline_with_other_labels_is_converted(tmp_path: Path) -> None:
    other = _trained_on("Effects of oxytocin vanished", ["nsubj", "prep", "pobj", "ROOT"])
    other.to_disk(tmp_path / "other")
    nlp = load_language(str(tmp_path / "other"))
    assert nlp.pipe_names[-1] == "oxykg_ud_labels"
    labels = [token.dep_ for token in nlp("Effects of oxytocin vanished")]
    assert labels == ["nsubj", "case", "nmod", "ROOT"]


def _trained_on(text: str, labels: list[str]) -> Language:
    """A pipeline that has learnt one sentence in ClearNLP's labels by heart."""
    nlp = spacy.blank("en")
    nlp.add_pipe("tagger")
    nlp.add_pipe("morphologizer")
    nlp.add_pipe("parser", config={"min_action_freq": 1})
    nlp.add_pipe("trainable_lemmatizer", config={"min_tree_freq": 1})
    gold = Doc(
        nlp.vocab,
        words=text.split(),
        tags=["NNS", "IN", "NN", "VBD"],
        pos=["NOUN", "ADP", "NOUN", "VERB"],
        lemmas=["effect", "of", "oxytocin", "vanish"],
        heads=[3, 0, 1, 3],
        deps=labels,
    )
    examples = [Example(nlp.make_doc(text), gold)] * 8
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(12):
        nlp.update(examples, sgd=optimizer)
    return nlp
