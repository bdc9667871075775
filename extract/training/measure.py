"""Thresholds, calibration and scores from out-of-fold decisions; the last steps of training."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from extract.candidates import kin
from extract.decision import Decision
from extract.linear import model_path
from extract.pipeline import load_pipeline
from extract.settings import Settings
from extract.training.examples import (
    AnnotatedDocument,
    Annotation,
    load_annotated,
    readings_of,
)
from extract.training.fit import OutOfFold, as_claims, cross_validate, fit_all, rows_of
from kg.evaluate import evaluate_claims

_CLAIM_THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
_PATH_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)
_CHOSEN_BY = "asserted.lenient.full"
_STRICT_PRECISION = 0.85
#: A loss of F1 that is too small to tell from chance.
_FLAT = 0.015


def _gold(documents: Sequence[AnnotatedDocument]) -> dict[str, list[dict[str, Any]]]:
    return {d.key: [claim for _, claim in d.claims] for d in documents}


def _predicted(found: Sequence[OutOfFold], chosen: Settings) -> dict[str, list[dict[str, Any]]]:
    return {one.document.key: as_claims(one, chosen) for one in found}


def choose(found: Sequence[OutOfFold]) -> Settings:
    """The highest thresholds whose F1 (asserted, lenient, full) is within .015 of the best.

    The optimum is flat; of two readers with equal F1 the more precise one does less harm.
    """
    gold = _gold([one.document for one in found])
    scores = {}
    for claim in _CLAIM_THRESHOLDS:
        for path in _PATH_THRESHOLDS:
            chosen = Settings(
                claim_threshold=claim,
                path_threshold=path,
                strict=1.0,
                curve=((0.0, 0.0), (1.0, 1.0)),
            )
            scores[chosen] = evaluate_claims(gold, _predicted(found, chosen)).scores[_CHOSEN_BY].f1
    enough = max(scores.values()) - _FLAT
    good = [chosen for chosen, score in scores.items() if score >= enough]
    return max(good, key=lambda chosen: (chosen.claim_threshold, chosen.path_threshold))


def _right(decision: Decision, claims: Sequence[Annotation], signed: bool) -> bool:
    """Whether an annotated claim of the document is about the same pair (and has the same sign)."""
    ids = (decision.subject, *(decision.path or (decision.object,)))
    for claim in claims:
        for reading in readings_of(claim):
            path = reading.get("mediator_of")
            theirs = (reading["subject"], *(path or (reading["object"],)))
            if len(ids) != len(theirs) or (signed and not _same_sign(decision, reading)):
                continue
            orders = [theirs] if path else [theirs, theirs[::-1]]
            if any(all(x in kin(y) for x, y in zip(ids, o, strict=True)) for o in orders):
                return True
    return False


def _same_sign(decision: Decision, reading: Annotation) -> bool:
    unsigned = ("mixed", "unspecified")
    direction = reading["direction"]
    return direction == decision.direction or {direction, str(decision.direction)} <= {*unsigned}


def calibrate(found: Sequence[OutOfFold], chosen: Settings) -> Settings:
    """The settings with a curve from score to the share that is right, and the strict threshold.

    The curve is isotonic (scikit-learn), fitted to the out-of-fold decisions above the thresholds.
    Strict is the lowest confidence from which on 85 % of the pairs are right.
    """
    from sklearn.isotonic import IsotonicRegression

    scores, right, pair_right = [], [], []
    for one in found:
        claims = [claim for _, claim in one.document.claims]
        for decision in one.decisions:
            threshold = chosen.path_threshold if decision.path else chosen.claim_threshold
            if decision.claimed >= threshold:
                scores.append(decision.claimed * decision.direction_probability)
                right.append(_right(decision, claims, signed=True))
                pair_right.append(_right(decision, claims, signed=False))
    model = IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip")
    model.fit(scores, np.array(right, dtype=float))
    places = np.quantile(scores, np.linspace(0, 1, 21))
    curve = [(round(float(x), 4), round(float(model.predict([x])[0]), 4)) for x in places]
    calibrated = replace(chosen, curve=tuple(sorted(set(curve))))
    order = np.argsort(-np.array(scores))
    precision = np.cumsum(np.array(pair_right)[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= _STRICT_PRECISION)
    last = scores[order[enough[-1]]] if len(enough) else max(scores)
    strict = round(calibrated.confidence(float(last), 1.0), 3)
    return replace(calibrated, strict=strict)


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
    chosen = calibrate(found, choose(found))
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
