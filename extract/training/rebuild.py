"""From a folder of treebanks to the shipped weights: convert, train, score, describe."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from spacy.language import Language
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config
from thinc.api import use_ops

from extract.language import OWN_WEIGHTS, load_language
from extract.training.card import write_card
from extract.training.corpora import DEV, TEST, TRAIN, read_lexicons, write_docbin
from extract.training.evaluate import score_part
from kg.errors import OxykgError

CONFIG = Path(__file__).resolve().parent / "config.cfg"
#: What the weights say about themselves.
META = {
    "name": "oxykg",
    "version": "1.0.0",
    "description": "Tagger, parser, lemmatizer and sentence boundaries for English abstracts.",
    "license": "CC BY-SA 4.0",
    "spacy_version": ">=3.8,<4",
}
#: Settings of the optimiser and figures of the development sample: of no use once trained.
TRANSIENT = ("performance", "spacy_git_version")


def rebuild(treebanks: Path, output: Path = OWN_WEIGHTS, log: TextIO = sys.stderr) -> None:
    """Trains on the treebanks in the folder and replaces the weights in ``output``.

    Takes about three quarters of an hour on one core and 1 GB of memory. The model card is
    written beside the output. Nothing is replaced unless training comes to its end.
    """
    if not treebanks.is_dir():
        raise OxykgError(f"{treebanks}: no such folder; name the one with the treebank files.")
    with TemporaryDirectory(prefix="oxykg-train-") as scratch:
        trained = train_weights(treebanks, Path(scratch), log)
        finish(trained, output)
    describe(treebanks, output, log)


def train_weights(
    treebanks: Path, scratch: Path, log: TextIO, overrides: dict[str, object] | None = None
) -> Path:
    """Converts the treebanks and trains by ``config.cfg``; returns the best pipeline's folder."""
    paths = {"paths.train": scratch / "train.spacy", "paths.dev": scratch / "dev.spacy"}
    for parts, path in ((DEV, paths["paths.dev"]), (TRAIN, paths["paths.train"])):
        tokens = write_docbin(treebanks, parts, path)
        print(f"{path.name}: {tokens} tokens", file=log)
    settings = {key: str(path) for key, path in paths.items()} | (overrides or {})
    return train_pipeline(settings, scratch / "run", log)


def train_pipeline(settings: dict[str, object], output: Path, log: TextIO) -> Path:
    """Trains by ``config.cfg`` with some settings replaced; the same input gives the same bytes.

    Matrix products go through NumPy, which is faster here than thinc's own BLIS.
    """
    output.mkdir(parents=True, exist_ok=True)
    with use_ops("numpy", use_blis=False):
        nlp = init_nlp(load_config(CONFIG, overrides=settings))
        train(nlp, output, stdout=log, stderr=log)
    return output / "model-best"


def finish(trained: Path, output: Path) -> None:
    """Copies a trained pipeline to ``output`` with its name, licence and versions put right."""
    nlp = load_language(str(trained))
    for key in TRANSIENT:
        nlp.meta.pop(key, None)
    nlp.meta.update(META)
    for section in ("train", "dev"):
        nlp.config["paths"][section] = None
    shutil.rmtree(output, ignore_errors=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(output)


def describe(treebanks: Path, weights: Path, log: TextIO | None = None) -> None:
    """Scores the weights on the held-out parts and writes ``MODEL_CARD.md`` beside them."""
    nlp: Language = load_language(str(weights))
    lexicons = read_lexicons(treebanks)
    scores = {}
    for part in TEST:
        scores[part.name] = score_part(nlp, treebanks, part, lexicons)
        print(f"{part.name}: {scores[part.name]}", file=log or io.StringIO())
    write_card(weights, scores, weights.parent / "MODEL_CARD.md")
