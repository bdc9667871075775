"""What the encoder learns: the right answers, tempered by what earlier encoders say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from extract.encoder import Encoder, own_encoder
from extract.encoding import Vocabulary
from extract.pipeline import load_pipeline
from extract.training.answers import Item, items_of
from extract.training.examples import load_annotated
from extract.training.lessons import QUESTIONS, lessons

GOLD = Path(__file__).parent / "gold"


@pytest.fixture(scope="module")
def known() -> Vocabulary:
    return own_encoder().known


@pytest.fixture(scope="module")
def items(known: Vocabulary) -> list[Item]:
    nlp = load_pipeline()
    documents = list(load_annotated(nlp, GOLD / "dev_documents.jsonl", GOLD / "dev.jsonl"))[:12]
    return [item for document in documents for item in items_of(document, known)]


def shuffled(encoder: Encoder) -> Encoder:
    """The same encoder with the codes of its words and pairs dealt out anew."""
    weights, names = dict(encoder.weights), {}
    for kind, own in (("words", encoder.words), ("pairs", encoder.pairs)):
        order = np.random.default_rng(0).permutation(len(own))
        names[kind] = tuple(own[place] for place in order)
        rows = weights[f"{kind}.weight"]
        weights[f"{kind}.weight"] = np.concatenate([rows[:1], rows[1:][order]])
    return replace(encoder, words=names["words"], pairs=names["pairs"], weights=weights)


def test_without_a_teacher_the_annotation_is_all(items: list[Item], known: Vocabulary) -> None:
    for lesson, item in zip(lessons(items, known), items, strict=True):
        claimed = lesson.answers["claimed"]
        assert (claimed[~item.doubtful].argmax(axis=1) == item.claimed[~item.doubtful]).all()
        assert not claimed[item.doubtful].any()
        for name, answers in lesson.answers.items():
            assert answers.shape[1] == QUESTIONS[name]
            assert set(np.unique(answers)) <= {0, 1}
            assert set(np.unique(answers.sum(axis=1))) <= {0, 1}


def test_a_teacher_tempers_but_never_outweighs_the_annotation(
    items: list[Item], known: Vocabulary
) -> None:
    plain, taught = lessons(items, known), lessons(items, known, [own_encoder()])
    for one, other, item in zip(plain, taught, items, strict=True):
        for name, right in one.answers.items():
            answers = other.answers[name]
            certain = right.any(axis=1)
            assert np.allclose(answers[certain].sum(axis=1), 1, atol=1e-5)
            assert (answers[right == 1] >= 0.5).all()
            if name != "claimed":
                assert not answers[~certain].any()
        doubtful = other.answers["claimed"][item.doubtful]
        assert np.allclose(doubtful.sum(axis=1), 1, atol=1e-5)


def test_several_teachers_speak_with_one_voice(items: list[Item], known: Vocabulary) -> None:
    once, twice = (lessons(items, known, [own_encoder()] * count) for count in (1, 2))
    for one, other in zip(once, twice, strict=True):
        assert all(np.allclose(one.answers[q], other.answers[q], atol=1e-6) for q in QUESTIONS)


def test_a_teacher_may_number_words_otherwise(items: list[Item], known: Vocabulary) -> None:
    ours, theirs = lessons(items, known, [own_encoder()]), shuffled(own_encoder())
    assert theirs.words != own_encoder().words
    for one, other in zip(ours, lessons(items, known, [theirs]), strict=True):
        assert all(np.allclose(one.answers[q], other.answers[q], atol=1e-5) for q in QUESTIONS)
