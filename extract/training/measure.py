"""Thresholds, calibration and scores from out-of-fold decisions; the last steps of training."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from extract.candidates import kin
from extract.decision import Decision
from extract.encoder import own_encoder
from extract.pipeline import load_pipeline
from extract.settings import Settings
from extract.training.examples import (
    FORMAL,
    AnnotatedDocument,
    Annotation,
    load_annotated,
    load_written,
    readings_of,
)
from extract.training.fit import OutOfFold, as_claims, cross_validate, fit_all
from extract.training.parts import part_encoders
from extract.training.rows import rows_of
from kg.evaluate import HEADLINE, evaluate_claims, stage_tables
from kg.evaluate.stages import Calibration
from kg.tables import format_table

#: Digests are read best from .35 on; authors' own abstracts equally well from there to .45.
_CLAIM_THRESHOLDS = (0.3, 0.35, 0.4)
_PATH_THRESHOLDS = (0.35, 0.4)
#: So many written abstracts does a digest weigh: there are few, and they have a style of their own.
_DIGEST = 3.0
#: The written abstracts from which linear models learn; freely worded ones lead them astray.
_SETS = ("", FORMAL)
_CHOSEN_BY = "asserted.lenient.full"
#: More than the .85 that strict mode promises: authors' own abstracts are read less surely.
_STRICT_PRECISION = 0.88
_STRICT = tuple(round(0.5 + 0.02 * step, 2) for step in range(24))
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


def _judged(found: Sequence[OutOfFold], chosen: Settings) -> list[tuple[float, bool, bool]]:
    """For each decision kept: its score, whether pair and sign are right, whether the pair is."""
    judged = []
    for one in found:
        claims = [claim for _, claim in one.document.claims]
        for decision in one.decisions:
            threshold = chosen.path_threshold if decision.path else chosen.claim_threshold
            if decision.claimed >= threshold:
                score = decision.claimed * decision.direction_probability
                pair = _right(decision, claims, signed=False)
                judged.append((score, pair and _right(decision, claims, signed=True), pair))
    return judged


def _curve(judged: Sequence[tuple[float, bool, bool]]) -> tuple[tuple[float, float], ...]:
    """Points from score to the share right: Platt scaling of the score's log odds."""
    from sklearn.linear_model import LogisticRegression

    scores = np.clip([score for score, _, _ in judged], 0.01, 0.99)
    model = LogisticRegression(C=10.0)
    model.fit(np.log(scores / (1 - scores)).reshape(-1, 1), [right for _, right, _ in judged])
    places = np.linspace(0.02, 0.98, 25)
    shares = model.predict_proba(np.log(places / (1 - places)).reshape(-1, 1))[:, 1]
    return tuple(
        (round(float(x), 3), round(float(y), 4)) for x, y in zip(places, shares, strict=True)
    )


def calibrate(found: Sequence[OutOfFold], chosen: Settings) -> Settings:
    """The settings with a curve from score to the share that is right, and the strict threshold.

    The curve is fitted to the out-of-fold decisions above the thresholds (Platt 1999). Strict is
    the lowest confidence from which on 88 % of the asserted pairs are right (lenient).
    """
    calibrated = replace(chosen, curve=_curve(_judged(found, chosen)))
    gold = _gold([one.document for one in found])
    for strict in _STRICT:
        tried = replace(calibrated, strict=strict)
        score = evaluate_claims(gold, _strict(found, tried)).scores[HEADLINE[0]]
        if score.precision >= _STRICT_PRECISION:
            return tried
    return replace(calibrated, strict=_STRICT[-1])


def reliability(found: Sequence[OutOfFold], chosen: Settings) -> Calibration:
    """How far confidence is off on documents that neither models nor curve were fitted to."""
    keys = sorted(one.document.key for one in found)
    pairs = []
    for part in range(2):
        held = set(keys[part::2])
        curve = _curve(_judged([one for one in found if one.document.key not in held], chosen))
        own = replace(chosen, curve=curve)
        for score, right, _ in _judged([o for o in found if o.document.key in held], chosen):
            pairs.append((own.confidence(score, 1.0), right))
    bins = []
    for low in range(10):
        inside = [(c, r) for c, r in pairs if low <= min(9, int(c * 10)) < low + 1]
        if inside:
            mean = float(np.mean([c for c, _ in inside]))
            share = float(np.mean([r for _, r in inside]))
            bins.append((low / 10, len(inside), mean, share))
    brier = float(np.mean([(c - r) ** 2 for c, r in pairs]))
    return Calibration(bins=tuple(bins), brier=brier)


def _strict(found: Sequence[OutOfFold], chosen: Settings) -> dict[str, list[dict[str, Any]]]:
    claims = _predicted(found, chosen)
    return {
        key: [claim for claim in own if claim["confidence"] >= chosen.strict]
        for key, own in claims.items()
    }


def card(found: Sequence[OutOfFold], chosen: Settings, trained: int) -> str:
    """The model card: what was trained on what, and how well it does out of fold."""
    gold = _gold([one.document for one in found])
    evaluation = evaluate_claims(gold, _predicted(found, chosen))
    strict = evaluate_claims(gold, _strict(found, chosen))
    off = reliability(found, chosen)
    tables = [
        f"{title}\n\n{format_table(table, 'md')}"
        for title, table in stage_tables(evaluation.stages)
    ]
    rows = "\n".join(
        f"| {low:.1f} | {count} | {mean:.2f} | {share:.2f} |"
        for low, count, mean, share in off.bins
    )
    return (
        (Path(__file__).parent / "claims_card.md")
        .read_text(encoding="utf-8")
        .format(
            digests=len(found),
            written=trained - len(found),
            claim=chosen.claim_threshold,
            path=chosen.path_threshold,
            strict=chosen.strict,
            scores=evaluation.table(),
            strict_scores=strict.table(HEADLINE),
            stages="\n\n".join(tables),
            ece=off.ece,
            brier=off.brier,
            reliability=rows,
        )
    )


def train_and_measure(gold: Path, claims: Path, output: Path, model: str | None) -> str:
    """Fit on everything, measure out of fold, write models, settings and card; scores as text.

    On one BLAS thread: sums in another order would give other models.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        return _train_and_measure(gold, claims, output, model)


def _train_and_measure(gold: Path, claims: Path, output: Path, model: str | None) -> str:
    nlp = load_pipeline(model)
    digests = list(load_annotated(nlp, gold / "dev_documents.jsonl", gold / "dev.jsonl"))
    written = load_written(nlp, claims, _SETS)
    encoder, parts = own_encoder(), part_encoders()
    rows = {document.key: rows_of(document, encoder, _DIGEST) for document in digests}
    for place, document in written.items():
        rows[document.key] = rows_of(document, parts[place % len(parts)])
    always = [document.key for document in written.values()]
    found = cross_validate(
        digests, rows, always, encoder, lambda line: print(line, file=sys.stderr)
    )
    chosen = calibrate(found, choose(found))
    fit_all(rows.values()).write(output)
    fields = {
        "claim_threshold": chosen.claim_threshold,
        "path_threshold": chosen.path_threshold,
        "strict": chosen.strict,
        "curve": [list(point) for point in chosen.curve],
    }
    (output / "settings.json").write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")
    (output / "MODEL_CARD.md").write_text(card(found, chosen, len(rows)), encoding="utf-8")
    return str(evaluate_claims(_gold(digests), _predicted(found, chosen)).table())
