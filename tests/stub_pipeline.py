"""A stand-in for the language pipeline: quick, and it reads one claim by a few words."""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Iterable, Iterator

from kg.model import Claim, Direction, Document, Evidence, Reading, Relation, Status, Study

#: Every text that was read, in the order of reading.
READ: list[str] = []
_DIRECTIONS = {
    "less": Direction.NEGATIVE,
    "no": Direction.NULL,
    "more": Direction.POSITIVE,
}


def extract_readings(
    documents: Iterable[Document], *, model: str | None = None, n_process: int = 1
) -> Iterator[Reading]:
    """One claim on alliance and outcome for each "predicted more / less / no outcome"."""
    for document in documents:
        READ.append(document.title)
        time.sleep(PAUSE)
        claims = tuple(_claims(document))
        study = Study(id=f"study:{document.key}", documents=(document.id,), kind=document.kind)
        yield Reading(document=document, claims=claims, study=study)


PAUSE = 0.0


def _claims(document: Document) -> Iterator[Claim]:
    for word, direction in _DIRECTIONS.items():
        sentence = f"The alliance predicted {word} outcome."
        start = document.text.find(sentence)
        if start >= 0:
            yield Claim(
                document=document.id,
                subject="TherapeuticAlliance",
                relation=Relation.PREDICTS,
                object="TreatmentOutcome",
                direction=direction,
                status=Status.FINDING,
                evidence=Evidence(
                    start=start, end=start + len(sentence), sentence=sentence, cue="predicted"
                ),
                rule="stub",
                confidence=0.9,
            )


def install(pause: float = 0.0) -> None:
    """Put the stand-in where the pipeline is looked for."""
    global PAUSE
    PAUSE = pause
    module = types.ModuleType("extract.pipeline")
    module.extract_readings = extract_readings  # type: ignore[attr-defined]
    sys.modules["extract.pipeline"] = module
