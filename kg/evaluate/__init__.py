"""How well claims were read, measured against annotated ones.

Claims are compared as sets within each document: those that differ only in a qualifier count once.
``strict`` scores want identical construct ids; ``lenient`` ones take a direct parent or child too.
``asserted`` scores are of findings and conclusions only: what the paper itself says.
Precision, recall and F1 are micro-averaged; the interval is a bootstrap over documents.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import BadRecordError, OxykgError
from kg.evaluate.agreement import LEVELS, Parents, distinct, match
from kg.evaluate.readings import RawClaim, ScoredClaim, parse_claims, read_claims
from kg.evaluate.report import stage_tables
from kg.evaluate.scores import Score, resample, score
from kg.evaluate.stages import Sides, Stages, stages
from kg.tables import plain_text

__all__ = [
    "HEADLINE",
    "Evaluation",
    "Score",
    "Stages",
    "evaluate",
    "evaluate_claims",
    "read_parents",
    "stage_tables",
]

#: The scores that are quoted as the accuracy of an extraction.
HEADLINE = tuple(f"asserted.lenient.{level}" for level in LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Scores by name (``asserted.lenient.direction``), the stages, and what was missed or extra.

    ``errors`` are (document, ``missed`` or ``extra``, claim), of the score ``all.strict.full``.
    """

    documents: int
    without_prediction: int
    scores: dict[str, Score]
    stages: Stages
    errors: tuple[tuple[str, str, RawClaim], ...]

    def table(self, names: Collection[str] | None = None) -> str:
        """Write one line for the documents and one for each score (else for those named)."""
        head = f"{self.documents} documents, {self.without_prediction} without a prediction"
        wanted = (
            (name, s.to_json()) for name, s in self.scores.items() if names is None or name in names
        )
        return "\n".join((head, *(_line(name, s) for name, s in wanted)))

    def error_lines(self, limit: int) -> list[str]:
        """Write the first errors, one a line, safe for a terminal."""
        return [_error_line(*error) for error in self.errors[:limit]]

    def to_json(self) -> dict[str, Any]:
        """Give everything but the errors as JSON values, rounded to four places."""
        return {
            "documents": self.documents,
            "documents_without_prediction": self.without_prediction,
            "scores": {name: found.to_json() for name, found in self.scores.items()},
            "stages": self.stages.to_json(),
        }


def evaluate(
    gold: Path,
    predicted: Path,
    broader: Path | Parents | None = None,
    only: Collection[str] | None = None,
) -> Evaluation:
    """Score a file of predicted claims against a file of annotated ones.

    Both hold ``{"key", "claims"}`` lines. ``broader`` gives the parents of each construct id, as
    a mapping or a JSON file; without it they are the ontology's. ``only`` names the documents.
    """
    parents = read_parents(broader) if isinstance(broader, Path) else broader
    return _evaluate(read_claims(gold), read_claims(predicted), parents, only)


def evaluate_claims(
    gold: Mapping[str, Sequence[RawClaim]],
    predicted: Mapping[str, Sequence[RawClaim]],
    broader: Parents | None = None,
    only: Collection[str] | None = None,
) -> Evaluation:
    """Score claims in memory, by document key; otherwise as `evaluate`."""
    return _evaluate(parse_claims(gold), parse_claims(predicted), broader, only)


def read_parents(path: Path) -> Parents:
    """Read a JSON object of construct ids, each with the list of its parents."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): frozenset(parents) for name, parents in found.items()}
    except OSError as error:
        raise OxykgError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError, AttributeError) as error:
        problem = "must be a JSON object of construct ids and lists of their parents"
        raise BadRecordError(str(path), "as a whole", problem) from error


def ontology_parents() -> Parents:
    """Give the parents of every construct as the ontology has them."""
    from kg.ontology import constructs

    return {name: frozenset(construct.broader) for name, construct in constructs().items()}


_Claims = Mapping[str, Sequence[ScoredClaim]]


def _evaluate(
    gold: _Claims, predicted: _Claims, broader: Parents | None, only: Collection[str] | None
) -> Evaluation:
    parents = ontology_parents() if broader is None else broader
    keys = [key for key in gold if only is None or key in only]
    sides = [(distinct(gold[key]), distinct(predicted.get(key, ()))) for key in keys]
    return Evaluation(
        documents=len(keys),
        without_prediction=sum(key not in predicted for key in keys),
        scores=dict(_scores(sides, parents)),
        stages=stages(sides, parents),
        errors=tuple(_errors(keys, sides)),
    )


def _scores(sides: Sequence[Sides], parents: Parents) -> Iterator[tuple[str, Score]]:
    samples = resample(len(sides))
    asserted = [_asserted(*pair) for pair in sides]
    for scope, documents in (("all", sides), ("asserted", asserted)):
        for strictness, near in (("strict", None), ("lenient", parents)):
            for level in LEVELS:
                rows = [match(g, p, level, near).counts for g, p in documents]
                yield f"{scope}.{strictness}.{level}", score(rows, samples)


def _asserted(gold: list[ScoredClaim], predicted: list[ScoredClaim]) -> Sides:
    return [c for c in gold if c.asserted], [c for c in predicted if c.asserted]


def _errors(keys: Sequence[str], sides: Sequence[Sides]) -> Iterator[tuple[str, str, RawClaim]]:
    for key, (gold, predicted) in zip(keys, sides, strict=True):
        matching = match(gold, predicted, "full", None)
        yield from ((key, "missed", claim.raw) for claim in matching.missed)
        yield from ((key, "extra", claim.raw) for claim in matching.extra)


def _line(name: str, found: Mapping[str, Any]) -> str:
    low, high = found["f1_95"]
    return (
        f"{name:28s} P {found['precision']:.3f}  R {found['recall']:.3f}  F1 {found['f1']:.3f}"
        f"  [{low:.3f}, {high:.3f}]  gold {found['gold']}  predicted {found['predicted']}"
    )


def _error_line(key: str, kind: str, claim: RawClaim) -> str:
    said = " ".join(
        claim[name] for name in ("subject", "relation", "object", "direction", "status")
    )
    line = f"{kind:7s} {key}: {said}  | {claim.get('cue') or claim.get('sentence', '')}"
    return plain_text(line)
