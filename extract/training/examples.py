"""Annotated documents as training examples: which candidate carries which annotated claim.

A claim belongs to the sentence in which its cue stands, and there to the candidate whose
constructs it names; if none does exactly, to one that names a direct parent or child.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language

from extract.candidates import (
    Candidate,
    SentenceView,
    Topics,
    find_candidates,
    find_topics,
    kin,
    view_sentences,
)
from extract.meant import alike
from extract.paths import PATH_RELATIONS, PathCandidate, find_path_candidates
from extract.pipeline import read_document
from extract.signs import Said, signs_said
from kg.model import Document, Relation

Annotation = dict[str, Any]
#: At most about so many triples of a sentence that are not claimed.
_MOST_OTHERS = 120
#: The folders of the written abstracts in the order in which they were written: those worded more
#: freely than journals word them, those that keep to the trade's formulas.
RETOLD, FORMAL = "retold", "formal"
SETS = ("", RETOLD, FORMAL)


@dataclass(kw_only=True)
class Example:
    """A candidate with the annotated claims that it carries, best first.

    ``alike`` if a claim names what the candidate's words may only stand for; ``doubtful`` marks a
    candidate that is near a claim which another candidate carries exactly.
    """

    key: str
    view: SentenceView
    topics: Topics
    said: Said
    candidate: Candidate
    claims: list[Annotation] = field(default_factory=list)
    alike: bool = False
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class PathExample:
    """A triple for mediation or moderation with the annotated claim that it carries, if any."""

    key: str
    candidate: PathCandidate
    claim: Annotation | None


@dataclass(frozen=True, kw_only=True)
class AnnotatedDocument:
    """A document with its claims, each with the index of its sentence (None if not found)."""

    key: str
    document: Document
    claims: tuple[tuple[int | None, Annotation], ...]
    views: tuple[SentenceView, ...]
    topics: Topics


#: Each direction as a sign; "?" where the text gives none.
SIGN_OF = {"positive": "+", "negative": "-", "null": "0", "mixed": "?", "unspecified": "?"}


def goes_forwards(claim: Annotation, candidate: Candidate) -> bool:
    """Whether what a candidate names first is what predicts or affects."""
    first, second = candidate.first.construct, candidate.second.construct
    subject, object_ = str(claim["subject"]), str(claim["object"])
    return subject == first or (object_ == second and subject != second)


def readings_of(claim: Annotation) -> list[Annotation]:
    """The claim and the other readings that its annotators accept."""
    return [claim, *({**claim, **other} for other in claim.get("alt", ()))]


#: How near the constructs of a candidate are to those of a claim.
_SAME, _KIN, _ALIKE = 3, 2, 1


def _closeness(claim: Annotation, first: str, second: str) -> int:
    """How near a candidate's constructs are to a reading of a claim; 0 if they are not.

    Alike are those that one word may stand for (`extract.meant`).
    """
    best = 0
    for reading in readings_of(claim):
        if reading["relation"] in ("mediates", "moderates"):
            continue
        for one, other in ((first, second), (second, first)):
            wanted = (reading["subject"], reading["object"])
            if wanted == (one, other):
                return _SAME
            if wanted[0] in kin(one) and wanted[1] in kin(other):
                best = _KIN
            elif wanted[0] in kin(one) | alike(one) and wanted[1] in kin(other) | alike(other):
                best = max(best, _ALIKE)
    return best


def load_annotated(nlp: Language, documents: Path, gold: Path) -> Iterator[AnnotatedDocument]:
    """The annotated documents of two JSON Lines files, read by the pipeline."""
    lines = gold.read_text(encoding="utf-8").splitlines()
    annotations = {row["key"]: row["claims"] for row in map(json.loads, lines)}
    for line in documents.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        if fields["key"] in annotations:
            yield _annotated(nlp, fields, annotations[fields["key"]])


def load_written(
    nlp: Language, folder: Path, sets: Sequence[str] = SETS
) -> dict[int, AnnotatedDocument]:
    """The abstracts that were written for training, by their places among all of them."""
    found: dict[int, AnnotatedDocument] = {}
    place = 0
    for name in SETS:
        for path in sorted((folder / name).glob("*_documents.jsonl")):
            if name in sets:
                claims = path.with_name(path.name.replace("_documents", ""))
                found.update(enumerate(load_annotated(nlp, path, claims), place))
            place += len(path.read_text(encoding="utf-8").splitlines())
    return found


def _annotated(nlp: Language, fields: Annotation, claims: list[Annotation]) -> AnnotatedDocument:
    key = fields["key"]
    document = Document(
        id=f"key:{key}", key=key, title=fields["title"], abstract=fields["abstract"]
    )
    text, doc = read_document(nlp, document)
    topics = find_topics(doc)
    views = tuple(view_sentences(doc, topics))
    placed = []
    for claim in claims:
        at = document.text.find(claim["cue"], len(document.title))
        at = at if at >= 0 else document.text.lower().find(claim["cue"].lower())
        middle = at + len(claim["cue"]) // 2
        index = next(
            (
                view.index
                for view in views
                if text.original(view.span.start_char) <= middle < text.original(view.span.end_char)
            ),
            None,
        )
        placed.append((index, claim))
    return AnnotatedDocument(
        key=key, document=document, claims=tuple(placed), views=views, topics=topics
    )


def pair_examples(annotated: AnnotatedDocument) -> list[Example]:
    """All candidates of a document, with the claims that they carry."""
    said = signs_said(c for view in annotated.views for c in find_candidates(view, carried=False))
    found = [
        Example(
            key=annotated.key,
            view=view,
            topics=annotated.topics,
            said=said,
            candidate=candidate,
        )
        for view in annotated.views
        for candidate in find_candidates(view)
    ]
    for index, claim in annotated.claims:
        near = [
            (_closeness(claim, e.candidate.first.construct, e.candidate.second.construct), e)
            for e in found
            if e.view.index == index
        ]
        top = max((closeness for closeness, _ in near), default=0)
        for closeness, example in near:
            if closeness and closeness == top:
                example.claims.append(claim)
                example.alike |= closeness == _ALIKE
            elif closeness >= _KIN:
                example.doubtful = True
    return found


def _path_closeness(claim: Annotation, candidate: PathCandidate) -> int:
    """2 if a reading of the claim names the three constructs, 1 if it names near ones, else 0."""
    best = 0
    for reading in readings_of(claim):
        path = reading.get("mediator_of")
        if reading["relation"] != candidate.relation or not path:
            continue
        wanted = (reading["subject"], path[0], path[1])
        if wanted == candidate.ids:
            return 2
        if all(one in kin(other) for one, other in zip(wanted, candidate.ids, strict=True)):
            best = 1
    return best


def paths_claimed(annotated: AnnotatedDocument, index: int) -> list[Annotation]:
    """The mediations and moderations that a sentence claims, in the annotation's order."""
    return [c for i, c in annotated.claims if i == index and c["relation"] in PATH_RELATIONS]


