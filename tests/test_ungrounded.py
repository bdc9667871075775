"""What no construct names is listed by how many documents relate it to something."""

from __future__ import annotations

import pytest
from spacy.language import Language

from extract.pipeline import load_pipeline
from extract.ungrounded import work_list
from kg.model import Document


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def document(key: str, text: str) -> Document:
    return Document(id=f"key:{key}", key=key, title="Title", abstract=text)


def test_phrases_of_more_documents_come_first(nlp: Language) -> None:
    found = work_list(
        nlp,
        [
            document("a", "Horticulture predicted trust. Garden design predicted empathy."),
            document("b", "Horticulture was associated with loneliness."),
        ],
    )
    assert found[0].phrase == "horticulture"
    assert (found[0].documents, found[0].sentences, found[0].example) == (2, 2, "a")
    assert "garden design" in {one.phrase for one in found}


def test_constructs_and_words_about_the_study_are_not_listed(nlp: Language) -> None:
    found = work_list(nlp, [document("a", "The results show that empathy predicted trust.")])
    assert found == []


def test_sentences_without_a_relation_list_nothing(nlp: Language) -> None:
    assert (
        work_list(nlp, [document("a", "Participants completed the horticulture inventory.")]) == []
    )
