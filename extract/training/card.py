"""Writes the model card: the text of ``card.md`` with the figures filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template

from extract.training.corpora import DEV, TEST, TEST_SENTENCES, TRAIN
from extract.training.evaluate import Scores

TEMPLATE = Path(__file__).resolve().parent / "card.md"
#: How the test sets are called in the card's table.
TITLES = {"ewt": "EWT", "gum": "GUM", "genia": "GENIA (abstracts)", "craft": "CRAFT (articles)"}


def write_card(weights: Path, scores: Mapping[str, Scores], output: Path) -> None:
    """Describes the pipeline in ``weights``, whose scores by test set are given."""
    meta = json.loads((weights / "meta.json").read_text(encoding="utf-8"))
    output.write_text(card_text(meta, size_of(weights), scores), encoding="utf-8")


def card_text(meta: Mapping[str, object], size: float, scores: Mapping[str, Scores]) -> str:
    """The card as Markdown; ``size`` in MB, ``meta`` as in the pipeline's ``meta.json``."""
    labels = _labels(meta)
    seconds = sum(score.words / score.words_per_second for score in scores.values())
    speed = sum(score.words for score in scores.values()) / seconds
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        version=meta["version"],
        spacy=meta["spacy_version"],
        size=f"{size:.1f}",
        speed=f"{round(speed, -3):,.0f}".replace(",", " "),
        steps=", ".join(str(step) for step in _list(meta["components"])),
        labels=f"{len(labels)} dependency labels",
        subtypes=", ".join(f"`{label}`" for label in labels if ":" in label),
        sentences=TEST_SENTENCES,
        rows="\n".join(_row(name, score) for name, score in scores.items()),
        files=", ".join(f"`{part.name}`" for part in (*TRAIN, *DEV, *TEST)),
    )


def size_of(folder: Path) -> float:
    """The size of the files in a folder in MB (a million bytes)."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _row(name: str, score: Scores) -> str:
    lemma = "–" if score.lemma is None else f"{score.lemma:.1f}"
    figures = (score.tag, score.pos, lemma, score.uas, score.las, score.sentence_f)
    cells = [figure if isinstance(figure, str) else f"{figure:.1f}" for figure in figures]
    title = TITLES.get(name.removesuffix("-test"), name)
    return f"| {title} | {score.words} | {' | '.join(cells)} |"


def _labels(meta: Mapping[str, object]) -> list[str]:
    labels = meta["labels"]
    assert isinstance(labels, dict)
    return sorted(label for label in labels["parser"] if "||" not in label)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
