"""Thresholds, calibration and scores from out-of-fold decisions; the last steps of training."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extract.linear import model_path
from extract.pipeline import load_pipeline
from extract.settings import Settings
from extract.training.examples import AnnotatedDocument, load_annotated
from extract.training.fit import OutOfFold, as_claims, cross_validate, fit_all, rows_of
from kg.evaluate import evaluate_claims

_CLAIM_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45)
_PATH_THRESHOLDS = (0.2, 0.3, 0.4, 0.5)
_CHOSEN_BY = "asserted.lenient.full"


def _gold(documents: Sequence[AnnotatedDocument]) -> dict[str, list[dict[str, Any]]]:
    return {d.key: [claim for _, claim in d.claims] for d in documents}


def _predicted(found: Sequence[OutOfFold], chosen: Settings) -> dict[str, list[dict[str, Any]]]:
    return {one.document.key: as_claims(one, chosen) for one in found}


def choose(found: Sequence[OutOfFold]) -> Settings:
    """The thresholds with the best F1 (asserted, lenient, full) and the calibration for them."""
    gold = _gold([one.document for one in found])
    best, best_score = None, -1.0
    for claim in _CLAIM_THRESHOLDS:
        for path in _PATH_THRESHOLDS:
            chosen = Settings(
                claim_threshold=claim,
                path_threshold=path,
                strict=1.0,
                curve=((0.0, 0.0), (1.0, 1.0)),
            )
            scores = evaluate_claims(gold, _predicted(found, chosen)).scores
            if scores[_CHOSEN_BY].f1 > best_score:
                best, best_score = chosen, scores[_CHOSEN_BY].f1
    assert best is not None
    return best


def train_and_measure(gold: Path, claims: Path, output: Path, model: str | None) -> str:
    """Fit on everything, measure out of fold, write models and settings; the scores as text."""
    nlp = load_pipeline(model)
    digests = list(load_annotated(nlp, gold / "dev_documents.jsonl", gold / "dev.jsonl"))
    invented = [
        document
        for path in sorted(claims.glob("*_documents.jsonl"))
        for document in load_annotated(
            nlp, path, path.with_name(path.name.replace("_documents", ""))
        )
    ]
    rows = {document.key: rows_of(document) for document in (*digests, *invented)}
    always = [document.key for document in invented]
    found = cross_validate(digests, rows, always, lambda line: print(line, file=sys.stderr))
    chosen = choose(found)
    evaluation = evaluate_claims(_gold(digests), _predicted(found, chosen))
    output.mkdir(parents=True, exist_ok=True)
    for name, fitted in fit_all(rows.values()).items():
        model_path(name, output).write_bytes(fitted.dumps())
    fields = {
        "claim_threshold": chosen.claim_threshold,
        "path_threshold": chosen.path_threshold,
        "strict": chosen.strict,
        "curve": [list(point) for point in chosen.curve],
    }
    (output / "settings.json").write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")
    return str(evaluation.table())
