"""``python -m extract.training.fit``: trains the models that read claims, and measures them.

Multinomial logistic regression (scikit-learn, L2) over named features, and a small network over
the scores of candidates, on the annotated digests (``tests/gold``) and on abstracts written for the
purpose (``extract/training/claims``: invented studies, real constructions). Figures are out of
fold: five folds over the digests by document; the invented abstracts only ever train, and a digest
weighs as much as three of them. Thresholds and calibration come from the same folds.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from extract.context import context_numbers
from extract.decision import Decision
from extract.decisions import decide
from extract.encoder import Encoder
from extract.linear import UNIT, LinearModel
from extract.models import MODEL_NAMES, MODELS_FOLDER, Models
from extract.network import Network, Numbers
from extract.rhetoric import neighbour_features
from extract.settings import Settings
from extract.training.examples import AnnotatedDocument
from extract.training.rows import VOCABULARY, Row, numbered

_ROOT = Path(__file__).resolve().parents[2]
#: Inverse strength of the L2 penalty for each decision, chosen by cross-validation.
STRENGTHS = {
    "claim": 0.05, "contrast": 0.3, "direction": 0.1, "disorder": 0.05, "order": 0.2,
    "path": 0.2, "path_direction": 0.1, "path_here": 0.1, "relation": 0.1, "sense": 0.1,
    "status": 0.3, "status_context": 0.3, "treatment": 0.05,
}  # fmt: skip
_FOLDS = 5
_LOOKS = 3
_RARE = 3
#: Units of the second look's network, and how often it sees each row.
_UNITS, _EPOCHS = 64, 10


def _matrix(rows: Sequence[Row]) -> tuple[Any, NDArray[Any]]:
    """Rows by features (how often each has each), and the names of the features.

    Only features that at least three rows have, by name: in what order rows tell theirs changes
    from run to run, and the solvers' results with it.
    """
    from scipy.sparse import csr_matrix

    codes = [row.codes for row in rows]
    ends = np.cumsum([0, *map(len, codes)])
    shape = (len(rows), len(VOCABULARY))
    matrix = csr_matrix((np.ones(ends[-1]), np.concatenate(codes), ends), shape=shape)
    matrix.sum_duplicates()
    frequent = np.flatnonzero(np.bincount(matrix.indices, minlength=shape[1]) >= _RARE)
    names = np.array([VOCABULARY.names[code] for code in frequent])
    order = np.argsort(names)
    matrix = matrix[:, frequent[order]]
    matrix.sort_indices()
    return matrix, names[order]


def fit(rows: Sequence[Row], strength: float) -> LinearModel:
    """A multinomial logistic regression over the features that at least three rows have.

    What a row has twice counts twice, as it does in reading.
    """
    from sklearn.linear_model import LogisticRegression

    matrix, names = _matrix(rows)
    labels = np.array([row.label for row in rows])
    weights = np.array([row.weight for row in rows])
    solver = "liblinear" if len(set(labels)) == 2 else "lbfgs"
    model = LogisticRegression(C=strength, max_iter=1000, tol=1e-3, solver=solver, random_state=0)
    model.fit(matrix, labels, sample_weight=weights)
    return _as_linear(model, names)


def _as_linear(model: Any, names: NDArray[Any]) -> LinearModel:
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([np.zeros_like(coefficients[0]), coefficients[0]])
        intercepts = np.array([0.0, intercepts[0]])
    kept = np.abs(coefficients).max(axis=0) >= 0.005
    weights = np.array([[*_in_units(row)] for row in coefficients.T[kept]], np.int32)
    return LinearModel(
        labels=tuple(str(label) for label in model.classes_),
        intercepts=tuple(_in_units(intercepts)),
        features=tuple(names[kept].tolist()),
        weights=weights.reshape(-1, len(model.classes_)),
    )


def _in_units(numbers: NDArray[Any]) -> Iterator[int]:
    """Numbers as the models keep them: rounded as decimals are, so that none moves by a rest."""
    return (round(round(float(number), 4) * UNIT) for number in numbers)


def fit_all(documents: Iterable[dict[str, list[Row]]]) -> Models:
    """One model for each decision from the rows of some documents."""
    pooled: dict[str, list[Row]] = {name: [] for name in MODEL_NAMES}
    for rows in documents:
        for name, found in rows.items():
            pooled[name] += found
    second = fit_network(*context_rows(pooled["claim"]))
    pooled["status_context"] = rhetoric_rows(pooled["status"])
    pooled["status"] = [row for row in pooled["status"] if row.label]
    fitted = _fit_each([(pooled[name], STRENGTHS[name]) for name in MODEL_NAMES])
    return Models(linear=dict(zip(MODEL_NAMES, fitted, strict=True)), second_look=second)


def fit_network(numbers: Numbers, labels: NDArray[Any], weights: NDArray[Any]) -> Network:
    """A network from rows of numbers, each with its label and with its weight, a whole number."""
    from sklearn.neural_network import MLPClassifier

    rows = np.repeat(np.arange(len(labels)), weights.astype(int))
    centre, spread = numbers[rows].mean(axis=0), numbers[rows].std(axis=0) + 1e-6
    model = MLPClassifier(
        (_UNITS,), alpha=0.3, batch_size=512, learning_rate_init=2e-3, max_iter=_EPOCHS,
        random_state=0, n_iter_no_change=_EPOCHS,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it stops after so many rounds on purpose
        model.fit((numbers[rows] - centre) / spread, labels[rows])
    (hidden, output), (bias, rest) = model.coefs_, model.intercepts_
    weights_of = {"hidden": hidden, "bias": bias, "output": output[:, 0], "rest": rest}
    return Network(
        centre=centre, spread=spread, **{k: v.astype(np.float32) for k, v in weights_of.items()}
    )


def _fit_each(tasks: Sequence[tuple[Sequence[Row], float]]) -> list[LinearModel]:
    """The models of several sets of rows, side by side."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda task: fit(*task), tasks))


