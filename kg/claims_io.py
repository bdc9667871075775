"""``claims.jsonl``: one document a line, its claims in the format of the annotation scheme.

A line is ``{"key", "document", "study", "mentions": [...], "claims": [...]}``; the mentions are the
ids of all constructs that the text names, and may be absent. A claim holds the annotated fields
(``subject``, ``relation``, ``object``, ``direction``, ``status``, ``mediator_of``, ``qualifiers``,
``stats``, ``cue``) and, beyond them, ``id``, ``start`` and ``end`` (characters of title, newline,
abstract), ``sentence``, ``rule`` and ``confidence``.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from kg.model import (
    Certainty,
    Claim,
    Direction,
    Document,
    Evidence,
    Qualifiers,
    Reading,
    Relation,
    Statistic,
    Status,
    Study,
    given,
)

#: The annotation's word for a field of `Qualifiers`, where the two differ.
_QUALIFIER_NAMES = {"instrument": "measure"}
_QUALIFIERS = {written: name for name, written in _QUALIFIER_NAMES.items()}
_UNQUALIFIED, _PLAIN = Qualifiers(), Certainty.PLAIN
#: The words of the format -> what they mean.
_RELATIONS = {str(one): one for one in Relation}
_DIRECTIONS = {str(one): one for one in Direction}
_STATUSES = {str(one): one for one in Status}
#: The annotation's word for a kind of statistic, where the two differ.
_STATISTIC_NAMES = {"ci": "CI", "or": "OR"}


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, (), "")}


def statistic_to_json(statistic: Statistic) -> dict[str, Any]:
    """A statistic as ``{"type", "value", "raw", ...}``; an interval's value is a pair."""
    fields = given(statistic)
    kind = fields.pop("kind")
    interval = [statistic.low, statistic.high] if statistic.low is not None else None
    return _present({"type": _STATISTIC_NAMES.get(kind, kind), "value": interval} | fields)


def statistic_from_json(fields: dict[str, Any]) -> Statistic:
    """The statistic that `statistic_to_json` wrote."""
    known = dict(fields)
    names = {written: kind for kind, written in _STATISTIC_NAMES.items()}
    kind = known.pop("type")
    if isinstance(known.get("value"), list):
        known["value"] = None
    return Statistic(kind=names.get(kind, kind), **known)


def claim_to_json(claim: Claim) -> dict[str, Any]:
    """A claim with the annotation's field names, for one line of ``claims.jsonl``."""
    qualifiers: dict[str, Any] = {
        _QUALIFIER_NAMES.get(name, name): value for name, value in given(claim.qualifiers).items()
    }
    if claim.certainty is Certainty.HEDGED:
        qualifiers["hedged"] = True
    return _present(
        {
            "id": claim.id,
            "subject": claim.subject,
            "relation": str(claim.relation),
            "object": claim.object,
            "direction": str(claim.direction),
            "status": str(claim.status),
            "mediator_of": list(claim.path) if claim.path else None,
            "qualifiers": qualifiers or None,
            "stats": [statistic_to_json(s) for s in claim.statistics] or None,
            "cue": claim.evidence.cue,
            "start": claim.evidence.start,
            "end": claim.evidence.end,
            "sentence": claim.evidence.sentence,
            "rule": claim.rule,
            "confidence": claim.confidence,
        }
    )


def claim_from_json(document: str, fields: dict[str, Any]) -> Claim:
    """The claim that `claim_to_json` wrote."""
    path, about = fields.get("mediator_of"), fields.get("qualifiers")
    certainty, qualifiers = (_PLAIN, _UNQUALIFIED) if about is None else _qualified(about)
    numbers = fields.get("stats")
    return Claim(
        document=document,
        subject=fields["subject"],
        relation=_RELATIONS[fields["relation"]],
        object=fields["object"],
        direction=_DIRECTIONS[fields["direction"]],
        status=_STATUSES[fields["status"]],
        path=(path[0], path[1]) if path else None,
        certainty=certainty,
        qualifiers=qualifiers,
        statistics=tuple(map(statistic_from_json, numbers)) if numbers else (),
        evidence=Evidence(
            start=fields["start"],
            end=fields["end"],
            sentence=fields["sentence"],
            cue=fields.get("cue", ""),
        ),
        rule=fields.get("rule"),
        confidence=fields.get("confidence"),
    )


def _qualified(written: dict[str, Any]) -> tuple[Certainty, Qualifiers]:
    """How sure the authors are, and of whom, when and how measured."""
    certainty = Certainty.HEDGED if written.get("hedged") else _PLAIN
    return certainty, _about(tuple([item for item in written.items() if item[0] != "hedged"]))


@lru_cache(maxsize=10_000)
def _about(written: tuple[tuple[str, str], ...]) -> Qualifiers:
    return Qualifiers(**{_QUALIFIERS.get(name, name): value for name, value in written})


def document_to_json(document: Document) -> dict[str, Any]:
    """All known fields of a document, unknown ones left out."""
    fields = given(document) | {"title": document.title, "abstract": document.abstract}
    return fields if document.retracted else {k: v for k, v in fields.items() if k != "retracted"}


def document_from_json(fields: dict[str, Any]) -> Document:
    """The document that `document_to_json` wrote."""
    from kg.model import TextKind

    known = dict(fields) | {"authors": tuple(fields.get("authors", ()))}
    if "text_kind" in known:
        known["text_kind"] = TextKind(known["text_kind"])
    return Document(**known)


#: The field of a line that says why a document was not read.
LEFT_OUT = "left_out"


def reading_to_line(reading: Reading, *, left_out: str | None = None) -> str:
    """One line of ``claims.jsonl``, without the line end; ``left_out`` says why it was not read."""
    if left_out:
        return _line(reading, left_out)
    return reading.once(_line)


def _line(reading: Reading, left_out: str | None = None) -> str:
    fields = {
        "key": reading.document.key,
        "document": document_to_json(reading.document),
        "study": given(reading.study),
        **_present({"mentions": reading.mentions, LEFT_OUT: left_out}),
        "claims": [claim_to_json(claim) for claim in reading.claims],
    }
    return json.dumps(fields, ensure_ascii=False)


def reading_from_line(line: str) -> Reading:
    """The reading that `reading_to_line` wrote."""
    return _reading(json.loads(line))


def _reading(fields: dict[str, Any]) -> Reading:
    document = document_from_json(fields["document"])
    study = dict(fields["study"])
    for name in ("documents", "instruments", "specimens"):
        study[name] = tuple(study.get(name, ()))
    return Reading(
        document=document,
        claims=tuple(claim_from_json(document.id, claim) for claim in fields["claims"]),
        study=Study(**study),
        mentions=tuple(fields.get("mentions", ())),
    )


def reading_as_written(line: str) -> Reading:
    """The reading of a line that `reading_to_line` of this `line_version` wrote; it keeps it."""
    fields = json.loads(line)
    reading = _reading(fields)
    reading.remember(line)
    for claim, written in zip(reading.claims, fields["claims"], strict=True):
        claim.remember(written["id"])
    return reading


@cache
def line_version() -> str:
    """A name for how lines are written: it changes with the code."""
    digest = hashlib.sha256()
    for name in ("claims_io.py", "model.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:16]
