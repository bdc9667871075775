"""Claims as they are compared: what is read of a file's line, and what a fair judge may read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import BadRecordError, OxykgError
from kg.model import STATUS_GROUPS, Direction, Relation, Status

#: A claim as a JSON line holds it.
RawClaim = Mapping[str, Any]

_FAMILIES = {Relation.MEDIATES: "mediates", Relation.MODERATES: "moderates"}
_ORDERED = frozenset(Relation) - {Relation.ASSOCIATED_WITH, Relation.GROUP_DIFFERENCE}
_SIGNS = {Direction.POSITIVE: "+", Direction.NEGATIVE: "-", Direction.NULL: "0"}
_GROUP_OF = {status: name for name, members in STATUS_GROUPS.items() for status in members}


@dataclass(frozen=True)
class ClaimReading:
    """One way to read a claim. ``ids`` is (subject, object), or (third, source, target) of a path.

    The source of a path is ``None`` where the claim does not say it.
    """

    ids: tuple[str | None, ...]
    relation: Relation
    direction: Direction
    status: Status

    @cached_property
    def family(self) -> str:
        """Relations of one family are not told apart: ``link``, ``mediates`` or ``moderates``."""
        return _FAMILIES.get(self.relation, "link")

    @cached_property
    def sign(self) -> str:
        """The direction; ``mixed`` and ``unspecified`` are one."""
        return _SIGNS.get(self.direction, "?")

    @cached_property
    def status_group(self) -> str:
        """Findings and conclusions are one, hypotheses and open questions too."""
        return _GROUP_OF[self.status]

    @cached_property
    def ordered(self) -> bool:
        """Whether it matters which construct is the subject."""
        return self.relation in _ORDERED


@dataclass(frozen=True)
class ScoredClaim:
    """A claim of a file with its own reading and the others that count as good (``alt``)."""

    raw: RawClaim
    own: ClaimReading
    readings: tuple[ClaimReading, ...]

    @property
    def asserted(self) -> bool:
        """Whether the paper itself says so."""
        return self.own.status_group == "asserted"


def parse_claim(raw: Any) -> ScoredClaim:
    """Read a claim in the annotation's terms; ``ValueError`` says what is wrong with it.

    An ``alt`` that lacks what a reading needs is passed over.
    """
    if not isinstance(raw, dict):
        raise ValueError("a claim must be an object")
    own = _reading(raw)
    return ScoredClaim(raw=raw, own=own, readings=(own, *_alternatives(raw)))


def _reading(raw: RawClaim) -> ClaimReading:
    missing = [name for name in ("subject", "object") if not isinstance(raw.get(name), str)]
    if missing:
        raise ValueError(f"a claim needs the id of its {' and '.join(missing)}")
    relation = _member(Relation, "relation", raw)
    ids: tuple[Any, ...] = (raw["subject"], raw["object"])
    if relation in _FAMILIES:
        path = raw.get("mediator_of") or (None, raw["object"])
        if not isinstance(path, list | tuple) or len(path) != 2:
            raise ValueError("mediator_of must be a list of two construct ids")
        ids = (raw["subject"], *path)
    if not all(isinstance(name, str | None) for name in ids):
        raise ValueError("construct ids must be strings")
    direction, status = _member(Direction, "direction", raw), _member(Status, "status", raw)
    return ClaimReading(ids=ids, relation=relation, direction=direction, status=status)


def _member(kind: Any, name: str, raw: RawClaim) -> Any:
    value = raw.get(name)
    if value not in list(kind):
        raise ValueError(f"unknown {name} {value!r}; known: {', '.join(kind)}")
    return kind(value)


def _alternatives(raw: RawClaim) -> Iterator[ClaimReading]:
    inherited = {name: raw.get(name) for name in ("relation", "direction", "status", "mediator_of")}
    alternatives = raw.get("alt")
    for alternative in alternatives if isinstance(alternatives, list) else ():
        try:
            yield _reading(inherited | dict(alternative))
        except (TypeError, ValueError):
            continue


def parse_claims(raw: Mapping[str, Sequence[RawClaim]]) -> dict[str, tuple[ScoredClaim, ...]]:
    """Read the claims of each document; `BadRecordError` names the document and the claim."""
    return {key: tuple(_parsed("claims", key, claims)) for key, claims in raw.items()}


def _parsed(source: str, place: str, claims: Sequence[RawClaim]) -> Iterator[ScoredClaim]:
    for number, claim in enumerate(claims, 1):
        try:
            yield parse_claim(claim)
        except ValueError as error:
            raise BadRecordError(source, f"{place}, claim {number}", str(error)) from error


def read_claims(path: Path) -> dict[str, tuple[ScoredClaim, ...]]:
    """Read ``{"key", "claims"}`` lines; lines of one key are one document, in order of the file."""
    found: dict[str, tuple[ScoredClaim, ...]] = {}
    for number, line in _lines(path):
        key, claims = _fields(path, number, line)
        parsed = tuple(_parsed(str(path), f"line {number}", claims))
        found[key] = found.get(key, ()) + parsed
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as stream:
            yield from ((n, line) for n, line in enumerate(stream, 1) if line.strip())
    except OSError as error:
        raise OxykgError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise OxykgError(f"{path}: is not a text file in UTF-8.") from error


def _fields(path: Path, number: int, line: str) -> tuple[str, list[RawClaim]]:
    place = f"line {number}"
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRecordError(str(path), place, f"not valid JSON ({error})") from error
    if not isinstance(document, dict) or not isinstance(document.get("key"), str):
        raise BadRecordError(str(path), place, 'must be an object with a "key"')
    if not isinstance(document.get("claims"), list):
        raise BadRecordError(str(path), place, 'must have a list of "claims"')
    return document["key"], document["claims"]
