"""Where accuracy is won and lost: by relation, given the pair, and by confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.evaluate.agreement import LEVELS, Parents, agrees, agrees_with_any, match, pair_up
from kg.evaluate.readings import ClaimReading, ScoredClaim
from kg.evaluate.scores import Score, score
from kg.model import Direction, Relation, Status

#: The gold claims and the predictions of one document, each `distinct`.
Sides = tuple[list[ScoredClaim], list[ScoredClaim]]
#: A gold reading and the prediction of the same pair of constructs.
Aligned = tuple[ClaimReading, ClaimReading]

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often each gold label (row) was predicted as each label (column)."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(sum, self.counts))

    @property
    def accuracy(self) -> float | None:
        """The share that was predicted right (0..1); ``None`` if there are none."""
        hits = sum(row[i] for i, row in enumerate(self.counts))
        return hits / self.total if self.total else None

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the labels that occur in the gold standard; ``None`` if there are none."""
        present = [i for i, row in enumerate(self.counts) if sum(row)]
        return sum(map(self._f1, present)) / len(present) if present else None

    def _f1(self, i: int) -> float:
        gold, predicted = sum(self.counts[i]), sum(row[i] for row in self.counts)
        return 2 * self.counts[i][i] / (gold + predicted)

    def to_json(self) -> dict[str, Any]:
        """Give counts by gold label and predicted label, zeros left out."""
        rows = zip(self.labels, self.counts, strict=True)
        return {
            "accuracy": _rounded(self.accuracy),
            "macro_f1": _rounded(self.macro_f1),
            "counts": {
                gold: {p: n for p, n in zip(self.labels, row, strict=True) if n}
                for gold, row in rows
                if sum(row)
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Whether a confidence of .8 is right in 80 % of the cases (Guo et al. 2017).

    ``bins`` holds (lowest confidence, claims, mean confidence, share right) of each tenth in use.
    """

    bins: tuple[tuple[float, int, float, float], ...]
    brier: float

    @property
    def ece(self) -> float:
        """Expected calibration error: the mean distance of confidence and share right (0..1)."""
        total = sum(n for _, n, _, _ in self.bins)
        return sum(n * abs(mean - share) for _, n, mean, share in self.bins) / total

    def to_json(self) -> dict[str, Any]:
        """Give the errors and the reliability diagram."""
        names = ("from", "claims", "confidence", "right")
        bins = [dict(zip(names, map(_rounded, row), strict=True)) for row in self.bins]
        return {"ece": _rounded(self.ece), "brier": _rounded(self.brier), "bins": bins}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """Scores of each relation by level, confusions given the pair, calibration if scored."""

    relations: dict[str, dict[str, Score]]
    directions: Confusion
    relation_labels: Confusion
    statuses: Confusion
    status_groups: Confusion
    calibration: Calibration | None

    def to_json(self) -> dict[str, Any]:
        """Give all of it as JSON values."""
        relations = {
            name: {level: found.to_json() for level, found in levels.items()}
            for name, levels in self.relations.items()
        }
        return {
            "by_relation": relations,
            "direction_given_pair": self.directions.to_json(),
            "relation_given_pair": self.relation_labels.to_json(),
            "status_given_pair": self.statuses.to_json(),
            "status_group_given_pair": self.status_groups.to_json(),
            "calibration": self.calibration.to_json() if self.calibration else None,
        }


def stages(documents: Sequence[Sides], parents: Parents | None) -> Stages:
    """Take the accuracy apart; everything is lenient if ``parents`` are given."""
    aligned = [pair for gold, predicted in documents for pair in align(gold, predicted, parents)]
    return Stages(
        relations={
            str(relation): _of_relation(documents, relation, parents) for relation in Relation
        },
        directions=confusion(Direction, ((str(g.direction), str(p.direction)) for g, p in aligned)),
        relation_labels=confusion(
            Relation, ((str(g.relation), str(p.relation)) for g, p in aligned)
        ),
        statuses=confusion(Status, ((str(g.status), str(p.status)) for g, p in aligned)),
        status_groups=confusion(
            ("asserted", "asked", "background"),
            ((g.status_group, p.status_group) for g, p in aligned),
        ),
        calibration=calibration(_judged(documents, parents)),
    )


def align(
    gold: Sequence[ScoredClaim], predicted: Sequence[ScoredClaim], parents: Parents | None
) -> Iterator[Aligned]:
    """Pair claims about the same constructs, those that agree in more before those that agree less.

    Where a pair of constructs has several claims, this is the kindest way to set them side by side.
    """
    same = {claim.own for claim in gold} & {claim.own for claim in predicted}
    yield from ((claim.own, claim.own) for claim in gold if claim.own in same)
    gold = [claim for claim in gold if claim.own not in same]
    predicted = [claim for claim in predicted if claim.own not in same]
    for level in reversed(LEVELS):
        matching = pair_up(gold, predicted, level, parents)
        gold, predicted = matching.missed, matching.extra
        for wanted, found in matching.pairs:
            yield _nearest(wanted, found, level, parents), found.own


def _nearest(
    wanted: ScoredClaim, found: ScoredClaim, level: str, parents: Parents | None
) -> ClaimReading:
    """Of the fair readings that agree with a prediction, the one that is most like it."""
    fair = [reading for reading in wanted.readings if agrees(reading, found.own, level, parents)]
    return max(
        fair, key=lambda r: (r.direction == found.own.direction, r.relation == found.own.relation)
    )


def confusion(labels: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Confusion:
    """Count (gold label, predicted label) pairs."""
    names = tuple(str(label) for label in labels)
    counts = Counter(pairs)
    rows = tuple(tuple(counts[gold, predicted] for predicted in names) for gold in names)
    return Confusion(labels=names, counts=rows)


def _of_relation(
    documents: Sequence[Sides], relation: Relation, parents: Parents | None
) -> dict[str, Score]:
    """Score the claims of one relation on both sides, without regard to the others."""
    restricted = [
        [[claim for claim in side if claim.own.relation == relation] for side in sides]
        for sides in documents
    ]
    return {
        level: score([match(gold, found, level, parents).counts for gold, found in restricted])
        for level in LEVELS
    }


def _judged(documents: Iterable[Sides], parents: Parents | None) -> Iterator[tuple[float, bool]]:
    """Give the confidence of each prediction that has one, and whether pair and sign are right."""
    for gold, predicted in documents:
        for claim in predicted:
            confidence = claim.raw.get("confidence")
            if isinstance(confidence, int | float) and 0 <= confidence <= 1:
                right = any(agrees_with_any(g, claim, "direction", parents) for g in gold)
                yield float(confidence), right


def calibration(judged: Iterable[tuple[float, bool]]) -> Calibration | None:
    """Compare confidences with outcomes in ten bins of equal width; ``None`` if there are none."""
    found = list(judged)
    if not found:
        return None
    members: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in found:
        members.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    bins = (
        (i / _BINS, len(m), sum(c for c, _ in m) / len(m), sum(r for _, r in m) / len(m))
        for i, m in sorted(members.items())
    )
    brier = sum((confidence - right) ** 2 for confidence, right in found) / len(found)
    return Calibration(bins=tuple(bins), brier=brier)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
