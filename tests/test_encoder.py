"""The encoder: its numbers for a sentence, its answers, and what they rest on."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from spacy.language import Language

from extract.candidates import (
    Candidate,
    SentenceView,
    Topics,
    find_candidates,
    find_topics,
    view_sentences,
)
from extract.encoded import Encoded, deciding_words, encode, encode_all
from extract.encoder import PATHS, RELATIONS, ROLES, SIGNS, STATUSES, own_encoder
from extract.encoding import APART, FURTHEST, MOST_WORDS, in_numbers
from extract.pipeline import load_pipeline, read_document
from extract.training.parts import part_encoders
from kg.model import Document

TEXT = (
    "Higher attachment anxiety was associated with lower trust, which in turn predicted a poorer "
    "working alliance. It was unrelated to loneliness. Therapist empathy did not predict outcome."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def read(nlp: Language, text: str) -> tuple[tuple[SentenceView, ...], Topics]:
    _, doc = read_document(nlp, Document(id="key:x", key="x", title="Title", abstract=text))
    topics = find_topics(doc)
    return tuple(view_sentences(doc, topics)), topics


def candidates(encoded: Encoded) -> list[Candidate]:
    return [candidate for found in encoded.candidates.values() for candidate in found]


def test_ways_are_steps_through_the_tree(nlp: Language) -> None:
    views, topics = read(nlp, TEXT)
    view = views[0]
    tree = nx.Graph((word.i, word.head.i) for word in view.tokens)
    (found, *_), known = encode(views, topics, own_encoder()).candidates.values(), own_encoder()
    ways = in_numbers(view, found, topics, known.known).ways
    for one, row in zip(view.tokens, ways[1:], strict=True):
        steps = nx.single_source_shortest_path_length(tree, one.i)
        assert row[1:].tolist() == [min(FURTHEST, steps[other.i]) for other in view.tokens]
    assert set(ways[0]) == {APART}


def test_answers_do_not_depend_on_the_sentences_beside(nlp: Language) -> None:
    views, topics = read(nlp, TEXT)
    together = encode(views, topics, own_encoder())
    assert together.answers is not None
    for index, found in together.candidates.items():
        alone = encode(views[index : index + 1], topics, own_encoder())
        assert alone.answers is not None
        keys = [(index, c.first.construct, c.second.construct) for c in found]
        for name in ("claimed", "signs", "relations"):
            ours = getattr(alone.answers, name)[[alone.pairs[key] for key in keys]]
            theirs = getattr(together.answers, name)[[together.pairs[key] for key in keys]]
            assert np.allclose(ours, theirs, atol=1e-4)


def test_answers_do_not_depend_on_the_documents_beside(nlp: Language) -> None:
    texts = [read(nlp, text) for text in (TEXT, "Trust was high.", TEXT[70:])]
    for (views, topics), beside in zip(texts, encode_all(texts, own_encoder()), strict=True):
        alone = encode(views, topics, own_encoder())
        assert (alone.places, alone.pairs) == (beside.places, beside.pairs)
        for view in views:
            assert alone.statuses(view) == beside.statuses(view)
        if alone.answers is not None and beside.answers is not None:
            assert np.allclose(alone.answers.roles, beside.answers.roles, atol=1e-4)
        assert (alone.answers is None) == (beside.answers is None)


def test_each_question_has_an_answer_for_each_label(nlp: Language) -> None:
    views, topics = read(nlp, TEXT)
    encoded = encode(views, topics, own_encoder())
    answers, pairs = encoded.answers, sum(len(list(find_candidates(view))) for view in views)
    assert answers is not None
    assert answers.claimed.shape == (pairs,)
    assert answers.signs.shape == (pairs, len(SIGNS))
    assert answers.relations.shape == (pairs, len(RELATIONS))
    assert answers.roles.shape == (pairs, len(ROLES))
    assert answers.statuses.shape == (len(encoded.places), len(STATUSES))
    assert answers.paths.shape == (len(encoded.places), len(PATHS))


@pytest.mark.parametrize("text", ["The weather was fine.", "Trust was high."])
def test_a_text_without_candidates_has_no_answers(nlp: Language, text: str) -> None:
    views, topics = read(nlp, text)
    encoded = encode(views, topics, own_encoder())
    assert encoded.answers is None
    assert encoded.statuses(views[0]) == encoded.paths(views[0]) == ()


def test_a_very_long_sentence_is_cut(nlp: Language) -> None:
    views, topics = read(nlp, f"Trust, {'zz, ' * 300} and empathy predicted the alliance.")
    found = list(find_candidates(views[0]))
    numbers = in_numbers(views[0], found, topics, own_encoder().known)
    assert len(numbers.words) == MOST_WORDS + 1 + len(views[0].carried)
    assert numbers.spans.max() <= MOST_WORDS + 1
    assert encode(views, topics, own_encoder()).answers is not None


def test_what_is_carried_over_has_a_row_of_its_own(nlp: Language) -> None:
    views, topics = read(nlp, TEXT)
    view, known = views[1], own_encoder().known
    found = [candidate for candidate in find_candidates(view) if candidate.kind == "rv"]
    numbers = in_numbers(view, found, topics, known)
    first = 1 + len(view.tokens)
    assert len(numbers.words) == first + len(view.carried)
    for row, mention in enumerate(view.carried, first):
        assert numbers.words[row, 5] == known.words[f"construct={mention.construct}"]
        assert set(np.delete(numbers.ways[row], row)) == {APART}
    rows = {mention.construct: row for row, mention in enumerate(view.carried, first)}
    for candidate, (_, _, start, end) in zip(found, numbers.spans.tolist(), strict=True):
        row = rows[candidate.second.construct]
        assert (start, end) == (row, row + 1)
    assert {candidate.second.construct for candidate in found} == set(rows)


def test_only_pairs_with_some_hope_are_looked_at(nlp: Language) -> None:
    views, topics = read(nlp, TEXT)
    encoded = encode(views, topics, own_encoder())
    found = [candidate for view in views for candidate in find_candidates(view)]
    assert encoded.answers is not None
    hoped = [score >= -7 for score in encoded.answers.claimed.tolist()]
    assert [encoded.hopes_for(candidate) for candidate in found] == hoped
    assert len(candidates(encoded)) == sum(hoped) < len(hoped)


def test_a_claim_is_believed_more_than_a_list_of_measures(nlp: Language) -> None:
    def score(text: str) -> float:
        views, topics = read(nlp, text)
        answers = encode(views, topics, own_encoder()).answers
        assert answers is not None
        return float(answers.claimed.max())

    told = score("Greater empathy predicted a stronger alliance.")
    listed = score("Measures of empathy and of the alliance were completed at intake.")
    assert told > listed + 1


def test_the_roles_of_a_pair_do_not_depend_on_which_is_named_first(nlp: Language) -> None:
    text = "Attachment security mediated the effect of childhood maltreatment on dropout."
    views, topics = read(nlp, text)
    encoded = encode(views, topics, own_encoder())
    third, source, target = "AttachmentSecurity", "ChildhoodMaltreatment", "Dropout"

    def odds(roles: str, one: str, other: str) -> float:
        role, _, other_role = roles.partition("-")
        return encoded.roles(views[0], "mediates", (role, other_role), one, other)

    assert odds("third-source", third, source) == odds("source-third", source, third)
    assert odds("third-target", third, target) > odds("third-target", target, third)
    assert odds("source-target", "Trust", target) == -8


def test_what_an_answer_rests_on_are_words_of_the_sentence(nlp: Language) -> None:
    views, topics = read(nlp, "Empathy predicted the alliance.")
    (candidate,) = candidates(encode(views, topics, own_encoder()))
    found = deciding_words(candidate, topics, own_encoder())
    assert "predicted" in found
    assert set(found) <= set(views[0].words)


def test_unknown_words_are_told_by_their_ending(nlp: Language) -> None:
    known = own_encoder().known
    views, topics = read(nlp, "Zorbliness zorbed trust and zorblish empathy.")
    numbers = in_numbers(views[0], [], topics, known).words
    unknown = known.words["word="]
    assert numbers[1, 0] == numbers[2, 0] == numbers[5, 0] == unknown
    assert all(one != other for one, other in pairwise(numbers[[1, 2, 5], 1]))


def test_training_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="part0"):
        part_encoders(tmp_path)
