"""The rows that annotated documents give to the models: one for each decision on each example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extract.context import Scored, scored
from extract.contrast import contrast_features, may_contrast
from extract.encoded import Encoded, encode
from extract.encoder import Encoder
from extract.features import claim_features, sentence_features, status_features
from extract.meant import (
    TREATMENTS,
    disorder_features,
    disorder_mention,
    kind_of,
    treatment_features,
    treatment_mention,
)
from extract.models import MODEL_NAMES
from extract.paths import (
    may_hold_path,
    path_direction_features,
    path_features,
    path_sentence_features,
)
from extract.senses import SENSES, sense_features
from extract.slots import direction_features, order_features
from extract.training.examples import (
    SIGN_OF,
    AnnotatedDocument,
    Example,
    goes_forwards,
    pair_examples,
    path_examples,
    paths_claimed,
)


class Vocabulary(dict[str, int]):
    """A number for each feature in the order in which they are first met; ``names`` in that order.

    Rows keep numbers: names would take ten times the memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __missing__(self, name: str) -> int:
        self[name] = len(self)
        self.names.append(name)
        return self[name]


#: The numbers of all features that rows have named.
VOCABULARY = Vocabulary()


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One training example of one decision: whose, which features, which label, what weight.

    ``codes`` are the numbers of its features; ``seen`` is the candidate as the second look sees it,
    its score not yet known.
    """

    key: str
    codes: NDArray[np.int32]
    label: str
    weight: float = 1.0
    seen: Scored | None = None
    role: str = "-"

    @property
    def features(self) -> list[str]:
        """The features by name."""
        return [VOCABULARY.names[code] for code in self.codes]


def numbered(features: Collection[str]) -> NDArray[np.int32]:
    """The numbers of some features in the vocabulary, which learns those that it did not have."""
    return np.fromiter((VOCABULARY[name] for name in features), np.int32, len(features))


def pair_rows(examples: Iterable[Example], encoded: Encoded) -> dict[str, list[Row]]:
    """The rows that the candidates of a document give to each decision."""
    rows: dict[str, list[Row]] = {name: [] for name in MODEL_NAMES}
    shared: dict[tuple[str, int], tuple[str, ...]] = {}
    for example in examples:
        if not encoded.hopes_for(example.candidate):
            continue
        place = (example.key, example.view.index)
        if place not in shared:
            shared[place] = sentence_features(example.view)
        features = claim_features(example.candidate, example.topics, shared[place])
        features += encoded.claimed(example.candidate)
        doubtful = example.doubtful and not example.claims
        rows["claim"].append(
            Row(
                key=example.key,
                codes=numbered(features),
                label="yes" if example.claims else "no",
                weight=0.0 if doubtful else 1.0,
                seen=scored(example.candidate, encoded.odds(example.candidate), 0.0),
            )
        )
        if example.claims:
            _claimed_rows(example, encoded, rows)
            rows["treatment"] += treatment_rows(example)
            rows["disorder"] += disorder_rows(example)
    return rows


def treatment_rows(example: Example) -> Iterator[Row]:
    """One row for each claim of a candidate about a treatment: what its words stand for there."""
    mention = treatment_mention(example.candidate)
    for claim in example.claims if mention is not None else ():
        meant = [name for name in (claim["subject"], claim["object"]) if name in TREATMENTS]
        sign = SIGN_OF[claim["direction"]]
        codes = numbered(treatment_features(example.candidate, example.topics, sign))
        if len(meant) == 1:
            yield Row(key=example.key, codes=codes, label=meant[0])


def disorder_rows(example: Example) -> Iterator[Row]:
    """One row for each claim of a candidate about a disorder: whether a group or symptoms."""
    if disorder_mention(example.candidate) is None:
        return
    codes = numbered(disorder_features(example.candidate, example.topics))
    for claim in example.claims:
        kinds = {kind_of(claim["subject"]), kind_of(claim["object"])} - {""}
        if len(kinds) == 1:
            yield Row(key=example.key, codes=codes, label=kinds.pop())


def _claimed_rows(example: Example, encoded: Encoded, rows: dict[str, list[Row]]) -> None:
    claim, candidate, key = example.claims[0], example.candidate, example.key
    if not example.alike:
        _signed_rows(example, encoded, rows)
    codes = numbered((*order_features(candidate), *encoded.relations(candidate)))
    if claim["relation"] in ("associatedWith", "predicts", "affects"):
        rows["relation"].append(Row(key=key, codes=codes, label=claim["relation"]))
    if claim["relation"] in ("predicts", "affects"):
        label = "forwards" if goes_forwards(claim, candidate) else "backwards"
        rows["order"].append(Row(key=key, codes=codes, label=label))


def _signed_rows(example: Example, encoded: Encoded, rows: dict[str, list[Row]]) -> None:
    """What a candidate tells of signs, if its own constructs are claimed.

    "The two treatments did not differ" denies a difference of kind, not an effect of treatment.
    """
    candidate, key = example.candidate, example.key
    signs = {SIGN_OF[c["direction"]] for c in example.claims}
    contrasted = "0" in signs and len(signs) > 1
    if may_contrast(candidate.view):
        codes = numbered((*contrast_features(candidate), *encoded.signs(candidate)))
        label = "yes" if contrasted else "no"
        rows["contrast"].append(Row(key=key, codes=codes, label=label))
    if contrasted:
        signs.remove("0")
    codes = numbered(direction_features(candidate, example.said, encoded.signs(candidate)))
    for sign in sorted(signs):
        rows["direction"].append(Row(key=key, codes=codes, label=sign, weight=1 / len(signs)))


def status_rows(document: AnnotatedDocument, encoded: Encoded) -> list[Row]:
    """One row for each sentence and status of its claims; an empty label if it makes none."""
    rows = []
    for view in document.views:
        statuses = sorted({c["status"] for index, c in document.claims if index == view.index})
        codes = numbered((*status_features(view), *encoded.statuses(view)))
        rows += [
            Row(
                key=document.key,
                codes=codes,
                label=status,
                weight=1 / max(1, len(statuses)),
                role=view.role,
            )
            for status in statuses or [""]
        ]
    return rows


def path_rows(document: AnnotatedDocument, encoded: Encoded) -> dict[str, list[Row]]:
    """The rows of mediation and moderation: whether a sentence claims one, which, which way."""
    rows: dict[str, list[Row]] = {"path": [], "path_direction": [], "path_here": []}
    key = document.key
    for view in filter(may_hold_path, document.views):
        labels = sorted({c["relation"] for c in paths_claimed(document, view.index)}) or ["none"]
        told = [*status_features(view), *encoded.statuses(view), *encoded.paths(view)]
        codes = numbered(path_sentence_features(view, told))
        rows["path_here"] += [
            Row(key=key, codes=codes, label=label, weight=1 / len(labels)) for label in labels
        ]
    signed: set[int] = set()
    for example in path_examples(document):
        codes = numbered(path_features(example.candidate, document.topics, encoded))
        label = "yes" if example.claim else "no"
        rows["path"].append(Row(key=key, codes=codes, label=label))
        if example.claim and id(example.claim) not in signed:
            signed.add(id(example.claim))
            codes = numbered(path_direction_features(example.candidate))
            sign = SIGN_OF[example.claim["direction"]]
            rows["path_direction"].append(Row(key=key, codes=codes, label=sign))
    return rows


def sense_rows(document: AnnotatedDocument) -> list[Row]:
    """One row for each sentence with plain "oxytocin" whose claims tell what it stands for."""
    rows = []
    for view in document.views:
        features = sense_features(view, document.topics)
        named = Counter(
            name
            for index, claim in document.claims
            for name in (claim["subject"], claim["object"], *(claim.get("mediator_of") or ())[:1])
            if index == view.index and name in SENSES
        )
        if features and named:
            sense = max(sorted(named), key=lambda name: named[name])
            rows.append(Row(key=document.key, codes=numbered(features), label=sense))
    return rows


def rows_of(
    document: AnnotatedDocument, encoder: Encoder, weight: float = 1.0
) -> dict[str, list[Row]]:
    """All training rows of a document by decision; it counts as ``weight`` documents.

    The encoder must not have been trained on the document.
    """
    encoded = encode(document.views, document.topics, encoder)
    rows = pair_rows(pair_examples(document), encoded)
    rows["status"] = status_rows(document, encoded)
    rows["sense"] = sense_rows(document)
    rows |= path_rows(document, encoded)
    if weight == 1.0:
        return rows
    return {
        name: [replace(row, weight=row.weight * weight) for row in found]
        for name, found in rows.items()
    }
