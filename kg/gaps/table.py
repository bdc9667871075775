"""Gaps as rows for a table and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.gaps.model import Concept, Gap
from kg.gaps.reasons import score_words
from kg.tables import Table
from kg.wording import label_of

COLUMNS = ("rank", "a", "b", "kind", "score", "studies", "expected", "bridges", "reason", "signals")
#: Parts of a score that a table shows, largest first.
_SHOWN = 4
#: Bridges that a table names.
_BRIDGES = 5


def gap_table(gaps: Iterable[Gap], constructs: Mapping[str, Concept]) -> Table:
    """The gaps as a table, rank first, as written to ``gaps.csv``.

    The reason begins with the hypothesis, as a question.
    """
    labels = {name: concept.label for name, concept in constructs.items()}
    return Table.of(
        COLUMNS,
        (
            (
                rank,
                label_of(gap.a, labels),
                label_of(gap.b, labels),
                str(gap.kind),
                round(gap.score, 2),
                gap.observed,
                round(gap.expected, 2),
                _listed([label_of(bridge, labels) for bridge in gap.bridges]),
                f"{gap.hypothesis[:1].upper()}{gap.hypothesis[1:]}? {gap.wording}",
                score_words(gap.signals[:_SHOWN]),
            )
            for rank, gap in enumerate(gaps, 1)
        ),
    )


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _BRIDGES} more" if len(names) > _BRIDGES else ""
    return ", ".join(names[:_BRIDGES]) + rest


def gap_json(gap: Gap) -> dict[str, Any]:
    """A gap as JSON values; every reason leads back to the ids of the claims behind it."""
    return {
        "a": gap.a,
        "b": gap.b,
        "through": gap.through,
        "kind": str(gap.kind),
        "also": [str(kind) for kind in gap.also],
        "score": gap.score,
        "signals": [
            {
                "name": signal.name,
                "value": signal.value,
                "contribution": signal.contribution,
                "wording": signal.wording,
            }
            for signal in gap.signals
        ],
        "wording": gap.wording,
        "hypothesis": gap.hypothesis,
        "sign": gap.sign and str(gap.sign),
        "sign_reason": gap.sign_reason,
        "record": gap.record,
        "observed": gap.observed,
        "expected": gap.expected,
        "importance": gap.importance,
        "flags": list(gap.flags),
        "bridges": [
            {
                "through": bridge.through,
                "studies": list(bridge.studies),
                "populations": list(bridge.populations),
                "sign": bridge.sign and str(bridge.sign),
                "claims": [list(leg) for leg in bridge.claims],
            }
            for bridge in gap.bridging
        ],
        "claims": list(gap.claims),
        "near": list(gap.near),
    }