def _looks(rows: Sequence[Row], strength: float) -> list[tuple[list[Row], LinearModel]]:
    """Rows in three parts by document, each with a model that never saw its documents."""
    keys = list(dict.fromkeys(row.key for row in rows))
    parts = [set(keys[start::_LOOKS]) for start in range(_LOOKS)]
    seen = [[row for row in rows if row.label and row.key not in held] for held in parts]
    models = _fit_each([(part, strength) for part in seen])
    held = [[row for row in rows if row.key in part] for part in parts]
    return list(zip(held, models, strict=True))


def context_rows(rows: Sequence[Row]) -> tuple[Numbers, NDArray[Any], NDArray[Any]]:
    """The rows of the second look, from scores that no model gave to what it was trained on.

    Their numbers, whether they are claimed, and their weights.
    """
    numbers, known = [], []
    for held, model in _looks(rows, STRENGTHS["claim"]):
        documents: dict[str, list[Row]] = {}
        for row in held:
            documents.setdefault(row.key, []).append(row)
        for own in documents.values():
            seen = [
                row.seen._replace(score=model.log_odds(row.features)) for row in own if row.seen
            ]
            numbers.append(context_numbers(seen))
            known += own
    labels = np.array([row.label == "yes" for row in known])
    return np.concatenate(numbers), labels, np.array([row.weight for row in known])


def rhetoric_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows of a sentence's second look, likewise from models that never saw its document."""
    found = []
    for held, model in _looks(rows, STRENGTHS["status"]):
        documents: dict[str, dict[bytes, list[Row]]] = {}
        for row in held:
            documents.setdefault(row.key, {}).setdefault(row.codes.tobytes(), []).append(row)
        for sentences in documents.values():
            first = model.all_probabilities([own[0].features for own in sentences.values()])
            second = neighbour_features(first, [own[0].role for own in sentences.values()])
            for own, features in zip(sentences.values(), second, strict=True):
                codes = numbered(features)
                found += [replace(row, codes=codes) for row in own if row.label]
    return found


def folds(keys: Sequence[str]) -> list[set[str]]:
    """The documents dealt out to folds in turn, in the order of a seeded shuffle."""
    order = list(np.random.default_rng(1).permutation(len(keys)))
    return [{keys[i] for i in order[start::_FOLDS]} for start in range(_FOLDS)]


@dataclass(frozen=True, kw_only=True)
class OutOfFold:
    """What was decided for a held-out document by models that never saw it."""

    document: AnnotatedDocument
    decisions: tuple[Decision, ...]


def cross_validate(
    digests: Sequence[AnnotatedDocument],
    rows: dict[str, dict[str, list[Row]]],
    always: Sequence[str],
    encoder: Encoder,
    note: Callable[[str], object] = lambda line: None,
) -> list[OutOfFold]:
    """Decisions for every digest from models of the other folds and of the ``always`` documents."""
    low = Settings(claim_threshold=0.05, path_threshold=0.05, strict=1.0, curve=((0, 0), (1, 1)))
    found = []
    keys = [document.key for document in digests]
    for number, held in enumerate(folds(keys), 1):
        train = [key for key in (*keys, *always) if key not in held]
        models = fit_all(rows[key] for key in train)
        found += [
            _decided(document, models, low, encoder) for document in digests if document.key in held
        ]
        note(f"fold {number} of {_FOLDS}")
    return found


def _decided(
    document: AnnotatedDocument, models: Models, low: Settings, encoder: Encoder
) -> OutOfFold:
    doc: Doc = document.views[0].span.doc
    decisions = decide(doc, document.topics, models, low, encoder)
    return OutOfFold(document=document, decisions=tuple(decisions))


def as_claims(found: OutOfFold, chosen: Settings) -> list[dict[str, Any]]:
    """The decisions above the thresholds as annotations, for the scorer."""
    claims = []
    for decision in found.decisions:
        threshold = chosen.path_threshold if decision.path else chosen.claim_threshold
        if decision.claimed >= threshold:
            claim: dict[str, Any] = {
                "subject": decision.subject,
                "relation": str(decision.relation),
                "object": decision.object,
                "direction": str(decision.direction),
                "status": str(decision.status),
                "confidence": chosen.confidence(decision.claimed, decision.direction_probability),
                "sentence": decision.candidate.view.span.text,
            }
            if decision.path:
                claim["mediator_of"] = list(decision.path)
            claims.append(claim)
    return claims


def main(arguments: list[str] | None = None) -> int:
    """Trains, measures and writes the models; prints the out-of-fold scores."""
    parser = argparse.ArgumentParser(prog="python -m extract.training.fit", description=__doc__)
    parser.add_argument("--gold", type=Path, default=_ROOT / "tests" / "gold")
    parser.add_argument("--claims", type=Path, default=Path(__file__).parent / "claims")
    parser.add_argument("--output", type=Path, default=MODELS_FOLDER)
    parser.add_argument("--model", help="spaCy pipeline to read with [the package's own]")
    options = parser.parse_args(arguments)
    from extract.training.measure import train_and_measure

    report = train_and_measure(options.gold, options.claims, options.output, options.model)
    print(report)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
