"""Treebanks become training documents, and the same treebanks the same weights."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy

from extract.training.__main__ import main
from extract.training.card import card_text
from extract.training.conllu import Word, passages, read_sentences
from extract.training.corpora import DEV, TEST, TRAIN, Part, read_docs, read_lexicons
from extract.training.evaluate import Scores, score_docs
from extract.training.lemmas import lemma_of
from extract.training.rebuild import finish, train_weights
from extract.training.retokenise import Stretch, align
from kg.errors import BadRecordError, OxykgError

TINY = Path(__file__).parent / "fixtures" / "treebank" / "tiny.conllu"
#: A network small enough to train in a second.
SMALL = {
    "components.tok2vec.model.encode.width": 8,
    "components.tok2vec.model.embed.rows": [50, 50, 50, 50, 10],
    "components.parser.model.hidden_width": 8,
    "components.parser.min_action_freq": 1,
    "components.trainable_lemmatizer.min_tree_freq": 1,
    "training.max_steps": 6,
    "training.eval_frequency": 3,
}


@pytest.fixture
def treebanks(tmp_path: Path) -> Path:
    """A folder in which every treebank is the tiny one."""
    folder = tmp_path / "treebanks"
    folder.mkdir()
    for part in (*TRAIN, *DEV, *TEST):
        with gzip.open(folder / f"{part.name}.conllu.gz", "wb") as file:
            file.write(TINY.read_bytes())
    return folder


def test_sentences_come_with_heads_spaces_and_document_starts() -> None:
    sentences = list(read_sentences(TINY))
    assert [sentence.starts_document for sentence in sentences] == [True, False, True, False]
    assert [len(sentence.words) for sentence in sentences] == [10, 8, 9, 8]
    assert sentences[0].words[2] == Word("predicted", "predict", "VERB", "VBD", -1, "root", True)
    assert not sentences[0].words[8].space_after


@pytest.mark.parametrize(("most", "sizes"), [(1, [1, 1, 1, 1]), (2, [2, 2]), (8, [2, 2])])
def test_passages_end_with_the_document(most: int, sizes: list[int]) -> None:
    assert [len(run) for run in passages(read_sentences(TINY), most)] == sizes


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1\tTrust\ttrust\tNOUN", "line 2: 4 columns, not 10"),
        ("1\tTrust\ttrust\tNOUN\tNN\t_\tx\troot\t_\t_", "the head 'x' is not a number"),
        ("1\tTrust\ttrust\tNOUN\tNN\t_\t7\troot\t_\t_", "a head is out of range"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, problem: str) -> None:
    path = tmp_path / "bad.conllu"
    path.write_text(f"# sent_id = 1\n{row}\n\n", encoding="utf-8")
    with pytest.raises(BadRecordError, match=problem):
        list(read_sentences(path))


@pytest.mark.parametrize(
    ("words", "tokens", "stretches"),
    [
        ([3], [1, 3], [((0, 1), (0, 2))]),
        ([1, 3], [3], [((0, 2), (0, 1))]),
        ([2, 5], [2, 3, 5], [((0, 1), (0, 1)), ((1, 2), (1, 3))]),
        ([2, 4], [2, 5], None),
    ],
)
def test_words_and_tokens_meet_at_common_ends(
    words: list[int],
    tokens: list[int],
    stretches: list[tuple[tuple[int, int], tuple[int, int]]] | None,
) -> None:
    found = align(words, tokens)
    if stretches is None:
        assert found is None
    else:
        assert found == [Stretch(range(*ours), range(*theirs)) for ours, theirs in stretches]


def test_annotation_moves_to_spacys_tokens(treebanks: Path) -> None:
    part = Part("ewt-train")
    docs = list(read_docs(treebanks, part, spacy.blank("en"), read_lexicons(treebanks)))
    assert [len(list(doc.sents)) for doc in docs] == [2, 2]
    notes = [f"{t.text}/{t.tag_}/{t.lemma_}/{t.dep_}/{t.head.text}" for t in docs[0]]
    assert notes[:4] == [
        "Mother/NN/mother/compound/infant",
        "-/HYPH/-/punct/infant",
        "infant/JJ/infant/amod/synchrony",
        "synchrony/NN/synchrony/nsubj/predicted",
    ]
    assert {"an/DT/a/det/response", "27/CD/27/nummod/dyads"} <= set(notes)
    assert {"can/MD/can/aux/increase", "not/RB/not/advmod/increase"} <= set(notes)


@pytest.mark.parametrize(
    ("form", "tag", "given", "by_hand", "lemma"),
    [
        ("An", "DT", "an", True, "a"),
        ("those", "DT", "those", True, "that"),
        ("two", "CD", "#crd#", True, "two"),
        ("rats", "NNS", "rat", True, "rat"),
        ("Oxytocin", "NN", "", False, "oxytocin"),
        ("OXTR", "NN", "oxtr", False, "OXTR"),
        ("Feldman", "NNP", "feldman", False, "Feldman"),
        ("mothers", "NNS", "", False, "mother"),
        ("zorps", "NNS", "", False, ""),
    ],
)
def test_lemmas_follow_one_convention(
    form: str, tag: str, given: str, by_hand: bool, lemma: str
) -> None:
    word = Word(form, given, "NOUN", tag, -1, "root", True)
    assert lemma_of(word, by_hand, {("mothers", "NNS"): "mother"}) == lemma


def test_the_same_treebanks_give_the_same_bytes(treebanks: Path, tmp_path: Path) -> None:
    log = io.StringIO()
    for name in ("one", "two"):
        trained = train_weights(treebanks, tmp_path / f"scratch-{name}", log, SMALL)
        finish(trained, tmp_path / name)
    assert "train.spacy" in log.getvalue()
    first, second = (dict(_contents(tmp_path / name)) for name in ("one", "two"))
    assert first == second
    assert b"scratch" not in first["config.cfg"]


def test_a_missing_treebank_is_named(treebanks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (treebanks / "pud.conllu.gz").unlink()
    with pytest.raises(OxykgError, match=r"no pud\.conllu\.gz"):
        read_lexicons(treebanks)
    assert main([str(treebanks / "nowhere")]) == 1
    assert "no such folder" in capsys.readouterr().err


def test_a_perfect_pipeline_scores_hundred(treebanks: Path) -> None:
    nlp = spacy.blank("en")
    gold = list(read_docs(treebanks, Part("gum-train"), nlp, read_lexicons(treebanks)))
    answers = {doc.text: doc for doc in gold}

    @spacy.language.Language.component("tests_answers")
    def answer(doc: spacy.tokens.Doc) -> spacy.tokens.Doc:
        return answers[doc.text]

    nlp.add_pipe("tests_answers")
    scores = score_docs(nlp, gold)
    assert (scores.tag, scores.pos, scores.lemma) == (100.0, 100.0, 100.0)
    assert (scores.uas, scores.las, scores.sentence_f) == (100.0, 100.0, 100.0)


def test_the_card_shows_the_scores() -> None:
    scores = Scores(1200, 95.0, 96.0, None, 89.5, 88.25, 99.1, 10_000.0)
    meta = {
        "version": "1.0.0",
        "spacy_version": ">=3.8,<4",
        "components": ["tagger", "parser"],
        "labels": {"parser": ["nsubj", "nsubj:pass"]},
    }
    text = card_text(meta, 7.6, {"genia-test": scores})
    assert "| GENIA (abstracts) | 1200 | 95.0 | 96.0 | – | 89.5 | 88.2 | 99.1 |" in text
    assert "| Size on disk | 7.6 MB |" in text
    assert "10 000 words a second" in text


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
