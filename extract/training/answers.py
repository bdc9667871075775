"""What the encoder is asked in training: the sentences of annotated documents, with the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from extract.candidates import Candidate, find_candidates, kin
from extract.encoder import PATH_ROLES, PATHS, RELATIONS, ROLES, SIGNS, STATUSES
from extract.encoding import Sentence, Vocabulary, in_numbers, pair_names, word_names
from extract.paths import may_hold_path
from extract.training.examples import (
    SIGN_OF,
    AnnotatedDocument,
    Annotation,
    Example,
    goes_forwards,
    pair_examples,
    paths_claimed,
    readings_of,
)

_RARE = 3
#: No answer is known.
NONE = -1


@dataclass(frozen=True, kw_only=True)
class Item:
    """A sentence in numbers with the right answers; -1 where there is none."""

    sentence: Sentence
    claimed: NDArray[np.int64]
    doubtful: NDArray[np.bool_]
    signs: NDArray[np.int64]
    relations: NDArray[np.int64]
    roles: NDArray[np.int64]
    status: int
    path: int


def _sign(example: Example) -> int:
    """The sign of a candidate; none if its constructs are only like those that are claimed."""
    signs = {SIGN_OF[claim["direction"]] for claim in example.claims if not example.alike}
    if len(signs) > 1:
        signs.discard("0")
    return SIGNS.index(min(signs)) if signs else NONE


def _relation(example: Example) -> int:
    if not example.claims:
        return NONE
    claim = example.claims[0]
    relation = claim["relation"]
    if relation in ("predicts", "affects"):
        relation += ">" if goes_forwards(claim, example.candidate) else "<"
    return RELATIONS.index(relation) if relation in RELATIONS else NONE


def _roles(candidate: Candidate, claims: Sequence[Annotation]) -> int:
    """Which two roles a candidate's constructs have in one of the paths that a sentence claims.

    Constructs that a claim names come before those that are near one.
    """
    near: list[str] = []
    for claim in claims:
        for reading in readings_of(claim):
            if reading["relation"] not in PATHS:
                continue
            ids = (reading["subject"], *reading["mediator_of"])
            for one, other in permutations(range(3), 2):
                role = f"{reading['relation']}:{PATH_ROLES[one]}-{PATH_ROLES[other]}"
                pair = candidate.first.construct, candidate.second.construct
                if pair == (ids[one], ids[other]):
                    return ROLES.index(role)
                if ids[one] in kin(pair[0]) and ids[other] in kin(pair[1]):
                    near.append(role)
    return ROLES.index(near[0]) if near else ROLES.index("none")


def names_of(
    documents: Sequence[AnnotatedDocument],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What at least three words, and three pairs, of some documents are called; and all kinds."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for document in documents:
        for view in document.views:
            words.update(name for names in word_names(view) for name in names)
            for candidate in find_candidates(view):
                pairs.update(pair_names(candidate, document.topics))
    return _frequent(words), _frequent(pairs)


def _frequent(counts: Counter[str]) -> tuple[str, ...]:
    kinds = {name[: name.find("=") + 1] for name in counts}
    return tuple(sorted(({name for name in counts if counts[name] >= _RARE} | kinds) - {""}))


def items_of(document: AnnotatedDocument, known: Vocabulary) -> Iterator[Item]:
    """The sentences of a document that have candidates, with the right answers."""
    by_view: dict[int, list[Example]] = {}
    for example in pair_examples(document):
        by_view.setdefault(example.view.index, []).append(example)
    for index, examples in by_view.items():
        view = examples[0].view
        statuses = sorted({claim["status"] for i, claim in document.claims if i == index})
        claims = paths_claimed(document, index)
        paths = sorted({claim["relation"] for claim in claims}) or ["none"]
        yield Item(
            sentence=in_numbers(view, [e.candidate for e in examples], document.topics, known),
            claimed=np.array([bool(e.claims) for e in examples], np.int64),
            doubtful=np.array([e.doubtful and not e.claims for e in examples]),
            signs=np.array([_sign(e) for e in examples]),
            relations=np.array([_relation(e) for e in examples]),
            roles=np.array([_roles(e.candidate, claims) if claims else NONE for e in examples]),
            status=STATUSES.index(statuses[0]) if len(statuses) == 1 else NONE,
            path=PATHS.index(paths[0]) if may_hold_path(view) else NONE,
        )