def path_examples(annotated: AnnotatedDocument) -> list[PathExample]:
    """The triples of the sentences that claim a mediation or moderation.

    Those closest to a claim carry it; what is only near a claim that others carry exactly is left
    out. Of more than 120 others in a sentence an even selection stands for all.
    """
    found: list[PathExample] = []
    for view in annotated.views:
        claims = paths_claimed(annotated, view.index)
        for relation in sorted({claim["relation"] for claim in claims}):
            candidates = list(find_path_candidates(view, Relation(relation)))
            found += _path_examples(annotated.key, candidates, claims)
    return found


def _path_examples(
    key: str, candidates: Sequence[PathCandidate], claims: Sequence[Annotation]
) -> Iterator[PathExample]:
    scored = [
        max(((_path_closeness(claim, candidate), -n) for n, claim in enumerate(claims)))
        for candidate in candidates
    ]
    top = max((closeness for closeness, _ in scored), default=0)
    step = max(1, len(candidates) // _MOST_OTHERS)
    for place, (candidate, (closeness, number)) in enumerate(zip(candidates, scored, strict=True)):
        if closeness and closeness == top:
            yield PathExample(key=key, candidate=candidate, claim=claims[-number])
        elif not closeness and top and place % step == 0:
            yield PathExample(key=key, candidate=candidate, claim=None)
